/** Readers of the command by themselves, where how the bytes come in pieces, or a single digit, decides. */

import { describe, expect, test } from "vitest";
import { READERS } from "../../src/cli/formats.js";
import type { ReaderOptions } from "../../src/cli/readers/reader.js";
import { parseU64 } from "../../src/text/range.js";
import { about } from "../support/blame.js";

const OPTIONS: ReaderOptions = {
  name: "input",
  skipEmpty: false,
  columns: undefined,
  engine: "auto",
  pageBytes: 4096,
  unwritten: "refuse",
  unaddressed: "refuse",
  radix: 10,
};

/** All ranges of an input that comes in these pieces. */
async function rangesOf(format: keyof typeof READERS, ...pieces: readonly string[]): Promise<unknown[]> {
  async function* source() {
    for (const piece of pieces) yield new TextEncoder().encode(piece);
  }
  const ranges: unknown[] = [];
  for await (const batch of READERS[format](source(), OPTIONS)) ranges.push(...batch);
  return ranges;
}

describe("json", () => {
  const object = '{"addr":1,"length":2';
  const padded = (characters: number) => object.padEnd(characters);

  test("an object of 65536 characters may be open where a piece ends; a longer one is refused", async () => {
    expect(await rangesOf("json", `[${padded(65535)}`, "}]")).toEqual([{ addr: 1, length: 2, flags: 0 }]);
    await expect(rangesOf("json", `[${padded(65536)}`, "}]")).rejects.toThrow(
      expect.objectContaining({ message: about("input: line 1") }),
    );
  });
});

describe("numbers", () => {
  test.each(["1x10", "ax10", "x10", "0", "00x1", "0x", "", "10x"])("%j is hexadecimal only behind 0x", (text) => {
    expect(parseU64(text)).toBe(text === "0" ? 0 : undefined);
  });
});
