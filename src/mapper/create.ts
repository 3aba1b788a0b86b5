import { type DeviceLimits, type KeptLimits, keepLimits } from "../core/device-limits.js";
import { expected, SegringError } from "../core/errors.js";

import { NO_OPTIONS } from "../core/options.js";
import { PACKAGE } from "../core/package-key.js";
import { decodeKernel } from "../engine/instantiate.js";
import { jsEngine } from "../engine/js.js";
import { kernelHex } from "../engine/kernel.generated.js";
import { wasmEngine } from "../engine/wasm.js";
import { SegmentMapper } from "./mapper.js";
import { checkMapperKeys, checkMaxMemory, type MapperOptions } from "./options.js";
import type { Engines } from "./seats.js";

/** The embedded kernel, compiled at the first use. */
let embedded: WebAssembly.Module | undefined;

/**
 * Makes a mapper, and compiles the kernel without blocking. The options are read before the call returns.
 *
 * Cost: the first mapper of a process takes about 2 ms, most of them to compile the kernel; later mappers take 0.05 ms.
 * Each mapper starts with 64 KiB of memory, and reserves address space for the memory it may grow to.
 *
 * @throws {TypeError} An option has the wrong type, or `module` is another module.
 * @throws {RangeError} A limit, `engine` or `maxMemoryBytes` is out of its range.
 * @throws {CompileError} Only with `engine: "wasm"` or a `module`: wasm or its SIMD is missing, or a Content Security
 *   Policy without `wasm-unsafe-eval` forbids compiling. In these cases `auto` takes the JavaScript engine.
 * @throws {SegringError} OUT_OF_MEMORY.
 * @example
 * ```ts
 * const mapper = await createMapper({ maxSegmentBytes: 65536 });
 * const table = mapper.coalesce([{ addr: 0x1000, length: 65536 }, { addr: 0x11000, length: 4096 }]);
 * console.log(table.length, table.size(0), table.size(1)); // 2 65536 4096
 * ```
 */
export async function createMapper(options: MapperOptions & DeviceLimits = NO_OPTIONS): Promise<SegmentMapper> {
  const checked = checkOptions(options);
  return create(checked, checked.engine === "js" ? undefined : await compile(checked));
}

/**
 * As {@link createMapper}, and the mapper is there when the call returns. The first call blocks while the kernel
 * compiles.
 *
 * @example
 * ```ts
 * const mapper = createMapperSync(nvmePrp);
 * console.log(mapper.coalesce([{ addr: 0x1000, length: 512 }, { addr: 0x1200, length: 512 }]).size(0)); // 1024
 * ```
 */
export function createMapperSync(options: MapperOptions & DeviceLimits = NO_OPTIONS): SegmentMapper {
  const checked = checkOptions(options);
  return create(checked, checked.engine === "js" ? undefined : compileSync(checked));
}

interface CheckedOptions {
  readonly limits: KeptLimits;
  readonly engine: "auto" | "wasm" | "js";
  readonly maxMemoryBytes: number;
  readonly module: WebAssembly.Module | BufferSource | undefined;
}

function checkOptions(options: MapperOptions & DeviceLimits): CheckedOptions {
  checkMapperKeys(options);
  return {
    limits: keepLimits(options),
    engine: checkEngine(options.engine),
    maxMemoryBytes: checkMaxMemory(options.maxMemoryBytes),
    module: checkModule(options.module),
  };
}

/** Checks `engine` and fills in its default. */
function checkEngine(engine: unknown = "auto"): "auto" | "wasm" | "js" {
  if (typeof engine !== "string") throw new TypeError(expected("engine", "a string", engine));
  if (engine === "auto" || engine === "wasm" || engine === "js") return engine;
  throw new RangeError(expected("engine", `"auto", "wasm" or "js"`, engine));
}

function create(
  { limits, engine, maxMemoryBytes }: CheckedOptions,
  module: WebAssembly.Module | undefined,
): SegmentMapper {
  const js = jsEngine(maxMemoryBytes);
  let engines: Engines = { main: js };
  if (module !== undefined) {
    try {
      const wasm = wasmEngine(module, maxMemoryBytes);
      engines = engine === "auto" ? { main: wasm, small: js } : { main: wasm };
    } catch (error) {
      // No address space for another linear memory.
      if (engine !== "auto" || !(error instanceof SegringError)) throw error;
    }
  }
  return new SegmentMapper(PACKAGE, engines, limits);
}

/** Undefined where `auto` does without. */
async function compile({ module, engine }: CheckedOptions): Promise<WebAssembly.Module | undefined> {
  if (module !== undefined) return module instanceof WebAssembly.Module ? module : WebAssembly.compile(module);
  try {
    embedded ??= await WebAssembly.compile(decodeKernel(kernelHex));
  } catch (error) {
    if (engine !== "auto") throw error;
  }
  return embedded;
}

function compileSync({ module, engine }: CheckedOptions): WebAssembly.Module | undefined {
  if (module !== undefined) return compiled(module);
  try {
    embedded ??= new WebAssembly.Module(decodeKernel(kernelHex));
  } catch (error) {
    if (engine !== "auto") throw error;
  }
  return embedded;
}

function compiled(module: WebAssembly.Module | BufferSource | undefined): WebAssembly.Module | undefined {
  return module === undefined || module instanceof WebAssembly.Module ? module : new WebAssembly.Module(module);
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
