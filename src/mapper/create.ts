import type { DeviceLimits } from "../core/device-limits.js";
import { ENGINES, ENGINES_TEXT, type EngineOption } from "../core/engine-option.js";
import { SegringError } from "../core/errors.js";
import { NO_OPTIONS } from "../core/options.js";
import { PACKAGE } from "../core/package-key.js";
import { jsEngine } from "../engine/js.js";
import { wasmEngine } from "../engine/wasm.js";
import { SegmentMapper } from "./mapper.js";
import type { MapperOptions } from "./options.js";
import type { Engines } from "./seats.js";
import { checkWasmOptions, compile, compileSync, type WasmOptions } from "./wasm-options.js";

/**
 * Makes a mapper, and compiles the kernel without blocking. The options are read before the call returns.
 *
 * Cost: the first mapper of a process takes about 2 ms, most of them to compile the kernel; later mappers take 0.15 ms.
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
  return (await openMapper(options)).mapper;
}

/** As `createMapper`, and tells the kernel that the mapper runs, for mappers of other threads; undefined: none. */
export async function openMapper(
  options: MapperOptions & DeviceLimits,
): Promise<{ mapper: SegmentMapper; module: WebAssembly.Module | undefined; maxMemoryBytes: number }> {
  const checked = checkOptions(options);
  let module: WebAssembly.Module | undefined;
  try {
    if (checked.engine !== "js") module = await compile(checked);
  } catch (error) {
    throwUnlessAuto(checked, error);
  }
  return { mapper: create(checked, module), module, maxMemoryBytes: checked.maxMemoryBytes };
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
  let module: WebAssembly.Module | undefined;
  try {
    if (checked.engine !== "js") module = compileSync(checked);
  } catch (error) {
    throwUnlessAuto(checked, error);
  }
  return create(checked, module);
}

type CheckedOptions = WasmOptions<EngineOption>;

function checkOptions(options: MapperOptions & DeviceLimits): CheckedOptions {
  return checkWasmOptions(options, ENGINES, ENGINES_TEXT);
}

/** Where the embedded kernel may not be compiled, `auto` does without. */
function throwUnlessAuto({ engine, module }: CheckedOptions, error: unknown): void {
  if (engine !== "auto" || module !== undefined) throw error;
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
