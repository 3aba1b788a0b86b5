import { packedRecords } from "../core/input.js";
import { PACKAGE } from "../core/package-key.js";
import { countPages, placeOfPage } from "../core/page-counts.js";
import { RECORD_BYTES, RECORD_WORDS } from "../core/record.js";
import { Table } from "../core/table.js";
import { Batch } from "../engine/batch.js";
import type { Block, Chunk, Engine } from "../engine/engine.js";
import { copyChunks, countOf, SPARE_RECORDS } from "../engine/growing-output.js";
import { PlacedRecords } from "../engine/intake.js";
import { jsEngine } from "../engine/js.js";
import { PageFrames } from "../engine/page-frames.js";
import type { RangeInput } from "../engine/range-input.js";
import { wasmEngine } from "../engine/wasm.js";
import { writeFrames } from "../mapper/frame-lists.js";
import { firstOpen, firstRuns } from "./ends.js";
import type {
  CountTask,
  How,
  ListTask,
  Mapped,
  MapTask,
  OpenMessage,
  PartedWords,
  PartTask,
  Piece,
  PlaceTask,
  Task,
  WriteTask,
} from "./messages.js";
import { Parting } from "./parting.js";

/** Segments that a worker holds, at the start of a block of its engine. */
interface Slot {
  readonly block: Block;
  readonly count: number;
}

/** What only the owner of a worker knows. */
export interface Skills {
  /** Reads what `read` of a piece names. */
  read(piece: unknown): RangeInput;
  /** Writes segments to memory where they fit. Gives the bytes. */
  write(segments: Uint32Array, target: Uint8Array, how: unknown): number;
}

/** What a worker works with: it does one task after another. */
export class Workplace {
  readonly #engine: Engine;
  readonly #batch: Batch;
  readonly #parting: Parting;
  readonly #skills: Skills | undefined;
  readonly #slots = new Map<number, Slot>();
  #lastSlot = 0;

  /** @throws {TypeError} `module` is of another version. @throws {SegringError} OUT_OF_MEMORY */
  constructor({ module, limits, maxMemoryBytes }: OpenMessage, skills: Skills | undefined) {
    this.#engine = module === undefined ? jsEngine(maxMemoryBytes) : wasmEngine(module, maxMemoryBytes);
    this.#batch = new Batch(this.#engine, limits);
    this.#parting = new Parting(this.#engine);
    this.#skills = skills;
  }

  /** @throws {RangeError} A range is not valid. @throws {SegringError} OUT_OF_MEMORY, or what a reader throws. */
  do(task: Task): unknown {
    switch (task.do) {
      case "map":
        return this.#map(task);
      case "place":
        return this.#place(task);
      case "write":
        return this.#write(task);
      case "fetch":
        return this.#wordsOf(task.slot).slice();
      case "drop":
        return this.#drop(task.slot);
      case "part":
        return this.#part(task);
      case "count":
        return countBlocks(task);
      case "list":
        return this.#list(task);
    }
  }

  #map({ piece, how, border }: MapTask): Mapped {
    const slot = this.#withInput(piece, (input, count) => this.#hold(input, count, how));
    const id = ++this.#lastSlot;
    this.#slots.set(id, slot);
    const { count } = slot;
    const words = this.#wordsOf(id);
    const open = how.union ? firstOpen(words, how.gapBytes, border) : Math.max(count - 1, 0);
    return { slot: id, count, head: firstRuns(words), tail: words.slice(open * RECORD_WORDS) };
  }

  /** Maps ranges to a block of their own. @param likely Segments that are expected; 0: nobody knows. */
  #hold(input: RangeInput | PlacedRecords, likely: number, { union, gapBytes, skipEmpty }: How): Slot {
    const engine = this.#engine;
    const first = this.#roomFor(likely);
    const take = (chunks: readonly Chunk[]): Slot => {
      const count = countOf(chunks);
      // A block that is mostly empty would be held as long as a full one.
      const isKept = first !== undefined && chunks.length === 1 && chunks[0]?.block === first && count * 2 >= likely;
      return isKept ? { block: first, count } : copied(engine, chunks);
    };
    let slot: Slot | undefined;
    try {
      slot = union
        ? this.#batch.union(input, skipEmpty, gapBytes, { first, take })
        : this.#batch.coalesce(input, skipEmpty, { first, take });
      return slot;
    } finally {
      if (slot?.block !== first) first?.free();
    }
  }

  /**
   * A block for the segments of so many ranges. Undefined where nobody knows how many, or memory is short: there may be far
   * fewer segments.
   */
  #roomFor(ranges: number): Block | undefined {
    if (ranges === 0) return undefined;
    try {
      return this.#engine.allocate((ranges + SPARE_RECORDS) * RECORD_BYTES);
    } catch {
      return undefined;
    }
  }

  #place({ slot, from, to, target, before }: PlaceTask): Uint32Array | undefined {
    const words = this.#wordsOf(slot).subarray(from * RECORD_WORDS, to * RECORD_WORDS);
    let all: Uint32Array | undefined;
    if (target === undefined) {
      all = new Uint32Array((before?.length ?? 0) + words.length);
      all.set(before ?? []);
      all.set(words, before?.length);
    } else {
      target.set(words);
    }
    this.#drop(slot);
    return all;
  }

  #write({ slot, from, to, before, target, how }: WriteTask): number {
    const { write } = this.#skills as Skills;
    const words = this.#wordsOf(slot).subarray(from * RECORD_WORDS, to * RECORD_WORDS);
    const first = write(before, target, how);
    const bytes = first + write(words, target.subarray(first), how);
    this.#drop(slot);
    return bytes;
  }

  #part({ piece, skipEmpty, shift, target }: PartTask) {
    const parting = this.#parting;
    const asIs = "words" in piece ? parting.partApart(piece.words, shift, target) : undefined;
    return asIs ?? this.#withInput(piece, (input) => parting.part(input, skipEmpty, shift, target));
  }

  #list({ words, pageShift: shift, addresses, offset, target }: ListTask): void {
    const place = placeOfPage(words, shift, BigInt(offset)) ?? { record: 0, done: 0 };
    const wanted = { table: new Table(PACKAGE, words), numbers: { shift, scale: addresses ? shift : 0 }, place };
    writeFrames(this.#engine, { ...wanted, from: BigInt(offset), maxCount: target.length }, target);
  }

  #wordsOf(slot: number): Uint32Array {
    const { block, count } = this.#slots.get(slot) as Slot;
    return block.firstWords(count * RECORD_WORDS);
  }

  #drop(slot: number): void {
    this.#slots.get(slot)?.block.free();
    this.#slots.delete(slot);
  }

  /** Calls back with the ranges of a piece, in one place, and how many they are. */
  #withInput<T>(piece: Piece, use: (input: RangeInput | PlacedRecords, count: number) => T): T {
    if ("read" in piece) return use((this.#skills as Skills).read(piece.read), 0);
    if ("frames" in piece) {
      const frames = new PageFrames(PACKAGE, piece.frames.frames, piece.frames);
      return use(frames, frames.count);
    }
    if ("words" in piece) {
      const { buffer, byteOffset, byteLength } = piece.words;
      return use(packedRecords(new Uint8Array(buffer, byteOffset, byteLength)), byteLength / RECORD_BYTES);
    }
    const { block, count } = gathered(this.#engine, piece.parted);
    try {
      return use(new PlacedRecords(block, count), count);
    } finally {
      block.free();
    }
  }
}

/** Records of several places in one block. */
function gathered(engine: Engine, { words, places }: PartedWords): Slot {
  let count = 0;
  for (let at = 0; at < places.length; at += 2) count += (places[at + 1] as number) - (places[at] as number);
  const block = engine.allocate(count * RECORD_BYTES);
  const all = block.words;
  let to = 0;
  for (let at = 0; at < places.length; at += 2) {
    const some = words.subarray((places[at] as number) * RECORD_WORDS, (places[at + 1] as number) * RECORD_WORDS);
    all.set(some, to);
    to += some.length;
  }
  return { block, count };
}

function copied(engine: Engine, chunks: readonly Chunk[]): Slot {
  const count = countOf(chunks);
  const block = engine.allocate(count * RECORD_BYTES);
  copyChunks(chunks, block.words);
  return { block, count };
}

/** Pages of each block of segments. A sum of 2^20 numbers up to 2^33 is exact. */
function countBlocks({ words, shift, block }: CountTask): Float64Array {
  const step = block * RECORD_WORDS;
  const counts = new Float64Array(Math.ceil(words.length / step));
  for (let index = 0; index < counts.length; index++) {
    counts[index] = Number(countPages(words.subarray(index * step, (index + 1) * step), shift));
  }
  return counts;
}
