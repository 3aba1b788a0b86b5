/** A page and the workers of its pool, of which some are terminated without a word. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { packedRecords } from "../../src/core/input.js";
import { createMapperSync } from "../../src/mapper/create.js";
import { createPool } from "../../src/pool/create.js";
import { expectBytes } from "../support/bytes.js";
import { recordRows } from "../support/pairs.js";
import { sharedBytes } from "../support/pool-ports.js";

const workers: Worker[] = [];
const newWorker = () => {
  const worker = new Worker(new URL("../../src/pool/worker.ts", import.meta.url), { type: "module" });
  workers.push(worker);
  return worker;
};
afterEach(() => {
  vi.unstubAllGlobals();
  for (const worker of workers.splice(0)) worker.terminate();
});

const plain = new Uint8Array(recordRows(60_000, 3).buffer);
const mapper = createMapperSync();

describe.each(["wasm", "js"] as const)("%s", (engine) => {
  it("maps in workers what the page has, in shared memory and plain", async () => {
    const pool = await createPool({ workers: 3, worker: newWorker, pieceRecords: 4096, engine });
    expect([pool.workers, pool.engine, workers.length]).toEqual([3, engine, 3]);
    for (const bytes of [plain, sharedBytes(plain)]) {
      const records = packedRecords(bytes);
      expectBytes((await pool.coalesce(records)).bytes, mapper.coalesce(records).bytes, "coalesce");
      expectBytes((await pool.union(records)).bytes, mapper.union(records).bytes, "union");
    }
    const table = mapper.coalesce(packedRecords(plain));
    expect(await pool.frames(table)).toEqual(mapper.frames(table));
    await pool.close();
  });
});

it("goes on without a worker that was terminated: its lock tells", async () => {
  const pool = await createPool({ workers: 2, worker: newWorker, pieceRecords: 512 });
  const records = packedRecords(sharedBytes(plain));
  const expected = mapper.union(records).bytes;
  for (let round = 0; round < 6; round++) {
    let done = 0;
    const onProgress = () => {
      if (done++ === round * 9) workers.at(-1)?.terminate();
    };
    expectBytes((await pool.union(records, { onProgress })).bytes, expected, `round ${round}`);
  }
  expect(workers.length).toBeGreaterThan(2);
  await pool.close();
});

it("maps in the page, where the page is not isolated", async () => {
  vi.stubGlobal("crossOriginIsolated", false);
  const pool = await createPool({ workers: 2, worker: newWorker, pieceRecords: 512 });
  expect([pool.workers, workers.length]).toEqual([0, 0]);
  const records = packedRecords(plain);
  expectBytes((await pool.union(records)).bytes, mapper.union(records).bytes, "union");
  await pool.close();
});

it("fails where the script is none of ours", async () => {
  const script = URL.createObjectURL(new Blob(["import 'no-such-package';"], { type: "text/javascript" }));
  const worker = () => new Worker(script, { type: "module" });
  await expect(createPool({ workers: 2, worker })).rejects.toMatchObject({ code: "PEER_DIED" });
});
