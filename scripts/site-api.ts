/** The reference of the API: pages that TypeDoc writes of the docstrings, and the list of them. */
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const FOLDER = "api";

/** Writes the pages. @throws {Error} TypeDoc has found a fault: a warning is one. */
export async function writeApi(site: string): Promise<void> {
  rmSync(`${site}/${FOLDER}`, { recursive: true, force: true });
  const status = await new Promise((resolve, reject) => {
    spawn(process.execPath, ["node_modules/typedoc/bin/typedoc", "--logLevel", "Warn"], {
      stdio: ["ignore", "inherit", "inherit"],
    })
      .on("error", reject)
      .on("close", resolve);
  });
  if (status !== 0) throw new Error(`typedoc ends with ${status}`);
  const entries = readFileSync(`${site}/.vitepress/parts/entries.md`, "utf8");
  writeFileSync(`${site}/${FOLDER}/index.md`, `# API\n\n${listOf(site)}\n\nWhat each entry is for:\n\n${entries}`);
}

/** The entries, for the list beside the pages. What an entry exports stands in the outline of its page. */
export function apiEntries(site: string): { text: string; link: string }[] {
  if (!existsSync(`${site}/${FOLDER}`)) return [];
  return (readdirSync(`${site}/${FOLDER}`, { recursive: true }) as string[])
    .filter((path) => path.endsWith(".md") && path !== "index.md")
    .map((path) => path.slice(0, -3).replaceAll("\\", "/"))
    .sort()
    .map((name) => ({ text: name, link: `/${FOLDER}/${name}` }));
}

function listOf(site: string): string {
  return apiEntries(site)
    .map(({ text, link }) => `- [${text}](${link})`)
    .join("\n");
}
