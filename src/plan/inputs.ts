import { expected } from "../core/errors.js";
import type { Numbers } from "../core/order.js";
import { checkSize } from "./options.js";

/** The bytes from `offset` up to and without `offset + length` of a file or a resource. */
export interface ReadRange {
  /** The first byte. */
  readonly offset: number;
  /** Bytes, from 0 on. A range of length 0 needs no request. */
  readonly length: number;
}

/** Ranges as columns of equal length. */
export interface ReadColumns {
  /** The first byte of each range. */
  readonly offset: ArrayLike<number>;
  /** The bytes of each range, from 0 on. */
  readonly length: ArrayLike<number>;
}

/** What a plan is made of, in input order: the first byte of each range, and the byte after its last. */
export interface Inputs {
  readonly starts: Numbers;
  readonly ends: Numbers;
  /** Each range starts no earlier than the one before. */
  readonly sorted: boolean;
}

/** Up to here a plain array: a typed array of more than 64 bytes costs as much as planning ten ranges. */
const SMALL = 4096;

/** Room for `count` numbers. */
export function numbers(count: number): Numbers {
  return count > SMALL ? new Float64Array(count) : new Array(count);
}

/** Reads and checks ranges; nothing of the input is kept. */
export function readInputs(ranges: Iterable<ReadRange> | ReadColumns, limit: number): Inputs {
  let rows: readonly (Partial<ReadRange> | undefined)[] | undefined;
  let offset: ArrayLike<number> | undefined;
  let length: ArrayLike<number> | undefined;
  if (Array.isArray(ranges)) rows = ranges;
  else if (Symbol.iterator in Object(ranges)) rows = [...(ranges as Iterable<ReadRange>)];
  else ({ offset, length } = Object(ranges));
  const count = (rows ?? offset)?.length;
  if (count === undefined || (length ?? rows)?.length !== count) {
    throw new TypeError(
      expected("ranges", "an iterable of { offset, length }, or two such columns of one length", ranges),
    );
  }
  const starts = numbers(count);
  const ends = numbers(count);
  const put = (i: number, start: unknown, bytes: unknown) => {
    if (
      !(
        typeof start === "number" &&
        typeof bytes === "number" &&
        start >= 0 &&
        bytes >= 0 &&
        start + bytes <= limit &&
        Math.floor(start) === start &&
        Math.floor(bytes) === bytes
      )
    ) {
      throw fault(start, bytes, i, limit);
    }
    starts[i] = start;
    ends[i] = start + bytes;
  };
  // In one loop for rows and columns, V8 makes an object of each number, which takes twice as long as all the rest.
  if (rows !== undefined) {
    for (let i = 0; i < count; i++) {
      // Not row?.offset: V8 would make objects again.
      const row: Partial<ReadRange> = rows[i] ?? Object.create(null);
      put(i, row.offset, row.length);
    }
  } else {
    for (let i = 0; i < count; i++) put(i, offset?.[i], length?.[i]);
  }
  return { starts, ends, sorted: ascend(starts) };
}

function ascend(starts: Numbers): boolean {
  for (let i = 1; i < starts.length; i++) if ((starts[i] as number) < (starts[i - 1] as number)) return false;
  return true;
}

/** Why a range is none. */
function fault(offset: unknown, length: unknown, index: number, limit: number): Error {
  checkSize(`[${index}].offset`, offset, 0);
  checkSize(`[${index}].length`, length, 0);
  return new RangeError(`"[${index}]" expected offset + length up to ${limit}, got ${offset} + ${length}`);
}
