/** Kernels of both engines, side by side: after every step, deaths among them, the words of their rings are equal. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { FLUSH } from "../../src/core/record.js";
import { Consumer } from "../../src/ring/consumer.js";
import { bufferOf } from "../../src/ring/core.js";
import { Producer } from "../../src/ring/producer.js";
import type { Ring } from "../../src/ring/ring.js";
import { expectBytes, join } from "../support/bytes.js";
import { check } from "../support/check.js";
import { type BareKernel, bareKernel } from "../support/open-kernel.js";
import { type Place, recordRows, twoRings } from "../support/pairs.js";
import { Random } from "../support/random.js";

/** Who works in a lane; `either` changes the engine whenever a kernel dies. */
type Engine = "wasm" | "js" | "either";

interface Lane {
  readonly input: Ring;
  readonly output: Ring;
  readonly producer: Producer;
  readonly consumer: Consumer;
  readonly engine: Engine;
  kernel: BareKernel;
}

const STATE = 0x80 / 4;
const OWNERS = 0x90 / 4;
const TAIL = 0x100 / 4;
const HEAD = 0x180 / 4;
const CHECKPOINTS = 0x1a0 / 4;
const SLOTS = 0x280 / 4;

const anyJob = fc.record({
  shared: fc.boolean(),
  capacity: fc.constantFrom(2, 4, 16, 512, 1024),
  outputCapacity: fc.constantFrom(2, 4, 64, 1024),
  firstIndex: fc.constantFrom(0, 0x7fff_fff0, 0xffff_fff0),
  maxSegmentBytes: fc.constantFrom(2 ** 32, 65536, 4096, 1000),
  breakIn: fc.constantFrom(1, 2, 3, 50),
  steps: fc.integer({ min: 1, max: 150 }),
  seed: fc.integer(),
});

function lane(engine: Engine, job: Place & { capacity: number; outputCapacity: number; firstIndex: number }): Lane {
  // A kernel in JavaScript works in either kind of memory: alone in a buffer, and beside wasm in wasm's.
  const { input, output } = twoRings({ ...job, engine: engine === "js" ? "js" : "wasm" });
  const producer = new Producer(input);
  const consumer = new Consumer(output);
  return { input, output, producer, consumer, engine, kernel: bareKernel("wasm") };
}

function wordsOf(ring: Ring): Uint32Array {
  return new Uint32Array(bufferOf(ring.memory), ring.offset, SLOTS + ring.capacity * 4);
}

/** All that a kernel writes, and the slots. Tokens and the nonce are random. */
function seen({ input, output }: Lane): Uint8Array {
  const parts = [input, output].map(wordsOf).flatMap((words) => [words.slice(STATE, OWNERS), words.slice(TAIL)]);
  return join(parts.map(({ buffer }) => new Uint8Array(buffer)));
}

it("I4, I12: the words of the rings are equal after every round and every death, whichever engine goes on", () => {
  let deaths = 0;
  check(120, anyJob, ({ maxSegmentBytes, breakIn, steps, seed, ...place }) => {
    const lanes = (["wasm", "js", "either"] as const).map((engine) => lane(engine, place));
    const random = new Random(seed);
    const rows = recordRows(3000, seed, breakIn);
    const open = () => {
      const choice = random.pick(["wasm", "js"] as const);
      const statuses = lanes.map((one) => {
        one.kernel = bareKernel(one.engine === "either" ? choice : one.engine);
        return one.kernel.open(one.input, one.output, maxSegmentBytes);
      });
      expect(new Set(statuses).size).toBe(1);
    };
    open();
    let at = 0;
    for (let step = 0; step < steps; step++) {
      const batch = rows.slice(at, at + 4 * random.integer(1, 700));
      if (random.once(4)) (batch[batch.length - 1] as number) |= FLUSH;
      if (random.once(300)) (batch[2] as number) = 0;
      const take = random.once(3) ? 0 : random.integer(1, 900);
      const rounds = random.integer(1, 3);
      const died = random.once(5) ? random.integer(0, 3) : -1;
      const word = random.integer(0, 15);
      const taken = new Set<string>();
      for (const one of lanes) {
        taken.add(String(push(one, batch)));
        const before = [wordsOf(one.input).slice(0, SLOTS), wordsOf(one.output).slice(0, SLOTS)] as const;
        const status = one.kernel.run(rounds, 0);
        if (rounds === 1 && status === 0) die(one, before, died, word);
        taken.add(`status ${status}`);
      }
      expect(taken.size, [...taken].join()).toBe(2);
      const [first, ...others] = lanes.map(seen);
      for (const other of others) expectBytes(other, first as Uint8Array);
      at += 4 * Number([...taken][0]);
      if (lanes[0]?.input.state !== "open") return;
      if (died >= 0) {
        open();
        deaths++;
      }
      for (const one of lanes) if (take > 0) one.consumer.take(new Uint32Array(4 * take));
    }
  });
  expect(deaths).toBeGreaterThan(10);
});

/** Rows that the ring takes; a row that is not valid lies in the ring all the same, as a hostile producer writes it. */
function push({ input, producer }: Lane, batch: Uint32Array): number {
  const bad = batch[2] === 0;
  if (bad) batch[2] = 1;
  const took = producer.pushRows(batch);
  if (bad && took > 0) {
    const words = wordsOf(input);
    const index = ((words[TAIL] as number) - took) & (input.capacity - 1);
    words[SLOTS + index * 4 + 2] = 0;
  }
  if (bad) batch[2] = 0;
  return took;
}

/** As if the kernel had died inside the commit of its last round: what it wrote last is not there. */
function die({ input, output }: Lane, before: readonly [Uint32Array, Uint32Array], how: number, word: number): void {
  const [inputBefore, outputBefore] = before;
  const header = wordsOf(input);
  if (how >= 1) header[HEAD] = inputBefore[HEAD] as number;
  if (how >= 2) wordsOf(output)[TAIL] = outputBefore[TAIL] as number;
  // The copy is torn too: of its words, those from this one on are old.
  const torn = CHECKPOINTS + (word & 8);
  const isNew = header.subarray(torn, torn + 8).some((now, at) => now !== inputBefore[torn + at]);
  if (how === 3 && isNew) header.set(inputBefore.subarray(torn + (word & 7), torn + 8), torn + (word & 7));
}
