import { SegringError } from "../core/errors.js";
import { countPages, type PagePlace } from "../core/page-counts.js";
import type { SegmentTable } from "../core/segment-table.js";
import type { Block, Engine, PageNumbers } from "../engine/engine.js";
import { OVERRUN } from "../engine/layout.generated.js";

/** Pages of a table that are wanted. */
export interface WantedFrames {
  readonly table: SegmentTable;
  readonly numbers: PageNumbers;
  /** Where the first wanted page lies, and its number in the list. */
  readonly place: PagePlace;
  readonly from: bigint;
  readonly maxCount: number;
}

/** Writes numbers of pages to memory of the caller. @returns How many. */
export function writeFrames(engine: Engine, wanted: WantedFrames, target: BigUint64Array): number {
  const expander = engine.expander(wanted.table.length);
  try {
    const room = Math.min(target.length, wanted.maxCount);
    return expander.expand(wanted.table.words, wanted.place, wanted.numbers, { target, at: 0, room });
  } finally {
    expander.free();
  }
}

/**
 * The numbers of pages in memory of an engine; nothing is copied. A new list gives the memory of the previous list
 * back.
 */
export class FrameList {
  #block: Block | undefined;

  /** @throws {SegringError} OUT_OF_MEMORY */
  list(engine: Engine, { table, numbers, place, from, maxCount }: WantedFrames): BigUint64Array {
    const expander = engine.expander(table.length);
    try {
      this.free();
      // Not counted, which would take longer than to list them: each segment begins and ends a page more at most.
      const bytesFor = (pages: bigint) => Math.min(Number(pages - from), maxCount) * 8 + OVERRUN;
      const most = (table.totalBytes >> BigInt(numbers.shift)) + 2n * BigInt(table.length);
      const block = allocateSome(engine, bytesFor(most), () => bytesFor(countPages(table.words, numbers.shift)));
      this.#block = block;
      const room = (block.byteLength - OVERRUN) / 8;
      const count = expander.expand(table.words, place, numbers, { target: block, at: 0, room });
      return new BigUint64Array(block.bytes.buffer, block.bytes.byteOffset, count);
    } finally {
      expander.free();
    }
  }

  free(): void {
    this.#block?.free();
    this.#block = undefined;
  }
}

/** A block of `most` bytes, or where there are not so many of `needed`. @throws {SegringError} OUT_OF_MEMORY */
function allocateSome(engine: Engine, most: number, needed: () => number): Block {
  try {
    return engine.allocate(most);
  } catch (error) {
    if (error instanceof SegringError) return engine.allocate(needed());
    throw error;
  }
}
