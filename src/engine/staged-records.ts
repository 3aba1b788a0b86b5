import type { PagePlace } from "../core/page-counts.js";
import { RECORD_BYTES, RECORD_WORDS } from "../core/record.js";
import type { Arena } from "./arena.js";
import { DONE, EXPANDED, PAGES_WORK_BYTES } from "./layout.generated.js";
import { WorkBlock } from "./work-block.js";

/** Records staged at a time: they stay in the first-level cache. */
const STAGE_RECORDS = 2048;

/**
 * Records in linear memory for the kernels of pages. The class remembers which records it has copied in, so the records
 * must not change until it forgets them.
 */
export class StagedRecords {
  readonly work: WorkBlock;
  /** Records from here on are not staged yet. */
  end = 0;
  readonly #arena: Arena;
  readonly #input: number;
  #records: Uint32Array | undefined;
  #from = 0;

  constructor(arena: Arena) {
    this.#arena = arena;
    this.work = new WorkBlock(arena, PAGES_WORK_BYTES + STAGE_RECORDS * RECORD_BYTES, PAGES_WORK_BYTES);
    this.#input = this.work.address + PAGES_WORK_BYTES;
  }

  /** Copies records in, unless the one at `from` is there already. */
  stage(records: Uint32Array, from: number): void {
    if (records === this.#records && from >= this.#from && from < this.end) return;
    const count = records.length / RECORD_WORDS;
    this.#records = records;
    this.#from = from;
    this.end = Math.min(count, from + STAGE_RECORDS);
    // A view takes as long as the copy of a hundred records.
    const isAll = from === 0 && this.end === count;
    const some = isAll ? records : records.subarray(from * RECORD_WORDS, this.end * RECORD_WORDS);
    this.#arena.words.set(some, this.#input / 4);
  }

  /** Where a staged record lies. */
  addressOf(record: number): number {
    return this.#input + (record - this.#from) * RECORD_BYTES;
  }

  /** Runs a kernel over the staged records from `place` on, which moves on: where they are, and how many. */
  run(place: PagePlace, kernel: (input: number, left: number) => void): void {
    const { work } = this;
    work.setNumber(DONE, place.done);
    kernel(this.addressOf(place.record), this.end - place.record);
    place.record += work.get(EXPANDED);
    place.done = work.getNumber(DONE);
  }

  /** Lets go of the records that it was given. */
  forget(): void {
    this.#records = undefined;
  }

  free(): void {
    this.work.free();
  }
}
