import { type DeviceLimits, type KeptLimits, keepLimits } from "../core/device-limits.js";
import { checkEngine } from "../core/engine-option.js";
import { expected } from "../core/errors.js";
import { isArrayBuffer } from "../core/memories.js";
import {
  compile as compileModule,
  compileSync as compileModuleSync,
  EmbeddedModule,
  type GivenModule,
  isModule,
} from "../engine/embedded.js";
import { kernelHex } from "../engine/kernel.generated.js";
import { checkMapperKeys, checkMaxMemory, type MapperOptions } from "./options.js";

const embedded = /* @__PURE__ */ new EmbeddedModule(kernelHex);

/** The options of a mapper that may run in wasm, all of them given but the module. */
export interface WasmOptions<E> {
  readonly limits: KeptLimits;
  readonly engine: E;
  readonly maxMemoryBytes: number;
  readonly module: GivenModule;
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

/** The kernel that the options ask for. @throws {Error} The platform or a policy forbids it. */
export function compile({ module }: WasmOptions<string>): Promise<WebAssembly.Module> {
  return compileModule(module, embedded);
}

/** As `compile`, at once. */
export function compileSync({ module }: WasmOptions<string>): WebAssembly.Module {
  return compileModuleSync(module, embedded);
}

function checkModule(module: unknown): GivenModule {
  if (module === undefined || isArrayBuffer(module) || ArrayBuffer.isView(module) || isModule(module)) {
    return module as GivenModule;
  }
  throw new TypeError(expected("module", "a WebAssembly.Module, an ArrayBuffer or a view of one", module));
}
