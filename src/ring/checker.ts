import { EmbeddedModule } from "../engine/embedded.js";
import type { RingCore } from "./core.js";
import { checkKernelHex } from "./kernel-check.generated.js";
import { sharedCheckKernelHex } from "./kernel-check-shared.generated.js";
import { isWasmMemory } from "./platform.js";

/** What assembly/check-index.ts exports. Addresses are bytes in linear memory. */
export interface Checker {
  countValid(records: number, count: number): number;
}

const plainChecker = /* @__PURE__ */ new EmbeddedModule(checkKernelHex);
const sharedChecker = /* @__PURE__ */ new EmbeddedModule(sharedCheckKernelHex);

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
