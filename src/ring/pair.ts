import { DEVICE_LIMIT_KEYS, type DeviceLimits } from "../device-limits.js";
import { SegringError, type SegringErrorCode } from "../errors.js";
import { checkLimits, type SegmentLimits } from "../limits.js";
import { checkKeys, type Keys, NO_OPTIONS } from "../options.js";
import { Consumer } from "./consumer.js";
import { runKernel } from "./kernel.js";
import { ECHO_CONSUMER, FIRST_OFFSET, NONCE } from "./layout.js";
import { compile } from "./module.js";
import { Producer } from "./producer.js";
import { createRing, newMemory, type Ring, ringBytes } from "./ring.js";
import type { ServeMessage, StartMessage } from "./serve.js";
import { watchOwner } from "./watch.js";
import { listen, type WorkerLike } from "./worker-like.js";

/** How a pair is made. The limits are those of its kernel. */
export interface PairOptions extends SegmentLimits {
  /** A worker that runs `segring/ring/worker`, or calls `serveKernel`. Without one the kernel runs in this thread, in line. */
  worker?: WorkerLike | undefined;
  /** Records in the ring of ranges: a power of two from 2 to 2^26. Default 8192. */
  capacity?: number | undefined;
  /** Records in the ring of segments. Default `capacity`. */
  outputCapacity?: number | undefined;
  /**
   * False: memory of this thread only, and the kernel in line. True: shared memory or an error. Default: shared where it
   * is to be had and there is a worker.
   */
  shared?: boolean | undefined;
  /** Staged records that `push` publishes by itself. Default 256. */
  batch?: number | undefined;
  /** What an invalid record does: `poison` (default) or `skip`. */
  invalid?: "poison" | "skip" | undefined;
  /** The ring kernel, where the embedded one may not be compiled. */
  module?: WebAssembly.Module | BufferSource | undefined;
  /** Called when the worker died before its work was done. Default: abort, so that nobody waits. To go on, `restart`. */
  onWorkerDeath?: ((pair: RingPair) => void) | undefined;
}

/** Limits of requests are passed over, as by `createMapper`. */
const KEYS: Keys<PairOptions & DeviceLimits> = {
  worker: true,
  capacity: true,
  outputCapacity: true,
  shared: true,
  batch: true,
  invalid: true,
  module: true,
  onWorkerDeath: true,
  ...DEVICE_LIMIT_KEYS,
};

/** Two rings, a kernel between them, and their outer ends: put ranges here, take segments there. */
export interface RingPair {
  readonly input: Ring;
  readonly output: Ring;
  /** In this thread; `release` it to attach one elsewhere. */
  readonly producer: Producer;
  /** In this thread; `release` it to attach one elsewhere. */
  readonly consumer: Consumer;
  /** The kernel runs in the worker; false: in line, and the worker, if there was one, is not used. */
  readonly shared: boolean;
  /** Resolves when the kernel has put all segments; rejects with ABORTED, POISONED or PEER_DIED. */
  readonly ended: Promise<void>;
  /** Runs the kernel in another worker, after the first one died: nothing is lost or repeated. */
  restart(worker: WorkerLike): Promise<void>;
  /** Stops both rings for good, and wakes everybody. */
  abort(): void;
}

/**
 * Sets up the usual pair: two rings in one memory and a kernel between them, ready to work. The compiled module and the
 * memory go to the worker by message. Where there is no worker or no shared memory the kernel runs in line, and the
 * output is the same.
 *
 * @throws {TypeError} @throws {RangeError} An option is wrong.
 * @throws {SegringError} NOT_SHARED: `shared: true` and no shared memory, or the worker got a copy; PEER_DIED: the worker
 *   ended, or failed to load, before it was ready; OUT_OF_MEMORY.
 */
export async function createPair(options: PairOptions = NO_OPTIONS): Promise<RingPair> {
  checkKeys("options", options, KEYS);
  const { worker, capacity = 8192, outputCapacity = capacity, invalid = "poison", batch } = options;
  const limits = checkLimits(options);
  const outputOffset = Math.ceil((FIRST_OFFSET + ringBytes(capacity)) / 128) * 128;
  const bytes = outputOffset + ringBytes(outputCapacity, "segments");
  const memory = newMemory(bytes, options.shared ?? (worker === undefined ? false : undefined));
  const input = createRing({ memory, capacity });
  const output = createRing({
    memory,
    capacity: outputCapacity,
    offset: outputOffset,
    role: "segments",
    maxSegmentBytes: limits.maxSegmentBytes,
  });
  const { module } = options;
  let settle: { resolve(): void; reject(error: unknown): void } | undefined;
  const ended = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Whoever never asks is told by the rings.
  ended.catch(() => {});
  const { resolve, reject } = settle as unknown as { resolve(): void; reject(error: unknown): void };
  const start = async (worker: WorkerLike) => {
    const compiled = module instanceof WebAssembly.Module ? module : await compile(module, true);
    const message: StartMessage = {
      segring: "start",
      memory,
      module: compiled,
      input: input.offset,
      output: output.offset,
      limits,
      invalid,
    };
    await startWorker(worker, message, pair, { resolve, reject, onDeath: options.onWorkerDeath });
  };
  const pair: RingPair = {
    input,
    output,
    producer: new Producer(input, { batch }),
    consumer: new Consumer(output),
    shared: worker !== undefined && input.shared,
    ended,
    restart: async (worker) => {
      input.recover("consumer", input.owners.consumer);
      output.recover("producer", output.owners.producer);
      await start(worker);
    },
    abort: () => {
      input.abort();
      output.abort();
    },
  };
  if (worker !== undefined && input.shared) {
    await start(worker);
    return pair;
  }
  await new Promise<void>((ready, failed) => {
    runKernel(input, output, limits, { invalid, module, block: false, onReady: ready }).then(resolve, (error) => {
      failed(error);
      reject(error);
    });
  });
  return pair;
}

/** Has a worker run the kernel, and resolves when it does. */
function startWorker(
  worker: WorkerLike,
  message: StartMessage,
  pair: RingPair,
  end: {
    resolve(): void;
    reject(error: unknown): void;
    onDeath: ((pair: RingPair) => void) | undefined;
  },
): Promise<void> {
  const { input, output } = pair;
  return new Promise((ready, notReady) => {
    let isReady = false;
    let done = false;
    const died = (cause: unknown) => {
      if (done) return;
      done = true;
      const error = new SegringError("PEER_DIED", "the kernel's worker ended before its work did", { cause });
      if (!isReady) return notReady(error);
      if (end.onDeath !== undefined) return end.onDeath(pair);
      pair.abort();
      end.reject(error);
    };
    listen(worker, "error", died);
    listen(worker, "exit", died);
    listen(worker, "message", (data) => {
      const answer = data as ServeMessage | null;
      if (done || answer === null || typeof answer !== "object") return;
      if (answer.segring === "wake") {
        input.answer();
        output.answer();
      } else if (answer.segring === "ready") {
        isReady = true;
        // A platform that copied the memory shows nothing of what the worker wrote.
        if (input.core.get(ECHO_CONSUMER) !== input.core.get(NONCE)) {
          done = true;
          return notReady(new SegringError("NOT_SHARED", "the worker got a copy of the memory"));
        }
        // It may have done all its work by now.
        if (input.owners.consumer !== 0) {
          void watchOwner(input, "consumer").dead.then((dead) => dead && died(undefined));
        }
        ready();
      } else if (answer.segring === "ended") {
        done = true;
        end.resolve();
      } else if (answer.segring === "failed") {
        done = true;
        const error = errorOf(answer.error);
        if (isReady) end.reject(error);
        else notReady(error);
      }
    });
    worker.postMessage(message);
  });
}

function errorOf(error: unknown): unknown {
  const { code, message, index } = error as { code?: SegringErrorCode; message: string; index?: number };
  if (error instanceof Error || code === undefined) return error;
  return new SegringError(code, message, index === undefined ? {} : { index });
}
