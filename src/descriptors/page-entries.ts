import type { PagePlace } from "../core/page-counts.js";
import { RECORD_WORDS, recordLength } from "../core/record.js";
import { Arena } from "../engine/arena.js";
import { decodeKernel } from "../engine/embedded.js";
import type { Block, PageNumbers } from "../engine/engine.js";
import { JsBlock } from "../engine/js-block.js";
import { jsExpander } from "../engine/js-pages.js";
import { pagesKernelBase64 } from "../engine/kernel-pages.generated.js";
import { OVERRUN } from "../engine/pages-layout.js";
import { WasmBlock } from "../engine/wasm-block.js";
import { type Borders, pagesKernel, WasmExpander } from "../engine/wasm-pages.js";
import type { Region } from "./memory.js";

/** Entries that are made at a time, and copied while the first-level cache has them. */
const STAGE_ENTRIES = 2048;
const STAGE_BYTES = STAGE_ENTRIES * 8 + OVERRUN;

/** Where entries are made. Views stay, since this memory never grows. */
interface Stage {
  readonly block: Block;
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
}

/** What makes entries: the kernel over 64 KiB of memory of its own, or JavaScript where wasm may not run. */
interface Maker {
  readonly kernel: WasmExpander | undefined;
  readonly stage: Stage;
}

/** Made at the first list. */
let maker: Maker | undefined;

function makerOf(): Maker {
  maker ??= wasmMaker() ?? { kernel: undefined, stage: stageIn(new JsBlock(STAGE_BYTES, { free: STAGE_BYTES })) };
  return maker;
}

function wasmMaker(): Maker | undefined {
  try {
    const arena = new Arena(65536);
    const pages = pagesKernel(new WebAssembly.Module(decodeKernel(pagesKernelBase64)), arena.memory);
    return { kernel: new WasmExpander(arena, pages), stage: stageIn(new WasmBlock(arena, STAGE_BYTES)) };
  } catch (error) {
    // No wasm, no SIMD, a policy against it, or no address space. Another kernel is our mistake.
    if (error instanceof TypeError) throw error;
    return undefined;
  }
}

function stageIn(block: Block): Stage {
  return { block, bytes: block.bytes, words: block.words };
}

/**
 * Writes `count` entries, the addresses of pages from `place` on, into `lists` lists of `listBytes` bytes, which lie one
 * behind the other in each piece of memory; each but the last list ends with a link to the next.
 */
export function writeLists(
  records: Uint32Array,
  place: PagePlace,
  numbers: PageNumbers,
  regions: readonly Region[],
  listBytes: number,
  lists: number,
  count: number,
): void {
  const { kernel, stage } = makerOf();
  const { block, bytes: stageBytes, words } = stage;
  const slots = listBytes / 8;
  const together = Math.floor(STAGE_ENTRIES / slots);
  let left = count;
  let listsLeft = lists;
  for (let piece = 0; listsLeft > 0; piece++) {
    const { bytes, addr } = regions[piece] as Region;
    const here = Math.min(listsLeft, Math.ceil(bytes.byteLength / listBytes));
    listsLeft -= here;
    for (let list = 0; list < here; ) {
      const at = list * listBytes;
      // Full lists whose next one lies behind them are made together, links and all.
      const most = Math.min(here - 1 - list, together);
      if (kernel !== undefined && most > 0) {
        const next = addr + BigInt(at + listBytes);
        const made = kernel.lists(records, place, numbers.shift, block as WasmBlock, 0, most, slots, next);
        if (made > 0) {
          bytes.set(stageBytes.subarray(0, made * listBytes), at);
          left -= made * (slots - 1);
          list += made;
          continue;
        }
      }
      list++;
      const isLast = list === here && listsLeft === 0;
      const entries = isLast ? left : slots - 1;
      for (let slot = 0; slot < entries; ) {
        const made = Math.min(entries - slot, STAGE_ENTRIES);
        (kernel ?? jsExpander).expand(records, place, numbers, block, 0, made);
        bytes.set(stageBytes.subarray(0, made * 8), at + slot * 8);
        slot += made;
      }
      left -= entries;
      if (isLast) break;
      const next = list < here ? addr + BigInt(list * listBytes) : (regions[piece + 1] as Region).addr;
      words[0] = Number(next & 0xffff_ffffn);
      words[1] = Number(next >> 32n);
      bytes.set(stageBytes.subarray(0, 8), at + entries * 8);
    }
  }
}

/**
 * Writes `count` numbers of pages from `place` on, one after the other.
 *
 * @param swap Big-endian.
 */
export function writeEntries(
  records: Uint32Array,
  place: PagePlace,
  numbers: PageNumbers,
  target: Uint8Array,
  count: number,
  swap: boolean,
): void {
  const { kernel, stage } = makerOf();
  const { block, bytes } = stage;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let done = 0; done < count; ) {
    const made = Math.min(count - done, STAGE_ENTRIES);
    (kernel ?? jsExpander).expand(records, place, numbers, block, 0, made);
    if (swap) {
      for (let at = 0; at < made * 8; at += 8) view.setBigUint64(at, view.getBigUint64(at, true));
    }
    target.set(bytes.subarray(0, made * 8), done * 8);
    done += made;
  }
}

/** Lets go of the records that were looked at and listed. */
export function forgetRecords(): void {
  maker?.kernel?.forget();
}

/** What the borders of records from `from` to `end` say of pages of 2^shift bytes. */
export function innerBorders(records: Uint32Array, from: number, end: number, shift: number): Borders {
  const { kernel } = makerOf();
  if (kernel !== undefined) return kernel.borders(records, from, end, shift);
  let bits = 0;
  let pages = 0;
  for (let at = from * RECORD_WORDS; at < end * RECORD_WORDS; at += RECORD_WORDS) {
    bits |= (records[at] as number) | (records[at + 2] as number);
    pages += Math.floor(recordLength(records, at) / 2 ** shift);
  }
  return { bits, pages };
}
