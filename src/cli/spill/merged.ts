import { RECORD_WORDS } from "../../core/record.js";
import type { Engine } from "../../engine/engine.js";
import { mergerOf } from "./setting.js";

/** Sorted records, piece by piece; a piece is valid until the next. */
export type Records = Iterator<Uint32Array>;

/** Merges sorted records of several sources. What it gives, as they do, lies outside the engine's memory, which may grow meanwhile. */
export function* merged(engine: Engine, sources: readonly Records[]): Generator<Uint32Array> {
  if (sources.length < 2) {
    for (const source of sources) yield* { [Symbol.iterator]: () => source };
    return;
  }
  const merger = mergerOf(engine, sources.length);
  const pieces: Uint32Array[] = sources.map(() => new Uint32Array(0));
  const next = new Float64Array(sources.length);
  const output = new Uint32Array(merger.most * RECORD_WORDS);
  try {
    for (;;) {
      for (const [input, source] of sources.entries()) {
        while (merger.wants(input)) {
          let piece = pieces[input] as Uint32Array;
          if (next[input] === piece.length / RECORD_WORDS) {
            const { value, done } = source.next();
            if (done) {
              merger.end(input);
              break;
            }
            piece = value;
            pieces[input] = piece;
            next[input] = 0;
          }
          const from = next[input] as number;
          next[input] = from + merger.give(input, piece, from, piece.length / RECORD_WORDS);
        }
      }
      const count = merger.merge();
      if (count === 0) return;
      output.set(merger.block.words.subarray(merger.at * RECORD_WORDS, (merger.at + count) * RECORD_WORDS));
      yield output.subarray(0, count * RECORD_WORDS);
    }
  } finally {
    merger.free();
  }
}
