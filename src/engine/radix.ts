import { RECORD_BYTES } from "../core/record.js";
import type { Block, Chunk, Digit, Engine, Halves64, Runs } from "./engine.js";
import { countOf } from "./growing-output.js";

/**
 * Bits in a digit at most. A larger digit needs fewer passes. But where the places of two digits are a power of two apart,
 * the places share cache lines: a pass then takes 15 ns a record with 11 bits, and 5 ns with 8.
 */
const MAX_DIGIT = 9;
const MIN_DIGIT = 4;

/** Sorts records by these digits, the least significant first, into a new block. Calls `freeSource` when the source was read. */
export function sort(
  runs: Runs,
  chunks: readonly Chunk[],
  digits: readonly Digit[],
  space: Space,
  freeSource: () => void = () => {},
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

/**
 * The digits that cover these bits: as few as they can be, and then as narrow. Fewer records get narrower digits, whose
 * counters they do not have to wait for.
 */
export function digitsOf(varying: Halves64, word: 0 | 1, count: number): Digit[] {
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

/** What a call takes of the engine's memory, so that all of it is given back. */
export class Space {
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
