/** Every public call with an object of options is in the table of its suite: found by the types, so that none is forgotten. */
import { relative, resolve } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { optionsCases } from "../support/options-cases.js";
import { nodeCases } from "../support/options-cases-node.js";
import { describeOptions } from "../support/options-suite.js";

const linux = process.platform === "linux";
for (const [id, one] of Object.entries(nodeCases)) if (linux || !/buffer|pagemap/.test(id)) describeOptions(id, one);

/** Types with optional fields that are no options. */
const NOT_OPTIONS: Record<string, string> = {
  Range: "data: other fields may be beside them",
  WorkerLike: "a worker of the platform",
  Engines: "for a constructor that asks for the key of the package",
  KeptLimits: "for a constructor that asks for the key of the package",
  SegringError: "its options are those of Error, which ignores unknown ones",
};

const SRC = resolve("src");
const ENTRIES = [
  "index.ts",
  "js.ts",
  "wasm.ts",
  "table/index.ts",
  "devices/index.ts",
  "node/index.ts",
  "plan/index.ts",
  "plan/columns.ts",
  "ring/index.ts",
  "pool/index.ts",
  "descriptors/index.ts",
  "text/index.ts",
  "draw/index.ts",
];

describe("the table of calls with options", () => {
  it("has every one that the entries export", { timeout: 600_000 }, () => {
    const found = publicCallsWithOptions(ENTRIES.map((entry) => resolve(SRC, entry)));
    expect(found.sort()).toEqual([...Object.keys(optionsCases), ...Object.keys(nodeCases)].sort());
  });
});

/** `file: call(parameter)` of each parameter that is an object with optional fields, or an array of such objects. */
function publicCallsWithOptions(entries: readonly string[]): string[] {
  // Of the platform's types only those of the language: the others have no options of ours, and take long to read.
  const program = ts.createProgram(entries, {
    strict: true,
    exactOptionalPropertyTypes: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ["lib.es2023.d.ts"],
    types: [],
  });
  const checker = program.getTypeChecker();
  const found = new Set<string>();

  const isInternal = (symbol: ts.Symbol) => symbol.getJsDocTags(checker).some(({ name }) => name === "internal");
  const isPrivate = ({ valueDeclaration }: ts.Symbol) =>
    valueDeclaration !== undefined &&
    ts.isMethodDeclaration(valueDeclaration) &&
    ts.isPrivateIdentifier(valueDeclaration.name);
  const isOurs = (symbol: ts.Symbol | undefined) =>
    symbol?.declarations?.some((declaration) => declaration.getSourceFile().fileName.startsWith(SRC)) ?? false;

  const isOptions = (type: ts.Type): boolean => {
    if (type.isUnion()) return type.types.some(isOptions);
    const element = checker.isArrayType(type) && checker.getTypeArguments(type as ts.TypeReference)[0];
    if (element) return isOptions(element);
    const name = type.aliasSymbol?.name ?? type.symbol?.name ?? "";
    if ((type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) === 0 || name in NOT_OPTIONS) return false;
    if (type.symbol !== undefined && (type.symbol.flags & ts.SymbolFlags.Class) !== 0) return false;
    if (type.getCallSignatures().length + type.getConstructSignatures().length > 0) return false;
    return type
      .getProperties()
      .some((property) => (property.flags & ts.SymbolFlags.Optional) !== 0 && isOurs(property));
  };

  const visit = (symbol: ts.Symbol, call: string, signatures: readonly ts.Signature[]) => {
    if (!isOurs(symbol) || isInternal(symbol) || isPrivate(symbol)) return;
    for (const signature of signatures) {
      const declaration = signature.getDeclaration();
      if (declaration === undefined) continue;
      const file = relative(SRC, declaration.getSourceFile().fileName);
      for (const parameter of signature.getParameters()) {
        const type = checker.getTypeOfSymbolAtLocation(parameter, declaration);
        if (isOptions(type)) found.add(`${file}: ${call}(${parameter.name})`);
      }
    }
  };

  for (const entry of entries) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(entry) as ts.SourceFile);
    for (const exported of checker.getExportsOfModule(module as ts.Symbol)) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      const { name } = symbol;
      if (name in NOT_OPTIONS) continue;
      if (symbol.valueDeclaration !== undefined) {
        const type = checker.getTypeOfSymbolAtLocation(symbol, symbol.valueDeclaration);
        visit(symbol, name, type.getCallSignatures());
        if (!(symbol.flags & ts.SymbolFlags.Class)) continue;
        visit(symbol, `new ${name}`, type.getConstructSignatures());
        for (const member of type.getProperties()) {
          visit(member, `${name}.${member.name}`, checker.getTypeOfSymbol(member).getCallSignatures());
        }
      }
      if (symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface)) {
        for (const member of checker.getDeclaredTypeOfSymbol(symbol).getProperties()) {
          const type = checker.getNonNullableType(checker.getTypeOfSymbol(member));
          visit(member, `${name}.${member.name}`, type.getCallSignatures());
        }
      }
    }
  }
  return [...found];
}
