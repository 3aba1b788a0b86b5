import { EmbeddedModule } from "../engine/embedded.js";
import { instantiate } from "../engine/instantiate.js";
import { textKernelHex } from "./kernel.generated.js";
import { TEXT_ABI } from "./layout.generated.js";

/** What assembly/text-index.ts exports. */
export interface TextKernel {
  openText(work: number): void;
  parseCsv(
    work: number,
    from: number,
    to: number,
    outEnd: number,
    separator: number,
    flagsSeparator: number,
    fromEnd: number,
  ): number;
  parseNdjson(work: number, from: number, to: number, outEnd: number): number;
  formatCsv(work: number, from: number, to: number, numbers: number): void;
  formatNdjson(work: number, from: number, to: number, numbers: number, comma: number): number;
}

const embedded = /* @__PURE__ */ new EmbeddedModule(textKernelHex);
const PAGE_BYTES = 65536;
/** Compiled code may fold offsets below this into addresses. */
const FIRST_ADDRESS = 1024;

/** A text kernel over a memory of its own. */
export interface OpenKernel {
  readonly kernel: TextKernel;
  readonly buffer: ArrayBuffer;
  /** Where its work block is. */
  readonly work: number;
}

/**
 * Opens a text kernel with a work block of `workBytes`, and so many bytes behind it.
 *
 * @throws {Error} Wasm, or its SIMD, is missing or forbidden; or there is no address space.
 */
export function openTextKernel(workBytes: number, otherBytes: number): OpenKernel {
  const module = embedded.compileSync();
  const pages = Math.ceil((FIRST_ADDRESS + workBytes + otherBytes) / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const kernel = instantiate<TextKernel>(module, memory, { option: "module", abi: "TEXT_ABI", version: TEXT_ABI });
  kernel.openText(FIRST_ADDRESS);
  return { kernel, buffer: memory.buffer as ArrayBuffer, work: FIRST_ADDRESS };
}
