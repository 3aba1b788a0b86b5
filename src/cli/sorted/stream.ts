import { ADDRESS_SPACE, FULL, NOMERGE, type Range, RECORD_BYTES, RECORD_WORDS, recordAddr } from "../../core/record.js";
import type { Block, Engine, Runs } from "../../engine/engine.js";
import { WIDE } from "../../engine/layout.generated.js";
import { KIND } from "../../engine/union.js";
import { Bag } from "../spill/bag.js";
import { BLOCK_RECORDS } from "../spill/run-file.js";
import type { Segments } from "../spill/segments.js";
import { recordsHeld, type UnionSetting } from "../spill/setting.js";
import { Reach } from "./reach.js";
import type { WideRanges } from "./wide-ranges.js";

/**
 * Unites ranges that come by address. Ranges of one kind are joined as they come. Where ranges of another kind may lie over
 * them, all go to a bag, which is emptied where a range begins behind all of those before it, further than the gap.
 */
export class SortedStream {
  readonly #engine: Engine;
  readonly #segments: Segments;
  readonly #wide: WideRanges;
  readonly #bag: Bag;
  readonly #reach: Reach;
  readonly #inspector: Runs;
  readonly #joiner: Runs;
  readonly #input: Block;
  readonly #joined: Block;
  /** Records that are taken at a time: with little memory, what lies apart in them must not fill the bag. */
  readonly #step: number;
  /** Of the run that the joiner holds; undefined: it holds none. */
  #kind: number | undefined;

  constructor(setting: UnionSetting, segments: Segments, wide: WideRanges) {
    const { engine, limits, gapBytes } = setting;
    this.#engine = engine;
    this.#segments = segments;
    this.#wide = wide;
    this.#bag = new Bag(setting);
    this.#reach = new Reach(gapBytes);
    this.#inspector = engine.runs(limits);
    this.#joiner = engine.runs(limits);
    this.#joiner.reset(gapBytes);
    this.#step = Math.min(BLOCK_RECORDS, Math.floor(recordsHeld(setting) / 2));
    this.#input = engine.allocate(BLOCK_RECORDS * RECORD_BYTES);
    // A call may end a run of the call before, which takes two records.
    this.#joined = engine.allocate((BLOCK_RECORDS + 2) * RECORD_BYTES);
  }

  /** Takes records, which do not lie before those of the call before. @throws {DataError} As a bag. */
  async add(records: Uint32Array): Promise<void> {
    const step = this.#step * RECORD_WORDS;
    // The engine's memory may grow before the second part of them is taken.
    const words = records.length > step && this.#engine.mustCopy(records) ? records.slice() : records;
    for (let from = 0; from < words.length; from += step) {
      const part = words.subarray(from, from + step);
      this.#input.words.set(part);
      await this.#take(part.length / RECORD_WORDS);
    }
  }

  /** Gives what is left. */
  async finish(): Promise<void> {
    const count = this.#joiner.finish(this.#joined, 0);
    await this.#giveJoined(count);
    await this.#giveBag();
  }

  free(): void {
    this.#bag.free();
    this.#inspector.free();
    this.#joiner.free();
    this.#input.free();
    this.#joined.free();
  }

  /** Takes the first records of the input block. */
  async #take(count: number): Promise<void> {
    if (!this.#reach.isEmpty && this.#reach.endsBefore(this.#input.words, 0)) await this.#giveBag();
    const kind = this.#reach.isEmpty ? this.#kindOf(count) : undefined;
    if (kind !== undefined && kind === (this.#kind ?? kind)) {
      this.#kind = kind;
      await this.#giveJoined(this.#joiner.merge(this.#input, count, this.#joined, 0));
      return;
    }
    if (this.#kind !== undefined) {
      await this.#closeRun();
      await this.#take(count);
      return;
    }
    const border = this.#lastBorder(count);
    this.#addToBag(0, border ?? count);
    if (border === undefined) return;
    await this.#giveBag();
    this.#input.words.copyWithin(0, border * RECORD_WORDS, count * RECORD_WORDS);
    await this.#take(count - border);
  }

  /** The kind of these records, if they have one and can be joined as they come. */
  #kindOf(count: number): number | undefined {
    const inspector = this.#inspector;
    inspector.reset(0n);
    inspector.inspect(this.#input, count);
    const { anyFlags, varyingWord } = inspector.shape;
    if (varyingWord.hi & KIND || anyFlags & (NOMERGE | WIDE)) return undefined;
    return (anyFlags & KIND) >>> 0;
  }

  /** The last record that begins behind all of those before it; the bag reaches as far as all of them then. */
  #lastBorder(count: number): number | undefined {
    const { words } = this.#input;
    const reach = this.#reach;
    let border: number | undefined;
    for (let index = 0; index < count; index++) {
      const at = index * RECORD_WORDS;
      if (index !== 0 && reach.endsBefore(words, at)) border = index;
      const flags = words[at + 3] as number;
      if (flags & WIDE) {
        const { addr, length } = this.#wide.get(words[at + 2] as number);
        reach.addLast(BigInt(addr) + BigInt(length) - 1n);
      } else reach.add(words, at);
    }
    return border;
  }

  /** Records up to `end`, of which some may stand for wide ranges. */
  #addToBag(start: number, end: number): void {
    const bag = this.#bag;
    let from = start;
    let { words } = this.#input;
    for (let index = start; index < end; index++) {
      const at = index * RECORD_WORDS;
      if (((words[at + 3] as number) & WIDE) === 0) continue;
      const range = this.#wide.take(words[at + 2] as number);
      bag.addBlock(this.#input, from, index);
      bag.add([range]);
      from = index + 1;
      // The memory may have grown.
      words = this.#input.words;
    }
    bag.addBlock(this.#input, from, end);
  }

  /** Ends the run that the joiner holds: it goes to the bag, unless nothing that comes can lie over it. */
  async #closeRun(): Promise<void> {
    this.#kind = undefined;
    const count = this.#joiner.finish(this.#joined, 0);
    const run = rangeOf(this.#joined.words, count);
    const reach = this.#reach;
    reach.addLast(run.last);
    if (reach.endsBefore(this.#input.words, 0)) {
      reach.clear();
      await this.#giveJoined(count);
    } else this.#bag.add(run.ranges);
  }

  async #giveJoined(count: number): Promise<void> {
    if (count === 0) return;
    const areWide = (this.#joiner.shape.anyFlags & WIDE) !== 0;
    await this.#segments.runs(this.#joined, 0, count, areWide);
  }

  async #giveBag(): Promise<void> {
    this.#reach.clear();
    if (this.#bag.isEmpty) return;
    this.#bag.seal();
    await this.#bag.give(this.#segments);
  }
}

/** A run, which is a record, or a wide one and perhaps its rest. All 2^64 bytes are no range, but two. */
function rangeOf(words: Uint32Array, count: number): { last: bigint; ranges: Range[] } {
  const addr = recordAddr(words, 0);
  const flags = words[3] as number;
  let length = 0n;
  for (let at = 0; at < count * RECORD_WORDS; at += RECORD_WORDS) {
    const len = BigInt(words[at + 2] as number);
    const how = words[at + 3] as number;
    length += how & WIDE ? (len + 1n) << 32n : how & FULL ? 1n << 32n : len;
  }
  const kind = (flags & KIND) >>> 0;
  const half = ADDRESS_SPACE / 2n;
  const ranges =
    length < ADDRESS_SPACE
      ? [{ addr, length, flags: kind }]
      : [
          { addr: 0n, length: half, flags: kind },
          { addr: half, length: half, flags: kind },
        ];
  return { last: addr + length - 1n, ranges };
}
