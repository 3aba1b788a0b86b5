import { quote } from "../core/errors.js";
import { RangeFault } from "./fault.js";
import { parseObject } from "./object.js";
import { parseRange, type WholeRange } from "./range.js";

/**
 * Gives the range of a line; undefined for a line without one: a header, or blank.
 *
 * @throws {RangeFault} The line is not of the format.
 */
export type LineParser = (line: string) => WholeRange | undefined;

/** The formats of a text of ranges: `addr,length[,flags]` a line, or a JSON object a line. */
export type TextFormat = "csv" | "ndjson";

/** A parser for each format. A parser serves one text, from its first line on. */
export const LINE_PARSERS: Readonly<Record<TextFormat, () => LineParser>> = {
  csv: csvParser,
  ndjson: () => parseNdjson,
};

/** Of a line without the space around it. Also what the command line knows the format by. */
export const CSV_HEADER = /^addr[ \t]*,[ \t]*length[ \t]*(?:,[ \t]*flags)?$/i;

/** `addr,length[,flags]`, decimal or 0x…; the first line that is not blank may be that header. */
function csvParser(): LineParser {
  let headerMayCome = true;
  return (text) => {
    const line = text.trim();
    if (line === "") return undefined;
    const isHeader = headerMayCome && CSV_HEADER.test(line);
    headerMayCome = false;
    return isHeader ? undefined : parseCsv(line);
  };
}

function parseCsv(line: string): WholeRange {
  const first = line.indexOf(",");
  const second = line.indexOf(",", first + 1);
  if (first < 0 || (second >= 0 && line.includes(",", second + 1))) {
    throw new RangeFault(`expected addr,length[,flags], got ${quote(line)}`);
  }
  const addr = line.slice(0, first).trim();
  if (second < 0) return parseRange(addr, line.slice(first + 1).trim(), "0");
  return parseRange(addr, line.slice(first + 1, second).trim(), line.slice(second + 1).trim() || "0");
}

function parseNdjson(line: string): WholeRange | undefined {
  return line.trim() === "" ? undefined : parseObject(line);
}
