/** segring/wasm: the same API on the wasm engine alone, with no JavaScript engine in the bundle. For pages that count bytes. */

import type { DeviceLimits } from "./core/device-limits.js";
import { NO_OPTIONS } from "./core/options.js";
import { PACKAGE } from "./core/package-key.js";
import { wasmEngine } from "./engine/wasm.js";
import { SegmentMapper } from "./mapper/mapper.js";
import type { MapperOptions } from "./mapper/options.js";
import { checkWasmOptions, compile, compileSync, type WasmOptions } from "./mapper/wasm-options.js";

export * from "./api.js";

/**
 * Makes a mapper on the wasm engine, and compiles the kernel without blocking.
 *
 * Small inputs run in wasm too: `coalesce` of fewer than 64 objects or 32 packed records is slower than in `segring`,
 * which has the JavaScript engine for them.
 *
 * @throws {TypeError} An option has the wrong type, or `module` is another module.
 * @throws {RangeError} A limit or `maxMemoryBytes` is out of its range, or `engine` asks for JavaScript.
 * @throws {CompileError} Wasm or its SIMD is missing, or a Content Security Policy without `wasm-unsafe-eval` forbids
 *   compiling.
 * @throws {SegringError} OUT_OF_MEMORY.
 * @example
 * ```ts
 * import { createMapper } from "segring/wasm";
 * const mapper = await createMapper();
 * console.log(mapper.engine, mapper.coalesce([{ addr: 0x1000, length: 4096 }]).length); // wasm 1
 * ```
 */
export async function createMapper(options: MapperOptions & DeviceLimits = NO_OPTIONS): Promise<SegmentMapper> {
  const checked = checkOptions(options);
  return create(checked, await compile(checked));
}

/**
 * As {@link createMapper}, and the mapper is there when the call returns. The first call blocks while the kernel
 * compiles.
 *
 * @example
 * ```ts
 * import { createMapperSync } from "segring/wasm";
 * const mapper = createMapperSync({ boundaryBytes: 65536 });
 * console.log(mapper.coalesce([{ addr: 0xf000, length: 8192 }]).length); // 2
 * ```
 */
export function createMapperSync(options: MapperOptions & DeviceLimits = NO_OPTIONS): SegmentMapper {
  const checked = checkOptions(options);
  return create(checked, compileSync(checked));
}

function checkOptions(options: MapperOptions & DeviceLimits): WasmOptions<"auto" | "wasm"> {
  return checkWasmOptions(options, ["auto", "wasm"], '"auto" or "wasm" in segring/wasm');
}

function create({ limits, maxMemoryBytes }: WasmOptions<string>, module: WebAssembly.Module): SegmentMapper {
  return new SegmentMapper(PACKAGE, { main: wasmEngine(module, maxMemoryBytes) }, limits);
}
