import { DEVICE_LIMIT_KEYS, type DeviceLimits } from "../core/device-limits.js";
import type { EngineOption } from "../core/engine-option.js";
import { SegringError } from "../core/errors.js";
import { checkInteger, checkLimits, type SegmentLimits } from "../core/limits.js";
import { checkKeys, type Keys, NO_OPTIONS } from "../core/options.js";
import type { KernelEngine } from "./choice.js";
import { Consumer } from "./consumer.js";
import { createRing, newMemory, ringBytes, willShare } from "./create.js";
import { checkKernelEngine, chooseEngine } from "./engine-choice.js";
import { checkInvalid } from "./judge.js";
import { runBetween } from "./kernel-between.js";
import { FIRST_OFFSET } from "./layout.js";
import { type KernelEnd, type KernelSetup, WorkerKernel } from "./pair-worker.js";
import { Producer } from "./producer.js";
import type { Ring } from "./ring.js";
import { askWorker } from "./worker-call.js";
import { StartWatch } from "./worker-failure.js";
import type { WorkerLike } from "./worker-like.js";

/** How long a worker may take to answer: to load its script over a slow network, and to end what it is at. */
const START_MS = 20_000;

/** How a pair is made. The limits are limits of the pair's kernel. */
export interface PairOptions extends SegmentLimits {
  /**
   * A worker that runs `segring/ring/worker`, or calls `serveKernel`. Without a worker, the kernel runs in this thread,
   * in line.
   */
  worker?: WorkerLike | undefined;
  /** Records in the ring of ranges: a power of two from 2 to 2^26. Default 8192. */
  capacity?: number | undefined;
  /** Records in the ring of segments. Default `capacity`. */
  outputCapacity?: number | undefined;
  /**
   * False: memory of this thread only, and the kernel in line. True: shared memory, or an error. By default, memory is
   * shared where there is a worker and the platform gives shared memory.
   */
  shared?: boolean | undefined;
  /** Staged records that `push` publishes by itself. Default 256. */
  batch?: number | undefined;
  /** What an invalid record does: `poison` (default) or `skip`. */
  invalid?: "poison" | "skip" | undefined;
  /**
   * What the kernel runs on: `wasm`, `js`, or `auto` (default): wasm where it may be compiled, in this thread and in the
   * worker, and otherwise JavaScript. `RingPair.engine` says which.
   */
  engine?: EngineOption | undefined;
  /** The ring kernel, for places where the embedded kernel may not be compiled. */
  module?: WebAssembly.Module | BufferSource | undefined;
  /**
   * Milliseconds that a worker may take to answer, 0 to 2^31 - 1. The time covers loading the worker's script, and
   * waiting until the worker is free. Default 20000.
   */
  startMilliseconds?: number | undefined;
  /**
   * Called when the worker died before its work was done. By default both rings are aborted, so that nobody waits. Call
   * `restart` to go on.
   */
  onWorkerDeath?: ((pair: RingPair) => void) | undefined;
}

/** Limits of requests are allowed and ignored, as by `createMapper`. */
const KEYS: Keys<PairOptions & DeviceLimits> = {
  worker: true,
  capacity: true,
  outputCapacity: true,
  shared: true,
  batch: true,
  invalid: true,
  engine: true,
  module: true,
  onWorkerDeath: true,
  startMilliseconds: true,
  ...DEVICE_LIMIT_KEYS,
};

/**
 * Two rings with a kernel between them, and their outer ends: put ranges into `producer`, take segments from
 * `consumer`.
 */
export interface RingPair {
  /** The ring of ranges. */
  readonly input: Ring;
  /** The ring of segments. */
  readonly output: Ring;
  /** In this thread; `release` it to attach one elsewhere. */
  readonly producer: Producer;
  /** In this thread; `release` it to attach one elsewhere. */
  readonly consumer: Consumer;
  /**
   * Whether the kernel runs in the worker. Where false, the kernel runs in line, and a worker that was given is not
   * used.
   */
  readonly shared: boolean;
  /** What the kernel runs on. Another worker, after `restart`, may run another engine: the rings do not change. */
  readonly engine: "wasm" | "js";
  /**
   * Why `auto` took JavaScript, for people: there is no WebAssembly, or what the platform said when it refused to
   * compile or to instantiate. Undefined where wasm runs, or where JavaScript was asked for.
   */
  readonly engineReason: string | undefined;
  /**
   * Resolves when the kernel has put all segments. Rejects with ABORTED, POISONED or PEER_DIED. From then on the worker
   * is free for another pair, and keeps no Node process alive.
   */
  readonly ended: Promise<void>;
  /**
   * Runs the kernel in another worker, after the first worker died. Nothing is lost or repeated.
   *
   * @throws As `createPair`, and {SegringError} BUSY: the first worker is alive, or this worker does not answer.
   *   CLOSED: the stream has ended. ABORTED, POISONED: a ring was stopped. NOT_SHARED: the kernel runs in line.
   */
  restart(worker: WorkerLike): Promise<void>;
  /** Stops both rings for good, and wakes everybody. */
  abort(): void;
}

/**
 * Sets up the usual pair: two rings in one memory, and a kernel between the rings, ready to work. The compiled module
 * and the memory go to the worker by message.
 *
 * Without a worker or shared memory the kernel runs in line, and the output is equal. A worker that is given is asked
 * even then whether it answers, so that a wrong worker is found early. A worker serves one pair after another; further
 * pairs wait in line. Where WebAssembly is missing or may not be compiled, the kernel runs in JavaScript.
 *
 * @throws {TypeError} An option has the wrong type, or the worker runs another version of segring.
 * @throws {RangeError} An option is out of its range.
 * @throws {CompileError} Only with `engine: "wasm"` or a `module`: the kernel may not be compiled here.
 * @throws {SegringError} NOT_SHARED: `shared` is true and there is no shared memory, or the worker got a copy.
 *   PEER_DIED: the worker ended, or its script did not start (the message says why, and `cause` is the platform's
 *   error). BUSY: the worker did not answer within `startMilliseconds`. OUT_OF_MEMORY.
 * @example
 * ```ts
 * const { producer, consumer, ended } = await createPair({ maxSegmentBytes: 65536 });
 * for (let page = 1; page <= 3; page++) producer.push(page * 4096, 4096);
 * producer.close();
 * for await (const { addr, length } of consumer) console.log(addr, length); // 4096n 12288
 * await ended;
 * ```
 */
export async function createPair(options: PairOptions = NO_OPTIONS): Promise<RingPair> {
  checkKeys("options", options, KEYS);
  const { worker, invalid = "poison", module, startMilliseconds: milliseconds = START_MS } = options;
  const wanted = { engine: checkKernelEngine(options.engine), module };
  checkInteger("startMilliseconds", milliseconds, 0, 2 ** 31 - 1);
  checkInvalid(invalid);
  const limits = checkLimits(options);
  const shared = willShare(options.shared ?? (worker === undefined ? false : undefined));
  // Before the first pause: a platform says only once why a worker did not start.
  const called = worker === undefined ? undefined : { worker, watch: new StartWatch(worker) };
  try {
    const choice = await chooseEngine(wanted, undefined, shared);
    const rings = pairOfRings(options, limits.maxSegmentBytes, shared, choice.engine);
    return await startPair(options, { ...rings, limits, invalid, choice, milliseconds }, shared, called);
  } finally {
    called?.watch.stop();
  }
}

/** A worker, and what hears why it does not start. */
interface CalledWorker {
  readonly worker: WorkerLike;
  readonly watch: StartWatch;
}

/** @param called The worker, which runs the kernel where memory is shared, and is only asked where it is not. */
async function startPair(
  options: PairOptions,
  setup: KernelSetup,
  shared: boolean,
  called: CalledWorker | undefined,
): Promise<RingPair> {
  const { input, output, choice, milliseconds } = setup;
  const [ended, end] = deferred();
  const kernel = new WorkerKernel(setup, {
    ...end,
    onDeath: (error) => {
      if (options.onWorkerDeath !== undefined) return options.onWorkerDeath(pair);
      pair.abort();
      end.reject(error);
    },
  });
  const inWorker = called !== undefined && shared;
  let inLine: KernelEngine | undefined;
  const pair: RingPair = {
    input,
    output,
    producer: new Producer(input, { batch: options.batch }),
    consumer: new Consumer(output),
    shared: inWorker,
    get engine() {
      return (inLine ?? kernel.engine).engine;
    },
    get engineReason() {
      return (inLine ?? kernel.engine).reason ?? choice.reason;
    },
    ended,
    restart: async (worker) => {
      if (!inWorker)
        throw new SegringError("NOT_SHARED", "the kernel of this pair runs in line: there is no worker to replace");
      await kernel.restart(worker);
    },
    abort: () => {
      input.abort();
      output.abort();
    },
  };
  try {
    if (inWorker) await kernel.start(called.worker, called.watch);
    else if (called !== undefined) await askWorker(called.worker, milliseconds, called.watch);
    if (!inWorker) inLine = await startInLine(setup, end);
  } catch (error) {
    // Nobody gets these rings, and a worker that answers late must not work on them.
    pair.abort();
    throw error;
  }
  return pair;
}

/** Runs the kernel in this thread. Resolves when the kernel owns the rings, to what it runs on. */
function startInLine(setup: KernelSetup, end: Pick<KernelEnd, "resolve" | "reject">): Promise<KernelEngine> {
  const { input, output, limits, invalid, choice } = setup;
  const work = { limits, skipInvalid: checkInvalid(invalid) };
  return new Promise((onReady, failed) => {
    runBetween(input, output, { work, block: false, onReady }, () => choice).then(end.resolve, (error) => {
      failed(error);
      end.reject(error);
    });
  });
}

/** The rings of a pair, one behind the other. */
function pairOfRings(
  options: PairOptions,
  maxSegmentBytes: number,
  shared: boolean,
  engine: "wasm" | "js",
): { input: Ring; output: Ring } {
  const { capacity = 8192, outputCapacity = capacity } = options;
  const offset = Math.ceil((FIRST_OFFSET + ringBytes(capacity)) / 128) * 128;
  const bytes = offset + ringBytes(outputCapacity, "segments");
  const memory = newMemory(bytes, shared, engine === "wasm");
  const input = createRing({ memory, capacity });
  const output = createRing({ memory, capacity: outputCapacity, offset, role: "segments", maxSegmentBytes });
  return { input, output };
}

function deferred(): [Promise<void>, Pick<KernelEnd, "resolve" | "reject">] {
  let end: Pick<KernelEnd, "resolve" | "reject"> | undefined;
  const promise = new Promise<void>((resolve, reject) => {
    end = { resolve, reject };
  });
  // Whoever never asks is told by the rings.
  promise.catch(() => {});
  return [promise, end as unknown as Pick<KernelEnd, "resolve" | "reject">];
}
