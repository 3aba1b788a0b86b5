import { Arena } from "../engine/arena.js";
import { decodeKernel } from "../engine/embedded.js";
import type { Block, Expansion, PageNumbers } from "../engine/engine.js";
import { JsBlock } from "../engine/js-block.js";
import { jsExpander } from "../engine/js-pages.js";
import { pagesKernelBase64 } from "../engine/kernel-pages.generated.js";
import { OVERRUN } from "../engine/pages-layout.js";
import { WasmBlock } from "../engine/wasm-block.js";
import { type PagesKernel, pagesKernel, WasmExpander } from "../engine/wasm-pages.js";
import type { Region } from "./memory.js";

/** Entries that are made at a time, and copied while the first-level cache has them. */
const STAGE_ENTRIES = 2048;
const STAGE_BYTES = STAGE_ENTRIES * 8 + OVERRUN;

/** The kernel over 64 KiB of memory of its own, made at the first list; null where wasm may not run. */
let kernel: { readonly arena: Arena; readonly pages: PagesKernel; readonly stage: WasmBlock } | null | undefined;

function kernelOf(): typeof kernel {
  if (kernel !== undefined) return kernel;
  try {
    const arena = new Arena(65536);
    const pages = pagesKernel(new WebAssembly.Module(decodeKernel(pagesKernelBase64)), arena.memory);
    kernel = { arena, pages, stage: new WasmBlock(arena, STAGE_BYTES) };
  } catch {
    // No wasm, no SIMD, or a policy against it.
    kernel = null;
  }
  return kernel;
}

/**
 * Writes `count` entries, the addresses of pages from `place` on, into lists of `slots` entries that have room for them;
 * each but the last list ends with a link to the next. 0.4 ns an entry where segments are long, 1.5 where each is a page.
 */
export function writeLists(
  records: Uint32Array,
  place: Expansion,
  numbers: PageNumbers,
  lists: readonly Region[],
  slots: number,
  count: number,
): void {
  const found = kernelOf();
  const stage: Block = found?.stage ?? new JsBlock(STAGE_BYTES, { free: STAGE_BYTES });
  const expander = found ? new WasmExpander(found.arena, found.pages) : jsExpander;
  const { bytes: stageBytes, words } = stage;
  let staged = 0;
  let left = count;
  for (let index = 0; index < lists.length; index++) {
    const { bytes } = lists[index] as Region;
    const next = lists[index + 1];
    const entries = next === undefined ? left : slots - 1;
    left -= entries;
    for (let slot = 0; ; ) {
      const made = Math.min(entries - slot, STAGE_ENTRIES - staged);
      expander.expand(records, place, numbers, stage, staged, made);
      staged += made;
      slot += made;
      const hasRoom = staged < STAGE_ENTRIES;
      if (slot === entries && next !== undefined && hasRoom) {
        words[2 * staged] = Number(next.addr & 0xffff_ffffn);
        words[2 * staged + 1] = Number(next.addr >> 32n);
        staged++;
        slot++;
        // Lists that lie one behind the other are copied together.
        if (staged < STAGE_ENTRIES && follows(bytes, next.bytes)) break;
      }
      const end = bytes.byteOffset + slot * 8;
      new Uint8Array(bytes.buffer, end - staged * 8, staged * 8).set(stageBytes.subarray(0, staged * 8));
      staged = 0;
      if (slot >= entries && (slot > entries || next === undefined)) break;
    }
  }
  expander.free();
}

function follows(bytes: Uint8Array, next: Uint8Array): boolean {
  return bytes.buffer === next.buffer && bytes.byteOffset + bytes.byteLength === next.byteOffset;
}
