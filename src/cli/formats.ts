import { filefragParser } from "../node/filefrag.js";
import { iomemParser } from "../node/iomem.js";
import { mapsParser } from "../node/maps.js";
import { UsageError } from "./errors.js";
import type { Input } from "./input.js";
import { CSV_HEADER, readCsv } from "./readers/csv.js";
import { readJson } from "./readers/json.js";
import { readNdjson } from "./readers/ndjson.js";
import { readPfn64 } from "./readers/pfn64.js";
import type { Reader } from "./readers/reader.js";
import { readRecords } from "./readers/records.js";
import { textReader } from "./readers/text.js";

/** A reader for each format. */
export const READERS = {
  pfn64: readPfn64,
  records: readRecords,
  csv: readCsv,
  ndjson: readNdjson,
  json: readJson,
  iomem: textReader((take) => iomemParser(take)),
  maps: textReader((take) => mapsParser(take)),
  filefrag: textReader((take, { unwritten, unaddressed, radix }) =>
    filefragParser({ unwritten, unaddressed, radix }, take),
  ),
} satisfies Record<string, Reader>;

/** What the input is. */
export type InputFormat = keyof typeof READERS;

export const INPUT_FORMATS = Object.keys(READERS) as InputFormat[];

const EXTENSIONS: Record<string, InputFormat> = {
  pfn64: "pfn64",
  records: "records",
  csv: "csv",
  ndjson: "ndjson",
  jsonl: "ndjson",
  json: "json",
  iomem: "iomem",
  maps: "maps",
  filefrag: "filefrag",
};

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

/** The format that a file's name says, by its extension. */
export function formatOfName(fileName: string): InputFormat | undefined {
  const extension = /\.([a-z0-9]+)$/i.exec(fileName)?.[1]?.toLowerCase() ?? "";
  return Object.hasOwn(EXTENSIONS, extension) ? EXTENSIONS[extension] : undefined;
}

/**
 * What an input is, by its name or else by its first line. Frame numbers and records look alike, and a wrong guess would
 * give wrong segments, so binary data is never guessed at.
 *
 * @returns undefined for an empty input, which is empty in any format.
 * @throws {UsageError} It cannot be told.
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
