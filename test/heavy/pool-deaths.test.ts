/** Threads of a pool that are killed at random moments: nothing is lost, nothing comes twice, and every call ends. */
import type { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { packedRecords } from "../../src/core/input.js";
import { createMapperSync } from "../../src/mapper/create.js";
import { createPool } from "../../src/pool/create.js";
import { expectBytes } from "../support/bytes.js";
import { runs, seed } from "../support/check.js";
import { sharedBytes } from "../support/pool-ports.js";
import { Random } from "../support/random.js";
import { sourceWorker } from "../support/workers.js";

/** Pages in random order, of which half are there. */
function shuffledPages(random: Random, count: number): Uint8Array {
  const words = new Uint32Array(count * 4);
  const pages = Uint32Array.from({ length: count }, (_, index) => index * 2 + random.integer(0, 1));
  for (let index = count - 1; index > 0; index--) {
    const other = random.integer(0, index);
    [pages[index], pages[other]] = [pages[other] as number, pages[index] as number];
  }
  for (const [index, page] of pages.entries()) words.set([page * 4096, page >>> 20, 4096, 0], index * 4);
  return new Uint8Array(words.buffer);
}

describe("a pool whose threads are killed", () => {
  it("gives the bytes of one mapper, again and again", async () => {
    const random = new Random(seed);
    const alive = new Set<Worker>();
    // On a busy machine a worker takes long to start; if most were killed before, none would ever work.
    const ready = new Set<Worker>();
    const worker = () => {
      const made = sourceWorker("src/pool/worker.ts");
      alive.add(made);
      made.once("message", () => ready.add(made));
      made.on("exit", () => {
        alive.delete(made);
        ready.delete(made);
      });
      return made;
    };
    const pool = await createPool({ workers: 3, worker, pieceRecords: 1024 });
    const records = packedRecords(sharedBytes(shuffledPages(random, 100_000)));
    const mapper = createMapperSync();
    const coalesced = mapper.coalesce(records).bytes;
    const united = mapper.union(records).bytes;
    const target = new Uint32Array(new SharedArrayBuffer(coalesced.length));
    let kills = 0;
    let isOver = false;
    const killing = (async () => {
      while (!isOver) {
        await new Promise((resolve) => setTimeout(resolve, random.integer(1, 60)));
        const victim = random.pick([...(random.once(8) ? alive : ready)]);
        if (victim === undefined || isOver) continue;
        kills++;
        await victim.terminate();
      }
    })();
    const streamed = async () => {
      const tables: Uint8Array[] = [];
      const batches = Array.from({ length: 20 }, (_, index) =>
        records.bytes.subarray(index * 80_000, (index + 1) * 80_000),
      );
      for await (const table of pool.stream(batches.map((batch) => packedRecords(batch)))) tables.push(table.bytes);
      return Buffer.concat(tables);
    };
    try {
      while (kills < runs(250)) {
        expectBytes((await pool.coalesce(records)).bytes, coalesced, "coalesce");
        expectBytes((await pool.union(records)).bytes, united, "union");
        target.fill(0);
        await pool.coalesceInto(records, target);
        expectBytes(new Uint8Array(target.buffer).slice(), coalesced, "coalesceInto");
        expectBytes(await streamed(), coalesced, "stream");
      }
    } finally {
      isOver = true;
      await killing;
      await pool.close();
    }
    expect(kills).toBeGreaterThanOrEqual(runs(250));
    expect([...alive]).toEqual([]);
  });
});
