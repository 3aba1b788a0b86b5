import { PackedRecords } from "../core/input.js";
import { isTable } from "../core/table.js";
import { Form } from "./intake.js";
import type { RangeInput } from "./range-input.js";

/**
 * Below this count JavaScript is faster: a kernel call with its views costs as much as that many steps of a loop. Measured by
 * `npm run bench -- auto` on an AMD EPYC: of 32 packed records JavaScript takes 0.85 of the time, of 64 all of it.
 */
const SMALL = 64;

/**
 * Whether `auto` gives an input of `coalesce` to JavaScript, unless it is records of `input()`, which the kernel reads where
 * they lie. An iterable that is no array does not tell its length, so wasm takes it. Unions have no
 * such choice: wasm is faster from one range up.
 */
export function prefersSmall(input: RangeInput): boolean {
  return countRanges(input) < SMALL;
}

/** Ranges in an input; infinity where the input is an iterator, which does not tell. */
export function countRanges(input: RangeInput | Form): number {
  if (Array.isArray(input) || isTable(input)) return input.length;
  if (input instanceof PackedRecords || input instanceof Form) return input.count;
  return Number.POSITIVE_INFINITY;
}
