import { newBuffer } from "../core/buffer.js";
import { FOUR_GIB, FULL, RECORD_BYTES, RECORD_WORDS, RESERVED_FLAGS } from "../core/record.js";
import type { Fields, PlainLines } from "./grammar.js";
import { type LineReader, ROOM, TEXT_BYTES } from "./line-reader.js";

const LF = 0x0a;
const CR = 0x0d;
const ZERO = 0x30;
const NINE = 9;
/** Digits of which any number is exact. */
const SAFE_DIGITS = 15;
/** Digits of which any number is an integer of 31 bits, and what they are multiplied by where so many follow. */
const SMALL_DIGITS = 9;
const POWERS = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6];
/** As these of hexadecimal digits. */
const SAFE_HEX_DIGITS = 13;
const SMALL_HEX_DIGITS = 7;
const HEX_POWERS = [0, 1, 2, 3, 4, 5, 6].map((digits) => 16 ** digits);
/** The value of a character as a hexadecimal digit; -1 where it is none. */
const DIGITS = Int8Array.from({ length: 256 }, (_, code) => {
  const digit = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(digit) ? -1 : digit;
});
/** What `x` is as a digit. */
const HEX_MARK = 0x78 - ZERO;
const UPPER = 2 ** -32;
/** `{"addr":`, `,"length":` and `,"flags":`. */
const HEADS = ['{"addr":', ',"length":', ',"flags":'].map((head) => Uint8Array.from(head, (c) => c.charCodeAt(0)));
const QUOTE = 0x22;
const BRACE = 0x7d;

/** The twin of the kernels, in JavaScript: numbers of up to 15 decimal or 13 hexadecimal digits. */
export class JsLines implements LineReader {
  readonly text = new Uint8Array(newBuffer(TEXT_BYTES));
  readonly words = new Uint32Array(newBuffer(ROOM * RECORD_BYTES));
  count = 0;
  readonly skipped = 0;
  /** Where the last number ended. */
  #end = 0;

  read(from: number, to: number, lines: PlainLines): number {
    this.count = 0;
    return lines === "objects" ? this.#objects(from, to) : this.#fields(from, to, lines);
  }

  #fields(from: number, to: number, { separator, isEnd, hasFlags }: Fields): number {
    const text = this.text;
    let line = from;
    while (line < to && this.count < ROOM) {
      const addr = this.#number(line);
      if (addr < 0 || text[this.#end] !== separator) return line;
      const second = this.#number(this.#end + 1);
      let at = this.#end;
      let flags = 0;
      if (hasFlags && text[at] === separator) {
        flags = this.#number(at + 1);
        at = this.#end;
      }
      if (text[at] === CR) at++;
      if (second < 0 || text[at] !== LF || !this.#put(addr, isEnd ? second - addr : second, flags)) return line;
      line = at + 1;
    }
    return line;
  }

  #objects(from: number, to: number): number {
    const text = this.text;
    const [addrHead, lengthHead, flagsHead] = HEADS as [Uint8Array, Uint8Array, Uint8Array];
    let line = from;
    while (line < to && this.count < ROOM) {
      const addr = this.#value(line, addrHead);
      const length = addr < 0 ? -1 : this.#value(this.#end, lengthHead);
      if (length < 0) return line;
      let flags = 0;
      if (text[this.#end] !== BRACE) {
        flags = this.#value(this.#end, flagsHead);
        if (text[this.#end] !== BRACE) return line;
      }
      let at = this.#end + 1;
      if (text[at] === CR) at++;
      if (text[at] !== LF || !this.#put(addr, length, flags)) return line;
      line = at + 1;
    }
    return line;
  }

  /** The value behind these bytes and one blank at most; -1 where they are not there, or no such value is. */
  #value(from: number, head: Uint8Array): number {
    const text = this.text;
    let at = from;
    for (let index = 0; index < head.length; index++) {
      // Most programs that put a blank there put one behind the colon too.
      if (index === 1 && text[at] === 0x20) at++;
      if (text[at++] !== head[index]) return -1;
    }
    if (text[at] === 0x20) at++;
    const isQuoted = text[at] === QUOTE;
    if (isQuoted) at++;
    const value = this.#number(at);
    if (isQuoted) return text[this.#end++] === QUOTE ? value : -1;
    return text[at] === ZERO && this.#end !== at + 1 ? -1 : value;
  }

  /**
   * The number of 1 to 15 digits at `at`; -1 where there is none. The digits are added as integers, 9 and the rest: as
   * floats, a line took a third longer.
   */
  #number(at: number): number {
    const text = this.text;
    const split = at + SMALL_DIGITS;
    let end = at;
    let number = 0;
    let digit = ((text[end] as number) - ZERO) >>> 0;
    while (digit <= NINE && end < split) {
      number = (Math.imul(number, 10) + digit) | 0;
      digit = ((text[++end] as number) - ZERO) >>> 0;
    }
    this.#end = end;
    if (digit > NINE) {
      if (number === 0 && digit === HEX_MARK && end === at + 1) return this.#hexadecimal(end + 1);
      return end === at ? -1 : number;
    }
    let rest = 0;
    while (digit <= NINE && end < at + SAFE_DIGITS) {
      rest = (Math.imul(rest, 10) + digit) | 0;
      digit = ((text[++end] as number) - ZERO) >>> 0;
    }
    this.#end = end;
    return digit <= NINE ? -1 : number * (POWERS[end - split] as number) + rest;
  }

  /** The number of 1 to 13 hexadecimal digits at `at`, 7 and the rest; -1 where there is none. */
  #hexadecimal(at: number): number {
    const text = this.text;
    const split = at + SMALL_HEX_DIGITS;
    let end = at;
    let number = 0;
    let digit = DIGITS[text[end] as number] as number;
    while (digit >= 0 && end < split) {
      number = (number << 4) | digit;
      digit = DIGITS[text[++end] as number] as number;
    }
    let rest = 0;
    const from = end;
    while (digit >= 0 && end < at + SAFE_HEX_DIGITS) {
      rest = (rest << 4) | digit;
      digit = DIGITS[text[++end] as number] as number;
    }
    this.#end = end;
    return digit >= 0 || end === at ? -1 : number * (HEX_POWERS[end - from] as number) + rest;
  }

  /** @returns Whether the range is a record: 1 to 2^32 - 1 bytes, flags that a range may have. */
  #put(addr: number, length: number, flags: number): boolean {
    if (length < 1 || length >= FOUR_GIB || flags < 0 || flags > 0xffff_ffff || (flags & (FULL | RESERVED_FLAGS)) !== 0)
      return false;
    const words = this.words;
    const at = this.count * RECORD_WORDS;
    words[at] = addr;
    words[at + 1] = addr * UPPER;
    words[at + 2] = length;
    words[at + 3] = flags;
    this.count++;
    return true;
  }
}
