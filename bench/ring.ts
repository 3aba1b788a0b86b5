/** The ring: a pair of threads against messages and against one thread, record by record, under load, and the drain. */
import { Worker } from "node:worker_threads";
import { Consumer, createRing, Producer } from "../dist/ring/index.js";
import { median } from "../site/rooms/race/statistics.js";
import { showBar } from "./harness.js";
import {
  inlineContestant,
  jsRingContestant,
  jsStreamContestant,
  messageContestant,
  PASSES,
  ringContestant,
  streamContestant,
} from "./ring-contestants.js";
import { type Lines, linesOfMemory } from "./ring-lines.js";
import { benchPush } from "./ring-push.js";
import { fillRecords } from "./workloads.js";

/** Records of a ring, as `createPair` makes them. */
const CAPACITY = 8192;
/** What a ring may take of the greater of its parts: the work in one thread, and rows over the lines between two. */
const NEAR = 1.2;

export async function benchRing(quick: boolean): Promise<void> {
  const count = quick ? 200_000 : 2_000_000;
  const lines = await linesOfMemory(CAPACITY);
  // Small calls first: V8 replaces the first code of a function only when it is called again.
  for (let i = 0; i < 5; i++) await lines.handOver(count / 10, 16);
  console.log(`\na line of memory from one core to the other ${(await lines.pingPong()).toFixed(0)} ns`);
  await benchThreads(count, quick ? 3 : 9, lines);
  await benchJs(quick ? 100_000 : 500_000, quick ? 5 : 21);
  await benchPush(quick ? 20 : 200, CAPACITY);
  await lines.end();
  await benchBusy(count, quick ? 3 : 7);
  benchDrain(quick ? 20 : 200);
}

/** From this thread to segments back in this thread. */
async function benchThreads(count: number, rounds: number, lines: Lines): Promise<void> {
  const rows = new Uint32Array(4 * count);
  for (const density of [0, 10, 50]) {
    console.log(`\nfrom this thread to segments, ${count} records ${PASSES} times, ${density} % breaks, ns a record`);
    fillRecords(rows, density);
    for (const batch of [16, 256, 4096]) {
      const contestants = [await ringContestant(), await inlineContestant(), messageContestant(), streamContestant()];
      const answers = new Set<number>();
      const names = ["lines", "rows over lines", ...contestants.map(({ name }) => name)];
      const samples = new Map<string, number[]>(names.map((name) => [name, []]));
      // By message 16 records cost 20 times as much: a twentieth of them is enough.
      const few = batch === 16 ? rows.subarray(0, 4 * Math.floor(count / 20)) : rows;
      for (let round = -1; round < rounds; round++) {
        for (const { name, run } of contestants) {
          const start = process.hrtime.bigint();
          answers.add(await run(few, batch));
          const nanoseconds = Number(process.hrtime.bigint() - start) / (few.length / 4) / PASSES;
          if (round >= 0) samples.get(name)?.push(nanoseconds);
        }
        samples.get("lines")?.push(await lines.handOver((few.length / 4) * PASSES, batch));
        samples.get("rows over lines")?.push(await lines.setOver(few, PASSES, batch));
      }
      if (answers.size !== 1) throw new Error(`the answers differ: ${[...answers].join(", ")} segments`);
      for (const { end } of contestants) await end();
      const ns = (name: string) => median(samples.get(name) as number[]);
      const bars = [];
      const row = `ring ${density} % batch ${batch}`;
      const overMessage = { label: "postMessage/ring", value: ns("message") / ns("ring"), kind: "min" } as const;
      if (batch === 256) bars.push(showBar({ ...overMessage, limit: 5 }, row));
      if (batch === 4096) {
        // A message of 4096 records costs little more than its copy. Then the ring is held up by its own work, which the
        // contestant in line does in one thread, and by the lines that its rows must cross.
        const part = Math.max(ns("in line"), ns("rows over lines"));
        const overParts = { label: "ring/max(in line, rows over lines)", value: ns("ring") / part } as const;
        bars.push(
          overMessage.value < 2
            ? showBar({ ...overParts, limit: NEAR, kind: "max" }, row)
            : showBar({ ...overMessage, limit: 2 }, row),
        );
        const limit = density === 50 ? 1 : 0.6;
        bars.push(showBar({ label: "stream/ring", value: ns("stream") / ns("ring"), limit, kind: "min" }, row));
      }
      console.log(
        `  batch ${String(batch).padStart(4)}  ${names.map((name) => `${name} ${ns(name).toFixed(2)}`).join("  ")}  | ${bars.join("  ")}`,
      );
    }
  }
}

/** Where there is no wasm: a ring whose kernel runs in this thread, against the stream of `segring/js`, in turns. */
async function benchJs(count: number, rounds: number): Promise<void> {
  console.log(`\nwithout wasm, in one thread, ${count} records, ns a record`);
  const rows = new Uint32Array(4 * count);
  const ring = await jsRingContestant();
  const stream = jsStreamContestant();
  for (const density of [0, 10, 50]) {
    fillRecords(rows, density);
    for (const batch of [256, 4096]) {
      const samples = { ring: [] as number[], stream: [] as number[] };
      const time = async (name: keyof typeof samples, contestant: typeof ring, round: number) => {
        const start = process.hrtime.bigint();
        const segments = await contestant.run(rows, batch);
        if (round >= 0) samples[name].push(Number(process.hrtime.bigint() - start) / count);
        return segments;
      };
      for (let round = -2; round < rounds; round++) {
        const answers = [await time("ring", ring, round), await time("stream", stream, round)];
        if (answers[0] !== answers[1]) throw new Error(`the answers differ: ${answers.join(", ")} segments`);
      }
      const [inRing, inStream] = [median(samples.ring), median(samples.stream)];
      const row = `ring js ${density} % batch ${batch}`;
      const bar = showBar({ label: "stream/ring", value: inStream / inRing, limit: 0.5, kind: "min" }, row);
      console.log(
        `  ${String(density).padStart(2)} %, batch ${String(batch).padStart(4)}  ring ${inRing.toFixed(2)}  stream ${inStream.toFixed(2)}  | ${bar}`,
      );
    }
  }
  await ring.end();
  await stream.end();
}

/** The same work while both cores are kept busy by others. */
async function benchBusy(count: number, rounds: number): Promise<void> {
  console.log("\nwith both cores busy, batches of 4096, 10 % breaks, ns a record");
  const rows = new Uint32Array(4 * count);
  fillRecords(rows, 10);
  const ring = await ringContestant();
  const times = { quiet: [] as number[], busy: [] as number[] };
  const measure = async (name: keyof typeof times) => {
    const start = process.hrtime.bigint();
    await ring.run(rows, 4096);
    times[name].push(Number(process.hrtime.bigint() - start) / count / PASSES);
  };
  await ring.run(rows, 4096);
  for (let round = 0; round < rounds; round++) {
    await measure("quiet");
    const load = await Promise.all([busyWorker(), busyWorker()]);
    await measure("busy");
    await Promise.all(load.map((worker) => worker.terminate()));
  }
  await ring.end();
  const [quiet, busy] = [median(times.quiet), median(times.busy)];
  const bar = showBar({ label: "busy/quiet", value: busy / quiet, limit: 10, kind: "max" }, "ring busy");
  console.log(`  quiet ${quiet.toFixed(2)}  busy ${busy.toFixed(2)}  | ${bar}`);
}

async function busyWorker(): Promise<Worker> {
  const worker = new Worker("require('node:worker_threads').parentPort.postMessage(0); for (;;) Math.sqrt(2);", {
    eval: true,
  });
  await new Promise((resolve) => worker.once("message", resolve));
  return worker;
}

/** What taking has seen, so that it has to look. An element: a captured variable would cost a heap number each time. */
const seen = new Float64Array(1);

/** Taking records that are ready, in every form. */
function benchDrain(rounds: number): void {
  const capacity = 8192;
  console.log(`\ntaking ${capacity} records that are ready, ns a record`);
  const ring = createRing({ capacity, shared: true, role: "segments" });
  const producer = new Producer(ring);
  const consumer = new Consumer(ring);
  const rows = new Uint32Array(4 * capacity);
  fillRecords(rows, 10);
  const forms = formsOf(consumer, capacity);
  const samples = forms.map(() => [] as number[]);
  for (let round = 0; round < rounds; round++) {
    for (const [index, [name, take]] of forms.entries()) {
      if (producer.pushRows(rows) !== capacity) throw new Error("the ring is not empty");
      const start = process.hrtime.bigint();
      const taken = take();
      samples[index]?.push(Number(process.hrtime.bigint() - start) / capacity);
      if (taken !== capacity) throw new Error(`${name} took ${taken}`);
    }
  }
  console.log(
    `  ${forms.map(([name], index) => `${name} ${median(samples[index] as number[]).toFixed(2)}`).join("  ")}`,
  );
  if (seen[0] === 0) throw new Error("nothing was seen");
}

/** Every form of taking, by name; each takes all and says how many. */
function formsOf(consumer: Consumer, capacity: number): [string, () => number][] {
  const copy = new Uint32Array(4 * capacity);
  const addr = new BigUint64Array(capacity);
  const length = new Float64Array(capacity);
  const flags = new Uint32Array(capacity);
  return [
    ["copy (rows)", () => consumer.take(copy)],
    ["copy (table)", () => consumer.drain().length],
    [
      "callback",
      () =>
        consumer.take((lo, _hi, bytes) => {
          seen[0] = (seen[0] as number) + lo + bytes;
        }),
    ],
    [
      "cursor",
      () => {
        const cursor = consumer.cursor();
        let taken = 0;
        while (cursor.next()) {
          seen[0] = (seen[0] as number) + cursor.addrLo + cursor.length;
          taken++;
        }
        return taken;
      },
    ],
    ["columns", () => consumer.take({ addr, length, flags })],
    [
      "objects",
      () => {
        let taken = 0;
        for (const segment of consumer) {
          seen[0] = (seen[0] as number) + segment.length;
          taken++;
        }
        return taken;
      },
    ],
  ];
}
