import { decodeKernel, instantiate as instantiateBinary } from "../engine/instantiate.js";
import { ringKernelHex } from "./kernel.generated.js";
import { sharedKernelHex } from "./kernel-shared.generated.js";
import { RING_ABI } from "./layout.js";

/** What assembly/ring-index.ts exports. Addresses are bytes in linear memory. */
export interface RingKernel {
  /** @param args Where the argument block is. @param check The hash of its words. */
  open(args: number, check: number): number;
  run(rounds: number, mayBlock: number): number;
}

/** Compiled at the first use, one for each kind of memory: shared or not. */
const compiled = new Map<boolean, WebAssembly.Module>();

/** The embedded kernel, to be posted to a worker, or the kernel that was given. */
export async function compile(given: BufferSource | undefined, shared: boolean): Promise<WebAssembly.Module> {
  if (given !== undefined) return WebAssembly.compile(given);
  const module = compiled.get(shared) ?? (await WebAssembly.compile(embedded(shared)));
  compiled.set(shared, module);
  return module;
}

/** As `compile`, at once. */
export function compileSync(given: BufferSource | undefined, shared: boolean): WebAssembly.Module {
  if (given !== undefined) return new WebAssembly.Module(given);
  const module = compiled.get(shared) ?? new WebAssembly.Module(embedded(shared));
  compiled.set(shared, module);
  return module;
}

/** @throws {LinkError|TypeError} `module` is not the ring kernel of this version, for this kind of memory. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): RingKernel {
  return instantiateBinary<RingKernel>(module, memory, { option: "module", abi: "RING_ABI", version: RING_ABI });
}

function embedded(shared: boolean): Uint8Array<ArrayBuffer> {
  return decodeKernel(shared ? sharedKernelHex : ringKernelHex);
}
