import { areLimited, type CheckedLimits } from "../core/limits.js";
import { FOUR_GIB, FULL, NOMERGE, RECORD_WORDS } from "../core/record.js";
import type { Ahead } from "./ahead.js";
import type { Block, Chunk, Digit, Engine, Runs } from "./engine.js";
import { countOf, FIRST_OUTPUT_RECORDS, GrowingOutput } from "./growing-output.js";
import { WIDE } from "./layout.generated.js";
import { digitsOf, Space, sort } from "./radix.js";

/** Flags that tell byte sets apart: NOMERGE, BUS and the tag. */
export const KIND = 0xffff_ff06;

/** Runs in the memory of an engine. */
interface Collected {
  readonly chunks: readonly Chunk[];
  /** Nobody reads them any more. */
  free(): void;
}

/**
 * The union of coalesced runs, one byte set for each kind, as segments by address, flags and length.
 *
 * Runs that are sorted and apart are the answer already. Others are sorted by kind and address (only by bits in which
 * they differ), merged where they lie, cut where a limit asks for it, and put in order where there are several kinds.
 * Memory: the runs twice while they are sorted, and the segments.
 *
 * @param take Gets the segments, before their memory is freed.
 */
export function unite<T>(
  engine: Engine,
  limits: CheckedLimits,
  collected: Collected,
  gapBytes: bigint,
  take: (chunks: readonly Chunk[]) => T,
): T {
  const space = new Space(engine);
  const runs = space.add(engine.runs(limits));
  try {
    runs.reset(gapBytes);
    let chunks = inspect(runs, collected.chunks);
    const { descends, near, varyingAddr, varyingWord, anyFlags } = runs.shape;
    const kinds = { lo: 0, hi: varyingWord.hi & KIND };
    const united =
      descends && kinds.hi === 0
        ? engine.byBuckets?.uniteRuns(runs, chunks, {
            allocate: (records) => space.allocate(records),
            freeSources: () => collected.free(),
          })
        : undefined;
    if (united !== undefined) {
      chunks = [united];
    } else if (near) {
      const count = countOf(chunks);
      const digits = [...(descends ? digitsOf(varyingAddr, 0, count) : []), ...digitsOf(kinds, 1, count)];
      chunks = [merge(runs, chunks, digits, space, () => collected.free())];
    }
    chunks = cutWhereAsked(engine, limits, runs, chunks, space);
    if (kinds.hi !== 0 || anyFlags & NOMERGE) {
      runs.reset(gapBytes);
      inspect(runs, chunks);
      const { disorder, varyingAddr, varyingWord } = runs.shape;
      const count = countOf(chunks);
      if (disorder) {
        const digits = [...digitsOf(varyingWord, 1, count), ...digitsOf(varyingAddr, 0, count)];
        chunks = [sort(runs, chunks, digits, space)];
      }
    }
    return take(chunks);
  } finally {
    space.free();
  }
}

/** Cuts runs under the limits, and those that are wide, if there are such. */
export function cutWhereAsked(
  engine: Engine,
  limits: CheckedLimits,
  runs: Runs,
  chunks: readonly Chunk[],
  space: Space,
): readonly Chunk[] {
  return areLimited(limits) || runs.shape.anyFlags & WIDE ? cut(engine, limits, runs, chunks, space) : chunks;
}

function inspect(runs: Runs, chunks: readonly Chunk[]): readonly Chunk[] {
  for (const { block, count } of chunks) runs.inspect(block, count);
  return chunks;
}

/** Sorts by these digits, the least significant first, and merges. `freeSource` is called when the source has been read. */
export function merge(
  runs: Runs,
  chunks: readonly Chunk[],
  digits: readonly Digit[],
  space: Space,
  freeSource: () => void,
): Chunk {
  let count = 0;
  let block: Block;
  if (digits.length === 0) {
    block = space.allocate(countOf(chunks));
    for (const chunk of chunks) count += runs.merge(chunk.block, chunk.count, block, count);
    freeSource();
  } else {
    const sorted = sort(runs, chunks, digits, space, freeSource);
    block = sorted.block;
    count = runs.merge(block, sorted.count, block, 0);
  }
  return { block, count: count + runs.finish(block, count) };
}

function cut(
  engine: Engine,
  limits: CheckedLimits,
  runs: Runs,
  chunks: readonly Chunk[],
  space: Space,
): readonly Chunk[] {
  const output = space.add(new GrowingOutput(engine, limits, space.allocate(FIRST_OUTPUT_RECORDS)));
  for (const [index, { block, count }] of chunks.entries()) {
    for (let from = 0; from < count; ) {
      if (output.room === 0) {
        output.grow(runs, aheadOfRuns(chunks, index, from));
      }
      from += runs.cut(block, from, count, output);
    }
  }
  while (runs.held) {
    if (output.room === 0) output.grow(runs);
    runs.flush(output);
  }
  return output.chunks;
}

/** Of runs, wide records among them, from record `from` of chunk `index` on. */
function aheadOfRuns(chunks: readonly Chunk[], index: number, from: number): Ahead {
  const bytes = () => {
    let sum = 0;
    for (const { block, count } of chunks.slice(index)) {
      const { words } = block;
      const first = block === chunks[index]?.block ? from : 0;
      for (let at = first * RECORD_WORDS; at < count * RECORD_WORDS; at += RECORD_WORDS) {
        const len = words[at + 2] as number;
        const flags = words[at + 3] as number;
        sum += flags & WIDE ? (len + 1) * FOUR_GIB : flags & FULL ? FOUR_GIB : len;
      }
    }
    return sum;
  };
  return { count: countOf(chunks), bytes };
}
