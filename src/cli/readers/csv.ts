import { quote } from "../../core/errors.js";
import type { Range } from "../../core/record.js";
import { DataError } from "../errors.js";
import { linesOf } from "../lines.js";
import { atPlace, hasBytes, parseRange, type WholeRange } from "./range.js";
import type { Batch, ReaderOptions } from "./reader.js";

/** Of a line without the space around it. Also what `auto` knows the format by. */
export const CSV_HEADER = /^addr[ \t]*,[ \t]*length[ \t]*(?:,[ \t]*flags)?$/i;

/** `addr,length[,flags]` a line, decimal or 0x…, with or without that header. Blank lines and spaces mean nothing. */
export async function* readCsv(
  source: AsyncIterable<Uint8Array>,
  { name, skipEmpty }: ReaderOptions,
): AsyncGenerator<Batch> {
  let headerMayCome = true;
  for await (const { firstNumber, lines } of linesOf(source, name)) {
    const ranges: Range[] = [];
    for (let index = 0; index < lines.length; index++) {
      const line = (lines[index] as string).trim();
      if (line === "") continue;
      const isHeader = headerMayCome && CSV_HEADER.test(line);
      headerMayCome = false;
      if (isHeader) continue;
      try {
        const range = parseLine(line);
        if (hasBytes(range, skipEmpty)) ranges.push(range);
      } catch (error) {
        throw atPlace(error, `${name}: line ${firstNumber + index}`);
      }
    }
    yield ranges;
  }
}

function parseLine(line: string): WholeRange {
  const first = line.indexOf(",");
  const second = line.indexOf(",", first + 1);
  if (first < 0 || (second >= 0 && line.includes(",", second + 1))) {
    throw new DataError(`expected addr,length[,flags], got ${quote(line)}`);
  }
  const addr = line.slice(0, first).trim();
  if (second < 0) return parseRange(addr, line.slice(first + 1).trim(), "0");
  return parseRange(addr, line.slice(first + 1, second).trim(), line.slice(second + 1).trim() || "0");
}
