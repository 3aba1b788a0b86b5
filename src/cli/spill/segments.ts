import { areLimited } from "../../core/limits.js";
import { PACKAGE } from "../../core/package-key.js";
import { RECORD_WORDS } from "../../core/record.js";
import type { SegmentTable } from "../../core/segment-table.js";
import { Table } from "../../core/table.js";
import type { Block, Runs } from "../../engine/engine.js";
import { Pages } from "./pages.js";
import type { UnionSetting } from "./setting.js";

/** Segments that are given at a time: 512 KiB. */
const GIVEN_RECORDS = 32768;

/** Gives the segments of a union on, in pieces. */
export class Segments {
  readonly #setting: UnionSetting;
  readonly #runs: Runs;
  readonly #output: Pages;
  readonly #take: (table: SegmentTable) => Promise<void>;
  /** What is taken while the next segments are made, and where those go. */
  #taking = new Uint32Array(GIVEN_RECORDS * RECORD_WORDS);
  #spare = new Uint32Array(GIVEN_RECORDS * RECORD_WORDS);
  #taken: Promise<void> = Promise.resolve();

  constructor(setting: UnionSetting, take: (table: SegmentTable) => Promise<void>) {
    this.#setting = setting;
    this.#runs = setting.engine.runs(setting.limits);
    this.#runs.reset(0n);
    this.#output = new Pages(setting.engine, GIVEN_RECORDS);
    this.#take = take;
  }

  /**
   * Takes runs by address that are cut by nothing yet. A wide one may come apart from its rest, which is the next then.
   *
   * @param areWide Some may be wide.
   */
  async runs(block: Block, from: number, end: number, areWide: boolean): Promise<void> {
    if (!areWide && !areLimited(this.#setting.limits)) {
      await this.records(block.words.subarray(from * RECORD_WORDS, end * RECORD_WORDS));
      return;
    }
    const output = this.#output;
    for (let at = from; at < end; ) {
      if (output.room === 0) await this.#give();
      at += this.#runs.cut(block, at, end, output);
    }
  }

  /** Takes segments by address, flags, length. */
  async records(words: Uint32Array): Promise<void> {
    if (this.#runs.held) await this.#flush();
    const output = this.#output;
    for (let from = 0; from < words.length; ) {
      if (output.room === 0) await this.#give();
      const part = words.subarray(from, from + output.room * RECORD_WORDS);
      output.block.words.set(part, output.at * RECORD_WORDS);
      output.at += part.length / RECORD_WORDS;
      output.room -= part.length / RECORD_WORDS;
      from += part.length;
    }
  }

  /** All are there. */
  async finish(): Promise<void> {
    await this.#flush();
    if (this.#output.at !== 0) await this.#give();
    await this.#taken;
  }

  free(): void {
    this.#runs.free();
    this.#output.free();
  }

  async #flush(): Promise<void> {
    while (this.#runs.held) {
      if (this.#output.room === 0) await this.#give();
      this.#runs.flush(this.#output);
    }
  }

  /** Copies the output, and lets it be written while the next is made. */
  async #give(): Promise<void> {
    const output = this.#output;
    const words = this.#spare;
    output.block.copyTo(words, 0, output.at * RECORD_WORDS);
    const table = new Table(PACKAGE, words.subarray(0, output.at * RECORD_WORDS));
    output.clear();
    await this.#taken;
    this.#taken = this.#take(table);
    // Whoever waits for it hears of the error; that it is heard of later is no fault.
    this.#taken.catch(() => {});
    this.#spare = this.#taking;
    this.#taking = words;
  }
}
