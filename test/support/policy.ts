/** Runs something as a page does whose Content Security Policy forbids to compile a wasm module. */
export function withoutCompiling(run: () => void): void {
  const { Module } = WebAssembly;
  // A class, because it is called with `new`.
  WebAssembly.Module = class {
    constructor() {
      throw new WebAssembly.CompileError("a policy forbids it");
    }
  } as unknown as typeof WebAssembly.Module;
  try {
    run();
  } finally {
    WebAssembly.Module = Module;
  }
}
