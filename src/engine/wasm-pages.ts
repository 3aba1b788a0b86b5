import type { PagePlace } from "../core/page-counts.js";
import { RECORD_WORDS } from "../core/record.js";
import type { Arena } from "./arena.js";
import type { Expander, PageNumbers, PageOutput } from "./engine.js";
import { OVERRUN } from "./layout.generated.js";
import { StagedRecords } from "./staged-records.js";
import { CALL_RECORDS, WasmBlock } from "./wasm-block.js";

/** `expandPages` in assembly/pages.ts, or `expandBlocks` in assembly/pages-blocks.ts: the numbers are equal. */
export type ExpandPages = (
  work: number,
  input: number,
  count: number,
  shift: number,
  scale: number,
  output: number,
  room: number,
) => number;

/** Numbers for memory elsewhere, staged at a time: they stay in the first-level cache. */
const STAGE_NUMBERS = 1024;

/** Lists pages by the kernel. */
export class WasmExpander implements Expander {
  readonly #arena: Arena;
  readonly #kernel: ExpandPages;
  readonly #staged: StagedRecords;
  readonly #numbers: WasmBlock;

  constructor(arena: Arena, kernel: ExpandPages) {
    this.#arena = arena;
    this.#kernel = kernel;
    this.#staged = new StagedRecords(arena);
    try {
      this.#numbers = new WasmBlock(arena, STAGE_NUMBERS * 8 + OVERRUN);
    } catch (error) {
      this.#staged.free();
      throw error;
    }
  }

  expand(records: Uint32Array, place: PagePlace, pages: PageNumbers, { target, at, room }: PageOutput): number {
    const count = records.length / RECORD_WORDS;
    const outside = target instanceof BigUint64Array ? target : undefined;
    let made = 0;
    while (place.record < count && made < room) {
      this.#staged.stage(records, place.record);
      const most = Math.min(room - made, outside === undefined ? CALL_RECORDS : STAGE_NUMBERS);
      const output = outside === undefined ? (target as WasmBlock).address + (at + made) * 8 : this.#numbers.address;
      const written = this.#call(place, pages, output, most);
      outside?.set(new BigUint64Array(this.#arena.words.buffer, output, written), at + made);
      made += written;
    }
    return made;
  }

  free(): void {
    this.#numbers.free();
    this.#staged.free();
  }

  /** One call of the kernel for the staged records from `place` on, which moves on. */
  #call(place: PagePlace, { shift, scale }: PageNumbers, output: number, room: number): number {
    const work = this.#staged.work.address;
    let written = 0;
    this.#staged.run(place, (input, left) => {
      written = this.#kernel(work, input, left, shift, scale, output, room) >>> 0;
    });
    return written;
  }
}
