/** The recipes in samples/recipes, as users would copy them, over real HTTP, real files and real formats. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asyncBufferFromUrl, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sliceRanges } from "../../samples/recipes/blob.mjs";
import { readRanges } from "../../samples/recipes/files.mjs";
import { fetchRanges } from "../../samples/recipes/http.mjs";
import { prefetchColumns } from "../../samples/recipes/parquet.mjs";
import { Random } from "../support/random.js";
import { RangeServer } from "./recipes-server.js";

const server = new RangeServer();
const folder = mkdtempSync(join(tmpdir(), "segring-recipes-"));
beforeAll(() => server.start());
afterAll(() => {
  server.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(() => server.reset());

const random = new Random(11);
const FILE = Uint8Array.from({ length: 100_000 }, () => random.u32());
const RANGES = [
  ...Array.from({ length: 60 }, (_, i) => ({ offset: 90_000 - i * 500, length: 300 })),
  { offset: 0, length: 20_000 },
  { offset: 99_999, length: 1 },
  { offset: 5, length: 0 },
  { offset: 90_000, length: 300 },
];
const OPTIONS = { maxBytes: 8192, gapBytes: 256 };
const EXPECTED = RANGES.map(({ offset, length }) => FILE.slice(offset, offset + length));
const same = (found: readonly Uint8Array[]) => expect(found.map((bytes) => Uint8Array.from(bytes))).toEqual(EXPECTED);

describe("fetchRanges", () => {
  beforeAll(() => server.resources.set("/file", FILE));

  it("gets every range over HTTP, in the order given, in few requests", async () => {
    same(await fetchRanges(`${server.base}/file`, RANGES, OPTIONS));
    expect(server.asked.length).toBe(8);
    expect(Math.max(...server.asked.map(({ bytes }) => bytes))).toBeLessThanOrEqual(8192);
    const wanted = 60 * 300 + 20_000 + 1;
    expect(server.asked.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(wanted + 60 * 256);
  });
});

describe("readRanges", () => {
  it("reads every range of a file, and says where a file is too short", async () => {
    const path = join(folder, "file");
    writeFileSync(path, FILE);
    const file = await open(path);
    try {
      same(await readRanges(file, RANGES, OPTIONS));
      const past = [{ offset: 99_990, length: 20 }];
      await expect(readRanges(file, past, OPTIONS)).rejects.toThrow(/up to 100000/);
      await expect(readRanges(file, past, { ...OPTIONS, resourceBytes: 100_010 })).rejects.toThrow(/\b99990\b.*\b10\b/);
    } finally {
      await file.close();
    }
  });
});

describe("sliceRanges", () => {
  it("slices every range of a Blob, and refuses one past its end", async () => {
    const blob = new Blob([FILE]);
    same(await sliceRanges(blob, RANGES, OPTIONS));
    await expect(sliceRanges(blob, [{ offset: 99_999, length: 2 }], OPTIONS)).rejects.toThrow(/up to 100000/);
  });
});

describe("prefetchColumns", () => {
  const ROWS = 4000;
  const names = ["id", "price", "name", "size", "note", "flag"];
  const columnData = names.map((name, c) => ({
    name,
    data: Array.from({ length: ROWS }, (_, i) =>
      c === 2 || c === 4 ? `${name} ${(i * 7919) % 1000}` : (i * (c + 3)) % 5000,
    ),
  }));

  it("reads two columns of a real Parquet file, all chunks in few requests, and the same rows", async () => {
    const bytes = new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 500 }));
    server.resources.set("/table.parquet", bytes);
    const file = await asyncBufferFromUrl({ url: `${server.base}/table.parquet` });
    const metadata = await parquetMetadataAsync(file);
    expect(metadata.row_groups.length).toBe(8);
    const columns = ["price", "size"];
    const direct = await parquetReadObjects({ file, metadata, columns });

    server.reset();
    const options = { maxBytes: 2 ** 20, gapBytes: 16384 };
    const planned = await prefetchColumns(file, metadata, columns, options);
    const afterPrefetch = server.asked.length;
    expect(await parquetReadObjects({ file: planned, metadata, columns })).toEqual(direct);
    expect(direct.length).toBe(ROWS);
    expect(direct[9]).toEqual({ price: (9 * 4) % 5000, size: (9 * 6) % 5000 });
    // 16 chunks; reading the rows asked for nothing more.
    expect(planned.plan.inputCount).toBe(16);
    expect(afterPrefetch).toBe(planned.plan.requestCount);
    expect(server.asked.length).toBe(afterPrefetch);
    expect(afterPrefetch).toBeLessThan(4);
    expect(server.asked.reduce((sum, request) => sum + request.bytes, 0)).toBe(planned.plan.coveredBytes);
  });
});
