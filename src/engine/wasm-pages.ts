import { RECORD_BYTES, RECORD_WORDS } from "../record.js";
import type { Arena } from "./arena.js";
import type { Block, Expander, Expansion, PageNumbers } from "./engine.js";
import { DONE, EXPANDED, OVERRUN, PAGES_ABI, PAGES_WORK_BYTES } from "./pages-layout.js";
import { CALL_RECORDS, checkAbi, type WasmBlock } from "./wasm-block.js";

/** What assembly/pages-index.ts exports. */
export interface PagesKernel {
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
const STAGE_RECORDS = 1024;
const STAGE_NUMBERS = 1024;

/** The expansion by the kernel. */
export class WasmExpander implements Expander {
  readonly #arena: Arena;
  readonly #kernel: PagesKernel;
  readonly #work: number;
  readonly #input: number;
  readonly #output: number;
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
    place: Expansion,
    pages: PageNumbers,
    target: Block | BigUint64Array,
    room: number,
  ): number {
    const count = records.length / RECORD_WORDS;
    const outside = target instanceof BigUint64Array ? target : undefined;
    const { words } = this.#arena;
    let made = 0;
    while (place.record < count && made < room) {
      const staged = Math.min(count - place.record, STAGE_RECORDS);
      const from = place.record * RECORD_WORDS;
      words.set(records.subarray(from, from + staged * RECORD_WORDS), this.#input / 4);
      const stagedFrom = place.record;
      while (place.record < stagedFrom + staged && made < room) {
        const most = Math.min(room - made, outside === undefined ? CALL_RECORDS : STAGE_NUMBERS);
        const output = outside === undefined ? (target as WasmBlock).address + made * 8 : this.#output;
        const written = this.#call(place, place.record - stagedFrom, staged, pages, output, most);
        outside?.set(new BigUint64Array(words.buffer, output, written), made);
        made += written;
      }
    }
    return made;
  }

  free(): void {
    this.#arena.free(this.#work, this.#byteLength);
  }

  /** One call of the kernel for the staged records from `from` on; `place` moves on. */
  #call(
    place: Expansion,
    from: number,
    end: number,
    { shift, scale }: PageNumbers,
    output: number,
    room: number,
  ): number {
    const { words } = this.#arena;
    const work = this.#work / 4;
    words[work + DONE / 4] = place.done;
    words[work + DONE / 4 + 1] = place.done / 2 ** 32;
    const input = this.#input + from * RECORD_BYTES;
    const written = this.#kernel.expandPages(this.#work, input, end - from, shift, scale, output, room) >>> 0;
    place.record += words[work + EXPANDED / 4] as number;
    place.done = (words[work + DONE / 4 + 1] as number) * 2 ** 32 + (words[work + DONE / 4] as number);
    return written;
  }
}
