import { show } from "../core/errors.js";
import { UsageError } from "./errors.js";

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
const SIZE = /^(?:0x([0-9a-f]+)|([0-9]+) ?(?:([kmgtpe])iB|B)?)$/i;
const ACCEPTED = "bytes such as 4096, 0x1000, 64KiB or 4GiB (KiB, MiB, GiB, TiB, PiB, EiB)";

/**
 * The size in an option's text, exact at any size.
 *
 * @throws {UsageError} The text is none; the message says what is accepted.
 */
export function parseSize(option: string, text: string): bigint {
  const fields = SIZE.exec(text);
  if (fields === null) throw new UsageError(`${option} expected ${ACCEPTED}, got ${show(text)}`);
  const [, hex, decimal = "", prefix = ""] = fields;
  if (hex !== undefined) return BigInt(`0x${hex}`);
  const power = prefix === "" ? 0 : "kmgtpe".indexOf(prefix.toLowerCase()) + 1;
  return BigInt(decimal) << BigInt(10 * power);
}

/** Exactly these bytes, in the largest unit that divides them: `4 KiB`, `2064 KiB`, `4097 B`. */
export function exactSize(bytes: number | bigint): string {
  if (typeof bytes === "number") return exactNumber(bytes);
  let left = bytes;
  let unit = 0;
  while (left !== 0n && left % 1024n === 0n && unit < UNITS.length - 1) {
    left /= 1024n;
    unit++;
  }
  return `${left} ${UNITS[unit]}`;
}

/** The same without bigints, for the rows of a table. */
function exactNumber(bytes: number): string {
  let left = bytes;
  let unit = 0;
  while (left !== 0 && left % 1024 === 0 && unit < UNITS.length - 1) {
    left /= 1024;
    unit++;
  }
  return `${left} ${UNITS[unit]}`;
}

/** For reading: the exact size where it is short, else rounded to the unit that fits, with the bytes: `1.5 GiB (1610612736 bytes)`. */
export function readableSize(bytes: number | bigint): string {
  const exact = exactSize(bytes);
  return exact.length <= "1023 KiB".length ? exact : `${roundedSize(Number(bytes))} (${bytes} bytes)`;
}

/** Rounded to two decimals at most: `1.18 GiB`. */
export function roundedSize(bytes: number): string {
  const unit = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  return `${Math.round((bytes / 1024 ** unit) * 100) / 100} ${UNITS[unit]}`;
}
