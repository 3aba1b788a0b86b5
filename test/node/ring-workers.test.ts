/** Workers that a pair is given: busy ones, dead ones, mute ones, wrong ones. Each is an error that says why, and none is waited for without end. */

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, it, vi } from "vitest";
import { RingCore } from "../../src/ring/core.js";
import { CONSUMER_CLAIM } from "../../src/ring/layout.js";
import { createPair, type PairOptions, type RingPair } from "../../src/ring/pair.js";
import { watchOwner } from "../../src/ring/watch.js";
import { blamedBy } from "../support/blame.js";
import { trapKernel } from "../support/trap-kernel.js";
import { sourceWorker } from "../support/workers.js";

const workers: Worker[] = [];
function kept(worker: Worker): Worker {
  workers.push(worker);
  return worker;
}
const newKernel = () => kept(sourceWorker("src/ring/worker.ts"));
const script = (text: string) => kept(new Worker(text, { eval: true }));
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
});

/** Puts one page, and takes what comes of it until the end. */
async function mapOnePage(pair: RingPair, addr: number): Promise<bigint[]> {
  const addresses: bigint[] = [];
  pair.producer.push(addr, 4096);
  pair.producer.close();
  for await (const segment of pair.consumer) addresses.push(segment.addr);
  await pair.ended;
  return addresses;
}

const listeners = (worker: Worker) =>
  ["message", "messageerror", "error", "exit"].map((type) => worker.listenerCount(type));

describe("a worker that serves", () => {
  it("serves one pair after another, and none leaves a listener behind", async () => {
    const worker = newKernel();
    const before = listeners(worker);
    for (let turn = 0; turn < 14; turn++) {
      const pair = await createPair({ worker, capacity: 16 });
      expect(await mapOnePage(pair, turn * 4096)).toEqual([BigInt(turn * 4096)]);
      expect(listeners(worker)).toEqual(before);
    }
  });

  it("is waited for in line while it serves another pair", async () => {
    const worker = newKernel();
    const first = await createPair({ worker, capacity: 16 });
    const second = createPair({ worker, capacity: 16 });
    expect(await mapOnePage(first, 4096)).toEqual([4096n]);
    expect(await mapOnePage(await second, 8192)).toEqual([8192n]);
  });

  it("but not without end: BUSY, and neither the pair before nor the one after is disturbed", async () => {
    const worker = newKernel();
    const before = listeners(worker);
    const first = await createPair({ worker, capacity: 16 });
    const late = createPair({ worker, capacity: 16, startMilliseconds: 50 });
    await expect(late).rejects.toMatchObject({ code: "BUSY" });
    await expect(late).rejects.toThrow("did not answer within 50 ms");
    expect(await mapOnePage(first, 4096)).toEqual([4096n]);
    expect(await mapOnePage(await createPair({ worker, capacity: 16 }), 8192)).toEqual([8192n]);
    expect(listeners(worker)).toEqual(before);
  });

  it("does not tell one pair of another's failure", async () => {
    const worker = newKernel();
    const first = await createPair({ worker, capacity: 16 });
    // Its kernel fails to start, in the same worker.
    const empty = new WebAssembly.Module(Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00));
    const second = createPair({ worker, capacity: 16, module: empty });
    const third = createPair({ worker, capacity: 16 });
    first.abort();
    await expect(first.ended).rejects.toMatchObject({ code: "ABORTED" });
    await expect(second).rejects.toThrow(TypeError);
    expect(await mapOnePage(await third, 4096)).toEqual([4096n]);
  });

  it("whose kernel traps: POISONED with what can be read as its cause, and both rings stopped", async () => {
    const pair = await createPair({ worker: newKernel(), capacity: 16, module: trapKernel() });
    await expect(pair.ended).rejects.toMatchObject({
      code: "POISONED",
      cause: { message: expect.stringMatching(/RuntimeError: unreachable/) },
    });
    expect([pair.input.state, pair.output.state]).toEqual(["poisoned", "aborted"]);
    await expect(pair.consumer.ready()).rejects.toMatchObject({ code: "ABORTED" });
  });

  it("whose kernel leaves just while its owner is looked up: the end is told, and no RangeError", async () => {
    const load = vi.spyOn(RingCore.prototype, "load");
    let looks = 0;
    load.mockImplementation(function (this: RingCore, field: number) {
      if (field === CONSUMER_CLAIM) return looks++ === 0 ? 77 : 0;
      return Atomics.load(this.words, field >> 2);
    });
    try {
      const pair = await createPair({ worker: newKernel(), capacity: 16, module: trapKernel() });
      expect(looks).toBeGreaterThan(0);
      await expect(pair.ended).rejects.toMatchObject({ code: "POISONED" });
    } finally {
      load.mockRestore();
    }
  });

  it.each(["shared", "in line"])("keeps no process alive after the end, %s", async (kind) => {
    const program = fileURLToPath(new URL("../support/pair-exits.ts", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", program, kind], {
      timeout: 60_000,
    });
    expect(stdout).toBe(`4096 bytes, shared: ${kind === "shared"}\n`);
  });
});

describe.each([
  { kind: "shared memory", shared: true },
  { kind: "memory that is not shared, where the kernel runs in line", shared: false },
])("a worker that does not serve is an error, with $kind:", ({ shared }) => {
  const refused = async (worker: Worker, options: PairOptions = {}) => {
    const before = listeners(worker);
    const error = await createPair({ worker, shared, capacity: 16, ...options }).then(
      () => expect.fail("the pair was made"),
      (error) => error as Error & { code?: string; cause?: Error },
    );
    expect(listeners(worker).map((count, type) => count <= (before[type] as number))).toEqual([true, true, true, true]);
    return error;
  };

  it("it throws", async () => {
    const error = await refused(script("throw new Error('no kernel here')"));
    expect(error).toMatchObject({ code: "PEER_DIED", cause: { message: "no kernel here" } });
    expect(error.message).toContain("no kernel here");
  });

  it("it ends at once", async () => {
    const error = await refused(script("process.exit(3)"));
    expect(error).toMatchObject({ code: "PEER_DIED", cause: expect.any(Error) });
    expect(error.message).toContain("exit code 3");
  });

  it("it has ended", async () => {
    const worker = script("0");
    await new Promise((resolve) => worker.on("exit", resolve));
    const error = await refused(worker);
    expect(error).toMatchObject({ code: "PEER_DIED" });
    expect(error.message).toContain("it has ended");
  });

  it("it never answers", async () => {
    const error = await refused(script("setInterval(() => {}, 1000)"), { startMilliseconds: 50 });
    expect(error).toMatchObject({ code: "BUSY" });
  });

  it("it answers another protocol", async () => {
    const answer = `require("node:worker_threads").parentPort.on("message", function (message) {
      this.postMessage({ segring: "ready", protocol: 1, id: message.id });
    })`;
    const error = await refused(script(answer));
    expect(error).toBeInstanceOf(TypeError);
    expect(blamedBy(error.message)).toBe("worker");
  });

  it("its script is not there, is no module, or imports what is not there: each says so", async () => {
    const folder = mkdtempSync(join(tmpdir(), "segring-workers-"));
    const load = (name: string, text?: string) => {
      const path = join(folder, name);
      if (text !== undefined) writeFileSync(path, text);
      return refused(kept(new Worker(pathToFileURL(path))));
    };
    try {
      const missing = await load("nothing.mjs");
      const classic = await load("classic.cjs", "import 'node:fs';");
      const unresolved = await load("unresolved.mjs", "import './nowhere.mjs';");
      const bare = await load("bare.mjs", "import 'no-such-package/ring/worker';");
      for (const error of [missing, classic, unresolved, bare]) {
        expect(error).toMatchObject({ code: "PEER_DIED", cause: expect.any(Error) });
      }
      expect(missing.message).toMatch(/Cannot find module .*nothing\.mjs/);
      expect(classic.message).toContain('start it with { type: "module" }');
      expect(unresolved.message).toMatch(/Cannot find module .*nowhere\.mjs/);
      expect(bare.message).toContain("no-such-package");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("restart", () => {
  /** A pair whose first worker is dead, and known to be. */
  const orphaned = async (options: PairOptions = {}) => {
    const worker = newKernel();
    let died = () => {};
    const noticed = new Promise<void>((resolve) => {
      died = resolve;
    });
    const pair = await createPair({ worker, capacity: 16, onWorkerDeath: () => died(), ...options });
    await worker.terminate();
    await noticed;
    return { pair, worker };
  };

  it("in a worker that is dead too is PEER_DIED, and a living one then goes on", async () => {
    const { pair, worker } = await orphaned();
    await expect(pair.restart(worker)).rejects.toMatchObject({ code: "PEER_DIED" });
    await pair.restart(newKernel());
    expect(await mapOnePage(pair, 4096)).toEqual([4096n]);
  });

  it("in a mute worker is BUSY, and a living one then goes on", async () => {
    const { pair } = await orphaned();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const refused = expect(pair.restart(script("setInterval(() => {}, 1000)"))).rejects.toMatchObject({ code: "BUSY" });
    await vi.advanceTimersByTimeAsync(20_000);
    vi.useRealTimers();
    await refused;
    expect([pair.input.owners.consumer, pair.output.owners.producer]).toEqual([0, 0]);
    await pair.restart(newKernel());
    expect(await mapOnePage(pair, 4096)).toEqual([4096n]);
  });

  it("beside a kernel that is alive is BUSY: two would take the same records", async () => {
    const pair = await createPair({ worker: newKernel(), capacity: 16, startMilliseconds: 20_000 });
    const impatient = await createPair({ worker: newKernel(), capacity: 16 });
    await mapOnePage(impatient, 0);
    await expect(impatient.restart(newKernel())).rejects.toMatchObject({ code: "CLOSED" });
    const token = pair.input.owners.consumer;
    const refused = pair.restart(newKernel()).catch((error: unknown) => error);
    expect(pair.input.owners.consumer).toBe(token);
    expect(await mapOnePage(pair, 4096)).toEqual([4096n]);
    expect(await refused).toMatchObject({ code: "CLOSED" });
  });

  it("of rings that were stopped says so, and of a kernel in line that there is no worker", async () => {
    const { pair } = await orphaned();
    pair.abort();
    await expect(pair.restart(newKernel())).rejects.toMatchObject({ code: "ABORTED" });
    const inLine = await createPair({ capacity: 16 });
    await expect(inLine.restart(newKernel())).rejects.toMatchObject({ code: "NOT_SHARED" });
    inLine.abort();
  });

  it("death without a handler aborts, and nobody waits", async () => {
    const worker = newKernel();
    const pair = await createPair({ worker, capacity: 16 });
    const waiting = expect(pair.consumer.ready()).rejects.toMatchObject({ code: "ABORTED" });
    await worker.terminate();
    await expect(pair.ended).rejects.toMatchObject({ code: "PEER_DIED" });
    await waiting;
    await expect(pair.restart(newKernel())).rejects.toMatchObject({ code: "ABORTED" });
  });

  it("watchOwner of a worker that has ended already tells at once, and leaves no listener", async () => {
    const { pair, worker } = await orphaned();
    const watch = watchOwner(pair.input, "consumer", { worker });
    expect(await watch.dead).toBe(true);
    expect(listeners(worker)).toEqual([0, 0, 0, 0]);
    pair.abort();
  });
});
