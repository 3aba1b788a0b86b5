import type { CheckedLimits } from "../core/limits.js";
import { RECORD_BYTES } from "../core/record.js";
import type { Block, Coalescer, Engine, Result } from "./engine.js";
import { FIRST_OUTPUT_RECORDS, GrowingOutput } from "./growing-output.js";
import { type Form, Intake, type PlacedRecords, recordsOf } from "./intake.js";
import type { RangeInput } from "./range-input.js";
import { LentBlock } from "./results.js";
import { unite } from "./union.js";

/** Room for the first segments, once there were more than a few. A first-level cache holds it beside the stage. */
const LARGE_FIRST_RECORDS = 2048;

/** Maps whole inputs by one coalescer, one input after the other. */
export class Batch {
  readonly #engine: Engine;
  readonly #limits: CheckedLimits;
  readonly #coalescer: Coalescer;
  /** Where the first segments go: kept, because most results are small and a new block costs more than they do. */
  #first: Block;
  readonly #output: GrowingOutput;
  readonly #intake: Intake;
  readonly #lent: LentBlock;
  /** Whether a call is at work. Only an iterable that calls the mapper while the mapper reads it can see true. */
  busy = false;
  #freeLater = false;

  /** @param inPlace The batch gets only records of the engine's blocks. @throws {SegringError} OUT_OF_MEMORY */
  constructor(engine: Engine, limits: CheckedLimits, inPlace = false) {
    this.#engine = engine;
    this.#limits = limits;
    this.#lent = new LentBlock(engine);
    this.#coalescer = engine.coalescer(limits, inPlace);
    this.#intake = new Intake(engine, this.#coalescer);
    try {
      this.#first = engine.allocate(FIRST_OUTPUT_RECORDS * RECORD_BYTES);
    } catch (error) {
      this.#coalescer.free();
      throw error;
    }
    this.#output = new GrowingOutput(engine, limits, this.#first);
  }

  /**
   * Coalesces an input. After a call, also one that throws, no run is pending and the engine's memory is free again.
   */
  coalesce<T>(input: RangeInput | Form | PlacedRecords, skipEmpty: boolean, result: Result<T>): T {
    this.#coalescer.uncut = false;
    return this.#collect(input, skipEmpty, result.first, (output) => result.take(output.chunks));
  }

  /**
   * Unites an input as byte sets, one for each kind. Runs are coalesced first: an input that is sorted and apart is
   * done then, and any other input has fewer records to sort.
   */
  union<T>(input: RangeInput | Form | PlacedRecords, skipEmpty: boolean, gapBytes: bigint, result: Result<T>): T {
    const { byBuckets } = this.#engine;
    const records = byBuckets && recordsOf(this.#engine, input, byBuckets.from);
    const united = records && byBuckets.unite(this.#engine, this.#limits, records, gapBytes, result);
    if (united !== undefined) return united.result;
    this.#coalescer.uncut = true;
    return this.#collect(input, skipEmpty, result.first, (runs) =>
      unite(this.#engine, this.#limits, runs, gapBytes, (chunks) => result.take(chunks)),
    );
  }

  /**
   * A result that stays in the engine's memory until the next such result, or `takeBack`. @param count Segments,
   * roughly.
   */
  lend(count: number): Result<Uint32Array> {
    return this.#lent.result(count, FIRST_OUTPUT_RECORDS);
  }

  /** Frees the memory of the lent result. */
  takeBack(): void {
    this.#lent.free();
  }

  #collect<T>(
    input: RangeInput | Form | PlacedRecords,
    skipEmpty: boolean,
    first: Block = this.#first,
    resultOf: (output: GrowingOutput) => T,
  ): T {
    const coalescer = this.#coalescer;
    const output = this.#output;
    output.start(first);
    coalescer.skipEmpty = skipEmpty;
    this.busy = true;
    try {
      this.#intake.take(input, output);
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
}
