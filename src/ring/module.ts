import {
  compile as compileModule,
  compileSync as compileModuleSync,
  EmbeddedModule,
  type GivenModule,
} from "../engine/embedded.js";
import { ringKernelHex } from "./kernel.generated.js";
import { sharedKernelHex } from "./kernel-shared.generated.js";

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
