/** Results in memory of the caller, and results that a mapper lends: what is refused, and when they end. */

import { describe, expect, it } from "vitest";
import type { SegringError } from "../../src/core/errors.js";
import { packedRecords } from "../../src/core/input.js";
import { checkLimits } from "../../src/core/limits.js";
import { PACKAGE } from "../../src/core/package-key.js";
import type { Range } from "../../src/core/record.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import { columns } from "../../src/engine/columns.js";
import { pageFrames } from "../../src/engine/page-frames.js";
import type { RangeInput } from "../../src/engine/range-input.js";
import { createMapperSync } from "../../src/mapper/create.js";
import type { SegmentMapper } from "../../src/mapper/mapper.js";
import { SegmentMapper as Mapper } from "../../src/mapper/mapper.js";
import { concat, find, intersect, locate, pages, slice, split } from "../../src/table/index.js";
import { coalesce, pack } from "../oracle.js";
import { blames } from "../support/blame.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import { builds, engines, newEngine } from "../support/engines.js";

const apart = (count: number): (Range & { addr: bigint; length: bigint; flags: number })[] =>
  Array.from({ length: count }, (_, i) => ({ addr: BigInt(i) * 8192n, length: 4096n, flags: 0 }));
/** TypeScript knows them from ES2024 on. */
const resizableBuffer = (byteLength: number) =>
  new (
    ArrayBuffer as unknown as new (
      byteLength: number,
      options: object,
    ) => ArrayBuffer & { resize(to: number): void }
  )(byteLength, { maxByteLength: 2 * byteLength });
const codeOf = (call: () => unknown) => (thrownBy(call) as { code?: string }).code;

describe.each(builds)("$name", ({ name }) => {
  const newMapper = () => createMapperSync({ engine: name });

  it("a target with too little room is a RangeError that names the segments, and stays as it is", () => {
    using mapper = newMapper();
    for (const count of [1, 3, 300, 5000]) {
      const inputs: RangeInput[] = [apart(count), packedRecords(pack(apart(count)))];
      for (const input of inputs) {
        for (const room of [0, 1, 4 * count - 4, 4 * count - 1]) {
          const target = new Uint32Array(room).fill(7);
          for (const call of [() => mapper.coalesceInto(input, target), () => mapper.unionInto(input, target)]) {
            const error = thrownBy(call) as Error;
            expect(error).toEqual(blames(RangeError, "target.length"));
            expect(error.message).toMatch(new RegExp(`\\b${4 * count}\\b.*\\b${count}\\b`));
          }
          expect(target.every((word) => word === 7)).toBe(true);
        }
        expect(mapper.coalesceInto(input, new Uint32Array(4 * count))).toBe(count);
      }
    }
  });

  it("a range that is not valid leaves the target as it is", () => {
    using mapper = newMapper();
    const target = new Uint32Array(40_000).fill(7);
    const ranges = [...apart(5000), { addr: 0n, length: 0n, flags: 0 }];
    expect(() => mapper.coalesceInto(ranges, target)).toThrow(RangeError);
    expect(() => mapper.unionInto(packedRecords(pack(ranges)), target)).toThrow(RangeError);
    expect(target.every((word) => word === 7)).toBe(true);
  });

  it("a target may overlap the input, be shared, or be of a resizable buffer", () => {
    using mapper = newMapper();
    const expected = pack(coalesce(apart(1000)));
    const words = new Uint32Array(pack(apart(1000)).buffer);
    expect(mapper.coalesceInto(packedRecords(new Uint8Array(words.buffer)), words)).toBe(1000);
    expectBytes(new Uint8Array(words.buffer), expected, "over the input");
    const moved = new Uint32Array(4008);
    moved.set(words, 8);
    const source = packedRecords(new Uint8Array(moved.buffer, 32));
    expect(mapper.coalesceInto(source, moved.subarray(0, 4000))).toBe(1000);
    expectBytes(new Uint8Array(moved.buffer, 0, 16_000), expected, "before the input");
    const resizable = resizableBuffer(16_000);
    expect(mapper.coalesceInto(apart(1000), new Uint32Array(resizable))).toBe(1000);
    expectBytes(new Uint8Array(resizable), expected, "resizable");
  });

  it("a target that is detached or shrinks while ranges are read has too little room", () => {
    using mapper = newMapper();
    const detached = new Uint32Array(8);
    function* detaching() {
      yield { addr: 0, length: 1 };
      structuredClone(detached.buffer, { transfer: [detached.buffer] });
    }
    expect(() => mapper.coalesceInto(detaching(), detached)).toThrow(blames(RangeError, "target.length"));
    const buffer = resizableBuffer(32);
    const shrinking = new Uint32Array(buffer);
    function* source() {
      yield { addr: 0, length: 1 };
      buffer.resize(8);
    }
    expect(() => mapper.coalesceInto(source(), shrinking)).toThrow("for 1 segments, got 2");
  });

  it.each([null, 5, [], new Uint8Array(16), new BigUint64Array(2), new DataView(new ArrayBuffer(16))])(
    "%s is no target",
    (target) => {
      using mapper = newMapper();
      for (const call of [mapper.coalesceInto, mapper.unionInto]) {
        expect(() => call.call(mapper, [], target as never)).toThrow(TypeError);
      }
    },
  );

  it.each(["BigUint64Array", "Float64Array", "Uint32Array"] as const)(
    "20 000 frames as a %s, more than are staged at a time, none next to another",
    (type) => {
      using mapper = newMapper();
      const numbers = Array.from({ length: 20_000 }, (_, i) => 2 * i);
      const frames = type === "BigUint64Array" ? BigUint64Array.from(numbers, BigInt) : globalThis[type].from(numbers);
      const expected = pack(apart(20_000));
      expectBytes(mapper.coalesce(pageFrames(frames)).bytes, expected);
      const target = new Uint32Array(80_000);
      expect(mapper.coalesceInto(pageFrames(frames), target)).toBe(20_000);
      expectBytes(new Uint8Array(target.buffer), expected);
      const lengths = new Float64Array(20_000).fill(4096);
      const addr = Float64Array.from(numbers, (number) => number * 4096);
      expectBytes(mapper.coalesce(columns({ addr, length: lengths })).bytes, expected);
    },
  );

  it("eight records, again and again into one target", () => {
    using mapper = newMapper();
    const records = packedRecords(pack(apart(8)));
    const target = new Uint32Array(32);
    for (let turn = 0; turn < 100; turn++) {
      target.fill(0);
      expect([mapper.coalesceInto(records, target), target[28]]).toEqual([8, 7 * 8192]);
    }
  });

  describe("a lent table", () => {
    const table = SegmentTable.from([{ addr: 0, length: 8192 }]);
    const lend = (mapper: SegmentMapper) => mapper.coalesce(apart(600), { borrow: true });
    const NEXT: Record<string, (mapper: SegmentMapper) => unknown> = {
      coalesce: (mapper) => mapper.coalesce([]),
      "coalesce that fails": (mapper) => expect(() => mapper.coalesce([{ addr: -1, length: 1 }])).toThrow(RangeError),
      "coalesce, lent": (mapper) => mapper.coalesce([], { borrow: true }),
      coalesceInto: (mapper) => mapper.coalesceInto([], new Uint32Array(0)),
      union: (mapper) => mapper.union([]),
      unionInto: (mapper) => mapper.unionInto([], new Uint32Array(0)),
      input: (mapper) => mapper.input(3),
      frames: (mapper) => mapper.frames(table),
      framesInto: (mapper) => mapper.framesInto(table, new BigUint64Array(1)),
      stream: (mapper) => mapper.stream(),
      transform: (mapper) => mapper.transform(),
      "a call after which memory has grown": (mapper) => mapper.coalesce([{ addr: 0, length: 2n ** 48n }]),
      close: (mapper) => mapper.close(),
    };
    const USES: Record<string, (lent: SegmentTable) => unknown> = {
      length: (lent) => lent.length,
      words: (lent) => lent.words,
      bytes: (lent) => lent.bytes,
      totalBytes: (lent) => lent.totalBytes,
      at: (lent) => lent.at(0),
      addr: (lent) => lent.addr(0),
      addrNumber: (lent) => lent.addrNumber(0),
      size: (lent) => lent.size(0),
      flags: (lent) => lent.flags(0),
      forEach: (lent) => lent.forEach(() => {}),
      toColumns: (lent) => lent.toColumns(),
      toJSON: (lent) => lent.toJSON(),
      equals: (lent) => lent.equals(table),
      "equals, other": (lent) => table.equals(lent),
      iterator: (lent) => [...lent],
      slice: (lent) => slice(lent, 0, 1),
      split: (lent) => split(lent, [4096]),
      concat: (lent) => concat(table, lent),
      locate: (lent) => locate(lent, 0),
      find: (lent) => find(lent, 0),
      pages: (lent) => [...pages(lent, 4096)],
      intersect: (lent) => intersect(lent, table),
      coalesce: (lent) => createMapperSync({ engine: name }).coalesce(lent),
    };

    it.each(Object.keys(NEXT))("is STALE in every accessor after %s", (next) => {
      using mapper = newMapper();
      const lent = lend(mapper);
      expectBytes(lent.bytes, pack(coalesce(apart(600))));
      for (const use of Object.values(USES)) use(lent);
      NEXT[next]?.(mapper);
      for (const [use, call] of Object.entries(USES)) {
        let code = "nothing was thrown";
        try {
          call(lent);
        } catch (error) {
          code = (error as SegringError).code;
        }
        expect([use, code]).toEqual([use, "STALE"]);
      }
    });

    it("of a call within a call is STALE or right once the outer call has ended", () => {
      using mapper = newMapper();
      let inner: SegmentTable | undefined;
      function* source() {
        for (const [index, range] of apart(5000).entries()) {
          if (index === 10) inner = mapper.coalesce(packedRecords(pack(apart(300))), { borrow: true });
          yield range;
        }
      }
      mapper.coalesce(source());
      const lent = inner as SegmentTable;
      if (!lent.isStale) expectBytes(lent.bytes, pack(apart(300)));
    });

    it("of records of input(), of a call within a call, stays right when the next call has come", () => {
      const forms: Record<string, (use: () => void) => Iterable<Range>> = {
        *iterator(use) {
          use();
          yield* apart(10);
        },
        array: (use) => [
          {
            get addr() {
              use();
              return 0;
            },
            length: 4096,
          },
        ],
      };
      for (const [form, outer] of Object.entries(forms)) {
        for (const count of [2, 300]) {
          using mapper = newMapper();
          const records = mapper.input(count);
          const fill = (from: number) => records.bytes.set(pack(apart(count + from).slice(from)));
          fill(0);
          let inner: SegmentTable | undefined;
          mapper.coalesce(
            outer(() => {
              inner ??= mapper.coalesce(records, { borrow: true });
            }),
            { borrow: true },
          );
          const lent = inner as SegmentTable;
          fill(5);
          mapper.coalesce(records, { borrow: true });
          if (!lent.isStale) expectBytes(lent.bytes, pack(apart(count)), `${form}, ${count} records`);
        }
      }
    });

    it("says whether it is stale, and the console shows that", () => {
      using mapper = newMapper();
      const lent = lend(mapper);
      const shown = () =>
        (lent as unknown as Record<symbol, () => string>)[Symbol.for("nodejs.util.inspect.custom")]?.();
      expect([lent.isStale, shown()?.slice(0, 17)]).toEqual([false, "SegmentTable(600)"]);
      mapper.close();
      expect([lent.isStale, shown()]).toEqual([true, "SegmentTable (stale)"]);
    });

    it("ends while it is iterated", () => {
      using mapper = newMapper();
      const iterator = lend(mapper)[Symbol.iterator]();
      expect(iterator.next().value?.addr).toBe(0n);
      mapper.coalesce([]);
      expect(codeOf(() => iterator.next())).toBe("STALE");
    });

    it("of a call within a call is right, and so is that of the outer call", () => {
      using mapper = newMapper();
      const inner: bigint[] = [];
      function* source() {
        for (const range of apart(2000)) {
          inner.push(mapper.coalesce([range], { borrow: true }).addr(0));
          yield range;
        }
      }
      const outer = mapper.coalesce(source(), { borrow: true });
      expectBytes(outer.bytes, pack(apart(2000)));
      expect(inner).toEqual(apart(2000).map(({ addr }) => addr));
    });

    it("gives its memory back to a call that lends nothing", () => {
      using mapper = createMapperSync({ engine: name, maxMemoryBytes: 2 ** 20 });
      const records = (count: number) => packedRecords(pack(apart(count)));
      for (const count of [25_000, 29_000]) {
        expect(mapper.coalesce(records(33_000), { borrow: true }).length).toBe(33_000);
        expect(mapper.coalesce(records(count)).length).toBe(count);
      }
    });

    it("of a small result after a large one, and of a result that memory has no room for beside the large one", () => {
      using mapper = createMapperSync({ engine: name, maxMemoryBytes: 2 ** 21 });
      for (const count of [40_000, 1, 40_000, 3]) {
        const columnsOf = columns({
          addr: Float64Array.from({ length: count }, (_, i) => i * 8192),
          length: new Uint32Array(count).fill(1),
        });
        expect(mapper.coalesce(columnsOf, { borrow: true }).length).toBe(count);
        expect(mapper.coalesce(columnsOf).length).toBe(count);
      }
      // Few segments of many ranges need no memory for many.
      const touching = columns({
        addr: Float64Array.from({ length: 400_000 }, (_, i) => i * 16),
        length: new Uint32Array(400_000).fill(16),
      });
      expect(mapper.coalesce(touching, { borrow: true }).length).toBe(1);
    });
  });
});

describe.each(engines)("$name", ({ name }) => {
  it("lent results take no memory that is not given back", () => {
    const engine = newEngine(name, 2 ** 21);
    const room = engine.room;
    for (let turn = 0; turn < 20; turn++) {
      const mapper = new Mapper(PACKAGE, { main: engine }, checkLimits({}));
      for (const count of [10, 3000, 30_000, 7]) {
        mapper.coalesce(packedRecords(pack(apart(count))), { borrow: true });
        mapper.union(apart(count).reverse(), { borrow: true });
      }
      mapper.close();
      expect(engine.room).toBe(room);
    }
  });
});

it.each(["coalesceInto", "framesInto"])("%s: a target in the mapper's own memory is refused", (call) => {
  using mapper = createMapperSync({ engine: "wasm" });
  const table = mapper.coalesce(apart(3), { borrow: true });
  const inside = new Uint32Array(table.words.buffer, table.words.byteOffset, 12);
  const input = mapper.input(2);
  for (const target of [inside, input.words]) {
    const into = () =>
      call === "coalesceInto"
        ? mapper.coalesceInto([], target)
        : mapper.framesInto(SegmentTable.from([]), new BigUint64Array(target.buffer, target.byteOffset, 1));
    expect(into).toThrow(blames(RangeError, "target"));
  }
});
