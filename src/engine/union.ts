import type { SegringError } from "../core/errors.js";
import type { CheckedLimits } from "../core/limits.js";
import { FOUR_GIB, FULL, NOMERGE, RECORD_WORDS } from "../core/record.js";
import type { Ahead } from "./ahead.js";
import { areFew, type Source, sampleOf, uniteRecords, uniteSources } from "./bucket-union.js";
import type { Block, Buckets, Digit, Engine, Runs } from "./engine.js";
import { type Chunk, countOf, FIRST_OUTPUT_RECORDS, GrowingOutput } from "./growing-output.js";
import { WIDE } from "./layout.generated.js";
import { digitsOf, Space, sort } from "./radix.js";
import type { Result } from "./results.js";

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
      descends && kinds.hi === 0 ? byBuckets(engine, runs, chunks, space, () => collected.free()) : undefined;
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

/**
 * Unites packed records by buckets, if buckets are for them.
 *
 * @returns What `take` of the result gives; or undefined, and nothing has changed.
 */
export function uniteByBuckets<T>(
  engine: Engine,
  limits: CheckedLimits,
  records: Source,
  gapBytes: bigint,
  result: Result<T>,
): { readonly result: T } | undefined {
  const isWhole = records.count < (engine.bucketSizes?.sampleFrom ?? 0);
  const sample = isWhole ? undefined : sampleOf(records);
  const look = sample === undefined ? records : { block: sample, count: sample.length / RECORD_WORDS };
  const space = new Space(engine);
  try {
    const runs = space.add(engine.runs(limits));
    runs.reset(gapBytes);
    if (sample !== undefined && areFew(sample)) return uniteFew(engine, limits, runs, records, gapBytes, result);
    const { first } = result;
    const united = withBuckets(runs, (buckets) => uniteRecords(runs, buckets, records, look, { space, first }));
    if (united === undefined) return undefined;
    return { result: result.take(cutWhereAsked(engine, limits, runs, [united], space)) };
  } finally {
    space.free();
  }
}

/** The same of a few records again and again: each counts once. */
function uniteFew<T>(
  engine: Engine,
  limits: CheckedLimits,
  runs: Runs,
  { block, count }: Source,
  gapBytes: bigint,
  result: Result<T>,
): { readonly result: T } | undefined {
  const few = withBuckets(runs, (buckets) => buckets.distinct(block, count, count >> 3));
  if (few === undefined) return undefined;
  try {
    const collected = { chunks: [few], free() {} };
    return { result: unite(engine, limits, collected, gapBytes, (chunks) => result.take(chunks)) };
  } finally {
    few.block.free();
  }
}

/** Unites runs of one kind by buckets. @returns undefined where buckets are not for them: nothing has changed. */
function byBuckets(
  engine: Engine,
  runs: Runs,
  chunks: readonly Chunk[],
  space: Space,
  freeSources: () => void,
): Chunk | undefined {
  const from = engine.bucketSizes?.from;
  if (from === undefined || countOf(chunks) < from) return undefined;
  return withBuckets(runs, (buckets) => {
    for (const { block, count } of chunks) buckets.look(block, 0, count);
    return uniteSources(runs, buckets, chunks, { space, freeSources });
  });
}

/** @returns undefined also where there are no buckets, or there is no memory for them: a sort takes less. */
function withBuckets(runs: Runs, unite: (buckets: Buckets) => Chunk | undefined): Chunk | undefined {
  let buckets: Buckets | undefined;
  try {
    buckets = runs.buckets();
    return buckets === undefined ? undefined : unite(buckets);
  } catch (error) {
    if ((error as SegringError)?.code === "OUT_OF_MEMORY") return undefined;
    throw error;
  } finally {
    buckets?.free();
  }
}

function cutWhereAsked(
  engine: Engine,
  limits: CheckedLimits,
  runs: Runs,
  chunks: readonly Chunk[],
  space: Space,
): readonly Chunk[] {
  const limited = limits.maxSegmentBytes !== FOUR_GIB || limits.boundaryBytes !== 0n;
  return limited || runs.shape.anyFlags & WIDE ? cut(engine, limits, runs, chunks, space) : chunks;
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
