/** The examples in the docstrings of the sources, by the names that the entries of the package export. */
import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { REPOSITORY } from "./bundle.js";
import { type Block, blocksOf } from "./documents.js";

export const OPTIONS: ts.CompilerOptions = {
  strict: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts", "lib.esnext.disposable.d.ts"],
  types: ["node"],
  skipLibCheck: true,
  noEmit: true,
};

/** The entries that people import from, and their sources: `segring/table`, `src/table/index.ts`. */
export function readEntries(): Map<string, string> {
  const { exports } = JSON.parse(readFileSync(join(REPOSITORY, "package.json"), "utf8"));
  const entries = new Map<string, string>();
  for (const path of Object.keys(exports)) {
    const source = (exports[path].default ?? "").replace(/^\.\/dist\/(.*)\.js$/, "src/$1.ts");
    // Of the rest, some run in a worker and do nothing else, and the others are no code.
    if (!source.endsWith(".ts") || path.endsWith("/worker") || !existsSync(join(REPOSITORY, source))) continue;
    entries.set(`segring${path.slice(1)}`, source);
  }
  return entries;
}

/** A function or class that an entry exports, and the examples in its docstrings. */
export interface PublicName {
  readonly name: string;
  /** `src/table/slice.ts:30`. */
  readonly place: string;
  readonly entry: string;
  readonly examples: readonly Block[];
  /** Public methods of a class, static ones among them. */
  readonly methods: readonly string[];
}

/** The public functions and classes of these entries. A class that is exported as a type alone counts too. */
export function publicNames(program: ts.Program, entries: ReadonlyMap<string, string>): PublicName[] {
  const checker = program.getTypeChecker();
  const names: PublicName[] = [];
  for (const [entry, path] of entries) {
    const file = program.getSourceFile(join(REPOSITORY, path));
    const module = file && checker.getSymbolAtLocation(file);
    if (module === undefined) throw new Error(`expected a module with exports, got ${path}`);
    for (const exported of checker.getExportsOfModule(module)) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      for (const node of symbol.declarations ?? []) {
        if (ts.isFunctionDeclaration(node)) {
          names.push({ name: exported.name, entry, place: placeOf(node), examples: examplesOf(node), methods: [] });
        }
        if (ts.isClassDeclaration(node)) {
          const members = node.members.filter((member) => isPublic(member));
          const examples = [node, ...members].flatMap(examplesOf);
          const methods = members.filter(ts.isMethodDeclaration).map(({ name }) => name.getText());
          names.push({ name: exported.name, entry, place: placeOf(node), examples, methods });
        }
      }
    }
  }
  return names;
}

/** A member that people may call by its name. */
function isPublic(member: ts.ClassElement): boolean {
  const { name } = member;
  if (name === undefined) return ts.isConstructorDeclaration(member);
  return ts.isIdentifier(name) && !ts.getJSDocTags(member).some(({ tagName }) => tagName.text === "internal");
}

function examplesOf(node: ts.Node): Block[] {
  const file = node.getSourceFile();
  const path = relative(REPOSITORY, file.fileName).replaceAll("\\", "/");
  return ts.getJSDocCommentsAndTags(node).flatMap((part) => {
    const tags = ts.isJSDoc(part) ? (part.tags ?? []) : [];
    return tags.filter(({ tagName }) => tagName.text === "example").flatMap((tag) => tagBlocks(file, path, tag));
  });
}

/** The blocks of code in a tag, whose lines begin with an asterisk. */
function tagBlocks(file: ts.SourceFile, path: string, tag: ts.JSDocTag): Block[] {
  const first = file.getLineAndCharacterOfPosition(tag.getStart()).line;
  const text = file.text.slice(tag.getStart(), tag.end).replaceAll(/^ *\* ?/gm, "");
  return blocksOf(path, text, ["ts"]).map((block) => {
    const line = first + Number(block.place.replace(/.*:/, ""));
    return { ...block, place: `${path}:${line}` };
  });
}

function placeOf(node: ts.Node): string {
  const file = node.getSourceFile();
  const path = relative(REPOSITORY, file.fileName).replaceAll("\\", "/");
  return `${path}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}
