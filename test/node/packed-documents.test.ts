/** What `npm run test:pack` says of documents: of packages written here. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { packedDocumentFaults } from "../../scripts/packed-documents.js";

describe("documents in a package", () => {
  let outside: string;
  let folder: string;
  beforeEach(() => {
    outside = mkdtempSync(join(tmpdir(), "segring-packed-"));
    folder = join(outside, "package");
  });
  afterEach(() => rmSync(outside, { recursive: true, force: true }));

  const faultsOf = (files: Record<string, string>, docs: readonly string[]) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return packedDocumentFaults(Object.keys(files), folder, docs);
  };
  const good = {
    "README.md": "# R\n[guide](docs/guide.md#first) ![picture](docs/a.svg) [recipes](samples/recipes)\n",
    "CHANGELOG.md": "",
    "SECURITY.md": "[r](README.md#r)",
    "docs/guide.md": "# First\n[up](../README.md)",
    "docs/a.svg": "<svg/>",
    "samples/recipes/a.mjs": "",
  };

  it("are right where all are there and every link leads to a file of the package", () => {
    expect(faultsOf(good, ["guide.md", "a.svg", "model"])).toEqual([]);
  });

  it("are wrong where one of docs is not packed, or a link leads out of the package", () => {
    const readme = `${good["README.md"]}[c](CONTRIBUTING.md) [x](../outside.md) [g](docs/guide.md#second)`;
    writeFileSync(join(outside, "outside.md"), "");
    expect(faultsOf({ ...good, "README.md": readme }, ["guide.md", "cli.md"])).toEqual([
      "docs/cli.md is not in the package",
      "README.md: CONTRIBUTING.md: there is no CONTRIBUTING.md",
      "README.md: ../outside.md: there is no ../outside.md",
      "README.md: docs/guide.md#second: docs/guide.md has no heading #second",
    ]);
  });

  it("are wrong where nothing is linked, since then nothing was read", () => {
    expect(faultsOf({ "README.md": "# R", "CHANGELOG.md": "", "SECURITY.md": "" }, [])).toEqual([
      "no document has a link: expected some",
    ]);
  });
});
