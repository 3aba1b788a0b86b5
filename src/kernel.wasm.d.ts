/**
 * The kernel's binary, for `createMapper({ module })`. Where an import of wasm gives a compiled module (Cloudflare
 * Workers, and bundlers set up so) this is that module; elsewhere read or fetch the file, and pass its bytes.
 */
declare const module: WebAssembly.Module;
export default module;
