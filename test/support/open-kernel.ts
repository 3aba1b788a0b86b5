import { checkLimits } from "../../src/core/limits.js";
import { FOUR_GIB } from "../../src/core/record.js";
import { JsKernel } from "../../src/ring/js-kernel.js";
import { openKernel } from "../../src/ring/kernel-arguments.js";
import { compileSync } from "../../src/ring/module.js";
import type { Ring } from "../../src/ring/ring.js";
import { instantiate, type RingKernel } from "../../src/ring/ring-kernel.js";

/** Opens a kernel between two rings without the rest of the wrapper: it is given what readConfig believed. */
export function openBetween(kernel: RingKernel, input: Ring, output: Ring, maxSegmentBytes = FOUR_GIB): number {
  return openKernel(kernel, input.core, output.core, workOf(maxSegmentBytes));
}

/** A kernel of either engine, opened by hand and run round by round. */
export interface BareKernel {
  /** Takes the place between these rings. Returns the kernel's status. */
  open(input: Ring, output: Ring, maxSegmentBytes?: number): number;
  run(rounds: number, mayBlock: number): number;
}

/** One kernel after another; those in wasm are one instance, over the memory of all rings that it is opened for. */
export function bareKernel(engine: "wasm" | "js"): BareKernel {
  let wasm: RingKernel | undefined;
  let running: Pick<RingKernel, "run"> | undefined;
  return {
    open: (input, output, maxSegmentBytes = FOUR_GIB) => {
      if (engine === "js") {
        const kernel = new JsKernel(input.core, output.core, workOf(maxSegmentBytes));
        running = kernel;
        return kernel.open();
      }
      wasm ??= instantiate(compileSync(undefined, input.shared), input.memory as WebAssembly.Memory);
      running = wasm;
      return openBetween(wasm, input, output, maxSegmentBytes);
    },
    run: (rounds, mayBlock) => (running as Pick<RingKernel, "run">).run(rounds, mayBlock),
  };
}

function workOf(maxSegmentBytes: number) {
  return { limits: checkLimits({ maxSegmentBytes }), skipInvalid: false };
}
