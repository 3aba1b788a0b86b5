import { FULL, KIND, RECORD_BYTES } from "./layout";
import { TEXT_OUT } from "./text-layout";

/**
 * Writes a record. Ranges above 4 GiB and what is not valid are left to the parser of one line: no error is known here.
 *
 * @param flags In bits 0-31.
 * @returns Whether it is written: the length is 1 to 2^32, the end is within 2^64, the flags are of a range.
 */
export function putRange(work: usize, addr: u64, length: u64, flags: u64): bool {
  if (length - 1 >= FULL || addr > 0 - length || (flags & ~(KIND >> 32)) != 0) return false;
  const out = <usize>load<u32>(work, TEXT_OUT);
  store<u64>(out, addr);
  // 2^32 is FULL, bit 32, and a length of 0.
  store<u64>(out, length | (flags << 32), 8);
  store<u32>(work, <u32>(out + RECORD_BYTES), TEXT_OUT);
  return true;
}
