/** Compiles segring's own binary, as a worker of the room does, and answers. */
const { module } = await WebAssembly.instantiateStreaming(fetch(new URL("../../dist/kernel.wasm", import.meta.url)), {
  env: { memory: new WebAssembly.Memory({ initial: 1, maximum: 65535 }) },
});
postMessage(WebAssembly.Module.exports(module).length);
