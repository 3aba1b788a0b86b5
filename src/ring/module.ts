import { decodeKernel } from "../engine/instantiate.js";
import { Binary } from "./binary.js";
import { ringKernelBase64 } from "./kernel.generated.js";
import { sharedKernelBase64 } from "./kernel-shared.generated.js";

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
