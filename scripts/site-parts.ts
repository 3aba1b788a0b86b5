/** Parts of the README that the first page of the site shows, so that a figure stands in one place. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { toSite } from "./site-guide.js";

/** Writes the install line and the figures into files that `site/index.md` includes. */
export function writeParts(site: string): void {
  const readme = readFileSync("README.md", "utf8");
  const parts = {
    install: match(readme, /^```sh\n.*npm install segring.*\n```$/m),
    figures: match(readme, /(?<=^## Five figures\n\n)[\s\S]*?(?=^## )/m),
    entries: match(readme, /(?<=^## Entries\n\n)\|[\s\S]*?(?=\n\n)/m),
  };
  mkdirSync(`${site}/.vitepress/parts`, { recursive: true });
  for (const [name, text] of Object.entries(parts)) {
    const page = name === "entries" ? "api/index.md" : "index.md";
    writeFileSync(`${site}/.vitepress/parts/${name}.md`, `${toSite(text, "README.md", page).trim()}\n`);
  }
}

function match(text: string, pattern: RegExp): string {
  const [found] = pattern.exec(text) ?? [];
  if (found === undefined) throw new Error(`README.md: expected ${pattern}, found nothing`);
  return found;
}
