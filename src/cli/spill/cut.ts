import { areLimited } from "../../core/limits.js";
import { Fields } from "../../core/range-fields.js";
import { type Range, RECORD_BYTES, RECORD_WORDS } from "../../core/record.js";
import type { Block, Output } from "../../engine/engine.js";
import type { UnionSetting } from "./setting.js";

/** Segments that are cut at a time. */
const CUT_RECORDS = 1024;

/** Records from `from` up to `end`. */
export interface Stretch {
  readonly block: Block;
  readonly from: number;
  readonly end: number;
}

/** Cuts runs of one kind, by address. What it gives lies outside the engine's memory, which may grow meanwhile. */
export function* cutRuns(
  setting: UnionSetting,
  stretches: Iterable<Stretch>,
  areWide: boolean,
): Generator<Uint32Array> {
  const words = new Uint32Array(CUT_RECORDS * RECORD_WORDS);
  if (!areWide && !areLimited(setting.limits)) {
    for (const { block, from, end } of stretches) {
      for (let at = from; at < end; at += CUT_RECORDS) {
        const count = Math.min(CUT_RECORDS, end - at);
        words.set(block.words.subarray(at * RECORD_WORDS, (at + count) * RECORD_WORDS));
        yield words.subarray(0, count * RECORD_WORDS);
      }
    }
    return;
  }
  const { engine, limits } = setting;
  const runs = engine.runs(limits);
  const output = new CutOutput(engine.allocate(CUT_RECORDS * RECORD_BYTES), words);
  runs.reset(0n);
  try {
    for (const { block, from, end } of stretches) {
      for (let at = from; at < end; ) {
        if (output.room === 0) yield output.take();
        at += runs.cut(block, at, end, output);
      }
    }
    while (runs.held) {
      if (output.room === 0) yield output.take();
      runs.flush(output);
    }
    if (output.at !== 0) yield output.take();
  } finally {
    output.block.free();
    runs.free();
  }
}

/** Cuts one range. */
export function* cutRange({ engine, limits }: UnionSetting, range: Range): Generator<Uint32Array> {
  const coalescer = engine.coalescer(limits, true);
  const words = new Uint32Array(CUT_RECORDS * RECORD_WORDS);
  const output = new CutOutput(engine.allocate(CUT_RECORDS * RECORD_BYTES), words);
  const fields = new Fields();
  fields.read(range);
  try {
    coalescer.range(fields, output);
    while (coalescer.held) {
      if (output.room === 0) yield output.take();
      coalescer.flush(output);
    }
    if (output.at !== 0) yield output.take();
  } finally {
    output.block.free();
    coalescer.free();
  }
}

/** Room for a few segments, which are copied out when it is full. */
class CutOutput implements Output {
  readonly block: Block;
  at = 0;
  room = CUT_RECORDS;
  readonly #words: Uint32Array;

  constructor(block: Block, words: Uint32Array) {
    this.block = block;
    this.#words = words;
  }

  take(): Uint32Array {
    const words = this.at * RECORD_WORDS;
    this.block.copyTo(this.#words, 0, words);
    this.at = 0;
    this.room = CUT_RECORDS;
    return this.#words.subarray(0, words);
  }
}
