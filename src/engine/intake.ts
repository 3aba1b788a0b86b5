import { expected } from "../core/errors.js";
import { type Column, Columns, PackedRecords, PageFrames, type RangeInput } from "../core/input.js";
import { PACKAGE } from "../core/package-key.js";
import { emptyRange, Fields, fitsRecord, packRange, storeRange } from "../core/range-fields.js";
import { faultOf, isIterable, type Range, RECORD_BYTES, RECORD_WORDS } from "../core/record.js";
import { isTable } from "../core/table.js";
import { counted } from "../core/wording.js";
import { type Ahead, aheadOfColumns, aheadOfFrames, aheadOfRanges, aheadOfRecords } from "./ahead.js";
import type { Block, Coalescer, Engine, RecordsSource } from "./engine.js";
import type { GrowingOutput } from "./growing-output.js";

/** Records packed from objects at a time: they stay in the first-level cache until the kernel reads them. */
const PACK_RECORDS = 1024;

/** What else a call that takes inputs can do. */
const MAY_SKIP = " (or skipEmpty)";

/** Records that lie in the memory of the engine already. */
export class PlacedRecords {
  readonly block: Block;
  readonly count: number;

  constructor(block: Block, count: number) {
    this.block = block;
    this.count = count;
  }
}

/** Gives a coalescer inputs of all forms, whole, one after the other. */
export class Intake {
  readonly #engine: Engine;
  readonly #coalescer: Coalescer;
  /** Where objects are packed: outside the engine's memory, because the iterator that yields objects may make that memory grow. */
  readonly #packing = new Uint32Array(PACK_RECORDS * RECORD_WORDS);
  readonly #packed = new Int32Array(this.#packing.buffer);
  readonly #fields = new Fields();

  constructor(engine: Engine, coalescer: Coalescer) {
    this.#engine = engine;
    this.#coalescer = coalescer;
  }

  /** @throws {TypeError} @throws {RangeError} An element is not valid, or the input none. @throws {SegringError} OUT_OF_MEMORY */
  take(input: RangeInput | PlacedRecords, output: GrowingOutput): void {
    if (input instanceof PackedRecords) {
      const { count } = input;
      const words = PackedRecords.signedOf(input);
      if (words !== undefined && !this.#engine.mustCopy(words, PackedRecords.bufferOf(input))) {
        this.#takeRecords(words, count, output);
        return;
      }
      const source = this.#apart(input.bytes);
      checkAttached("input.bytes", source.byteLength, count * RECORD_BYTES);
      this.#takeRecords(source, count, output);
    } else if (isTable(input)) {
      const bytes = this.#apart(input.bytes);
      checkAttached("input.bytes", bytes.byteLength, input.length * RECORD_BYTES);
      this.#takeRecords(bytes, input.length, output);
    } else if (input instanceof Columns) {
      this.#takeColumns(this.#attached(input), output);
    } else if (input instanceof PageFrames) {
      checkAttached("pfns", input.frames.length, input.count);
      this.#takeFrames(input.with(this.#apart(input.frames)), output);
    } else if (input instanceof PlacedRecords) {
      this.#takeRecords(input.block, input.count, output);
    } else {
      this.#takeRanges(input, output);
    }
  }

  /** The elements where the engine can read them: a copy only where the engine needs one. */
  #apart<T extends Uint8Array | Column>(view: T): T {
    if (!this.#engine.mustCopy(view)) return view;
    // slice() of a Node Buffer is no copy.
    return (view instanceof Uint8Array ? new Uint8Array(view) : view.slice()) as T;
  }

  #attached({ addr, length, flags, count }: Columns): Columns {
    checkAttached("addr", addr.length, count);
    checkAttached("length", length.length, count);
    if (flags !== undefined) checkAttached("flags", flags.length, count);
    return new Columns(PACKAGE, this.#apart(addr), this.#apart(length), flags && this.#apart(flags));
  }

  #takeRecords(source: RecordsSource, count: number, output: GrowingOutput, after?: Ahead): void {
    const coalescer = this.#coalescer;
    for (let from = 0; from < count; ) {
      if (output.room === 0) {
        output.grow(
          coalescer,
          aheadOfRecords(coalescer, () => bytesOf(source), from, count, after),
        );
      }
      from += coalescer.records(source, from, count, output);
      if (coalescer.bad) throw new RangeError(`record ${counted(from)}: ${faultOf(bytesOf(source), from)}`);
    }
  }

  #takeColumns(source: Columns, output: GrowingOutput): void {
    const coalescer = this.#coalescer;
    const { count } = source;
    for (let from = 0; from < count; ) {
      if (output.room === 0) output.grow(coalescer, aheadOfColumns(coalescer, source, from));
      from += coalescer.columns(source, from, count, output);
      if (coalescer.bad) {
        // The rules are those for objects, and so are the messages.
        const range = { addr: source.addr[from], length: source.length[from], flags: source.flags?.[from] } as Range;
        if (!new Fields().read(range, from)) throw emptyRange(from, MAY_SKIP);
      }
    }
  }

  #takeFrames(source: PageFrames, output: GrowingOutput): void {
    const coalescer = this.#coalescer;
    const { frames, firstOffset, lastUnused } = source;
    // Only the first and the last page may be used in part: those two are ranges, what lies between are frames.
    let from = 0;
    let end = frames.length;
    if (firstOffset !== 0 || (lastUnused !== 0 && end === 1)) {
      this.#takeOne(partOf(source, 0, firstOffset, end === 1 ? lastUnused : 0), output);
      from = 1;
    }
    if (lastUnused !== 0 && end > from) end--;
    while (from < end) {
      if (output.room === 0) output.grow(coalescer, aheadOfFrames(coalescer, source, from, end));
      from += coalescer.frames(source, from, end, output);
      if (coalescer.bad) throw frameFault(source, from);
    }
    if (end < frames.length) this.#takeOne(partOf(source, end, 0, lastUnused), output);
  }

  /** Objects are packed into records, a block at a time; one that a record cannot hold goes by itself. */
  #takeRanges(input: Iterable<Range>, output: GrowingOutput): void {
    checkIterable(input);
    const { skipEmpty } = this.#coalescer;
    const words = this.#packing;
    const fields = this.#fields;
    let packed = 0;
    let index = 0;
    const after = aheadOfRanges(this.#coalescer, input, () => index);
    const takePacked = () => {
      this.#takeRecords(this.#packed, packed, output, after);
      packed = 0;
    };
    for (const range of input) {
      if (packed === PACK_RECORDS) takePacked();
      if (packRange(range, words, packed * RECORD_WORDS)) {
        packed++;
      } else if (fields.read(range, index)) {
        if (fitsRecord(fields)) {
          storeRange(fields, words, packed++ * RECORD_WORDS);
        } else {
          takePacked();
          this.#takeOne(fields, output, after);
        }
      } else if (!skipEmpty) {
        throw emptyRange(index, MAY_SKIP);
      }
      index++;
    }
    takePacked();
  }

  #takeOne(range: Fields, output: GrowingOutput, after?: Ahead): void {
    const coalescer = this.#coalescer;
    if (output.room === 0) output.grow(coalescer, after);
    while (!coalescer.range(range, output)) output.grow(coalescer, after);
  }
}

function checkIterable(input: unknown): void {
  if (isIterable(input)) return;
  throw new TypeError(
    expected("input", "an iterable of ranges, a SegmentTable, columns, pageFrames or packedRecords", input),
  );
}

function bytesOf(source: RecordsSource): Uint8Array {
  if (!ArrayBuffer.isView(source)) return source.bytes;
  return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
}

/** An array whose buffer was transferred, or grew away, has no elements left. */
function checkAttached(name: string, found: number, count: number): void {
  if (found !== count)
    throw new TypeError(expected(name, `${count} elements still, of a buffer that is not detached`, found));
}

/** A page without `skip` bytes at its start and `unused` at its end. */
function partOf(source: PageFrames, index: number, skip: number, unused: number): Fields {
  const frame = source.frames[index] as number | bigint;
  const pageBytes = 2 ** source.pageShift;
  if (!(typeof frame === "bigint" || Number.isSafeInteger(frame)) || frame < 0) throw frameFault(source, index);
  const addr = BigInt(frame) * BigInt(pageBytes) + BigInt(skip);
  if ((BigInt(frame) + 1n) * BigInt(pageBytes) > 1n << 64n) throw frameFault(source, index);
  const fields = new Fields();
  fields.read({ addr, length: pageBytes - skip - unused, flags: source.flags });
  return fields;
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
