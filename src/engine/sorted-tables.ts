import { RECORD_WORDS } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import type { Merger } from "./engine.js";
import type { GrowingOutput } from "./growing-output.js";
import { Form, type Intake } from "./intake.js";

/** Tables that are each sorted, as one input in the order of their records. */
export class SortedTables extends Form {
  override readonly count: number;
  readonly #tables: readonly SegmentTable[];

  /** @param tables Each sorted by address, flags, length. */
  constructor(tables: readonly SegmentTable[]) {
    super();
    this.#tables = tables.filter(({ length }) => length > 0);
    this.count = this.#tables.reduce((sum, { length }) => sum + length, 0);
  }

  /** @internal */
  override take(intake: Intake, output: GrowingOutput): void {
    const merger = this.#tables.length > 1 ? intake.engine.merger(this.#tables.length) : undefined;
    // One after the other is an input of a union too: it sorts what comes so.
    if (merger === undefined) for (const table of this.#tables) intake.take(table, output);
    else {
      try {
        this.#merge(merger, intake, output);
      } finally {
        merger.free();
      }
    }
  }

  #merge(merger: Merger, intake: Intake, output: GrowingOutput): void {
    const sources = this.#tables.map(({ bytes }) => {
      const { buffer, byteOffset, byteLength } = intake.apart(bytes);
      return new Uint32Array(buffer, byteOffset, byteLength / 4);
    });
    const next = new Float64Array(sources.length);
    for (;;) {
      for (const [input, source] of sources.entries()) {
        if (!merger.wants(input)) continue;
        const end = source.length / RECORD_WORDS;
        const from = next[input] as number;
        next[input] = from + merger.give(input, source, from, end);
        if (next[input] === end) merger.end(input);
      }
      const count = merger.merge();
      if (count === 0) return;
      intake.takeRecords(merger.block, merger.at, merger.at + count, output);
    }
  }
}

/** The first segment of a table that belongs before the one before it; undefined where the table is sorted. */
export function firstUnsorted({ words }: SegmentTable): number | undefined {
  for (let at = RECORD_WORDS; at < words.length; at += RECORD_WORDS) {
    const high = words[at + 1] as number;
    const highBefore = words[at - 3] as number;
    if (high !== highBefore) {
      if (high < highBefore) return at / RECORD_WORDS;
      continue;
    }
    const low = words[at] as number;
    const lowBefore = words[at - 4] as number;
    if (low !== lowBefore) {
      if (low < lowBefore) return at / RECORD_WORDS;
      continue;
    }
    // FULL, the top bit of a length, is the lowest bit of the flags.
    const flags = words[at + 3] as number;
    const flagsBefore = words[at - 1] as number;
    if (flags < flagsBefore || (flags === flagsBefore && (words[at + 2] as number) < (words[at - 2] as number))) {
      return at / RECORD_WORDS;
    }
  }
  return undefined;
}
