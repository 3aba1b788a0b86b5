import type { CheckedLimits } from "../limits.js";
import { FOUR_GIB, NOMERGE, RECORD_BYTES } from "../record.js";
import type { Block, Digit, Engine, Halves64, Runs } from "./engine.js";
import { type Chunk, FIRST_OUTPUT_RECORDS, GrowingOutput, joinChunks } from "./growing-output.js";
import { WIDE } from "./union-layout.js";

/** Flags that tell byte sets apart: NOMERGE, BUS and the tag. */
const KIND = 0xffff_ff06;
/** Bits of a digit at most: more need fewer passes, but where digits lie a power of two apart their places share cache lines (15 ns a pass with 11 bits, 5 with 8). */
const MAX_DIGIT = 9;
const MIN_DIGIT = 4;

/**
 * The union of coalesced runs, one byte set for each kind, as segments by address, flags and length.
 *
 * Runs that are sorted and apart are the answer already. Others are sorted by kind and address (only by bits in which
 * they differ), merged where they lie, cut where a limit asks for it, and put in order where there are several kinds.
 * Memory: the runs twice while they are sorted, and the segments. `whole` leaves the runs uncut, wide
 * records among them, and by kind where there are several.
 */
export function unite(
  engine: Engine,
  limits: CheckedLimits,
  collected: GrowingOutput,
  gapBytes: bigint,
  whole = false,
): ArrayBuffer {
  const space = new Space(engine);
  const runs = space.add(engine.runs(limits));
  try {
    runs.reset(gapBytes);
    let chunks = inspect(runs, collected.chunks);
    const { descends, near, varyingAddr, varyingWord, anyFlags } = runs.shape;
    const kinds = { lo: 0, hi: varyingWord.hi & KIND };
    if (near) {
      const count = countOf(chunks);
      const digits = [...(descends ? digitsOf(varyingAddr, 0, count) : []), ...digitsOf(kinds, 1, count)];
      chunks = [merge(runs, chunks, digits, space, () => collected.free())];
    }
    const limited = limits.maxSegmentBytes !== FOUR_GIB || limits.boundaryBytes !== 0n;
    if (!whole && (limited || runs.shape.anyFlags & WIDE)) {
      chunks = cut(engine, runs, chunks, space);
    }
    if (!whole && (kinds.hi !== 0 || anyFlags & NOMERGE)) {
      runs.reset(gapBytes);
      inspect(runs, chunks);
      const { disorder, varyingAddr, varyingWord } = runs.shape;
      const count = countOf(chunks);
      if (disorder) {
        const digits = [...digitsOf(varyingWord, 1, count), ...digitsOf(varyingAddr, 0, count)];
        chunks = [sort(runs, chunks, digits, space, () => {})];
      }
    }
    return joinChunks(chunks);
  } finally {
    space.free();
  }
}

function inspect(runs: Runs, chunks: readonly Chunk[]): readonly Chunk[] {
  for (const { block, count } of chunks) runs.inspect(block, count);
  return chunks;
}

/** Sorts by these digits, the least significant first, and merges. `freeSource` is called when the source has been read. */
function merge(
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

function sort(
  runs: Runs,
  chunks: readonly Chunk[],
  digits: readonly Digit[],
  space: Space,
  freeSource: () => void,
): Chunk {
  const count = countOf(chunks);
  let block = space.allocate(count);
  let spare: Block | undefined;
  for (const [pass, digit] of digits.entries()) {
    if (pass === 0) {
      runs.sort(chunks, digit, block);
      freeSource();
      continue;
    }
    const from = block;
    block = spare ?? space.allocate(count);
    spare = from;
    runs.sort([{ block: from, count }], digit, block);
  }
  if (spare !== undefined) space.release(spare);
  return { block, count };
}

function cut(engine: Engine, runs: Runs, chunks: readonly Chunk[], space: Space): readonly Chunk[] {
  const output = space.add(new GrowingOutput(engine, space.allocate(FIRST_OUTPUT_RECORDS)));
  for (const { block, count } of chunks) {
    for (let from = 0; from < count; ) {
      output.ensureRoom();
      from += runs.cut(block, from, count, output);
    }
  }
  while (runs.held) {
    output.ensureRoom();
    runs.flush(output);
  }
  return output.chunks;
}

function countOf(chunks: readonly Chunk[]): number {
  return chunks.reduce((sum, { count }) => sum + count, 0);
}

/**
 * The digits that cover these bits: as few as they can be, and then as narrow. Fewer records get narrower digits, whose
 * counters they do not have to wait for.
 */
function digitsOf(varying: Halves64, word: 0 | 1, count: number): Digit[] {
  let width = Math.min(MAX_DIGIT, Math.max(MIN_DIGIT, 32 - Math.clz32(count)));
  const shifts = shiftsOf(varying, width);
  while (width > 1 && shiftsOf(varying, width - 1).length === shifts.length) width--;
  // A mask of these bits alone: those between them may belong to no key.
  return shiftsOf(varying, width).map((shift) => ({ word, shift, mask: bitsAt(varying, shift) & (2 ** width - 1) }));
}

function shiftsOf(varying: Halves64, width: number): number[] {
  const shifts: number[] = [];
  for (let bit = 0; bit < 64; bit++) {
    if ((bitsAt(varying, bit) & 1) === 0) continue;
    shifts.push(bit);
    bit += width - 1;
  }
  return shifts;
}

/** 32 bits from bit `at` on. */
function bitsAt({ lo, hi }: Halves64, at: number): number {
  if (at >= 32) return hi >>> (at - 32);
  return at === 0 ? lo : (lo >>> at) | (hi << (32 - at));
}

/** What a union takes of the engine's memory, so that all of it is given back. */
class Space {
  readonly #engine: Engine;
  readonly #taken = new Set<{ free(): void }>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  add<T extends { free(): void }>(taken: T): T {
    this.#taken.add(taken);
    return taken;
  }

  /** @throws {SegringError} OUT_OF_MEMORY */
  allocate(records: number): Block {
    return this.add(this.#engine.allocate(records * RECORD_BYTES));
  }

  release(taken: { free(): void }): void {
    this.#taken.delete(taken);
    taken.free();
  }

  free(): void {
    for (const taken of [...this.#taken].reverse()) taken.free();
  }
}
