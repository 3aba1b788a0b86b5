import { instantiate as instantiateBinary } from "../engine/instantiate.js";
import { RING_ABI } from "./layout.js";

/** What assembly/ring-index.ts exports. Addresses are bytes in linear memory. */
export interface RingKernel {
  /** @param args Where the argument block is. @param check The hash of its words. */
  open(args: number, check: number): number;
  run(rounds: number, mayBlock: number): number;
}

/** @throws {LinkError|TypeError} `module` is not the ring kernel of this version, for this kind of memory. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): RingKernel {
  return instantiateBinary<RingKernel>(module, memory, { option: "module", abi: "RING_ABI", version: RING_ABI });
}
