import { MASKS } from "./text-layout";

/*
 * Numbers in text.
 *
 * Digits become a number by three steps that each join neighbours: 16 digits are 8 pairs below 100, then 4 fours below
 * 10^4, then 2 eights below 10^8. What `readNumber` reads, and where the reading stopped, lies in globals: a function gives
 * back one value.
 */
/** 2^64 - 1 is ten times this, and 5. */
const TENTH: u64 = u64.MAX_VALUE / 10;
let cursor: usize = 0;
let value: u64 = 0;

/** Where the last `readNumber` stopped. */
export function numberEnd(): usize {
  return cursor;
}

/** What the last `readNumber` read. */
export function numberValue(): u64 {
  return value;
}

/** A bit for each of 16 bytes that is no decimal digit. */
export function otherThanDigits(bytes: v128): u32 {
  // Digits become the largest signed numbers, 0x76 to 0x7f: x86 compares signed bytes in one instruction, others in three.
  return i8x16.bitmask(i8x16.lt_s(i8x16.add(bytes, i8x16.splat(0x46)), i8x16.splat(0x76)));
}

/** The `count` digits that end at `end`, as numbers in the last lanes of 16 bytes; 0 ahead of them. */
export function digitsBefore(work: usize, end: usize, count: u32): v128 {
  const digits = i8x16.sub(v128.load(end - 16), i8x16.splat(0x30));
  return v128.and(digits, v128.load(work + ((<usize>count) << 4), MASKS));
}

/** 16 digits as 4 numbers below 10^4, in lanes of 32 bits. */
export function foursOf(digits: v128): v128 {
  // 2561 is 1 + 10 * 256: the upper byte of each 16-bit lane becomes 10 * lower + upper.
  const pairs = i16x8.shr_u(i16x8.mul(digits, i16x8.splat(2561)), 8);
  return i32x4.dot_i16x8_s(pairs, i32x4.splat(0x0001_0064));
}

/** Two numbers of 16 digits, from their fours, in lanes of 64 bits: the upper eight in the lower half of each. */
export function eightsOf(fours: v128, others: v128): v128 {
  return i32x4.dot_i16x8_s(i16x8.narrow_i32x4_u(fours, others), i32x4.splat(0x0001_2710));
}

/** The number of two eights. */
export function joinEights(eights: u64): u64 {
  return (eights & 0xffff_ffff) * 100_000_000 + (eights >> 32);
}

/** The `count` digits that end at `end`, 1 to 16. */
export function decimalBefore(work: usize, end: usize, count: u32): u64 {
  const fours = inline.always(foursOf(inline.always(digitsBefore(work, end, count))));
  return joinEights(<u64>i64x2.extract_lane(inline.always(eightsOf(fours, fours)), 0));
}

/**
 * Reads a number at `at`: digits, or `0x` and hexadecimal digits, as many as there are.
 *
 * @returns Whether there is one, below 2^64.
 */
export function readNumber(at: usize): bool {
  if (load<u8>(at) == 0x30 && (load<u8>(at, 1) | 0x20) == 0x78) return readHex(at + 2);
  let digit = <u32>load<u8>(at) - 0x30;
  let number: u64 = 0;
  let place = at;
  while (digit <= 9) {
    if (number >= TENTH && (number > TENTH || digit > 5)) return false;
    number = number * 10 + digit;
    digit = <u32>load<u8>(++place) - 0x30;
  }
  cursor = place;
  value = number;
  return place != at;
}

function readHex(at: usize): bool {
  let number: u64 = 0;
  let place = at;
  for (;;) {
    const character = <u32>load<u8>(place);
    let digit = character - 0x30;
    if (digit > 9) {
      digit = (character | 0x20) - 0x61;
      if (digit > 5) break;
      digit += 10;
    }
    if (number >> 60 != 0) return false;
    number = (number << 4) | digit;
    place++;
  }
  cursor = place;
  value = number;
  return place != at;
}
