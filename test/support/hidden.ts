import fc from "fast-check";

/** First and last of the characters that no message may hold: a terminal obeys them, or does not show them. */
const RANGES: readonly (readonly [first: number, last: number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x180e, 0x180e],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xfff9, 0xfffb],
  [0xd800, 0xdfff],
  [0xe0000, 0xe0fff],
];

/** All of them, halves of pairs by themselves. */
export const HIDDEN: readonly string[] = RANGES.flatMap(([first, last]) =>
  Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index)),
);
const hidden = new Set(HIDDEN);

/** Those that a text holds, as numbers. */
export function hiddenIn(text: string): string[] {
  return [...text].filter((character) => hidden.has(character)).map((one) => one.codePointAt(0)?.toString(16) ?? "");
}

/** Texts of which about every other character is one of these, and others are what parsers look for. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...HIDDEN),
      fc.constantFrom("\u001b[31m", "\u001b]0;title\u0007", "\u009b2J", "\r", "\n", "\t", "\u007f", "\u202e", "\ud83d"),
      fc.constantFrom("a", "é", "漢", "😀", " ", ",", '"', "\\", "'", "{", "}", "[", "0", "0x1", "-", ":", ".", "…"),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => parts.join(""));
