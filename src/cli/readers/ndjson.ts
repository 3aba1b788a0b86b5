import type { Range } from "../../core/record.js";
import { linesOf } from "../lines.js";
import { parseObject } from "./object.js";
import { atPlace, hasBytes } from "./range.js";
import type { Batch, ReaderOptions } from "./reader.js";

/** A JSON object a line. Blank lines mean nothing. */
export async function* readNdjson(
  source: AsyncIterable<Uint8Array>,
  { name, skipEmpty }: ReaderOptions,
): AsyncGenerator<Batch> {
  for await (const { firstNumber, lines } of linesOf(source, name)) {
    const ranges: Range[] = [];
    for (let index = 0; index < lines.length; index++) {
      const line = lines[index] as string;
      if (line.trim() === "") continue;
      try {
        const range = parseObject(line);
        if (hasBytes(range, skipEmpty)) ranges.push(range);
      } catch (error) {
        throw atPlace(error, `${name}: line ${firstNumber + index}`);
      }
    }
    yield ranges;
  }
}
