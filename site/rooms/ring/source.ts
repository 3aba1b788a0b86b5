/** The input of the room: records without end, which a seed determines. */
import { BUS, NOMERGE } from "segring";

const PAGE_BYTES = 4096;
const HIGH = 2 ** -32;

/** A step of mulberry32: a signed word for each state. */
const STEP = 0x6d2b79f5;

function wordOf(state: number): number {
  let word = Math.imul(state ^ (state >>> 15), state | 1);
  word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
  return word ^ (word >>> 14);
}

/**
 * A source of packed records. Two sources of one seed give equal records, in whatever portions.
 *
 * Of 16 records 11 touch the record before, 4 come after a gap of 1 to 64 pages, and 1 is anywhere below 2^52. One record
 * of 16 has NOMERGE, one of 64 has BUS. Most lengths are 1 to 8 pages; of 8 records one is 1 to 4096 bytes.
 */
export class RecordSource {
  #state: number;
  /** The first byte behind the record before. */
  #end = 0;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** Fills rows of four words: address low, address high, length, flags. */
  fill(rows: Uint32Array): void {
    // In local variables: V8 allocates anew for each number of 32 bits that goes into a field.
    let state = this.#state;
    let end = this.#end;
    for (let at = 0; at < rows.length; at += 4) {
      state = (state + STEP) | 0;
      const choice = wordOf(state);
      state = (state + STEP) | 0;
      const size = wordOf(state);
      const kind = choice & 15;
      if (kind === 15) {
        state = (state + STEP) | 0;
        end = (((choice >>> 4) & 0xfffff) * 2 ** 20 + (wordOf(state) >>> 12)) * PAGE_BYTES;
      } else if (kind >= 11) {
        end += PAGE_BYTES * (1 + ((choice >>> 4) & 63));
      }
      const length = (size & 7) === 0 ? 1 + ((size >>> 8) & 4095) : PAGE_BYTES * (1 + ((size >>> 4) & 7));
      rows[at] = end;
      rows[at + 1] = end * HIGH;
      rows[at + 2] = length;
      rows[at + 3] = (((size >>> 20) & 15) === 0 ? NOMERGE : 0) | (size >>> 26 === 0 ? BUS : 0);
      end += length;
    }
    this.#state = state;
    this.#end = end;
  }
}

/** Bytes of the records in `rows`, from record `from` up to `to`. None has 4 GiB. */
export function bytesIn(rows: Uint32Array, from: number, to: number): number {
  let bytes = 0;
  for (let record = from; record < to; record++) bytes += rows[4 * record + 2] as number;
  return bytes;
}
