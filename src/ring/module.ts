import { decodeKernel, instantiate as instantiateBinary } from "../engine/instantiate.js";
import { Binary } from "./binary.js";
import { ringKernelBase64 } from "./kernel.generated.js";
import { sharedKernelBase64 } from "./kernel-shared.generated.js";
import { RING_ABI } from "./layout.js";

/** What assembly/ring-index.ts exports. Addresses are bytes in linear memory. */
export interface RingKernel {
  /** @param args Where the argument block is. @param check The hash of its words. */
  open(args: number, check: number): number;
  run(rounds: number, mayBlock: number): number;
}

/** The kernel that was given instead of the embedded kernel. */
type Given = WebAssembly.Module | BufferSource | undefined;

const plainKernel = new Binary(() => decodeKernel(ringKernelBase64));
const sharedKernel = new Binary(() => decodeKernel(sharedKernelBase64));

/** The embedded kernel, to be posted to a worker, or the kernel that was given. */
export async function compile(given: Given, shared: boolean): Promise<WebAssembly.Module> {
  if (given !== undefined) return given instanceof WebAssembly.Module ? given : WebAssembly.compile(given);
  return (shared ? sharedKernel : plainKernel).compile();
}

/** As `compile`, at once. */
export function compileSync(given: Given, shared: boolean): WebAssembly.Module {
  if (given !== undefined) return given instanceof WebAssembly.Module ? given : new WebAssembly.Module(given);
  return (shared ? sharedKernel : plainKernel).compileSync();
}

/** @throws {LinkError|TypeError} `module` is not the ring kernel of this version, for this kind of memory. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): RingKernel {
  return instantiateBinary<RingKernel>(module, memory, { option: "module", abi: "RING_ABI", version: RING_ABI });
}
