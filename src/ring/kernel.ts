import { DEVICE_LIMIT_KEYS } from "../core/device-limits.js";
import type { EngineOption } from "../core/engine-option.js";
import { checkLimits, type SegmentLimits } from "../core/limits.js";
import { checkKeys, type Keys, NO_OPTIONS } from "../core/options.js";
import type { KernelEngine } from "./choice.js";
import { checkKernelEngine, chooseEngine, chooseEngineSync } from "./engine-choice.js";
import { checkInvalid } from "./judge.js";
import { runBetween } from "./kernel-between.js";
import { checkRing, type Ring } from "./ring.js";

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
  const wanted = { engine: checkKernelEngine(options.engine), module: options.module };
  const { memory, shared } = input;
  const choose = shared ? chooseEngine : chooseEngineSync;
  return runBetween(input, output, { ...options, work }, () => choose(wanted, memory, shared));
}
