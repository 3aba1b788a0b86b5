import { RECORD_BYTES, RECORD_WORDS } from "../core/record.js";
import type { Block, Buckets, Runs } from "./engine.js";
import type { Chunk } from "./growing-output.js";
import type { Space } from "./radix.js";

/** Pairs of neighbours in a sample. */
const SAMPLE_PAIRS = 512;
/** A union may write two records for the run that is pending, and the kernel writes one more that does not count. */
export const SPARE_RECORDS = 3;

/** Records in one place. */
export interface Source {
  readonly block: Block | Int32Array;
  readonly count: number;
}

/** Where a union has its memory. */
interface Places {
  readonly space: Space;
  /** Where segments go if they fit there for sure. */
  readonly first?: Block | undefined;
  /** Called when all records have been read. */
  readonly freeSources?: () => void;
}

/** Distinct records in a sample that are few. */
const FEW = 16;

/**
 * Pairs of neighbours, all over the records: not at even distances, which records may have too.
 *
 * @param count At least 2. @returns Records, four words each.
 */
export function sampleOf({ block, count }: Source): Int32Array {
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
export function areFew(records: Int32Array): boolean {
  const seen = new Set<string>();
  for (let at = 0; at < records.length && seen.size <= FEW; at += RECORD_WORDS) {
    seen.add(records.subarray(at, at + RECORD_WORDS).join());
  }
  return seen.size <= FEW;
}

/**
 * Unites records of one kind by buckets, in one pass over them that checks each: if they fall, touch seldom, and are all as
 * those looked at.
 *
 * @param look All of the records, or a sample.
 * @returns undefined where they are not, or one is not valid. @throws {SegringError} OUT_OF_MEMORY
 */
export function uniteRecords(
  runs: Runs,
  buckets: Buckets,
  records: Source,
  look: Source,
  places: Places,
): Chunk | undefined {
  buckets.look(look.block, 0, look.count);
  const looks = buckets.looks;
  // Records in order, or that join as they come, are less work when they are joined first.
  if (looks.falling === 0 || looks.touching > looks.count >> 3) return undefined;
  return uniteSources(runs, buckets, [records], places);
}

/** As `uniteRecords`, of records that were looked at, all or some. */
export function uniteSources(
  runs: Runs,
  buckets: Buckets,
  sources: readonly Source[],
  { space, first, freeSources = () => {} }: Places,
): Chunk | undefined {
  const count = sources.reduce((sum, { count }) => sum + count, 0);
  if (!buckets.open(count)) return undefined;
  for (const { block, count } of sources) if (!buckets.part(block, 0, count)) return undefined;
  buckets.close();
  const room = count + SPARE_RECORDS;
  const block = first !== undefined && first.byteLength >= room * RECORD_BYTES ? first : space.allocate(room);
  freeSources();
  let at = 0;
  for (let bucket = 0; bucket < buckets.count; bucket++) at += buckets.unite(bucket, block, at);
  return { block, count: at + runs.finish(block, at) };
}
