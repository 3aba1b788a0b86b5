import { expected } from "../core/errors.js";
import { checkKey, PACKAGE, type PackageKey } from "../core/package-key.js";
import { checkU64, RECORD_WORDS, recordAddr, recordFlags, recordLength, type U64 } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { checkTable } from "../core/table.js";
import { checkOffset } from "./check.js";
import { placeOf, startOf } from "./offsets.js";
import { between } from "./slice.js";

/**
 * A place in a table's bytes that moves forward. A cursor suits a reader that takes a given number of bytes at a time,
 * whatever the segments (FreeBSD `bus_dma`, Linux `bvec_iter`, amdgpu `amdgpu_res_cursor`). No segment has length 0, so
 * a cursor that is not `done` has at least one byte at `addr`.
 *
 * @example
 * ```ts
 * const place = cursor(SegmentTable.from([{ addr: 0x1000, length: 512 }, { addr: 0x8000, length: 512 }]));
 * console.log(place.take(768).length, place.index, place.remaining); // 2 1 256n
 * place.advance(256);
 * console.log(place.done); // true
 * ```
 */
export class TableCursor {
  readonly #table: SegmentTable;
  #index: number;
  #used: number;

  /** For the package itself. Use `cursor`. @hidden */
  constructor(key: PackageKey, table: SegmentTable, offset: bigint) {
    checkKey(key, "TableCursor", "cursor");
    this.#table = table;
    ({ index: this.#index, offset: this.#used } = placeOf(table, offset));
  }

  /** Whether the cursor has passed all bytes. */
  get done(): boolean {
    return this.#index === this.#table.length;
  }

  /** The segment that the cursor is in; `table.length` once the cursor is done. */
  get index(): number {
    return this.#index;
  }

  /** Bytes of the table before the cursor. */
  get offset(): bigint {
    return startOf(this.#table, this.#index) + BigInt(this.#used);
  }

  /** Bytes of the table from the cursor on. */
  get remaining(): bigint {
    return this.#table.totalBytes - this.offset;
  }

  /** The address of the next byte. @throws {RangeError} The cursor is done. */
  get addr(): bigint {
    return recordAddr(this.#table.words, this.#at()) + BigInt(this.#used);
  }

  /** Bytes from the cursor to the end of the segment, 1 to 2^32; 0 once the cursor is done. */
  get length(): number {
    return this.done ? 0 : recordLength(this.#table.words, this.#index * RECORD_WORDS) - this.#used;
  }

  /** The flags of the segment, without FULL. @throws {RangeError} The cursor is done. */
  get flags(): number {
    return recordFlags(this.#table.words, this.#at());
  }

  /**
   * Moves the cursor forward by `bytes`.
   *
   * Cost: O(1) inside a segment and to the next segment, O(log n) further.
   *
   * @throws {TypeError} `bytes` is neither number nor bigint.
   * @throws {RangeError} `bytes` is no u64, or more than `remaining`. The cursor has not moved.
   */
  advance(bytes: U64): void {
    const here = this.length;
    if (typeof bytes === "number" && bytes >= 0 && bytes < here && Number.isInteger(bytes)) {
      this.#used += bytes;
      return;
    }
    if (bytes === here && here > 0) {
      this.#index++;
      this.#used = 0;
      return;
    }
    checkU64("bytes", bytes);
    const { offset, remaining } = this;
    if (BigInt(bytes) > remaining) throw new RangeError(expected("bytes", `up to ${remaining} (remaining)`, bytes));
    ({ index: this.#index, offset: this.#used } = placeOf(this.#table, offset + BigInt(bytes)));
  }

  /**
   * Gives the next `bytes` bytes as a table, as `slice` does, and moves the cursor behind these bytes. Throws as
   * `advance` does.
   */
  take(bytes: U64): SegmentTable {
    const start = { index: this.#index, offset: this.#used };
    this.advance(bytes);
    return between(this.#table, start, { index: this.#index, offset: this.#used });
  }

  #at(): number {
    if (this.done) throw new RangeError("the cursor expected bytes left in its table, got none");
    return this.#index * RECORD_WORDS;
  }
}

/**
 * Makes a cursor over a table's bytes.
 *
 * @param offset Bytes before the cursor, 0 (default) to `totalBytes`.
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} `offset` is no u64, or past the end.
 * @example
 * ```ts
 * const table = SegmentTable.from([{ addr: 0x1000, length: 512 }, { addr: 0x8000, length: 512 }]);
 * const place = cursor(table, 600);
 * console.log(place.addr.toString(16), place.length); // 8058 424
 * ```
 */
export function cursor(table: SegmentTable, offset: U64 = 0): TableCursor {
  checkTable("table", table);
  return new TableCursor(PACKAGE, table, checkOffset("offset", offset, table.totalBytes));
}
