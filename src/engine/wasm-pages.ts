import type { PagePlace } from "../core/page-counts.js";
import { RECORD_BYTES, RECORD_WORDS } from "../core/record.js";
import type { Arena } from "./arena.js";
import type { Block, Expander, PageNumbers } from "./engine.js";
import { DONE, EXPANDED, NEXT, OVERRUN, PAGES_ABI, PAGES_SEEN, PAGES_WORK_BYTES } from "./pages-layout.js";
import { CALL_RECORDS, checkAbi, type WasmBlock } from "./wasm-block.js";

/** What assembly/pages-index.ts exports. */
export interface PagesKernel {
  inspectBorders(work: number, input: number, count: number, shift: number): number;
  expandLists(
    work: number,
    input: number,
    count: number,
    shift: number,
    output: number,
    lists: number,
    slots: number,
  ): void;
  expandPages(
    work: number,
    input: number,
    count: number,
    shift: number,
    scale: number,
    output: number,
    room: number,
  ): number;
}

/** The kernel of expansions over this memory. @throws {LinkError|TypeError} `module` is not segring's. */
export function pagesKernel(module: WebAssembly.Module, memory: WebAssembly.Memory): PagesKernel {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  checkAbi("pagesModule", exports, "PAGES_ABI", PAGES_ABI);
  return exports as unknown as PagesKernel;
}

/** Records, and numbers for memory elsewhere, staged at a time: both stay in the first-level cache. */
const STAGE_RECORDS = 2048;
const STAGE_NUMBERS = 1024;

/** What the borders of records say of pages. */
export interface Borders {
  /** The low 32 bits that any address or length has. */
  readonly bits: number;
  /** Pages in the lengths. */
  readonly pages: number;
}

/** The expansion by the kernel. It remembers which records it has copied in, so what it was given must not change until it forgets. */
export class WasmExpander implements Expander {
  readonly #arena: Arena;
  readonly #kernel: PagesKernel;
  readonly #work: number;
  readonly #input: number;
  readonly #output: number;
  /** What the stage holds: records of this list from `#stagedFrom` to `#stagedEnd`. */
  #records: Uint32Array | undefined;
  #stagedFrom = 0;
  #stagedEnd = 0;
  readonly #byteLength = PAGES_WORK_BYTES + STAGE_RECORDS * RECORD_BYTES + STAGE_NUMBERS * 8 + OVERRUN;

  constructor(arena: Arena, kernel: PagesKernel) {
    this.#arena = arena;
    this.#kernel = kernel;
    this.#work = arena.allocate(this.#byteLength);
    this.#input = this.#work + PAGES_WORK_BYTES;
    this.#output = this.#input + STAGE_RECORDS * RECORD_BYTES;
  }

  expand(
    records: Uint32Array,
    place: PagePlace,
    pages: PageNumbers,
    target: Block | BigUint64Array,
    at: number,
    room: number,
  ): number {
    const count = records.length / RECORD_WORDS;
    const outside = target instanceof BigUint64Array ? target : undefined;
    let made = 0;
    while (place.record < count && made < room) {
      this.#stage(records, place.record, count);
      const most = Math.min(room - made, outside === undefined ? CALL_RECORDS : STAGE_NUMBERS);
      const output = outside === undefined ? (target as WasmBlock).address + (at + made) * 8 : this.#output;
      const written = this.#call(place, pages, output, most);
      outside?.set(new BigUint64Array(this.#arena.words.buffer, output, written), at + made);
      made += written;
    }
    return made;
  }

  /**
   * Writes full lists of the addresses of pages, as `expandLists` in assembly/pages.ts, into a block from number `at` on.
   *
   * @param most Lists at most; the records have pages for them, and one more.
   * @param next The address of the list after the first.
   * @returns Lists written: fewer where the stage has no more records. 0: not even one can be sure to have them.
   */
  lists(
    records: Uint32Array,
    place: PagePlace,
    shift: number,
    target: WasmBlock,
    at: number,
    most: number,
    slots: number,
    next: bigint,
  ): number {
    const count = records.length / RECORD_WORDS;
    const entries = slots - 1;
    if (this.#stagedEnd - place.record <= entries && this.#stagedEnd < count) this.#records = undefined;
    this.#stage(records, place.record, count);
    // A record has a page at least; of the first there may be none left.
    const sure = this.#stagedEnd - place.record - (place.done === 0 ? 0 : 1);
    const lists = this.#stagedEnd === count ? most : Math.min(most, Math.floor(sure / entries));
    if (lists === 0) return 0;
    const { words } = this.#arena;
    const link = (this.#work + NEXT) / 4;
    words[link] = Number(next & 0xffff_ffffn);
    words[link + 1] = Number(next >> 32n);
    this.#run(place, (input, left) => {
      this.#kernel.expandLists(this.#work, input, left, shift, target.address + at * 8, lists, slots);
    });
    return lists;
  }

  /** What `inspectBorders` in assembly/pages.ts finds in the records from `from` to `end`. */
  borders(records: Uint32Array, from: number, end: number, shift: number): Borders {
    const count = records.length / RECORD_WORDS;
    const { words } = this.#arena;
    const seen = (this.#work + PAGES_SEEN) / 4;
    let bits = 0;
    let pages = 0;
    for (let at = from; at < end; at = this.#stagedEnd) {
      // The records before are staged too: where all fit, they stay for the lists.
      this.#stage(records, at === from ? 0 : at, count);
      const input = this.#input + (at - this.#stagedFrom) * RECORD_BYTES;
      bits |= this.#kernel.inspectBorders(this.#work, input, Math.min(end, this.#stagedEnd) - at, shift);
      pages += (words[seen + 1] as number) * 2 ** 32 + (words[seen] as number);
    }
    return { bits, pages };
  }

  /** Lets go of the records that it was given. */
  forget(): void {
    this.#records = undefined;
  }

  free(): void {
    this.#arena.free(this.#work, this.#byteLength);
  }

  /** Copies records in, unless the one at `from` is there already. */
  #stage(records: Uint32Array, from: number, count: number): void {
    if (records === this.#records && from >= this.#stagedFrom && from < this.#stagedEnd) return;
    this.#records = records;
    this.#stagedFrom = from;
    this.#stagedEnd = Math.min(count, from + STAGE_RECORDS);
    const staged = records.subarray(from * RECORD_WORDS, this.#stagedEnd * RECORD_WORDS);
    this.#arena.words.set(staged, this.#input / 4);
  }

  /** One call of the kernel for the staged records from `place` on, which moves on. */
  #call(place: PagePlace, { shift, scale }: PageNumbers, output: number, room: number): number {
    let written = 0;
    this.#run(place, (input, left) => {
      written = this.#kernel.expandPages(this.#work, input, left, shift, scale, output, room) >>> 0;
    });
    return written;
  }

  /** Runs a kernel over the staged records from `place` on: where they are, and how many. */
  #run(place: PagePlace, kernel: (input: number, left: number) => void): void {
    const { words } = this.#arena;
    const work = this.#work / 4;
    words[work + DONE / 4] = place.done;
    words[work + DONE / 4 + 1] = place.done / 2 ** 32;
    kernel(this.#input + (place.record - this.#stagedFrom) * RECORD_BYTES, this.#stagedEnd - place.record);
    place.record += words[work + EXPANDED / 4] as number;
    place.done = (words[work + DONE / 4 + 1] as number) * 2 ** 32 + (words[work + DONE / 4] as number);
  }
}
