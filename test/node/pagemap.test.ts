import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  PAGE_ABSENT,
  PAGE_GUARD,
  PAGE_PRESENT,
  PAGE_SWAPPED,
  pinBuffer,
  readMaps,
  readPageFrames,
  readPagemap,
  systemPageBytes,
} from "../../src/node/index.js";
import { checkPresent, decodePagemap } from "../../src/node/pagemap.js";
import { auxvPageBytes } from "../../src/node/pagesize.js";
import { blames, NOT_LINUX } from "../support/blame.js";
import { asNobody } from "../support/nobody.js";
import { linux, privileged, thrown } from "./machine.js";

afterEach(() => {
  vi.restoreAllMocks();
});

const PRESENT = 1n << 63n;
const SWAPPED = 1n << 62n;
const GUARD = 1n << 58n;

/** The first of `bytes` that no mapping has, in the middle of a gap: what is at its sides may grow. */
function unmapped(bytes: bigint): bigint {
  let end = 0n;
  for (const { addr, length } of readMaps()) {
    if (end > 0n && addr - end > 4n * bytes) return BigInt.asUintN(64, (end + (addr - end) / 2n) & -65536n);
    end = addr + length;
  }
  throw new Error("expected a gap between mappings");
}

/** What is found while the frames are the same before and after: the system may move a page at any time. */
function unmoved<F, T>(framesNow: () => F, find: () => T): { frames: F; found: T } {
  for (let tries = 1; ; tries++) {
    const frames = framesNow();
    const found = find();
    if (isDeepStrictEqual(frames, framesNow()) || tries === 1000) return { frames, found };
  }
}

describe("decodePagemap", () => {
  it("takes bits 0 to 54 of present pages, and nothing of others", () => {
    const frame = (1n << 55n) - 1n;
    const entries = new BigUint64Array([
      PRESENT | frame,
      PRESENT | 1n,
      PRESENT | (1n << 32n),
      SWAPPED | frame,
      0n,
      frame,
      2n ** 64n - 1n - SWAPPED,
      2n ** 64n - 1n,
    ]);
    const states = new Uint8Array(8);
    expect(decodePagemap(entries, states)).toBe(-1);
    expect([...entries]).toEqual([frame, 1n, 1n << 32n, 0n, 0n, 0n, frame, 0n]);
    const [p, s, a, g] = [PAGE_PRESENT, PAGE_SWAPPED, PAGE_ABSENT, PAGE_GUARD];
    expect([...states]).toEqual([p, p, p, s, a, a, p, g]);
  });

  it("tells guard pages, which have bit 58 and that of swapped pages, from these and from present ones", () => {
    // The second is what Linux 6.18 shows for a guard page, frame bits and all.
    const entries = new BigUint64Array([
      GUARD | SWAPPED,
      0x440000000000009fn,
      SWAPPED | 0x9fn,
      GUARD,
      GUARD | PRESENT | 1n,
    ]);
    const states = new Uint8Array(5);
    expect(decodePagemap(entries, states)).toBe(-1);
    expect([...states]).toEqual([PAGE_GUARD, PAGE_GUARD, PAGE_SWAPPED, PAGE_ABSENT, PAGE_PRESENT]);
    expect([...entries]).toEqual([0n, 0n, 0n, 0n, 1n]);
    expect(new Set([PAGE_ABSENT, PAGE_PRESENT, PAGE_SWAPPED, PAGE_GUARD]).size).toBe(4);
  });

  it("is the documented layout, for any entry", () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt(0n, 2n ** 64n - 1n), { maxLength: 20 }), (entries) => {
        const present = (entry: bigint) => (entry & PRESENT) !== 0n && (entry & SWAPPED) === 0n;
        const frames = entries.map((entry) => (present(entry) ? entry % (1n << 55n) : 0n));
        const got = new BigUint64Array(entries);
        const hidden = decodePagemap(got, new Uint8Array(entries.length));
        expect([...got]).toEqual(frames);
        expect(hidden).toBe(entries.findIndex((entry, index) => present(entry) && frames[index] === 0n));
      }),
    );
  });

  it("finds the present page whose frame is hidden", () => {
    const entries = new BigUint64Array([0n, SWAPPED, PRESENT | (1n << 61n), PRESENT]);
    expect(decodePagemap(entries, new Uint8Array(4))).toBe(2);
  });
});

describe("checkPresent", () => {
  it("counts the pages that are missing and names the first", () => {
    const entries = (...states: number[]) => ({
      addr: 0xffff_ffff_ffff_0000n,
      pageBytes: 4096,
      frames: new BigUint64Array(states.length),
      states: Uint8Array.from(states),
    });
    expect(() => checkPresent(entries(1, 1))).not.toThrow();
    expect(() => checkPresent(entries())).not.toThrow();
    expect(() => checkPresent(entries(1, PAGE_SWAPPED, PAGE_ABSENT, PAGE_ABSENT, 1))).toThrow(
      blames(RangeError, "addr"),
    );
    // Whoever touches a guard page dies of SIGSEGV.
    expect(() => checkPresent(entries(1, PAGE_SWAPPED, PAGE_GUARD, PAGE_ABSENT, PAGE_GUARD))).toThrow(
      blames(RangeError, "addr"),
    );
  });
});

describe("auxvPageBytes", () => {
  /** Pairs of type and value. */
  function auxv(wordBytes: 4 | 8, littleEndian: boolean, ...words: number[]): Uint8Array {
    const view = new DataView(new ArrayBuffer(words.length * wordBytes));
    for (const [index, word] of words.entries()) {
      if (wordBytes === 4) view.setUint32(4 * index, word, littleEndian);
      else view.setBigUint64(8 * index, BigInt(word), littleEndian);
    }
    return new Uint8Array(view.buffer);
  }

  it.each([4, 8] as const)("reads words of %d bytes in either order", (wordBytes) => {
    for (const littleEndian of [true, false]) {
      const bytes = auxv(wordBytes, littleEndian, 33, 0x7000, 6, 65536, 17, 100, 0, 0);
      expect(auxvPageBytes(bytes, wordBytes, littleEndian)).toBe(65536);
    }
  });

  it("refuses a vector that does not say it", () => {
    expect(() => auxvPageBytes(auxv(8, true, 17, 100, 0, 0, 6, 4096, 0, 0), 8, true)).toThrow(
      blames(Error, "/proc/self/auxv"),
    );
    expect(() => auxvPageBytes(auxv(8, true, 6, 4095), 8, true)).toThrow(blames(Error, "/proc/self/auxv"));
    expect(() => auxvPageBytes(auxv(8, true, 6, 0), 8, true)).toThrow("got 0");
  });
});

describe("systemPageBytes", () => {
  it("is what getconf says", () => {
    if (!linux) expect(() => systemPageBytes()).toThrow(NOT_LINUX);
    else expect(systemPageBytes()).toBe(Number(execFileSync("getconf", ["PAGESIZE"], { encoding: "utf8" })));
  });
});

describe("readPagemap", () => {
  it("checks its arguments on any platform", () => {
    expect(() => readPagemap(-1, 1)).toThrow(RangeError);
    expect(() => readPagemap(0, 1.5)).toThrow(RangeError);
    expect(() => readPagemap("0" as never, 1)).toThrow(TypeError);
    expect(() => readPagemap(0, 1, { pid: 0 })).toThrow(RangeError);
    expect(() => readPagemap(2n ** 64n - 4096n, 4097)).toThrow(blames(RangeError, "addr + byteLength"));
  });

  it("reads what the file holds, or says that it may not", () => {
    if (!linux) return expect(() => readPagemap(0, 4096)).toThrow(NOT_LINUX);
    const pageBytes = systemPageBytes();
    const { addr, byteLength } = pinBuffer(64 * pageBytes);
    if (!privileged) {
      expect(thrown(() => readPagemap(addr, byteLength))).toMatchObject({ name: "SegringError", code: "NO_PRIVILEGE" });
      return;
    }
    // The same file, page by page and without the code under test.
    const file = openSync("/proc/self/pagemap", "r");
    const word = Buffer.alloc(8);
    const direct = () =>
      Array.from({ length: 64 }, (_, index) => {
        readSync(file, word, 0, 8, (addr / BigInt(pageBytes) + BigInt(index)) * 8n);
        return word.readBigUInt64LE() % (1n << 55n);
      });
    const { frames, found } = unmoved(direct, () => ({
      own: readPagemap(addr, byteLength),
      byPid: readPagemap(addr, byteLength, { pid: process.pid }),
    }));
    closeSync(file);
    expect(found.own).toMatchObject({ addr, pageBytes });
    expect([...found.own.frames]).toEqual(frames);
    expect([...found.own.states]).toEqual(Array(64).fill(PAGE_PRESENT));
    expect([...found.byPid.frames]).toEqual(frames);
  });

  it("counts a page that a range only touches, and none for no bytes", () => {
    if (!linux) return expect(() => readPagemap(0, 0)).toThrow(NOT_LINUX);
    const page = BigInt(systemPageBytes());
    const addr = unmapped(4n * page);
    const pages = (from: bigint, bytes: bigint) => {
      const entries = readPagemap(from, bytes);
      return [entries.addr - addr, entries.frames.length, entries.states.length];
    };
    expect(pages(addr, page)).toEqual([0n, 1, 1]);
    expect(pages(addr + page - 1n, 2n)).toEqual([0n, 2, 2]);
    expect(pages(addr + page, page + 1n)).toEqual([page, 2, 2]);
    expect(pages(addr + page + 5n, 0n)).toEqual([page, 0, 0]);
  });

  it("reads in several chunks", () => {
    if (!linux) return expect(() => readPagemap(0, 4096)).toThrow(NOT_LINUX);
    const page = BigInt(systemPageBytes());
    // Three chunks and a half.
    const count = 229_376;
    const bytes = BigInt(count) * page;
    const empty = readPagemap(unmapped(bytes), bytes);
    expect(isDeepStrictEqual(empty.states, new Uint8Array(count).fill(PAGE_ABSENT))).toBe(true);
    expect(isDeepStrictEqual(empty.frames, new BigUint64Array(count))).toBe(true);
    if (!privileged) return;
    // The end of a long range lies where it would alone.
    const { addr, byteLength } = pinBuffer(40 * 2 ** 20);
    const { frames, found: long } = unmoved(
      () => readPagemap(addr, byteLength).frames,
      () => readPagemap(addr - bytes, bytes + BigInt(byteLength)),
    );
    expect(long.addr).toBe(addr - bytes);
    expect(isDeepStrictEqual(long.frames.subarray(count), frames)).toBe(true);
  });

  it("says so where pagemap ends: the highest page there is", () => {
    if (!linux) return expect(() => readPagemap(0, 4096)).toThrow(NOT_LINUX);
    const page = BigInt(systemPageBytes());
    const error = thrown(() => readPagemap(2n ** 64n - page, page));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toContain(`it ends before 0x${(2n ** 64n - page).toString(16)}`);
    expect(thrown(() => readPagemap(0xffffffffff600000n, 4096n)).message).toContain("before 0xffffffffff600000");
  });

  it("says so where memory does not hold the entries, and where there is no such process", () => {
    if (!linux) return expect(() => readPagemap(0, 4096)).toThrow(NOT_LINUX);
    const pages = 2n ** 63n / BigInt(systemPageBytes());
    expect(thrown(() => readPagemap(0, 2n ** 63n))).toMatchObject({
      code: "OUT_OF_MEMORY",
      message: `the entries of ${pages} pages need ${9n * pages} bytes; ask for fewer at a time`,
    });
    const available = vi.spyOn(process, "availableMemory").mockReturnValue(89);
    const nine = 9 * systemPageBytes();
    expect(readPagemap(unmapped(2n ** 20n), nine).frames).toHaveLength(9);
    expect(thrown(() => readPagemap(unmapped(2n ** 20n), nine + 1))).toMatchObject({ code: "OUT_OF_MEMORY" });
    available.mockRestore();
    const error = thrown(() => readPagemap(0, 4096, { pid: 2 ** 31 - 1 }));
    expect(error.message).toContain('"/proc/2147483647/pagemap" does not exist');
    expect(error.cause).toMatchObject({ code: "ENOENT" });
  });

  it("says what to do to a process without privilege", () => {
    if (!linux) return expect(() => readPagemap(0, 4096)).toThrow(NOT_LINUX);
    const own = asNobody('node.readPagemap(node.readMaps().find(({ path }) => path === "[stack]").addr, 135168n)');
    expect(own).toMatchObject({
      code: "NO_PRIVILEGE",
      message: expect.stringMatching(/0x[0-9a-f]+000\b/),
    });
    expect(own.message).toMatch(/root.*CAP_SYS_ADMIN/);
    const foreign = asNobody("node.readPagemap(0, 4096, { pid: 1 }).frames.length");
    expect(foreign).toMatchObject({
      code: "NO_PRIVILEGE",
      message: expect.stringContaining('"/proc/1/pagemap" may not be read'),
    });
  });
});

/** Four pages of a process, all written to, then the second made a guard page. Prints their address, and waits for the end of its input. */
const GUARDED = `
import ctypes, mmap, sys
page = mmap.PAGESIZE
memory = mmap.mmap(-1, 4 * page)
for at in range(4): memory[at * page] = 1
addr = ctypes.addressof(ctypes.c_char.from_buffer(memory))
if ctypes.CDLL(None).madvise(ctypes.c_void_p(addr + page), ctypes.c_size_t(page), 102): addr = 0
print(addr, flush=True)
sys.stdin.read()`;

describe.runIf(privileged)("a process with a guard page", () => {
  it("is read without a word of swap", async () => {
    const child = spawn("python3", ["-c", GUARDED], { stdio: ["pipe", "pipe", "ignore"] });
    const none = () => ["0"];
    try {
      const line = await Promise.race([once(child.stdout, "data"), once(child, "close").then(none, none)]);
      const addr = BigInt(String(line[0]));
      // No python3, or a kernel before 6.13.
      if (addr === 0n) return;
      const { pid } = child;
      const { states, frames, pageBytes } = readPagemap(addr, 4 * systemPageBytes(), { pid });
      // Linux 6.13 and 6.14 do not mark them.
      if (states[1] === PAGE_SWAPPED) return;
      expect([states[1], frames[1]]).toEqual([PAGE_GUARD, 0n]);
      const { message } = thrown(() => readPageFrames(addr, 4 * pageBytes, { pid }));
      expect(message).toContain(" and 1 guard pages of 4, ");
    } finally {
      child.kill();
    }
  });
});

describe("readPageFrames", () => {
  it("gives the frames with the place in the first page", () => {
    if (!linux) return expect(() => readPageFrames(0, 4096)).toThrow(NOT_LINUX);
    const page = systemPageBytes();
    const { addr } = pinBuffer(3 * page);
    const read = () => readPageFrames(addr + 100n, page + 200, { flags: 0x500 });
    if (!privileged) {
      expect(thrown(read)).toMatchObject({ code: "NO_PRIVILEGE" });
      return;
    }
    const input = read();
    expect(input).toMatchObject({ firstOffset: 100, lastUnused: page - 300, flags: 0x500 });
    expect(2 ** input.pageShift).toBe(page);
    expect(input.frames).toEqual(readPagemap(addr, 2 * page).frames);
    expect(readPageFrames(addr + 100n, 0).frames).toHaveLength(0);
  });

  it("refuses pages that are not there", () => {
    if (!linux) return expect(() => readPageFrames(0, 4096)).toThrow(NOT_LINUX);
    const page = BigInt(systemPageBytes());
    const addr = unmapped(4n * page);
    expect(() => readPageFrames(addr, 2n * page)).toThrow(blames(RangeError, "addr"));
  });

  it("refuses flags that are none", () => {
    expect(() => readPageFrames(0, 0, { flags: 1 })).toThrow(linux ? RangeError : NOT_LINUX);
  });
});
