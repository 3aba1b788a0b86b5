import type { SegringError } from "../core/errors.js";
import type { CheckedLimits } from "../core/limits.js";
import { RECORD_BYTES, RECORD_WORDS } from "../core/record.js";
import type { Buckets, ByBuckets, Chunk, Engine, Result, Runs, Source, UnionPlaces } from "./engine.js";
import { countOf, SPARE_RECORDS } from "./growing-output.js";
import { Space } from "./radix.js";
import { cutWhereAsked, unite } from "./union.js";

/*
 * Unions of many records by buckets. The bundles of scripts/bundle-standalone.ts have a module without these instead.
 */
/** Pairs of neighbours in a sample. */
const SAMPLE_PAIRS = 512;

/** Distinct records in a sample that are few. */
const FEW = 16;

/** Pairs of neighbours that tell whether records ascend. */
const FIRST_LOOK = 16;

/** Whether records ascend wherever one looks: to be joined first, they need no more than this look. */
function ascends({ block, count }: Source): boolean {
  const words = block instanceof Int32Array ? block : block.words;
  const step = (count - 1) / FIRST_LOOK;
  for (let pair = 0; pair < FIRST_LOOK; pair++) {
    const at = Math.floor(pair * step) * RECORD_WORDS;
    const high = (words[at + 1] as number) >>> 0;
    const nextHigh = (words[at + 5] as number) >>> 0;
    if (nextHigh < high) return false;
    if (nextHigh === high && (words[at + 4] as number) >>> 0 <= (words[at] as number) >>> 0) return false;
  }
  return true;
}

/**
 * Pairs of neighbours, all over the records: not at even distances, which records may have too.
 *
 * @param count At least 2. @returns Records, four words each.
 */
function sampleOf({ block, count }: Source): Int32Array {
  const words = block instanceof Int32Array ? block : block.words;
  const sample = new Int32Array(2 * SAMPLE_PAIRS * RECORD_WORDS);
  const step = (count - 1) / SAMPLE_PAIRS;
  let state = 1;
  for (let pair = 0; pair < SAMPLE_PAIRS; pair++) {
    state = (Math.imul(state, 0x915f_77f5) + 0x6d2b_79f5) >>> 0;
    const at = Math.floor((pair + state / 2 ** 32) * step) * RECORD_WORDS;
    for (let word = 0; word < 2 * RECORD_WORDS; word++) {
      sample[2 * pair * RECORD_WORDS + word] = words[at + word] as number;
    }
  }
  return sample;
}

/** Whether these are a few records again and again. */
function areFew(records: Int32Array): boolean {
  const seen = new Set<string>();
  for (let at = 0; at < records.length && seen.size <= FEW; at += RECORD_WORDS) {
    seen.add(records.subarray(at, at + RECORD_WORDS).join());
  }
  return seen.size <= FEW;
}

/** Sizes of unions, in records. */
export interface BucketSizes {
  /** Unions of this many go by buckets. */
  readonly from: number;
  /** Unions of this many look at a sample of their records, and others at all of them. */
  readonly sampleFrom: number;
}

/** Measured by `npm run bench -- union`: fewer records are as fast without buckets, or looked at as a whole. */
const SIZES: BucketSizes = { from: 300, sampleFrom: 20_000 };

/** Unions by buckets, where a bundle has them. @param sizes Others for tests. */
export function unionsByBuckets(sizes: BucketSizes = SIZES): ByBuckets | undefined {
  return new BucketUnions(sizes);
}

/** Unions by the kernel of the buckets. */
class BucketUnions implements ByBuckets {
  readonly from: number;
  readonly #sampleFrom: number;

  constructor({ from, sampleFrom }: BucketSizes) {
    this.from = from;
    this.#sampleFrom = sampleFrom;
  }

  unite<T>(
    engine: Engine,
    limits: CheckedLimits,
    records: Source,
    gapBytes: bigint,
    result: Result<T>,
  ): { readonly result: T } | undefined {
    if (ascends(records)) return undefined;
    const space = new Space(engine);
    try {
      const runs = space.add(engine.runs(limits));
      runs.reset(gapBytes);
      const { block, count } = records;
      const sample = count < this.#sampleFrom ? undefined : sampleOf(records);
      if (sample === undefined || !areFew(sample)) {
        const united = uniteRecords(runs, records, sample, {
          allocate: (count) => space.allocate(count),
          first: result.first,
        });
        return united && { result: result.take(cutWhereAsked(engine, limits, runs, [united], space)) };
      }
      const few = withBuckets(runs, (buckets) => buckets.distinct(block, count, count >> 3));
      if (few === undefined) return undefined;
      space.add(few.block);
      const collected = { chunks: [few], free() {} };
      return { result: unite(engine, limits, collected, gapBytes, (chunks) => result.take(chunks)) };
    } finally {
      space.free();
    }
  }

  uniteRuns(runs: Runs, chunks: readonly Chunk[], places: UnionPlaces): Chunk | undefined {
    if (countOf(chunks) < this.from) return undefined;
    return withBuckets(runs, (buckets) => {
      for (const { block, count } of chunks) buckets.look(block, 0, count);
      return uniteSources(runs, buckets, chunks, places);
    });
  }
}

/** @param sample Some of the records; absent: look at all. */
function uniteRecords(
  runs: Runs,
  records: Source,
  sample: Int32Array | undefined,
  places: UnionPlaces,
): Chunk | undefined {
  return withBuckets(runs, (buckets) => {
    if (sample === undefined) buckets.look(records.block, 0, records.count);
    else buckets.look(sample, 0, sample.length / RECORD_WORDS);
    const { count, falling, touching } = buckets.looks;
    // Records in order, or that join as they come, are less work when they are joined first.
    if (falling === 0 || touching > count >> 3) return undefined;
    return uniteSources(runs, buckets, [records], places);
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

function uniteSources(
  runs: Runs,
  buckets: Buckets,
  sources: readonly Source[],
  { allocate, first, freeSources = () => {} }: UnionPlaces,
): Chunk | undefined {
  const count = countOf(sources);
  if (!buckets.open(count)) return undefined;
  for (const { block, count } of sources) if (!buckets.part(block, 0, count)) return undefined;
  buckets.close();
  const room = count + SPARE_RECORDS;
  const block = first !== undefined && first.byteLength >= room * RECORD_BYTES ? first : allocate(room);
  freeSources();
  let at = 0;
  for (let bucket = 0; bucket < buckets.count; bucket++) at += buckets.unite(bucket, block, at);
  return { block, count: at + runs.finish(block, at) };
}
