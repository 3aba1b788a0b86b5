import {
  compile as compileModule,
  compileSync as compileModuleSync,
  EmbeddedModule,
  type GivenModule,
} from "../engine/embedded.js";
import { instantiate as instantiateBinary } from "../engine/instantiate.js";
import { ringKernelHex } from "./kernel.generated.js";
import { sharedKernelHex } from "./kernel-shared.generated.js";
import { RING_ABI } from "./layout.js";

/** What assembly/ring-index.ts exports. Addresses are bytes in linear memory. */
export interface RingKernel {
  /** @param args Where the argument block is. @param check The hash of its words. */
  open(args: number, check: number): number;
  run(rounds: number, mayBlock: number): number;
}

const plainKernel = /* @__PURE__ */ new EmbeddedModule(ringKernelHex);
const sharedKernel = /* @__PURE__ */ new EmbeddedModule(sharedKernelHex);

/** The embedded kernel, to be posted to a worker, or the kernel that was given. */
export function compile(given: GivenModule, shared: boolean): Promise<WebAssembly.Module> {
  return compileModule(given, shared ? sharedKernel : plainKernel);
}

/** As `compile`, at once. */
export function compileSync(given: GivenModule, shared: boolean): WebAssembly.Module {
  return compileModuleSync(given, shared ? sharedKernel : plainKernel);
}

/** @throws {LinkError|TypeError} `module` is not the ring kernel of this version, for this kind of memory. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): RingKernel {
  return instantiateBinary<RingKernel>(module, memory, { option: "module", abi: "RING_ABI", version: RING_ABI });
}
