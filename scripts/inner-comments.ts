/**
 * Takes the comments away from the declarations in dist/ that no entry exports, since no editor shows them. They were a
 * sixth of all declarations, gzipped. Comments of public names and of what these extend stay.
 */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import ts from "typescript";

/**
 * @param files The declarations of dist/.
 * @param entries Those of them that package.json names.
 */
export function dropInnerComments(files: readonly string[], entries: readonly string[]): void {
  const program = ts.createProgram(
    [...files, ...entries].map((file) => resolve(file)),
    { skipLibCheck: true, types: [] },
  );
  const shown = publicDeclarations(program, entries);
  for (const file of files) {
    const source = program.getSourceFile(resolve(file));
    if (source === undefined) throw new Error(`${file} is not in the program`);
    const inner = source.statements.filter((statement) => !declarationsIn(statement).some((node) => shown.has(node)));
    const text = withoutComments(source.text, inner.flatMap(commentsIn));
    if (text !== source.text) writeFileSync(file, text);
  }
}

/** What the entries export, each name at the place of its declaration. */
function publicDeclarations(program: ts.Program, entries: readonly string[]): Set<ts.Node> {
  const checker = program.getTypeChecker();
  const shown = new Set<ts.Node>();
  for (const entry of entries) {
    const source = program.getSourceFile(resolve(entry));
    const module = source && checker.getSymbolAtLocation(source);
    for (const name of module === undefined ? [] : checker.getExportsOfModule(module)) {
      show(aliased(name, checker), checker, shown);
    }
  }
  return shown;
}

/** A name, and what it extends: members that are inherited are public. */
function show(symbol: ts.Symbol, checker: ts.TypeChecker, shown: Set<ts.Node>): void {
  for (const declaration of symbol.declarations ?? []) {
    if (shown.has(declaration)) continue;
    shown.add(declaration);
    if (!ts.isClassDeclaration(declaration) && !ts.isInterfaceDeclaration(declaration)) continue;
    for (const { expression } of (declaration.heritageClauses ?? []).flatMap(({ types }) => [...types])) {
      const named = checker.getSymbolAtLocation(expression);
      if (named === undefined) continue;
      show(aliased(named, checker), checker, shown);
    }
  }
}

/** What a name stands for, where another module declares it. */
export function aliased(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** The declarations that a statement makes: `const a, b` makes two. */
function declarationsIn(statement: ts.Statement): ts.Node[] {
  return ts.isVariableStatement(statement) ? [...statement.declarationList.declarations] : [statement];
}

/** Where the documentation of a declaration and of its members stands. An import has none. */
function commentsIn(node: ts.Node): ts.TextRange[] {
  const own = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  return [...own, ...node.getChildren().flatMap(commentsIn)].map(({ pos, end }) => ({ pos, end }));
}

function withoutComments(text: string, comments: readonly ts.TextRange[]): string {
  let kept = "";
  let from = 0;
  for (const { pos, end } of [...comments].sort((a, b) => a.pos - b.pos)) {
    if (pos < from) continue;
    kept += text.slice(from, pos);
    from = end;
  }
  return (kept + text.slice(from)).replaceAll(/^[ \t]*\n/gm, "");
}
