/** What is wrong with the options of a mapper. */

import { describe, expect, it } from "vitest";
import { packedRecords } from "../../src/core/input.js";
import { createMapper, createMapperSync } from "../../src/mapper/create.js";
import type { MapperOptions } from "../../src/mapper/options.js";
import { pack } from "../oracle.js";
import { any, notIntegers, notNumbers } from "../support/arguments.js";
import { blames, throws } from "../support/blame.js";
import { thrownBy } from "../support/bytes.js";
import { kernelBytes, kernelModule } from "../support/engines.js";

const SPACE = 1n << 64n;

describe("a mapper's limits", () => {
  const limits = (options: MapperOptions) => () => createMapperSync({ engine: "js", ...options });

  it.each(["maxSegmentBytes", "alignmentBytes"] as const)("%s", (name) => {
    for (const [value] of notNumbers) {
      throws(limits({ [name]: any(value) }), TypeError, name);
    }
    for (const value of [...notIntegers, 0, 1.5, 2 ** 32 + 1, 2 ** 33, 2 ** 53, 4294967295.5]) {
      throws(limits({ [name]: value }), RangeError, name);
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
        throws(limits({ alignmentBytes: odd }), RangeError, "alignmentBytes");
      }
    }
    throws(limits({ maxSegmentBytes: 4095, alignmentBytes: 4096 }), RangeError, "alignmentBytes");
    throws(limits({ maxSegmentBytes: 0xffff_ffff, alignmentBytes: 2 ** 32 }), RangeError, "alignmentBytes");
  });

  it("boundaryBytes is 0 or a power of two from alignmentBytes to 2^63", () => {
    for (const [value] of notNumbers) {
      if (typeof value === "bigint") continue;
      throws(limits({ boundaryBytes: any(value) }), TypeError, "boundaryBytes");
    }
    for (const value of notIntegers) {
      throws(limits({ boundaryBytes: value }), RangeError, "boundaryBytes");
    }
    throws(limits({ boundaryBytes: -1n }), RangeError, "boundaryBytes");
    throws(limits({ boundaryBytes: 1n << 64n }), RangeError, "boundaryBytes");
    throws(limits({ boundaryBytes: 2 ** 53 }), RangeError, "boundaryBytes");
    for (const value of [3, 4097, 2 ** 32 - 1, Number.MAX_SAFE_INTEGER]) {
      throws(limits({ boundaryBytes: value }), RangeError, "boundaryBytes");
    }
    for (const value of [(1n << 63n) + 1n, (1n << 63n) - 1n, SPACE - 1n, (1n << 60n) + (1n << 3n)]) {
      throws(limits({ boundaryBytes: value }), RangeError, "boundaryBytes");
    }
    throws(limits({ alignmentBytes: 4096, boundaryBytes: 2048 }), RangeError, "boundaryBytes");
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
    for (const [value] of notNumbers) {
      if (typeof value === "string") continue;
      throws(() => createMapperSync({ engine: any(value) }), TypeError, "engine");
    }
    for (const value of ["", "WASM", "native"]) {
      throws(() => createMapperSync({ engine: any(value) }), RangeError, "engine");
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
    for (const [value] of notNumbers) {
      throws(() => createMapperSync({ maxMemoryBytes: any(value) }), TypeError, "maxMemoryBytes");
    }
    for (const value of [...notIntegers, 0, 65535, 65536.5, 2 ** 32 + 1]) {
      throws(() => createMapperSync({ maxMemoryBytes: value }), RangeError, "maxMemoryBytes");
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
    for (const [value] of notNumbers) {
      throws(() => createMapperSync({ module: any(value) }), TypeError, "module");
      await expect(createMapper({ module: any(value) })).rejects.toThrow(blames(TypeError, "module"));
    }
  });

  it("module: not segring's kernel", async () => {
    const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
    for (const engine of ["auto", "wasm"] as const) {
      throws(() => createMapperSync({ engine, module: empty }), TypeError, "module");
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
});
