/** The binary interface of the kernel that merges, what a call of it may write, and its twin in JavaScript. */
import { describe, expect, it } from "vitest";
import { mergeWindows as twin } from "../../src/engine/js-merge.js";
import * as layout from "../../src/engine/layout.generated.js";
import { sections } from "../support/binary.js";
import { mergeKernelBytes, mergeKernelModule } from "../support/engines.js";
import { Random } from "../support/random.js";

const { MERGE_ABI, MERGED_FROM, WINDOW_BYTES, WINDOW_END, WINDOW_FROM, WINDOW_LAST } = layout;
const MAX_BYTES = 1300;

const memory = new WebAssembly.Memory({ initial: 4, maximum: 4 });
const { exports } = new WebAssembly.Instance(mergeKernelModule, { env: { memory } });
const kernel = exports.mergeWindows as (windows: number, count: number, ping: number, pong: number) => number;

describe("the kernel that merges", () => {
  it("exports its function and its ABI number, imports its memory, and nothing else", () => {
    const names = WebAssembly.Module.exports(mergeKernelModule).map(({ name }) => name);
    expect(names.toSorted()).toEqual(["MERGE_ABI", "mergeWindows"]);
    expect(WebAssembly.Module.imports(mergeKernelModule)).toEqual([{ module: "env", name: "memory", kind: "memory" }]);
    expect((exports.MERGE_ABI as WebAssembly.Global).value).toBe(MERGE_ABI);
    expect(sections(mergeKernelBytes).map(({ id }) => id)).toEqual([1, 2, 3, 6, 7, 10]);
    expect(mergeKernelBytes.byteLength).toBeLessThanOrEqual(MAX_BYTES);
  });
});

/** A record as its two u64. */
type Pair = readonly [bigint, bigint];
const compare = (a: Pair, b: Pair) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0);
const [ROWS, WINDOWS, CANARY] = [1024, 8192, 0x5b5b5b5b];

/** Random sorted windows, whose records are near each other, near the ends of u64, or anywhere. */
function anyWindows(random: Random, count: number): { records: Pair[]; last: boolean }[] {
  const spread = random.pick([3, 40, 1 << 30]);
  const base = random.pick([0n, (1n << 32n) - 20n, (1n << 63n) - 20n, (1n << 64n) - BigInt(spread) - 1n]);
  return Array.from({ length: count }, () => {
    const last = random.once(3);
    const length = random.pick([1, 2, random.integer(1, 60)]) - (last && random.once(4) ? 1 : 0);
    const records = Array.from(
      { length },
      (): Pair => [
        base + BigInt(random.integer(0, spread)),
        BigInt.asUintN(64, random.u64() >> BigInt(random.pick([0, 62]))),
      ],
    );
    return { records: records.sort(compare), last };
  });
}

describe.each(["wasm", "js"])("mergeWindows, %s", (engine) => {
  const words = new Int32Array(memory.buffer);
  const view = new DataView(memory.buffer);
  const merge: typeof kernel = engine === "wasm" ? kernel : (...places) => twin(words, ...places);

  it("merges what is sure, takes that out of the windows, and writes nothing else", () => {
    const random = new Random(11);
    for (let round = 0; round < 500; round++) {
      const windows = anyWindows(random, random.pick([1, 2, 3, 4, 5, 8, 17]));
      words.fill(CANARY);
      let at = WINDOWS;
      for (const [index, { records, last }] of windows.entries()) {
        view.setUint32(ROWS + index * WINDOW_BYTES + WINDOW_FROM, at, true);
        for (const [first, second] of records) {
          view.setBigUint64(at, first, true);
          view.setBigUint64(at + 8, second, true);
          at += 16;
        }
        view.setUint32(ROWS + index * WINDOW_BYTES + WINDOW_END, at, true);
        view.setUint32(ROWS + index * WINDOW_BYTES + WINDOW_LAST, last ? 1 : 0, true);
      }
      const input = words.slice(WINDOWS / 4, at / 4);
      const room = at - WINDOWS;
      const [ping, pong] = [at + 64, at + 128 + room];
      const bounds = windows.filter(({ last }) => !last).map(({ records }) => records.at(-1) as Pair);
      const bound = bounds.sort(compare)[0] ?? [2n ** 64n, 0n];
      const expected = windows.flatMap(({ records }) => records.filter((record) => compare(record, bound) <= 0));
      expected.sort(compare);

      expect(merge(ROWS, windows.length, ping, pong)).toBe(expected.length);
      const from = view.getUint32(ROWS + MERGED_FROM, true);
      const found = expected.map(
        (_, i): Pair => [view.getBigUint64(from + 16 * i, true), view.getBigUint64(from + 16 * i + 8, true)],
      );
      if (expected.length > 0) expect(found).toEqual(expected);
      for (const [index, { records }] of windows.entries()) {
        const row = ROWS + index * WINDOW_BYTES;
        const left = (view.getUint32(row + WINDOW_END, true) - view.getUint32(row + WINDOW_FROM, true)) / 16;
        expect(left).toBe(records.filter((record) => compare(record, bound) > 0).length);
      }
      expect(words.slice(WINDOWS / 4, at / 4)).toEqual(input);
      const untouched = [
        [0, ROWS],
        [ROWS + windows.length * WINDOW_BYTES, WINDOWS],
        [at, ping],
        [ping + room, pong],
        [pong + room, memory.buffer.byteLength],
      ] as const;
      for (const [start, end] of untouched) {
        expect(words.subarray(start / 4, end / 4).every((word) => word === CANARY)).toBe(true);
      }
    }
  });

  it("loses no record where only the first u64 are in order", () => {
    const random = new Random(12);
    for (let round = 0; round < 500; round++) {
      const windows = anyWindows(random, random.pick([2, 3, 8]));
      let at = WINDOWS;
      for (const [index, { records }] of windows.entries()) {
        view.setUint32(ROWS + index * WINDOW_BYTES + WINDOW_FROM, at, true);
        for (const [first] of records) {
          view.setBigUint64(at, first >> 3n, true);
          view.setBigUint64(at + 8, random.u64(), true);
          at += 16;
        }
        view.setUint32(ROWS + index * WINDOW_BYTES + WINDOW_END, at, true);
        view.setUint32(ROWS + index * WINDOW_BYTES + WINDOW_LAST, 1, true);
      }
      const pairs = (from: number, count: number) =>
        Array.from(
          { length: count },
          (_, i): Pair => [view.getBigUint64(from + 16 * i, true), view.getBigUint64(from + 16 * i + 8, true)],
        );
      const count = (at - WINDOWS) / 16;
      const input = pairs(WINDOWS, count);
      expect(merge(ROWS, windows.length, at, 2 * at - WINDOWS)).toBe(count);
      const found = count === 0 ? [] : pairs(view.getUint32(ROWS + MERGED_FROM, true), count);
      for (let i = 1; i < count; i++) expect((found[i] as Pair)[0]).toBeGreaterThanOrEqual((found[i - 1] as Pair)[0]);
      expect(found.sort(compare)).toEqual(input.sort(compare));
    }
  });
});
