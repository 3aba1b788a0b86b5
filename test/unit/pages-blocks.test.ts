/**
 * The kernel of pages goes by blocks of records, and writes a block in a way that depends on how long its segments are:
 * every way, every place where a block ends, and every room.
 */
import { describe, expect, it } from "vitest";
import { DONE, EXPANDED, OVERRUN, PAGES_WORK_BYTES } from "../../src/engine/layout.generated.js";
import { type OracleRange, pack } from "../oracle.js";
import { expectBytes } from "../support/bytes.js";
import { CANARY } from "../support/drive.js";
import { kernelModule, listsKernelModule } from "../support/engines.js";
import { Random } from "../support/random.js";
import { pageNumbersOf } from "../table-model.js";

type ExpandPages = (...numbers: number[]) => number;

/** How many pages a segment has, in each way that a block may be like. */
const LENGTHS: Record<string, (random: Random) => number> = {
  "1 page": () => 1,
  "2 pages": () => 2,
  "1 or 2 pages": (random) => random.integer(1, 2),
  "3 pages": () => 3,
  "1 to 4 pages": (random) => random.integer(1, 4),
  "1 to 8 pages": (random) => random.integer(1, 8),
  "1 to 16 pages": (random) => random.integer(1, 16),
  "17 pages": () => 17,
  "64 pages": () => 64,
  "1 to 64 pages": (random) => random.integer(1, 64),
  "1 page, seldom 2": (random) => (random.once(30) ? 2 : 1),
  "1 page, seldom many": (random) => (random.once(20) ? random.integer(3, 64) : 1),
  "up to 2, seldom many": (random) => (random.once(20) ? random.integer(5, 64) : random.integer(1, 2)),
  "up to 4, seldom many": (random) => (random.once(20) ? random.integer(9, 64) : random.integer(3, 4)),
  "many, seldom 1": (random) => (random.once(20) ? 1 : random.integer(30, 64)),
};

const SHIFTS = [0, 9, 12, 21, 30];

/** Numbers and addresses take turns. */
const scaleOf = (ranges: readonly OracleRange[], shift: number) => (ranges.length % 2) * shift;

const CANARIES = (CANARY * 0x0101_0101) | 0;

/** The first of these words that is not `word`, or `end`. */
function otherThan(word: number, words: Int32Array, from: number, end: number): number {
  let at = from;
  while (at < end && words[at] === word) at++;
  return at;
}

function numbersOf(ranges: readonly OracleRange[], shift: number): BigUint64Array {
  const scale = BigInt(scaleOf(ranges, shift));
  return BigUint64Array.from(pageNumbersOf(ranges, 1n << BigInt(shift)), (number) => number << scale);
}

describe.each([
  { name: "expandPages", module: kernelModule },
  { name: "expandBlocks", module: listsKernelModule },
])("blocks of records, by $name", ({ name: kernel, module }) => {
  const memory = new WebAssembly.Memory({ initial: 4, maximum: 4 });
  const expandPages = new WebAssembly.Instance(module, { env: { memory } }).exports[kernel] as ExpandPages;
  const bytes = new Uint8Array(memory.buffer);
  const words = new Int32Array(memory.buffer);
  const view = new DataView(memory.buffer);
  const [WORK, INPUT] = [1024, 16384];
  // Lines of the cache, and halves of vectors, are met at any offset.
  const OUTPUT = 32768 + 8;

  function expectCanaries(from: number, end: number): void {
    const at = 4 * otherThan(CANARIES, words, from / 4, end / 4);
    if (at < end) expect.fail(`a byte from ${at} on was written, of ${from} to ${end}`);
  }

  /** Numbers that one call writes, which must leave all else as it is. The place moves on. */
  function call(
    ranges: readonly OracleRange[],
    place: { record: number; done: bigint },
    { shift, scale }: { shift: number; scale: number },
    room: number,
  ): BigUint64Array {
    const end = OUTPUT + 8 * room + OVERRUN;
    bytes.fill(CANARY, 0, end + 256);
    const records = pack(ranges);
    bytes.set(records, INPUT);
    view.setBigUint64(WORK + DONE, place.done, true);
    const input = INPUT + 16 * place.record;
    const written = expandPages(WORK, input, ranges.length - place.record, shift, scale, OUTPUT, room) >>> 0;
    expectCanaries(0, WORK);
    expectCanaries(WORK + PAGES_WORK_BYTES, INPUT);
    expectCanaries(INPUT + records.byteLength, OUTPUT);
    expectCanaries(OUTPUT + 8 * written + OVERRUN, end + 256);
    expectBytes(bytes.subarray(INPUT, INPUT + records.byteLength), records);
    place.record += view.getUint32(WORK + EXPANDED, true);
    place.done = view.getBigUint64(WORK + DONE, true);
    return new BigUint64Array(memory.buffer, OUTPUT, written).slice();
  }

  /** All numbers, by calls with so much room each. */
  function expectAll(
    ranges: readonly OracleRange[],
    shift: number,
    rooms: (call: number) => number,
    expected = numbersOf(ranges, shift),
  ): void {
    const scale = scaleOf(ranges, shift);
    const place = { record: 0, done: 0n };
    let at = 0;
    for (let calls = 0; at < expected.length; calls++) {
      const room = rooms(calls);
      const part = call(ranges, place, { shift, scale }, room);
      // Fewer than there is room for only at the end.
      expect(part.length).toBe(Math.min(room, expected.length - at));
      const odd = part.findIndex((number, i) => number !== expected[at + i]);
      if (odd >= 0) expect.fail(`number ${at + odd} is ${part[odd]}, expected ${expected[at + odd]}`);
      at += part.length;
    }
    expect(place).toEqual({ record: ranges.length, done: 0n });
  }

  /** Segments at pages, except where `isOdd`: those begin and end anywhere in their first and last page. */
  function rangesOf(lengths: readonly number[], shift: number, random: Random, isOdd = () => false): OracleRange[] {
    const page = 1n << BigInt(shift);
    return lengths.map((pages) => {
      const most = Math.min(pages, 2 ** (32 - shift));
      const first = (random.u64() >> BigInt(random.integer(0, 20))) & -page & ((1n << 63n) - 1n);
      const length = BigInt(most) * page;
      if (!isOdd()) return { addr: first, length, flags: random.pick([0, 4, 0xabcd00]) };
      const head = random.u64() % page;
      const tail = random.u64() % (length - head);
      return { addr: first + head, length: length - head - tail, flags: 0 };
    });
  }

  it.each(Object.entries(LENGTHS))("%s: of any number, at pages and anywhere", (name, draw) => {
    const random = new Random(name.length);
    for (const shift of SHIFTS) {
      for (const count of [1, 2, 3, 4, 5, 7, 8, 31, 32, 33, 60, 63, 64, 65, 66, 67, 68, 96, 127, 128, 129, 200]) {
        const lengths = Array.from({ length: count }, () => draw(random));
        for (const isOdd of [() => false, () => true, () => random.once(40)]) {
          expectAll(rangesOf(lengths, shift, random, isOdd), shift, () => 16_000);
        }
      }
    }
  });

  it.each(Object.entries(LENGTHS))("%s: a room that ends at every place, and goes on there", (name, draw) => {
    const random = new Random(name.length + 100);
    for (const count of [67, 132]) {
      const lengths = Array.from({ length: count }, () => draw(random));
      const ranges = rangesOf(lengths, 12, random, () => random.once(10));
      const expected = numbersOf(ranges, 12);
      const all = expected.length;
      const step = all > 400 ? 37 : 1;
      for (let room = 0; room <= all + 9; room += room < 150 ? 1 : step) {
        const rest = room % 10 === 0 ? [1, 2, 3, 7, 8, 9, 64, 1000, 16_000] : [1000, 16_000];
        expectAll(ranges, 12, (calls) => (calls === 0 ? room : random.pick(rest)), expected);
      }
      for (const room of [5, 8, 13, 64, 65, 127, 511]) expectAll(ranges, 12, () => room, expected);
    }
  });

  it("one segment unlike the others, at each place of a block", () => {
    const random = new Random(5);
    for (const shift of SHIFTS) {
      for (const pages of [1, 2, 4, 8]) {
        for (let odd = 0; odd < 70; odd++) {
          const lengths = Array.from({ length: 70 }, (_, i) =>
            i === odd ? random.pick([1, 2, 3, 5, 9, 17, 70]) : pages,
          );
          let index = 0;
          const inside = random.once(2);
          expectAll(
            rangesOf(lengths, shift, random, () => index++ === odd && inside),
            shift,
            () => 16_000,
          );
        }
      }
    }
  });

  it("4 GiB among short ones, with less room than it has pages", () => {
    const random = new Random(6);
    for (const shift of [9, 12, 21, 30, 31, 32, 40]) {
      for (const at of [0, 1, 3, 4, 30, 63, 64]) {
        const ranges = rangesOf(
          Array.from({ length: 80 }, () => 1),
          Math.min(shift, 30),
          random,
        );
        ranges[at] = { addr: random.u64() >> 20n, length: 2n ** 32n, flags: 0 };
        const before = pageNumbersOf(ranges.slice(0, at), 1n << BigInt(shift)).length;
        const numbers = pageNumbersOf(ranges, 1n << BigInt(shift), 0n, before + 3000);
        const place = { record: 0, done: 0n };
        const found = call(ranges, place, { shift, scale: 0 }, numbers.length);
        expect([...found]).toEqual(numbers);
      }
    }
  });

  it("the highest pages of the space", () => {
    for (const shift of SHIFTS) {
      const page = 1n << BigInt(shift);
      const ranges = Array.from({ length: 80 }, (_, i): OracleRange => {
        const pages = BigInt((i % 3) + 1);
        return { addr: (1n << 64n) - pages * page + (page >> 1n), length: pages * page - (page >> 1n), flags: 0 };
      });
      expectAll(ranges, shift, () => 16_000);
    }
  });
});
