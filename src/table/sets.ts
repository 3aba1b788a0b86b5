import { SegringError } from "../core/errors.js";
import { boundsOf, emptyRange, Fields } from "../core/range-fields.js";
import { FOUR_GIB, isIterable, type Range, type U64 } from "../core/record.js";
import { RecordView } from "../core/record-view.js";
import type { SegmentTable } from "../core/segment-table.js";
import { RecordRows } from "./builder.js";
import { byteSetOf, checkSet, firstEndingFrom, kindSetsOf, type RangeSet, type Run } from "./byte-set.js";

/*
 * Operations on sets of bytes, exact over 2^64. An operand is a table or ranges in any order, overlapping or not: what
 * counts is which bytes it has. The first operand is a set for each of its kinds (each NOMERGE range is a set of its own),
 * whose flags the result carries; of the second operand the flags do not count. Results are tables, so that every operation
 * on tables takes them: runs that are joined as far as they go, cut every 4 GiB from their start, in the order of address,
 * flags, length.
 *
 * All throw as `SegmentMapper.coalesce` does where a range is not valid, and OUT_OF_MEMORY where the result has more than
 * 2^24 segments: runs of 2^56 bytes together, or kinds that lie over one another and each have all parts of the other
 * operand. Cost: O(n + m) to sort, once for a table, and O(log m) for each range of the first operand.
 */

/** Segments in a result: 256 MiB of them, and some GB while they are put in order. */
const MAX_SEGMENTS = 2 ** 24;
const LONGEST = BigInt(FOUR_GIB);

/**
 * Gives the bytes of `a` that are in `b`, with the flags of `a`. Runs are cut every 4 GiB. The segments are in the
 * order of address, flags, length.
 *
 * Cost: O(n + m), once for a table, and O(log m) for each range of `a`.
 *
 * @throws {TypeError} An argument or a field has the wrong type. @throws {RangeError} A range is not valid.
 * @throws {SegringError} OUT_OF_MEMORY: the result would have more than 2^24 segments.
 * @example
 * ```ts
 * const ram = [{ addr: 0x1000, length: 0x3000 }];
 * const wanted = [{ addr: 0x0, length: 0x2000 }, { addr: 0x3800, length: 0x1000 }];
 * for (const { addr, length } of intersect(wanted, ram)) console.log(addr, length); // 4096n 4096 // 14336n 2048
 * ```
 */
export function intersect(a: RangeSet, b: RangeSet): SegmentTable {
  checkSet("a", a);
  checkSet("b", b);
  const others = byteSetOf(b);
  return collect(a, others, function* ({ first, last }) {
    for (let i = firstEndingFrom(others, first); i < others.length; i++) {
      const other = others[i] as Run;
      if (other.first > last) return;
      yield [larger(first, other.first), smaller(last, other.last)];
    }
  });
}

/**
 * Gives the bytes of `a` that are not in `b`, with the flags of `a`. Order, errors and cost are those of `intersect`.
 *
 * @example
 * ```ts
 * const ram = [{ addr: 0x0, length: 0x8000 }];
 * const kernel = [{ addr: 0x1000, length: 0x1000 }];
 * for (const { addr, length } of subtract(ram, kernel)) console.log(addr, length); // 0n 4096 // 8192n 24576
 * ```
 */
export function subtract(a: RangeSet, b: RangeSet): SegmentTable {
  checkSet("a", a);
  checkSet("b", b);
  const others = byteSetOf(b);
  return collect(a, others, (run) => holes(others, run));
}

/**
 * Gives the bytes of `window` that are not in `table`. The result has the flags of `window`. Order, errors and cost are
 * those of `intersect`.
 *
 * @example
 * ```ts
 * const used = [{ addr: 0x2000, length: 0x1000 }];
 * const free = complement(used, { addr: 0, length: 0x4000 });
 * for (const { addr, length } of free) console.log(addr, length); // 0n 8192 // 12288n 4096
 * ```
 */
export function complement(table: RangeSet, window: Range): SegmentTable {
  checkSet("table", table);
  return subtract([window], table);
}

/**
 * Says whether `table` has this byte, or all bytes of this range. Errors are those of `intersect`. Cost: O(log n),
 * after O(n) at the first call for a table.
 *
 * @example
 * ```ts
 * const ram = [{ addr: 0x1000, length: 0x1000 }, { addr: 0x2000, length: 0x1000 }];
 * console.log(contains(ram, 0x2fff), contains(ram, { addr: 0x1800, length: 0x2000 })); // true false
 * ```
 */
export function contains(table: RangeSet, what: U64 | Range): boolean {
  checkSet("table", table);
  const { first, last } = runOf(
    typeof what === "number" || typeof what === "bigint" ? { addr: what, length: 1 } : what,
  );
  const runs = byteSetOf(table);
  const run = runs[firstEndingFrom(runs, first)];
  return run !== undefined && run.first <= first && last <= run.last;
}

/**
 * Says whether the two have a byte in common. Errors are those of `intersect`. Cost: O(log n) for a range, O(m log n)
 * for a set, after O(n) at the first call for a table.
 *
 * @example
 * ```ts
 * const reserved = [{ addr: 0xa0000, length: 0x60000 }];
 * console.log(overlaps(reserved, { addr: 0x9f000, length: 0x2000 })); // true
 * ```
 */
export function overlaps(table: RangeSet, what: Range | RangeSet): boolean {
  checkSet("table", table);
  const runs = byteSetOf(table);
  const others = isSet(what) ? byteSetOf(what) : [runOf(what)];
  return others.some(({ first, last }) => {
    const run = runs[firstEndingFrom(runs, first)];
    return run !== undefined && run.first <= last;
  });
}

function isSet(what: Range | RangeSet): what is RangeSet {
  return RecordView.isView(what) || isIterable(what);
}

/** The parts of a run that no other covers. */
function* holes(others: readonly Run[], { first, last }: Run): Generator<[bigint, bigint]> {
  let next = first;
  for (let i = firstEndingFrom(others, first); i < others.length; i++) {
    const other = others[i] as Run;
    if (other.first > last) break;
    if (other.first > next) yield [next, other.first - 1n];
    next = other.last + 1n;
  }
  if (next <= last) yield [next, last];
}

/** A segment of a result. */
interface Piece {
  readonly addr: bigint;
  readonly length: number;
  readonly flags: number;
}

/** The parts of each run of `a`, as segments with its flags. */
function collect(
  a: RangeSet,
  others: readonly Run[],
  partsOf: (run: Run) => Iterable<[first: bigint, last: bigint]>,
): SegmentTable {
  const pieces: Piece[] = [];
  const runs = kindSetsOf(a);
  let isCounted = false;
  for (const [index, run] of runs.entries()) {
    if (!isCounted && pieces.length > runs.length + others.length) {
      checkCount(pieces.length + countParts(runs, index, others));
      isCounted = true;
    }
    for (const [first, last] of partsOf(run)) addPieces(pieces, first, last, run.flags);
  }
  pieces.sort((x, y) => compare(x.addr, y.addr) || x.flags - y.flags || x.length - y.length);
  const rows = new RecordRows();
  rows.reserve(pieces.length);
  for (const { addr, length, flags } of pieces) rows.add(addr, length, flags);
  return rows.finish();
}

/** Cuts a part every 4 GiB. */
function addPieces(pieces: Piece[], first: bigint, last: bigint, flags: number): void {
  checkCount(pieces.length + Number((last - first) / LONGEST) + 1);
  for (let addr = first; addr <= last; addr += LONGEST) {
    const left = last - addr + 1n;
    pieces.push({ addr, length: left < LONGEST ? Number(left) : FOUR_GIB, flags });
  }
}

/** Parts that runs from `index` on have at least. O(n log m). */
function countParts(runs: readonly Run[], index: number, others: readonly Run[]): number {
  let parts = 0;
  for (const { first, last } of runs.slice(index)) {
    // Of those that it meets, the first and the last may have no hole beside them.
    parts += Math.max(firstEndingFrom(others, last) - firstEndingFrom(others, first) - 1, 0);
  }
  return parts;
}

/** Objects by the million are more than V8 refuses: it would end the process. */
function checkCount(segments: number): void {
  if (segments <= MAX_SEGMENTS) return;
  throw new SegringError(
    "OUT_OF_MEMORY",
    `the result has ${segments} segments or more, a call gives ${MAX_SEGMENTS} at most`,
  );
}

/** A single range, checked. */
function runOf(range: Range): Run {
  const fields = new Fields();
  if (!fields.read(range)) throw emptyRange();
  return { ...boundsOf(fields), flags: 0 };
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
