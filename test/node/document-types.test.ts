/** The TypeScript of README.md and of docs/*.md compiles under strict rules, against the declarations of the built package. */
import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { REPOSITORY } from "../support/bundle.js";
import { blocksOf, readGuides } from "../support/documents.js";
import { OPTIONS as EXAMPLE_OPTIONS } from "../support/examples.js";

/** Stricter than examples need: people copy whole blocks into projects of their own. */
const OPTIONS: ts.CompilerOptions = {
  ...EXAMPLE_OPTIONS,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
};

it("blocks of TypeScript have no fault of type", { timeout: 600_000 }, () => {
  const blocks = [...readGuides()].flatMap(([path, text]) => blocksOf(path, text, ["ts"]));
  expect(blocks).not.toEqual([]);
  // Files that are not on the disk, in this tree: there the package is found by its name.
  const files = new Map(blocks.map((block, index) => [join(REPOSITORY, "build", `block-${index}.mts`), block]));
  const host = ts.createCompilerHost(OPTIONS);
  const { readFile, fileExists, getSourceFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name)?.code ?? readFile(name);
  host.getSourceFile = (name, ...rest) => {
    const block = files.get(name);
    return block === undefined
      ? getSourceFile(name, ...rest)
      : ts.createSourceFile(name, block.code, ...(rest.slice(0, 1) as [ts.ScriptTarget]));
  };
  const program = ts.createProgram([...files.keys()], OPTIONS, host);
  const faults = ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const [path, line] = files.get(file?.fileName ?? "")?.place.split(":") ?? [file?.fileName, "1"];
    const at = Number(line) + (file?.getLineAndCharacterOfPosition(start).line ?? 0);
    return `${path}:${at}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
  expect(faults).toEqual([]);
});
