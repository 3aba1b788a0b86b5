import { expected } from "./errors.js";

/** Where a kernel runs: in WebAssembly, in JavaScript, or in WebAssembly where that is to be had. */
export type EngineOption = "auto" | "wasm" | "js";

/** What `engine` may be where both engines are in the bundle. */
export const ENGINES: readonly EngineOption[] = ["auto", "wasm", "js"];
/** As {@link ENGINES}, for messages. */
export const ENGINES_TEXT = '"auto", "wasm" or "js"';

/** Checks `engine`, and fills in its default. @param engines What the entry takes, "auto" among them. @param text The same for messages. */
export function checkEngine<E extends string>(engine: unknown = "auto", engines: readonly E[], text: string): E {
  if (typeof engine !== "string") throw new TypeError(expected("engine", "a string", engine));
  if (engines.includes(engine as E)) return engine as E;
  throw new RangeError(expected("engine", text, engine));
}
