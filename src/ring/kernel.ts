import { DEVICE_LIMIT_KEYS } from "../core/device-limits.js";
import { expected, SegringError } from "../core/errors.js";
import { checkLimits, type SegmentLimits } from "../core/limits.js";
import { checkKeys, type Keys, NO_OPTIONS } from "../core/options.js";
import { FOUR_GIB } from "../core/record.js";
import { Claim } from "./claim.js";
import type { RingCore } from "./core.js";
import {
  type Choice,
  checkEngine,
  chooseEngine,
  chooseEngineSync,
  type EngineOption,
  inJs,
  type KernelEngine,
} from "./engine-choice.js";
import { JsKernel } from "./js-kernel.js";
import { checkInvalid } from "./judge.js";
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
import { instantiate, type RingKernel } from "./module.js";
import { mayBlock, now } from "./platform.js";
import { checkRing, type Ring } from "./ring.js";
import { addSleeper } from "./sleepers.js";
import { eventLoopTurn } from "./turn.js";
import { runsInWorker } from "./worker-like.js";

/** How a kernel runs between its rings. */
export interface KernelOptions {
  /** What an invalid record does: `poison` (default) stops both rings, `skip` counts the record and goes on. */
  invalid?: "poison" | "skip" | undefined;
  /**
   * Whether the kernel blocks this thread until the end, and sleeps where there is no work. Default: true in workers
   * that may block. Only for shared memory.
   */
  block?: boolean | undefined;
  /**
   * `wasm`, `js`, or `auto` (default): wasm where it compiles and the rings lie in a `WebAssembly.Memory`, otherwise
   * JavaScript. Both engines give equal bytes, and a kernel of either goes on where a kernel of the other died.
   */
  engine?: EngineOption | undefined;
  /**
   * The ring kernel, compiled or as bytes, for places where the embedded kernel may not be compiled:
   * `segring/kernel.shared.wasm`, or `segring/kernel.ring.wasm` for memory that is not shared.
   */
  module?: WebAssembly.Module | BufferSource | undefined;
  /** Called when the kernel owns both rings, before it takes the first record. Gets what the kernel runs on. */
  onReady?: ((engine: KernelEngine) => void) | undefined;
}

const KEYS: Keys<KernelOptions> = { block: true, engine: true, invalid: true, module: true, onReady: true };

/** Rounds a call, of up to 509 records each: V8 replaces the first, slow code of a function only when it is called again. */
const ROUNDS = 64;
/** Milliseconds after which a kernel that does not block gives the thread back. */
const SLICE_MS = 8;

/**
 * Runs the kernel between a ring of ranges and a ring of segments in one memory. The kernel takes ranges, coalesces and
 * splits them, and puts segments.
 *
 * In a worker the kernel blocks the thread until the end of the stream, and receives no messages meanwhile: the rings
 * tell the kernel what to do. Elsewhere the kernel runs a piece at a time. On memory that is not shared, the kernel is
 * attached before the call returns, and runs within the calls of the producer and the consumer.
 *
 * Where a kernel died, another kernel with equal limits goes on, once its roles are free (`Ring.recover`). The new
 * kernel goes on with the pending run, and neither loses nor repeats a segment.
 *
 * @param limits As of a mapper; no segment may be longer than the output ring's `maxSegmentBytes`.
 * @returns Resolves when the input is closed and all segments are put. The kernel then closes the output.
 * @throws {TypeError} The rings' roles or memory do not fit, an option has the wrong type, or `block` is true in a
 *   thread that may not block.
 * @throws {RangeError} A limit is out of its range or above that of the output ring, or the rings overlap.
 * @throws {CompileError} Only with `engine: "wasm"` or a `module`: the kernel may not be compiled here.
 * @throws {SegringError} BUSY: a role has an owner. ABORTED, POISONED, STALE: somebody stopped a ring, which stops the
 *   other ring too. POISONED with a `cause`: the kernel failed, which stops both rings.
 * @example
 * ```ts
 * const memory = new WebAssembly.Memory({ initial: 4, maximum: 4 });
 * const input = createRing({ memory, capacity: 256 });
 * const output = createRing({ memory, offset: 131072, capacity: 256, role: "segments" });
 * await Promise.all([runKernel(input, output, { maxSegmentBytes: 65536 }), new Producer(input).close()]);
 * console.log(new Consumer(output).ended); // true
 * ```
 */
export async function runKernel(
  input: Ring,
  output: Ring,
  limits: SegmentLimits = NO_OPTIONS,
  options: KernelOptions = NO_OPTIONS,
): Promise<void> {
  checkRing("input", input);
  checkRing("output", output);
  checkKeys("limits", limits, DEVICE_LIMIT_KEYS);
  checkKeys("options", options, KEYS);
  const work = { limits: checkLimits(limits), skipInvalid: checkInvalid(options.invalid) };
  const wanted = { engine: checkEngine(options.engine), module: options.module };
  const block = input.shared && checkBlock(options.block);
  const kernel = new KernelBetween(input, output, work);
  try {
    if (!input.shared) {
      const engine = kernel.start(chooseEngineSync(wanted, input.memory, false));
      options.onReady?.(engine);
      return await kernel.attach();
    }
    const choice = await chooseEngine(wanted, input.memory, true);
    await kernel.lock();
    const engine = kernel.start(choice);
    options.onReady?.(engine);
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

/** Whether the kernel shall block this thread. */
function checkBlock(block: boolean = runsInWorker()): boolean {
  return block && mayBlock();
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
