/** What is refused, by class and exact message: TypeError for a wrong type, RangeError for a wrong value, codes for conditions. */
import { describe, expect, it } from "vitest";
import { SegringError } from "../../src/core/errors.js";
import { columns, type PackedRecords, packedRecords, pageFrames } from "../../src/core/input.js";
import type { Range } from "../../src/core/record.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import { createMapper, createMapperSync } from "../../src/mapper/create.js";
import type { SegmentMapper } from "../../src/mapper/mapper.js";
import type { MapperOptions } from "../../src/mapper/options.js";
import { coalesce, type OracleRange, pack } from "../oracle.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import { builds, engines, kernelBytes, kernelModule, mapperFactory } from "../support/engines.js";

const SPACE = 1n << 64n;
const U64 = "an integer from 0 to 2^64 - 1";
const U64_NUMBER = "a number up to 2^53 - 1 or a bigint (a larger number may be rounded)";

/** Values that are no number, and how a message shows them. */
const notNumbers: [unknown, string][] = [
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
const notIntegers = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, -0.5, 0.5, 1e-300];

function throws(call: () => unknown, type: typeof TypeError | typeof RangeError, message: string): void {
  const error = thrownBy(call) as Error;
  if (error.constructor !== type || error.message !== message) {
    expect.fail(`expected ${type.name}: ${message}\ngot      ${error.constructor.name}: ${error.message}`);
  }
}

/** Any value as what the types ask for. */
const any = (value: unknown) => value as never;

describe("a mapper's limits", () => {
  const limits = (options: MapperOptions) => () => createMapperSync({ engine: "js", ...options });

  it.each(["maxSegmentBytes", "alignmentBytes"] as const)("%s", (name) => {
    for (const [value, shown] of notNumbers) {
      throws(limits({ [name]: any(value) }), TypeError, `"${name}" expected a number, got ${shown}`);
    }
    for (const value of [...notIntegers, 0, 1.5, 2 ** 32 + 1, 2 ** 33, 2 ** 53, 4294967295.5]) {
      throws(limits({ [name]: value }), RangeError, `"${name}" expected 1 to 4294967296, got ${value}`);
    }
  });

  it("maxSegmentBytes takes every integer from 1 to 2^32", () => {
    for (const value of [1, 2, 3, 4095, 0xffff_f000, 2 ** 32 - 1, 2 ** 32]) {
      using mapper = createMapperSync({ engine: "js", maxSegmentBytes: value });
      expect(mapper.limits.maxSegmentBytes).toBe(value);
    }
  });

  it("alignmentBytes is a power of two, at most maxSegmentBytes", () => {
    for (let shift = 0; shift <= 32; shift++) {
      const power = 2 ** shift;
      using mapper = createMapperSync({ engine: "js", alignmentBytes: power });
      expect(mapper.limits.alignmentBytes).toBe(power);
      for (const odd of [power - 1, power + 1, power * 1.5]) {
        if (!Number.isInteger(odd) || odd < 3 || odd > 2 ** 32 || Number.isInteger(Math.log2(odd))) continue;
        throws(
          limits({ alignmentBytes: odd }),
          RangeError,
          `"alignmentBytes" expected a power of two from 1 to 4294967296, got ${odd}`,
        );
      }
    }
    throws(
      limits({ maxSegmentBytes: 4095, alignmentBytes: 4096 }),
      RangeError,
      '"alignmentBytes" expected at most maxSegmentBytes (4095), got 4096',
    );
    throws(
      limits({ maxSegmentBytes: 0xffff_ffff, alignmentBytes: 2 ** 32 }),
      RangeError,
      '"alignmentBytes" expected at most maxSegmentBytes (4294967295), got 4294967296',
    );
  });

  it("boundaryBytes is 0 or a power of two from alignmentBytes to 2^63", () => {
    for (const [value, shown] of notNumbers) {
      if (typeof value === "bigint") continue;
      throws(
        limits({ boundaryBytes: any(value) }),
        TypeError,
        `"boundaryBytes" expected a number or a bigint, got ${shown}`,
      );
    }
    for (const value of notIntegers) {
      throws(limits({ boundaryBytes: value }), RangeError, `"boundaryBytes" expected ${U64}, got ${value}`);
    }
    throws(limits({ boundaryBytes: -1n }), RangeError, `"boundaryBytes" expected ${U64}, got -1n`);
    throws(
      limits({ boundaryBytes: 1n << 64n }),
      RangeError,
      `"boundaryBytes" expected ${U64}, got 18446744073709551616n`,
    );
    throws(limits({ boundaryBytes: 2 ** 53 }), RangeError, `"boundaryBytes" expected ${U64_NUMBER}, got ${2 ** 53}`);
    const power = "0 or a power of two up to 2^63";
    for (const value of [3, 4097, 2 ** 32 - 1, Number.MAX_SAFE_INTEGER]) {
      throws(limits({ boundaryBytes: value }), RangeError, `"boundaryBytes" expected ${power}, got ${value}`);
    }
    for (const value of [(1n << 63n) + 1n, (1n << 63n) - 1n, SPACE - 1n, (1n << 60n) + (1n << 3n)]) {
      throws(limits({ boundaryBytes: value }), RangeError, `"boundaryBytes" expected ${power}, got ${value}n`);
    }
    throws(
      limits({ alignmentBytes: 4096, boundaryBytes: 2048 }),
      RangeError,
      '"boundaryBytes" expected 0 or at least alignmentBytes (4096), got 2048',
    );
    for (let shift = 0n; shift < 64n; shift++) {
      using mapper = createMapperSync({ engine: "js", boundaryBytes: 1n << shift });
      expect(mapper.limits.boundaryBytes).toBe(1n << shift);
    }
    using mapper = createMapperSync({ engine: "js", boundaryBytes: 4096, alignmentBytes: 4096, maxSegmentBytes: 4096 });
    expect(mapper.limits).toEqual({ maxSegmentBytes: 4096, boundaryBytes: 4096n, alignmentBytes: 4096 });
  });

  it("default to 4 GiB, no boundary and alignment 1, and cannot be changed", () => {
    for (const options of [{}, { maxSegmentBytes: undefined, boundaryBytes: undefined, alignmentBytes: undefined }]) {
      using mapper = createMapperSync({ engine: "js", ...options });
      expect(mapper.limits).toEqual({ maxSegmentBytes: 2 ** 32, boundaryBytes: 0n, alignmentBytes: 1 });
      expect(Object.isFrozen(mapper.limits)).toBe(true);
    }
  });
});

describe("a mapper's other options", () => {
  it("engine", () => {
    for (const [value, shown] of notNumbers) {
      if (typeof value === "string") continue;
      throws(() => createMapperSync({ engine: any(value) }), TypeError, `"engine" expected a string, got ${shown}`);
    }
    for (const value of ["", "WASM", "native"]) {
      throws(
        () => createMapperSync({ engine: any(value) }),
        RangeError,
        `"engine" expected "auto", "wasm" or "js", got "${value}"`,
      );
    }
    for (const [engine, main] of [
      ["auto", "wasm"],
      ["wasm", "wasm"],
      ["js", "js"],
      [undefined, "wasm"],
    ] as const) {
      using mapper = createMapperSync({ engine });
      expect(mapper.engine).toBe(main);
    }
  });

  it("maxMemoryBytes", () => {
    for (const [value, shown] of notNumbers) {
      throws(
        () => createMapperSync({ maxMemoryBytes: any(value) }),
        TypeError,
        `"maxMemoryBytes" expected a number, got ${shown}`,
      );
    }
    for (const value of [...notIntegers, 0, 65535, 65536.5, 2 ** 32 + 1]) {
      throws(
        () => createMapperSync({ maxMemoryBytes: value }),
        RangeError,
        `"maxMemoryBytes" expected 65536 to 4294967296, got ${value}`,
      );
    }
  });

  it("module: compiled, or bytes of any kind", async () => {
    const buffer = kernelBytes.slice().buffer;
    const around = new Uint8Array(kernelBytes.byteLength + 7);
    around.set(kernelBytes, 3);
    const view = around.subarray(3, 3 + kernelBytes.byteLength);
    for (const module of [kernelModule, buffer, view]) {
      for (const mapper of [createMapperSync({ module }), await createMapper({ module, engine: "wasm" })]) {
        expect(mapper.engine).toBe("wasm");
        expect(mapper.coalesce(packedRecords(pack([{ addr: 1n, length: 2n, flags: 0 }]))).length).toBe(1);
        mapper.close();
      }
    }
    for (const [value, shown] of notNumbers) {
      const message = `"module" expected a WebAssembly.Module, an ArrayBuffer or a view of one, got ${shown}`;
      throws(() => createMapperSync({ module: any(value) }), TypeError, message);
      await expect(createMapper({ module: any(value) })).rejects.toThrow(new TypeError(message));
    }
  });

  it("module: not segring's kernel", async () => {
    const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
    for (const engine of ["auto", "wasm"] as const) {
      const message = `"module" expected segring's kernel of this version, got one that exports nothing`;
      throws(() => createMapperSync({ engine, module: empty }), TypeError, message);
      const noWasm = Uint8Array.of(1, 2, 3);
      expect(() => createMapperSync({ engine, module: noWasm })).toThrow(WebAssembly.CompileError);
      await expect(createMapper({ engine, module: noWasm })).rejects.toThrow(WebAssembly.CompileError);
    }
  });

  it("createMapper rejects with what createMapperSync throws", async () => {
    for (const options of [
      { maxSegmentBytes: 0 },
      { engine: any("x") },
      { engine: any(1) },
      { maxMemoryBytes: 1 },
      { boundaryBytes: any("4096") },
      { alignmentBytes: 3 },
    ]) {
      const error = thrownBy(() => createMapperSync(options)) as Error;
      await expect(createMapper(options)).rejects.toThrow(error);
    }
  });

  it("wasm that may not be compiled: auto takes JavaScript, wasm says why", async () => {
    const { compile, Module } = WebAssembly;
    const refuse = () => {
      throw new WebAssembly.CompileError("a policy forbids it");
    };
    const fresh = await import("../../src/mapper/create.js?fresh");
    WebAssembly.Module = class extends Module {
      constructor() {
        super(refuse());
      }
    } as typeof WebAssembly.Module;
    WebAssembly.compile = async () => refuse();
    try {
      for (const mapper of [fresh.createMapperSync(), await fresh.createMapper()]) {
        expect(mapper.engine).toBe("js");
        expect(mapper.coalesce(packedRecords(pack([{ addr: 1n, length: 2n, flags: 0 }]))).length).toBe(1);
        mapper.close();
      }
      expect(() => fresh.createMapperSync({ engine: "wasm" })).toThrow(WebAssembly.CompileError);
      await expect(fresh.createMapper({ engine: "wasm" })).rejects.toThrow(WebAssembly.CompileError);
    } finally {
      WebAssembly.Module = Module;
      WebAssembly.compile = compile;
    }
    using mapper = fresh.createMapperSync();
    expect(mapper.engine).toBe("wasm");
  });
});

describe.each(builds)("ranges given to $name", ({ name }) => {
  const makeMapper = mapperFactory(name);

  /** The same mistake by each way a single range is given. */
  function refused(range: unknown, type: typeof TypeError | typeof RangeError, field: string, text: string): void {
    using mapper = makeMapper();
    const fine: Range = { addr: 0, length: 16 };
    throws(() => mapper.coalesce([fine, any(range)]), type, `"[1].${field}" expected ${text}`);
    using stream = mapper.stream();
    throws(() => stream.push(any(range)), type, `"${field}" expected ${text}`);
    // Nothing was taken.
    expect(stream.flush()).toBe(true);
    expect(stream.drain().length).toBe(0);
  }

  it.each(["addr", "length"])("%s is a u64", (field) => {
    const range = (value: unknown) => ({ addr: 0, length: 1, [field]: value });
    for (const [value, shown] of [...notNumbers, [undefined, "undefined"] as const]) {
      if (typeof value === "bigint") continue;
      refused(range(value), TypeError, field, `a number or a bigint, got ${shown}`);
    }
    for (const value of notIntegers) refused(range(value), RangeError, field, `${U64}, got ${value}`);
    refused(range(2 ** 53), RangeError, field, `${U64_NUMBER}, got 9007199254740992`);
    refused(range(-1n), RangeError, field, `${U64}, got -1n`);
    refused(range(SPACE), RangeError, field, `${U64}, got 18446744073709551616n`);
    refused(range(1n << 128n), RangeError, field, `${U64}, got ${1n << 128n}n`);
  });

  it("length is not 0", () => {
    for (const length of [0, -0, 0n]) {
      refused({ addr: 0, length }, RangeError, "length", "1 to 2^64 - 1 (or skipEmpty), got 0");
    }
  });

  it("flags are NOMERGE, BUS and the tag", () => {
    const range = (flags: unknown) => ({ addr: 0, length: 1, flags });
    for (const [value, shown] of notNumbers) refused(range(value), TypeError, "flags", `a number, got ${shown}`);
    for (const value of [...notIntegers, 2 ** 32, 2 ** 53]) {
      refused(range(value), RangeError, "flags", `a 32-bit unsigned integer, got ${value}`);
    }
    const allowed = "only NOMERGE (2), BUS (4) and the tag in bits 8-31";
    for (const bit of [1, 8, 16, 32, 64, 128]) {
      refused(range(bit), RangeError, "flags", `${allowed}, got ${bit}`);
      refused(range(0xffff_ff06 + bit), RangeError, "flags", `${allowed}, got ${0xffff_ff06 + bit}`);
    }
    using mapper = makeMapper();
    for (const flags of [0, 2, 4, 6, 0x100, 0x8000_0000, 0xffff_ff06]) {
      expect(mapper.coalesce([{ addr: 0, length: 1, flags }]).flags(0)).toBe(flags);
    }
    expect(mapper.coalesce([{ addr: 0, length: 1, flags: undefined }]).flags(0)).toBe(0);
  });

  it("a range is an object", () => {
    for (const [value, shown] of [
      [null, "null"],
      [undefined, "undefined"],
      [1, "1"],
      ["ab", '"ab"'],
    ] as const) {
      refused(value, TypeError, "range", `an object { addr, length, flags? }, got ${shown}`);
    }
    using mapper = makeMapper();
    throws(() => mapper.coalesce([any([])]), TypeError, '"[0].addr" expected a number or a bigint, got undefined');
  });

  it("input is iterable, or one of segring's own", () => {
    using mapper = makeMapper();
    for (const [value, shown] of [
      [undefined, "undefined"],
      [null, "null"],
      [5, "5"],
      ["text", '"text"'],
      [{}, "Object"],
      [{ addr: 0, length: 1 }, "Object"],
      [() => [], "a function"],
    ] as const) {
      throws(
        () => mapper.coalesce(any(value)),
        TypeError,
        `"input" expected an iterable of ranges, a SegmentTable, columns, pageFrames or packedRecords, got ${shown}`,
      );
    }
    throws(
      () => mapper.coalesce(any(new Uint8Array(16))),
      TypeError,
      '"[0].range" expected an object { addr, length, flags? }, got 0',
    );
  });

  it("skipEmpty is a boolean", () => {
    using mapper = makeMapper();
    for (const [value, shown] of [[1, "1"], ...notNumbers] as [unknown, string][]) {
      // null: test/unit/regressions.test.ts
      if (typeof value === "boolean" || value === null) continue;
      throws(
        () => mapper.coalesce([], { skipEmpty: any(value) }),
        TypeError,
        `"skipEmpty" expected a boolean, got ${shown}`,
      );
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
    const types = "a BigUint64Array, Float64Array or Uint32Array";
    for (const [value, shown] of wrong) {
      throws(() => columns({ addr: any(value), length }), TypeError, `"addr" expected ${types}, got ${shown}`);
      throws(() => columns({ addr, length: any(value) }), TypeError, `"length" expected ${types}, got ${shown}`);
      // pageFrames takes a plain array.
      if (!Array.isArray(value)) {
        throws(() => pageFrames(any(value)), TypeError, `"pfns" expected ${types}, got ${shown}`);
      }
      if (value === undefined) continue;
      throws(
        () => columns({ addr, length, flags: any(value) }),
        TypeError,
        `"flags" expected a Uint32Array, got ${shown}`,
      );
    }
    throws(
      () => columns({ addr, length, flags: any(new Float64Array(3)) }),
      TypeError,
      '"flags" expected a Uint32Array, got Float64Array',
    );
  });

  it("are of equal length", () => {
    throws(
      () => columns({ addr, length: new Uint32Array(2) }),
      RangeError,
      '"length.length" expected addr.length (3), got 2',
    );
    throws(
      () => columns({ addr, length, flags: new Uint32Array(4) }),
      RangeError,
      '"flags.length" expected addr.length (3), got 4',
    );
  });
});

describe("pageFrames", () => {
  const pfns = [1, 2, 3];

  it("pageBytes is a power of two from 1 to 2^52", () => {
    for (const [value, shown] of notNumbers) {
      throws(
        () => pageFrames(pfns, { pageBytes: any(value) }),
        TypeError,
        `"pageBytes" expected a number, got ${shown}`,
      );
    }
    for (const value of [...notIntegers, 0, 2 ** 53, 2 ** 52 + 1]) {
      throws(
        () => pageFrames(pfns, { pageBytes: value }),
        RangeError,
        `"pageBytes" expected 1 to ${2 ** 52}, got ${value}`,
      );
    }
    for (const value of [3, 4095, 4097, 2 ** 32 + 2 ** 31, 2 ** 40 - 1, 2 ** 48 - 1, 2 ** 52 - 2 ** 40]) {
      throws(
        () => pageFrames(pfns, { pageBytes: value }),
        RangeError,
        `"pageBytes" expected a power of two from 1 to 2^52, got ${value}`,
      );
    }
    for (let shift = 0; shift <= 52; shift++) expect(pageFrames([], { pageBytes: 2 ** shift }).pageShift).toBe(shift);
  });

  it("firstOffset lies in the first page", () => {
    for (const [value, shown] of notNumbers) {
      throws(
        () => pageFrames(pfns, { firstOffset: any(value) }),
        TypeError,
        `"firstOffset" expected a number, got ${shown}`,
      );
    }
    for (const value of [...notIntegers, 4096, 2 ** 40]) {
      throws(
        () => pageFrames(pfns, { firstOffset: value }),
        RangeError,
        `"firstOffset" expected 0 to 4095, got ${value}`,
      );
    }
    throws(
      () => pageFrames(pfns, { pageBytes: 1, firstOffset: 1 }),
      RangeError,
      '"firstOffset" expected 0 to 0, got 1',
    );
  });

  it("flags and byteLength", () => {
    for (const [value, shown] of notNumbers) {
      throws(() => pageFrames(pfns, { flags: any(value) }), TypeError, `"flags" expected a number, got ${shown}`);
      if (typeof value === "bigint") continue;
      throws(
        () => pageFrames(pfns, { byteLength: any(value) }),
        TypeError,
        `"byteLength" expected a number or a bigint, got ${shown}`,
      );
    }
    for (const value of [...notIntegers, -256, 2 ** 32]) {
      throws(
        () => pageFrames(pfns, { flags: value }),
        RangeError,
        `"flags" expected a 32-bit unsigned integer, got ${value}`,
      );
    }
    for (const bit of [1, 8, 16, 32, 64, 128]) {
      throws(
        () => pageFrames(pfns, { flags: bit }),
        RangeError,
        `"flags" expected only NOMERGE (2), BUS (4) and the tag in bits 8-31, got ${bit}`,
      );
    }
    for (const value of notIntegers) {
      throws(() => pageFrames(pfns, { byteLength: value }), RangeError, `"byteLength" expected ${U64}, got ${value}`);
    }
    throws(() => pageFrames(pfns, { byteLength: SPACE }), RangeError, `"byteLength" expected ${U64}, got ${SPACE}n`);
    throws(
      () => pageFrames(pfns, { byteLength: 2 ** 53 }),
      RangeError,
      `"byteLength" expected ${U64_NUMBER}, got ${2 ** 53}`,
    );
  });

  it("too few frames", () => {
    throws(
      () => pageFrames(pfns, { byteLength: 3 * 4096 + 1 }),
      RangeError,
      '"pfns" expected 4 frames for 12289 bytes, got 3',
    );
    throws(
      () => pageFrames(pfns, { firstOffset: 1, byteLength: 3n * 4096n }),
      RangeError,
      '"pfns" expected 4 frames for 12288n bytes, got 3',
    );
    throws(() => pageFrames([], { byteLength: 1 }), RangeError, '"pfns" expected 1 frames for 1 bytes, got 0');
    throws(
      () => pageFrames(pfns, { byteLength: SPACE - 1n }),
      RangeError,
      '"pfns" expected 4503599627370496 frames for 18446744073709551615n bytes, got 3',
    );
  });

  it("a plain array holds numbers", () => {
    for (const [value, shown] of notNumbers) {
      throws(() => pageFrames([1, any(value)]), TypeError, `"pfns[1]" expected a number, got ${shown}`);
    }
    // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
    throws(() => pageFrames([1, , 3] as number[]), TypeError, '"pfns[1]" expected a number, got undefined');
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
    for (const [value, shown] of [
      [[1], "Array"],
      [new Uint32Array(4), "Uint32Array"],
      [new Uint8ClampedArray(16), "Uint8ClampedArray"],
      [new ArrayBuffer(16), "ArrayBuffer"],
      [new DataView(new ArrayBuffer(16)), "DataView"],
      [undefined, "undefined"],
      [null, "null"],
      ["0123456789abcdef", '"0123456789abcdef"'],
    ] as const) {
      throws(() => take(any(value)), TypeError, `"${name}" expected a Uint8Array, got ${shown}`);
    }
    for (const size of [1, 8, 15, 17, 31, 33, 4095]) {
      throws(
        () => take(new Uint8Array(size)),
        RangeError,
        `"${name}.byteLength" expected a multiple of 16, got ${size}`,
      );
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
        throws(() => records.words, RangeError, `"bytes.byteOffset" expected a multiple of 4, got ${offset}`);
      }
    }
  });
});

describe.each(builds)("conditions of $name", ({ name }) => {
  const closed = (call: () => unknown, what: string) => {
    const error = thrownBy(call) as SegringError;
    expect(error).toBeInstanceOf(SegringError);
    expect([error.name, error.code, error.message, error.index]).toEqual([
      "SegringError",
      "CLOSED",
      `the ${what} is closed`,
      undefined,
    ]);
  };

  it("CLOSED: a mapper", () => {
    const mapper = createMapperSync({ engine: name });
    const stream = mapper.stream();
    const table = mapper.coalesce([{ addr: 16, length: 16 }]);
    const input = mapper.input(1);
    mapper.close();
    mapper.close();
    closed(() => mapper.coalesce([]), "mapper");
    closed(() => mapper.coalesce(any(5)), "mapper");
    closed(() => mapper.input(1), "mapper");
    closed(() => mapper.stream(), "mapper");
    closed(() => mapper.transform(), "mapper");
    closed(() => stream.push({ addr: 0, length: 1 }), "stream");
    closed(() => stream.drain(), "stream");
    closed(() => input.bytes, "mapper");
    closed(() => input.words, "mapper");
    closed(() => mapper.coalesce(input), "mapper");
    using another = createMapperSync({ engine: name });
    closed(() => another.coalesce(input), "mapper");
    // Tables own their bytes.
    expect([...table]).toEqual([{ addr: 16n, length: 16, flags: 0 }]);
    expect(mapper.limits.maxSegmentBytes).toBe(2 ** 32);
    mapper[Symbol.dispose]();
  });

  it("CLOSED: a stream, not its mapper", () => {
    using mapper = createMapperSync({ engine: name });
    const stream = mapper.stream();
    const other = mapper.stream();
    stream.push({ addr: 0, length: 1 });
    stream.close();
    stream.close();
    closed(() => stream.push({ addr: 0, length: 1 }), "stream");
    closed(() => stream.pushRecords(new Uint8Array(0)), "stream");
    closed(() => stream.flush(), "stream");
    closed(() => stream.drain(), "stream");
    expect(other.push({ addr: 1, length: 1 })).toBe(true);
    expect(other.flush()).toBe(true);
    expect([...other.drain()]).toEqual([{ addr: 1n, length: 1, flags: 0 }]);
    stream[Symbol.dispose]();
  });

  it("input() is stale after the next one, on its own mapper and on others", () => {
    using mapper = createMapperSync({ engine: name });
    using other = createMapperSync({ engine: name });
    const first: PackedRecords = mapper.input(2);
    first.bytes.set(
      pack([
        { addr: 0n, length: 16n, flags: 0 },
        { addr: 16n, length: 16n, flags: 0 },
      ]),
    );
    expect(other.coalesce(first).length).toBe(1);
    expect(mapper.coalesce(first).length).toBe(1);
    const second = mapper.input(1);
    const message = '"input" expected the records of the latest input(): another one took their memory back';
    for (const call of [
      () => first.bytes,
      () => first.words,
      () => mapper.coalesce(first),
      () => mapper.union(first),
      () => other.coalesce(first),
    ]) {
      const error = thrownBy(call) as SegringError;
      expect([error.code, error.message]).toEqual(["STALE", message]);
    }
    second.words.set([64, 0, 16, 0]);
    expect([...mapper.coalesce(second)]).toEqual([{ addr: 64n, length: 16, flags: 0 }]);
  });

  it("input() and stream() check their numbers", () => {
    using mapper = createMapperSync({ engine: name });
    for (const [value, shown] of notNumbers) {
      throws(() => mapper.input(any(value)), TypeError, `"count" expected a number, got ${shown}`);
      throws(() => mapper.stream({ capacity: any(value) }), TypeError, `"capacity" expected a number, got ${shown}`);
    }
    throws(() => mapper.input(any(undefined)), TypeError, '"count" expected a number, got undefined');
    for (const value of [...notIntegers, 2 ** 28 - 4095, 2 ** 32]) {
      throws(() => mapper.input(value), RangeError, `"count" expected 0 to 268431360, got ${value}`);
    }
    for (const value of [...notIntegers, 0, 1, 2 ** 26 + 1]) {
      throws(() => mapper.stream({ capacity: value }), RangeError, `"capacity" expected 2 to 67108864, got ${value}`);
    }
    expect(mapper.input(0).bytes.byteLength).toBe(0);
    expect(mapper.coalesce(mapper.input(0)).length).toBe(0);
    // What failed took nothing back.
    const input = mapper.input(1);
    expect(() => mapper.input(-1)).toThrow(RangeError);
    expect(input.bytes.byteLength).toBe(16);
  });

  describe("OUT_OF_MEMORY within 64 KiB", () => {
    const isolated = (count: number): OracleRange[] =>
      Array.from({ length: count }, (_, index) => ({ addr: BigInt(index) * 8192n, length: 4096n, flags: 0 }));
    const many = isolated(5000);
    const few = isolated(200);

    const outOfMemory = (call: () => unknown) => {
      const error = thrownBy(call) as SegringError;
      if (!(error instanceof SegringError) || error.code !== "OUT_OF_MEMORY") throw error;
      expect(error.message).toMatch(
        /^\d+ more bytes do not fit: (\d+ are in use or free in pieces, maxMemoryBytes allows 65536|maxMemoryBytes leaves \d+)$/,
      );
    };
    const works = (mapper: SegmentMapper) => {
      expectBytes(mapper.coalesce(packedRecords(pack(few))).bytes, pack(few));
      expectBytes(mapper.coalesce(few).bytes, pack(few));
      // Nothing was held back that this would join.
      const joins = [{ addr: 4999n * 8192n + 4096n, length: 1n, flags: 0 }];
      expectBytes(mapper.coalesce(joins).bytes, pack(joins));
    };

    it.each([
      ["objects", () => many],
      ["packed records", () => packedRecords(pack(many))],
      ["a table", () => SegmentTable.fromBytes(pack(many))],
      [
        "columns",
        () =>
          columns({ addr: BigUint64Array.from(many, ({ addr }) => addr), length: new Uint32Array(5000).fill(4096) }),
      ],
      ["page frames", () => pageFrames(Array.from({ length: 5000 }, (_, index) => index * 2))],
      ["one long range", () => [{ addr: 0, length: 5000 * 2 ** 32 }]],
      ["page frames of one long run", () => pageFrames([0, 1, 2, 3], { pageBytes: 2 ** 44 })],
    ] as const)("%s", (_, input) => {
      using mapper = createMapperSync({ engine: name, maxMemoryBytes: 65536 });
      // Often: what a failed call leaves behind would add up.
      for (let turn = 0; turn < 20; turn++) {
        outOfMemory(() => mapper.coalesce(input()));
        works(mapper);
      }
    });

    it("input and streams", () => {
      using mapper = createMapperSync({ engine: name, maxMemoryBytes: 65536 });
      for (let turn = 0; turn < 20; turn++) {
        outOfMemory(() => mapper.input(5000));
        works(mapper);
        outOfMemory(() => mapper.stream({ capacity: 4096 }));
        outOfMemory(() => mapper.transform());
        works(mapper);
        // One of a size that fits, and given back.
        using small = createMapperSync({ engine: name, maxMemoryBytes: 2 * 65536 });
        const stream = small.stream({ capacity: 64 });
        for (const range of few) while (!stream.push(range)) stream.drain();
        stream.close();
        works(small);
      }
    });

    it("is enough for a stream of two records, and frames needs 128 KiB: the least that works, and a byte less", () => {
      throws(
        () => createMapperSync({ engine: name, maxMemoryBytes: 65535 }),
        RangeError,
        '"maxMemoryBytes" expected 65536 to 4294967296, got 65535',
      );
      using least = createMapperSync({ engine: name, maxMemoryBytes: 65536 });
      const stream = least.stream({ capacity: 2 });
      const taken: Uint8Array[] = [];
      for (const range of few) while (!stream.push(range)) taken.push(stream.drain().bytes);
      while (!stream.flush()) taken.push(stream.drain().bytes);
      taken.push(stream.drain().bytes);
      expectBytes(Uint8Array.from(taken.flatMap((bytes) => [...bytes])), pack(few));
      // A range longer than a record takes the way of columns, whose one row is staged.
      expect(stream.push({ addr: 1n << 60n, length: 2n ** 33n })).toBe(true);
      expect([stream.flush(), stream.drain().length]).toEqual([true, 2]);
      works(least);
      const table = SegmentTable.from(few);
      using enough = createMapperSync({ engine: name, maxMemoryBytes: 131072 });
      expect(enough.frames(table).length).toBe(200);
      using short = createMapperSync({ engine: name, maxMemoryBytes: 131071 });
      if (short.engine === "wasm") outOfMemory(() => short.frames(table));
      else expect(short.frames(table).length).toBe(200);
    });

    it("streams that are closed give their memory back", () => {
      using mapper = createMapperSync({ engine: name, maxMemoryBytes: 2 * 65536 });
      for (let turn = 0; turn < 100; turn++) {
        using stream = mapper.stream({ capacity: 512 });
        expect(stream.push({ addr: turn, length: 1 })).toBe(true);
        mapper.input(turn);
      }
      works(mapper);
    });
  });

  it("a result of 4 GiB segments without number is refused by memory, not by time", () => {
    using mapper = createMapperSync({ engine: name, maxMemoryBytes: 2 ** 20 });
    const error = thrownBy(() => mapper.coalesce([{ addr: 0, length: SPACE - 1n }])) as SegringError;
    expect(error.code).toBe("OUT_OF_MEMORY");
    expect(mapper.coalesce([{ addr: 0, length: 1n << 40n }]).length).toBe(256);
  });
});

describe("SegringError", () => {
  it("is an Error with a code, perhaps an index and a cause", () => {
    const cause = new Error("why");
    const error = new SegringError("BAD_RECORD", "record 3: no", { index: 3, cause });
    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.code, error.index, error.message, error.cause]).toEqual([
      "SegringError",
      "BAD_RECORD",
      3,
      "record 3: no",
      cause,
    ]);
    expect(new SegringError("CLOSED", "x").index).toBe(undefined);
    expect(`${error}`).toBe("SegringError: record 3: no");
  });

  it("an OUT_OF_MEMORY of the platform has its cause", () => {
    const mapper = createMapperSync({ engine: "wasm", maxMemoryBytes: 65536 });
    const error = thrownBy(() => mapper.input(2 ** 20)) as SegringError;
    expect(error.cause).toBeInstanceOf(RangeError);
    expect((error.cause as Error).message).toBe("the limit is 1 pages of 64 KiB");
    expectBytes(
      mapper.coalesce([{ addr: 0n, length: 1n, flags: 0 }]).bytes,
      pack(coalesce([{ addr: 0n, length: 1n, flags: 0 }])),
    );
  });
});
