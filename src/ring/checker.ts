import { decodeKernel } from "../engine/instantiate.js";
import { Binary } from "./binary.js";
import type { RingCore } from "./core.js";
import { checkKernelBase64 } from "./kernel-check.generated.js";
import { sharedCheckKernelBase64 } from "./kernel-check-shared.generated.js";
import { isWasmMemory } from "./platform.js";

/** What assembly/check-index.ts exports. Addresses are bytes in linear memory. */
export interface Checker {
  countValid(records: number, count: number): number;
}

const plainChecker = new Binary(() => decodeKernel(checkKernelBase64));
const sharedChecker = new Binary(() => decodeKernel(sharedCheckKernelBase64));

/** Checks records where they lie in this ring's memory, in a third of the time of JavaScript's; null where there is no wasm for it. */
export function newChecker({ memory, shared }: RingCore): Checker | null {
  if (!isWasmMemory(memory)) return null;
  try {
    const module = (shared ? sharedChecker : plainChecker).compileSync();
    return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Checker;
  } catch {
    // A Content Security Policy, or no SIMD.
    return null;
  }
}
