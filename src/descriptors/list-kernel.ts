import type { PagePlace } from "../core/page-counts.js";
import { RECORD_WORDS } from "../core/record.js";
import { Arena } from "../engine/arena.js";
import { NEXT, PAGES_SEEN } from "../engine/layout.generated.js";
import { StagedRecords } from "../engine/staged-records.js";
import { WasmBlock } from "../engine/wasm-block.js";
import { type ListsKernel, listsKernel } from "../engine/wasm-page-blocks.js";
import { WasmExpander } from "../engine/wasm-pages.js";

/** What the borders of records say of pages. */
export interface Borders {
  /** The low 32 bits that any address or length has. */
  readonly bits: number;
  /** Pages in the lengths. */
  readonly pages: number;
}

/** Lists of addresses that follow each other in memory, each but the last with a link to the next. */
export interface Lists {
  /** How many at most; the records have pages for them, and one more. */
  readonly most: number;
  /** Entries of each, with its link. */
  readonly slots: number;
  /** The address of the list after the first. */
  readonly next: bigint;
}

/** The kernel of lists over its own 64 KiB of memory, so that `segring/descriptors` needs no mapper. */
export class ListKernel {
  /** Where lists are made. It stays, since the memory never grows. */
  readonly block: WasmBlock;
  /** For entries that are no full list. */
  readonly expander: WasmExpander;
  readonly #kernel: ListsKernel;
  readonly #staged: StagedRecords;

  /** @throws {Error} Wasm, or its SIMD, is missing or forbidden; or there is no address space. */
  constructor(blockBytes: number) {
    const arena = new Arena(65536);
    this.#kernel = listsKernel(arena);
    this.#staged = new StagedRecords(arena);
    this.expander = new WasmExpander(arena, this.#kernel.expandBlocks, this.#staged);
    this.block = new WasmBlock(arena, blockBytes);
  }

  /**
   * Writes full lists of the addresses of pages from `place` on, as `expandLists` in assembly/lists.ts, into the block.
   *
   * @returns Lists written: fewer where the stage has no more records. 0: not even one can be sure to have them.
   */
  lists(records: Uint32Array, place: PagePlace, shift: number, { most, slots, next }: Lists): number {
    const count = records.length / RECORD_WORDS;
    const entries = slots - 1;
    const staged = this.#staged;
    if (staged.end - place.record <= entries && staged.end < count) staged.forget();
    staged.stage(records, place.record);
    // A record has a page at least; of the first there may be none left.
    const sure = staged.end - place.record - (place.done === 0 ? 0 : 1);
    const lists = staged.end === count ? most : Math.min(most, Math.floor(sure / entries));
    if (lists === 0) return 0;
    staged.work.setBigInt(NEXT, next);
    staged.run(place, (input, left) => {
      this.#kernel.expandLists(staged.work.address, input, left, shift, this.block.address, lists, slots);
    });
    return lists;
  }

  /** What `inspectBorders` in assembly/lists.ts finds in the records from `from` to `end`. */
  borders(records: Uint32Array, from: number, end: number, shift: number): Borders {
    const staged = this.#staged;
    let bits = 0;
    let pages = 0;
    for (let at = from; at < end; at = staged.end) {
      // The records before are staged too: where all fit, they stay for the lists.
      staged.stage(records, at === from ? 0 : at);
      const count = Math.min(end, staged.end) - at;
      bits |= this.#kernel.inspectBorders(staged.work.address, staged.addressOf(at), count, shift);
      pages += staged.work.getNumber(PAGES_SEEN);
    }
    return { bits, pages };
  }

  /** Lets go of the records that it was given. */
  forget(): void {
    this.#staged.forget();
  }
}
