/** Rings where wasm may not run: no WebAssembly, a policy of the page or of the worker, a thread without most globals. */
import type { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { createRing as CreateRing } from "../../src/ring/create.js";
import { coalesce, pack } from "../oracle.js";
import { expectBytes, join } from "../support/bytes.js";
import { recordRows } from "../support/pairs.js";
import { sourceWorker } from "../support/workers.js";

const workers: Worker[] = [];
const started = (path: string) => {
  const worker = sourceWorker(path);
  workers.push(worker);
  return worker;
};

/* What was compiled or refused is remembered, so each test has modules of its own. */
let ring: typeof import("../../src/ring/index.js");
beforeEach(async () => {
  vi.resetModules();
  ring = await import("../../src/ring/index.js");
});
afterEach(async () => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
});

type Pair = Awaited<ReturnType<typeof ring.createPair>>;

const rows = recordRows(20_000, 9);
const wanted = pack(
  coalesce(
    Array.from({ length: rows.length / 4 }, (_, index) => {
      const [lo, hi, length, flags] = rows.subarray(index * 4) as unknown as [number, number, number, number];
      return { addr: BigInt(hi) * 2n ** 32n + BigInt(lo), length: BigInt(length), flags };
    }),
  ),
);

/** Puts all rows, and takes what comes of them. */
async function mapRows({ producer, consumer, ended }: Pair): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < rows.length; ) {
    at += producer.pushRows(rows.subarray(at, at + 4 * 500)) * 4;
    parts.push(consumer.drain().bytes);
    if (at < rows.length) await producer.room(256);
  }
  producer.close();
  while (await consumer.ready()) parts.push(consumer.drain().bytes);
  await ended;
  return join(parts);
}

/** Refuses to compile, as a Content Security Policy does; each attempt costs a violation report. */
function forbidCompiling(): { reports: number } {
  const counted = { reports: 0 };
  const refuse = () => {
    counted.reports++;
    return new WebAssembly.CompileError("the page's policy forbids wasm");
  };
  vi.spyOn(WebAssembly, "compile").mockImplementation(async () => {
    throw refuse();
  });
  class Refused {
    constructor() {
      throw refuse();
    }
  }
  vi.spyOn(WebAssembly, "Module").mockImplementation(Refused as never);
  return counted;
}

describe.each(["in line", "in line, shared", "in a worker"])("%s", (kind) => {
  const options = () => ({
    capacity: 512,
    shared: kind !== "in line",
    worker: kind === "in a worker" ? started("src/ring/worker.ts") : undefined,
  });

  it("without WebAssembly: the same bytes, and the pair says why", async () => {
    vi.stubGlobal("WebAssembly", undefined);
    const pair = await ring.createPair(options());
    expect([pair.engine, pair.engineReason]).toEqual(["js", "there is no WebAssembly"]);
    expect(pair.shared).toBe(kind === "in a worker");
    expect(pair.input.memory).toBeInstanceOf(kind === "in line" ? ArrayBuffer : SharedArrayBuffer);
    expectBytes(await mapRows(pair), wanted);
  });

  it("without WebAssembly, wasm is refused by name", async () => {
    vi.stubGlobal("WebAssembly", undefined);
    const refused = ring.createPair({ ...options(), engine: "wasm" });
    await expect(refused).rejects.toThrow('"engine" expected "auto" or "js" where there is no WebAssembly, got "wasm"');
  });

  it("under a policy: the same bytes, what the platform said, and one report for ten pairs", async () => {
    const counted = forbidCompiling();
    for (let turn = 0; turn < 10; turn++) {
      const pair = await ring.createPair(options());
      expect([pair.engine, pair.engineReason]).toEqual(["js", "the page's policy forbids wasm"]);
      expectBytes(await mapRows(pair), wanted);
    }
    // A producer checks its rows in wasm where it can, and its memory may be wasm's.
    new ring.Producer(ring.createRing({ shared: kind !== "in line" })).pushRows(rows.subarray(0, 4 * 100));
    expect(counted.reports).toBe(1);
  });

  it("ten pairs at once: one report too", async () => {
    const counted = forbidCompiling();
    const pairs = await Promise.all(
      Array.from({ length: 10 }, () => ring.createPair({ capacity: 8, shared: kind !== "in line" })),
    );
    expect(new Set(pairs.map(({ engine }) => engine))).toEqual(new Set(["js"]));
    for (const pair of pairs) pair.abort();
    expect(counted.reports).toBe(1);
  });

  it("under a policy, wasm throws what the platform said, and so does a module of one's own", async () => {
    forbidCompiling();
    const refusal = "the page's policy forbids wasm";
    await expect(ring.createPair({ ...options(), engine: "wasm" })).rejects.toThrow(refusal);
    await expect(ring.createPair({ ...options(), module: new Uint8Array(8) })).rejects.toThrow(refusal);
  });

  it("js is taken where it is asked for, without a reason", async () => {
    const compile = vi.spyOn(WebAssembly, "compile");
    const pair = await ring.createPair({ ...options(), engine: "js" });
    expect([pair.engine, pair.engineReason]).toEqual(["js", undefined]);
    expectBytes(await mapRows(pair), wanted);
    expect(compile).not.toHaveBeenCalled();
  });
});

describe("a worker's policy", () => {
  it("is not the page's: the worker falls back, and the pair says what the worker was told", async () => {
    const pair = await ring.createPair({ worker: started("test/support/ring-worker-refused.ts"), capacity: 512 });
    expect([pair.engine, pair.engineReason]).toEqual(["js", "the worker's policy forbids wasm"]);
    expect(pair.input.memory).toBeInstanceOf(WebAssembly.Memory);
    expectBytes(await mapRows(pair), wanted);
  });

  it("is an error where wasm was asked for", async () => {
    const worker = started("test/support/ring-worker-refused.ts");
    await expect(ring.createPair({ worker, engine: "wasm" })).rejects.toThrow("the worker's policy forbids wasm");
  });
});

describe("a thread without most globals, as an AudioWorklet", () => {
  const MISSING = ["atob", "crypto", "performance", "setTimeout", "clearTimeout", "setImmediate", "navigator"];

  it.each(["wasm", "js"] as const)("makes rings and pairs in line: %s", async (engine) => {
    for (const name of MISSING) vi.stubGlobal(name, undefined);
    const made: ReturnType<typeof CreateRing> = ring.createRing({ capacity: 8 });
    expect(made.nonce).not.toBe(ring.createRing({ capacity: 8 }).nonce);
    const pair = await ring.createPair({ engine, capacity: 512 });
    expect(pair.engine).toBe(engine);
    expectBytes(await mapRows(pair), wanted);
  });
});

describe("rings in buffers", () => {
  const rings = () => {
    const memory = new SharedArrayBuffer(65536);
    const input = ring.createRing({ memory, capacity: 64 });
    return { input, output: ring.createRing({ memory, capacity: 64, offset: 32768, role: "segments" }) };
  };

  it("have a kernel in JavaScript, which says so", async () => {
    const { input, output } = rings();
    const onReady = vi.fn();
    const ended = ring.runKernel(input, output, {}, { block: false, onReady });
    new ring.Producer(input).close();
    await ended;
    const reason = "the rings lie in a buffer, and not in a WebAssembly.Memory";
    expect(onReady.mock.calls).toEqual([[{ engine: "js", reason }]]);
  });

  it("have none in wasm", async () => {
    const { input, output } = rings();
    await expect(ring.runKernel(input, output, {}, { engine: "wasm" })).rejects.toThrow(TypeError);
    expect([input.owners.consumer, output.owners.producer]).toEqual([0, 0]);
  });
});

describe("a thread that may not block", () => {
  const rings = () => {
    const memory = new WebAssembly.Memory({ initial: 2, maximum: 2, shared: true });
    const input = ring.createRing({ memory, capacity: 64 });
    return { input, output: ring.createRing({ memory, capacity: 64, offset: 65536, role: "segments" }) };
  };
  const forbidBlocking = () =>
    vi.spyOn(Atomics, "wait").mockImplementation(() => {
      throw new TypeError("Atomics.wait cannot be called in this context");
    });

  it("is found out by trying: a kernel that shall block is refused, and the rings are free", async () => {
    forbidBlocking();
    const { input, output } = rings();
    await expect(ring.runKernel(input, output, {}, { block: true })).rejects.toThrow(/"block" expected false/);
    expect([input.owners.consumer, output.owners.producer, input.state]).toEqual([0, 0, "open"]);
  });

  it.each(["wasm", "js"] as const)("runs the kernel in slices, though the thread is a worker: %s", async (engine) => {
    forbidBlocking();
    vi.stubGlobal("WorkerGlobalScope", anyScope());
    const { input, output } = rings();
    const ended = ring.runKernel(input, output, {}, { engine });
    const producer = new ring.Producer(input);
    producer.push(4096, 4096);
    producer.close();
    await ended;
    expect(new ring.Consumer(output).drain().length).toBe(1);
  });
});

/** A class that every object is an instance of: `globalThis` is a worker's. */
function anyScope(): unknown {
  return Object.defineProperty(() => {}, Symbol.hasInstance, { value: () => true });
}

describe("where a worker hears from", () => {
  const asDeno = () => vi.spyOn(process, "getBuiltinModule").mockReturnValue({ isMainThread: true, parentPort: null });

  it("Deno's own Worker: its scope, though worker_threads knows no parent", async () => {
    asDeno();
    vi.stubGlobal("WorkerGlobalScope", anyScope());
    vi.stubGlobal("postMessage", () => {});
    const { parentOf, runsInWorker } = await import("../../src/ring/worker-like.js");
    expect([parentOf() === globalThis, runsInWorker()]).toEqual([true, true]);
  });

  it("a SharedWorker has no one place to hear from", () => {
    asDeno();
    vi.stubGlobal("WorkerGlobalScope", anyScope());
    expect(() => ring.serveKernel()).toThrow(/give the port/);
  });
});
