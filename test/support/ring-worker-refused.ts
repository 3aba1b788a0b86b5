/** As `segring/ring/worker`, where a policy forbids wasm: the module that the page posts may not be instantiated. */
import { serveKernel } from "../../src/ring/serve.js";

WebAssembly.Instance = class {
  constructor() {
    throw new WebAssembly.CompileError("the worker's policy forbids wasm");
  }
} as unknown as typeof WebAssembly.Instance;
serveKernel();
