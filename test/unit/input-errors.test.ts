/** What is wrong with the input of a mapper, in each of its forms. */

import { describe, expect, it } from "vitest";
import { packedRecords } from "../../src/core/input.js";
import type { Range } from "../../src/core/record.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import { columns } from "../../src/engine/columns.js";
import { pageFrames } from "../../src/engine/page-frames.js";
import { createMapperSync } from "../../src/mapper/create.js";
import { any, notIntegers, notNumbers } from "../support/arguments.js";
import { throws } from "../support/blame.js";
import { thrownBy } from "../support/bytes.js";
import { builds, engines, mapperFactory } from "../support/engines.js";

const SPACE = 1n << 64n;

describe.each(builds)("ranges given to $name", ({ name }) => {
  const makeMapper = mapperFactory(name);

  /** The same mistake by each way a single range is given. */
  function refused(range: unknown, type: typeof TypeError | typeof RangeError, field: string): void {
    using mapper = makeMapper();
    const fine: Range = { addr: 0, length: 16 };
    throws(() => mapper.coalesce([fine, any(range)]), type, `[1].${field}`);
    using stream = mapper.stream();
    throws(() => stream.push(any(range)), type, field);
    // Nothing was taken.
    expect(stream.flush()).toBe(true);
    expect(stream.drain().length).toBe(0);
  }

  it.each(["addr", "length"])("%s is a u64", (field) => {
    const range = (value: unknown) => ({ addr: 0, length: 1, [field]: value });
    for (const [value] of [...notNumbers, [undefined]]) {
      if (typeof value === "bigint") continue;
      refused(range(value), TypeError, field);
    }
    for (const value of notIntegers) refused(range(value), RangeError, field);
    refused(range(2 ** 53), RangeError, field);
    refused(range(-1n), RangeError, field);
    refused(range(SPACE), RangeError, field);
    refused(range(1n << 128n), RangeError, field);
  });

  it("length is not 0", () => {
    for (const length of [0, -0, 0n]) {
      refused({ addr: 0, length }, RangeError, "length");
    }
  });

  it("flags are NOMERGE, BUS and the tag", () => {
    const range = (flags: unknown) => ({ addr: 0, length: 1, flags });
    for (const [value] of notNumbers) refused(range(value), TypeError, "flags");
    for (const value of [...notIntegers, 2 ** 32, 2 ** 53]) {
      refused(range(value), RangeError, "flags");
    }
    for (const bit of [1, 8, 16, 32, 64, 128]) {
      refused(range(bit), RangeError, "flags");
      refused(range(0xffff_ff06 + bit), RangeError, "flags");
    }
    using mapper = makeMapper();
    for (const flags of [0, 2, 4, 6, 0x100, 0x8000_0000, 0xffff_ff06]) {
      expect(mapper.coalesce([{ addr: 0, length: 1, flags }]).flags(0)).toBe(flags);
    }
    expect(mapper.coalesce([{ addr: 0, length: 1, flags: undefined }]).flags(0)).toBe(0);
  });

  it("a range is an object", () => {
    for (const value of [null, undefined, 1, "ab"]) {
      refused(value, TypeError, "range");
    }
    using mapper = makeMapper();
    throws(() => mapper.coalesce([any([])]), TypeError, "[0].addr");
  });

  it("input is iterable, or one of segring's own", () => {
    using mapper = makeMapper();
    for (const value of [undefined, null, 5, "text", {}, { addr: 0, length: 1 }, () => []]) {
      throws(() => mapper.coalesce(any(value)), TypeError, "input");
    }
    throws(() => mapper.coalesce(any(new Uint8Array(16))), TypeError, "[0].range");
  });

  it("skipEmpty is a boolean", () => {
    using mapper = makeMapper();
    for (const [value] of [[1], ...notNumbers]) {
      // null: test/unit/regressions.test.ts
      if (typeof value === "boolean" || value === null) continue;
      throws(() => mapper.coalesce([], { skipEmpty: any(value) }), TypeError, "skipEmpty");
    }
    expect(mapper.coalesce([{ addr: 0, length: 0 }], { skipEmpty: true }).length).toBe(0);
    for (const options of [{ skipEmpty: false }, { skipEmpty: undefined }, {}]) {
      expect(() => mapper.coalesce([{ addr: 0, length: 0 }], options)).toThrow(RangeError);
    }
    // It holds for one call.
    expect(() => mapper.coalesce([{ addr: 0, length: 0 }])).toThrow(RangeError);
  });

  it("an iterator that fails gives its own error, and nothing has changed", () => {
    using mapper = makeMapper();
    const failure = new Error("the source broke");
    function* broken(): Generator<Range> {
      for (let index = 0; index < 1500; index++) yield { addr: index * 4096, length: 4096 };
      throw failure;
    }
    expect(thrownBy(() => mapper.coalesce(broken()))).toBe(failure);
    expect([...mapper.coalesce([{ addr: 1500 * 4096, length: 1 }])]).toEqual([
      { addr: 1500n * 4096n, length: 1, flags: 0 },
    ]);
  });

  it("a source is closed when a range is refused", () => {
    using mapper = makeMapper();
    let closed = false;
    function* source(): Generator<Range> {
      try {
        yield { addr: 0, length: 1 };
        yield { addr: 0, length: 0 };
        yield { addr: 0, length: 1 };
      } finally {
        closed = true;
      }
    }
    expect(() => mapper.coalesce(source())).toThrow(RangeError);
    expect(closed).toBe(true);
  });
});

describe("columns", () => {
  const addr = new BigUint64Array(3);
  const length = new Uint32Array(3);

  it("are typed arrays of the types named", () => {
    const wrong: [unknown, string][] = [
      [[1, 2, 3], "Array"],
      [new Int32Array(3), "Int32Array"],
      [new BigInt64Array(3), "BigInt64Array"],
      [new Float32Array(3), "Float32Array"],
      [new Uint8Array(3), "Uint8Array"],
      [new ArrayBuffer(8), "ArrayBuffer"],
      [undefined, "undefined"],
      [null, "null"],
      [3, "3"],
    ];
    for (const [value] of wrong) {
      throws(() => columns({ addr: any(value), length }), TypeError, "addr");
      throws(() => columns({ addr, length: any(value) }), TypeError, "length");
      // pageFrames takes a plain array.
      if (!Array.isArray(value)) {
        throws(() => pageFrames(any(value)), TypeError, "pfns");
      }
      if (value === undefined) continue;
      throws(() => columns({ addr, length, flags: any(value) }), TypeError, "flags");
    }
    throws(() => columns({ addr, length, flags: any(new Float64Array(3)) }), TypeError, "flags");
  });

  it("are of equal length", () => {
    throws(() => columns({ addr, length: new Uint32Array(2) }), RangeError, "length.length");
    throws(() => columns({ addr, length, flags: new Uint32Array(4) }), RangeError, "flags.length");
  });
});

describe("pageFrames", () => {
  const pfns = [1, 2, 3];

  it("pageBytes is a power of two from 1 to 2^52", () => {
    for (const [value] of notNumbers) {
      throws(() => pageFrames(pfns, { pageBytes: any(value) }), TypeError, "pageBytes");
    }
    for (const value of [...notIntegers, 0, 2 ** 53, 2 ** 52 + 1]) {
      throws(() => pageFrames(pfns, { pageBytes: value }), RangeError, "pageBytes");
    }
    for (const value of [3, 4095, 4097, 2 ** 32 + 2 ** 31, 2 ** 40 - 1, 2 ** 48 - 1, 2 ** 52 - 2 ** 40]) {
      throws(() => pageFrames(pfns, { pageBytes: value }), RangeError, "pageBytes");
    }
    for (let shift = 0; shift <= 52; shift++) expect(pageFrames([], { pageBytes: 2 ** shift }).pageShift).toBe(shift);
  });

  it("firstOffset lies in the first page", () => {
    for (const [value] of notNumbers) {
      throws(() => pageFrames(pfns, { firstOffset: any(value) }), TypeError, "firstOffset");
    }
    for (const value of [...notIntegers, 4096, 2 ** 40]) {
      throws(() => pageFrames(pfns, { firstOffset: value }), RangeError, "firstOffset");
    }
    throws(() => pageFrames(pfns, { pageBytes: 1, firstOffset: 1 }), RangeError, "firstOffset");
  });

  it("flags and byteLength", () => {
    for (const [value] of notNumbers) {
      throws(() => pageFrames(pfns, { flags: any(value) }), TypeError, "flags");
      if (typeof value === "bigint") continue;
      throws(() => pageFrames(pfns, { byteLength: any(value) }), TypeError, "byteLength");
    }
    for (const value of [...notIntegers, -256, 2 ** 32]) {
      throws(() => pageFrames(pfns, { flags: value }), RangeError, "flags");
    }
    for (const bit of [1, 8, 16, 32, 64, 128]) {
      throws(() => pageFrames(pfns, { flags: bit }), RangeError, "flags");
    }
    for (const value of notIntegers) {
      throws(() => pageFrames(pfns, { byteLength: value }), RangeError, "byteLength");
    }
    throws(() => pageFrames(pfns, { byteLength: SPACE }), RangeError, "byteLength");
    throws(() => pageFrames(pfns, { byteLength: 2 ** 53 }), RangeError, "byteLength");
  });

  it("too few frames", () => {
    throws(() => pageFrames(pfns, { byteLength: 3 * 4096 + 1 }), RangeError, "pfns");
    throws(() => pageFrames(pfns, { firstOffset: 1, byteLength: 3n * 4096n }), RangeError, "pfns");
    throws(() => pageFrames([], { byteLength: 1 }), RangeError, "pfns");
    throws(() => pageFrames(pfns, { byteLength: SPACE - 1n }), RangeError, "pfns");
  });

  it("a plain array holds numbers", () => {
    for (const [value] of notNumbers) {
      throws(() => pageFrames([1, any(value)]), TypeError, "pfns[1]");
    }
    // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
    throws(() => pageFrames([1, , 3] as number[]), TypeError, "pfns[1]");
  });
});

describe("packed records", () => {
  const takers: [string, string, (bytes: Uint8Array) => unknown][] = [
    ["packedRecords", "bytes", packedRecords],
    ["SegmentTable.fromBytes", "bytes", SegmentTable.fromBytes],
    ...engines.map(({ name }): [string, string, (bytes: Uint8Array) => unknown] => [
      `a stream of ${name}`,
      "records",
      (bytes) => {
        using mapper = createMapperSync({ engine: name });
        return mapper.stream().pushRecords(bytes);
      },
    ]),
  ];

  it.each(takers)("%s takes whole records in a Uint8Array", (_, name, take) => {
    for (const value of [
      [1],
      new Uint32Array(4),
      new Uint8ClampedArray(16),
      new ArrayBuffer(16),
      new DataView(new ArrayBuffer(16)),
      undefined,
      null,
      "0123456789abcdef",
    ]) {
      throws(() => take(any(value)), TypeError, name);
    }
    for (const size of [1, 8, 15, 17, 31, 33, 4095]) {
      throws(() => take(new Uint8Array(size)), RangeError, `${name}.byteLength`);
    }
    take(new Uint8Array(0));
  });

  it("words need 4-byte alignment, and say so", () => {
    const bytes = new Uint8Array(64);
    for (let offset = 0; offset < 16; offset++) {
      const records = packedRecords(bytes.subarray(offset, offset + 32));
      expect(records.count).toBe(2);
      expect(records.bytes.byteLength).toBe(32);
      if (offset % 4 === 0) expect(records.words.length).toBe(8);
      else {
        throws(() => records.words, RangeError, "bytes.byteOffset");
      }
    }
  });
});
