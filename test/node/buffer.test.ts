import { constants } from "node:buffer";
import { closeSync, openSync, readSync } from "node:fs";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { addressOf, newAreas, writableAreas } from "../../src/node/address.js";
import {
  type Mapping,
  type PinnedBuffer,
  pinBuffer,
  readIomem,
  readMaps,
  systemPageBytes,
} from "../../src/node/index.js";
import { about, blames, NOT_LINUX } from "../support/blame.js";
import { asNobody } from "../support/nobody.js";
import { linux, privileged, thrown } from "./machine.js";

/** Bytes of this process's memory, without the code under test. */
function memory(addr: bigint, byteLength: number): Buffer {
  const file = openSync("/proc/self/mem", "r");
  const bytes = Buffer.alloc(byteLength);
  readSync(file, bytes, 0, byteLength, addr);
  closeSync(file);
  return bytes;
}

/** What is written to the buffer is at its address, in its first page, in its last, and between. */
function expectAtItsAddress({ buffer, addr, byteLength }: PinnedBuffer): void {
  for (const at of [0, Math.floor(byteLength / 2), byteLength - 1]) {
    for (const value of [0x5a, 0xa5]) {
      buffer[at] = value;
      expect(memory(addr + BigInt(at), 1)[0]).toBe(value);
    }
  }
}

afterEach(() => {
  vi.restoreAllMocks();
});

function mapping(addr: bigint, length: bigint, permissions: string): Mapping {
  return { addr, length, permissions, offset: 0n, device: "00:00", inode: 0n, path: "" };
}

const MIB = 2 ** 20;
// In the heap; in the heap or its own mapping; its own; one next to it, which the kernel joins with the last; and large.
const sizes = [1, 100, 4096, 5000, 200_000, 3 * MIB, 40 * MIB, 40 * MIB, 3 * MIB, 100 * MIB];

describe("pinBuffer", () => {
  it.each(sizes)("knows where %d bytes are", (byteLength) => {
    if (!linux) return expect(() => pinBuffer(byteLength)).toThrow(NOT_LINUX);
    const pinned = pinBuffer(byteLength);
    const pageBytes = systemPageBytes();
    expect(pinned.byteLength).toBe(byteLength);
    expect(pinned.buffer).toHaveLength(byteLength);
    expect(pinned.buffer.subarray(0, MIB).every((byte) => byte === 0)).toBe(true);
    expect(pinned.buffer.subarray(-MIB).every((byte) => byte === 0)).toBe(true);
    expect(pinned.addr % BigInt(pageBytes)).toBe(0n);
    expectAtItsAddress(pinned);
    if (!privileged) {
      expect(thrown(() => pinned.pageFrames())).toMatchObject({ code: "NO_PRIVILEGE" });
      return;
    }
    const { frames, firstOffset, lastUnused, flags } = pinned.pageFrames({ flags: 0x700 });
    const count = Math.ceil(byteLength / pageBytes);
    expect([frames.length, firstOffset, lastUnused, flags]).toEqual([count, 0, count * pageBytes - byteLength, 0x700]);
    // A written private page is no other's: not the shared zero page, and in RAM.
    expect(new Set<number | bigint>(frames).size).toBe(count);
    const ram = readIomem().filter(({ kind }) => kind === "ram");
    const outside = [...frames].filter((frame) => {
      const addr = BigInt(frame) * BigInt(pageBytes);
      return !ram.some((range) => addr >= range.addr && addr < range.addr + range.length);
    });
    expect(outside).toEqual([]);
  });

  it("gives several buffers different places", () => {
    if (!linux) return expect(() => pinBuffer(1)).toThrow(NOT_LINUX);
    const buffers = [1, 1, 2, 3].map((count) => pinBuffer(count * 200_000));
    for (const pinned of buffers) expectAtItsAddress(pinned);
    expect(new Set(buffers.map(({ addr }) => addr)).size).toBe(4);
  });

  it("changes nothing when it reads the frames again", () => {
    if (!linux) return expect(() => pinBuffer(1)).toThrow(NOT_LINUX);
    const pinned = pinBuffer(MIB);
    for (let at = 0; at < MIB; at++) pinned.buffer[at] = at * 7;
    const copy = pinned.buffer.slice();
    const touched = vi.spyOn(Atomics, "or");
    if (privileged) pinned.pageFrames();
    else expect(() => pinned.pageFrames()).toThrow();
    expect(Buffer.compare(pinned.buffer, copy)).toBe(0);
    // Every page, for the kernel may have taken one away since.
    expect(touched).toHaveBeenCalledTimes(MIB / systemPageBytes());
  });

  it("notices that its buffer was transferred", () => {
    if (!linux) return expect(() => pinBuffer(1)).toThrow(NOT_LINUX);
    const pinned = pinBuffer(5000);
    structuredClone(pinned.buffer, { transfer: [pinned.buffer.buffer] });
    expect(() => pinned.pageFrames()).toThrow(blames(TypeError, "buffer"));
  });

  it("refuses sizes that are none, on any platform", () => {
    for (const size of [0, -1, 1.5, Number.NaN, constants.MAX_LENGTH + 1]) {
      expect(() => pinBuffer(size)).toThrow(blames(RangeError, "byteLength"));
    }
    expect(() => pinBuffer(1n as never)).toThrow(TypeError);
  });

  it("refuses what memory does not hold before it touches any", () => {
    if (!linux) return expect(() => pinBuffer(1)).toThrow(NOT_LINUX);
    vi.spyOn(process, "availableMemory").mockReturnValue(3 * MIB);
    expect(thrown(() => pinBuffer(3 * MIB))).toMatchObject({
      code: "OUT_OF_MEMORY",
      message: about("byteLength"),
    });
    expect(pinBuffer(2 * MIB).byteLength).toBe(2 * MIB);
  });

  it("finds the address without privilege, and says what the frames need", () => {
    if (!linux) return expect(() => pinBuffer(1)).toThrow(NOT_LINUX);
    expect(asNobody("node.pinBuffer(5000).byteLength + node.pinBuffer(5000000).byteLength")).toEqual({
      value: 5005000,
    });
    expect(asNobody("node.pinBuffer(5000).pageFrames()")).toMatchObject({ code: "NO_PRIVILEGE" });
  });
});

describe("addressOf", () => {
  it("finds a buffer that was there before, and not its copies", () => {
    if (!linux) return expect(() => addressOf(new ArrayBuffer(4096), [], readMaps)).toThrow(NOT_LINUX);
    const buffers = Array.from({ length: 20 }, () => new ArrayBuffer(8192));
    const now = readMaps();
    const found = buffers.map((buffer) => {
      const addr = addressOf(buffer, now, () => now);
      if (addr === undefined) throw new Error("expected an address");
      new Uint8Array(buffer).fill(0x33);
      return { buffer, addr };
    });
    for (const { buffer, addr } of found) {
      expect(memory(addr, 8192).equals(new Uint8Array(buffer))).toBe(true);
      new Uint8Array(buffer).fill(0x44);
      expect(memory(addr, 8192)).toEqual(Buffer.alloc(8192, 0x44));
    }
    expect(new Set(found.map(({ addr }) => addr)).size).toBe(20);
  });

  it("does not take a copy of what it searches for, though it comes first", () => {
    if (!linux) return expect(() => addressOf(new ArrayBuffer(4096), [], readMaps)).toThrow(NOT_LINUX);
    const buffer = new ArrayBuffer(8192);
    const now = readMaps();
    const addr = addressOf(buffer, now, () => now);
    if (addr === undefined) throw new Error("expected an address");
    const decoy = pinBuffer(MIB);
    const copied = () => {
      decoy.buffer.set(new Uint8Array(buffer, 0, 32), 1000);
      return [mapping(decoy.addr, BigInt(MIB), "rw-p"), mapping(addr, 8192n, "rw-p")];
    };
    expect(addressOf(buffer, [], copied)).toBe(addr);
    expect(decoy.buffer.some((byte) => byte !== 0)).toBe(true);
  });

  it("gives no address where the buffer is in none of the mappings", () => {
    if (!linux) return expect(() => addressOf(new ArrayBuffer(4096), [], readMaps)).toThrow(NOT_LINUX);
    const stack = readMaps().filter(({ path }) => path === "[stack]");
    const buffer = new ArrayBuffer(4096);
    expect(addressOf(buffer, [], () => stack)).toBeUndefined();
    expect(new Uint8Array(buffer).every((byte) => byte === 0)).toBe(true);
  });
});

describe("areas", () => {
  it("joins mappings that touch, and takes only what can be written to", () => {
    expect(
      writableAreas([
        mapping(0x1000n, 0x1000n, "rw-p"),
        mapping(0x2000n, 0x1000n, "rwxp"),
        mapping(0x3000n, 0x1000n, "r--p"),
        mapping(0x4000n, 0x1000n, "rw-s"),
        mapping(0x6000n, 0x1000n, "---p"),
        mapping(0x7000n, 0x1000n, "rw-p"),
      ]),
    ).toEqual([
      { start: 0x1000n, end: 0x3000n },
      { start: 0x4000n, end: 0x5000n },
      { start: 0x7000n, end: 0x8000n },
    ]);
  });

  it("finds what is new byte by byte, however lines were joined or cut", () => {
    const areas = fc.uniqueArray(fc.nat(40), { maxLength: 12 }).map((cuts) => {
      const sorted = cuts.sort((a, b) => a - b).slice(0, cuts.length & ~1);
      return Array.from({ length: sorted.length / 2 }, (_, index) => ({
        start: BigInt(sorted[2 * index] as number),
        end: BigInt(sorted[2 * index + 1] as number),
      }));
    });
    const has = (list: { start: bigint; end: bigint }[], byte: bigint) =>
      list.some(({ start, end }) => start <= byte && byte < end);
    fc.assert(
      fc.property(areas, areas, (now, before) => {
        const fresh = newAreas(now, before);
        for (let byte = 0n; byte < 41n; byte++) {
          expect(has(fresh, byte)).toBe(has(now, byte) && !has(before, byte));
        }
        expect(fresh.every(({ start, end }) => start < end)).toBe(true);
      }),
    );
  });
});
