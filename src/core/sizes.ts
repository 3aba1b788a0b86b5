/** Units of bytes, each 1024 of the one before. */
export const UNITS: readonly string[] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

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

/** As `exactSize`, without bigints, for the rows of a table. */
function exactNumber(bytes: number): string {
  let left = bytes;
  let unit = 0;
  while (left !== 0 && left % 1024 === 0 && unit < UNITS.length - 1) {
    left /= 1024;
    unit++;
  }
  return `${left} ${UNITS[unit]}`;
}
