import { Column, element, isExact } from "./column";
import { BAD, BLOCK, FULL, LENGTH, RECORD_BYTES, RESERVED, SKIP_EMPTY, STAGING, TAKEN } from "./layout";
import { coalesceRecords } from "./records";
import { openOutput, takeRange, written } from "./run";

/**
 * Coalesces ranges given as columns: addresses and lengths of any column type, flags u32 or absent (`flags` 0).
 * Otherwise as coalesceRecords. A length may be up to 2^64 - 1.
 */
export function coalesceColumns(
  work: usize,
  addresses: usize,
  addressType: Column,
  lengths: usize,
  lengthType: Column,
  flags: usize,
  count: u32,
  output: usize,
  room: u32,
): u32 {
  let taken: u32 = 0;
  let made: u32 = 0;
  store<u32>(work, 0, BAD);
  while (taken < count) {
    // Pack what fits the record into the staging block …
    const limit = min<u32>(count, taken + BLOCK);
    let index = taken;
    let record = work + STAGING;
    let first: u64 = 0;
    let length: u64 = 0;
    let kind: u64 = 0;
    let valid: bool = true;
    for (; index < limit; ++index) {
      first = element(addresses, addressType, index);
      length = element(lengths, lengthType, index);
      kind = flags ? (<u64>load<u32>(flags + ((<usize>index) << 2))) << 32 : 0;
      valid =
        isExact(addresses, addressType, index) &&
        isExact(lengths, lengthType, index) &&
        (kind & (FULL | RESERVED)) == 0 &&
        (length == 0 || first + (length - 1) >= first);
      if (!valid || length - 1 >= LENGTH >> 1) break;
      store<u64>(record, first);
      store<u64>(record, kind | length, 8);
      record += RECORD_BYTES;
    }
    const packed = index - taken;
    made += coalesceRecords(work, work + STAGING, packed, output + ((<usize>made) << 4), room - made);
    taken += load<u32>(work, TAKEN);
    if (taken < index) break;
    if (index == limit) continue;
    // … and take the one that does not by itself: longer than a record holds, empty, or bad.
    if (!valid || (length == 0 && !load<u32>(work, SKIP_EMPTY))) {
      store<u32>(work, 1, BAD);
      break;
    }
    if (length) {
      const rest = output + ((<usize>made) << 4);
      openOutput(work, rest, room - made);
      const took = takeRange(work, first, first + (length - 1), kind);
      made += written(work, rest);
      if (!took) break;
    }
    ++taken;
  }
  store<u32>(work, taken, TAKEN);
  return made;
}
