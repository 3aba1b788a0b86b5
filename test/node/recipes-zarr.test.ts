/** samples/recipes/zarr.mjs: what zarrita reads through it, and what each read gets. */

import type { ReadPlan } from "segring/plan";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as zarr from "zarrita";
import { withPlannedReads } from "../../samples/recipes/zarr.mjs";
import { about, blames } from "../support/blame.js";
import { RangeServer } from "./recipes-server.js";
import { shardedArray } from "./recipes-shard.js";

type Range = { offset: number; length: number };
type Store = Parameters<typeof withPlannedReads>[0];
type ReadOptions = Parameters<Store["getRange"]>[2];

const PLAN = { maxBytes: 4096, gapBytes: 256 };
const VALUE = Uint8Array.from({ length: 10_000 }, (_, i) => i * 7);

/** A store of one value, and what it was asked for. */
function makeStore(answer?: (range: Range) => Uint8Array | undefined) {
  const asked: { key: string; range: Range | undefined; options: unknown }[] = [];
  const read = ({ offset, length }: Range) => VALUE.subarray(offset, offset + length);
  const store = {
    get: async (key: string, options?: unknown) => {
      asked.push({ key, range: undefined, options });
      return VALUE;
    },
    getRange: async (key: string, range: Range | { suffixLength: number }, options?: unknown) => {
      asked.push({ key, range: range as Range, options });
      return "suffixLength" in range ? VALUE.subarray(-range.suffixLength) : (answer ?? read)(range);
    },
  };
  return { asked, store: store as Store };
}

/** What became of reads of "/v": bytes as an array, a message, or undefined. */
async function readAll(store: Store, ranges: readonly Range[], options?: unknown) {
  const reads = ranges.map((range) => store.getRange("/v", range, options as ReadOptions));
  const settled = await Promise.allSettled(reads);
  return settled.map((read) => (read.status === "rejected" ? read.reason.message : read.value && [...read.value]));
}

const bytesOf = (offset: number, length: number) => [...VALUE.subarray(offset, offset + length)];

describe("zarrita", () => {
  const server = new RangeServer();
  beforeAll(() => server.start());
  afterAll(() => server.stop());
  beforeEach(() => server.reset());

  const CHUNKS = 64;
  const ITEMS = 256;

  it("reads a sharded array over HTTP, the chunks of one tick in one plan", async () => {
    for (const [key, bytes] of shardedArray("uint8", CHUNKS, ITEMS)) server.resources.set(`/array${key}`, bytes);
    const plans: ReadPlan[] = [];
    const onPlan = (_key: string, plan: ReadPlan) => plans.push(plan);
    const options = { maxBytes: 4096, gapBytes: 128 };
    const store = withPlannedReads(new zarr.FetchStore(`${server.base}/array`), options, { onPlan });
    const array = await zarr.open(store, { kind: "array" });
    server.reset();
    const { data } = await zarr.get(array, [zarr.slice(8 * ITEMS, 40 * ITEMS)]);
    expect(data).toEqual(Uint8Array.from({ length: 32 * ITEMS }, (_, i) => 8 + Math.floor(i / ITEMS)));
    const plan = plans[0] as ReadPlan;
    expect([plans.length, plan.inputCount, plan.wantedBytes]).toEqual([1, 32, 32 * (ITEMS + 4)]);
    // 11 chunks and the gaps between them fit a request; another was for the index.
    expect(plan.requestCount).toBe(3);
    expect(server.asked.length).toBe(4);
    expect(Math.max(...server.asked.map(({ bytes }) => bytes))).toBeLessThanOrEqual(4096);
  });

  it("reads numbers of 8 bytes from chunks that lie anywhere", async () => {
    const files = shardedArray("int64", 4, 8);
    const files_ = {
      get: async (key: string) => files.get(key),
      getRange: async (key: string, range: Range | { suffixLength: number }) => {
        const file = files.get(key);
        if ("suffixLength" in range) return file?.slice(-range.suffixLength);
        return file?.slice(range.offset, range.offset + range.length);
      },
    } as Store;
    const array = await zarr.open(withPlannedReads(files_, PLAN), { kind: "array" });
    const { data } = await zarr.get(array);
    expect(data).toEqual(BigInt64Array.from({ length: 32 }, (_, i) => BigInt(i >> 3)));
  });

  it("sends the Authorization of each read, ranges, whole values and suffixes alike", async () => {
    server.resources.set("/v", VALUE);
    const store = withPlannedReads(new zarr.FetchStore(server.base), PLAN);
    const options = { headers: { Authorization: "Bearer t" } } as ReadOptions;
    await store.getRange("/v", { offset: 0, length: 5 }, options);
    await store.getRange("/v", { suffixLength: 5 }, options);
    await store.get("/v", options);
    expect(server.asked.map(({ headers }) => headers.authorization)).toEqual(["Bearer t", "Bearer t", "Bearer t"]);
  });
});

describe("options", () => {
  const signal = new AbortController().signal;
  const other = new AbortController().signal;
  const made = new (class {
    signal = signal;
  })();
  const A = { offset: 0, length: 5 };
  const B = { offset: 10, length: 5 };

  it.each([
    ["one object", made, made, 1],
    ["the same signal", { signal }, { signal }, 1],
    ["none, and an empty object", undefined, { signal: undefined }, 1],
    [
      "equal headers",
      { headers: { A: "1", B: "2" } },
      {
        headers: new Headers([
          ["b", "2"],
          ["a", "1"],
        ]),
      },
      1,
    ],
    ["other signals", { signal }, { signal: other }, 2],
    ["a signal, and none", { signal }, {}, 2],
    ["other headers", { headers: { A: "1" } }, { headers: { A: "2" } }, 2],
    ["another value", { cache: "no-store" }, { cache: "default" }, 2],
    ["a number, and its text", { priority: 1 }, { priority: "1" }, 2],
    ["two objects that are not plain", made, Object.create(made), 2],
  ])("reads with %s share a request where these are equal", async (_, first, second, requests) => {
    const { asked, store } = makeStore();
    const planned = withPlannedReads(store, PLAN);
    const reads = [planned.getRange("/v", A, first as ReadOptions), planned.getRange("/v", B, second as ReadOptions)];
    expect((await Promise.all(reads)).map((bytes) => [...(bytes as Uint8Array)])).toEqual([
      bytesOf(0, 5),
      bytesOf(10, 5),
    ]);
    expect(asked.length).toBe(requests);
    expect(asked.map(({ options }) => options)).toEqual([first, second].slice(0, requests));
  });

  it("an abort fails the reads of its signal, and no others", async () => {
    const controller = new AbortController();
    const reason = new Error("no longer wanted");
    const { store } = makeStore();
    const slow = {
      ...store,
      getRange: (key, range, options) =>
        new Promise((resolve, reject) => {
          const aborted = (options as { signal?: AbortSignal })?.signal;
          if (aborted === undefined) return resolve(store.getRange(key, range));
          aborted.addEventListener("abort", () => reject(aborted.reason));
          controller.abort(reason);
        }),
    } as Store;
    const planned = withPlannedReads(slow, PLAN);
    const reads = [planned.getRange("/v", A, { signal: controller.signal }), planned.getRange("/v", B)];
    expect(await Promise.allSettled(reads)).toEqual([
      { status: "rejected", reason },
      { status: "fulfilled", value: VALUE.slice(10, 15) },
    ]);
  });

  it.each([
    [PLAN, { concurrency: 0 }, RangeError, "concurrency"],
    [PLAN, { onPlan: 5 }, TypeError, "onPlan"],
    [PLAN, { signal }, TypeError, "options"],
    [{ maxBytes: 0 }, {}, RangeError, "maxBytes"],
  ])("of the store are checked when it is made: %o %o", (planOptions, options, type, argument) => {
    expect(() => withPlannedReads(makeStore().store, planOptions, options as object)).toThrow(blames(type, argument));
    expect(() => withPlannedReads(new Map() as unknown as Store, PLAN)).toThrow(/^"store" /);
  });
});

describe("each read", () => {
  it("that is none fails alone", async () => {
    const { store } = makeStore();
    const ranges = [
      { offset: 0, length: 5 },
      { offset: -1, length: 5 },
      { offset: 7, length: 2 ** 53 },
      { offset: 0, length: 2 ** 40 },
      { offset: 0, length: 0 },
    ];
    expect(await readAll(withPlannedReads(store, PLAN), ranges)).toEqual([
      bytesOf(0, 5),
      about("[0].offset"),
      about("[0].length"),
      expect.stringContaining("more than maxRequests (4096) needed"),
      [],
    ]);
  });

  it("fails with those that share its request, and no others", async () => {
    const { store } = makeStore(({ offset, length }) => {
      if (offset >= 5000) throw new Error("no network");
      return VALUE.subarray(offset, offset + length);
    });
    const ranges = [
      { offset: 0, length: 5 },
      { offset: 5000, length: 5 },
      { offset: 5100, length: 5 },
      { offset: 4000, length: 5 },
    ];
    const results = [bytesOf(0, 5), "no network", "no network", bytesOf(4000, 5)];
    expect(await readAll(withPlannedReads(store, PLAN), ranges)).toEqual(results);
  });

  it("of a missing key gets undefined", async () => {
    const { asked, store } = makeStore(() => undefined);
    const ranges = [
      { offset: 0, length: 5 },
      { offset: 0, length: 9000 },
    ];
    expect(await readAll(withPlannedReads(store, PLAN), ranges)).toEqual([undefined, undefined]);
    expect(asked.length).toBe(3);
  });

  it("past the end of the value gets what the store gives it, and its neighbours get their bytes", async () => {
    const { asked, store } = makeStore();
    const ranges = [
      { offset: 9900, length: 50 },
      { offset: 9980, length: 50 },
      { offset: 10_000, length: 9 },
    ];
    expect(await readAll(withPlannedReads(store, PLAN), ranges)).toEqual([bytesOf(9900, 50), bytesOf(9980, 20), []]);
    expect(asked.map(({ range }) => range)).toEqual([{ offset: 9900, length: 130 }, ...ranges.slice(1)]);
  });

  it("refuses the whole value in place of a range", async () => {
    const { store } = makeStore(() => VALUE);
    expect(await readAll(withPlannedReads(store, PLAN), [{ offset: 8, length: 5 }])).toEqual([
      // What was asked for and what came, and what may be the cause.
      expect.stringMatching(/^\/v: expected 5 bytes from 8 on, got 10000: /),
    ]);
  });

  it("has memory of its own, aligned: codecs swap bytes where they lie", async () => {
    const { asked, store } = makeStore(({ offset, length }) => Buffer.from(VALUE).subarray(offset, offset + length));
    const planned = withPlannedReads(store, PLAN);
    const ranges = [3, 3, 5, 4090].map((offset) => ({ offset, length: 16 }));
    const reads = (await Promise.all(ranges.map((range) => planned.getRange("/v", range)))) as Uint8Array[];
    expect(asked.length).toBe(2);
    expect(reads.map(({ byteOffset }) => byteOffset % 8)).toEqual([0, 0, 0, 0]);
    expect(new Set(reads.map(({ buffer }) => buffer)).size).toBe(4);
    expect(reads.map((bytes) => bytes.constructor)).toEqual(Array(4).fill(Uint8Array));
    expect(reads.map((bytes) => [...bytes])).toEqual(ranges.map(({ offset }) => bytesOf(offset, 16)));
  });

  it("waits its turn: no more requests at a time than the store may have, of all keys together", async () => {
    let now = 0;
    let most = 0;
    const { store } = makeStore();
    const counted = {
      ...store,
      getRange: async (key, range) => {
        most = Math.max(most, ++now);
        await new Promise((resolve) => setImmediate(resolve));
        now--;
        return store.getRange(key, range);
      },
    } as Store;
    const planned = withPlannedReads(counted, { maxBytes: 100 }, { concurrency: 3 });
    const keys = ["/a", "/b"] as const;
    const offsets = [0, 1000, 2000, 3000, 4000];
    const reads = keys.flatMap((key) => offsets.map((offset) => planned.getRange(key, { offset, length: 150 })));
    for (const [i, bytes] of (await Promise.all(reads)).entries())
      expect(bytes).toEqual(VALUE.slice((i % 5) * 1000).slice(0, 150));
    expect(most).toBe(3);
  });
});
