import { RECORD_BYTES } from "./layout";
import { MAX_LINE, SKIPPED, TEXT_OUT } from "./text-layout";
import {
  digitsBefore,
  eightsOf,
  foursOf,
  joinEights,
  numberEnd,
  numberValue,
  otherThanDigits,
  readNumber,
} from "./text-number";
import { putRange } from "./text-record";

const LF: u32 = 0x0a;
const CR: u32 = 0x0d;

/**
 * Reads lines of two or three columns: address, length or end, flags. It stops at a line that it does not take, which the
 * parser of one line in TypeScript then takes or refuses.
 *
 *   line     1 6 3 8 4 , 4 0 9 6 \n . . .     32 bytes are looked at: a bit for each that is no digit
 *                      ^         ^
 *   digits   0 0 0 … 1 6 3 8 4 | 0 0 0 … 4 0 9 6     16 bytes that end where the field does; the mask keeps the field
 *
 * Each line ends within [from, to), so nothing is compared with `to` inside a line. The end comes from a mask of its own:
 * the next line then waits for that mask alone, and not for the fields of this line.
 *
 * @param work      Its TEXT_OUT says where records go, and behind the call where the next one would; SKIPPED counts
 *                  blank lines.
 * @param outEnd    Where the room for records ends.
 * @param separator The byte between two columns.
 * @param flagsSeparator As `separator` where flags may follow; 0x100 where no line has them.
 * @param fromEnd   All bits set where the second column is the end; 0 where it is the length.
 * @returns Where the next line begins: `to`; the first line that there is no room for; or a line that is not taken.
 */
export function parseCsv(
  work: usize,
  from: usize,
  to: usize,
  outEnd: usize,
  separator: u32,
  flagsSeparator: u32,
  fromEnd: i32,
): usize {
  let line = from;
  let out = <usize>load<u32>(work, TEXT_OUT);
  const addrMask = <u64>(<i64>fromEnd);
  store<u32>(work, 0, SKIPPED);
  while (line < to && out != outEnd) {
    const first = v128.load(line);
    const last = v128.load(line, 16);
    let others = inline.always(otherThanDigits(first)) | (inline.always(otherThanDigits(last)) << 16);
    // Where there is none, a number could seem to end with the 32 bytes.
    const feeds = inline.always(lineFeeds(first)) | (inline.always(lineFeeds(last)) << 16);
    const end = line + <usize>ctz(feeds);
    const addrDigits = <u32>ctz(others);
    others &= others - 1;
    const second = <u32>ctz(others);
    const digits = second - addrDigits - 1;
    if (addrDigits - 1 < 16 && digits - 1 < 16 && feeds != 0 && load<u8>(line + addrDigits) == separator) {
      let at = line + second;
      const addrs = inline.always(foursOf(inline.always(digitsBefore(work, line + addrDigits, addrDigits))));
      const lengths = inline.always(foursOf(inline.always(digitsBefore(work, at, digits))));
      const eights = inline.always(eightsOf(addrs, lengths));
      const addr = inline.always(joinEights(<u64>i64x2.extract_lane(eights, 0)));
      const length = inline.always(joinEights(<u64>i64x2.extract_lane(eights, 1))) - (addr & addrMask);
      let flags: u64 = 0;
      if (at != end) {
        // Flags of one digit: NOMERGE, BUS. More digits are rare.
        const digit = <u32>load<u8>(at, 1) - 0x30;
        if (load<u8>(at) == flagsSeparator && (digit & ~6) == 0) {
          flags = digit;
          at += 2;
        }
        if (load<u8>(at) == CR) at++;
      }
      // Both have at most 16 digits: their sum is far below 2^64.
      if (at == end && length - 1 < 0xffff_ffff) {
        store<u64>(out, addr);
        store<u64>(out, length | (flags << 32), 8);
        out += RECORD_BYTES;
        line = end + 1;
        continue;
      }
    }
    store<u32>(work, <u32>out, TEXT_OUT);
    const next = parseLine(work, line, separator, flagsSeparator, addrMask);
    out = <usize>load<u32>(work, TEXT_OUT);
    if (next == line) break;
    line = next;
  }
  store<u32>(work, <u32>out, TEXT_OUT);
  return line;
}

/** A bit for each of 16 bytes that is LF. */
function lineFeeds(bytes: v128): u32 {
  return i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(<i8>LF)));
}

/** Any line: hexadecimal, more digits, blanks round a field, blank lines. @returns Where the next begins; `line`: not taken. */
function parseLine(work: usize, line: usize, separator: u32, flagsSeparator: u32, addrMask: u64): usize {
  let at = afterBlanks(line, separator);
  if (!readNumber(at)) {
    const end = lineEnd(at);
    if (end == at || end - line > MAX_LINE) return line;
    store<u32>(work, load<u32>(work, SKIPPED) + 1, SKIPPED);
    return end;
  }
  const addr = numberValue();
  at = afterBlanks(numberEnd(), separator);
  if (load<u8>(at) != separator || !readNumber(afterBlanks(at + 1, separator))) return line;
  const start = addr & addrMask;
  // An end before the start would give a length all the same, by the wrap at 2^64.
  if (numberValue() < start) return line;
  const length = numberValue() - start;
  at = afterBlanks(numberEnd(), separator);
  let flags: u64 = 0;
  if (<u32>load<u8>(at) == flagsSeparator) {
    at = afterBlanks(at + 1, separator);
    // No digits: no flags.
    if (readNumber(at)) {
      flags = numberValue();
      at = afterBlanks(numberEnd(), separator);
    }
  }
  const end = lineEnd(at);
  if (end == at || end - line > MAX_LINE) return line;
  return putRange(work, addr, length, flags) ? end : line;
}

/** Behind the spaces and tabs from `at` on; a separator is none. */
function afterBlanks(at: usize, separator: u32): usize {
  let place = at;
  let character = <u32>load<u8>(place);
  while ((character == 0x20 || character == 0x09) && character != separator) character = load<u8>(++place);
  return place;
}

/** Behind the LF, or CR LF, at `at`; `at` where there is none. */
function lineEnd(at: usize): usize {
  const character = <u32>load<u8>(at);
  if (character == LF) return at + 1;
  return character == CR && load<u8>(at, 1) == LF ? at + 2 : at;
}
