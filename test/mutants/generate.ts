/**
 * tsx test/mutants/generate.ts FAMILY FILE COUNT TESTS...: adds mutants of a file to a list, spread over its lines. What
 * is drawn depends on the text alone. Look at what it adds: a fault that nothing can see has no place in the list.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { LISTS, type ListedFile, placeOf, readList } from "./list.js";

/** What a fault does to a line: each match of the pattern is one place for it. */
const OPERATORS: readonly (readonly [RegExp, string])[] = [
  [/ < /g, " <= "],
  [/ <= /g, " < "],
  [/ > /g, " >= "],
  [/ >= /g, " > "],
  [/ ===? /g, " !== "],
  [/ !==? /g, " === "],
  [/ \+ /g, " - "],
  [/ - /g, " + "],
  [/ && /g, " || "],
  [/ \|\| /g, " && "],
  [/ & /g, " | "],
  [/ \| (?!undefined|null|readonly|[A-Z"])/g, " & "],
  [/ << /g, " >> "],
  [/ >>> /g, " >> "],
  [/ >> /g, " << "],
  [/\+\+/g, "--"],
  [/\+= /g, "-= "],
  [/\bmin</g, "max<"],
  [/\bMath\.min\b/g, "Math.max"],
  [/\btrue\b/g, "false"],
  [/\bfalse\b/g, "true"],
  [/(?<![\w.])0(?![\w.])/g, "1"],
  [/(?<![\w.])1(?![\w.])/g, "0"],
  [/(?<![\w.])0n\b/g, "1n"],
  [/(?<![\w.])1n\b/g, "0n"],
  [/(?<![\w.])([2-9]|[1-9]\d+)(?![\w.])/g, "1"],
  [/\bif \((?!.*\) \{?$.*\bif\b)/g, "if (!"],
  [/\bcontinue;/g, "break;"],
];
/** A statement that is a line: it may be left out. */
const STATEMENT =
  /^(?!return|const |let |throw |import |export |readonly |static |declare |super\()[\w.#]+(?:\(|\[.*\] [-+|&]?= | [-+|&]?= |\+\+).*;$/;

interface Found {
  line: string;
  becomes: string;
}

const [family = "", file = "", count = "0", ...tests] = process.argv.slice(2);
const list = existsSync(`${LISTS}/${family}.json`) ? readList(LISTS, family) : [];
const text = readFileSync(file, "utf8");
const listed: ListedFile = list.find((one) => one.file === file) ?? { file, tests, mutants: [] };
if (!list.includes(listed)) list.push(listed);
if (tests.length > 0) listed.tests = tests;
listed.mutants.push(...draw(candidates(), Number(count)));
writeFileSync(`${LISTS}/${family}.json`, `${JSON.stringify(list, null, 2)}\n`);
console.log(`${file}: ${listed.mutants.length} mutants`);

function candidates(): Found[] {
  const found: Found[] = [];
  let isCode = true;
  for (const full of text.split("\n")) {
    const line = full.trim();
    if (/^(?:export )?(?:declare )?(?:interface|type) |^import /.test(line) && !/;$|\}$/.test(line)) isCode = false;
    if (isCode && mayChange(line)) found.push(...faultsOf(line));
    if (/^\}|^\} from /.test(full)) isCode = true;
  }
  return found.filter((fault) => placeOf(fault, text) !== undefined);
}

/** Comments, types and the words of messages are no place for a fault. */
function mayChange(line: string): boolean {
  return !/^(?:\/\/|\/?\*|\/\^|import |export \{|export type|throw |@)|`|" *\+|: [A-Z]\w+ =|= \//.test(line);
}

function faultsOf(line: string): Found[] {
  const found: Found[] = [];
  for (const [pattern, instead] of OPERATORS) {
    // What a line throws is words, too.
    for (const match of line.replace(/throw .*|expected\(.*/, "").matchAll(pattern)) {
      const end = match.index + match[0].length;
      let becomes = line.slice(0, match.index) + instead + line.slice(end);
      if (instead === "if (!") becomes = negated(line, match.index) ?? line;
      if (becomes !== line) found.push({ line, becomes });
    }
  }
  if (STATEMENT.test(line)) found.push({ line, becomes: "" });
  return found;
}

/** The line with the condition of its `if` negated; undefined where the condition does not end in it. */
function negated(line: string, at: number): string | undefined {
  let depth = 0;
  for (let end = at + 3; end < line.length; end++) {
    if (line[end] === "(") depth++;
    if (line[end] === ")" && --depth === 0)
      return `${line.slice(0, at)}if (!${line.slice(at + 3, end + 1)})${line.slice(end + 1)}`;
  }
  return undefined;
}

/** So many of them, one a line as long as there are lines, those not in the list yet. */
function draw(found: readonly Found[], wanted: number): Found[] {
  const order = (fault: Found) => createHash("sha256").update(JSON.stringify(fault)).digest("hex");
  const shuffled = [...found].sort((a, b) => (order(a) < order(b) ? -1 : 1));
  const used = new Set(listed.mutants.map(({ line }) => line));
  const drawn: Found[] = [];
  for (const fault of shuffled) {
    if (drawn.length === wanted) break;
    if (used.has(fault.line)) continue;
    used.add(fault.line);
    drawn.push(fault);
  }
  const place = (fault: Found) => placeOf(fault, text) ?? 0;
  return drawn.sort((a, b) => place(a) - place(b));
}
