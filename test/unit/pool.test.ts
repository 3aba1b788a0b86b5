/** What a pool does beside mapping: options, faults, the ends of calls, progress, back-pressure, workers that die. */
import { afterEach, describe, expect, it } from "vitest";
import { SegringError } from "../../src/core/errors.js";
import { packedRecords } from "../../src/core/input.js";
import { createMapperSync } from "../../src/mapper/create.js";
import { createPool } from "../../src/pool/create.js";
import type { SegmentPool } from "../../src/pool/pool.js";
import type { WorkerLike } from "../../src/ring/worker-like.js";
import { expectBytes } from "../support/bytes.js";
import { portWorker, sharedBytes } from "../support/pool-ports.js";

const open = new Set<SegmentPool>();
afterEach(async () => {
  for (const pool of open) await pool.close();
  open.clear();
});

async function newPool(options: Parameters<typeof createPool>[0] = {}): Promise<SegmentPool> {
  const pool = await createPool({ workers: 2, worker: portWorker, pieceRecords: 8, ...options });
  open.add(pool);
  return pool;
}

/** Records of one page each, of which every third touches the one before. */
function someRecords(count: number): Uint8Array {
  const words = new Uint32Array(count * 4);
  for (let index = 0; index < count; index++)
    words.set([(index + Math.floor(index / 3)) * 4096, 0, 4096, 0], index * 4);
  return new Uint8Array(words.buffer);
}

describe("createPool", () => {
  it("refuses what is no option, and options out of their range", async () => {
    for (const options of [{ threads: 2 }, { workers: "2" }, { worker: 5 }, { pieceRecords: true }, 7, null]) {
      await expect(createPool(options as never)).rejects.toThrow(TypeError);
    }
    for (const options of [
      { workers: 0 },
      { workers: 65 },
      { workers: 1.5 },
      { pieceRecords: 0 },
      { maxSegmentBytes: 0 },
    ])
      await expect(createPool(options)).rejects.toThrow(RangeError);
    for (const made of [5, {}, undefined, null])
      await expect(createPool({ workers: 2, worker: () => made as never })).rejects.toThrow(
        /"worker\(\)" expected a worker/,
      );
    await expect(createPool({ workerz: 2 } as never)).rejects.toThrow(/did you mean "worker/);
  });

  it("has no workers where one thread is asked for, and maps all the same", async () => {
    const pool = await newPool({ workers: 1 });
    expect(pool.workers).toBe(0);
    const records = packedRecords(someRecords(500));
    expect((await pool.coalesce(records)).equals(createMapperSync().coalesce(records))).toBe(true);
    const tables = [];
    for await (const table of pool.stream([records, records])) tables.push(table.bytes);
    expect(tables.length).toBe(3);
  });

  it("tells limits and engine", async () => {
    const pool = await newPool({ maxSegmentBytes: 4096, engine: "js" });
    expect([pool.workers, pool.engine, pool.limits.maxSegmentBytes]).toEqual([2, "js", 4096]);
  });

  it("fails where a worker cannot start, and leaves none", async () => {
    let made = 0;
    const worker = () => {
      made++;
      if (made === 2) throw new Error("no more");
      return portWorker();
    };
    await expect(createPool({ workers: 2, worker })).rejects.toThrow("no more");
  });
});

describe("a fault", () => {
  it("is the fault of one mapper, wherever it is, and changes nothing", async () => {
    const pool = await newPool();
    const mapper = createMapperSync();
    for (const at of [0, 7, 8, 100, 499]) {
      const bytes = sharedBytes(someRecords(500));
      new Uint32Array(bytes.buffer)[at * 4 + 2] = 0;
      const records = packedRecords(bytes);
      const messageOf = (call: () => unknown) => {
        try {
          call();
        } catch (error) {
          return (error as Error).message;
        }
        return "nothing";
      };
      const message = messageOf(() => mapper.coalesce(records));
      expect(message).toContain(`record ${at}`);
      const target = new Uint32Array(new SharedArrayBuffer(500 * 16));
      for (const call of [
        () => pool.coalesce(records),
        () => pool.union(records),
        () => pool.coalesceInto(records, target),
        () => pool.unionInto(records, target),
      ]) {
        await expect(call()).rejects.toThrow(new RangeError(message));
      }
      expect(target.every((word) => word === 0)).toBe(true);
      expect((await pool.coalesce(records, { skipEmpty: true })).bytes).toEqual(
        mapper.coalesce(records, { skipEmpty: true }).bytes,
      );
    }
  });

  it("of a stream counts records from the first batch", async () => {
    for (const workers of [1, 3]) {
      const pool = await newPool({ workers });
      const bad = someRecords(40);
      new Uint32Array(bad.buffer)[30 * 4 + 3] = 8;
      const taken = async () => {
        for await (const _ of pool.stream([packedRecords(someRecords(50)), packedRecords(bad)]));
      };
      await expect(taken()).rejects.toMatchObject({ code: "BAD_RECORD", index: 80 });
      const wrong = async () => {
        for await (const _ of pool.stream([5 as never]));
      };
      await expect(wrong()).rejects.toThrow(TypeError);
    }
  });

  it("is that of onProgress, and the memory is as it was", async () => {
    const pool = await newPool();
    const few = packedRecords(someRecords(10));
    const error = new Error("no more");
    const fail = () => {
      throw error;
    };
    for (const buffer of [new SharedArrayBuffer(4096), new ArrayBuffer(4096)]) {
      const target = new Uint32Array(buffer);
      for (const call of ["coalesceInto", "unionInto"] as const) {
        await expect(pool[call](few, target, { onProgress: fail })).rejects.toBe(error);
      }
      expect(target.every((word) => word === 0)).toBe(true);
    }
  });

  it("is too little room, and the memory is as it was", async () => {
    const pool = await newPool();
    const records = packedRecords(sharedBytes(someRecords(500)));
    const { length } = await pool.coalesce(records);
    for (const buffer of [new SharedArrayBuffer(length * 16 - 16), new ArrayBuffer(length * 16 - 16)]) {
      const target = new Uint32Array(buffer);
      await expect(pool.coalesceInto(records, target)).rejects.toThrow(`for ${length} segments`);
      await expect(pool.unionInto(records, target)).rejects.toThrow(`for ${length} segments`);
      expect(target.every((word) => word === 0)).toBe(true);
    }
  });

  it("of options is a TypeError or RangeError", async () => {
    const pool = await newPool();
    const records = packedRecords(someRecords(100));
    for (const options of [{ signal: 1 }, { onProgress: 1 }, { borrow: true }, { gapBytes: 1 }, 5, null]) {
      await expect(pool.coalesce(records, options as never)).rejects.toThrow(TypeError);
      expect(() => pool.stream([], options as never)).toThrow(TypeError);
    }
    await expect(pool.union(records, { gapBytes: -1 })).rejects.toThrow(RangeError);
    await expect(pool.coalesce(5 as never)).rejects.toThrow(TypeError);
    await expect(pool.coalesceInto(records, [] as never)).rejects.toThrow(TypeError);
    await expect(pool.frames(5 as never)).rejects.toThrow(TypeError);
    expect(() => pool.stream(5 as never)).toThrow(TypeError);
  });
});

it("runs above 2^53 bytes and gaps as long are exact", async () => {
  const pool = await newPool();
  const words = new Uint32Array(216 * 4);
  const put = (index: number, addr: bigint, length: number) =>
    words.set([Number(addr & 0xffff_ffffn), Number(addr >> 32n), length, 0], index * 4);
  for (let index = 0; index < 15; index++) put(index, BigInt(index * 100), 100);
  put(15, 2n ** 54n + 2000n, 13);
  for (let index = 16; index < 216; index++) put(index, 2n ** 63n + BigInt(index * 8192), 4096);
  const records = packedRecords(sharedBytes(new Uint8Array(words.buffer)));
  const gapBytes = 2n ** 54n + 1000n;
  const expected = createMapperSync({ maxSegmentBytes: 2 ** 32 }).union(records, { gapBytes });
  expectBytes((await pool.union(records, { gapBytes })).bytes, expected.bytes, "a gap above 2^53");
});

describe("a result", () => {
  /** Pages, of which the first `joined` touch and the others do not. */
  const lateSegments = (count: number, joined: number) => {
    const words = new Uint32Array(count * 4);
    for (let index = 0; index < count; index++)
      words.set([(index + Math.max(0, index - joined)) * 4096, 0, 4096, 0], index * 4);
    return packedRecords(sharedBytes(new Uint8Array(words.buffer)));
  };

  it("grows where most segments come late, and has all of them", async () => {
    for (const workers of [2, 3]) {
      const pool = await newPool({ workers, maxSegmentBytes: 12288 });
      for (const joined of [0, 7, 100, 780, 799, 800]) {
        const records = lateSegments(800, joined);
        const expected = createMapperSync({ maxSegmentBytes: 12288 }).coalesce(records);
        for (const call of ["coalesce", "union"] as const)
          expectBytes((await pool[call](records)).bytes, expected.bytes, `${call}, ${joined} of 800 touch`);
      }
    }
  });

  it("of few segments takes workers no memory for a segment a range", async () => {
    const pool = await newPool({ pieceRecords: 2 ** 14, maxMemoryBytes: 2 ** 17 });
    const records = lateSegments(2 ** 19, 2 ** 19);
    for (const call of ["coalesce", "union"] as const) expect((await pool[call](records)).length).toBe(1);
  });

  it("has no memory for a segment a range where few are made", async () => {
    const pool = await newPool({ pieceRecords: 2 ** 14 });
    const table = await pool.coalesce(lateSegments(2 ** 19, 2 ** 18));
    expect(table.length).toBe(2 ** 18);
    expect(table.words.buffer.byteLength).toBeLessThan(2 ** 19 * 16);
  });
});

describe("a call", () => {
  it("tells its progress, and ends with a signal", async () => {
    const pool = await newPool();
    const records = packedRecords(sharedBytes(someRecords(800)));
    for (const call of ["coalesce", "union"] as const) {
      const seen: number[] = [];
      await pool[call](records, { onProgress: (done) => void seen.push(done) });
      expect(seen.at(-1)).toBe(800);
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
      const stop = new AbortController();
      const stopped = pool[call](records, { signal: stop.signal, onProgress: () => stop.abort(new Error("enough")) });
      await expect(stopped).rejects.toThrow("enough");
      await expect(pool[call](records, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
    }
    expect((await pool.coalesce(records)).length).toBe(267);
  });

  it("may run beside others", async () => {
    const pool = await newPool({ workers: 3 });
    const records = packedRecords(sharedBytes(someRecords(900)));
    const expected = createMapperSync().coalesce(records).bytes;
    const calls = Array.from({ length: 12 }, (_, index) => (index % 2 ? pool.coalesce(records) : pool.union(records)));
    for (const table of await Promise.all(calls)) expectBytes(table.bytes, expected, "beside others");
  });

  it("of a closed pool throws CLOSED, and so does one that is not over", async () => {
    const pool = await newPool();
    const records = packedRecords(sharedBytes(someRecords(5000)));
    const late = pool.coalesce(records);
    const closing = pool.close();
    await expect(late).rejects.toMatchObject({ code: "CLOSED" });
    await closing;
    await pool.close();
    await expect(pool.union(records)).rejects.toMatchObject({ code: "CLOSED" });
    expect(() => pool.stream([])).toThrow(SegringError);
  });
});

describe("a stream", () => {
  it("asks for no more batches than workers can take, and ends them when nobody takes", async () => {
    const pool = await newPool();
    let given = 0;
    let isEnded = false;
    async function* batches() {
      try {
        for (;;) {
          given++;
          yield packedRecords(someRecords(8));
        }
      } finally {
        isEnded = true;
      }
    }
    for await (const table of pool.stream(batches())) {
      expect(table.length).toBeGreaterThan(0);
      // Four for each worker, and the one that is taken.
      expect(given).toBeLessThanOrEqual(9);
      break;
    }
    expect(isEnded).toBe(true);
  });

  it("gives each table as soon as it is there: batches may wait for the tables before", async () => {
    const pool = await newPool();
    let given = 0;
    let taken = 0;
    async function* batches() {
      for (; given < 20; given++) {
        // Each batch but the first waits for what the one before made.
        while (taken < given) await new Promise((resolve) => setTimeout(resolve));
        yield packedRecords(someRecords(8));
      }
    }
    for await (const _ of pool.stream(batches())) taken++;
    expect(taken).toBe(21);
  });

  it("that waits for batches leaves the workers to others, and ends with the pool", async () => {
    for (const workers of [1, 2]) {
      const pool = await newPool({ workers });
      const never = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
      const idle = Array.from({ length: 5 }, () => pool.stream(never).next());
      for (const each of idle) each.catch(() => {});
      expect((await pool.coalesce(packedRecords(sharedBytes(someRecords(300))))).length).toBe(100);
      await pool.close();
      for (const each of idle) await expect(each).rejects.toMatchObject({ code: "CLOSED" });
    }
  });

  it("may be given one buffer again and again", async () => {
    const pool = await newPool();
    const words = new Uint32Array(8 * 4);
    function* batches() {
      for (let batch = 0; batch < 40; batch++) {
        for (let index = 0; index < 8; index++) words.set([(batch * 8 + index) * 8192, 0, 4096, 0], index * 4);
        yield packedRecords(new Uint8Array(words.buffer));
      }
    }
    const addrs: bigint[] = [];
    for await (const table of pool.stream(batches())) addrs.push(...[...table].map(({ addr }) => addr));
    expect(addrs).toEqual(Array.from({ length: 320 }, (_, index) => BigInt(index * 8192)));
  });

  it("tells what its batches throw, and ends with a signal though no batch comes", async () => {
    const pool = await newPool();
    async function* failing() {
      yield packedRecords(someRecords(8));
      throw new Error("no more batches");
    }
    const take = async (batches: AsyncIterable<never>, signal?: AbortSignal) => {
      for await (const _ of pool.stream(batches, { signal }));
    };
    await expect(take(failing() as never)).rejects.toThrow("no more batches");
    const stop = new AbortController();
    const next = () => {
      stop.abort(new Error("enough"));
      return new Promise(() => {});
    };
    const never = { [Symbol.asyncIterator]: () => ({ next }) };
    await expect(take(never as never, stop.signal)).rejects.toThrow("enough");
  });
});

describe("a worker that dies", () => {
  /** Ports whose end the test can bring about, as Node tells of it. */
  function mortalWorkers(dieAt: (task: number) => boolean) {
    let tasks = 0;
    let deaths = 0;
    const worker = () => {
      const port = portWorker() as WorkerLike & { terminate(): void };
      const exits = new Set<() => void>();
      const heard = new Map<unknown, unknown>();
      return {
        postMessage(message: { segring: string }) {
          if (message.segring === "task" && dieAt(++tasks)) {
            deaths++;
            port.terminate();
            setTimeout(() => {
              for (const exit of [...exits]) exit();
            });
          } else {
            port.postMessage(message);
          }
        },
        on(type: string, listener: () => void) {
          if (type === "exit") exits.add(listener);
          const target = port as unknown as EventTarget;
          const hear = (event: Event) => (listener as (data: unknown) => void)((event as MessageEvent).data);
          heard.set(listener, hear);
          if (type === "message") target.addEventListener("message", hear);
        },
        off(type: string, listener: () => void) {
          if (type === "exit") exits.delete(listener);
          (port as unknown as EventTarget).removeEventListener(type, heard.get(listener) as EventListener);
        },
        terminate: () => port.terminate(),
      } as unknown as WorkerLike;
    };
    return { worker, deaths: () => deaths };
  }

  it("is replaced, and its pieces are mapped again: wherever it dies", async () => {
    const records = packedRecords(sharedBytes(someRecords(300)));
    const expected = createMapperSync().coalesce(records).bytes;
    for (const every of [7, 11, 23, 40]) {
      const { worker, deaths } = mortalWorkers((task) => task % every === 0);
      const pool = await newPool({ worker });
      expectBytes((await pool.coalesce(records)).bytes, expected, `every ${every}`);
      expectBytes((await pool.union(records)).bytes, expected, `union, every ${every}`);
      const target = new Uint32Array(new SharedArrayBuffer(expected.length));
      await pool.coalesceInto(records, target);
      expectBytes(new Uint8Array(target.buffer).slice(), expected, `into, every ${every}`);
      expect(deaths()).toBeGreaterThan(0);
    }
  });

  it("over one piece again and again ends the call with PEER_DIED, and the pool works on", async () => {
    let kills = true;
    const { worker } = mortalWorkers(() => kills);
    const pool = await newPool({ worker });
    const records = packedRecords(sharedBytes(someRecords(300)));
    await expect(pool.coalesce(records)).rejects.toMatchObject({ code: "PEER_DIED" });
    kills = false;
    expect((await pool.coalesce(records)).length).toBe(100);
  });

  it("finds its ranges as they were, where the results lie in their memory", async () => {
    for (const every of [7, 50]) {
      const bytes = sharedBytes(someRecords(300));
      const records = packedRecords(bytes);
      const expected = createMapperSync().coalesce(records).bytes;
      const pool = await newPool({ worker: mortalWorkers((task) => task % every === 0).worker });
      const count = await pool.coalesceInto(records, new Uint32Array(bytes.buffer));
      expectBytes(bytes.slice(0, count * 16), expected, `in place, every ${every}`);
    }
  });

  it("and cannot be replaced leaves nothing half written: the calling thread goes on", async () => {
    const records = packedRecords(sharedBytes(someRecords(300)));
    const expected = createMapperSync().coalesce(records).bytes;
    const target = new Uint32Array(new SharedArrayBuffer(expected.length));
    let made = 0;
    let isPlacing = false;
    // All are mapped before the first is placed: 38 pieces.
    const { worker } = mortalWorkers((task) => {
      isPlacing ||= task > 40;
      return isPlacing;
    });
    const pool = await newPool({
      worker: () => {
        if (++made > 2) throw new Error("no third worker");
        return worker();
      },
    });
    expect(await pool.coalesceInto(records, target)).toBe(100);
    expectBytes(new Uint8Array(target.buffer).slice(), expected, "finished here");
  });

  it("and cannot be replaced ends all calls with the reason", async () => {
    let made = 0;
    const { worker } = mortalWorkers((task) => task === 3);
    const twice = () => {
      if (++made > 2) throw new Error("no third worker");
      return worker();
    };
    const pool = await newPool({ worker: twice });
    const records = packedRecords(sharedBytes(someRecords(300)));
    await expect(pool.coalesce(records)).rejects.toThrow("no third worker");
    await expect(pool.coalesce(records)).rejects.toThrow("no third worker");
  });
});
