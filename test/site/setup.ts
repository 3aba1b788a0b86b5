/** Runs before the tests of the site: builds the site at "/" and below a sub-path where something changed, and serves both. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { serveSite } from "../../scripts/site-server.js";
import { REPOSITORY } from "../support/bundle.js";

declare module "vitest" {
  interface ProvidedContext {
    /** Of the site at "/", with the headers of an isolated page. */
    siteUrl: string;
    /** Of the site below a sub-path. */
    subUrl: string;
    /** The built folders. */
    siteFolder: string;
    subFolder: string;
  }
}

const SUB = "/x/y/";

/** What the site is made of: files, and folders with all that is in them. */
const SOURCES = ["site", "scripts", "docs", "samples", "src", "dist", "README.md", "CHANGELOG.md", "package-lock.json"];
/** What the build writes there. */
const GENERATED = /^site\/(?:dist|guide|api|generated|public\/drawn|\.vitepress\/(?:cache|\.temp|parts))(?:\/|\.|$)/;

export default async function serveForTests(project: TestProject): Promise<() => Promise<void>> {
  const folders = [
    { base: "/", folder: join(REPOSITORY, "site/dist") },
    { base: SUB, folder: join(REPOSITORY, "build/site-below") },
  ] as const;
  const stamp = hashOfSources();
  for (const { base, folder } of folders) build(base, folder, stamp);
  const servers = await Promise.all(folders.map(({ base, folder }) => serveSite(folder, { base })));
  const [at, below] = servers as [(typeof servers)[0], (typeof servers)[0]];
  project.provide("siteUrl", at.url);
  project.provide("subUrl", below.url);
  project.provide("siteFolder", folders[0].folder);
  project.provide("subFolder", folders[1].folder);
  return async () => {
    await Promise.all(servers.map((server) => server.close()));
  };
}

/** @param stamp Of the sources; the build before said its own in a file beside the folder. */
function build(base: string, folder: string, stamp: string): void {
  const said = `${folder}.stamp`;
  if (existsSync(folder) && existsSync(said) && readFileSync(said, "utf8") === stamp) return;
  const env = { ...process.env, SITE_BASE: base, SITE_OUT: folder };
  const { status, stdout, stderr } = spawnSync("npm", ["run", "--silent", "site"], {
    cwd: REPOSITORY,
    env,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`npm run site, with SITE_BASE=${base}, ends with ${status}\n${stdout}${stderr}`);
  writeFileSync(said, stamp);
}

function hashOfSources(): string {
  const hash = createHash("sha256");
  for (const path of SOURCES.flatMap(filesIn).sort()) {
    hash.update(`${path}\n`).update(readFileSync(join(REPOSITORY, path)));
  }
  return hash.digest("hex");
}

function filesIn(path: string): string[] {
  if (GENERATED.test(path)) return [];
  const place = join(REPOSITORY, path);
  return statSync(place).isFile() ? [path] : readdirSync(place).flatMap((name) => filesIn(`${path}/${name}`));
}
