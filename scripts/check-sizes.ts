/** How long files and functions are, and how many parameters functions have. */
import { readFileSync } from "node:fs";
import ts from "typescript";

const FILE_LINES = 350;
const TEST_LINES = 600;
const FUNCTION_LINES = 60;
const PARAMETERS = 5;

/** What is too long, a line each. Tests may have long functions: a suite is one. */
export function sizeFaults(files: readonly string[]): string[] {
  return files.flatMap((file) => {
    const text = readFileSync(file, "utf8");
    const isTest = file.startsWith("test/");
    const lines = text.trimEnd().split("\n").length;
    const most = isTest ? TEST_LINES : FILE_LINES;
    const faults = lines > most ? [`${file} has ${lines} lines, at most ${most}`] : [];
    return isTest ? faults : faults.concat(functionFaults(file, text));
  });
}

function functionFaults(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line + 1;
  const faults: string[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isFunctionLike(node) && "body" in node && node.body !== undefined) {
      const place = `${file}:${lineOf(node.getStart(source))}`;
      const lines = lineOf(node.end) - lineOf(node.getStart(source)) + 1;
      if (lines > FUNCTION_LINES) faults.push(`${place}: a function of ${lines} lines, at most ${FUNCTION_LINES}`);
      // What JavaScript calls in a kernel takes numbers only, and AssemblyScript inlines its own functions.
      if (node.parameters.length > PARAMETERS && !file.startsWith("assembly/")) {
        faults.push(`${place}: ${node.parameters.length} parameters, at most ${PARAMETERS}`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return faults;
}
