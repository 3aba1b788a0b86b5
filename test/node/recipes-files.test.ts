/** samples/recipes/files.mjs and blob.mjs: short reads, files that change, limits, aborts. */

import { mkdtempSync, openAsBlob, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { sliceRanges } from "../../samples/recipes/blob.mjs";
import { readRanges } from "../../samples/recipes/files.mjs";
import { blames, type ErrorClass } from "../support/blame.js";
import { Random } from "../support/random.js";

const folder = mkdtempSync(join(tmpdir(), "segring-recipes-files-"));
afterAll(() => rmSync(folder, { recursive: true }));

const random = new Random(13);
const FILE = Uint8Array.from({ length: 10_000 }, () => random.u32());
const RANGES = Array.from({ length: 16 }, (_, i) => ({ offset: i * 600, length: 100 }));
const EXPECTED = RANGES.map(({ offset, length }) => FILE.slice(offset, offset + length));
const PLAN = { maxBytes: 4096 };
const reason = new Error("no longer wanted");

/** A file of long ago: whatever is written to it changes its time. */
function makeFile(): string {
  const path = join(folder, `${random.u32()}`);
  writeFileSync(path, FILE);
  utimesSync(path, 1, 1);
  return path;
}

type Read = (bytes: Uint8Array, at: number, length: number, position: number) => Promise<{ bytesRead: number }>;

/** Runs `use` on a file whose reads go through `around`. */
async function withFile(path: string, around: (read: Read) => Read, use: (file: FileHandle) => Promise<void>) {
  const file = await open(path);
  try {
    const read = around((...asked) => file.read(...asked));
    await use({ stat: (options: { bigint: true }) => file.stat(options), read } as unknown as FileHandle);
  } finally {
    await file.close();
  }
}

/** Counts how many run at a time. */
class Gauge {
  most = 0;
  #now = 0;

  async run<T>(task: () => Promise<T>): Promise<T> {
    this.most = Math.max(this.most, ++this.#now);
    try {
      return await task();
    } finally {
      this.#now--;
    }
  }
}

/** Of both recipes alike. */
const OPTIONS = [
  [{ concurrency: 0 }, RangeError, "concurrency"],
  [{ signal: 1 }, TypeError, "signal"],
  [{ gapBytes: 1 }, TypeError, "options"],
] as const;

async function expectRefused(reading: Promise<unknown>, type: ErrorClass, argument: string) {
  const error = await reading.then(
    () => expect.fail(),
    (fault) => fault,
  );
  expect(error).toEqual(blames(type, argument));
}

describe("readRanges", () => {
  it("joins reads that give less than they were asked for", async () => {
    const few =
      (read: Read): Read =>
      (bytes, at, length, position) =>
        read(bytes, at, Math.min(length, 7), position);
    await withFile(makeFile(), few, async (file) => {
      expect(await readRanges(file, RANGES, PLAN)).toEqual(EXPECTED);
    });
  });

  it("asks no read for 2^31 bytes, at which Node 20 dies", async () => {
    const length = 2 ** 31 + 10;
    const asked: number[] = [];
    const file = {
      stat: async () => ({ isFile: () => false, size: 0n, mtimeNs: 0n }),
      read: async (_bytes: Uint8Array, _at: number, bytesRead: number) => {
        asked.push(bytesRead);
        return { bytesRead };
      },
    } as unknown as FileHandle;
    const [bytes] = await readRanges(file, [{ offset: 0, length }], { maxBytes: length });
    expect(bytes?.byteLength).toBe(length);
    expect(asked).toEqual([2 ** 30, 2 ** 30, 10]);
  });

  it("refuses a file that is written to while it is read", async () => {
    const path = makeFile();
    const writing = (read: Read): Read => {
      return (...asked) => {
        // In place: its length stays.
        writeFileSync(path, FILE, { flag: "r+" });
        return read(...asked);
      };
    };
    await withFile(path, writing, async (file) => {
      await expect(readRanges(file, RANGES, PLAN)).rejects.toThrow(blames(Error, "the file changed while it was read"));
    });
  });

  it("says where a file ends that became shorter", async () => {
    const path = makeFile();
    const cutting = (read: Read): Read => {
      return (...asked) => {
        truncateSync(path, 650);
        return read(...asked);
      };
    };
    await withFile(path, cutting, async (file) => {
      await expect(readRanges(file, [{ offset: 600, length: 100 }], PLAN)).rejects.toThrow(/\b600\b.*\b50\b/);
    });
  });

  it("reads no more at a time than it may, and begins none after a failure", async () => {
    const gauge = new Gauge();
    const counted = (read: Read): Read => {
      return (...asked) => gauge.run(() => read(...asked));
    };
    await withFile(makeFile(), counted, async (file) => {
      expect(await readRanges(file, RANGES, PLAN, { concurrency: 2 })).toEqual(EXPECTED);
      expect(gauge.most).toBe(2);
    });
    let begun = 0;
    const failing = (): Read => async () => {
      begun++;
      throw new Error("EIO");
    };
    await withFile(makeFile(), failing, async (file) => {
      await expect(readRanges(file, RANGES, PLAN, { concurrency: 2 })).rejects.toThrow("EIO");
      expect(begun).toBe(2);
    });
  });

  it("stops at an abort, and the file can be closed at once", async () => {
    const controller = new AbortController();
    let begun = 0;
    const aborting = (read: Read): Read => {
      return (...asked) => {
        begun++;
        controller.abort(reason);
        return read(...asked);
      };
    };
    await withFile(makeFile(), aborting, async (file) => {
      const { signal } = controller;
      await expect(readRanges(file, RANGES, PLAN, { signal, concurrency: 1 })).rejects.toBe(reason);
      expect(begun).toBe(1);
    });
  });

  it.each(OPTIONS)("refuses the options %o", async (options, type, message) => {
    await withFile(
      makeFile(),
      (read) => read,
      (file) => expectRefused(readRanges(file, RANGES, PLAN, options as object), type, message),
    );
  });
});

describe("sliceRanges", () => {
  it("reads no more at a time than it may", async () => {
    const gauge = new Gauge();
    const blob = new Blob([FILE]);
    const counted = {
      size: blob.size,
      slice: (start: number, end: number) => ({
        arrayBuffer: () => gauge.run(() => blob.slice(start, end).arrayBuffer()),
      }),
    } as unknown as Blob;
    expect(await sliceRanges(counted, RANGES, PLAN, { concurrency: 3 })).toEqual(EXPECTED);
    expect(gauge.most).toBe(3);
  });

  it("refuses a file that changed since it was chosen", async () => {
    const path = makeFile();
    const blob = await openAsBlob(path);
    expect(await sliceRanges(blob, RANGES, PLAN)).toEqual(EXPECTED);
    truncateSync(path, 650);
    await expect(sliceRanges(blob, RANGES, PLAN)).rejects.toMatchObject({ name: "NotReadableError" });
  });

  it("gives no short slice, and stops at an abort", async () => {
    const short = { size: FILE.length, slice: () => new Blob(["x"]) } as unknown as Blob;
    await expect(sliceRanges(short, RANGES, PLAN)).rejects.toThrow(blames(RangeError, "buffers[0].byteLength"));
    const signal = AbortSignal.abort(reason);
    await expect(sliceRanges(new Blob([FILE]), RANGES, PLAN, { signal })).rejects.toBe(reason);
  });

  it.each(OPTIONS)("refuses the options %o", async (options, type, message) => {
    await expectRefused(sliceRanges(new Blob([FILE]), RANGES, PLAN, options as object), type, message);
  });
});
