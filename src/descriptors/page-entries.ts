import type { PagePlace } from "../core/page-counts.js";
import { RECORD_WORDS, recordLength } from "../core/record.js";
import type { Block, Expander, PageNumbers } from "../engine/engine.js";
import { JsMemory } from "../engine/js-block.js";
import { jsExpander } from "../engine/js-pages.js";
import { OVERRUN } from "../engine/layout.generated.js";
import { type Borders, ListKernel } from "./list-kernel.js";
import type { Region } from "./memory.js";

/** Entries that are made at a time, and copied while the first-level cache has them. */
const STAGE_ENTRIES = 2048;
const STAGE_BYTES = STAGE_ENTRIES * 8 + OVERRUN;

/** What makes entries: the kernel, or JavaScript where wasm may not run. */
interface Maker {
  readonly kernel: ListKernel | undefined;
  readonly expander: Expander;
  readonly block: Block;
  /** Views of the block, which stays. */
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
}

/** Made at the first list. */
let maker: Maker | undefined;

function makerOf(): Maker {
  if (maker === undefined) {
    const kernel = listKernel();
    const block = kernel?.block ?? new JsMemory(STAGE_BYTES).allocate(STAGE_BYTES);
    maker = { kernel, expander: kernel?.expander ?? jsExpander, block, bytes: block.bytes, words: block.words };
  }
  return maker;
}

function listKernel(): ListKernel | undefined {
  try {
    return new ListKernel(STAGE_BYTES);
  } catch (error) {
    // No wasm, no SIMD, a policy against it, or no address space. Another kernel is our mistake.
    if (error instanceof TypeError) throw error;
    return undefined;
  }
}

/** The addresses of `count` pages of records, from `place` on, which moves on. */
export interface PageEntries {
  readonly records: Uint32Array;
  readonly place: PagePlace;
  readonly numbers: PageNumbers;
  readonly count: number;
}

/**
 * Writes entries into `lists` lists of `listBytes` bytes, which lie one behind the other in each piece of memory. Each
 * list but the last ends with a link to the next list.
 */
export function writeLists(entries: PageEntries, regions: readonly Region[], listBytes: number, lists: number): void {
  let { count } = entries;
  let listsLeft = lists;
  for (let piece = 0; listsLeft > 0; piece++) {
    const region = regions[piece] as Region;
    const here = Math.min(listsLeft, Math.ceil(region.bytes.byteLength / listBytes));
    listsLeft -= here;
    const next = listsLeft === 0 ? undefined : (regions[piece + 1] as Region).addr;
    count -= writePiece({ ...entries, count }, region, { listBytes, lists: here, next });
  }
}

/** Lists in one piece of memory. */
interface PieceOfLists {
  readonly listBytes: number;
  readonly lists: number;
  /** Where the last list leads; undefined: it is the last of all, and has what is left. */
  readonly next: bigint | undefined;
}

/** @returns Entries written. */
function writePiece(entries: PageEntries, { bytes, addr }: Region, { listBytes, lists, next }: PieceOfLists): number {
  const { kernel, bytes: made, words } = makerOf();
  const slots = listBytes / 8;
  const together = Math.floor(STAGE_ENTRIES / slots);
  let left = entries.count;
  for (let list = 0; list < lists; ) {
    const at = list * listBytes;
    // Full lists whose next one lies behind them are made together, links and all.
    const most = Math.min(lists - 1 - list, together);
    if (kernel !== undefined && most > 0) {
      const { records, place, numbers } = entries;
      const full = kernel.lists(records, place, numbers.shift, { most, slots, next: addr + BigInt(at + listBytes) });
      bytes.set(made.subarray(0, full * listBytes), at);
      left -= full * (slots - 1);
      list += full;
      if (full > 0) continue;
    }
    list++;
    const link = list < lists ? addr + BigInt(list * listBytes) : next;
    const count = link === undefined ? left : slots - 1;
    writeEntries({ ...entries, count }, bytes.subarray(at), false);
    left -= count;
    if (link === undefined) break;
    words[0] = Number(link & 0xffff_ffffn);
    words[1] = Number(link >> 32n);
    bytes.set(made.subarray(0, 8), at + count * 8);
  }
  return entries.count - left;
}

/** Writes entries one after the other. @param swap Big-endian. */
export function writeEntries({ records, place, numbers, count }: PageEntries, target: Uint8Array, swap: boolean): void {
  const { expander, block, bytes } = makerOf();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let done = 0; done < count; ) {
    const room = Math.min(count - done, STAGE_ENTRIES);
    expander.expand(records, place, numbers, { target: block, at: 0, room });
    if (swap) {
      for (let at = 0; at < room * 8; at += 8) view.setBigUint64(at, view.getBigUint64(at, true));
    }
    target.set(bytes.subarray(0, room * 8), done * 8);
    done += room;
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
