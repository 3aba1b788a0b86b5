import { show } from "../core/errors.js";
import { exactSize, UNITS } from "../core/sizes.js";
import { UsageError } from "./errors.js";

const SIZE = /^(?:0x([0-9a-f]+)|([0-9]+) ?(?:([kmgtpe])iB|B)?)$/i;
const ACCEPTED = "bytes such as 4096, 0x1000, 64KiB or 4GiB (KiB, MiB, GiB, TiB, PiB, EiB)";

/**
 * The size in an option's text, exact at any size.
 *
 * @throws {UsageError} The text is no size; the message says what is accepted.
 */
export function parseSize(option: string, text: string): bigint {
  const fields = SIZE.exec(text);
  if (fields === null) throw new UsageError(`${option} expected ${ACCEPTED}, got ${show(text)}`);
  const [, hex, decimal = "", prefix = ""] = fields;
  if (hex !== undefined) return BigInt(`0x${hex}`);
  const power = prefix === "" ? 0 : "kmgtpe".indexOf(prefix.toLowerCase()) + 1;
  return BigInt(decimal) << BigInt(10 * power);
}

/**
 * The count in an option's text, decimal or 0x hexadecimal, exact at any size.
 *
 * @param what What is counted.
 * @throws {UsageError} The text is no count.
 */
export function parseCount(option: string, what: string, text: string): bigint {
  if (/^(?:0x[0-9a-f]+|[0-9]+)$/i.test(text)) return BigInt(text);
  throw new UsageError(`${option} expected a number of ${what}, in digits, got ${show(text)}`);
}

/** For reading: the exact size where it is short, else rounded to the unit that fits, with the bytes: `1.5 GiB (1610612736 bytes)`. */
export function readableSize(bytes: number | bigint): string {
  const exact = exactSize(bytes);
  return exact.length <= "1023 KiB".length ? exact : `${roundedSize(bytes)} (${bytes} bytes)`;
}

/** A size for people: plain bytes, or as `readableSize` has it. */
export function shownSize(bytes: number | bigint, plain: boolean): string {
  return plain ? `${bytes} B` : readableSize(bytes);
}

/** A size for people: plain bytes, or the largest unit that divides the size. */
export function plainOrExact(bytes: number | bigint, plain: boolean): string {
  return plain ? `${bytes} B` : exactSize(bytes);
}

/** `1 segment`, `2 segments` */
export function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/**
 * Rounded to two decimals at most: `1.18 GiB`. A whole number is never what it was rounded up to: one byte less than 4 GiB
 * is `3.99 GiB`.
 *
 * @param bytes An integer from 0 on.
 */
export function roundedSize(bytes: number | bigint): string {
  const hundredfold = BigInt(bytes) * 100n;
  let unit = 0;
  while (unit < UNITS.length - 1 && hundredfold >> BigInt(10 * (unit + 1)) >= 100n) unit++;
  const shift = BigInt(10 * unit);
  let hundredths = (hundredfold + ((1n << shift) >> 1n)) >> shift;
  if (hundredths % 100n === 0n && hundredths << shift > hundredfold) hundredths--;
  return `${Number(hundredths) / 100} ${UNITS[unit]}`;
}

/**
 * A share of a whole in percent: `62.1 %`. Less than all is never shown as 100, and more than nothing never as 0: then a
 * sign says so, `< 0.1 %`, `> 99.9 %`.
 *
 * @param part  0 or more; above the whole there are more than 100 %.
 * @param whole Above 0.
 * @param digits Behind the point.
 */
export function percentage(part: number, whole: number, digits: number): string {
  const text = ((100 * part) / whole).toFixed(digits);
  const step = 10 ** -digits;
  if (part > 0 && Number(text) === 0) return `< ${step.toFixed(digits)} %`;
  if (part < whole && Number(text) === 100) return `> ${(100 - step).toFixed(digits)} %`;
  return `${text} %`;
}
