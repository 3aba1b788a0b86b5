/** The recipes in samples/recipes, as users would copy them, over real HTTP, real files and real formats. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asyncBufferFromUrl, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { parquetWriteBuffer } from "hyparquet-writer";
import type { ReadPlan } from "segring/plan";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as zarr from "zarrita";
import { sliceRanges } from "../../samples/recipes/blob.mjs";
import { readRanges } from "../../samples/recipes/files.mjs";
import { fetchRanges } from "../../samples/recipes/http.mjs";
import { prefetchColumns } from "../../samples/recipes/parquet.mjs";
import { withPlannedReads } from "../../samples/recipes/zarr.mjs";
import { Random } from "../support/random.js";

/** What the server has, and what it was asked for. */
const resources = new Map<string, Uint8Array>();
let requests: { path: string; range: string | undefined; bytes: number }[] = [];
/** What it does wrong. */
let fault: "none" | "whole" | "short" | "drop" | "elsewhere" = "none";

function serve({ url = "", headers, method }: IncomingMessage, response: ServerResponse): void {
  const resource = resources.get(url);
  if (resource === undefined) return void response.writeHead(404).end();
  if (method === "HEAD")
    return void response.writeHead(200, { "Content-Length": resource.byteLength, "Accept-Ranges": "bytes" }).end();
  const [, from = "", to = ""] = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? "") ?? [];
  const start = from === "" ? resource.byteLength - Number(to) : Number(from);
  const end = from === "" || to === "" ? resource.byteLength : Math.min(Number(to) + 1, resource.byteLength);
  const body = headers.range === undefined || fault === "whole" ? resource : resource.subarray(start, end);
  requests.push({ path: url, range: headers.range, bytes: body.byteLength });
  if (body === resource) return void response.writeHead(200).end(resource);
  if (start >= resource.byteLength) return void response.writeHead(416).end();
  const first = fault === "elsewhere" ? start + 1 : start;
  response.writeHead(206, { "Content-Range": `bytes ${first}-${end - 1}/${resource.byteLength}` });
  if (fault === "drop") return void response.write(body.subarray(0, 1), () => response.destroy());
  response.end(fault === "short" ? body.subarray(1) : body);
}

const server = createServer(serve);
const folder = mkdtempSync(join(tmpdir(), "segring-recipes-"));
let base = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  requests = [];
  fault = "none";
});

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
  beforeAll(() => resources.set("/file", FILE));

  it("gets every range over HTTP, in the order given, in few requests", async () => {
    same(await fetchRanges(`${base}/file`, RANGES, OPTIONS));
    expect(requests.length).toBe(8);
    expect(Math.max(...requests.map(({ bytes }) => bytes))).toBeLessThanOrEqual(8192);
    const wanted = 60 * 300 + 20_000 + 1;
    expect(requests.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(wanted + 60 * 256);
  });

  it.each([
    ["whole", /expected 206 for bytes=\d+-\d+, got 200/],
    ["short", /expected \d+ bytes from \d+ on, got \d+/],
    ["elsewhere", /expected bytes from \d+ on, got bytes/],
    ["drop", /terminated|aborted|fetch failed|other side closed/],
  ] as const)("a server that answers %s is an error, and nothing is returned", async (wrong, message) => {
    fault = wrong;
    await expect(fetchRanges(`${base}/file`, RANGES, OPTIONS)).rejects.toThrow(message);
  });

  it("a range past the end, a missing file and an abort are errors too", async () => {
    await expect(fetchRanges(`${base}/file`, [{ offset: 200_000, length: 9 }], OPTIONS)).rejects.toThrow(/got 416/);
    await expect(fetchRanges(`${base}/no`, RANGES, OPTIONS)).rejects.toThrow(/got 404/);
    const signal = AbortSignal.abort(new Error("no longer wanted"));
    await expect(fetchRanges(`${base}/file`, RANGES, OPTIONS, { signal })).rejects.toThrow("no longer wanted");
  });
});

describe("readRanges", () => {
  it("reads every range of a file, and says where a file is too short", async () => {
    const path = join(folder, "file");
    writeFileSync(path, FILE);
    const file = await open(path);
    try {
      same(await readRanges(file, RANGES, OPTIONS));
      await expect(readRanges(file, [{ offset: 99_990, length: 20 }], OPTIONS)).rejects.toThrow(
        "expected 20 bytes from 99990 on, got 10: the file is shorter",
      );
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
    resources.set("/table.parquet", bytes);
    const file = await asyncBufferFromUrl({ url: `${base}/table.parquet` });
    const metadata = await parquetMetadataAsync(file);
    expect(metadata.row_groups.length).toBe(8);
    const columns = ["price", "size"];
    const direct = await parquetReadObjects({ file, metadata, columns });

    requests = [];
    const options = { maxBytes: 2 ** 20, gapBytes: 16384 };
    const planned = await prefetchColumns(file, metadata, columns, options);
    const afterPrefetch = requests.length;
    expect(await parquetReadObjects({ file: planned, metadata, columns })).toEqual(direct);
    expect(direct.length).toBe(ROWS);
    expect(direct[9]).toEqual({ price: (9 * 4) % 5000, size: (9 * 6) % 5000 });
    // 16 chunks; reading the rows asked for nothing more.
    expect(planned.plan.inputCount).toBe(16);
    expect(afterPrefetch).toBe(planned.plan.requestCount);
    expect(requests.length).toBe(afterPrefetch);
    expect(afterPrefetch).toBeLessThan(4);
    expect(requests.reduce((sum, request) => sum + request.bytes, 0)).toBe(planned.plan.coveredBytes);
  });
});

describe("withPlannedReads", () => {
  /** A shard as Zarr 3 has it: chunks, then an index of offsets and lengths. Chunk `c` is 256 times the number c. */
  const CHUNKS = 64;
  const CHUNK = 256;
  function makeShard(): Uint8Array {
    const gap = 100;
    const shard = new Uint8Array(CHUNKS * (CHUNK + gap) + 16 * CHUNKS);
    const index = new DataView(shard.buffer, CHUNKS * (CHUNK + gap));
    for (let c = 0; c < CHUNKS; c++) {
      const offset = c * (CHUNK + gap);
      shard.fill(c, offset, offset + CHUNK);
      index.setBigUint64(16 * c, BigInt(offset), true);
      index.setBigUint64(16 * c + 8, BigInt(CHUNK), true);
    }
    return shard;
  }

  it("reads a sharded Zarr array over HTTP, the chunks of one tick in one plan", async () => {
    const bytesCodec = { name: "bytes", configuration: { endian: "little" } };
    const metadata = {
      zarr_format: 3,
      node_type: "array",
      shape: [CHUNKS * CHUNK],
      data_type: "uint8",
      chunk_grid: { name: "regular", configuration: { chunk_shape: [CHUNKS * CHUNK] } },
      chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
      fill_value: 0,
      codecs: [
        {
          name: "sharding_indexed",
          configuration: {
            chunk_shape: [CHUNK],
            codecs: [bytesCodec],
            index_codecs: [bytesCodec],
            index_location: "end",
          },
        },
      ],
      attributes: {},
    };
    resources.set("/array/zarr.json", new TextEncoder().encode(JSON.stringify(metadata)));
    resources.set("/array/c/0", makeShard());
    const plans: ReadPlan[] = [];
    const options = { maxBytes: 4096, gapBytes: 128 };
    const store = withPlannedReads(new zarr.FetchStore(`${base}/array`), options, (_key, plan) => plans.push(plan));
    const array = await zarr.open(store, { kind: "array" });
    requests = [];
    const { data } = await zarr.get(array, [zarr.slice(8 * CHUNK, 40 * CHUNK)]);
    expect(data).toEqual(Uint8Array.from({ length: 32 * CHUNK }, (_, i) => 8 + Math.floor(i / CHUNK)));
    const plan = plans[0] as ReadPlan;
    expect([plans.length, plan.inputCount, plan.wantedBytes]).toEqual([1, 32, 32 * CHUNK]);
    // 11 chunks and the gaps between them fit a request; one more request was for the index.
    expect(plan.requestCount).toBe(3);
    expect(requests.length).toBe(4);
    expect(Math.max(...requests.map(({ bytes }) => bytes))).toBeLessThanOrEqual(4096);
  });

  it("fails every read of a plan that fails, and of a shard that is missing there is nothing", async () => {
    const asked: string[] = [];
    const store = {
      get: async () => undefined,
      getRange: async (key: string) => {
        asked.push(key);
        if (key === "/bad") throw new Error("no network");
        return undefined;
      },
    };
    const planned = withPlannedReads(store as Required<zarr.AsyncReadable>, OPTIONS);
    const read = (key: `/${string}`) => planned.getRange(key, { offset: 0, length: 4 });
    const results = await Promise.allSettled([read("/bad"), read("/bad"), read("/missing"), read("/missing")]);
    expect(results.map((result) => (result.status === "rejected" ? result.reason.message : result.value))).toEqual([
      "no network",
      "no network",
      undefined,
      undefined,
    ]);
    expect(asked).toEqual(["/bad", "/missing"]);
  });
});
