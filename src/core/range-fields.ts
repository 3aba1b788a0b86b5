import { expected, show } from "./errors.js";
import { checkFlags, checkU64, FOUR_GIB, FULL, type Range, RESERVED_FLAGS } from "./record.js";

/** Flags that a range may have: NOMERGE, BUS and the tag. */
const RANGE_FLAGS = ~(FULL | RESERVED_FLAGS);

/**
 * Packs a range of the simple kind: numbers, a length up to 2^32 - 1, valid flags. For any other range the result is
 * false, and what was written has no meaning; `Fields.read` then reads the range, or finds its fault. `packRange` is
 * three times as fast.
 */
export function packRange(range: Range, words: Uint32Array, at: number): boolean {
  if (typeof range !== "object" || range === null) return false;
  const { addr, length, flags } = range;
  if (
    typeof addr === "number" &&
    typeof length === "number" &&
    addr >= 0 &&
    addr <= Number.MAX_SAFE_INTEGER &&
    Math.floor(addr) === addr &&
    length >>> 0 === length &&
    length !== 0 &&
    (flags === undefined ||
      (typeof flags === "number" && flags >>> 0 === flags && (flags & RANGE_FLAGS) === (flags | 0)))
  ) {
    words[at] = addr;
    words[at + 1] = addr / FOUR_GIB;
    words[at + 2] = length;
    words[at + 3] = flags ?? 0;
    return true;
  }
  return false;
}

const wide = new BigUint64Array(2);
const halves = new Int32Array(wide.buffer);

/**
 * A range in 32-bit halves, as signed integers: V8 keeps those unboxed. One object serves range after range. A bigint
 * is stored and read back in halves, because splitting a bigint with shifts and masks costs 20 times as much.
 */
export class Fields {
  addrLo = 0;
  addrHi = 0;
  lengthLo = 0;
  lengthHi = 0;
  flags = 0;

  /**
   * Reads and checks a range; `name` and `index` are for messages. Returns false for length 0.
   *
   * @throws {TypeError} `range` is no object, or a field has the wrong type.
   * @throws {RangeError} A field is out of its range, or addr + length is past 2^64.
   */
  read(range: Range, index?: number): boolean {
    if (typeof range !== "object" || range === null) {
      throw new TypeError(expected(nameOf("range", index), "an object { addr, length, flags? }", range));
    }
    const { addr, length, flags = 0 } = range;
    if (typeof addr === "number" && addr >= 0 && addr <= Number.MAX_SAFE_INTEGER && Math.floor(addr) === addr) {
      this.addrLo = addr | 0;
      this.addrHi = (addr / FOUR_GIB) | 0;
    } else {
      checkU64(nameOf("addr", index), addr);
      wide[0] = BigInt(addr);
      this.addrLo = halves[0] as number;
      this.addrHi = halves[1] as number;
    }
    if (
      typeof length === "number" &&
      length >= 0 &&
      length <= Number.MAX_SAFE_INTEGER &&
      Math.floor(length) === length
    ) {
      this.lengthLo = length | 0;
      this.lengthHi = (length / FOUR_GIB) | 0;
    } else {
      checkU64(nameOf("length", index), length);
      wide[1] = BigInt(length);
      this.lengthLo = halves[2] as number;
      this.lengthHi = halves[3] as number;
    }
    if (typeof flags !== "number" || flags >>> 0 !== flags || flags & (FULL | RESERVED_FLAGS)) {
      checkFlags(nameOf("flags", index), flags);
    }
    this.flags = flags | 0;
    if ((this.lengthLo | this.lengthHi) === 0) return false;
    if (this.addrHi < 0 || this.lengthHi !== 0) this.#checkEnd(addr, length, index);
    return true;
  }

  /** Only an address from 2^63 on, or a length from 2^32 on, can end past 2^64. */
  #checkEnd(addr: unknown, length: unknown, index: number | undefined): void {
    if (BigInt(addr as number) + BigInt(length as number) > 1n << 64n) {
      throw new RangeError(
        `"${nameOf("addr + length", index)}" expected up to 2^64, got ${show(addr)} + ${show(length)}`,
      );
    }
  }
}

/*
 * What is asked of a range that was read: functions, so that a bundle has those that it uses.
 */

/** The first and the last byte of a range that is not empty. */
export function boundsOf({ addrLo, addrHi, lengthLo, lengthHi }: Fields): { first: bigint; last: bigint } {
  const first = (BigInt(addrHi >>> 0) << 32n) | BigInt(addrLo >>> 0);
  return { first, last: first + ((BigInt(lengthHi >>> 0) << 32n) | BigInt(lengthLo >>> 0)) - 1n };
}

/** Whether the range fits one record, which holds at most 4 GiB. */
export function fitsRecord({ lengthLo, lengthHi }: Fields): boolean {
  return lengthHi === 0 || (lengthHi === 1 && lengthLo === 0);
}

/** Writes the range as a record; the range must fit one. */
export function storeRange(
  { addrLo, addrHi, lengthLo, lengthHi, flags }: Fields,
  words: Uint32Array,
  at: number,
): void {
  words[at] = addrLo;
  words[at + 1] = addrHi;
  words[at + 2] = lengthLo;
  words[at + 3] = lengthHi === 0 ? flags : flags | FULL;
}

/** The error of a length of 0 where a range may not be empty. */
export function emptyRange(index?: number, advice = ""): RangeError {
  return new RangeError(expected(nameOf("length", index), `1 to 2^64 - 1${advice}`, 0));
}

function nameOf(field: string, index: number | undefined): string {
  return index === undefined ? field : `[${index}].${field}`;
}
