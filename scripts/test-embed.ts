/**
 * npm run test:embed [-- NAME …]: the package, from its tarball, in all that docs/browser.md names. A name is a group, a
 * bundler or a browser. Without a name the table is written into that document. The tools lie apart: npm install --prefix
 * test/embed.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { arch, platform } from "node:os";
import type { Browser } from "puppeteer-core";
import { BUNDLERS, tryBundlers } from "../test/embed/bundlers.js";
import { tryConsumers } from "../test/embed/consumers.js";
import { tryManifest } from "../test/embed/manifest.js";
import { tryWithoutBundler } from "../test/embed/no-bundler.js";
import { nodeReport } from "../test/embed/node-report.js";
import { EMBED, pack, toolPath } from "../test/embed/packed.js";
import { tryPages } from "../test/embed/pages.js";
import type { Report } from "../test/embed/report.js";
import { isGood, markdownOf, type Row } from "../test/embed/row.js";
import { tryRuntimes } from "../test/embed/runtimes.js";
import { tryTypes } from "../test/embed/types.js";
import { type BrowserName, start } from "../test/support/browsers.js";

const DOCUMENT = "docs/browser.md";
const BEGIN = "<!-- Written by npm run test:embed: begin -->\n";
const END = "<!-- end -->";

/** What the groups of the table work with. */
interface Given {
  readonly tarball: string;
  readonly node: Report;
  readonly browsers: readonly Browser[];
}

const GROUPS: Readonly<Record<string, (given: Given) => Promise<Row[]>>> = {
  manifest: ({ tarball }) => tryManifest(tarball),
  types: () => tryTypes(),
  bundlers: ({ browsers, node }) => tryBundlers(browsers, node, BUNDLERS),
  files: ({ browsers }) => tryWithoutBundler(browsers),
  pages: ({ browsers, node }) => tryPages(browsers, node),
  runtimes: ({ node }) => tryRuntimes(node),
  consumers: () => tryConsumers(),
};
const BROWSERS: readonly BrowserName[] = ["chromium", "firefox"];

const names = process.argv.slice(2);
const known = [...Object.keys(GROUPS), ...BUNDLERS, ...BROWSERS];
const unknown = names.filter((name) => !known.includes(name));
if (unknown.length > 0) throw new Error(`expected names of ${known.join(", ")}, got ${unknown.join(", ")}`);
if (!existsSync(toolPath("esbuild"))) throw new Error(`the tools are not here: npm install --prefix ${EMBED}`);

const rows = await tryAll(names);
console.log(markdownOf(rows));
const bad = rows.filter((row) => !isGood(row));
for (const { group, what, version, result } of bad) console.error(`FAILED ${group}: ${what}, ${version}: ${result}`);
if (names.length === 0 && bad.length === 0) writeTable(rows);
console.log(`embed: ${rows.length - bad.length} of ${rows.length} cells hold`);
process.exit(bad.length > 0 ? 1 : 0);

async function tryAll(wanted: readonly string[]): Promise<Row[]> {
  const tarball = pack();
  const names = BROWSERS.filter((name) => wanted.includes(name));
  const browsers = await Promise.all((names.length > 0 ? names : BROWSERS).map(start));
  const given = { tarball, node: nodeReport(), browsers };
  const bundlers = BUNDLERS.filter((name) => wanted.includes(name));
  const groups = Object.keys(GROUPS).filter((name) => wanted.length === names.length || wanted.includes(name));
  const rows: Row[] = [];
  for (const group of groups) {
    const start = performance.now();
    rows.push(...((await GROUPS[group]?.(given)) ?? []));
    console.error(`${group}: ${Math.round((performance.now() - start) / 1000)} s`);
  }
  if (bundlers.length > 0) rows.push(...(await tryBundlers(browsers, given.node, bundlers)));
  await Promise.all(browsers.map((browser) => browser.close()));
  return rows;
}

/** Puts the table into the document, between the lines that say so. */
function writeTable(rows: readonly Row[]): void {
  const text = readFileSync(DOCUMENT, "utf8");
  const from = text.indexOf(BEGIN) + BEGIN.length;
  const to = text.indexOf(END, from);
  if (from < BEGIN.length || to < 0) throw new Error(`${DOCUMENT} expected lines "${BEGIN.trim()}" and "${END}"`);
  const where = `On ${platform()} ${arch()}, with the tools of test/embed/package-lock.json:\n\n`;
  writeFileSync(DOCUMENT, `${text.slice(0, from)}\n${where}${markdownOf(rows)}\n${text.slice(to)}`);
}
