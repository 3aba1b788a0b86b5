import { expected } from "../core/errors.js";
import { boundsOf, emptyRange, Fields, fitsRecord, storeRange } from "../core/range-fields.js";
import { isIterable, type Range, RECORD_WORDS } from "../core/record.js";
import { isTable } from "../core/table.js";

/** A range above 4 GiB, which no record holds. */
export interface WideRange {
  /** The first byte. */
  readonly first: bigint;
  /** The last byte. */
  readonly last: bigint;
  readonly flags: number;
}

/** Ranges to draw: those of up to 4 GiB as packed records, and the others. */
export interface Ranges {
  readonly words: Uint32Array;
  readonly wide: readonly WideRange[];
}

const FIRST_ROOM = 256;

/**
 * Packs ranges. A table is taken as it is.
 *
 * @throws {TypeError} `input` is no iterable of ranges, or a field has the wrong type.
 * @throws {RangeError} A field is out of its range, or a range is empty or ends past 2^64.
 */
export function packInput(input: Iterable<Range>): Ranges {
  if (isTable(input)) return { words: input.words, wide: [] };
  if (!isIterable(input)) throw new TypeError(expected("input", "an iterable of ranges", input));
  let words = new Uint32Array(FIRST_ROOM * RECORD_WORDS);
  let used = 0;
  let index = 0;
  const wide: WideRange[] = [];
  const fields = new Fields();
  for (const range of input) {
    if (!fields.read(range, index)) throw emptyRange(index);
    index++;
    if (!fitsRecord(fields)) {
      wide.push({ ...boundsOf(fields), flags: fields.flags >>> 0 });
      continue;
    }
    if (used === words.length) {
      const larger = new Uint32Array(2 * used);
      larger.set(words);
      words = larger;
    }
    storeRange(fields, words, used);
    used += RECORD_WORDS;
  }
  return { words: words.subarray(0, used), wide };
}
