import type { Arena } from "./arena.js";
import { EmbeddedModule } from "./embedded.js";
import { instantiate } from "./instantiate.js";
import { LISTS_ABI } from "./layout.generated.js";
import { listsKernelHex } from "./lists-kernel.generated.js";
import type { ExpandPages } from "./wasm-pages.js";

const embedded = /* @__PURE__ */ new EmbeddedModule(listsKernelHex);

/** What assembly/lists-index.ts exports. */
export interface ListsKernel {
  readonly expandBlocks: ExpandPages;
  inspectBorders(work: number, input: number, count: number, shift: number): number;
}

/** The kernel over a memory. @throws {Error} Wasm, or its SIMD, is missing or forbidden. */
export function listsKernel({ memory }: Arena): ListsKernel {
  const lists = { option: "module", abi: "LISTS_ABI", version: LISTS_ABI };
  return instantiate<ListsKernel>(embedded.compileSync(), memory, lists);
}

/** Records from which on blocks pay: to compile the kernel takes as long as to list the pages of a thousand. */
const FROM = 1024;

/** Lists pages by blocks over the memory of an engine. The kernel is compiled when the first large table is listed. */
export class PageBlocks {
  readonly #arena: Arena;
  #kernel: ExpandPages | undefined;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** @returns undefined where the kernel does not pay, or may not be compiled. */
  kernelFor(records: number): ExpandPages | undefined {
    if (this.#kernel !== undefined || records < FROM) return this.#kernel;
    try {
      this.#kernel = listsKernel(this.#arena).expandBlocks;
    } catch {
      return undefined;
    }
    return this.#kernel;
  }
}
