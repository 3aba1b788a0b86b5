/** The reports that are stored beside the room, of other runtimes and machines; `npx tsx bench/report-all.ts` writes them. */
import type { Report } from "./report.js";

const FILES = import.meta.glob<Report>("./results/*.json", { import: "default" });
/** In the order of the page. */
const ORDER = ["Node", "Bun", "Deno", "Chromium", "Firefox"];

/** Loads all of them. */
export async function storedReports(): Promise<Report[]> {
  const reports = await Promise.all(Object.values(FILES).map((load) => load()));
  return reports.sort((a, b) => placeIn(a) - placeIn(b));
}

/** By name, then by version. */
function placeIn({ place: { runtime } }: Report): number {
  const [name = "", version = "0"] = runtime.split(" ");
  return ORDER.indexOf(name) * 1000 + Number.parseInt(version, 10);
}
