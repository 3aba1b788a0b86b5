import { checkLimits } from "../../src/core/limits.js";
import { FOUR_GIB } from "../../src/core/record.js";
import { openKernel } from "../../src/ring/kernel-arguments.js";
import type { RingKernel } from "../../src/ring/module.js";
import type { Ring } from "../../src/ring/ring.js";

/** Opens a kernel between two rings without the rest of the wrapper: it is given what readConfig believed. */
export function openBetween(kernel: RingKernel, input: Ring, output: Ring, maxSegmentBytes = FOUR_GIB): number {
  return openKernel(kernel, input.core, output.core, { limits: checkLimits({ maxSegmentBytes }), skipInvalid: false });
}
