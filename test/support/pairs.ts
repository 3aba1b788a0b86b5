import { SegringError } from "../../src/core/errors.js";
import { Consumer } from "../../src/ring/consumer.js";
import { createRing, newMemory, ringBytes } from "../../src/ring/create.js";
import { runKernel } from "../../src/ring/kernel.js";
import { Producer } from "../../src/ring/producer.js";
import type { Ring } from "../../src/ring/ring.js";
import type { OracleLimits } from "../oracle.js";
import { join } from "./bytes.js";
import { Random } from "./random.js";

/** Kinds of memory; shared where a page is isolated. */
export const memories: { kind: "plain" | "shared"; shared: boolean }[] = [
  { kind: "plain", shared: false },
  { kind: "shared", shared: true },
];

export interface TestPair {
  input: Ring;
  output: Ring;
  producer: Producer;
  consumer: Consumer;
  ended: Promise<void>;
}

export interface TestPairOptions {
  shared: boolean;
  capacity?: number;
  outputCapacity?: number;
  limits?: OracleLimits;
  firstIndex?: number;
  invalid?: "poison" | "skip";
  /** Of an earlier pair that is at its end: a page has address space for few memories. */
  memory?: WebAssembly.Memory | undefined;
}

/** Two rings apart from each other, with a kernel in this thread between them. */
export function ringPair({ shared, capacity = 64, outputCapacity = capacity, ...options }: TestPairOptions): TestPair {
  const { firstIndex = 0, memory } = options;
  const { input, output } = twoRings({ shared, capacity, outputCapacity, firstIndex, memory });
  const { max = 1n << 32n, boundary = 0n, alignment = 1n } = options.limits ?? {};
  const limits = { maxSegmentBytes: Number(max), boundaryBytes: boundary, alignmentBytes: Number(alignment) };
  const ended = runKernel(input, output, limits, { block: false, invalid: options.invalid });
  ended.catch(() => {});
  return { input, output, producer: new Producer(input), consumer: new Consumer(output), ended };
}

export function twoRings(options: {
  shared: boolean;
  capacity: number;
  outputCapacity: number;
  firstIndex?: number;
  memory?: WebAssembly.Memory | undefined;
}): { input: Ring; output: Ring } {
  const { shared, capacity, outputCapacity, firstIndex = 0 } = options;
  const offset = 1024 + Math.ceil(ringBytes(capacity) / 128) * 128;
  const memory = options.memory ?? newMemory(offset + ringBytes(outputCapacity, "segments"), shared);
  return {
    input: createRing({ memory, capacity, firstIndex }),
    output: createRing({ memory, capacity: outputCapacity, role: "segments", offset, firstIndex }),
  };
}

/** Takes all segments until the end. */
export async function takeAll(consumer: Consumer): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  while (await consumer.ready()) parts.push(consumer.drain().bytes);
  return join(parts);
}

/** The code of the SegringError that this throws. */
export function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof SegringError) return error.code;
    throw error;
  }
  throw new Error("expected a SegringError, nothing was thrown");
}

/** Rows of 4 KiB and longer, of which some join: the same for the same seed. */
export function recordRows(count: number, seed: number, breakIn = 3): Uint32Array<ArrayBuffer> {
  const random = new Random(seed);
  const rows = new Uint32Array(count * 4);
  let addr = 2 ** 40;
  for (let at = 0; at < rows.length; at += 4) {
    if (random.once(breakIn)) addr += 4096 * random.integer(1, 9);
    const length = 4096 * (random.once(50) ? random.integer(1, 40) : 1);
    rows[at] = addr;
    rows[at + 1] = addr / 2 ** 32;
    rows[at + 2] = length;
    addr += length;
  }
  return rows;
}
