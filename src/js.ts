/** segring/js: the same API on the JavaScript engine alone, with no wasm in the bundle. For strict policies and edge runtimes. */
import { PAGE_BYTES } from "./engine/arena.js";
import { jsEngine } from "./engine/js.js";
import { expected } from "./errors.js";
import { checkInteger } from "./limits.js";
import { type MapperOptions, SegmentMapper } from "./mapper.js";
import { FOUR_GIB } from "./record.js";

export * from "./api.js";

/** As {@link createMapperSync}; a promise only so that the two entries can be exchanged. */
export async function createMapper(options: MapperOptions = {}): Promise<SegmentMapper> {
  return createMapperSync(options);
}

/**
 * Makes a mapper on the JavaScript engine.
 *
 * @throws {TypeError} An option has the wrong type.
 * @throws {RangeError} A limit or `maxMemoryBytes` is out of its range, or `engine` or `module` asks for wasm.
 */
export function createMapperSync(options: MapperOptions = {}): SegmentMapper {
  const { engine = "auto", module, maxMemoryBytes = FOUR_GIB } = options;
  if (typeof engine !== "string") throw new TypeError(expected("engine", "a string", engine));
  if (engine !== "auto" && engine !== "js")
    throw new RangeError(expected("engine", `"auto" or "js" in segring/js`, engine));
  if (module !== undefined) throw new RangeError(expected("module", "undefined in segring/js", module));
  checkInteger("maxMemoryBytes", maxMemoryBytes, PAGE_BYTES, FOUR_GIB);
  return new SegmentMapper({ main: jsEngine(maxMemoryBytes) }, options);
}
