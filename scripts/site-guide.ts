/** The pages of the guide: the documents of this tree, with links that lead inside the site. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, posix } from "node:path";
import { linksOf } from "./document-links.js";
import { withLinks } from "./site-links.js";

export interface GuidePage {
  /** In the tree. */
  readonly source: string;
  /** In the folder of the site. */
  readonly page: string;
  /** In the list of pages. */
  readonly title: string;
}

const page = (source: string, name: string, title: string): GuidePage => ({ source, page: `guide/${name}.md`, title });

/** In the order in which a newcomer reads. */
export const GUIDE: readonly GuidePage[] = [
  page("docs/guide.md", "index", "Guide"),
  page("docs/plan.md", "plan", "Plans"),
  page("docs/devices.md", "devices", "Devices"),
  page("docs/ring.md", "ring", "Rings"),
  page("docs/ring-protocol.md", "ring-protocol", "The protocol of a ring"),
  page("docs/browser.md", "browser", "Browsers"),
  page("docs/recipes.md", "recipes", "Recipes"),
  page("docs/performance.md", "performance", "Performance"),
  page("docs/cli.md", "cli", "Command line"),
  page("docs/scale.md", "scale", "Scale"),
  page("docs/design.md", "design", "Design"),
  page("docs/glossary.md", "glossary", "Glossary"),
  page("CHANGELOG.md", "changelog", "Changes"),
];

/** For those who work on segring, and who look after it. */
export const PROJECT: readonly GuidePage[] = [
  page("README.md", "readme", "Readme"),
  page("CONTRIBUTING.md", "contributing", "Contributing"),
  page("SECURITY.md", "security", "Security"),
  page("docs/model/README.md", "model", "Models of the ring"),
];

const PAGES = [...GUIDE, ...PROJECT];

/** Writes the pages, the files that pages show, and a page for each file of code to which a page leads. */
export function writeGuide(site: string): void {
  rmSync(`${site}/guide`, { recursive: true, force: true });
  const sources = new Set<string>();
  for (const { source, page } of PAGES) {
    const text = readFileSync(source, "utf8");
    for (const link of linksOf(text)) noteSource(source, link, sources);
    write(`${site}/${page}`, toSite(text, source, page));
  }
  for (const path of sources) {
    if (isPicture(path)) copyFileSync(path, `${site}/guide/${basename(path)}`);
    else write(`${site}/${pageOf(path)}`, sourcePage(path));
  }
}

/** A text of the tree as it stands on a page of the site: its links lead to pages. */
export function toSite(markdown: string, source: string, page: string): string {
  return withLinks(markdown, (target) => {
    if (isElsewhere(target)) return target;
    const { path, anchor } = placeOf(source, target);
    const to = isFile(path) ? pageOf(path) : undefined;
    if (to === undefined) return undefined;
    const relative = posix.relative(posix.dirname(page), to);
    return `${relative.startsWith(".") ? relative : `./${relative}`}${anchor}`;
  });
}

function isElsewhere(target: string): boolean {
  return target.startsWith("#") || /^[a-z][a-z0-9+.-]*:/i.test(target);
}

function placeOf(source: string, target: string): { path: string; anchor: string } {
  const [file = "", anchor] = target.split("#", 2);
  const path = posix.normalize(posix.join(posix.dirname(source), file));
  return { path, anchor: anchor === undefined ? "" : `#${anchor}` };
}

/** The page on which a file of the tree stands. */
function pageOf(path: string): string {
  const known = PAGES.find(({ source }) => source === path);
  if (known !== undefined) return known.page;
  return isPicture(path) ? `guide/${basename(path)}` : `guide/source/${path.replaceAll(/[/.]/g, "-")}.md`;
}

function noteSource(source: string, link: string, sources: Set<string>): void {
  if (isElsewhere(link)) return;
  const { path } = placeOf(source, link);
  if (isFile(path) && !PAGES.some((page) => page.source === path)) sources.add(path);
}

function sourcePage(path: string): string {
  const text = readFileSync(path, "utf8");
  const language = extname(path).slice(1);
  return `# ${path}\n\n\`\`\`\`${language === "mjs" ? "js" : language}\n${text.trimEnd()}\n\`\`\`\`\n`;
}

function isPicture(path: string): boolean {
  return /\.(?:svg|png)$/.test(path);
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
