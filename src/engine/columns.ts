import { expected } from "../core/errors.js";
import { type Column, type ColumnData, plainColumn } from "../core/input.js";
import { checkKeys } from "../core/options.js";
import { checkKey, PACKAGE, type PackageKey } from "../core/package-key.js";
import { emptyRange, Fields } from "../core/range-fields.js";
import { NOMERGE, type Range } from "../core/record.js";
import { plainView } from "../core/views.js";
import type { Ahead, Taker } from "./ahead.js";
import type { GrowingOutput } from "./growing-output.js";
import { checkAttached, Form, type Intake, MAY_SKIP } from "./intake.js";

const COLUMN_KEYS = { addr: true, length: true, flags: true } as const;

/**
 * Ranges as columns; made by {@link columns}. The arrays are borrowed until the call that takes them returns.
 *
 * @example
 * ```ts
 * console.log(columns({ addr: Float64Array.of(0x1000, 0x2000), length: Uint32Array.of(4096, 4096) }).count); // 2
 * ```
 */
export class Columns extends Form {
  /** Ranges. */
  override readonly count: number;
  /** First bytes, u64. */
  readonly addr: Column;
  /** Bytes of each range. */
  readonly length: Column;
  /** NOMERGE, BUS and tags; undefined where all flags are 0. */
  readonly flags: Uint32Array | undefined;

  /** For the package itself. Use `columns`. @hidden */
  constructor(key: PackageKey, addr: Column, length: Column, flags: Uint32Array | undefined) {
    checkKey(key, "Columns", "columns");
    super();
    this.count = addr.length;
    this.addr = addr;
    this.length = length;
    this.flags = flags;
  }

  /** @internal */
  override take(intake: Intake, output: GrowingOutput): void {
    const { coalescer } = intake;
    const { count } = this;
    const source = attached(this, intake);
    for (let from = 0; from < count; ) {
      if (output.room === 0) output.grow(coalescer, aheadOf(coalescer, source, from, count));
      from += coalescer.columns(source, from, count, output);
      if (coalescer.bad) {
        // The rules are those for objects, and so are the messages.
        const range = { addr: source.addr[from], length: source.length[from], flags: source.flags?.[from] } as Range;
        if (!new Fields().read(range, from)) throw emptyRange(from, MAY_SKIP);
      }
    }
  }
}

/** The columns where the engine can read them. */
function attached({ addr, length, flags, count }: Columns, intake: Intake): ColumnData {
  checkAttached("addr", addr.length, count);
  checkAttached("length", length.length, count);
  if (flags !== undefined) checkAttached("flags", flags.length, count);
  return { addr: intake.apart(addr), length: intake.apart(length), flags: flags && intake.apart(flags) };
}

/** What is left from element `from` on. */
function aheadOf({ uncut }: Taker, { length, flags }: ColumnData, from: number, count: number): Ahead {
  const bytes = () => {
    let sum = 0;
    for (let index = from; index < count; index++) {
      const size = Number(length[index]);
      if (!(size >= 0)) break;
      if (!uncut || (flags !== undefined && (flags[index] as number) & NOMERGE)) sum += size;
    }
    return sum;
  };
  return { count, bytes };
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
