import { looksLikeCsv } from "../text/csv.js";
import { isPassedOver } from "../text/csv-fields.js";
import { UsageError } from "./errors.js";
import { formatOfName, INPUT_FORMATS, type InputFormat } from "./formats.js";
import type { Input } from "./input.js";

/** What the first line that is neither blank nor a comment says. Binary data has zero bytes long before it looks like one of these. */
const FIRST_LINES: readonly (readonly [InputFormat, RegExp])[] = [
  ["filefrag", /^(?:Filesystem type is: |Filesystem cylinder groups |File size of )/],
  ["iomem", /^[0-9a-f]+-[0-9a-f]+ : /],
  ["maps", /^[0-9a-f]+-[0-9a-f]+ [r-][w-][x-][sp] /],
  ["ndjson", /^\{/],
  ["json", /^\[/],
];
/** A first line is not longer. */
const HEAD_BYTES = 4096;

/**
 * Finds what an input is, by its name or else by its first line. Frame numbers and records look alike, and a wrong
 * guess would give wrong segments, so binary data is never guessed.
 *
 * @param hasColumns The command line names the columns, which are of CSV.
 * @returns undefined for an empty input, which is empty in any format.
 * @throws {UsageError} Neither name nor first line tells the format.
 */
export async function detectFormat(input: Input, hasColumns: boolean): Promise<InputFormat | undefined> {
  const named = formatOfName(input.fileName);
  if (named !== undefined) return named;
  const head = await input.bytes.peek((bytes) => bytes.length >= HEAD_BYTES || firstLine(bytes)?.isWhole === true);
  if (head.length === 0) return undefined;
  if (head.subarray(0, HEAD_BYTES).includes(0)) {
    throw new UsageError(`${input.name}: binary data: say --from pfn64 or --from records, they cannot be told apart`);
  }
  const first = firstLine(head);
  if (first === undefined) return "csv";
  const found = FIRST_LINES.find(([, pattern]) => pattern.test(first.line))?.[0];
  if (found !== undefined) return found;
  if (hasColumns || looksLikeCsv(first.line)) return "csv";
  throw new UsageError(
    `${input.name}: line ${first.number}, column 1: format not recognised: say --from ${INPUT_FORMATS.join(", ")}`,
  );
}

/** A line, its number from 1, and whether its end is there too. */
interface FirstLine {
  readonly line: string;
  readonly number: number;
  readonly isWhole: boolean;
}

/** The first line that is neither blank nor a comment, of the text that begins so. Only "\n" ends a line. */
function firstLine(head: Buffer): FirstLine | undefined {
  const lines = head
    .toString("utf8")
    .replace(/^\ufeff/, "")
    .split("\n");
  const index = lines.findIndex((line) => !isPassedOver(line.trim()));
  if (index < 0) return undefined;
  return { line: (lines[index] as string).trim(), number: index + 1, isWhole: index < lines.length - 1 };
}
