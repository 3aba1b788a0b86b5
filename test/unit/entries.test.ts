/** The entries of the package: the same names from `segring`, `segring/js` and `segring/wasm`, each of the last two with one engine. */

import { describe, expect, it } from "vitest";
import * as main from "../../src/index.js";
import * as js from "../../src/js.js";
import * as wasm from "../../src/wasm.js";
import { blames } from "../support/blame.js";
import { thrownBy } from "../support/bytes.js";
import { kernelBytes, kernelModule } from "../support/engines.js";

const entries = [
  ["segring", main],
  ["segring/js", js],
  ["segring/wasm", wasm],
] as const;

describe.each(entries)("%s", (_, entry) => {
  it("exports what design.md names", () => {
    for (const name of ["columns", "createMapper", "createMapperSync", "packedRecords", "pageFrames"] as const) {
      expect(entry[name]).toBeTypeOf("function");
    }
    expect(entry.SegmentTable.from([]).length).toBe(0);
    expect(new entry.SegringError("CLOSED", "").name).toBe("SegringError");
    const { BUS, FLUSH, FULL, LINK, NOMERGE, RECORD_BYTES, TAG_SHIFT } = entry;
    expect([FULL, NOMERGE, BUS, FLUSH, LINK, TAG_SHIFT, RECORD_BYTES]).toEqual([1, 2, 4, 8, 16, 8, 16]);
  });

  it("makes mappers both ways", async () => {
    for (const mapper of [entry.createMapperSync(), await entry.createMapper()]) {
      const table = mapper.coalesce(entry.columns({ addr: Uint32Array.of(0, 16), length: Uint32Array.of(16, 16) }));
      expect([...table]).toEqual([{ addr: 0n, length: 32, flags: 0 }]);
      expect(table).toBeInstanceOf(entry.SegmentTable);
      mapper.close();
    }
  });
});

describe("segring, segring/js and segring/wasm", () => {
  it("export the same names", () => {
    expect(Object.keys(js).sort()).toEqual(Object.keys(main).sort());
    expect(Object.keys(wasm).sort()).toEqual(Object.keys(main).sort());
  });

  it("share their classes, so that a table of one goes into a mapper of the other", () => {
    using one = main.createMapperSync({ engine: "wasm" });
    using other = js.createMapperSync();
    const table = one.coalesce([{ addr: 1, length: 2 }]);
    expect([...other.coalesce(table)]).toEqual([...table]);
    expect([main.SegringError, wasm.SegringError]).toEqual([js.SegringError, js.SegringError]);
  });
});

describe("segring/js", () => {
  it("has the JavaScript engine, and refuses what asks for wasm", async () => {
    for (const engine of ["auto", "js", undefined] as const) {
      using mapper = js.createMapperSync({ engine });
      expect(mapper.engine).toBe("js");
    }
    for (const [options, argument] of [
      [{ engine: "wasm" }, "engine"],
      [{ engine: "native" }, "engine"],
      [{ module: new ArrayBuffer(8) }, "module"],
      [{ maxMemoryBytes: 65535 }, "maxMemoryBytes"],
      [{ maxSegmentBytes: 0 }, "maxSegmentBytes"],
    ] as const) {
      const error = thrownBy(() => js.createMapperSync(options as never)) as Error;
      expect(error).toEqual(blames(RangeError, argument));
      await expect(js.createMapper(options as never)).rejects.toThrow(error);
    }
  });
});

describe("segring/wasm", () => {
  it("has the wasm engine, also for small inputs, and refuses what asks for JavaScript", async () => {
    for (const engine of ["auto", "wasm", undefined] as const) {
      using mapper = wasm.createMapperSync({ engine });
      expect(mapper.engine).toBe("wasm");
      expect(mapper.coalesce([{ addr: 1, length: 2 }]).length).toBe(1);
    }
    for (const [options, argument] of [
      [{ engine: "js" }, "engine"],
      [{ engine: "native" }, "engine"],
      [{ maxMemoryBytes: 65535 }, "maxMemoryBytes"],
      [{ maxSegmentBytes: 0 }, "maxSegmentBytes"],
    ] as const) {
      const error = thrownBy(() => wasm.createMapperSync(options as never)) as Error;
      expect(error).toEqual(blames(RangeError, argument));
      await expect(wasm.createMapper(options as never)).rejects.toThrow(error);
    }
  });

  it("takes a module that was compiled elsewhere", async () => {
    using one = wasm.createMapperSync({ module: kernelModule });
    using other = await wasm.createMapper({ module: kernelBytes });
    expect([one.engine, other.engine]).toEqual(["wasm", "wasm"]);
  });
});
