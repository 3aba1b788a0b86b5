import { type DeviceLimits, type KeptLimits, keepLimits } from "../core/device-limits.js";
import { expected } from "../core/errors.js";
import { EmbeddedModule } from "../engine/embedded.js";
import { kernelHex } from "../engine/kernel.generated.js";
import { checkEngine, checkMapperKeys, checkMaxMemory, type MapperOptions } from "./options.js";

const embedded = /* @__PURE__ */ new EmbeddedModule(kernelHex);

/** The options of a mapper that may run in wasm, all of them given but the module. */
export interface WasmOptions<E> {
  readonly limits: KeptLimits;
  readonly engine: E;
  readonly maxMemoryBytes: number;
  readonly module: WebAssembly.Module | BufferSource | undefined;
}

/** Checks the options of a mapper. @param engines What the entry takes as `engine`, "auto" among them. @param text The same for messages. */
export function checkWasmOptions<E extends string>(
  options: MapperOptions & DeviceLimits,
  engines: readonly E[],
  text: string,
): WasmOptions<E> {
  checkMapperKeys(options);
  return {
    limits: keepLimits(options),
    engine: checkEngine(options.engine, engines, text),
    maxMemoryBytes: checkMaxMemory(options.maxMemoryBytes),
    module: checkModule(options.module),
  };
}

/** The module that was given, compiled, or the embedded one. @throws {Error} The platform or a policy forbids it. */
export async function compile({ module }: WasmOptions<string>): Promise<WebAssembly.Module> {
  if (module === undefined) return embedded.compile();
  return module instanceof WebAssembly.Module ? module : WebAssembly.compile(module);
}

/** As `compile`, at once. */
export function compileSync({ module }: WasmOptions<string>): WebAssembly.Module {
  if (module === undefined) return embedded.compileSync();
  return module instanceof WebAssembly.Module ? module : new WebAssembly.Module(module);
}

function checkModule(module: unknown): WebAssembly.Module | BufferSource | undefined {
  if (
    module === undefined ||
    module instanceof ArrayBuffer ||
    ArrayBuffer.isView(module) ||
    (typeof WebAssembly === "object" && module instanceof WebAssembly.Module)
  ) {
    return module as WebAssembly.Module | BufferSource | undefined;
  }
  throw new TypeError(expected("module", "a WebAssembly.Module, an ArrayBuffer or a view of one", module));
}
