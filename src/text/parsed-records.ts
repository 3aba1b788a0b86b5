import { newBuffer, newWords } from "../core/buffer.js";
import { packedRecords } from "../core/input.js";
import { checkKey, PACKAGE, type PackageKey } from "../core/package-key.js";
import { Fields } from "../core/range-fields.js";
import { FOUR_GIB, FULL, RECORD_WORDS, recordAddr, recordFlags, recordLength } from "../core/record.js";
import type { GrowingOutput } from "../engine/growing-output.js";
import { Form, type Intake } from "../engine/intake.js";
import type { WholeRange } from "./range.js";

/** A range of a text. */
export interface ParsedRange {
  /** The first byte. */
  readonly addr: bigint;
  /** Bytes, 1 to 2^64 - 1. */
  readonly length: bigint;
  /** NOMERGE, BUS and the tag. */
  readonly flags: number;
}

/**
 * The ranges of a text in order; made by {@link parseRecords} and {@link RecordParser}. A mapper takes them as they are,
 * at the speed of packed records.
 *
 * @example
 * ```ts
 * const records = parseRecords(new TextEncoder().encode("0x1000,4096\n0x2000,4096\n"), { format: "csv" });
 * console.log(records.count, [...records][1]); // 2 { addr: 8192n, length: 4096n, flags: 0 }
 * console.log(createMapperSync().coalesce(records).at(0)); // { addr: 4096n, length: 8192, flags: 0 }
 * ```
 */
export class ParsedRecords extends Form implements Iterable<ParsedRange> {
  /** Ranges. */
  override readonly count: number;
  /**
   * The ranges in the forms that a stream takes: packed records for `SegmentStream.pushRecords`, any number at a time;
   * and between them ranges above 4 GiB, which no record holds, for `SegmentStream.push`. Several parts may lie in one
   * buffer.
   */
  readonly parts: readonly (Uint8Array<ArrayBuffer> | ParsedRange)[];

  /** For the package itself. Use `parseRecords` or `RecordParser`. @hidden */
  constructor(key: PackageKey, parts: readonly (Uint8Array<ArrayBuffer> | ParsedRange)[], count: number) {
    checkKey(key, "ParsedRecords", "parseRecords or RecordParser");
    super();
    this.parts = parts;
    this.count = count;
  }

  /** @internal */
  override take(intake: Intake, output: GrowingOutput): void {
    const fields = new Fields();
    for (const part of this.parts) {
      if (part instanceof Uint8Array) intake.take(packedRecords(part), output);
      else if (fields.read(part)) intake.takeOne(fields, output);
    }
  }

  /** Gives the ranges as objects, in order. */
  *[Symbol.iterator](): Generator<ParsedRange, void, undefined> {
    for (const part of this.parts) {
      if (part instanceof Uint8Array) {
        const words = wordsOf(part);
        for (let at = 0; at < words.length; at += RECORD_WORDS) {
          yield {
            addr: recordAddr(words, at),
            length: BigInt(recordLength(words, at)),
            flags: recordFlags(words, at),
          };
        }
      } else {
        yield part;
      }
    }
  }

  /**
   * Copies the ranges into columns, for `columns` and for another thread: the arrays' buffers can be transferred. O(n).
   *
   * @example
   * ```ts
   * const records = parseRecords(new TextEncoder().encode('{"addr":4096,"length":512}'), { format: "ndjson" });
   * const { addr, length, flags } = records.toColumns();
   * console.log(addr[0], length[0], createMapperSync().coalesce(columns({ addr, length, flags })).length); // 4096n 512n 1
   * ```
   */
  toColumns(): ParsedColumns {
    const addr = new BigUint64Array(newBuffer(this.count * 8));
    const length = new BigUint64Array(newBuffer(this.count * 8));
    const flags = new Uint32Array(newBuffer(this.count * 4));
    let index = 0;
    for (const range of this) {
      addr[index] = range.addr;
      length[index] = range.length;
      flags[index] = range.flags;
      index++;
    }
    return { addr, length, flags };
  }
}

/** The ranges of a text as columns of their own. */
export interface ParsedColumns {
  /** The first byte of each range. */
  readonly addr: BigUint64Array<ArrayBuffer>;
  /** Bytes of each range. */
  readonly length: BigUint64Array<ArrayBuffer>;
  /** Flags of each range. */
  readonly flags: Uint32Array<ArrayBuffer>;
}

/** The ranges of both, in order. */
export function joined(first: ParsedRecords, second: ParsedRecords): ParsedRecords {
  if (second.count === 0) return first;
  return new ParsedRecords(PACKAGE, first.parts.concat(second.parts), first.count + second.count);
}

/** The words of a part that this package made. */
export function wordsOf({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
}

const MIN_RECORDS = 16;
/** Records in a part at most: 1 MiB. Larger parts would save nothing, and their growth would copy them. */
const MAX_RECORDS = 65536;
/** Bytes of a line in most texts. */
const LINE_BYTES = 16;

/** Collects ranges. */
export class RecordList {
  #parts: (Uint8Array<ArrayBuffer> | ParsedRange)[] = [];
  #count = 0;
  #words = new Uint32Array(0);
  /** Words written, and those of them that are in `#parts` already. */
  #used = 0;
  #given = 0;
  #room = MIN_RECORDS;
  readonly #reuse: boolean;

  /** @param reuse What `take` gives is valid until the next range is added. */
  constructor(reuse: boolean) {
    this.#reuse = reuse;
  }

  /** So many bytes of text come next. */
  expect(byteLength: number): void {
    this.#room = byteLength / LINE_BYTES;
  }

  /** @param range Valid, and not empty. @throws {SegringError} OUT_OF_MEMORY */
  add({ addr, length, flags }: WholeRange): void {
    if (length > FOUR_GIB) {
      this.#give();
      this.#parts.push({ addr: BigInt(addr), length: BigInt(length), flags });
    } else {
      if (this.#used === this.#words.length) this.#renew();
      const words = this.#words;
      const at = this.#used;
      if (typeof addr === "number") {
        words[at] = addr;
        words[at + 1] = addr / FOUR_GIB;
      } else {
        words[at] = Number(addr & 0xffff_ffffn);
        words[at + 1] = Number(addr >> 32n);
      }
      const bytes = Number(length);
      words[at + 2] = bytes;
      words[at + 3] = bytes === FOUR_GIB ? flags | FULL : flags;
      this.#used = at + RECORD_WORDS;
    }
    this.#count++;
  }

  /** Takes records that are valid: the first `count` of these. @throws {SegringError} OUT_OF_MEMORY */
  append(records: Uint32Array, count: number): void {
    const end = count * RECORD_WORDS;
    for (let from = 0; from < end; ) {
      if (this.#used === this.#words.length) this.#renew();
      const to = Math.min(end, from + this.#words.length - this.#used);
      this.#words.set(records.subarray(from, to), this.#used);
      this.#used += to - from;
      from = to;
    }
    this.#count += count;
  }

  /** The ranges so far; the list is empty afterwards, and keeps no memory of theirs, or reuses it. */
  take(): ParsedRecords {
    this.#give();
    const records = new ParsedRecords(PACKAGE, this.#parts, this.#count);
    this.#parts = [];
    this.#count = 0;
    if (!this.#reuse) this.#words = new Uint32Array(0);
    this.#used = 0;
    this.#given = 0;
    return records;
  }

  /** What was written becomes a part. */
  #give(): void {
    if (this.#used === this.#given) return;
    this.#parts.push(new Uint8Array(this.#words.buffer, this.#given * 4, (this.#used - this.#given) * 4));
    this.#given = this.#used;
  }

  /** Takes new memory, twice as much each time; the ranges written stay where they are. */
  #renew(): void {
    this.#give();
    const records = Math.min(Math.max(Math.ceil(this.#room), MIN_RECORDS), MAX_RECORDS);
    this.#words = newWords(records * RECORD_WORDS);
    this.#room = records * 2;
    this.#used = 0;
    this.#given = 0;
  }
}
