/** The binary interface of the kernel of pages, and what a call of it may write. */
import { describe, expect, it } from "vitest";
import assemblyLayout from "../../assembly/pages-layout.ts?raw";
import * as layout from "../../src/engine/layout.generated.js";
import { type OracleRange, pack } from "../oracle.js";
import { constants, sections } from "../support/binary.js";
import { expectBytes } from "../support/bytes.js";
import { CANARY } from "../support/drive.js";
import { kernelModule, listsKernelBytes, listsKernelModule } from "../support/engines.js";
import { Random } from "../support/random.js";
import { EDGES } from "../support/ranges.js";
import { pageCountOf, pageNumbersOf } from "../table-model.js";

const { BORDERS, DONE, EXPANDED, LOOKS, OVERRUN, PAGES_SEEN, LISTS_ABI, PAGES_WORK_BYTES } = layout;

type ExpandPages = (
  work: number,
  input: number,
  count: number,
  shift: number,
  scale: number,
  output: number,
  room: number,
) => number;

function instance(memory: WebAssembly.Memory, module = listsKernelModule): WebAssembly.Exports {
  return new WebAssembly.Instance(module, { env: { memory } }).exports;
}

describe("the kernel of pages", () => {
  it("exports its functions and its ABI number, imports its memory, and nothing else", () => {
    const exports = WebAssembly.Module.exports(listsKernelModule);
    expect(exports.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
      { name: "LISTS_ABI", kind: "global" },
      { name: "expandBlocks", kind: "function" },
      { name: "inspectBorders", kind: "function" },
    ]);
    expect(WebAssembly.Module.imports(listsKernelModule)).toEqual([{ module: "env", name: "memory", kind: "memory" }]);
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
    const bytes = new Uint8Array(memory.buffer).fill(0x5a);
    expect((instance(memory).LISTS_ABI as WebAssembly.Global).value).toBe(LISTS_ABI);
    expect(bytes.every((byte) => byte === 0x5a)).toBe(true);
  });

  it("has no data, no start function and no table", () => {
    expect(sections(listsKernelBytes).map(({ id }) => id)).toEqual([1, 2, 3, 6, 7, 10]);
    expect(listsKernelBytes.byteLength).toBeGreaterThan(300);
  });
});

describe("the layout of the work block of pages", () => {
  const inAssembly = constants(assemblyLayout);

  it("ends where it is drawn", () => {
    const [, end] = /^ \* {3}(0x[\dA-F]+) +end$/m.exec(assemblyLayout) ?? [];
    expect(Number(end)).toBe(PAGES_WORK_BYTES);
    expect(PAGES_WORK_BYTES % 16).toBe(0);
  });

  it("has each field at a multiple of its size", () => {
    const drawn = [...assemblyLayout.matchAll(/^ \* {3}(0x[\dA-F]+) +u(\d\d) ([A-Z_]+) /gm)];
    const fields = [...inAssembly.keys()].filter(
      (name) => !["OVERRUN", "LISTS_ABI", "PAGES_WORK_BYTES"].includes(name),
    );
    expect(drawn.map(([, , , name]) => name)).toEqual(fields);
    expect(fields.slice(0, 3)).toEqual(["EXPANDED", "LOOKS", "DONE"]);
    for (const [, at, bits, name] of drawn) {
      expect(Number(inAssembly.get(name as string))).toBe(Number(at));
      expect(Number(at) % (Number(bits) / 8)).toBe(0);
    }
  });
});

describe.each([
  { name: "expandPages", module: kernelModule },
  { name: "expandBlocks", module: listsKernelModule },
])("$name", ({ name, module }) => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const bytes = new Uint8Array(memory.buffer);
  const words = new Int32Array(memory.buffer);
  const view = new DataView(memory.buffer);
  const expandPages = instance(memory, module)[name] as ExpandPages;
  const [WORK, INPUT, OUTPUT, END] = [512, 2048, 16384, 40960];
  const random = new Random(42);

  function expectCanaries(from: number, end: number): void {
    for (let at = from; at < end; at += 4) {
      if (words[at / 4] !== CANARY * 0x0101_0101 - 2 ** 32) expect.fail(`byte ${at} was written, of ${from} to ${end}`);
    }
  }

  /** One call for records from `record` on, with `done` pages of the first of them written. What it wrote, and nothing else, is looked at. */
  function call(
    ranges: readonly OracleRange[],
    place: { record: number; done: bigint },
    shift: number,
    scale: number,
    room: number,
    output = OUTPUT,
  ): bigint[] {
    bytes.fill(CANARY, 0, END);
    const records = pack(ranges);
    bytes.set(records, INPUT);
    bytes.fill(0, WORK, WORK + PAGES_WORK_BYTES);
    view.setBigUint64(WORK + DONE, place.done, true);
    const input = INPUT + 16 * place.record;
    const written = expandPages(WORK, input, ranges.length - place.record, shift, scale, output, room);
    expectCanaries(0, WORK);
    expectCanaries(WORK + PAGES_WORK_BYTES, INPUT);
    expectCanaries(INPUT + records.byteLength, output);
    expectCanaries(output + 8 * written + OVERRUN, END);
    expectBytes(bytes.subarray(INPUT, INPUT + records.byteLength), records, "input");
    place.record += view.getUint32(WORK + EXPANDED, true);
    place.done = view.getBigUint64(WORK + DONE, true);
    return Array.from({ length: written }, (_, i) => view.getBigUint64(output + 8 * i, true));
  }

  function anyRange(shift: number): OracleRange {
    const edge = random.pick(EDGES) - BigInt(random.integer(-20, 20)) * (1n << BigInt(random.integer(0, shift)));
    const addr = BigInt.asUintN(64, random.once(4) ? random.u64() : edge);
    const room = (1n << 64n) - addr;
    const pages = BigInt(random.pick([1, 1, 1, 2, 3, random.integer(1, 40)])) << BigInt(shift);
    const full = 1n << 32n;
    const wanted = random.once(2) ? pages : (random.u64() % pages) + 1n;
    const length = [wanted, room, full].reduce((a, b) => (a < b ? a : b));
    return {
      addr,
      length: random.once(10) && room >= full && shift > 20 ? full : length,
      flags: random.pick([0, 2, 4, 0xffff_ff00]),
    };
  }

  it("writes the pages of every record, for every shift and scale, and goes on where it stopped", () => {
    for (let shift = 0; shift < 64; shift++) {
      for (let round = 0; round < 6; round++) {
        const ranges = Array.from({ length: random.integer(1, 30) }, () => anyRange(shift));
        const scale = random.pick([0, shift]);
        const expected = pageNumbersOf(ranges, 1n << BigInt(shift)).map((number) => number << BigInt(scale));
        const place = { record: 0, done: 0n };
        const found: bigint[] = [];
        for (let calls = 0; place.record < ranges.length; calls++) {
          const room = calls > 40 ? 4000 : random.pick([0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, random.integer(0, 300)]);
          const part = call(ranges, place, shift, scale, room, OUTPUT + 8 * random.integer(0, 3));
          // Fewer than there is room for only at the end.
          if (place.record < ranges.length) expect(part.length).toBe(room);
          else expect(place).toEqual({ record: ranges.length, done: 0n });
          found.push(...part);
          const before = ranges
            .slice(0, place.record)
            .reduce((sum, r) => sum + pageCountOf(r, 1n << BigInt(shift)), 0n);
          expect(before + place.done).toBe(BigInt(found.length));
        }
        expect(found).toEqual(expected);
      }
    }
  });

  it("starts anywhere in a record of 2^32 pages, and ends there", () => {
    const ranges = [{ addr: (1n << 64n) - (1n << 32n), length: 1n << 32n, flags: 0 }];
    for (const done of [0n, 1n, (1n << 31n) - 2n, (1n << 32n) - 3n, (1n << 32n) - 1n]) {
      const left = Number((1n << 32n) - done);
      const place = { record: 0, done };
      expect(call(ranges, place, 0, 0, 5)).toEqual(pageNumbersOf(ranges, 1n, done, 5));
      expect(place).toEqual(left <= 5 ? { record: 1, done: 0n } : { record: 0, done: done + 5n });
    }
  });

  it("writes nothing of no records, and nothing into no room", () => {
    const place = { record: 0, done: 0n };
    expect(call([], place, 12, 0, 100)).toEqual([]);
    expect(place).toEqual({ record: 0, done: 0n });
    const ranges = [1n, 2n, 3n].map((page) => ({ addr: page << 12n, length: 4096n, flags: 0 }));
    expect(call(ranges, place, 12, 12, 0)).toEqual([]);
    expect(place).toEqual({ record: 0, done: 0n });
  });

  it("scattered pages of an even and an odd number of records, with room for some of them", () => {
    const ranges = Array.from({ length: 41 }, (): OracleRange => {
      return { addr: (random.u64() >> 12n) << 12n, length: BigInt(random.integer(1, 4096)), flags: 0 };
    });
    for (let count = 1; count <= ranges.length; count++) {
      const some = ranges.slice(0, count);
      const expected = pageNumbersOf(some, 4096n);
      for (let room = 0; room <= count + 2; room++) {
        const place = { record: 0, done: 0n };
        expect(call(some, place, 12, 0, room)).toEqual(expected.slice(0, room));
        expect(place).toEqual({ record: Math.min(room, count), done: 0n });
      }
    }
  });

  // The other functions are in one binary only.
  if (module !== listsKernelModule) return;

  it("BORDERS says whether a record does not lie at pages, but for a first one that was begun; only where LOOKS is set", () => {
    for (let round = 0; round < 500; round++) {
      const shift = random.pick([random.integer(0, 3), 12, 12, random.integer(3, 26)]);
      const scale = random.pick([0, shift]);
      const page = 1n << BigInt(shift);
      const pages = random.pick([[1], [1], [2], [4], [1, 2, 3], [1, 1, 1, 30], [16]]);
      const ranges = Array.from(
        { length: random.pick([1, 4, 63, 64, 65, random.integer(1, 150)]) },
        (): OracleRange => {
          return { addr: (random.u64() >> 32n) * page, length: BigInt(random.pick(pages)) * page, flags: 0x100 };
        },
      );
      const begun = random.once(3);
      const odd = random.integer(0, 2 * ranges.length);
      if (odd < ranges.length && shift > 0) {
        const range = ranges[odd] as OracleRange;
        const some = BigInt(random.integer(1, 2 ** shift - 1));
        if (random.once(2)) range.addr += some;
        else range.length -= some;
      }
      const isOdd = odd < ranges.length && shift > 0 && !(begun && odd === 0);
      bytes.fill(0, WORK, WORK + PAGES_WORK_BYTES);
      bytes.set(pack(ranges), INPUT);
      view.setBigUint64(WORK + DONE, begun ? 1n : 0n, true);
      const looks = !random.once(4);
      view.setUint32(WORK + LOOKS, looks ? 1 : 0, true);
      expandPages(WORK, INPUT, ranges.length, shift, scale, OUTPUT, (END - OUTPUT - OVERRUN) / 8);
      expect(view.getUint32(WORK + EXPANDED, true)).toBe(ranges.length);
      const bits = view.getUint32(WORK + BORDERS, true);
      if (looks) expect((bits & (2 ** shift - 1)) !== 0).toBe(isOdd);
      else expect(bits).toBe(0);
    }
  });

  it("inspectBorders ORs what lies below a page, and counts the pages of whole lengths, 4 GiB too", () => {
    const inspectBorders = instance(memory).inspectBorders as (
      work: number,
      input: number,
      count: number,
      shift: number,
    ) => number;
    for (let round = 0; round < 200; round++) {
      const shift = random.integer(12, 27);
      const page = 1n << BigInt(shift);
      const ranges = Array.from({ length: random.integer(0, 40) }, (): OracleRange => {
        const length = random.once(9) ? 1n << 32n : ((random.u64() % (1n << 32n)) / page + 1n) * page;
        return {
          addr: ((random.u64() >> 1n) / page) * page,
          length: length > 1n << 32n ? page : length,
          flags: random.pick([0, 4, 0x100]),
        };
      });
      const odd = ranges[random.integer(0, 60)];
      if (odd !== undefined && random.once(2)) odd.addr += BigInt(random.integer(1, 2 ** shift - 1));
      else if (odd !== undefined) odd.length -= BigInt(random.integer(1, 2 ** shift - 1));
      bytes.fill(CANARY, 0, END);
      bytes.set(pack(ranges), INPUT);
      const bits = inspectBorders(WORK, INPUT, ranges.length, shift);
      const expected = ranges.reduce((sum, { addr, length }) => sum | addr | (length % (1n << 32n)), 0n);
      expect(BigInt(bits >>> 0)).toBe(expected % (1n << 32n));
      expect((bits & (2 ** shift - 1)) === 0).toBe(odd === undefined);
      const pages = ranges.reduce((sum, { length }) => sum + length / page, 0n);
      expect(view.getBigUint64(WORK + PAGES_SEEN, true)).toBe(pages);
      expectCanaries(0, WORK);
      expectCanaries(WORK + PAGES_WORK_BYTES, INPUT);
      expectCanaries(INPUT + 16 * ranges.length, END);
    }
  });
});
