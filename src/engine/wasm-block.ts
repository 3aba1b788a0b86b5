import { visible } from "../core/errors.js";
import type { CheckedLimits } from "../core/limits.js";
import { countPieces } from "../core/pieces.js";
import { NOMERGE, RECORD_BYTES } from "../core/record.js";
import type { Arena } from "./arena.js";
import type { Block, Output } from "./engine.js";
import { ALIGNMENT, BOUNDARY, HELD, MAX_LAST, RUN_FIRST, RUN_KIND, RUN_LAST } from "./layout.js";

/**
 * Records in one kernel call where nothing is copied. Bounded, because V8 replaces the first, slow code of a function
 * only when it is called again.
 */
export const CALL_RECORDS = 65536;

/** A piece of a linear memory. */
export class WasmBlock implements Block {
  readonly byteLength: number;
  readonly address: number;
  readonly #arena: Arena;

  constructor(arena: Arena, byteLength: number) {
    this.byteLength = byteLength;
    this.address = arena.allocate(byteLength);
    this.#arena = arena;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#arena.bytes.subarray(this.address, this.address + this.byteLength);
  }

  get words(): Uint32Array<ArrayBuffer> {
    return this.#arena.words.subarray(this.address / 4, (this.address + this.byteLength) / 4);
  }

  free(): void {
    this.#arena.free(this.address, this.byteLength);
  }
}

/** Where the next segment of an output goes. */
export function addressOf(output: Output): number {
  return (output.block as WasmBlock).address + output.at * RECORD_BYTES;
}

/** Writes the limits into a work block. */
export function writeLimits(arena: Arena, work: number, limits: CheckedLimits): void {
  const set = (field: number, value: bigint) => {
    arena.words[(work + field) / 4] = Number(value & 0xffff_ffffn);
    arena.words[(work + field) / 4 + 1] = Number(value >> 32n);
  };
  set(MAX_LAST, BigInt(limits.maxSegmentBytes - 1));
  set(BOUNDARY, limits.boundaryBytes === 0n ? 0n : BigInt.asUintN(64, -limits.boundaryBytes));
  set(ALIGNMENT, BigInt(limits.alignmentBytes - 1));
}

/** Segments that the run which a work block holds back makes. `uncut`: it is left whole, which is two records at most. */
export function heldSegments({ words }: Arena, work: number, limits: CheckedLimits, uncut: boolean): number {
  const wide = (field: number) =>
    (BigInt(words[(work + field) / 4 + 1] as number) << 32n) | BigInt(words[(work + field) / 4] as number);
  if (words[(work + HELD) / 4] === 0) return 0;
  if (uncut && ((words[(work + RUN_KIND) / 4 + 1] as number) & NOMERGE) === 0) return 1;
  return Number(countPieces(limits, wide(RUN_FIRST), wide(RUN_LAST)));
}

/** Checks the number by which a kernel says what it is. @throws {TypeError} It is another module, or of another version. */
export function checkAbi(option: string, exports: WebAssembly.Exports, name: string, wanted: number): void {
  const found = exports[name];
  if (found instanceof WebAssembly.Global && found.value === wanted) return;
  const names = visible(Object.keys(exports).join(", ")) || "nothing";
  throw new TypeError(`"${option}" expected segring's kernel of this version, got one that exports ${names}`);
}
