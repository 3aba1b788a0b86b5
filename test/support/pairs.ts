import { SegringError } from "../../src/core/errors.js";
import { Consumer } from "../../src/ring/consumer.js";
import type { RingMemory } from "../../src/ring/core.js";
import { createRing, newMemory, type RingOptions, ringBytes } from "../../src/ring/create.js";
import { runKernel } from "../../src/ring/kernel.js";
import { Producer } from "../../src/ring/producer.js";
import type { Ring } from "../../src/ring/ring.js";
import type { OracleLimits } from "../oracle.js";
import { join } from "./bytes.js";
import { Random } from "./random.js";

/** Where rings lie, and what their kernels run on: in a buffer, a kernel runs in JavaScript. */
export interface Place {
  readonly shared: boolean;
  /** Default: wasm. */
  readonly engine?: "wasm" | "js";
}

/** Kinds of memory; shared where a page is isolated. */
export const memories: (Required<Place> & { kind: string })[] = [
  { kind: "plain", shared: false, engine: "wasm" },
  { kind: "shared", shared: true, engine: "wasm" },
  { kind: "plain JavaScript", shared: false, engine: "js" },
  { kind: "shared JavaScript", shared: true, engine: "js" },
];

/** Memory for rings of this place. */
export function memoryIn({ shared, engine = "wasm" }: Place, byteLength: number): RingMemory {
  // A page at least, as a WebAssembly.Memory has.
  return newMemory(Math.max(byteLength, 65536), shared, engine === "wasm");
}

/** A ring in memory of its own. */
export function ringIn(place: Place, options: RingOptions): Ring {
  const { capacity = 8192, role, offset = 1024 } = options;
  return createRing({ ...options, memory: memoryIn(place, offset + ringBytes(capacity, role)) });
}

export interface TestPair {
  input: Ring;
  output: Ring;
  producer: Producer;
  consumer: Consumer;
  ended: Promise<void>;
}

export interface TestPairOptions extends Place {
  capacity?: number;
  outputCapacity?: number;
  limits?: OracleLimits;
  firstIndex?: number;
  invalid?: "poison" | "skip";
  /** Of an earlier pair that is at its end: a page has address space for few memories. */
  memory?: RingMemory | undefined;
}

/** Two rings apart from each other, with a kernel in this thread between them. */
export function ringPair({ capacity = 64, outputCapacity = capacity, ...options }: TestPairOptions): TestPair {
  const { firstIndex = 0, memory, shared, engine = "wasm" } = options;
  const { input, output } = twoRings({ shared, engine, capacity, outputCapacity, firstIndex, memory });
  const { max = 1n << 32n, boundary = 0n, alignment = 1n } = options.limits ?? {};
  const limits = { maxSegmentBytes: Number(max), boundaryBytes: boundary, alignmentBytes: Number(alignment) };
  const ended = runKernel(input, output, limits, { block: false, invalid: options.invalid });
  ended.catch(() => {});
  return { input, output, producer: new Producer(input), consumer: new Consumer(output), ended };
}

export function twoRings(
  options: Place & {
    capacity: number;
    outputCapacity: number;
    firstIndex?: number;
    memory?: RingMemory | undefined;
  },
): { input: Ring; output: Ring } {
  const { capacity, outputCapacity, firstIndex = 0 } = options;
  const offset = 1024 + Math.ceil(ringBytes(capacity) / 128) * 128;
  const memory = options.memory ?? memoryIn(options, offset + ringBytes(outputCapacity, "segments"));
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
