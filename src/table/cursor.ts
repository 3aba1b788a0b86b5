import { expected } from "../core/errors.js";
import { checkKey, PACKAGE, type PackageKey } from "../core/package-key.js";
import { checkU64, FULL, RECORD_WORDS, recordAddr, recordLength, type U64 } from "../core/record.js";
import { checkTable, type SegmentTable } from "../core/segment-table.js";
import { checkOffset } from "./check.js";
import { placeOf, startOf } from "./offsets.js";
import { between } from "./slice.js";

/**
 * A place in a table's bytes that moves forward: for a reader that takes so many bytes at a time, whatever the segments
 * (FreeBSD `bus_dma`, Linux `bvec_iter`, amdgpu `amdgpu_res_cursor`). Segments of length 0 do not exist, so while it
 * is not `done` there is at least one byte at `addr`.
 */
export class TableCursor {
  readonly #table: SegmentTable;
  #index: number;
  #used: number;

  /** For the package itself. Use `cursor`. */
  constructor(key: PackageKey, table: SegmentTable, offset: bigint) {
    checkKey(key, "TableCursor", "cursor");
    this.#table = table;
    ({ index: this.#index, offset: this.#used } = placeOf(table, offset));
  }

  /** All bytes are passed. */
  get done(): boolean {
    return this.#index === this.#table.length;
  }

  /** The segment that it is in; `table.length` when it is done. */
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

  /** The address of the next byte. @throws {RangeError} It is done. */
  get addr(): bigint {
    return recordAddr(this.#table.words, this.#at()) + BigInt(this.#used);
  }

  /** Bytes from here to the end of the segment, 1 to 2^32; 0 when it is done. */
  get length(): number {
    return this.done ? 0 : recordLength(this.#table.words, this.#index * RECORD_WORDS) - this.#used;
  }

  /** The flags of the segment, without FULL. @throws {RangeError} It is done. */
  get flags(): number {
    return ((this.#table.words[this.#at() + 3] as number) & ~FULL) >>> 0;
  }

  /**
   * Moves forward.
   *
   * @throws {TypeError} `bytes` is neither number nor bigint.
   * @throws {RangeError} It is no u64, or more than `remaining`; the cursor has not moved.
   *
   * Cost: O(1) inside a segment and to the next one, O(log n) further.
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

  /** The next `bytes` bytes as a table, as `slice` gives them; the cursor moves behind them. Throws as `advance` does. */
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
 * A cursor over a table's bytes.
 *
 * @param offset Bytes before it, 0 (default) to `totalBytes`.
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} `offset` is no u64, or past the end.
 */
export function cursor(table: SegmentTable, offset: U64 = 0): TableCursor {
  checkTable("table", table);
  return new TableCursor(PACKAGE, table, checkOffset("offset", offset, table.totalBytes));
}
