import { expected } from "./errors.js";
import { checkKey, PACKAGE, type PackageKey } from "./package-key.js";
import { RECORD_BYTES, RECORD_WORDS } from "./record.js";
import { recordBytes } from "./segment-table.js";
import { plainView } from "./views.js";

/** An array whose elements are addresses, lengths or page frame numbers. Floats must be integers from 0 to 2^53 - 1. */
export type Column = BigUint64Array | Float64Array | Uint32Array;

/** Checks a column. @throws {TypeError} `column` is none of these arrays. */
export function plainColumn(name: string, column: unknown): Column {
  return plainView(name, column, "BigUint64Array", "Float64Array", "Uint32Array");
}

/** Ranges as an engine reads them from columns. */
export interface ColumnData {
  readonly addr: Column;
  readonly length: Column;
  readonly flags: Uint32Array | undefined;
}

/** Memory as an engine reads it from page frames. */
export interface FrameData {
  readonly frames: Column;
  /** log2 of the page size. */
  readonly pageShift: number;
  readonly flags: number;
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
