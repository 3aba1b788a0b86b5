import { expected } from "../core/errors.js";
import { type Column, PackedRecords } from "../core/input.js";
import { emptyRange, Fields, fitsRecord, packRange, storeRange } from "../core/range-fields.js";
import { faultOf, isIterable, type Range, RECORD_BYTES, RECORD_WORDS } from "../core/record.js";
import { isTable, type Table } from "../core/table.js";
import { counted } from "../core/wording.js";
import { type Ahead, aheadOfRanges, aheadOfRecords } from "./ahead.js";
import type { Block, Coalescer, Engine, RecordsSource, Source } from "./engine.js";
import type { GrowingOutput } from "./growing-output.js";

/** Records packed from objects at a time: they stay in the first-level cache until the kernel reads them. */
const PACK_RECORDS = 1024;

/** What else a call that takes inputs can do. */
export const MAY_SKIP = " (or skipEmpty)";

/** Records that lie in the memory of the engine already. */
export class PlacedRecords {
  readonly block: Block;
  readonly count: number;

  constructor(block: Block, count: number) {
    this.block = block;
    this.count = count;
  }
}

/**
 * A form of input that gives itself to a coalescer: a bundle has the code of the forms that it makes, and no other.
 */
export abstract class Form {
  /** Elements. */
  abstract readonly count: number;
  /** @internal @throws {TypeError} @throws {RangeError} An element is not valid. @throws {SegringError} OUT_OF_MEMORY */
  abstract take(intake: Intake, output: GrowingOutput): void;
}

/** What a `RangeInput` is here, where the forms are not known one by one, or records in the engine's memory. */
type TakenInput = Iterable<Range> | Table | Form | PackedRecords | PlacedRecords;

/** At least so many records, in words or a block that the engine reads as they are; undefined for other inputs. */
export function recordsOf(engine: Engine, input: TakenInput, least: number): Source | undefined {
  if (!(input instanceof PackedRecords || input instanceof PlacedRecords) || input.count < least) return undefined;
  if (input instanceof PlacedRecords) return input;
  const block = PackedRecords.signedOf(input);
  if (block === undefined || engine.mustCopy(block, PackedRecords.bufferOf(input))) return undefined;
  return { block, count: input.count };
}

/** Gives a coalescer inputs of all forms, whole, one after the other. */
export class Intake {
  readonly engine: Engine;
  /** What takes the elements. */
  readonly coalescer: Coalescer;
  /**
   * Where objects are packed: outside the engine's memory, because the iterator that yields objects may make that memory
   * grow. Made for the first object: fresh memory would take a tenth of the time that a mapper takes to be made.
   */
  #packing: Uint32Array | undefined;
  #packed: Int32Array | undefined;
  readonly #fields = new Fields();

  constructor(engine: Engine, coalescer: Coalescer) {
    this.engine = engine;
    this.coalescer = coalescer;
  }

  /** @throws {TypeError} @throws {RangeError} An element is not valid, or the input none. @throws {SegringError} OUT_OF_MEMORY */
  take(input: TakenInput, output: GrowingOutput): void {
    if (input instanceof PackedRecords) {
      const { count } = input;
      const words = PackedRecords.signedOf(input);
      if (words !== undefined && !this.engine.mustCopy(words, PackedRecords.bufferOf(input))) {
        this.takeRecords(words, 0, count, output);
        return;
      }
      const source = this.apart(input.bytes);
      checkAttached("input.bytes", source.byteLength, count * RECORD_BYTES);
      this.takeRecords(source, 0, count, output);
    } else if (isTable(input)) {
      const bytes = this.apart(input.bytes);
      checkAttached("input.bytes", bytes.byteLength, input.length * RECORD_BYTES);
      this.takeRecords(bytes, 0, input.length, output);
    } else if (input instanceof Form) {
      input.take(this, output);
    } else if (input instanceof PlacedRecords) {
      this.takeRecords(input.block, 0, input.count, output);
    } else {
      this.#takeRanges(input, output);
    }
  }

  /** The elements where the engine can read them: a copy only where the engine needs one. */
  apart<T extends Uint8Array | Column>(view: T): T {
    if (!this.engine.mustCopy(view)) return view;
    // slice() of a Node Buffer is no copy.
    return (view instanceof Uint8Array ? new Uint8Array(view) : view.slice()) as T;
  }

  /** Takes the records from `start` up to `end`. @throws {RangeError} One is not valid. @throws {SegringError} OUT_OF_MEMORY */
  takeRecords(source: RecordsSource, start: number, end: number, output: GrowingOutput, after?: Ahead): void {
    const coalescer = this.coalescer;
    for (let from = start; from < end; ) {
      if (output.room === 0) {
        output.grow(
          coalescer,
          aheadOfRecords(coalescer, () => bytesOf(source), from, end, after),
        );
      }
      from += coalescer.records(source, from, end, output);
      if (coalescer.bad) throw new RangeError(`record ${counted(from)}: ${faultOf(bytesOf(source), from)}`);
    }
  }

  /** Objects are packed into records, a block at a time; one that a record cannot hold goes by itself. */
  #takeRanges(input: Iterable<Range>, output: GrowingOutput): void {
    checkIterable(input);
    const { skipEmpty } = this.coalescer;
    this.#packing ??= new Uint32Array(PACK_RECORDS * RECORD_WORDS);
    const words = this.#packing;
    this.#packed ??= new Int32Array(words.buffer);
    const fields = this.#fields;
    let packed = 0;
    let index = 0;
    const after = aheadOfRanges(this.coalescer, input, () => index);
    const takePacked = () => {
      this.takeRecords(this.#packed as Int32Array, 0, packed, output, after);
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
          this.takeOne(fields, output, after);
        }
      } else if (!skipEmpty) {
        throw emptyRange(index, MAY_SKIP);
      }
      index++;
    }
    takePacked();
  }

  /** Takes a range that may be longer than a record. */
  takeOne(range: Fields, output: GrowingOutput, after?: Ahead): void {
    const coalescer = this.coalescer;
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
export function checkAttached(name: string, found: number, count: number): void {
  if (found !== count)
    throw new TypeError(expected(name, `${count} elements still, of a buffer that is not detached`, found));
}
