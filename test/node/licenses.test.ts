/** The licences of what is bundled into the command line. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildSync } from "esbuild";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { licensesOf } from "../../scripts/licenses.js";
import { REPOSITORY } from "../support/bundle.js";

describe("of a bundle", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "segring-licenses-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Bundles `main.js` of these files. */
  const licensesFor = (files: Record<string, string>) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const { metafile } = buildSync({
      entryPoints: ["main.js"],
      absWorkingDir: folder,
      bundle: true,
      format: "esm",
      write: false,
      metafile: true,
    });
    return licensesOf(metafile, folder);
  };
  const manifest = (name: string) => JSON.stringify({ name, version: "1.2.3", license: "MIT", main: "index.js" });
  const both = {
    "main.js": 'import { one } from "one"; console.log(one);',
    "node_modules/one/package.json": manifest("one"),
    "node_modules/one/index.js": 'export { two as one } from "@scope/two";',
    "node_modules/one/LICENSE.md": "One may.\n",
    "node_modules/one/node_modules/@scope/two/package.json": manifest("@scope/two"),
    "node_modules/one/node_modules/@scope/two/index.js": "export const two = 2;",
  };

  it("has the text of each package of which something is inside", () => {
    const text = licensesFor({ ...both, "node_modules/one/node_modules/@scope/two/license": "Two may.\n" });
    expect(text).toBe("@scope/two 1.2.3 (MIT)\n\nTwo may.\n");
  });

  it("fails where a package has none", () => {
    expect(() => licensesFor(both)).toThrow("@scope/two 1.2.3 expected a licence file");
  });
});

it("the built command line names its parser and its bar", () => {
  const text = readFileSync(join(REPOSITORY, "dist/cli/licenses.txt"), "utf8");
  const names = [...text.matchAll(/^(\S+) \d+\.\d+\.\d+ \(MIT\)$/gm)].map(([, name]) => name);
  expect(names).toEqual(["cli-progress", "commander"]);
});
