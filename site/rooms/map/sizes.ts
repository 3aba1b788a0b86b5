/** Numbers of bytes, as people type and read them. */

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

/**
 * Bytes in a text: `4096`, `0x1000`, `64KiB`, `4 GiB`.
 *
 * @param name What the text is, for the message.
 * @throws {RangeError} The text is no such number, or above 2^64 - 1.
 */
export function sizeOf(name: string, text: string): bigint {
  const [, hex, decimal, prefix = ""] =
    /^(?:(0x[0-9a-f]{1,16})|(\d{1,20}) ?(?:([kmgtpe])iB|B)?)$/i.exec(text.trim()) ?? [];
  const size =
    hex !== undefined
      ? BigInt(hex)
      : decimal === undefined
        ? undefined
        : BigInt(decimal) << BigInt(10 * (prefix === "" ? 0 : "kmgtpe".indexOf(prefix.toLowerCase()) + 1));
  if (size === undefined || size >= 2n ** 64n) {
    throw new RangeError(`${name} expected bytes below 2^64, such as 4096, 0x1000 or 64KiB, got "${text}"`);
  }
  return size;
}

/** Exactly these bytes, in the largest unit that divides them and without a space: `64KiB`, `4097`. {@link sizeOf} reads it. */
export function sizeText(bytes: bigint): string {
  let left = bytes;
  let unit = 0;
  while (left !== 0n && left % 1024n === 0n && unit < UNITS.length - 1) {
    left /= 1024n;
    unit++;
  }
  return unit === 0 ? `${bytes}` : `${left}${UNITS[unit]}`;
}

/** About these bytes, to read: `1.5 GiB`, `4097 B`. */
export function roundSize(bytes: bigint): string {
  let unit = 0;
  while (unit < UNITS.length - 1 && bytes >> BigInt(10 * (unit + 1)) > 0n) unit++;
  if (unit === 0) return `${bytes} B`;
  // Six digits more than are shown, so that nothing is rounded twice.
  const scaled = Number((bytes * 1_000_000n) >> BigInt(10 * unit)) / 1e6;
  return `${rounded(scaled)} ${UNITS[unit]}`;
}

/** With two decimals at most. The first `toLocaleString` of a page takes 50 to 90 ms. */
export function rounded(value: number): string {
  return `${Number(value.toFixed(2))}`;
}

/** `0x…`, with all 16 digits. */
export function hex64(addr: bigint): string {
  return `0x${addr.toString(16).padStart(16, "0")}`;
}

/** `1 range`, `2 ranges`. */
export function counted(count: number | bigint, noun: string): string {
  return `${count} ${noun}${count === 1 || count === 1n ? "" : "s"}`;
}
