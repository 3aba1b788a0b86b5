import type { CheckedLimits } from "../core/limits.js";
import { countPieces } from "../core/pieces.js";
import { NOMERGE } from "../core/record.js";
import type { Arena } from "./arena.js";
import type { Output } from "./engine.js";
import { ALIGNMENT, BOUNDARY, HELD, MAX_LAST, RUN_FIRST, RUN_KIND, RUN_LAST } from "./layout.generated.js";

/**
 * Where work blocks begin. On a Zen processor records that all join take 0.50 ns each with a block at any multiple of 1024,
 * and 0.61 with one 256 or 512 bytes further on, by chance: its stores fall on lines that the records are read through.
 */
const ALIGNMENT_BYTES = 1024;

/**
 * The state that a kernel carries from call to call: fields by their offset in bytes, in linear memory that may grow.
 */
export class WorkBlock {
  readonly address: number;
  readonly byteLength: number;
  readonly #arena: Arena;

  /**
   * @param zeroed Bytes from the start that are 0: others cost a small union more than its records, and each fresh page that
   *   they fill some 10 µs. @throws {SegringError} OUT_OF_MEMORY
   */
  constructor(arena: Arena, byteLength: number, zeroed: number = byteLength) {
    this.#arena = arena;
    this.byteLength = byteLength;
    this.address = arena.allocate(byteLength, ALIGNMENT_BYTES);
    arena.words.fill(0, this.address / 4, (this.address + zeroed) / 4);
  }

  get(field: number): number {
    return this.#arena.words[(this.address + field) / 4] as number;
  }

  set(field: number, word: number): void {
    this.#arena.words[(this.address + field) / 4] = word;
  }

  /** A u64; a float holds up to 2^53 of it. */
  getNumber(field: number): number {
    return this.get(field + 4) * 2 ** 32 + this.get(field);
  }

  setNumber(field: number, value: number): void {
    this.set(field, value);
    this.set(field + 4, value / 2 ** 32);
  }

  getBigInt(field: number): bigint {
    return (BigInt(this.get(field + 4)) << 32n) | BigInt(this.get(field));
  }

  setBigInt(field: number, value: bigint): void {
    this.set(field, Number(value & 0xffff_ffffn));
    this.set(field + 4, Number(value >> 32n));
  }

  /** Its words from `from` to `end`, in bytes. A view, valid until the memory grows. */
  words(from: number, end: number): Uint32Array {
    return this.#arena.words.subarray((this.address + from) / 4, (this.address + end) / 4);
  }

  setLimits(limits: CheckedLimits): void {
    this.#arena.words.set(wordsOf(limits), (this.address + MAX_LAST) / 4);
  }

  get held(): boolean {
    return this.get(HELD) !== 0;
  }

  /** Segments that the pending run makes. `uncut`: it is left whole, which is two records at most. */
  heldSegments(limits: CheckedLimits, uncut: boolean): number {
    if (!this.held) return 0;
    if (uncut && (this.get(RUN_KIND + 4) & NOMERGE) === 0) return 1;
    return Number(countPieces(limits, this.getBigInt(RUN_FIRST), this.getBigInt(RUN_LAST)));
  }

  free(): void {
    this.#arena.free(this.address, this.byteLength);
  }
}

/** Kept: to make words of three bigints takes 0.7 µs, a tenth of a small union. */
const limitWords = /* @__PURE__ */ new WeakMap<CheckedLimits, Uint32Array>();

/** MAX_LAST, BOUNDARY and ALIGNMENT of these limits, which lie one behind the other. */
function wordsOf(limits: CheckedLimits): Uint32Array {
  const kept = limitWords.get(limits);
  if (kept !== undefined) return kept;
  const { maxSegmentBytes, boundaryBytes, alignmentBytes } = limits;
  const wide = new BigUint64Array(3);
  wide[0] = BigInt(maxSegmentBytes - 1);
  wide[(BOUNDARY - MAX_LAST) / 8] = BigInt.asUintN(64, -boundaryBytes);
  wide[(ALIGNMENT - MAX_LAST) / 8] = BigInt(alignmentBytes - 1);
  const words = new Uint32Array(wide.buffer);
  limitWords.set(limits, words);
  return words;
}

/** Notes segments that a kernel wrote. */
export function wrote(output: Output, segments: number): void {
  output.at += segments;
  output.room -= segments;
}
