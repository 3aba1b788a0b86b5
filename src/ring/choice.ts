/** What a kernel runs on, and why. */
export interface KernelEngine {
  /** WebAssembly, or JavaScript. */
  readonly engine: "wasm" | "js";
  /** What kept `auto` from wasm, for people. Undefined where wasm runs, or where JavaScript was asked for. */
  readonly reason: string | undefined;
}

/** A choice that was made: JavaScript where there is no module. `auto` with a module may fall back when it starts. */
export interface Choice extends KernelEngine {
  readonly module: WebAssembly.Module | undefined;
  readonly mayFallBack: boolean;
}

export function inWasm(module: WebAssembly.Module, mayFallBack: boolean): Choice {
  return { engine: "wasm", reason: undefined, module, mayFallBack };
}

/** @param error What kept the kernel from wasm: an error, or a text. Undefined where JavaScript was asked for. */
export function inJs(error: unknown): Choice {
  const reason = error instanceof Error ? error.message : error === undefined ? undefined : String(error);
  return { engine: "js", reason, module: undefined, mayFallBack: false };
}
