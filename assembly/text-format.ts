import { LENGTH, RECORD_BYTES } from "./layout";
import { DECIMAL, EXACT, HEX, HEX_DIGITS, TAIL, TEXT_OUT } from "./text-layout";

const ZEROS: u64 = 0x3030_3030_3030_3030;
const COMMA: u32 = 0x2c;
const LF: u32 = 0x0a;
const QUOTE: u32 = 0x22;
/** Numbers from 2^53 on are not exact in most readers of JSON. */
const DOUBLE_BITS: u64 = 53;

/**
 * Writes records as lines `addr,length,flags`.
 *
 * @param work    Its TEXT_OUT says where the text goes, and behind the call where it ends. Behind each line LINE_BYTES
 *                may be overwritten.
 * @param numbers EXACT: hexadecimal, decimal, hexadecimal. DECIMAL or HEX: all three.
 */
export function formatCsv(work: usize, from: usize, to: usize, numbers: u32): void {
  let out = <usize>load<u32>(work, TEXT_OUT);
  // The end of a line without flags: ,0 or ,0x0 and LF.
  const noFlags: u64 = numbers == DECIMAL ? 0x0a_302c : 0x0a_3078_302c;
  const noFlagsBytes: usize = numbers == DECIMAL ? 3 : 5;
  for (let record = from; record < to; record += RECORD_BYTES) {
    const addr = load<u64>(record);
    const word = load<u64>(record, 8);
    const flags = (word >> 32) & ~1;
    out = numbers == DECIMAL ? putDecimal(out, addr) : putHex(work, out, addr);
    store<u8>(out, COMMA);
    out = numbers == HEX ? putHex(work, out + 1, word & LENGTH) : putDecimal(out + 1, word & LENGTH);
    if (flags == 0) {
      store<u64>(out, noFlags);
      out += noFlagsBytes;
      continue;
    }
    store<u8>(out, COMMA);
    out = numbers == DECIMAL ? putDecimal(out + 1, flags) : putHex(work, out + 1, flags);
    store<u8>(out, LF);
    out++;
  }
  store<u32>(work, <u32>out, TEXT_OUT);
}

/**
 * Writes records as objects, a line each.
 *
 * @param numbers EXACT: the address is a string of decimal digits. DECIMAL: all are numbers. HEX: all are strings `0x…`.
 * @param comma   1: a comma behind each object, as in an array. 0: none.
 * @returns `to`; or with DECIMAL a record whose address no number holds exactly, which is not written, nor are those
 *   behind it.
 */
export function formatNdjson(work: usize, from: usize, to: usize, numbers: u32, comma: u32): usize {
  // } and LF, or }, and LF.
  const end: u32 = comma == 0 ? 0x0a7d : 0x0a_2c7d;
  let out = <usize>load<u32>(work, TEXT_OUT);
  let record = from;
  while (record < to) {
    const addr = load<u64>(record);
    if (numbers == DECIMAL && addr >> DOUBLE_BITS != 0) break;
    const word = load<u64>(record, 8);
    const flags = (word >> 32) & ~1;
    // {"addr":
    store<u64>(out, 0x3a22_7264_6461_227b);
    out = putValue(work, out + 8, addr, numbers, numbers == EXACT);
    // ,"length":
    store<u64>(out, 0x6874_676e_656c_222c);
    store<u16>(out, 0x3a22, 8);
    out = putValue(work, out + 10, word & LENGTH, numbers, false);
    if (flags != 0) {
      // ,"flags":
      store<u64>(out, 0x2273_6761_6c66_222c);
      store<u8>(out, 0x3a, 8);
      out = putValue(work, out + 9, flags, numbers, false);
    }
    store<u32>(out, end);
    out += 2 + <usize>comma;
    record += RECORD_BYTES;
  }
  store<u32>(work, <u32>out, TEXT_OUT);
  return record;
}

/** @param quoted Whether decimal digits are a string. @returns The end. */
function putValue(work: usize, at: usize, number: u64, numbers: u32, quoted: bool): usize {
  if (numbers != HEX && !quoted) return putDecimal(at, number);
  store<u8>(at, QUOTE);
  const end = numbers == HEX ? putHex(work, at + 1, number) : putDecimal(at + 1, number);
  store<u8>(end, QUOTE);
  return end + 1;
}

/** Writes up to 20 digits, and up to 8 bytes behind them. @returns Their end. */
function putDecimal(at: usize, number: u64): usize {
  if (number < 100_000_000) return inline.always(putFirst(at, <u32>number));
  const upper = number / 100_000_000;
  const lower = <u32>(number - upper * 100_000_000);
  let end = at;
  if (upper < 100_000_000) {
    end = inline.always(putFirst(at, <u32>upper));
  } else {
    const top = upper / 100_000_000;
    end = inline.always(putFirst(at, <u32>top));
    store<u64>(end, eightDigits(<u32>(upper - top * 100_000_000)) | ZEROS);
    end += 8;
  }
  store<u64>(end, eightDigits(lower) | ZEROS);
  return end + 8;
}

/** Writes a number below 10^8 without zeros ahead. */
function putFirst(at: usize, number: u32): usize {
  const digits = inline.always(eightDigits(number));
  // Bits of zeros ahead: the last digit is written even where it is 0.
  const ahead = ctz(digits | ((<u64>1) << 56)) & 0x38;
  store<u64>(at, (digits | ZEROS) >> ahead);
  return at + 8 - <usize>(ahead >> 3);
}

/**
 * The 8 digits of a number below 10^8, a byte each, the first in the lowest byte. Divisions by multiplication:
 * floor(x * 10486 / 2^20) is floor(x / 100) for x below 10^4, and floor(x * 103 / 2^10) is floor(x / 10) below 100.
 */
function eightDigits(number: u32): u64 {
  const upper = number / 10_000;
  const fours = <u64>upper | ((<u64>(number - upper * 10_000)) << 32);
  const hundreds = ((fours * 10486) >> 20) & 0x7f_0000_007f;
  const pairs = hundreds | ((fours - hundreds * 100) << 16);
  const tens = ((pairs * 103) >> 10) & 0x000f_000f_000f_000f;
  return tens | ((pairs - tens * 10) << 8);
}

/** Writes `0x` and up to 16 digits, and up to 16 bytes behind them. @returns Their end. */
function putHex(work: usize, at: usize, number: u64): usize {
  store<u16>(at, 0x7830);
  const bytes = i64x2.splat(bswap(number));
  const upper = i8x16.shr_u(bytes, 4);
  const lower = v128.and(bytes, i8x16.splat(15));
  const halves = v128.shuffle<u8>(upper, lower, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const ahead = <usize>(clz(number | 1) >> 2);
  const digits = i8x16.swizzle(v128.load(work, HEX_DIGITS), halves);
  v128.store(at, i8x16.swizzle(digits, v128.load(work + ahead, TAIL)), 2);
  return at + 18 - ahead;
}
