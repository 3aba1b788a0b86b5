/** What is wrong with arguments, and how messages say it. */
/** What messages expect of an unsigned 64-bit integer. */
export const U64 = "an integer from 0 to 2^64 - 1";
export const U64_NUMBER = "a number up to 2^53 - 1 or a bigint (a larger number may be rounded)";

/** Values that are no number, and how a message shows them. */
export const notNumbers: [unknown, string][] = [
  ["1", '"1"'],
  [1n, "1n"],
  [null, "null"],
  [true, "true"],
  [{}, "Object"],
  [[1], "Array"],
  [Object.create(null), "an object"],
  [() => 1, "a function"],
  [Symbol("one"), "Symbol(one)"],
];
/** Numbers that are no unsigned integer. */
export const notIntegers = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, -0.5, 0.5, 1e-300];

/** Any value as what the types ask for. */
export const any = (value: unknown) => value as never;
