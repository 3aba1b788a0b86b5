import { expected, SegringError } from "../core/errors.js";
import { FOUR_GIB } from "../core/record.js";
import { type Choice, inJs, type KernelEngine } from "./choice.js";
import { Claim } from "./claim.js";
import type { RingCore } from "./core.js";
import { JsKernel } from "./js-kernel.js";
import { openKernel, type Work } from "./kernel-arguments.js";
import {
  ABORTED,
  AGAIN,
  BY_KERNEL,
  CLOSED,
  CONS_SEQ,
  EMPTY,
  HEAD,
  KERNEL_FAILED,
  MESSAGE,
  OPEN,
  PEER_STOPPED,
  POISONED,
  PROD_SEQ,
  STALE,
  STATE,
  TAIL,
} from "./layout.js";
import { mayBlock, now } from "./platform.js";
import type { Ring } from "./ring.js";
import { instantiate, type RingKernel } from "./ring-kernel.js";
import { addSleeper } from "./sleepers.js";
import { eventLoopTurn } from "./turn.js";
import { runsInWorker } from "./worker-like.js";

/** Rounds a call, of up to 509 records each: V8 replaces the first, slow code of a function only when it is called again. */
const ROUNDS = 64;
/** Milliseconds after which a kernel that does not block gives the thread back. */
const SLICE_MS = 8;

/** What a kernel does, and how it runs in its thread. */
export interface KernelJob {
  readonly work: Work;
  /** As of `KernelOptions`. */
  readonly block?: boolean | undefined;
  readonly onReady?: ((engine: KernelEngine) => void) | undefined;
}

/**
 * As `runKernel`, of arguments that were checked.
 *
 * @param choose Chooses the engine, when the kernel owns both rings; at once, where the memory is not shared.
 */
export async function runBetween(
  input: Ring,
  output: Ring,
  job: KernelJob,
  choose: () => Choice | Promise<Choice>,
): Promise<void> {
  const block = input.shared && checkBlock(job.block);
  const kernel = new KernelBetween(input, output, job.work);
  try {
    if (!input.shared) {
      const engine = kernel.start(choose() as Choice);
      job.onReady?.(engine);
      return await kernel.attach();
    }
    const choice = await choose();
    await kernel.lock();
    const engine = kernel.start(choice);
    job.onReady?.(engine);
    try {
      if (block) kernel.runBlocking();
      else await kernel.runInSlices();
    } catch (error) {
      throw kernel.stop(error);
    }
  } finally {
    kernel.release();
  }
}

/** Whether the kernel shall block this thread. @throws {TypeError} It shall, and may not. */
function checkBlock(block: boolean | undefined): boolean {
  if (block === undefined) return runsInWorker() && mayBlock();
  if (block && !mayBlock()) throw new TypeError(expected("block", "false in a thread that may not block", block));
  return block;
}

class KernelBetween {
  readonly #input: RingCore;
  readonly #output: RingCore;
  readonly #work: Work;
  readonly #consumer: Claim;
  readonly #producer: Claim;
  #kernel: Pick<RingKernel, "run"> | undefined;

  constructor(input: Ring, output: Ring, work: Work) {
    checkRings(input, output);
    const { maxSegmentBytes } = work.limits;
    if (maxSegmentBytes > output.maxSegmentBytes) {
      const most = `at most the output ring's ${output.maxSegmentBytes}`;
      throw new RangeError(expected("maxSegmentBytes", most, maxSegmentBytes));
    }
    this.#work = work;
    this.#input = input.core;
    this.#output = output.core;
    this.#input.check();
    this.#output.check();
    this.#consumer = new Claim(this.#input, "consumer");
    try {
      this.#producer = new Claim(this.#output, "producer");
    } catch (error) {
      this.#consumer.release();
      throw error;
    }
  }

  async lock(): Promise<void> {
    await this.#consumer.lock();
    await this.#producer.lock();
  }

  /**
   * @returns What the kernel runs on.
   * @throws {LinkError|TypeError} `module` is not the ring kernel for this kind of memory.
   * @throws {SegringError} The rings are stopped, or BAD_RING: others write over the kernel's arguments.
   */
  start({ module, mayFallBack, reason }: Choice): KernelEngine {
    if (module === undefined) return this.#startJs(reason);
    const memory = this.#input.memory as WebAssembly.Memory;
    let kernel: RingKernel;
    try {
      kernel = instantiate(module, memory);
    } catch (error) {
      // A wrong module is a mistake. Everything else is the platform's: a policy of this worker, or its memory.
      const isMistake = error instanceof TypeError || error instanceof WebAssembly.LinkError;
      if (!mayFallBack || isMistake) throw error;
      return this.#startJs(inJs(error).reason);
    }
    this.#opened(openKernel(kernel, this.#input, this.#output, this.#work), kernel);
    return { engine: "wasm", reason: undefined };
  }

  #startJs(reason: string | undefined): KernelEngine {
    const kernel = new JsKernel(this.#input, this.#output, this.#work);
    this.#opened(kernel.open(), kernel);
    return { engine: "js", reason };
  }

  #opened(status: number, kernel: Pick<RingKernel, "run">): void {
    if (status !== AGAIN) this.#fail(status);
    this.#kernel = kernel;
  }

  runBlocking(): void {
    for (;;) {
      const status = this.#run(1);
      if (status === CLOSED) return;
      if (status !== AGAIN) this.#fail(status);
    }
  }

  async runInSlices(): Promise<void> {
    const input = this.#input;
    const output = this.#output;
    const stopped = () => input.state() >= ABORTED || output.state() >= ABORTED;
    let start = now();
    for (;;) {
      const status = this.#run(0);
      if (status === CLOSED) return;
      if (status > CLOSED) this.#fail(status);
      if (status === EMPTY) {
        await input.sleepAsync(CONS_SEQ, () => {
          return input.load(TAIL) !== input.load(HEAD) || input.load(STATE) !== OPEN || stopped();
        });
      } else if (status !== AGAIN) {
        const { capacity } = output.config;
        await output.sleepAsync(PROD_SEQ, () => {
          return (output.load(TAIL) - output.load(HEAD)) >>> 0 !== capacity || stopped();
        });
      } else if (now() - start > SLICE_MS) {
        await eventLoopTurn();
        start = now();
      }
    }
  }

  /** Makes the kernel the one who sleeps on its rings in this thread: a publish, or a take, runs it. */
  attach(): Promise<void> {
    const input = this.#input;
    const output = this.#output;
    return new Promise((resolve, reject) => {
      let forget = () => {};
      const work = () => {
        forget();
        try {
          let status = AGAIN;
          while (status === AGAIN) status = this.#run(0);
          if (status === CLOSED) return resolve();
          if (status > CLOSED) this.#fail(status);
          const [ring, sequence] = status === EMPTY ? [input, CONS_SEQ] : [output, PROD_SEQ];
          Atomics.store(ring.words, (sequence >> 2) + 1, 1);
          // The kernel waits at both rings, also at a ring with nothing to wake for: stopping that ring stops the other too.
          const atInput = addSleeper(input.memory, input.base + CONS_SEQ, work);
          const atOutput = addSleeper(output.memory, output.base + PROD_SEQ, work);
          forget = () => {
            atInput();
            atOutput();
          };
        } catch (error) {
          // The rings are stopped here, before the promise settles: the caller must not find the rings open.
          reject(this.stop(error));
        }
      };
      work();
    });
  }

  /** Stops both rings because of this error, and gives the error that says so. One that says why a ring stands still is left as it is. */
  stop(error: unknown): unknown {
    if (error instanceof SegringError) return error;
    this.#input.raise(POISONED, KERNEL_FAILED, this.#input.load(HEAD), BY_KERNEL);
    this.#output.raise(ABORTED, PEER_STOPPED, this.#output.load(TAIL), BY_KERNEL);
    return this.#input.stopped(error);
  }

  release(): void {
    this.#consumer.release();
    this.#producer.release();
  }

  #run(mayBlock: number): number {
    const status = (this.#kernel as Pick<RingKernel, "run">).run(ROUNDS, mayBlock);
    if (status & MESSAGE) {
      this.#input.wakeHere(PROD_SEQ);
      this.#output.wakeHere(CONS_SEQ);
      this.#input.doorbell?.();
      this.#output.doorbell?.();
    }
    return status & ~MESSAGE;
  }

  #fail(status: number): never {
    if (status === STALE) {
      this.#input.check();
      this.#output.check();
    }
    throw (this.#output.load(STATE) === POISONED ? this.#output : this.#input).stopped();
  }
}

/** Checks that a kernel can run between these two. */
function checkRings(input: Ring, output: Ring): void {
  if (input.role !== "ranges") throw new TypeError(expected("input", 'a ring of "ranges"', input.role));
  if (output.role !== "segments") throw new TypeError(expected("output", 'a ring of "segments"', output.role));
  if (output.memory !== input.memory) throw new TypeError('"output" expected to lie in the memory of "input"');
  if (!input.core.config.hasWorkArea) {
    throw new TypeError('"input" expected a ring with a work area (feature bit 16), as createRing makes it');
  }
  if (input.offset < output.offset + output.byteLength && output.offset < input.offset + input.byteLength) {
    throw new RangeError(`"output" expected apart from "input" (${input.offset}), got offset ${output.offset}`);
  }
  const end = Math.max(input.offset + input.byteLength, output.offset + output.byteLength);
  if (end > FOUR_GIB - 1) {
    throw new RangeError(expected("memory", "rings that end below 4 GiB, where 32 bits end", end));
  }
  if (input.addressLimit > output.addressLimit) {
    throw new RangeError(
      expected("input.addressLimit", `at most the output ring's ${output.addressLimit}`, input.addressLimit),
    );
  }
}
