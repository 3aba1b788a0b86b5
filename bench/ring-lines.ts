/** What the two cores take to hand lines of memory to each other: the records of a ring cannot cross faster. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";

/** Where the indices and the slots lie: above all that compiled code may fold into addresses. */
const INDICES = 65536;
const SLOTS = 2 * INDICES;
const PINGS = 100_000;

interface LinesKernel {
  ping(at: number, count: number): void;
  give(at: number, slots: number, capacity: number, records: number, batch: number): void;
}

export interface Lines {
  /** Nanoseconds that a line takes from one core to the other, and that the other's answer takes back, halved. */
  pingPong(): Promise<number>;
  /** Nanoseconds a record, for so many in batches of so many. Whole batches, and whole lines: four records each. */
  handOver(records: number, batch: number): Promise<number>;
  /** As `handOver`, of rows that JavaScript copies in: the floor of whoever calls from JavaScript. */
  setOver(rows: Uint32Array, passes: number, batch: number): Promise<number>;
  end(): Promise<unknown>;
}

/** @param capacity Records of the ring. */
export async function linesOfMemory(capacity: number): Promise<Lines> {
  const module = buildLines();
  const pages = Math.ceil((SLOTS + capacity * 16) / 65536);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const words = new Int32Array(memory.buffer);
  const slots = new Uint32Array(memory.buffer, SLOTS, capacity * 4);
  const { ping, give } = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as LinesKernel;
  const worker = new Worker(OTHER_SIDE, { eval: true, workerData: { module, memory } });
  const heard = () => new Promise((resolve) => worker.once("message", resolve));
  await heard();
  /** Seconds that this side of a call takes while the worker is in the other side's. */
  const beside = async (name: string, numbers: readonly number[], run: () => void) => {
    words.fill(0, INDICES / 4, INDICES / 4 + 64);
    const started = heard();
    worker.postMessage({ name, numbers });
    await started;
    const ended = heard();
    const start = process.hrtime.bigint();
    run();
    const nanoseconds = Number(process.hrtime.bigint() - start);
    await ended;
    return nanoseconds;
  };
  return {
    pingPong: async () => (await beside("pong", [INDICES, PINGS], () => ping(INDICES, PINGS))) / PINGS / 2,
    async handOver(records, batch) {
      const whole = Math.ceil(records / batch) * batch;
      const numbers = [INDICES, SLOTS, capacity, whole];
      return (await beside("take", numbers, () => give(INDICES, SLOTS, capacity, whole, batch))) / whole;
    },
    async setOver(rows, passes, batch) {
      const whole = Math.floor(rows.length / 4 / batch) * batch;
      const numbers = [INDICES, SLOTS, capacity, whole * passes];
      const run = () => {
        for (let pass = 0; pass < passes; pass++) setRows(words, slots, rows.subarray(0, whole * 4), batch);
      };
      return (await beside("take", numbers, run)) / (whole * passes);
    },
    end: () => worker.terminate(),
  };
}

/** Keeps pauses from being optimised away. */
export let kept = 0;

/** `give` of bench/native/lines.ts in JavaScript, with what is given. */
function setRows(words: Int32Array, slots: Uint32Array, rows: Uint32Array, batch: number): void {
  const [tailAt, headAt] = [INDICES / 4, (INDICES + 128) / 4];
  const capacity = slots.length / 4;
  let tail = Atomics.load(words, tailAt);
  for (let at = 0; at < rows.length; at += batch * 4) {
    if (capacity - (tail - Atomics.load(words, headAt)) < batch) {
      // A pause between two looks, as `give` makes one: whoever looks all the time fights for the line.
      for (let passed = 1; tail - Atomics.load(words, headAt) > capacity / 2; ) {
        for (let count = 0; count < 240; count++) passed = Math.imul(passed, 0x01000193) + 1;
        kept = passed;
      }
    }
    slots.set(rows.subarray(at, at + batch * 4), (tail % capacity) * 4);
    tail += batch;
    Atomics.store(words, tailAt, tail);
  }
}

const OTHER_SIDE = `
  const { parentPort, workerData: { module, memory } } = require("node:worker_threads");
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  parentPort.on("message", ({ name, numbers }) => {
    parentPort.postMessage("started");
    exports[name](...numbers);
    parentPort.postMessage("ended");
  });
  parentPort.postMessage("here");
`;

function buildLines(): WebAssembly.Module {
  const here = new URL("native/", import.meta.url).pathname;
  mkdirSync(`${here}build`, { recursive: true });
  const asc = new URL("../node_modules/assemblyscript/bin/asc.js", import.meta.url).pathname;
  const file = `${here}build/lines.wasm`;
  const memory = ["--importMemory", "--noExportMemory", "--sharedMemory", "--maximumMemory", "65536"];
  const flags = ["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd", "--enable", "threads", ...memory];
  // Away from the asconfig.json of the kernels.
  execFileSync(process.execPath, [asc, `${here}lines.ts`, "-o", file, ...flags], { cwd: here });
  return new WebAssembly.Module(readFileSync(file));
}
