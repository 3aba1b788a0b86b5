import { SEEN_RECORDS } from "./buckets-layout";
import { NOMERGE, RECORD_BYTES, RECORD_SHIFT } from "./layout";
import { validRecord } from "./records";

/** log2 of the records that are remembered. */
const SEEN_BITS: u64 = 8;
/** 2^64 over the golden ratio: the upper bits of a product depend on all bits. */
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/** Forgets the records seen, and copies the first to `output`. Returns as `keepDistinct`. */
export function openDistinct(block: usize, record: usize, output: usize): u32 {
  const seen = block + SEEN_RECORDS;
  for (let at = seen; at < seen + (RECORD_BYTES << (<usize>SEEN_BITS)); at += RECORD_BYTES)
    v128.store(at, v128.load(record));
  v128.store(output, v128.load(record));
  const word = load<u64>(record, 8);
  return validRecord(load<u64>(record), word) && (word & NOMERGE) == 0 ? 1 : u32.MAX_VALUE;
}

/**
 * Copies records to `output`, but for those seen lately: their bytes are in the union already.
 *
 * @returns Records copied; 2^32 - 1 where one is not valid, or NOMERGE, of which each counts.
 */
export function keepDistinct(block: usize, input: usize, count: u32, output: usize): u32 {
  const seen = block + SEEN_RECORDS;
  const end = input + ((<usize>count) << RECORD_SHIFT);
  let out = output;
  for (let record = input; record < end; record += RECORD_BYTES) {
    const one = v128.load(record);
    const mixed = (load<u64>(record) ^ (load<u64>(record, 8) * SPREAD)) * SPREAD;
    const place = seen + ((<usize>(mixed >> (64 - SEEN_BITS))) << RECORD_SHIFT);
    if (i64x2.all_true(i64x2.eq(one, v128.load(place)))) continue;
    const word = load<u64>(record, 8);
    if (!validRecord(load<u64>(record), word) || (word & NOMERGE) != 0) return u32.MAX_VALUE;
    v128.store(place, one);
    v128.store(out, one);
    out += RECORD_BYTES;
  }
  return <u32>(out - output) >> <u32>RECORD_SHIFT;
}
