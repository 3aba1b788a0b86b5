import { expected } from "../core/errors.js";
import { type Column, Columns, PackedRecords, PageFrames, type RangeInput } from "../core/input.js";
import type { CheckedLimits } from "../core/limits.js";
import { PACKAGE } from "../core/package-key.js";
import { emptyRange, Fields, packRange } from "../core/range-fields.js";
import { faultOf, type Range, RECORD_BYTES, RECORD_WORDS } from "../core/record.js";
import { SegmentTable } from "../core/segment-table.js";
import { type Ahead, aheadOfColumns, aheadOfFrames, aheadOfRanges, aheadOfRecords } from "./ahead.js";
import type { Block, Coalescer, Engine, RecordsSource } from "./engine.js";
import { FIRST_OUTPUT_RECORDS, GrowingOutput } from "./growing-output.js";
import { LentBlock, type Result } from "./results.js";
import { unite } from "./union.js";

/** Records packed from objects at a time: they stay in the first-level cache until the kernel reads them. */
const PACK_RECORDS = 1024;

/** Room for the first segments, once there were more than a few. A first-level cache holds it beside the stage. */
const LARGE_FIRST_RECORDS = 2048;

/** Records that lie in the memory of the engine already. */
export class PlacedRecords {
  readonly block: Block;
  readonly count: number;

  constructor(block: Block, count: number) {
    this.block = block;
    this.count = count;
  }
}

/** Whole inputs through one coalescer, one after the other. */
export class Batch {
  readonly #engine: Engine;
  readonly #limits: CheckedLimits;
  readonly #coalescer: Coalescer;
  /** Where the first segments go: kept, because most results are small and a new block costs more than they do. */
  #first: Block;
  /** Where objects are packed: outside the engine's memory, because whoever yields them may make that grow. */
  readonly #packing = new Uint32Array(PACK_RECORDS * RECORD_WORDS);
  readonly #lent: LentBlock;
  /** A call is at work: only an iterable that calls the mapper while it is read can see that. */
  busy = false;
  #freeLater = false;

  /** @param inPlace It is given records of the engine's blocks only. @throws {SegringError} OUT_OF_MEMORY */
  constructor(engine: Engine, limits: CheckedLimits, inPlace = false) {
    this.#engine = engine;
    this.#limits = limits;
    this.#lent = new LentBlock(engine);
    this.#coalescer = engine.coalescer(limits, inPlace);
    try {
      this.#first = engine.allocate(FIRST_OUTPUT_RECORDS * RECORD_BYTES);
    } catch (error) {
      this.#coalescer.free();
      throw error;
    }
  }

  /**
   * Coalesces an input.
   * Whatever is thrown, nothing is held back afterwards and the engine's memory is free again.
   */
  coalesce<T>(input: RangeInput | PlacedRecords, skipEmpty: boolean, result: Result<T>): T {
    this.#coalescer.uncut = false;
    return this.#collect(input, skipEmpty, result.first, (output) => result.take(output.chunks));
  }

  /**
   * Unites an input as byte sets, one for each kind. Runs are coalesced first: what is sorted and apart is done then, and
   * what is not has fewer records to sort.
   */
  union<T>(input: RangeInput | PlacedRecords, skipEmpty: boolean, gapBytes: bigint, result: Result<T>): T {
    this.#coalescer.uncut = true;
    return this.#collect(input, skipEmpty, result.first, (runs) =>
      unite(this.#engine, this.#limits, runs, gapBytes, result.take),
    );
  }

  /** A result that stays in the engine's memory until the next one of these, or `takeBack`. @param count Segments, roughly. */
  lend(count: number): Result<Uint32Array> {
    return this.#lent.result(count, FIRST_OUTPUT_RECORDS);
  }

  /** Frees what was lent. */
  takeBack(): void {
    this.#lent.free();
  }

  #collect<T>(
    input: RangeInput | PlacedRecords,
    skipEmpty: boolean,
    first: Block = this.#first,
    resultOf: (output: GrowingOutput) => T,
  ): T {
    const coalescer = this.#coalescer;
    const output = new GrowingOutput(this.#engine, this.#limits, first);
    coalescer.skipEmpty = skipEmpty;
    this.busy = true;
    try {
      this.#take(input, output);
      while (coalescer.held) {
        if (output.room === 0) output.grow(coalescer);
        coalescer.flush(output);
      }
      return resultOf(output);
    } finally {
      this.busy = false;
      coalescer.reset();
      const isLarge = output.hasGrown && first === this.#first;
      output.free();
      if (isLarge) this.#enlargeFirst();
      if (this.#freeLater) this.free();
    }
  }

  /** Whoever has more segments than fit once will have them again: the next call needs no more blocks for a few. */
  #enlargeFirst(): void {
    const bytes = LARGE_FIRST_RECORDS * RECORD_BYTES;
    if (this.#first.byteLength >= bytes || this.#engine.room < 64 * bytes) return;
    try {
      const block = this.#engine.allocate(bytes);
      this.#first.free();
      this.#first = block;
    } catch {
      // The platform has no more: as before.
    }
  }

  /** Gives the memory back, at the end of the call that is at work. */
  free(): void {
    this.#freeLater = this.busy;
    if (this.busy) return;
    this.#coalescer.free();
    this.#first.free();
    this.#lent.free();
  }

  /** The same elements where the engine can read them, a copy if it must be. */
  #apart<T extends Uint8Array | Column>(view: T): T {
    if (!this.#engine.mustCopy(view)) return view;
    // slice() of a Node Buffer is no copy.
    return (view instanceof Uint8Array ? new Uint8Array(view) : view.slice()) as T;
  }

  #take(input: RangeInput | PlacedRecords, output: GrowingOutput): void {
    const coalescer = this.#coalescer;
    if (input instanceof PackedRecords) {
      const { count } = input;
      const words = PackedRecords.signedOf(input);
      const source = words !== undefined && !this.#engine.mustCopy(words) ? words : this.#apart(input.bytes);
      checkAttached("input.bytes", source.byteLength, count * RECORD_BYTES);
      takeRecords(coalescer, source, count, output, () => bytesOf(source));
    } else if (SegmentTable.isTable(input)) {
      const bytes = this.#apart(input.bytes);
      checkAttached("input.bytes", bytes.byteLength, input.length * RECORD_BYTES);
      takeRecords(coalescer, bytes, input.length, output, () => bytes);
    } else if (input instanceof Columns) {
      const { addr, length, flags } = input;
      checkAttached("addr", addr.length, input.count);
      checkAttached("length", length.length, input.count);
      if (flags !== undefined) checkAttached("flags", flags.length, input.count);
      takeColumns(
        coalescer,
        new Columns(PACKAGE, this.#apart(addr), this.#apart(length), flags && this.#apart(flags)),
        output,
      );
    } else if (input instanceof PageFrames) {
      checkAttached("pfns", input.frames.length, input.count);
      takeFrames(coalescer, input.with(this.#apart(input.frames)), output);
    } else if (input instanceof PlacedRecords) {
      takeRecords(coalescer, input.block, input.count, output, () => input.block.bytes);
    } else {
      takeRanges(coalescer, this.#packing, input, output);
    }
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** An array whose buffer was transferred, or grew away, has no elements left. */
function checkAttached(name: string, found: number, count: number): void {
  if (found !== count)
    throw new TypeError(expected(name, `${count} elements still, of a buffer that is not detached`, found));
}

function takeRecords(
  coalescer: Coalescer,
  source: RecordsSource,
  count: number,
  output: GrowingOutput,
  bytesOf: () => Uint8Array,
  after?: Ahead,
): void {
  for (let from = 0; from < count; ) {
    if (output.room === 0) output.grow(coalescer, aheadOfRecords(coalescer, bytesOf, from, count, after));
    from += coalescer.records(source, from, count, output);
    if (coalescer.bad) {
      throw new RangeError(`record ${from}: ${faultOf(bytesOf(), from)}`);
    }
  }
}

function takeColumns(coalescer: Coalescer, source: Columns, output: GrowingOutput): void {
  const { count } = source;
  for (let from = 0; from < count; ) {
    if (output.room === 0) output.grow(coalescer, aheadOfColumns(coalescer, source, from));
    from += coalescer.columns(source, from, source.count, output);
    if (coalescer.bad) {
      // The same rules as for objects, so the same words.
      const range = { addr: source.addr[from], length: source.length[from], flags: source.flags?.[from] } as Range;
      if (!new Fields().read(range, from)) throw emptyRange(from);
    }
  }
}

function takeFrames(coalescer: Coalescer, source: PageFrames, output: GrowingOutput): void {
  const { frames, firstOffset, lastUnused } = source;
  // Only the first and the last page may be used in part: those two are ranges, what lies between are frames.
  let from = 0;
  let end = frames.length;
  if (firstOffset !== 0 || (lastUnused !== 0 && end === 1)) {
    takePart(coalescer, source, 0, firstOffset, end === 1 ? lastUnused : 0, output);
    from = 1;
  }
  if (lastUnused !== 0 && end > from) end--;
  while (from < end) {
    if (output.room === 0) output.grow(coalescer, aheadOfFrames(coalescer, source, from, end));
    from += coalescer.frames(source, from, end, output);
    if (coalescer.bad) throw frameFault(source, from);
  }
  if (end < frames.length) takePart(coalescer, source, end, 0, lastUnused, output);
}

/** A page without `skip` bytes at its start and `unused` at its end. */
function takePart(
  coalescer: Coalescer,
  source: PageFrames,
  index: number,
  skip: number,
  unused: number,
  output: GrowingOutput,
): void {
  const frame = source.frames[index] as number | bigint;
  const pageBytes = 2 ** source.pageShift;
  if (!(typeof frame === "bigint" || Number.isSafeInteger(frame)) || frame < 0) throw frameFault(source, index);
  const addr = BigInt(frame) * BigInt(pageBytes) + BigInt(skip);
  if ((BigInt(frame) + 1n) * BigInt(pageBytes) > 1n << 64n) throw frameFault(source, index);
  const fields = new Fields();
  fields.read({ addr, length: pageBytes - skip - unused, flags: source.flags });
  takeOne(coalescer, fields, output);
}

function frameFault(source: PageFrames, index: number): RangeError {
  return new RangeError(
    expected(
      `pfns[${index}]`,
      `an integer with (pfn + 1) * ${2 ** source.pageShift} up to 2^64`,
      source.frames[index] as number | bigint,
    ),
  );
}

/** Objects are packed into records, a block at a time; one that a record cannot hold goes by itself. */
function takeRanges(coalescer: Coalescer, words: Uint32Array, input: Iterable<Range>, output: GrowingOutput): void {
  if (typeof input !== "object" || input === null || !(Symbol.iterator in input)) {
    throw new TypeError(
      expected("input", "an iterable of ranges, a SegmentTable, columns, pageFrames or packedRecords", input),
    );
  }
  const { skipEmpty } = coalescer;
  const fields = new Fields();
  const bytes = new Uint8Array(words.buffer);
  let packed = 0;
  let index = 0;
  const after = aheadOfRanges(coalescer, input, () => index);
  const takePacked = () => {
    takeRecords(coalescer, bytes, packed, output, () => bytes, after);
    packed = 0;
  };
  for (const range of input) {
    if (packed === PACK_RECORDS) takePacked();
    if (packRange(range, words, packed * RECORD_WORDS)) {
      packed++;
    } else if (fields.read(range, index)) {
      if (fields.fitsRecord) {
        fields.store(words, packed++ * RECORD_WORDS);
      } else {
        takePacked();
        takeOne(coalescer, fields, output, after);
      }
    } else if (!skipEmpty) {
      throw emptyRange(index);
    }
    index++;
  }
  takePacked();
}

function takeOne(coalescer: Coalescer, range: Fields, output: GrowingOutput, after?: Ahead): void {
  if (output.room === 0) output.grow(coalescer, after);
  while (!coalescer.range(range, output)) output.grow(coalescer, after);
}
