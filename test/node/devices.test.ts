/** What segring/node adds for devices: windows of `/proc/iomem`, and tables over files. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { BUS, NOMERGE } from "../../src/core/record.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import { translate } from "../../src/devices/translate.js";
import { gatherFile, iomemWindows, parseIomem, readIomem, scatterFile } from "../../src/node/index.js";
import { blames } from "../support/blame.js";
import { privileged, recorded } from "./machine.js";

const folder = mkdtempSync(join(tmpdir(), "segring-devices-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("iomemWindows", () => {
  const text = recorded("iomem.txt");

  it("are RAM, and PCI windows with BUS, joined, nothing else", () => {
    expect(iomemWindows(parseIomem(text))).toEqual([
      { addr: 0x1000n, length: 0x9ec00n },
      { addr: 0x100000n, length: 0xbff00000n },
      // The last of it is the ECAM, an entry of its own behind the bus.
      { addr: 0xc0001000n, length: 0xeed00000n - 0xc0001000n, offset: 0, flags: BUS },
      { addr: 0x100000000n, length: 0x640000000n - 0x100000000n },
      { addr: 0x4000000000n, length: 0x4000000000n, offset: 0, flags: BUS },
    ]);
  });

  it("translate: RAM stays, a BAR moves by the offset and is never joined, a hole is refused by name", () => {
    const windows = iomemWindows(parseIomem(text), { busOffset: 1n << 40n });
    const table = SegmentTable.from([
      { addr: 0x200000, length: 4096 },
      { addr: 0x4000000000n, length: 4096 },
      { addr: 0x4000001000n, length: 4096 },
    ]);
    expect([...translate(table, windows)]).toEqual([
      { addr: 0x200000n, length: 4096, flags: 0 },
      { addr: 0x14000000000n, length: 4096, flags: BUS | NOMERGE },
      { addr: 0x14000001000n, length: 4096, flags: BUS | NOMERGE },
    ]);
    expect(() => translate(SegmentTable.from([{ addr: 0xfec00000, length: 16 }]), windows)).toThrow(
      /found none for 0xfec00000/,
    );
  });

  it("refuses an offset that is none", () => {
    expect(() => iomemWindows([], { busOffset: "1" as never })).toThrow(blames(TypeError, "busOffset"));
    for (const value of [0.5, -1e-9, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -(2 ** 53)]) {
      for (const ranges of [[], parseIomem(text)]) {
        expect(() => iomemWindows(ranges, { busOffset: value })).toThrow(blames(RangeError, "busOffset"));
      }
    }
    for (const value of [0, -0, -4096, 2 ** 53 - 1, -(1n << 53n), 1n << 62n]) {
      const bus = iomemWindows(parseIomem(text), { busOffset: value }).filter(({ flags }) => flags === BUS);
      expect(bus.map(({ offset }) => offset)).toEqual([value, value]);
    }
  });

  it.runIf(privileged)("of this machine have its memory", () => {
    const windows = iomemWindows();
    const ram = readIomem().filter(({ kind }) => kind === "ram");
    const bytes = (list: readonly { length: number | bigint }[]) =>
      list.reduce((sum, { length }) => sum + BigInt(length), 0n);
    expect(bytes(windows.filter(({ flags = 0 }) => flags === 0))).toBe(bytes(ram));
    const first = ram[0] as { addr: bigint };
    expect(translate(SegmentTable.from([{ addr: first.addr, length: 1 }]), windows).length).toBe(1);
  });
});

describe("gatherFile and scatterFile", () => {
  const path = join(folder, "image");
  const content = Uint8Array.from({ length: 10_000 }, (_, index) => (index * 7 + 3) & 255);
  const base = 0xffff_ffff_0000_0000n;
  const table = SegmentTable.from([
    { addr: base + 100n, length: 50 },
    { addr: base + 150n, length: 50 },
    { addr: base + 9000n, length: 1000 },
    { addr: base, length: 1 },
  ]);
  const withFile = async <T>(flags: string, use: (file: FileHandle) => Promise<T>): Promise<T> => {
    const file = await open(path, flags);
    try {
      return await use(file);
    } finally {
      await file.close();
    }
  };

  it("read a table's bytes, from any of them on", async () => {
    writeFileSync(path, content);
    const flat = Buffer.concat([content.subarray(100, 200), content.subarray(9000), content.subarray(0, 1)]);
    await withFile("r", async (file) => {
      for (const skip of [0, 1, 49, 50, 51, 99, 100, 1099, 1100, 1101, 5000]) {
        const target = new Uint8Array(1300).fill(0xee);
        const count = await gatherFile(table, { file, addr: base }, target, skip);
        expect(count).toBe(Math.max(0, flat.length - skip));
        expect(Buffer.compare(target.subarray(0, count), flat.subarray(skip))).toBe(0);
        expect(target.subarray(count).every((byte) => byte === 0xee)).toBe(true);
      }
      const short = new Uint8Array(70);
      expect(await gatherFile(table, { file, addr: base }, short, 20)).toBe(70);
      expect(Buffer.compare(short, flat.subarray(20, 90))).toBe(0);
    });
  });

  it("write them, and nothing else", async () => {
    writeFileSync(path, content);
    const source = new Uint8Array(1101).fill(0xaa);
    expect(await withFile("r+", (file) => scatterFile(table, { file, addr: base }, source))).toBe(1101);
    const found = readFileSync(path);
    for (const [index, byte] of found.entries()) {
      const inTable = index === 0 || (index >= 100 && index < 200) || index >= 9000;
      if (byte !== (inTable ? 0xaa : content[index])) expect.fail(`byte ${index} is ${byte}`);
    }
    const grown = SegmentTable.from([{ addr: base + 20_000n, length: 4 }]);
    expect(await withFile("r+", (file) => scatterFile(grown, { file, addr: base }, Uint8Array.of(1, 2, 3, 4)))).toBe(4);
    expect(readFileSync(path).length).toBe(20_004);
  });

  it("refuse bytes that are not in the file, before any is read", async () => {
    writeFileSync(path, content);
    const target = new Uint8Array(200).fill(0xee);
    const outside = SegmentTable.from([
      { addr: base, length: 100 },
      { addr: base + 9990n, length: 11 },
    ]);
    await withFile("r", async (file) => {
      await expect(gatherFile(outside, { file, addr: base }, target)).rejects.toThrow(blames(RangeError, "source"));
      await expect(gatherFile(outside, { file, addr: base + 1n }, target)).rejects.toThrow(RangeError);
      await expect(gatherFile(outside, { file, addr: base }, [] as never)).rejects.toThrow(TypeError);
      await expect(gatherFile(outside, { file: {} as never, addr: base }, target)).rejects.toThrow(TypeError);
      await expect(scatterFile(outside, { file, addr: base + 1n }, target)).rejects.toThrow(RangeError);
    });
    expect(target.every((byte) => byte === 0xee)).toBe(true);
  });
});

describe("gatherFile and scatterFile of more than one call of the system moves", () => {
  const MOST = 2 ** 30;
  type Call = { target: Uint8Array; at: number; length: number; position: number };

  /** A file that notes what is asked of it, and moves as much as `moved` says of it, without a byte being touched. */
  function fakeFile(moved: (call: Call) => number, size = 0) {
    const calls: Call[] = [];
    const move = (target: Uint8Array, at: number, length: number, position: number) => {
      const call = { target, at, length, position };
      calls.push(call);
      if (calls.length > 100_000) throw new Error("an endless loop");
      return moved(call);
    };
    const file = {
      stat: async () => ({ isFile: () => size > 0, size }),
      read: async (...call: Parameters<typeof move>) => ({ bytesRead: move(...call) }),
      write: async (...call: Parameters<typeof move>) => ({ bytesWritten: move(...call) }),
    };
    return { file: file as unknown as FileHandle, calls };
  }

  /** The most bytes that an array has on Node 20. What the fake is given, it does not touch: such an array takes no memory. */
  const WHOLE = 2 ** 32;
  const vast = (byteLength: number) => new Uint8Array(byteLength);

  /** Looks whether calls are the pieces of a file's bytes, one behind the other in the buffer. */
  function expectCalls(
    calls: readonly Call[],
    done: (call: Call) => number,
    pieces: [position: number, length: number][],
  ) {
    let at = 0;
    let next = 0;
    for (const [position, length] of pieces) {
      for (let inPiece = 0; inPiece < length; ) {
        const call = calls[next++] as Call;
        expect([call.at, call.position]).toEqual([at, position + inPiece]);
        expect(call.length).toBeGreaterThan(0);
        expect(call.length).toBeLessThanOrEqual(Math.min(MOST, length - inPiece));
        at += done(call);
        inPiece += done(call);
      }
    }
    expect(calls.length).toBe(next);
  }

  const both = { gatherFile, scatterFile };

  it.each(Object.entries(both))("%s: a table that is none is named before the file is touched", async (_, transfer) => {
    const file = new Proxy(
      { read: () => {} },
      { get: (own, key) => (key === "read" ? own.read : expect.fail(`${String(key)} was asked for`)) },
    );
    const error = await transfer(5 as never, { file: file as never, addr: 0 }, new Uint8Array(4)).catch(
      (fault) => fault,
    );
    expect(error).toEqual(blames(TypeError, "table"));
  });

  it.each(Object.entries(both))("%s: a segment of 4 GiB is four calls of 2^30 bytes", async (_, transfer) => {
    const whole = SegmentTable.from([{ addr: 1n << 63n, length: 2 ** 32 }]);
    const { file, calls } = fakeFile(({ length }) => length);
    const buffer = vast(2 ** 32);
    expect(await transfer(whole, { file, addr: (1n << 63n) - 4096n }, buffer)).toBe(2 ** 32);
    expect(calls.map(({ at, length, position }) => [at, length, position])).toEqual(
      [0, 1, 2, 3].map((i) => [i * MOST, MOST, 4096 + i * MOST]),
    );
    expect(calls.every(({ target }) => target === buffer)).toBe(true);
  });

  it.each(Object.entries(both))(
    "%s: lengths near 2^30, and those that follow each other in the file",
    async (_, transfer) => {
      for (const lengths of [
        [MOST - 1, 1],
        [MOST, 1],
        [MOST + 1],
        [600 * 2 ** 20, 600 * 2 ** 20, 600 * 2 ** 20],
        [2 ** 31 - 4096, 4096, 1],
        [2 ** 31 + 5, 2 ** 31 - 5],
        [WHOLE],
        [1, WHOLE - 8, 7],
      ]) {
        const sumOf = (some: readonly number[]) => some.reduce((sum, length) => sum + length, 0);
        const follow = lengths.map((length, i) => ({ addr: sumOf(lengths.slice(0, i)), length }));
        const total = sumOf(lengths);
        const done = ({ length }: Call) => length;
        const { file, calls } = fakeFile(done);
        expect(await transfer(SegmentTable.from(follow), { file, addr: 0 }, vast(total))).toBe(total);
        expectCalls(calls, done, [[0, total]]);
        // With gaps, and from a byte of the first on; less than all where the buffer ends.
        const apart = follow.map((segment) => ({ ...segment, addr: segment.addr * 2 + 5 }));
        const other = fakeFile(done);
        const skip = Math.min(3, (lengths[0] as number) - 1);
        expect(
          await transfer(SegmentTable.from(apart), { file: other.file, addr: 5 }, vast(total - skip - 1), skip),
        ).toBe(total - skip - 1);
        const pieces = apart.map((segment, i): [number, number] => {
          const from = i === 0 ? skip : 0;
          return [segment.addr - 5 + from, segment.length - from - (i === apart.length - 1 ? 1 : 0)];
        });
        expectCalls(
          other.calls,
          done,
          pieces.filter(([, length]) => length > 0),
        );
      }
    },
  );

  it.each(Object.entries(both))("%s: goes on where the system moves less than it was asked", async (_, transfer) => {
    const whole = SegmentTable.from([
      { addr: 0, length: WHOLE - 3 },
      { addr: 2 ** 33, length: 3 },
    ]);
    for (const most of [2 ** 31 - 4096, MOST, MOST - 4096, 2 ** 29 + 1, 100_000_007]) {
      const done = ({ length }: Call) => Math.min(length, most);
      const { file, calls } = fakeFile(done);
      expect(await transfer(whole, { file, addr: 0 }, vast(WHOLE))).toBe(WHOLE);
      expectCalls(calls, done, [
        [0, WHOLE - 3],
        [2 ** 33, 3],
      ]);
    }
  });

  it("a write of 0 bytes is an error, and no endless loop; a read of none too", async () => {
    const two = SegmentTable.from([
      { addr: 100, length: 50 },
      { addr: 1000, length: 50 },
    ]);
    for (const full of [0, 20, 50, 70]) {
      let left = full;
      const { file, calls } = fakeFile(({ length }) => {
        const moved = Math.min(length, left);
        left -= moved;
        return moved;
      });
      await expect(scatterFile(two, { file, addr: 0 }, new Uint8Array(100))).rejects.toThrow(
        blames(RangeError, "file"),
      );
      expect(calls.length).toBeLessThanOrEqual(4);
      left = full;
      await expect(gatherFile(two, { file, addr: 0 }, new Uint8Array(100))).rejects.toThrow(blames(RangeError, "file"));
    }
  });

  it("a few bytes anywhere in segments of 4 GiB, of a file whose bytes are known by their place", async () => {
    const byteAt = (position: number) => (position * 31 + Math.floor(position / 2 ** 20)) & 255;
    const { file } = fakeFile(({ target, at, length, position }) => {
      for (let i = 0; i < length; i++) target[at + i] = byteAt(position + i);
      return length;
    }, 2 ** 34);
    const vastTable = SegmentTable.from([
      { addr: 2 ** 33, length: 2 ** 32 },
      { addr: 2 ** 33 - 5, length: 5 },
      { addr: 0, length: 2 ** 32 },
    ]);
    const placeOf = (offset: number) => {
      if (offset < 2 ** 32) return 2 ** 33 + offset;
      return offset < 2 ** 32 + 5 ? 2 ** 33 - 5 + (offset - 2 ** 32) : offset - 2 ** 32 - 5;
    };
    for (const skip of [0, 2 ** 30 - 50, 2 ** 31 - 4096, 2 ** 32 - 50, 2 ** 32 + 3, 2 ** 33 - 95, 2 ** 33]) {
      const target = new Uint8Array(102).fill(0xee);
      const count = Math.min(100, 2 ** 33 + 5 - skip);
      expect(await gatherFile(vastTable, { file, addr: 0 }, target.subarray(1, 101), skip)).toBe(count);
      const expected = Array.from({ length: count }, (_, i) => byteAt(placeOf(skip + i)));
      expect([...target]).toEqual([0xee, ...expected, ...Array(101 - count).fill(0xee)]);
    }
  });
});
