import { RECORD_WORDS } from "../../core/record.js";
import type { Merger } from "../../engine/engine.js";
import { recordPlace } from "../errors.js";
import type { RangeInput } from "../ranges.js";
import type { Segments } from "../spill/segments.js";
import { mergerOf, type UnionSetting } from "../spill/setting.js";
import { Turns } from "../turns.js";
import { Checker } from "./checker.js";
import { type PlaceOf, SortedInput } from "./input.js";
import { SortedStream } from "./stream.js";
import { WideRanges } from "./wide-ranges.js";

/** An input, and what finds a line in it. */
export interface SortedSource {
  readonly source: RangeInput;
  readonly lineOf: () => Promise<number | undefined>;
}

/**
 * Unites inputs that are each sorted by address, in memory that does not grow with them.
 *
 * @throws {DataError} An input is not sorted; the message names its line or record. Ranges of several kinds that lie over
 *   one another are too many, and the system refuses to write them.
 */
export async function uniteSorted(
  sources: readonly SortedSource[],
  setting: UnionSetting,
  segments: Segments,
): Promise<void> {
  const wide = new WideRanges();
  const checker = new Checker(setting);
  const inputs = sources.map(({ source, lineOf }) => new SortedInput(source, checker, wide, placeIn(source, lineOf)));
  const stream = new SortedStream(setting, segments, wide);
  try {
    const [only] = inputs;
    if (inputs.length === 1 && only !== undefined) while (await only.load()) await stream.add(only.words);
    else {
      const merger = mergerOf(setting.engine, inputs.length);
      try {
        await mergeInputs(merger, inputs, stream);
      } finally {
        merger.free();
      }
    }
    await stream.finish();
  } finally {
    stream.free();
    checker.free();
    for (const input of inputs) await input.close();
  }
}

async function mergeInputs(merger: Merger, inputs: readonly SortedInput[], stream: SortedStream): Promise<void> {
  const next = new Float64Array(inputs.length);
  const turns = new Turns();
  for (;;) {
    for (const [index, input] of inputs.entries()) {
      while (merger.wants(index)) {
        if (next[index] === input.words.length / RECORD_WORDS) {
          if (!(await input.load())) {
            merger.end(index);
            break;
          }
          next[index] = 0;
        }
        const from = next[index] as number;
        next[index] = from + merger.give(index, input.words, from, input.words.length / RECORD_WORDS);
      }
    }
    const count = merger.merge();
    if (count === 0) return;
    await stream.add(merger.block.words.subarray(merger.at * RECORD_WORDS, (merger.at + count) * RECORD_WORDS));
    await turns.give();
  }
}

/** The line of the range that is not sorted, or else its number. */
function placeIn({ input }: RangeInput, lineOf: () => Promise<number | undefined>): PlaceOf {
  return async (index) => {
    const line = await lineOf();
    return line === undefined ? recordPlace(input.name, index) : `${input.name}: line ${line}`;
  };
}
