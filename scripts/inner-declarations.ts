/**
 * Takes the declarations away from dist/ that no entry leads to: functions and types which modules of this package share,
 * and which no user can name. No compiler reads them.
 */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import ts from "typescript";
import { aliased } from "./inner-comments.js";

/**
 * @param files The declarations of dist/.
 * @param entries Those of them whose exports all stay.
 */
export function dropInnerDeclarations(files: readonly string[], entries: readonly string[]): void {
  const program = ts.createProgram(
    [...files, ...entries].map((file) => resolve(file)),
    { skipLibCheck: true, types: [] },
  );
  const needed = neededBy(program, entries);
  for (const file of files) {
    const source = program.getSourceFile(resolve(file));
    if (source === undefined) throw new Error(`${file} is not in the program`);
    const text = withoutOthers(source, needed);
    if (text !== source.text) writeFileSync(file, text);
  }
}

/** The statements that declare what the entries export, and what those name, and so on. */
function neededBy(program: ts.Program, entries: readonly string[]): Set<ts.Node> {
  const checker = program.getTypeChecker();
  const needed = new Set<ts.Node>();
  const visit = (node: ts.Node) => {
    if (ts.isIdentifier(node)) need(checker.getSymbolAtLocation(node));
    ts.forEachChild(node, visit);
  };
  const need = (symbol: ts.Symbol | undefined) => {
    const named = symbol && aliased(symbol, checker);
    for (const declaration of named?.declarations ?? []) {
      const statement = statementOf(declaration);
      if (needed.has(statement)) continue;
      needed.add(statement);
      visit(statement);
    }
  };
  for (const entry of entries) {
    const source = program.getSourceFile(resolve(entry));
    const module = source && checker.getSymbolAtLocation(source);
    for (const name of module === undefined ? [] : checker.getExportsOfModule(module)) need(name);
    // Re-exports, and what a file without exports declares.
    source?.statements.forEach((statement) => {
      needed.add(statement);
      visit(statement);
    });
  }
  return needed;
}

/** The statement of a file that a declaration lies in. */
function statementOf(node: ts.Node): ts.Node {
  return ts.isSourceFile(node) || ts.isSourceFile(node.parent) ? node : statementOf(node.parent);
}

function withoutOthers(source: ts.SourceFile, needed: ReadonlySet<ts.Node>): string {
  const kept = source.statements.filter((node) => needed.has(node) || ts.isExportDeclaration(node));
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  kept.forEach(visit);
  const texts = source.statements.map((node) => {
    if (ts.isImportDeclaration(node)) return importOf(node, names);
    return kept.includes(node) ? node.getFullText() : "";
  });
  const text = texts.join("").trimStart();
  // A module without a declaration is one still; a file that was none, of names for all, must not become one.
  return `${text}${ts.isExternalModule(source) && !kept.some(isExported) ? "\nexport {};" : ""}\n`;
}

function isExported(node: ts.Node): boolean {
  if (ts.isExportDeclaration(node) || ts.isExportAssignment(node)) return true;
  return (
    ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  );
}

/** An import with those of its names that are used; nothing where none is. */
function importOf(node: ts.ImportDeclaration, names: ReadonlySet<string>): string {
  const bindings = node.importClause?.namedBindings;
  if (bindings === undefined || !ts.isNamedImports(bindings)) return node.getFullText();
  const used = bindings.elements.filter(({ name }) => names.has(name.text));
  if (used.length === 0) return "";
  const text = node.getFullText();
  const from = bindings.getStart() - node.getFullStart();
  return `${text.slice(0, from)}{ ${used.map((each) => each.getText()).join(", ")} }${text.slice(from + bindings.getWidth())}`;
}
