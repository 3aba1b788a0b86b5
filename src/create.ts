import { PAGE_BYTES } from "./engine/arena.js";
import { jsEngine } from "./engine/js.js";
import { kernelBase64 } from "./engine/kernel.generated.js";
import { wasmEngine } from "./engine/wasm.js";
import { expected } from "./errors.js";
import { checkInteger, checkLimits } from "./limits.js";
import { type Engines, type MapperOptions, SegmentMapper } from "./mapper.js";
import { FOUR_GIB } from "./record.js";

/** The embedded kernel, compiled at the first use. */
let embedded: WebAssembly.Module | undefined;

/**
 * Makes a mapper, compiling the kernel without blocking.
 *
 * @throws {TypeError} An option has the wrong type.
 * @throws {RangeError} A limit, `engine` or `maxMemoryBytes` is out of its range.
 * @throws {CompileError} With `engine: "wasm"` or a `module` given: wasm or its SIMD is missing, or a Content Security
 *   Policy without `wasm-unsafe-eval` forbids it. `auto` takes the JavaScript engine then.
 * @throws {SegringError} OUT_OF_MEMORY.
 *
 * Cost: the kernel is compiled once for all mappers (under 1 ms); each has 128 KiB of memory to start with.
 */
export async function createMapper(options: MapperOptions = {}): Promise<SegmentMapper> {
  const { engine, maxMemoryBytes } = checkOptions(options);
  return create(options, engine, maxMemoryBytes, await (engine === "js" ? undefined : compile(options.module, engine)));
}

/** As {@link createMapper}, at once. Blocks for the compilation: under 1 ms, the first time. */
export function createMapperSync(options: MapperOptions = {}): SegmentMapper {
  const { engine, maxMemoryBytes } = checkOptions(options);
  return create(options, engine, maxMemoryBytes, engine === "js" ? undefined : compileSync(options.module, engine));
}

type EngineChoice = "auto" | "wasm" | "js";

function checkOptions(options: MapperOptions): { engine: EngineChoice; maxMemoryBytes: number } {
  const { engine = "auto", maxMemoryBytes = FOUR_GIB } = options;
  if (typeof engine !== "string") throw new TypeError(expected("engine", "a string", engine));
  if (engine !== "auto" && engine !== "wasm" && engine !== "js") {
    throw new RangeError(expected("engine", `"auto", "wasm" or "js"`, engine));
  }
  checkInteger("maxMemoryBytes", maxMemoryBytes, PAGE_BYTES, FOUR_GIB);
  checkLimits(options);
  return { engine, maxMemoryBytes };
}

function create(
  options: MapperOptions,
  engine: EngineChoice,
  maxMemoryBytes: number,
  module: WebAssembly.Module | undefined,
): SegmentMapper {
  const js = jsEngine(maxMemoryBytes);
  let engines: Engines = { main: js };
  if (module !== undefined) {
    const wasm = wasmEngine(module, maxMemoryBytes);
    engines = engine === "auto" ? { main: wasm, small: js } : { main: wasm };
  }
  return new SegmentMapper(engines, options);
}

/** Undefined where `auto` may do without. */
async function compile(given: unknown, engine: EngineChoice): Promise<WebAssembly.Module | undefined> {
  const module = given === undefined ? embedded : checkModule(given);
  if (module instanceof WebAssembly.Module) return module;
  if (module !== undefined) return WebAssembly.compile(module);
  try {
    embedded ??= await WebAssembly.compile(embeddedBytes());
  } catch (error) {
    if (engine !== "auto") throw error;
  }
  return embedded;
}

function compileSync(given: unknown, engine: EngineChoice): WebAssembly.Module | undefined {
  const module = given === undefined ? embedded : checkModule(given);
  if (module instanceof WebAssembly.Module) return module;
  if (module !== undefined) return new WebAssembly.Module(module);
  try {
    embedded ??= new WebAssembly.Module(embeddedBytes());
  } catch (error) {
    if (engine !== "auto") throw error;
  }
  return embedded;
}

function checkModule(module: unknown): WebAssembly.Module | BufferSource {
  if (module instanceof WebAssembly.Module || module instanceof ArrayBuffer || ArrayBuffer.isView(module)) {
    return module as WebAssembly.Module | BufferSource;
  }
  throw new TypeError(expected("module", "a WebAssembly.Module, an ArrayBuffer or a view of one", module));
}

function embeddedBytes(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(kernelBase64), (character) => character.charCodeAt(0));
}
