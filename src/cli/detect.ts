import { CSV_HEADER } from "../text/line-parsers.js";
import { UsageError } from "./errors.js";
import { formatOfName, INPUT_FORMATS, type InputFormat } from "./formats.js";
import type { Input } from "./input.js";

/** What the first line that is not blank says. Binary data has zero bytes long before it looks like one of these. */
const FIRST_LINES: readonly (readonly [InputFormat, RegExp])[] = [
  ["filefrag", /^(?:Filesystem type is: |Filesystem cylinder groups |File size of )/],
  ["iomem", /^[0-9a-f]+-[0-9a-f]+ : /],
  ["maps", /^[0-9a-f]+-[0-9a-f]+ [r-][w-][x-][sp] /],
  ["ndjson", /^\{/],
  ["json", /^\[/],
  ["csv", CSV_HEADER],
  ["csv", /^(?:0x[0-9a-f]+|[0-9]+)[ \t]*,[ \t]*(?:0x[0-9a-f]+|[0-9]+)[ \t]*(?:,|$)/i],
];
/** A first line is not longer. */
const HEAD_BYTES = 4096;

/**
 * Finds what an input is, by its name or else by its first line. Frame numbers and records look alike, and a wrong
 * guess would give wrong segments, so binary data is never guessed.
 *
 * @returns undefined for an empty input, which is empty in any format.
 * @throws {UsageError} Neither name nor first line tells the format.
 */
export async function detectFormat(input: Input): Promise<InputFormat | undefined> {
  const named = formatOfName(input.fileName);
  if (named !== undefined) return named;
  const head = await input.bytes.peek((bytes) => bytes.length >= HEAD_BYTES || firstLine(bytes)?.isWhole === true);
  if (head.length === 0) return undefined;
  if (head.subarray(0, HEAD_BYTES).includes(0)) {
    throw new UsageError(`${input.name}: binary data: say --from pfn64 or --from records, they cannot be told apart`);
  }
  const first = firstLine(head);
  if (first === undefined) return "csv";
  const found = FIRST_LINES.find(([, pattern]) => pattern.test(first.line));
  if (found === undefined) {
    throw new UsageError(`${input.name}: format not recognised: say --from ${INPUT_FORMATS.join(", ")}`);
  }
  return found[0];
}

/** The first line that is not blank, of the text that begins so, and whether its end is there too. Only "\n" ends a line. */
function firstLine(head: Buffer): { line: string; isWhole: boolean } | undefined {
  const text = head.toString("utf8").trimStart();
  if (text === "") return undefined;
  const end = text.indexOf("\n");
  return { line: (end < 0 ? text : text.slice(0, end)).trimEnd(), isWhole: end >= 0 };
}
