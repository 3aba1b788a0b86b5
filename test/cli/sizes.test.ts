import { describe, expect, test } from "vitest";
import { parseCount, parseSize, percentage, readableSize, roundedSize } from "../../src/cli/sizes.js";
import { exactSize } from "../../src/core/sizes.js";
import { about } from "../support/blame.js";

describe("parseSize", () => {
  test.each([
    ["0", 0n],
    ["4096", 4096n],
    ["4096B", 4096n],
    ["0x1000", 4096n],
    ["0XfFfF", 65535n],
    ["64KiB", 65536n],
    ["64kib", 65536n],
    ["64 KiB", 65536n],
    ["3MiB", 3n << 20n],
    ["4GiB", 1n << 32n],
    ["5TiB", 5n << 40n],
    ["7PiB", 7n << 50n],
    ["8EiB", 1n << 63n],
    ["9007199254740993", 9007199254740993n],
    ["0x8000000000000001", 0x8000000000000001n],
    ["9007199254740993TiB", 9007199254740993n << 40n],
  ])("%s", (text, size) => {
    expect(parseSize("--max", text)).toBe(size);
  });

  test.each([
    "",
    " ",
    "KiB",
    "4K",
    "4KB",
    "4kb",
    "4G",
    "-1",
    "+1",
    "1.5GiB",
    "1e3",
    "0x",
    "0x1g",
    "0x10KiB",
    "4 096",
    "4_096",
    "4  KiB",
    "4GiBB",
    "٤",
    "4GiB\n",
    "Infinity",
    "NaN",
  ])("%j is refused", (text) => {
    expect(() => parseSize("--max", text)).toThrow(
      expect.objectContaining({ name: "UsageError", message: about("--max") }),
    );
  });
});

describe("parseCount", () => {
  test.each([
    ["0", 0n],
    ["128", 128n],
    ["0x80", 128n],
    ["9007199254740993", 9007199254740993n],
  ])("%s", (text, count) => {
    expect(parseCount("--rows", "rows", text)).toBe(count);
  });

  test.each(["", " ", "1.5", "-1", "+1", "1e3", "0x", "4KiB", "4 KiB", "4B", "٤", "1\n"])("%j is refused", (text) => {
    expect(() => parseCount("--rows", "rows", text)).toThrow(
      expect.objectContaining({ name: "UsageError", message: about("--rows") }),
    );
  });
});

describe("percentage", () => {
  test.each([
    [0, 7, 1, "0.0 %"],
    [7, 7, 1, "100.0 %"],
    [1, 3, 2, "33.33 %"],
    [9995, 10_000, 1, "> 99.9 %"],
    [2 ** 53 - 2, 2 ** 53 - 1, 2, "> 99.99 %"],
    [9994, 10_000, 1, "99.9 %"],
    [1, 10_000, 1, "< 0.1 %"],
    [5, 10_000, 1, "0.1 %"],
    [1, 2 ** 53 - 1, 2, "< 0.01 %"],
    [3, 2, 1, "150.0 %"],
    [10_001, 10_000, 1, "100.0 %"],
  ])("%d of %d to %d digits is %s", (part, whole, digits, text) => {
    expect(percentage(part, whole, digits)).toBe(text);
  });
});

describe("sizes in output", () => {
  test.each([
    [0, "0 B"],
    [1, "1 B"],
    [1023, "1023 B"],
    [1024, "1 KiB"],
    [1025, "1025 B"],
    [2113536, "2064 KiB"],
    [2 ** 32, "4 GiB"],
    [2 ** 32 - 1, "4294967295 B"],
    [2 ** 60, "1 EiB"],
    [2 ** 70, "1024 EiB"],
  ])("exactSize(%d) is %s, as number and as bigint", (bytes, text) => {
    expect(exactSize(bytes)).toBe(text);
    expect(exactSize(BigInt(bytes))).toBe(text);
  });

  test("exactSize is what parseSize reads", () => {
    for (const bytes of [1n, 4096n, 4097n, 3n << 33n, (1n << 64n) - 1n, 1n << 64n, 5n << 70n]) {
      expect(parseSize("--max", exactSize(bytes))).toBe(bytes);
    }
  });

  test.each([
    [4096, "4 KiB"],
    [1023 * 1024, "1023 KiB"],
    [1047548 * 1024, "1022.99 MiB (1072689152 bytes)"],
    [2 ** 32 - 1, "3.99 GiB (4294967295 bytes)"],
    [(1n << 64n) - 1n, "15.99 EiB (18446744073709551615 bytes)"],
  ])("readableSize(%d) is %s", (bytes, text) => {
    expect(readableSize(bytes)).toBe(text);
  });

  test.each([
    [0, "0 B"],
    [1, "1 B"],
    [1536, "1.5 KiB"],
    [1267000000, "1.18 GiB"],
    [2 ** 20 - 1, "1023.99 KiB"],
    [2 ** 31 - 1, "1.99 GiB"],
    [2 ** 31, "2 GiB"],
    [2 ** 31 + 1, "2 GiB"],
    [1024, "1 KiB"],
    [2 ** 30 + 1, "1 GiB"],
  ])("roundedSize(%d) is %s", (bytes, text) => {
    expect(roundedSize(bytes)).toBe(text);
  });
});
