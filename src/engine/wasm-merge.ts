import type { Arena } from "./arena.js";
import { EmbeddedModule } from "./embedded.js";
import type { Merger } from "./engine.js";
import { instantiate } from "./instantiate.js";
import { MERGE_ABI } from "./layout.generated.js";
import { mergeKernelHex } from "./merge-kernel.generated.js";
import { type MergeWindows, mergerBytes, WindowMerger } from "./merger.js";
import { WasmBlock } from "./wasm-block.js";

const embedded = /* @__PURE__ */ new EmbeddedModule(mergeKernelHex);

/** Makes mergers by the kernel, over the memory of an engine. The kernel is compiled when the first is made. */
export class WasmMergers {
  readonly #arena: Arena;
  #merge: MergeWindows | undefined;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** @returns undefined where the kernel may not be compiled. @throws {SegringError} OUT_OF_MEMORY */
  make(inputs: number): Merger | undefined {
    const merge = this.#kernel();
    if (merge === undefined) return undefined;
    const block = new WasmBlock(this.#arena, mergerBytes(inputs));
    return new WindowMerger(block, block.address, inputs, merge);
  }

  #kernel(): MergeWindows | undefined {
    if (this.#merge !== undefined) return this.#merge;
    let module: WebAssembly.Module;
    try {
      module = embedded.compileSync();
    } catch {
      return undefined;
    }
    const kernel = { option: "module", abi: "MERGE_ABI", version: MERGE_ABI };
    this.#merge = instantiate<{ mergeWindows: MergeWindows }>(module, this.#arena.memory, kernel).mergeWindows;
    return this.#merge;
  }
}
