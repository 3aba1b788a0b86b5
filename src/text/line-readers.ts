import type { EngineOption } from "../core/engine-option.js";
import { JsLines } from "./js-lines.js";
import type { LineReader } from "./line-reader.js";
import { WasmLines } from "./wasm-lines.js";

/** Up to this many bytes, compiling would take longer than reading. */
const SMALL_BYTES = 16384;

let wasm: LineReader | undefined;
let js: LineReader | undefined;

/**
 * A reader for a piece of so many bytes. There is one a realm and engine: what a reader holds counts until the next text is
 * put there.
 *
 * @throws {Error} `engine` is "wasm", and the platform or a policy forbids it.
 */
export function lineReader(engine: EngineOption, byteLength: number): LineReader {
  if (engine === "wasm" || (engine === "auto" && byteLength > SMALL_BYTES)) {
    try {
      wasm ??= new WasmLines();
      return wasm;
    } catch (error) {
      if (engine === "wasm") throw error;
    }
  }
  js ??= new JsLines();
  return js;
}
