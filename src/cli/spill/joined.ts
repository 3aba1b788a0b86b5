import { NOMERGE, RECORD_BYTES, RECORD_WORDS } from "../../core/record.js";
import type { Block, Chunk, Runs } from "../../engine/engine.js";
import { countOf } from "../../engine/growing-output.js";
import { WIDE } from "../../engine/layout.generated.js";
import { digitsOf, type Space } from "../../engine/radix.js";
import { KIND, merge } from "../../engine/union.js";
import { fromKeys } from "./keys.js";
import type { Pages } from "./pages.js";
import { BLOCK_RECORDS } from "./run-file.js";
import type { UnionSetting } from "./setting.js";

/** Runs of a union in memory, before limits cut them. */
export interface Joined {
  readonly chunks: readonly Chunk[];
  /** Whether the runs are of several kinds. By kind and address then, unless they are apart. */
  readonly areMixed: boolean;
  /** Whether they are by address, and none lies over another. */
  readonly areApart: boolean;
  readonly areWide: boolean;
}

/**
 * Sorts and joins records in memory. NOMERGE records of one address are by length then.
 *
 * @param byKind  Sort by kind even what lies apart.
 * @param space   What the result takes of the engine's memory.
 */
export function joinRecords(
  { gapBytes }: UnionSetting,
  runs: Runs,
  pages: Pages,
  space: Space,
  byKind: boolean,
): Joined {
  let { chunks }: { chunks: readonly Chunk[] } = pages;
  runs.reset(gapBytes);
  for (const { block, count } of chunks) runs.inspect(block, count);
  const { descends, near, disorder, varyingAddr, varyingWord, anyFlags } = runs.shape;
  const kinds = { lo: 0, hi: varyingWord.hi & KIND };
  const areMixed = kinds.hi !== 0;
  if (near || (byKind && areMixed)) {
    const count = countOf(chunks);
    const lengths = { lo: varyingWord.lo, hi: varyingWord.hi & 1 };
    const hasTies = disorder && (anyFlags & NOMERGE) !== 0;
    const digits = [
      ...(hasTies ? digitsOf(lengths, 1, count) : []),
      ...(descends || hasTies ? digitsOf(varyingAddr, 0, count) : []),
      ...digitsOf(kinds, 1, count),
    ];
    chunks = [merge(runs, chunks, digits, space, () => pages.clear())];
  }
  return { chunks, areMixed, areApart: !near, areWide: (runs.shape.anyFlags & WIDE) !== 0 };
}

/** Runs in a block, valid until the next are asked for. */
export interface JoinedBlock {
  readonly block: Block;
  readonly count: number;
  readonly areWide: boolean;
}

/** Joins records that come by kind and address, as keys. */
export function* joinKeys(
  { engine, limits, gapBytes }: UnionSetting,
  keys: Iterable<Uint32Array>,
): Generator<JoinedBlock> {
  const runs = engine.runs(limits);
  const input = engine.allocate(BLOCK_RECORDS * RECORD_BYTES);
  // A call may end a run of the call before, which takes two records.
  const block = engine.allocate((BLOCK_RECORDS + 2) * RECORD_BYTES);
  runs.reset(gapBytes);
  const joined = (count: number) => ({ block, count, areWide: (runs.shape.anyFlags & WIDE) !== 0 });
  try {
    for (const all of keys) {
      for (let from = 0; from < all.length; from += BLOCK_RECORDS * RECORD_WORDS) {
        const part = all.subarray(from, from + BLOCK_RECORDS * RECORD_WORDS);
        fromKeys(part, input.words);
        const count = runs.merge(input, part.length / RECORD_WORDS, block, 0);
        if (count !== 0) yield joined(count);
      }
    }
    const count = runs.finish(block, 0);
    if (count !== 0) yield joined(count);
  } finally {
    block.free();
    input.free();
    runs.free();
  }
}
