/** Entries of pages in lists of few slots: what the look makes, what is made afterwards, and the links between lists. */
import { afterEach, describe, expect, it } from "vitest";
import { SegmentTable } from "../../src/core/segment-table.js";
import { forgetRecords, lookAt, SlotReader, unmade } from "../../src/descriptors/page-entries.js";
import { firstEntry, writeEntries, writeLists } from "../../src/descriptors/page-lists.js";
import { pageShape } from "../../src/descriptors/page-shape.js";
import { type OracleRange, pack } from "../oracle.js";
import { Random } from "../support/random.js";
import { pageNumbersOf } from "../table-model.js";

const [SHIFT, PAGE] = [12, 4096n];
/** Lengths in pages: the look makes entries early of all, and of short ones up to 2^18. */
const SHAPES = [[1], [2], [4], [1, 1, 1, 1, 2], [1, 2, 3], [9, 30], [700], [1, 3000]];
const random = new Random(7);

function rangesOf(count: number, pages: readonly number[]): OracleRange[] {
  return Array.from({ length: count }, () => {
    return { addr: (random.u64() >> 20n) * PAGE, length: BigInt(random.pick(pages)) * PAGE, flags: 0 };
  });
}

/** The lists as the oracle has them, slot by slot: entries, and in the last slot of each list but the last a link. */
function listsOf(entries: readonly bigint[], slots: number, addrOf: (list: number) => bigint): bigint[] {
  const found: bigint[] = [];
  for (let at = 0, list = 1; at < entries.length; list++) {
    const left = entries.length - at;
    const here = left <= slots ? left : slots - 1;
    found.push(...entries.slice(at, at + here));
    at += here;
    if (at < entries.length) found.push(addrOf(list));
  }
  return found;
}

function expectWords(found: BigUint64Array, expected: readonly bigint[]): void {
  const odd = expected.findIndex((word, slot) => word !== found[slot]);
  if (odd >= 0) expect.fail(`slot ${odd} of ${expected.length}: got ${found[odd]}, expected ${expected[odd]}`);
  expect(found.length).toBe(expected.length);
}

afterEach(() => {
  forgetRecords();
});

describe.each(["made by the look", "made afterwards"])("entries that are %s", (made) => {
  const isEarly = made === "made by the look";

  it.each([2, 3, 8, 64, 511, 512])(
    "lie in lists of %i slots, in pieces of memory, with a link at each end",
    (slots) => {
      for (const pages of SHAPES) {
        for (const skip of [0, 1]) {
          // Records fill a stage or two, and entries a list to the last slot, or one more.
          const counts = [1, 2, slots, slots + 1, 2 * slots - 1, 2047, 2048, 2049, 5000].filter(
            (n) => n * Math.max(...pages) < 20_000,
          );
          const ranges = rangesOf(random.pick(counts), pages);
          const records = new Uint32Array(pack(ranges).buffer);
          const expected = pageNumbersOf(ranges, PAGE)
            .slice(skip)
            .map((number) => number * PAGE);
          const form = { shift: SHIFT, skip, slots };
          const look = lookAt(records, form);
          expect(look.bits & 0xfff).toBe(0);
          const entries = isEarly ? look : unmade(records, form);
          if (expected.length === 0) continue;
          // The first piece has one list, the second all others but one.
          const lists = Math.max(1, Math.ceil((expected.length - 1) / (slots - 1)));
          const sizes = lists < 3 ? [lists] : [1, lists - 2, 1];
          const starts = [0, 1, lists - 1];
          const addrs = sizes.map(
            () => 2n ** 32n * BigInt(random.integer(0, 2 ** 31)) - BigInt(random.integer(0, 9) * slots * 8) + 2n ** 31n,
          );
          const total = expected.length + lists - 1;
          const memory = new BigUint64Array(lists * slots).fill(0x5a5an);
          const regions = sizes.map((size, piece) => ({
            bytes: new Uint8Array(memory.buffer, (starts[piece] as number) * slots * 8, size * slots * 8),
            addr: addrs[piece] as bigint,
          }));
          writeLists(entries, expected.length, regions, lists);
          const addrOf = (list: number) => {
            const piece = lists < 3 ? 0 : list === 0 ? 0 : list < lists - 1 ? 1 : 2;
            return (addrs[piece] as bigint) + BigInt((list - (starts[piece] as number)) * slots * 8);
          };
          expectWords(memory.subarray(0, total), listsOf(expected, slots, addrOf));
          expect(memory.subarray(total).every((word) => word === 0x5a5an)).toBe(true);
        }
      }
    },
  );

  it("lie one behind the other, in either byte order", () => {
    for (const pages of SHAPES) {
      const ranges = rangesOf(random.pick([1, 3, Math.max(...pages) < 10 ? 2049 : 10]), pages);
      const records = new Uint32Array(pack(ranges).buffer);
      const form = { shift: SHIFT, skip: 0, slots: Number.POSITIVE_INFINITY };
      const expected = pageNumbersOf(ranges, PAGE).map((number) => number * PAGE);
      for (const swap of [false, true]) {
        const look = lookAt(records, form);
        const bytes = new Uint8Array(expected.length * 8);
        writeEntries(isEarly ? look : unmade(records, form), expected.length, bytes, swap);
        const view = new DataView(bytes.buffer);
        expectWords(
          BigUint64Array.from(expected, (_, at) => view.getBigUint64(at * 8, !swap)),
          expected,
        );
      }
    }
  });
});

describe("a look", () => {
  it("counts the pages that it did not make, and sees an inner border inside a page wherever it is", () => {
    for (let round = 0; round < 100; round++) {
      const ranges = rangesOf(random.pick([2, 3, 5, 64, 500, 2050, 4100]), random.pick(SHAPES));
      const skip = random.integer(0, 1);
      const place = random.integer(0, 2 * ranges.length);
      const inner = ranges[place];
      const isOdd = inner !== undefined && place > 0 && place < ranges.length - 1;
      if (isOdd && random.once(2)) inner.addr += BigInt(random.integer(1, 4095));
      else if (isOdd) inner.length -= BigInt(random.integer(1, 4095));
      // The ends may lie inside a page.
      const [first, last] = [ranges[0] as OracleRange, ranges.at(-1) as OracleRange];
      first.addr += 512n;
      first.length -= 512n;
      last.length -= 1n;
      const look = lookAt(new Uint32Array(pack(ranges).buffer), { shift: SHIFT, skip, slots: 8 });
      expect((look.bits & 0xfff) !== 0, `record ${place} of ${ranges.length}`).toBe(isOdd);
      forgetRecords();
    }
  });

  it("gives the first entry", () => {
    const records = new Uint32Array(pack([{ addr: 2n ** 63n, length: 8192n, flags: 0 }]).buffer);
    expect(firstEntry(lookAt(records, { shift: SHIFT, skip: 1, slots: 512 }), 1)).toBe(2n ** 63n + PAGE);
    expect(firstEntry(lookAt(records, { shift: SHIFT, skip: 0, slots: 512 }), 2)).toBe(2n ** 63n);
  });
});

describe("records that others change after the look", () => {
  it("may give wrong entries, and every call ends", () => {
    const records = new Uint32Array(pack(rangesOf(9000, [9])).buffer);
    const look = lookAt(records, { shift: SHIFT, skip: 1, slots: 512 });
    for (let at = 2; at < records.length; at += 4) records[at] = 4096;
    forgetRecords();
    const target = new Uint8Array(81_000 * 8);
    writeEntries(look, 80_999, target, false);
    expect(target.length).toBe(648_000);
  });
});

it("a reader gives what is made in as many pieces as are asked for", () => {
  const ranges = rangesOf(3000, [1]);
  const entries = lookAt(new Uint32Array(pack(ranges).buffer), { shift: SHIFT, skip: 0, slots: 4 });
  const reader = new SlotReader(entries, 1000, 3000);
  const pieces: number[] = [];
  while (reader.slot < 3999) pieces.push(reader.next(random.integer(1, 700)).count);
  expect(pieces.reduce((sum, count) => sum + count)).toBe(3999);
});

it.each([[[9000]], [[3, 9000, 2]], [[5000, 100, 100]], [[100, 100, 5000]], [[1, 6000]]])(
  "a shape of segments of %j pages counts those that no entry was made of yet",
  (pages) => {
    const table = SegmentTable.fromBytes(
      pack(
        pages.map((n, i) => {
          return { addr: BigInt(i + 1) << 40n, length: BigInt(n) * PAGE, flags: 0 };
        }),
      ),
    );
    const all = pages.reduce((sum, n) => sum + n);
    for (const skip of [0, 1]) expect(pageShape(table, { shift: SHIFT, skip, slots: 512 }, "it").pages).toBe(all);
  },
);

it("a link leads across 4 GiB", () => {
  const ranges = rangesOf(1200, [1]);
  const look = lookAt(new Uint32Array(pack(ranges).buffer), { shift: SHIFT, skip: 0, slots: 512 });
  const memory = new BigUint64Array(3 * 512);
  writeLists(look, 1200, [{ bytes: new Uint8Array(memory.buffer), addr: 2n ** 32n - 4096n }], 3);
  expect([memory[511], memory[1023]]).toEqual([2n ** 32n, 2n ** 32n + 4096n]);
});
