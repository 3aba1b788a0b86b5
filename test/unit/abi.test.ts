/** The binary interface: what the compiled kernel exports and imports, its sections, its size, and the numbers both sides use. */
import { describe, expect, it } from "vitest";
import assemblyBreaks from "../../assembly/breaks.ts?raw";
import assemblyColumn from "../../assembly/column.ts?raw";
import assemblyLayout from "../../assembly/layout.ts?raw";
import { BINARIES, type Binary } from "../../scripts/binaries.js";
import * as record from "../../src/core/record.js";
import * as layout from "../../src/engine/layout.generated.js";
import { constants, leb, sections } from "../support/binary.js";
import { kernelBytes, kernelModule } from "../support/engines.js";

const main = BINARIES.find(({ target }) => target === "main") as Binary;

describe("the kernel", () => {
  it("exports these functions and its ABI number, and nothing else", () => {
    const exports = WebAssembly.Module.exports(kernelModule);
    expect(exports.map(({ name }) => name).sort()).toEqual(main.exports);
    expect(exports.filter(({ kind }) => kind !== "function")).toEqual([{ name: "ABI", kind: "global" }]);
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
    const { ABI } = new WebAssembly.Instance(kernelModule, { env: { memory } }).exports as { ABI: WebAssembly.Global };
    expect(ABI.value).toBe(layout.ABI);
    expect(() => {
      ABI.value = 2;
    }).toThrow(TypeError);
  });

  it("imports its memory, and nothing else", () => {
    expect(WebAssembly.Module.imports(kernelModule)).toEqual([{ module: "env", name: "memory", kind: "memory" }]);
  });

  it("imports 1 page of memory at least and 65536 at most, not shared, of 32-bit addresses", () => {
    const { body } = sections(kernelBytes).find(({ id }) => id === 2) as { body: Uint8Array };
    const [count, first] = leb(body, 0);
    expect(count).toBe(1);
    const [moduleLength, moduleAt] = leb(body, first);
    const [nameLength, nameAt] = leb(body, moduleAt + moduleLength);
    const kindAt = nameAt + nameLength;
    expect(new TextDecoder().decode(body.subarray(moduleAt, moduleAt + moduleLength))).toBe("env");
    expect(new TextDecoder().decode(body.subarray(nameAt, nameAt + nameLength))).toBe("memory");
    // A memory; with a maximum, neither shared nor 64-bit.
    expect([body[kindAt], body[kindAt + 1]]).toEqual([2, 1]);
    const [minimum, afterMinimum] = leb(body, kindAt + 2);
    const [maximum, end] = leb(body, afterMinimum);
    expect([minimum, maximum, end]).toEqual([1, 65536, body.byteLength]);
  });

  it("has no start function, no data, no table, no memory of its own and no global but the constant ABI", () => {
    const ids = sections(kernelBytes).map(({ id }) => id);
    const names: Record<number, string> = { 0: "custom", 4: "table", 5: "memory", 8: "start", 9: "element" };
    Object.assign(names, { 6: "global", 11: "data", 12: "data count" });
    expect(ids.filter((id) => id in names).map((id) => names[id])).toEqual(["global"]);
    expect(ids).toEqual([1, 2, 3, 6, 7, 10]);
  });

  it("writes nothing when it is instantiated", () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
    const bytes = new Uint8Array(memory.buffer).fill(0x5a);
    new WebAssembly.Instance(kernelModule, { env: { memory } });
    expect(bytes.every((byte) => byte === 0x5a)).toBe(true);
    expect(memory.buffer.byteLength).toBe(65536);
  });

  it(`is no longer than ${main.maxBytes} bytes`, () => {
    expect(kernelBytes.byteLength).toBeLessThanOrEqual(main.maxBytes);
    expect(kernelBytes.byteLength).toBeGreaterThan(1000);
  });
});

describe("the layout", () => {
  const inAssembly = constants(assemblyLayout);
  const value = (name: string) => Number(inAssembly.get(name));
  /** The drawing: where each field is, how long, and its name. */
  const drawn = [...assemblyLayout.matchAll(/^ \* {3}(0x[\dA-F]+) +(?:u(\d\d) )?([A-Z_]+(?:, [A-Z_]+)*) /gm)].flatMap(
    ([, at, bits, names]) =>
      (names as string).split(", ").map((name, index) => {
        const size = bits === undefined ? undefined : Number(bits) / 8;
        return { name, at: Number(at) + index * (size ?? 0), size };
      }),
  );

  it("of the work block ends where it is drawn, behind the block that is staged", () => {
    const [, end] = /^ \* {3}(0x[\dA-F]+) +end$/m.exec(assemblyLayout) ?? [];
    expect(Number(end)).toBe(layout.WORK_BYTES);
    expect(layout.WORK_BYTES).toBe(value("STAGING") + 16 * value("BLOCK"));
  });

  it("of the work block is as it is drawn: no two fields overlap, each lies at a multiple of its size", () => {
    expect(drawn.length).toBeGreaterThanOrEqual(17);
    for (const [index, { name, at, size }] of drawn.entries()) {
      expect([name, value(name)]).toEqual([name, at]);
      const next = drawn[index + 1]?.at ?? layout.WORK_BYTES;
      expect(next).toBeGreaterThan(at);
      // Arrays are for v128, or for words.
      expect([name, at % (size ?? 4)]).toEqual([name, 0]);
      if (size !== undefined) expect(at + size).toBeLessThanOrEqual(next);
      if (name === "PACKING") expect(next - at).toBe(256);
      // A store of 16 bytes may begin at the last one.
      if (name === "POSITIONS") expect(next - at).toBeGreaterThanOrEqual(4 * value("BLOCK") + 16);
      if (name === "GROUPS") expect(next - at).toBeGreaterThanOrEqual(value("BLOCK") + 4);
    }
    expect([value("PACKING") % 16, value("STAGING") % 16]).toEqual([0, 0]);
  });

  it("of the record is the same in TypeScript as in AssemblyScript, and as in design.md", () => {
    const high = (flags: number) => BigInt(flags >>> 0) << 32n;
    expect(inAssembly.get("RECORD_BYTES")).toBe(BigInt(record.RECORD_BYTES));
    expect(inAssembly.get("FULL")).toBe(high(record.FULL));
    expect(inAssembly.get("NOMERGE")).toBe(high(record.NOMERGE));
    expect(inAssembly.get("RESERVED")).toBe(high(record.RESERVED_FLAGS));
    expect(inAssembly.get("LENGTH")).toBe(0x1_ffff_ffffn);
    expect(inAssembly.get("KIND")).toBe(high(0xffff_ff00 | record.NOMERGE | record.BUS));
    const { RECORD_BYTES, RECORD_WORDS, FULL, NOMERGE, BUS, FLUSH, LINK, TAG_SHIFT, RESERVED_FLAGS } = record;
    expect({ RECORD_BYTES, RECORD_WORDS, FULL, NOMERGE, BUS, FLUSH, LINK, TAG_SHIFT, RESERVED_FLAGS }).toEqual({
      RECORD_BYTES: 16,
      RECORD_WORDS: 4,
      FULL: 1,
      NOMERGE: 2,
      BUS: 4,
      FLUSH: 8,
      LINK: 16,
      TAG_SHIFT: 8,
      RESERVED_FLAGS: 0xf8,
    });
    // Every bit has one meaning.
    expect((FULL | NOMERGE | BUS | RESERVED_FLAGS) >>> 0).toBe(0xff);
    expect(RESERVED_FLAGS & (FLUSH | LINK)).toBe(FLUSH | LINK);
  });

  it("of columns: the types have the numbers that the engine passes", () => {
    expect(assemblyColumn).toMatch(/enum Column \{\s*U64,\s*F64,\s*U32,\s*\}/);
  });

  it("of the read-ahead: 16 lines of 64 bytes, from 1024 on, inside the 2048 that are asked for", () => {
    const offsets = [...assemblyBreaks.matchAll(/load<u8>\(address, (\d+)\)/g)].map(([, offset]) => Number(offset));
    if (offsets.length > 0) {
      expect(Math.max(...offsets)).toBeLessThan(2048);
      expect(new Set(offsets).size).toBe(offsets.length);
    }
  });
});
