import type { PagePlace } from "../core/page-counts.js";
import { Arena, PAGE_BYTES } from "../engine/arena.js";
import { BORDERS, LOOKS, OVERRUN, PAGES_SEEN } from "../engine/layout.generated.js";
import { StagedRecords } from "../engine/staged-records.js";
import { WasmBlock } from "../engine/wasm-block.js";
import { type ListsKernel, listsKernel } from "../engine/wasm-page-blocks.js";

/** What the borders of records say of pages. */
export interface Borders {
  /** The low bits that any address or length has: none below the page's size iff all records lie at pages. */
  readonly bits: number;
  /** Pages in the lengths. */
  readonly pages: number;
}

/** The kernel of lists over its own memory, so that `segring/descriptors` needs no mapper. */
export class ListKernel {
  /** Where addresses are written. It stays, since the memory never grows. */
  readonly block: WasmBlock;
  readonly #kernel: ListsKernel;
  readonly #staged: StagedRecords;

  /** @throws {Error} Wasm, or its SIMD, is missing or forbidden; or there is no address space. */
  constructor(entries: number) {
    const blockBytes = entries * 8 + OVERRUN;
    // A page and less for the staged records.
    const arena = new Arena(blockBytes + 2 * PAGE_BYTES, true);
    this.#kernel = listsKernel(arena);
    this.#staged = new StagedRecords(arena);
    this.block = new WasmBlock(arena, blockBytes);
  }

  /**
   * Writes the addresses of pages into the block, from entry `at` on: of the records from `place`, which moves on, up to
   * record `end`.
   *
   * @returns Addresses written: `room`, or fewer. The call may end before the records do.
   */
  expand(
    records: Uint32Array,
    place: PagePlace,
    end: number,
    shift: number,
    { at, room }: { at: number; room: number },
  ): number {
    const staged = this.#staged;
    staged.stage(records, place.record);
    const count = Math.min(end, staged.end) - place.record;
    const output = this.block.address + at * 8;
    let written = 0;
    staged.run(place, (input) => {
      written = this.#kernel.expandBlocks(staged.work.address, input, count, shift, shift, output, room) >>> 0;
    });
    return written;
  }

  /** From here on `expand` looks at records that no block takes (assembly/pages-blocks.ts). */
  startLook(): void {
    const { work } = this.#staged;
    work.set(LOOKS, 1);
    work.set(BORDERS, 0);
  }

  /** Ends that, and gives the low bits that any of these records has. */
  endLook(): number {
    const { work } = this.#staged;
    work.set(LOOKS, 0);
    return work.get(BORDERS);
  }

  /** What `inspectBorders` in assembly/page-borders.ts finds in the records from `from` to `end`. */
  borders(records: Uint32Array, from: number, end: number, shift: number): Borders {
    const staged = this.#staged;
    let bits = 0;
    let pages = 0;
    for (let at = from; at < end; at = Math.min(end, staged.end)) {
      staged.stage(records, at);
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
