import { decodeKernel } from "../engine/instantiate.js";
import type { RingCore } from "./core.js";
import { checkKernelHex } from "./kernel-check.generated.js";
import { sharedCheckKernelHex } from "./kernel-check-shared.generated.js";

/** What assembly/check-index.ts exports. Addresses are bytes in linear memory. */
export interface Checker {
  countValid(records: number, count: number): number;
}

/** Compiled at the first use, one for each kind of memory: shared or not. */
const compiled = new Map<boolean, WebAssembly.Module>();

/** Checks records where they lie in this ring's memory, in a third of the time of JavaScript's; null where there is no wasm for it. */
export function newChecker({ memory, shared }: RingCore): Checker | null {
  if (!(memory instanceof WebAssembly.Memory)) return null;
  try {
    const bytes = () => decodeKernel(shared ? sharedCheckKernelHex : checkKernelHex);
    const module = compiled.get(shared) ?? new WebAssembly.Module(bytes());
    compiled.set(shared, module);
    return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Checker;
  } catch {
    // A Content Security Policy, or no SIMD.
    return null;
  }
}
