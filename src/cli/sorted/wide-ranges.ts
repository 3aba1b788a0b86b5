import type { Range } from "../../core/record.js";

/** Ranges that no record holds, while a record stands for them: its `len` is their number, and it has the flag WIDE. */
export class WideRanges {
  readonly #ranges: (Range | undefined)[] = [];
  readonly #free: number[] = [];

  /** @returns The number of the range. */
  add(range: Range): number {
    const number = this.#free.pop() ?? this.#ranges.length;
    this.#ranges[number] = range;
    return number;
  }

  get(number: number): Range {
    return this.#ranges[number] as Range;
  }

  /** The range, whose number is free then. */
  take(number: number): Range {
    const range = this.get(number);
    this.#ranges[number] = undefined;
    this.#free.push(number);
    return range;
  }
}
