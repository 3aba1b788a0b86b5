/** What segring/node adds for devices: windows of `/proc/iomem`, and tables over files. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { gatherFile, iomemWindows, parseIomem, readIomem, scatterFile } from "../../src/node/index.js";
import { BUS, NOMERGE } from "../../src/record.js";
import { translate } from "../../src/table/translate.js";
import { SegmentTable } from "../../src/table.js";
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
    expect(() => iomemWindows([], { busOffset: "1" as never })).toThrow(
      new TypeError('"busOffset" expected a number or a bigint, got "1"'),
    );
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
        const count = await gatherFile(file, base, table, target, skip);
        expect(count).toBe(Math.max(0, flat.length - skip));
        expect(Buffer.compare(target.subarray(0, count), flat.subarray(skip))).toBe(0);
        expect(target.subarray(count).every((byte) => byte === 0xee)).toBe(true);
      }
      const short = new Uint8Array(70);
      expect(await gatherFile(file, base, table, short, 20)).toBe(70);
      expect(Buffer.compare(short, flat.subarray(20, 90))).toBe(0);
    });
  });

  it("write them, and nothing else", async () => {
    writeFileSync(path, content);
    const source = new Uint8Array(1101).fill(0xaa);
    expect(await withFile("r+", (file) => scatterFile(file, base, table, source))).toBe(1101);
    const found = readFileSync(path);
    for (const [index, byte] of found.entries()) {
      const inTable = index === 0 || (index >= 100 && index < 200) || index >= 9000;
      if (byte !== (inTable ? 0xaa : content[index])) expect.fail(`byte ${index} is ${byte}`);
    }
    const grown = SegmentTable.from([{ addr: base + 20_000n, length: 4 }]);
    expect(await withFile("r+", (file) => scatterFile(file, base, grown, Uint8Array.of(1, 2, 3, 4)))).toBe(4);
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
      await expect(gatherFile(file, base, outside, target)).rejects.toThrow(
        '"file" expected memory from 0xffffffff00000000 to 0xffffffff00002710 to have all of segment 1 (0xffffffff00002706, 11 bytes)',
      );
      await expect(gatherFile(file, base + 1n, outside, target)).rejects.toThrow(RangeError);
      await expect(gatherFile(file, base, outside, [] as never)).rejects.toThrow(TypeError);
      await expect(gatherFile({} as never, base, outside, target)).rejects.toThrow(TypeError);
      await expect(scatterFile(file, base + 1n, outside, target)).rejects.toThrow(RangeError);
    });
    expect(target.every((byte) => byte === 0xee)).toBe(true);
  });
});
