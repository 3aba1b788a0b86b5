import { checkEngine, ENGINES, ENGINES_TEXT, type EngineOption } from "../core/engine-option.js";
import { expected } from "../core/errors.js";
import { type Choice, inJs, inWasm } from "./choice.js";
import { compile, compileSync } from "./module.js";
import { hasWasm, isWasmMemory } from "./platform.js";

/** The options that say what a kernel shall run on. */
export interface WantedEngine {
  readonly engine: EngineOption;
  readonly module: WebAssembly.Module | BufferSource | undefined;
}

/** Checks the option `engine`. @throws {TypeError|RangeError} */
export function checkKernelEngine(engine: unknown): EngineOption {
  return checkEngine(engine, ENGINES, ENGINES_TEXT);
}

/**
 * Chooses the engine of a kernel, and compiles the kernel where the choice is wasm.
 *
 * @param memory Where the rings lie; undefined where the memory is made later, to suit the choice.
 * @param shared Whether that memory is shared.
 * @throws {CompileError} With `engine: "wasm"`, or a `module`: the kernel may not be compiled here.
 * @throws {TypeError} `engine` is "wasm", and the rings lie in buffers. @throws {RangeError} `engine` is "wasm", and
 *   there is no WebAssembly.
 */
export async function chooseEngine(wanted: WantedEngine, memory: unknown, shared: boolean): Promise<Choice> {
  const js = withoutWasm(wanted, memory);
  if (js !== undefined) return js;
  try {
    return inWasm(await compile(wanted.module, shared), wanted.engine === "auto");
  } catch (error) {
    return fallBack(wanted, error);
  }
}

/** As `chooseEngine`, at once. */
export function chooseEngineSync(wanted: WantedEngine, memory: unknown, shared: boolean): Choice {
  const js = withoutWasm(wanted, memory);
  if (js !== undefined) return js;
  try {
    return inWasm(compileSync(wanted.module, shared), wanted.engine === "auto");
  } catch (error) {
    return fallBack(wanted, error);
  }
}

/** JavaScript, where wasm is not to be had or not wanted. */
function withoutWasm({ engine }: WantedEngine, memory: unknown): Choice | undefined {
  if (engine === "js") return inJs(undefined);
  if (!hasWasm()) {
    if (engine === "auto") return inJs("there is no WebAssembly");
    throw new RangeError(expected("engine", '"auto" or "js" where there is no WebAssembly', engine));
  }
  if (memory === undefined || isWasmMemory(memory)) return undefined;
  if (engine === "auto") return inJs("the rings lie in a buffer, and not in a WebAssembly.Memory");
  throw new TypeError(expected("input.memory", 'a WebAssembly.Memory for the engine "wasm"', memory));
}

function fallBack({ engine, module }: WantedEngine, error: unknown): Choice {
  // Whoever gives a kernel wants that kernel.
  if (engine === "wasm" || module !== undefined) throw error;
  return inJs(error);
}
