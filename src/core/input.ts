import { expected, show } from "./errors.js";
import { checkInteger, isPowerOfTwo } from "./limits.js";
import { checkKeys, NO_OPTIONS } from "./options.js";
import { checkKey, PACKAGE, type PackageKey } from "./package-key.js";
import { checkFlags, checkU64, type Range, RECORD_BYTES, RECORD_WORDS, type U64 } from "./record.js";
import { recordBytes, type SegmentTable } from "./segment-table.js";
import { plainView } from "./views.js";

/** An array whose elements are addresses, lengths or page frame numbers. Floats must be integers from 0 to 2^53 - 1. */
export type Column = BigUint64Array | Float64Array | Uint32Array;

/** What `coalesce` and `union` take. */
export type RangeInput = Iterable<Range> | SegmentTable | Columns | PageFrames | PackedRecords;

const COLUMN_KEYS = { addr: true, length: true, flags: true } as const;
const FRAME_KEYS = { pageBytes: true, firstOffset: true, byteLength: true, flags: true } as const;

/**
 * Ranges as columns; made by {@link columns}. The arrays are borrowed until the call that takes them returns.
 *
 * @example
 * ```ts
 * console.log(columns({ addr: Float64Array.of(0x1000, 0x2000), length: Uint32Array.of(4096, 4096) }).count); // 2
 * ```
 */
export class Columns {
  /** Ranges. */
  readonly count: number;
  /** First bytes, u64. */
  readonly addr: Column;
  /** Bytes of each range. */
  readonly length: Column;
  /** NOMERGE, BUS and tags; undefined where all flags are 0. */
  readonly flags: Uint32Array | undefined;

  /** For the package itself. Use `columns`. @hidden */
  constructor(key: PackageKey, addr: Column, length: Column, flags: Uint32Array | undefined) {
    checkKey(key, "Columns", "columns");
    this.count = addr.length;
    this.addr = addr;
    this.length = length;
    this.flags = flags;
  }
}

/**
 * Takes ranges as columns of equal length. Nothing is copied; a mapper checks the values when it takes the columns.
 *
 * @param columns.addr   First bytes, u64.
 * @param columns.length Bytes, 1 to 2^64 - 1 each (0 where the call says `skipEmpty`).
 * @param columns.flags  NOMERGE, BUS and tags; default 0 for all.
 * @throws {TypeError} A column is none of the typed arrays named.
 * @throws {RangeError} The columns differ in length.
 * @example
 * ```ts
 * const input = columns({ addr: Float64Array.of(0x1000, 0x2000), length: Uint32Array.of(4096, 4096) });
 * console.log([...createMapperSync().coalesce(input)]); // [ { addr: 4096n, length: 8192, flags: 0 } ]
 * ```
 */
export function columns(columns: { addr: Column; length: Column; flags?: Uint32Array | undefined }): Columns {
  checkKeys("columns", columns, COLUMN_KEYS);
  const { addr: firsts, length: lengths, flags: kinds } = columns;
  const addr = plainColumn("addr", firsts);
  const length = plainColumn("length", lengths);
  if (length.length !== addr.length) {
    throw new RangeError(expected("length.length", `addr.length (${addr.length})`, length.length));
  }
  const flags = kinds === undefined ? undefined : plainView("flags", kinds, "Uint32Array");
  if (flags !== undefined && flags.length !== addr.length) {
    throw new RangeError(expected("flags.length", `addr.length (${addr.length})`, flags.length));
  }
  return new Columns(PACKAGE, addr, length, flags);
}

/** How memory lies in its page frames. */
interface PageLayout {
  /** log2 of the page size. */
  readonly pageShift: number;
  /** Bytes of the first page that come before the memory. */
  readonly firstOffset: number;
  /** Bytes of the last page that come after it. */
  readonly lastUnused: number;
  readonly flags: number;
}

/**
 * Memory given as its page frames; made by {@link pageFrames}. The array is borrowed until the call that takes it
 * returns.
 *
 * @example
 * ```ts
 * const { count, firstOffset, lastUnused } = pageFrames([7, 8, 3], { firstOffset: 512, byteLength: 10_000 });
 * console.log(count, firstOffset, lastUnused); // 3 512 1776
 * ```
 */
export class PageFrames {
  /** Page frame numbers, as many as the bytes need. */
  readonly frames: Column;
  /** The number of page frames. */
  readonly count: number;
  /** log2 of the page size. */
  readonly pageShift: number;
  /** Bytes of the first page that come before the memory. */
  readonly firstOffset: number;
  /** Bytes of the last page that come after the memory. */
  readonly lastUnused: number;
  /** NOMERGE, BUS and the tag of the memory. */
  readonly flags: number;

  /** @internal This memory with another array of its frames. */
  with(frames: Column): PageFrames {
    return frames === this.frames ? this : new PageFrames(PACKAGE, frames, this);
  }

  /** For the package itself. Use `pageFrames`. @hidden */
  constructor(key: PackageKey, frames: Column, layout: PageLayout) {
    checkKey(key, "PageFrames", "pageFrames");
    this.frames = frames;
    this.count = frames.length;
    this.pageShift = layout.pageShift;
    this.firstOffset = layout.firstOffset;
    this.lastUnused = layout.lastUnused;
    this.flags = layout.flags;
  }
}

/**
 * Takes memory as its page frames, in the order of the memory's bytes. Frame `n` is the bytes from `n * pageBytes` on.
 *
 * Cost: O(1), but O(n) for a plain array, which is copied.
 *
 * @param pfns        Page frame numbers; `(pfn + 1) * pageBytes` is at most 2^64. A mapper checks the numbers when it
 *   takes them.
 * @param options.pageBytes   A power of two from 1 to 2^52; default 4096.
 * @param options.firstOffset Where in the first page the memory starts, 0 to pageBytes - 1; default 0.
 * @param options.byteLength  Bytes of memory; default: all bytes to the end of the last frame. Frames past `byteLength`
 *   are ignored.
 * @param options.flags       NOMERGE (each page its own segment), BUS and the tag; default 0.
 * @throws {TypeError} `pfns` is none of the typed arrays named and no array of numbers, or an option has the wrong
 *   type.
 * @throws {RangeError} An option is out of its range, or the frames are fewer than `byteLength` needs.
 * @example
 * ```ts
 * const buffer = pageFrames([7, 8, 3], { firstOffset: 512, byteLength: 10_000 });
 * const table = createMapperSync().coalesce(buffer);
 * for (const { addr, length } of table) console.log(addr.toString(16), length); // 7200 7680 // 3000 2320
 * ```
 */
export function pageFrames(
  pfns: Column | readonly number[],
  options: {
    pageBytes?: number | undefined;
    firstOffset?: number | undefined;
    byteLength?: U64 | undefined;
    flags?: number | undefined;
  } = NO_OPTIONS,
): PageFrames {
  checkKeys("options", options, FRAME_KEYS);
  const { pageBytes = 4096, firstOffset = 0, byteLength, flags = 0 } = options;
  const frames = Array.isArray(pfns) ? fromNumbers(pfns) : plainColumn("pfns", pfns);
  checkInteger("pageBytes", pageBytes, 1, 2 ** 52);
  if (!isPowerOfTwo(pageBytes)) {
    throw new RangeError(expected("pageBytes", "a power of two from 1 to 2^52", pageBytes));
  }
  const pageShift = Math.log2(pageBytes);
  checkInteger("firstOffset", firstOffset, 0, pageBytes - 1);
  checkFlags("flags", flags);
  if (byteLength === undefined) {
    const layout = { pageShift, firstOffset: frames.length === 0 ? 0 : firstOffset, lastUnused: 0, flags };
    return new PageFrames(PACKAGE, frames, layout);
  }
  checkU64("byteLength", byteLength);
  const page = BigInt(pageBytes);
  const end = BigInt(byteLength) + BigInt(firstOffset);
  const needed = BigInt(byteLength) === 0n ? 0n : (end + page - 1n) / page;
  if (needed > BigInt(frames.length)) {
    throw new RangeError(`"pfns" expected ${needed} frames for ${show(byteLength)} bytes, got ${frames.length}`);
  }
  const used = frames.subarray(0, Number(needed));
  if (needed === 0n) return new PageFrames(PACKAGE, used, { pageShift, firstOffset: 0, lastUnused: 0, flags });
  return new PageFrames(PACKAGE, used, { pageShift, firstOffset, lastUnused: Number(needed * page - end), flags });
}

/** Where packed records lie: with the caller, or in the memory of a mapper. */
export interface RecordSource {
  readonly bytes: Uint8Array;
}

/**
 * Packed records; made by {@link packedRecords} or `SegmentMapper.input`.
 *
 * @example
 * ```ts
 * const records = createMapperSync().input(1);
 * records.words.set([0x1000, 0, 4096, 0]);
 * console.log(records.count, records.bytes.length); // 1 16
 * ```
 */
export class PackedRecords {
  /** The number of records. */
  readonly count: number;
  readonly #source: RecordSource;
  #signed: Int32Array | undefined;
  /** Of those words. An array takes 100 ns to tell its buffer. */
  #buffer: ArrayBufferLike | undefined;

  /** For the package itself. Use `packedRecords` or `SegmentMapper.input`. @hidden */
  constructor(key: PackageKey, source: RecordSource, count: number) {
    checkKey(key, "PackedRecords", "packedRecords or SegmentMapper.input");
    this.#source = source;
    this.count = count;
  }

  /** @internal The records as signed words, which V8 does not box; a view that is kept. Undefined where they are not aligned, or detached. */
  static signedOf(records: PackedRecords): Int32Array | undefined {
    const kept = records.#signed;
    if (kept !== undefined && kept.length === records.count * RECORD_WORDS) return kept;
    const { buffer, byteOffset, byteLength } = records.bytes;
    if (byteOffset % 4 !== 0 || byteLength !== records.count * RECORD_BYTES) return undefined;
    records.#signed = new Int32Array(buffer, byteOffset, byteLength / 4);
    records.#buffer = buffer;
    return records.#signed;
  }

  /** @internal The buffer of what `signedOf` gave. */
  static bufferOf(records: PackedRecords): ArrayBufferLike | undefined {
    return records.#buffer;
  }

  /** @internal */
  static sourceOf(records: PackedRecords): RecordSource {
    return records.#source;
  }

  /**
   * The records, 16 bytes each: `u64 addr, u32 len, u32 flags`, little-endian. For records of `SegmentMapper.input`,
   * the bytes are a view that is valid until the next `input` or `close`.
   *
   * @throws {SegringError} Records of `SegmentMapper.input` only: STALE after another `input`, CLOSED after `close`.
   */
  get bytes(): Uint8Array {
    return this.#source.bytes;
  }

  /**
   * The records as 4 words each: addr low, addr high, len, flags. @throws {RangeError} The bytes are not 4-byte
   * aligned.
   */
  get words(): Uint32Array {
    const { buffer, byteOffset, byteLength } = this.bytes;
    if (byteOffset % 4 !== 0) throw new RangeError(expected("bytes.byteOffset", "a multiple of 4", byteOffset));
    return new Uint32Array(buffer, byteOffset, byteLength / 4);
  }
}

/**
 * Takes packed records of 16 bytes. The bytes are borrowed until the call that takes the records returns; that call
 * checks each record.
 *
 * @throws {TypeError} `bytes` is no Uint8Array.
 * @throws {RangeError} The length of `bytes` is not a multiple of 16.
 * @example
 * ```ts
 * const bytes = SegmentTable.from([{ addr: 0x1000, length: 64 }, { addr: 0x1040, length: 64 }]).bytes;
 * console.log(createMapperSync().coalesce(packedRecords(bytes)).size(0)); // 128
 * ```
 */
export function packedRecords(bytes: Uint8Array): PackedRecords {
  const records = recordBytes("bytes", bytes);
  return new PackedRecords(PACKAGE, { bytes: records }, records.byteLength / RECORD_BYTES);
}

function plainColumn(name: string, column: unknown): Column {
  return plainView(name, column, "BigUint64Array", "Float64Array", "Uint32Array");
}

/** A plain array as a column. Its numbers are checked with all the others, when a mapper takes them. */
function fromNumbers(pfns: readonly unknown[]): Float64Array {
  const odd = pfns.findIndex((pfn) => typeof pfn !== "number");
  if (odd >= 0) throw new TypeError(expected(`pfns[${odd}]`, "a number", pfns[odd]));
  return Float64Array.from(pfns as readonly number[]);
}
