/** Every link of every document leads to a file of this tree, and to a heading of that file. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { anchorsOf, linkFaults, linksOf } from "../../scripts/document-links.js";
import { REPOSITORY } from "../support/bundle.js";
import { readDocuments } from "../support/documents.js";

describe("links of documents", () => {
  const documents = readDocuments();
  const inTree = (path: string) => !path.startsWith("..") && existsSync(join(REPOSITORY, path));

  it("lead somewhere", () => {
    expect(linkFaults(documents, inTree)).toEqual([]);
  });

  it.each(["README.md", "CONTRIBUTING.md", "docs/guide.md"])("%s has some", (path) => {
    expect(linksOf(documents.get(path) as string)).not.toEqual([]);
  });

  it.each([
    ["[a](gone.md)", "docs/a.md: gone.md: there is no docs/gone.md"],
    ["![a](../gone.svg)", "docs/a.md: ../gone.svg: there is no gone.svg"],
    ["[a](../../README.md)", "docs/a.md: ../../README.md: there is no ../README.md"],
    ["[a](#nothing)", "docs/a.md: #nothing: docs/a.md has no heading #nothing"],
    ["[a](../README.md#nothing)", "docs/a.md: ../README.md#nothing: README.md has no heading #nothing"],
    ["[a]: gone.md", "docs/a.md: gone.md: there is no docs/gone.md"],
    ['<img alt="a" src="gone.svg">', "docs/a.md: gone.svg: there is no docs/gone.svg"],
  ])("one that leads nowhere is a fault: %s", (text, fault) => {
    const all = new Map([...documents, ["docs/a.md", `# A\n\n${text}\n`] as const]);
    expect(linkFaults(all, inTree)).toEqual([...linkFaults(documents, inTree), fault]);
  });

  it("of other sites, in code, and to headings, files and folders that are there are none", () => {
    const text =
      "# One `two`: three, four_five\n\n[a](#one-two-three-four_five) [b](#again-1) [c](../samples/recipes/) " +
      '[d](https://example.com/x#y) `[e](gone)` [f](../LICENSE "the licence") [g](<../README.md>) [h](#here)\n' +
      '```md\n[i](gone)\n# No heading\n```\n## Again\n## Again\n<a id="here"></a>\n';
    expect(linkFaults(new Map([...documents, ["docs/a.md", text]]), inTree)).toEqual(linkFaults(documents, inTree));
    expect(linksOf(text)).toHaveLength(7);
    expect([...anchorsOf(text)]).toEqual(["one-two-three-four_five", "again", "again-1", "here"]);
  });
});
