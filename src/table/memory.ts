import { expected } from "../core/errors.js";
import { isArrayBuffer, isSharedBuffer, memoryBuffer } from "../core/memories.js";
import { checkU64, RECORD_WORDS, recordLength, type U64 } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { checkTable } from "../core/table.js";
import { bytesOfBuffer, bytesOfView } from "../core/views.js";
import { describeSegment, hexOf } from "./check.js";
import { placeOf } from "./offsets.js";

/**
 * Bytes that a table's addresses are in. Each call looks at a `WebAssembly.Memory` anew, because the memory may have
 * grown. Overlap is found by the buffer: two buffers over one shared memory, one from before the memory grew and one
 * from after, count as two.
 */
export type BytesSource = ArrayBuffer | SharedArrayBuffer | ArrayBufferView | WebAssembly.Memory;

/** Bytes with the address of the first byte. */
export interface TableMemory {
  /** The bytes. */
  bytes: BytesSource;
  /** The address of the first byte. */
  addr: U64;
}

/** A table, and the memory that its addresses are in. */
export interface PlacedTable {
  /** The table. */
  table: SegmentTable;
  /** The memory that the table's addresses are in. */
  memory: TableMemory;
}

/** The bytes of a memory as they are now, and their addresses. @throws {TypeError} `memory` is no such memory. */
export function spaceOf(name: string, memory: TableMemory): Space & { readonly bytes: Uint8Array } {
  if (typeof memory !== "object" || memory === null || ArrayBuffer.isView(memory) || !("bytes" in memory))
    throw new TypeError(expected(name, "{ bytes, addr }", memory));
  const bytes = bytesOf(`${name}.bytes`, memory.bytes);
  return { name, bytes, byteLength: bytes.byteLength, addr: memory.addr };
}

function bytesOf(name: string, source: BytesSource): Uint8Array {
  const viewed = bytesOfView(name, source);
  if (viewed !== undefined) return viewed;
  const buffer = memoryBuffer(source) ?? source;
  if (isArrayBuffer(buffer) || isSharedBuffer(buffer)) return bytesOfBuffer(name, buffer);
  throw new TypeError(expected(name, "an ArrayBuffer, a SharedArrayBuffer, a view or a WebAssembly.Memory", source));
}

/** A part of a memory: where it starts and how many bytes it has; bytes of the copy that come before it. */
type EachPiece = (from: number, length: number, done: number) => void;

/** The bytes among which a table's bytes are found: `byteLength` bytes, the first of which has the address `addr`. */
export interface Space {
  /** What messages call it. */
  readonly name: string;
  readonly byteLength: number;
  readonly addr: U64;
}

/** Bytes of a table, from a given byte on, as pieces of a space. All of the bytes lie in the space. */
export class Placed {
  /** Bytes in all pieces. */
  readonly count: number;
  readonly #words: Uint32Array;
  readonly #index: number;
  readonly #offset: number;
  readonly #baseLow: number;
  readonly #baseHigh: number;

  /**
   * @param count Bytes, not more than the table has from `offset` on; 0 where `offset` is past its end.
   * @throws {TypeError} An argument has the wrong type.
   * @throws {RangeError} A byte is not in the space; the message names the segment.
   */
  constructor({ name, byteLength, addr }: Space, table: SegmentTable, offset: bigint, count: bigint) {
    checkU64(`${name}.addr`, addr);
    const base = BigInt(addr);
    this.#words = table.words;
    this.#baseLow = Number(base & 0xffff_ffffn);
    this.#baseHigh = Number(base >> 32n);
    const start = count === 0n ? { index: 0, offset: 0 } : placeOf(table, offset);
    this.#index = start.index;
    this.#offset = start.offset;
    // More than a number counts does not lie in any memory; the first piece that does not is found below.
    this.count = Number(count);
    this.each((from, length, done) => {
      if (from >= 0 && from + length <= byteLength) return;
      const index = placeOf(table, offset + BigInt(done)).index;
      const end = base + BigInt(byteLength);
      throw new RangeError(
        `"${name}" expected memory from ${hexOf(base)} to ${hexOf(end)} to have all of ${describeSegment(table, index)}`,
      );
    });
  }

  /** `most` bytes from `offset` on, or fewer where the table ends before. Throws as the constructor does. */
  static upTo(space: Space, table: SegmentTable, offset: U64, most: number): Placed {
    const left = bytesFrom(table, "offset", offset);
    return new Placed(space, table, BigInt(offset), left < most ? left : BigInt(most));
  }

  /** Calls back for each piece, in order. */
  each(call: EachPiece): void {
    const words = this.#words;
    const count = this.count;
    let offset = this.#offset;
    for (let at = this.#index * RECORD_WORDS, done = 0; done < count; at += RECORD_WORDS, offset = 0) {
      const length = Math.min(recordLength(words, at) - offset, count - done);
      call(this.#fromBase(at) + offset, length, done);
      done += length;
    }
  }

  /** As `each`, but a piece also ends where a piece of `other` does. `other` has as many bytes. */
  eachWith(other: Placed, call: (from: number, to: number, length: number) => void): void {
    let at = other.#index * RECORD_WORDS;
    let offset = other.#offset;
    this.each((from, length) => {
      for (let done = 0; done < length; ) {
        const size = recordLength(other.#words, at);
        const part = Math.min(length - done, size - offset);
        call(from + done, other.#fromBase(at) + offset, part);
        done += part;
        offset += part;
        if (offset === size) {
          at += RECORD_WORDS;
          offset = 0;
        }
      }
    });
  }

  /** Exact for what lies in a memory: the halves are near each other then. For what does not it is below 0 or too large. */
  #fromBase(at: number): number {
    const words = this.#words;
    return ((words[at + 1] as number) - this.#baseHigh) * 2 ** 32 + ((words[at] as number) - this.#baseLow);
  }
}

/** Bytes of a table from `offset` on; 0 where `offset` is past the table's end. */
export function bytesFrom(table: SegmentTable, name: string, offset: U64): bigint {
  checkTable("table", table);
  checkU64(name, offset);
  const left = table.totalBytes - BigInt(offset);
  return left < 0n ? 0n : left;
}
