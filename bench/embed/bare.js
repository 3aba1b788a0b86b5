/** The least that a page does which maps by wasm: it loads a module and a binary, and compiles the binary. */
export async function exportsOfKernel() {
  const { module } = await WebAssembly.instantiateStreaming(fetch(new URL("../../dist/kernel.wasm", import.meta.url)), {
    env: { memory: new WebAssembly.Memory({ initial: 1, maximum: 65535 }) },
  });
  return WebAssembly.Module.exports(module).length;
}
