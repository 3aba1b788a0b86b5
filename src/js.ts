/** segring/js: the same API on the JavaScript engine alone, with no wasm in the bundle. For strict policies and edge runtimes. */

import { type DeviceLimits, keepLimits } from "./core/device-limits.js";
import { checkEngine } from "./core/engine-option.js";
import { expected } from "./core/errors.js";
import { NO_OPTIONS } from "./core/options.js";
import { PACKAGE } from "./core/package-key.js";
import { jsEngine } from "./engine/js.js";
import { SegmentMapper } from "./mapper/mapper.js";
import { checkMapperKeys, checkMaxMemory, type MapperOptions } from "./mapper/options.js";

export * from "./api.js";

/**
 * As {@link createMapperSync}. The result is a promise only so that the two entries can be exchanged.
 *
 * @example
 * ```ts
 * import { createMapper } from "segring/js";
 * const mapper = await createMapper();
 * console.log(mapper.engine, mapper.coalesce([{ addr: 0x1000, length: 4096 }]).length); // js 1
 * ```
 */
export async function createMapper(options: MapperOptions & DeviceLimits = NO_OPTIONS): Promise<SegmentMapper> {
  return createMapperSync(options);
}

/**
 * Makes a mapper on the JavaScript engine.
 *
 * @throws {TypeError} An option has the wrong type.
 * @throws {RangeError} A limit or `maxMemoryBytes` is out of its range, or `engine` or `module` asks for wasm.
 * @example
 * ```ts
 * import { createMapperSync } from "segring/js";
 * const mapper = createMapperSync({ boundaryBytes: 65536 });
 * console.log(mapper.coalesce([{ addr: 0xf000, length: 8192 }]).length); // 2
 * ```
 */
export function createMapperSync(options: MapperOptions & DeviceLimits = NO_OPTIONS): SegmentMapper {
  checkMapperKeys(options);
  const limits = keepLimits(options);
  checkEngine(options.engine, ["auto", "js"], '"auto" or "js" in segring/js');
  if (options.module !== undefined) throw new RangeError(expected("module", "undefined in segring/js", options.module));
  return new SegmentMapper(PACKAGE, { main: jsEngine(checkMaxMemory(options.maxMemoryBytes)) }, limits);
}
