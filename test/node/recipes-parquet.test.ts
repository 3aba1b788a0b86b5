/** samples/recipes/parquet.mjs and prefetch.mjs: what is read before, and that nothing of it is read again. */

import { parquetMetadataAsync, parquetReadObjects, readOffsetIndex } from "hyparquet";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import { prefetchColumns } from "../../samples/recipes/parquet.mjs";
import { prefetchRanges } from "../../samples/recipes/prefetch.mjs";
import { blames } from "../support/blame.js";
import { Random } from "../support/random.js";

type AsyncBuffer = Parameters<typeof prefetchRanges>[0];

/** Four row groups of 1000 rows, three columns; each chunk has many pages. */
const ROWS = 4000;
const columnData = ["price", "name", "size"].map((name, c) => ({
  name,
  data: Array.from({ length: ROWS }, (_, i) => (c === 1 ? `name ${i % 100}` : i * (c + 1) * 1.5)),
}));
const TABLE = parquetWriteBuffer({ columnData, rowGroupSize: 1000, pageSize: 800, codec: "UNCOMPRESSED" });
const COLUMNS = ["price", "name"];
/** No gap between chunks is read along. */
const PLAN = { maxBytes: 2 ** 20 };

/** A file in memory, and the reads of it; `most` at a time. */
class Counted {
  reads: [number, number][] = [];
  most = 0;
  #now = 0;
  readonly byteLength: number;

  readonly buffer: ArrayBuffer;
  readonly fault: (bytes: ArrayBuffer, n: number) => ArrayBuffer;

  constructor(buffer: ArrayBuffer, fault: (bytes: ArrayBuffer, n: number) => ArrayBuffer = (bytes) => bytes) {
    this.byteLength = buffer.byteLength;
    this.buffer = buffer;
    this.fault = fault;
  }

  async slice(start: number, end = this.byteLength): Promise<ArrayBuffer> {
    const n = this.reads.push([start, end]) - 1;
    this.most = Math.max(this.most, ++this.#now);
    await new Promise((resolve) => setImmediate(resolve));
    this.#now--;
    return this.fault(this.buffer.slice(start, end), n);
  }

  get bytes(): number {
    return this.reads.reduce((sum, [start, end]) => sum + end - start, 0);
  }
}

const metadata = await parquetMetadataAsync(new Counted(TABLE));
const chunkOf = (group: number, column: number) => metadata.row_groups[group]?.columns[column]?.meta_data;
const chunkBytes = (groups: number[]) =>
  groups.flatMap((group) => [0, 1].map((column) => Number(chunkOf(group, column)?.total_compressed_size)));
const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);

describe("prefetchColumns", () => {
  it("reads chunks that are longer than the cap once", async () => {
    const maxBytes = 1000;
    expect(Math.min(...chunkBytes([0]))).toBeGreaterThan(maxBytes);
    const file = new Counted(TABLE);
    const planned = await prefetchColumns(file, metadata, COLUMNS, { maxBytes });
    const rows = await parquetReadObjects({ file: planned, metadata, columns: COLUMNS });
    expect(rows).toEqual(await parquetReadObjects({ file: new Counted(TABLE), metadata, columns: COLUMNS }));
    expect(rows.length).toBe(ROWS);
    expect(file.reads.length).toBe(planned.plan.requestCount);
    expect(file.bytes).toBe(sum(chunkBytes([0, 1, 2, 3])));
    expect(Math.max(...file.reads.map(([start, end]) => end - start))).toBe(maxBytes);
  });

  it.each([
    [1500, 1600, [1]],
    [999, 1001, [0, 1]],
    [1000, 2000, [1]],
    [3999, undefined, [3]],
    [undefined, 1, [0]],
    [4000, undefined, []],
  ])("reads the row groups of rows %o to %o alone", async (rowStart, rowEnd, groups) => {
    const file = new Counted(TABLE);
    const rows = { ...(rowStart === undefined ? {} : { rowStart }), ...(rowEnd === undefined ? {} : { rowEnd }) };
    const planned = await prefetchColumns(file, metadata, COLUMNS, PLAN, rows);
    expect(file.bytes).toBe(sum(chunkBytes(groups)));
    const read = { metadata, columns: COLUMNS, ...rows };
    expect(await parquetReadObjects({ file: planned, ...read })).toEqual(
      await parquetReadObjects({ file: new Counted(TABLE), ...read }),
    );
    expect(file.bytes).toBe(sum(chunkBytes(groups)));
  });

  it("reads the pages of some rows alone, where the file has an index of them", async () => {
    const rows = { rowStart: 1500, rowEnd: 1600 };
    const file = new Counted(TABLE);
    const planned = await prefetchColumns(file, metadata, COLUMNS, PLAN, { ...rows, readOffsetIndex });
    const prefetched = file.reads.length;
    expect(file.bytes).toBeLessThan(sum(chunkBytes([1])) / 2);
    const read = { metadata, columns: COLUMNS, ...rows, useOffsetIndex: true };
    const without = new Counted(TABLE);
    expect(await parquetReadObjects({ file: planned, ...read })).toEqual(
      await parquetReadObjects({ file: without, ...read }),
    );
    expect(file.reads.length).toBe(prefetched);
    expect(file.bytes).toBeLessThanOrEqual(without.bytes);
  });

  it("reads whole chunks of a file that has no index of pages, and of groups that are wanted whole", async () => {
    const plain = parquetWriteBuffer({
      columnData: columnData.map((column) => ({ ...column, offsetIndex: false })),
      rowGroupSize: 1000,
    });
    const file = new Counted(plain);
    const rows = { rowStart: 1500, rowEnd: 3000 };
    const read = { metadata: await parquetMetadataAsync(file), columns: COLUMNS, ...rows, useOffsetIndex: true };
    const planned = await prefetchColumns(file, read.metadata, COLUMNS, PLAN, { ...rows, readOffsetIndex });
    const prefetched = file.reads.length;
    expect((await parquetReadObjects({ file: planned, ...read })).length).toBe(1500);
    expect(file.reads.length).toBe(prefetched);
    const indexed = new Counted(TABLE);
    await prefetchColumns(indexed, metadata, COLUMNS, PLAN, { rowStart: 1000, rowEnd: 2000, readOffsetIndex });
    expect(indexed.bytes).toBe(sum(chunkBytes([1])));
  });

  it("reads no more at a time than it may, six where nobody says", async () => {
    const file = new Counted(TABLE);
    await prefetchColumns(file, metadata, COLUMNS, { maxBytes: 1000 }, { concurrency: 2 });
    expect(file.most).toBe(2);
    const other = new Counted(TABLE);
    await prefetchColumns(other, metadata, COLUMNS, { maxBytes: 1000 });
    expect(other.most).toBe(6);
  });

  it.each([
    ["short", (bytes: ArrayBuffer) => bytes.slice(1), /\b1000\b.*\b999\b/],
    ["long", (bytes: ArrayBuffer) => new ArrayBuffer(bytes.byteLength + 1), /\b1000\b.*\b1001\b/],
  ])("refuses a %s read, and begins none after it", async (_, fault, message) => {
    const file = new Counted(TABLE, (bytes, n) => (n === 3 ? fault(bytes) : bytes));
    const reading = prefetchColumns(file, metadata, COLUMNS, { maxBytes: 1000 }, { concurrency: 1 });
    await expect(reading).rejects.toThrow(message);
    expect(file.reads.length).toBe(4);
  });

  it("stops at an abort", async () => {
    const controller = new AbortController();
    const reason = new Error("no longer wanted");
    const file = new Counted(TABLE, (bytes) => {
      controller.abort(reason);
      return bytes;
    });
    const options = { concurrency: 2, signal: controller.signal };
    await expect(prefetchColumns(file, metadata, COLUMNS, { maxBytes: 1000 }, options)).rejects.toBe(reason);
    expect(file.reads.length).toBe(2);
  });

  it.each([
    [COLUMNS, { concurrency: 0 }, RangeError, "concurrency"],
    [COLUMNS, { rowStart: -1 }, RangeError, "rowStart"],
    [COLUMNS, { rowEnd: 1.5 }, RangeError, "rowEnd"],
    [COLUMNS, { rowEnd: 5n }, TypeError, "rowEnd"],
    [COLUMNS, { readOffsetIndex: true }, TypeError, "readOffsetIndex"],
    [COLUMNS, { rows: 5 }, TypeError, "options"],
    [["price", "prize"], {}, RangeError, "columns"],
  ])("refuses %o with %o", async (columns, options, type, argument) => {
    await expect(prefetchColumns(new Counted(TABLE), metadata, columns, PLAN, options as object)).rejects.toThrow(
      blames(type, argument),
    );
  });
});

describe("prefetchRanges", () => {
  const random = new Random(14);
  const FILE = Uint8Array.from({ length: 5000 }, () => random.u32());

  it("gives any slice, from what it has and what lies between, and reads no byte that it has", async () => {
    const ranges = Array.from({ length: 12 }, () => ({
      offset: random.integer(0, 4800),
      length: random.integer(0, 200),
    }));
    const file = new Counted(FILE.buffer);
    const planned = await prefetchRanges(file, ranges, { maxBytes: 64 });
    const has = new Uint8Array(FILE.length);
    for (const [start, end] of file.reads) has.fill(1, start, end);
    for (let i = 0; i < 300; i++) {
      const start = random.integer(0, 5000);
      const end = random.integer(start, 5100);
      file.reads = [];
      expect(Buffer.compare(Buffer.from(await planned.slice(start, end)), FILE.subarray(start, end))).toBe(0);
      expect(file.bytes).toBe(has.slice(start, end).filter((there) => there === 0).length);
    }
  });

  it("counts from the end as the file does, and passes its failure on", async () => {
    const planned = await prefetchRanges(new Counted(FILE.buffer), [{ offset: 0, length: 9 }], { maxBytes: 64 });
    expect(new Uint8Array(await planned.slice(-5))).toEqual(FILE.slice(-5));
    expect(new Uint8Array(await planned.slice(4990))).toEqual(FILE.slice(4990));
    const short: AsyncBuffer = new Counted(FILE.buffer, (bytes, n) => (n === 0 ? bytes : bytes.slice(1)));
    const holed = await prefetchRanges(short, [{ offset: 0, length: 9 }], { maxBytes: 64 });
    await expect(prefetchRanges(short, [], { maxBytes: 64 }, { rowStart: 1 } as object)).rejects.toThrow(
      "got rowStart",
    );
    await expect(holed.slice(0, 19)).rejects.toThrow(/\b9\b/);
  });
});
