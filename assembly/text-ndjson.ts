import { MAX_LINE, TEXT_OUT } from "./text-layout";
import { decimalBefore, numberEnd, numberValue, otherThanDigits, readNumber } from "./text-number";
import { putRange } from "./text-record";

/** The start of an object, `{"addr":`, and what stands between its values. */
const ADDR: u64 = 0x3a22_7264_6461_227b;
const LENGTH: u64 = 0x2268_7467_6e65_6c22;
const FLAGS: u64 = 0x3a22_7367_616c_6622;
/** `\n`, `\r\n`. */
const LF: u32 = 0x0a;
const CR_LF: u32 = 0x0a0d;
const COLON: u32 = 0x3a;
const COMMA: u32 = 0x2c;
const QUOTE: u32 = 0x22;
const BRACE: u32 = 0x7d;

/** Numbers up to 2^53 - 1 may stand without quotes. */
const EXACT: u64 = 0x1f_ffff_ffff_ffff;
let cursor: usize = 0;
let value: u64 = 0;

/**
 * Reads lines that each hold an object as `parseNdjson` in TypeScript takes it and most programs write it:
 *
 *   {"addr":"4096","length":4096,"flags":2}     flags may be missing
 *   {"addr": 4096, "length": 4096}              one blank behind a colon or a comma
 *
 * It stops at a line of any other form, which the parser of one line then takes or refuses. Each line ends within
 * [from, to).
 *
 * @returns As `parseCsv`.
 */
export function parseNdjson(work: usize, from: usize, to: usize, outEnd: usize): usize {
  let line = from;
  while (line < to && <usize>load<u32>(work, TEXT_OUT) != outEnd) {
    const next = parseObject(work, line);
    if (next == line) break;
    line = next;
  }
  return line;
}

/** @returns Where the next line begins; `line`: not taken. */
function parseObject(work: usize, line: usize): usize {
  if (load<u64>(line) != ADDR || !readValue(work, line + 8)) return line;
  const addr = value;
  let at = afterComma(cursor);
  if (at == cursor || load<u64>(at) != LENGTH || load<u8>(at, 8) != COLON || !readValue(work, at + 9)) return line;
  const length = value;
  at = afterComma(cursor);
  let flags: u64 = 0;
  if (at != cursor) {
    if (load<u64>(at) != FLAGS || !readValue(work, at + 8)) return line;
    flags = value;
    at = cursor;
  }
  if (load<u8>(at) != BRACE) return line;
  let end = at + 2;
  if (load<u8>(at, 1) != LF) {
    if (load<u16>(at, 1) != CR_LF) return line;
    end++;
  }
  if (end - line > MAX_LINE) return line;
  return putRange(work, addr, length, flags) ? end : line;
}

/** Behind a comma and one blank at most; `at` where there is no comma. */
function afterComma(at: usize): usize {
  if (load<u8>(at) != COMMA) return at;
  return afterBlank(at + 1);
}

function afterBlank(at: usize): usize {
  return at + usize(load<u8>(at) == 0x20);
}

/** Reads a value into `value`: a number as JSON has them, or a string with a number. @returns Whether there is one. */
function readValue(work: usize, from: usize): bool {
  const start = afterBlank(from);
  const quoted = usize(load<u8>(start) == QUOTE);
  const at = start + quoted;
  const digits = <u32>ctz(inline.always(otherThanDigits(v128.load(at))) | 0x1_0000);
  if (digits - 1 < 15 && (load<u8>(at + digits) | 0x20) != 0x78) {
    cursor = at + digits;
    value = inline.always(decimalBefore(work, cursor, digits));
  } else {
    if (!readNumber(at)) return false;
    cursor = numberEnd();
    value = numberValue();
  }
  if (quoted) return load<u8>(cursor++) == QUOTE;
  // JSON has no hexadecimal numbers, and none with a zero ahead.
  return value <= EXACT && (load<u8>(at) != 0x30 || cursor == at + 1);
}
