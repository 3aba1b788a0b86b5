/** The kernel reads lines ahead of its loops, of input and of output: never past memory, which would be a trap. */
import { describe, expect, it } from "vitest";
import { MAX_LAST, TAKEN, WORK_BYTES } from "../../src/engine/layout.generated.js";
import { coalesce, NO_LIMITS, type OracleRange, pack } from "../oracle.js";
import { expectBytes } from "../support/bytes.js";
import { kernelModule } from "../support/engines.js";

const WORK = 1024;
const PAGE = 65536;
/** Frames of 64 bits (Column in assembly/column.ts). */
const U64 = 0;
/** Neighbours that lead to a break. */
const DENSITIES = { "no break": 0, "each a break": 1, "every third a break": 3, "a break in 40": 40 };

type Kernel = Record<"open" | "coalesceRecords" | "coalesceFrames" | "flush", (...numbers: number[]) => number>;

/** Memory whose last byte is the last of the input, or of the room for output. */
function seat(inputBytes: number, outputBytes: number, last: "input" | "output") {
  const pages = Math.ceil((WORK + WORK_BYTES + inputBytes + outputBytes + 32) / PAGE);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const kernel = new WebAssembly.Instance(kernelModule, { env: { memory } }).exports as unknown as Kernel;
  const bytes = new Uint8Array(memory.buffer);
  const words = new Uint32Array(memory.buffer);
  words[(WORK + MAX_LAST) / 4] = 0xffff_ffff;
  kernel.open(WORK);
  const end = bytes.length;
  const [input, output] =
    last === "input"
      ? [end - inputBytes, (end - inputBytes - outputBytes) & ~15]
      : [(end - inputBytes - outputBytes) & ~15, end - outputBytes];
  return { kernel, bytes, words, input, output };
}

/** What a coalescer without a mapper makes of records, in memory that ends with the input or the output. */
function coalesced(ranges: readonly OracleRange[], last: "input" | "output", most = 1n << 32n): void {
  const wanted = pack(coalesce(ranges, { ...NO_LIMITS, max: most }));
  const room = wanted.length / 16;
  const { kernel, bytes, words, input, output } = seat(ranges.length * 16, wanted.length, last);
  words[(WORK + MAX_LAST) / 4] = Number(most - 1n);
  bytes.set(pack(ranges), input);
  let made = kernel.coalesceRecords(WORK, input, ranges.length, output, room);
  expect(words[(WORK + TAKEN) / 4]).toBe(ranges.length);
  made += kernel.flush(WORK, output + made * 16, room - made);
  expectBytes(bytes.slice(output, output + made * 16), wanted, `${ranges.length}`);
}

describe.each(["input", "output"] as const)("where memory ends with the %s", (last) => {
  it.each(Object.entries(DENSITIES))("records: %s", (_, joinIn) => {
    for (const count of [1, 4, 5, 63, 129, 500, 511, 512, 513, 600, 640, 641, 1024, 1025, 1152, 1153, 2000]) {
      const ranges = Array.from({ length: count }, (_, i) => ({
        addr: BigInt(i + (joinIn === 0 ? 0 : Math.floor(i / joinIn))) * 4096n,
        length: 4096n,
        flags: 0,
      }));
      coalesced(ranges, last);
      coalesced(ranges, last, 1n << 30n);
    }
  });

  it("records that all break, and then records that join", () => {
    for (const count of [1, 4, 5, 128, 129, 511, 512, 513, 1024]) {
      const ranges = Array.from({ length: 513 + count }, (_, i) => ({
        addr: BigInt(Math.min(i, 513) * 2 + Math.max(i - 513, 0)) * 4096n,
        length: 4096n,
        flags: 0,
      }));
      coalesced(ranges, last);
    }
  });

  it.each(Object.entries(DENSITIES))("frames: %s", (_, joinIn) => {
    for (const count of [1, 8, 9, 65, 257, 512, 513, 700, 768, 769, 777, 1025, 1280, 1281, 2000]) {
      const frames = Array.from({ length: count }, (_, i) => BigInt(i + (joinIn === 0 ? 0 : Math.floor(i / joinIn))));
      const wanted = pack(coalesce(frames.map((frame) => ({ addr: frame * 4096n, length: 4096n, flags: 0 }))));
      const room = wanted.length / 16;
      const { kernel, bytes, words, input, output } = seat(count * 8, wanted.length, last);
      bytes.set(new Uint8Array(BigUint64Array.from(frames).buffer), input);
      let made = kernel.coalesceFrames(WORK, input, U64, count, 12, 0, output, room);
      expect(words[(WORK + TAKEN) / 4]).toBe(count);
      made += kernel.flush(WORK, output + made * 16, room - made);
      expectBytes(bytes.slice(output, output + made * 16), wanted, `${count}`);
    }
  });
});
