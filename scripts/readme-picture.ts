/** The picture of README.md, drawn by segring/draw: `npx tsx scripts/readme-picture.ts` writes docs/segments.svg. */
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { svgOfStrip } from "../src/draw/index.js";
import { BUS, createMapperSync, NOMERGE } from "../src/index.js";

const KIB = 1024;
const INPUT = [
  { addr: 0x1000, length: 4 * KIB },
  { addr: 0x2000, length: 4 * KIB },
  { addr: 0x3000, length: 8 * KIB },
  { addr: 0x6000, length: 2 * KIB },
  { addr: 0x8000, length: 40 * KIB },
  { addr: 0x14000, length: 4 * KIB, flags: BUS },
  { addr: 0x15000, length: 8 * KIB, flags: BUS },
  { addr: 0x19000, length: 6 * KIB, flags: NOMERGE },
  { addr: 0x1a800, length: 6 * KIB, flags: NOMERGE },
];

/** Nine ranges, and the segments that they become under a boundary of 16 KiB. */
export function readmePicture(): string {
  using mapper = createMapperSync({ boundaryBytes: 16 * KIB });
  const table = mapper.coalesce(INPUT);
  const title = "Ranges above, segments below; no segment crosses 16 KiB";
  return `${svgOfStrip(table, { addr: 0, length: 0x1e000 }, { input: INPUT, title })}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  writeFileSync("docs/segments.svg", readmePicture());
}
