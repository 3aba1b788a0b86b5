import { UNITS } from "../core/sizes.js";

/** Rows that are looked at for the unit. They wait for each other, so that no cut of the input tells in the output. */
const UNIT_ROWS = 1000;
/** GiB: no larger unit is the unit of a column. */
const LARGEST_UNIT = 3;

/** A row of a table, but for the size in it. */
export type SizedRow = (size: string) => string;

/**
 * The rows of a table with a column of sizes in one unit: the largest, up to GiB, in which every size of the first rows
 * is whole. A size in a later row that is not whole in this unit has decimals, all of them.
 */
export class SizeColumn {
  readonly #head: SizedRow;
  #unit: number | undefined;
  #waiting: (readonly [size: number | bigint, row: SizedRow])[] = [];
  #begun = false;

  /** @param head Gets `size KiB`. @param bytes Whether the unit is the byte, whatever the sizes are. */
  constructor(head: SizedRow, bytes: boolean) {
    this.#head = head;
    this.#unit = bytes ? 0 : undefined;
  }

  /** The lines that are due: none while rows wait. */
  add(size: number | bigint, row: SizedRow): string {
    if (this.#begun) return `${row(sizeIn(size, this.#unit as number))}\n`;
    this.#waiting.push([size, row]);
    return this.#waiting.length < UNIT_ROWS ? "" : this.#begin();
  }

  /** The lines that are left, with the head where there are no rows at all. */
  end(): string {
    return this.#begun ? "" : this.#begin();
  }

  #begin(): string {
    this.#begun = true;
    const unit = this.#unit ?? unitOf(this.#waiting.map(([size]) => size));
    this.#unit = unit;
    const lines = this.#waiting.map(([size, row]) => `${row(sizeIn(size, unit))}\n`);
    this.#waiting = [];
    return `${this.#head(`size ${UNITS[unit]}`)}\n${lines.join("")}`;
  }
}

/** The largest unit up to GiB in which all sizes are whole, as an index of UNITS; bytes for no sizes. */
export function unitOf(sizes: readonly (number | bigint)[]): number {
  let unit = sizes.length === 0 ? 0 : LARGEST_UNIT;
  for (const size of sizes) while (unit > 0 && BigInt(size) % (1n << BigInt(10 * unit)) !== 0n) unit--;
  return unit;
}

/** Exactly so many bytes in a unit: `4`, `0.5`, `0.0009765625`. Powers of two always end. */
export function sizeIn(bytes: number | bigint, unit: number): string {
  const shift = 10 * unit;
  const whole = typeof bytes === "number" ? bytes / 2 ** shift : 0.5;
  if (Number.isInteger(whole)) return String(whole);
  const exact = BigInt(bytes);
  const rest = exact & ((1n << BigInt(shift)) - 1n);
  if (rest === 0n) return String(exact >> BigInt(shift));
  const decimals = String(rest * 5n ** BigInt(shift)).padStart(shift, "0");
  return `${exact >> BigInt(shift)}.${decimals.replace(/0+$/, "")}`;
}
