/** How long files and functions are, and how many parameters functions have. */
import { readFileSync } from "node:fs";
import ts from "typescript";

const FILE_LINES = 350;
const TEST_LINES = 600;
const FUNCTION_LINES = 60;
const PARAMETERS = 5;

/** Functions that may be larger, by file and name, and why. One that is no larger any more is a fault, so that the list stays short. */
const LARGER: Readonly<Record<string, string>> = {
  "assembly/breaks.ts noteBreaksOfKind": "both passes add to one vector, and a function gives back one value",
  "assembly/pages.ts expandPages": "its loops share five values in registers, and a function gives back one",
  "assembly/records.ts emitBlock": "its loop and what comes before share seven values in registers",
  "src/engine/js-run.ts coalesce": "its loop keeps the run and the output in registers",
  "src/engine/js-run.ts take": "with its output in fields, page frames took twice as long",
};

/** What is too long, a line each. Tests may have long functions: a suite is one. */
export function sizeFaults(files: readonly string[]): string[] {
  const larger = new Set<string>();
  const faults = files.flatMap((file) => {
    const text = readFileSync(file, "utf8");
    const isTest = file.startsWith("test/");
    const lines = text.trimEnd().split("\n").length;
    const most = isTest ? TEST_LINES : FILE_LINES;
    const long = lines > most ? [`${file} has ${lines} lines, at most ${most}`] : [];
    return isTest ? long : long.concat(functionFaults(file, text, larger));
  });
  const small = Object.keys(LARGER).filter((name) => !larger.has(name));
  return faults.concat(small.map((name) => `${name}: may be larger, but is not`));
}

/** @param larger Gets the names of those that may be larger, and are. */
function functionFaults(file: string, text: string, larger: Set<string>): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line + 1;
  const faults: string[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isFunctionLike(node) && "body" in node && node.body !== undefined) {
      const start = lineOf(node.getStart(source));
      const lines = lineOf(node.end) - start + 1;
      const found = [];
      if (lines > FUNCTION_LINES) found.push(`a function of ${lines} lines, at most ${FUNCTION_LINES}`);
      // What JavaScript calls in a kernel takes numbers only, and AssemblyScript inlines its own functions.
      if (node.parameters.length > PARAMETERS && !file.startsWith("assembly/")) {
        found.push(`${node.parameters.length} parameters, at most ${PARAMETERS}`);
      }
      const name = `${file} ${node.name?.getText(source)}`;
      if (found.length > 0 && name in LARGER) larger.add(name);
      else faults.push(...found.map((fault) => `${file}:${start}: ${fault}`));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return faults;
}
