import type { SegringError } from "../core/errors.js";
import { PackedRecords, packedRecords } from "../core/input.js";
import type { CheckedLimits } from "../core/limits.js";
import { PACKAGE } from "../core/package-key.js";
import { RECORD_BYTES } from "../core/record.js";
import type { Lease } from "../core/record-view.js";
import type { SegmentTable } from "../core/segment-table.js";
import { Table } from "../core/table.js";
import { Batch } from "../engine/batch.js";
import type { Block, Engine, Result } from "../engine/engine.js";
import { type Form, PlacedRecords } from "../engine/intake.js";
import type { RangeInput } from "../engine/range-input.js";
import { OWN } from "../engine/results.js";
import { countRanges } from "../engine/select.js";
import { MapperInput } from "./input-records.js";

/**
 * The engines of a mapper: `main` for packed input and, where there is one, `small` for inputs that are too small for
 * `main` to pay off.
 */
export interface Engines {
  readonly main: Engine;
  readonly small?: Engine;
}

/** An engine, and what runs whole inputs through it. */
interface Seat {
  readonly engine: Engine;
  readonly batch: Batch;
}

/** The engine whose memory holds the records of `input`. */
interface InputSeat extends Seat {
  readonly block: Block;
  readonly records: MapperInput;
}

/** What is mapped: what callers may give, or a form that is made for a call. */
type Source = RangeInput | Form;

/** Runs an input through a batch. */
export type Call = <T>(batch: Batch, input: Source | PlacedRecords, result: Result<T>) => T;

/** Decides which engine of a mapper runs a call, and in whose memory the input and the result lie. */
export class Seats {
  readonly main: Seat;
  readonly #small: Seat;
  readonly #limits: CheckedLimits;
  #input: InputSeat | undefined;
  /** Of the table that was lent last. */
  #lease: Lease | undefined;

  /** @throws {SegringError} OUT_OF_MEMORY */
  constructor({ main, small }: Engines, limits: CheckedLimits) {
    this.#limits = limits;
    this.main = { engine: main, batch: new Batch(main, limits) };
    this.#small = small === undefined ? this.main : { engine: small, batch: new Batch(small, limits) };
  }

  /** Ends the lease of the lent table, because there is another call. */
  endLease(): void {
    if (this.#lease !== undefined) this.#lease.isOver = true;
    this.#lease = undefined;
  }

  /**
   * The table that a call gives, with its own memory or lent. @throws {SegringError} STALE, CLOSED: records of an
   * earlier `input`
   */
  table(input: Source, isSmall: boolean, borrow: boolean, call: Call): SegmentTable {
    // What a call within a call gives would be gone with its batch, or have the lease of the outer call. Who maps records of
    // `input` calls nobody meanwhile.
    const lends = borrow && !(this.main.batch.busy || this.#small.batch.busy);
    return this.run(input, isSmall, (batch, source) => {
      if (!lends) {
        batch.takeBack();
        return new Table(PACKAGE, call(batch, source, OWN));
      }
      const words = call(batch, source, batch.lend(countRanges(input)));
      this.#lease = { isOver: false };
      return new Table(PACKAGE, words, this.#lease);
    });
  }

  /**
   * Works with the batch of an engine and the input as that engine reads it: records of `input` where they lie.
   *
   * @param isSmall The engine for small inputs takes it, where there is one; but no records of `input`.
   */
  run<T>(input: Source, isSmall: boolean, work: (batch: Batch, source: Source | PlacedRecords) => T): T {
    const seat = isSmall ? this.#small : this.main;
    const records = input instanceof PackedRecords ? PackedRecords.sourceOf(input) : undefined;
    if (!(records instanceof MapperInput)) return this.#workOn(seat, input, work);
    const { block } = records;
    const own = this.#input;
    // A kernel that reads them there is faster than a view of them, few as they may be.
    if (own?.records === records) {
      try {
        return this.#workOn(own, new PlacedRecords(block, (input as PackedRecords).count), work);
      } catch (error) {
        // Beside the records there is no room for the result.
        if (own.engine === this.main.engine || (error as SegringError)?.code !== "OUT_OF_MEMORY") throw error;
      }
    }
    return this.#workOn(seat, packedRecords(records.bytes), work);
  }

  #workOn<T>(
    { engine, batch }: Seat,
    source: Source | PlacedRecords,
    work: (batch: Batch, source: Source | PlacedRecords) => T,
  ): T {
    if (!batch.busy) return work(batch, source);
    // An iterable calls the mapper while it is read: that call gets a coalescer of its own.
    const inner = new Batch(engine, this.#limits);
    try {
      return work(inner, source);
    } finally {
      inner.free();
    }
  }

  /**
   * Records of zeros, in memory that does not grow; the earlier records are released. @throws {SegringError}
   * OUT_OF_MEMORY
   */
  input(count: number): PackedRecords {
    const byteLength = count * RECORD_BYTES;
    const before = this.#input;
    const fits = before !== undefined && before.block.byteLength >= byteLength;
    const seat = fits ? before : this.#newInput(byteLength);
    before?.records.release(false);
    seat.block.bytes.fill(0, 0, byteLength);
    const records = new MapperInput(seat.block, byteLength);
    this.#input = { ...seat, records };
    return new PackedRecords(PACKAGE, records, count);
  }

  /** Memory for records. That of the records before is given back, unless there is none for these. */
  #newInput(byteLength: number): Omit<InputSeat, "records"> {
    const { engine, block } = this.main.engine.pinned(byteLength);
    try {
      const batch = engine === this.main.engine ? this.main.batch : new Batch(engine, this.#limits, true);
      this.#input?.block.free();
      return { engine, batch, block };
    } catch (error) {
      block.free();
      throw error;
    }
  }

  /** Whether a view lies in linear memory of the mapper, which may grow away or hold what kernels work with. */
  holds(view: ArrayBufferView): boolean {
    const { engine } = this.main;
    if (engine.name !== "wasm") return false;
    return engine.mustCopy(view) || (this.#input?.engine.mustCopy(view) ?? false);
  }

  /** Gives all memory back. */
  close(): void {
    this.endLease();
    this.#input?.records.release(true);
    this.#input?.block.free();
    this.#input = undefined;
    this.main.batch.free();
    if (this.#small !== this.main) this.#small.batch.free();
  }
}
