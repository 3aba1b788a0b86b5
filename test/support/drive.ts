import { expect } from "vitest";
import { RECORD_BYTES } from "../../src/core/record.js";
import { join } from "./bytes.js";
import type { Block, Coalescer, Engine, Output } from "./engines.js";

/** What lies where nothing may be written. */
export const CANARY = 0xc5;
/** Records kept free on both sides of an output. */
const GUARD = 2;

/**
 * Runs a coalescer over bounded outputs of `rooms` records, one after the other and then again from the first, and
 * collects what it writes. Each output lies inside a block of canaries; a call must say how much it wrote, and leave all
 * other bytes of the block as they were.
 */
export class Driver {
  readonly coalescer: Coalescer;
  readonly #block: Block;
  readonly #rooms: readonly number[];
  readonly #parts: Uint8Array[] = [];
  #calls = 0;

  constructor(engine: Engine, coalescer: Coalescer, rooms: readonly number[]) {
    if (!rooms.some((room) => room > 0)) throw new Error("some room is needed");
    this.coalescer = coalescer;
    this.#rooms = rooms;
    this.#block = engine.allocate((Math.max(...rooms) + 2 * GUARD) * RECORD_BYTES);
  }

  /** All that was written. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return join(this.#parts);
  }

  /** Gives one call an output; returns what the call returns, and the segments it wrote. */
  call<T>(work: (output: Output) => T): { result: T; written: number; room: number } {
    const room = this.#rooms[this.#calls++ % this.#rooms.length] as number;
    const output = { block: this.#block, at: GUARD, room };
    this.#block.bytes.fill(CANARY);
    const result = work(output);
    const written = output.at - GUARD;
    if (written < 0 || written > room || output.room !== room - written) {
      expect.fail(`at ${output.at}, room ${output.room} after ${room} at ${GUARD}`);
    }
    const { bytes } = this.#block;
    const end = (GUARD + written) * RECORD_BYTES;
    if (bytes.subarray(0, GUARD * RECORD_BYTES).some((byte) => byte !== CANARY)) expect.fail("written before the room");
    if (bytes.subarray(end).some((byte) => byte !== CANARY))
      expect.fail(`written past the ${written} segments of ${room}`);
    this.#parts.push(bytes.slice(GUARD * RECORD_BYTES, output.at * RECORD_BYTES));
    return { result, written, room };
  }

  /** Calls `take` with where it is and where this part ends until elements `from` to `end` are taken. */
  take(from: number, end: number, take: (at: number, output: Output) => number): void {
    for (let at = from; at < end; ) {
      const { result, written, room } = this.call((output) => take(at, output));
      if (this.coalescer.bad) expect.fail(`element ${at + result} is called bad`);
      if (result < 0 || at + result > end) expect.fail(`${result} taken of ${end - at}`);
      // With room left there is nothing to wait for.
      if (result === 0 && written < room) expect.fail(`stuck at ${at} with ${room - written} of ${room} records left`);
      if (result > 0 && !this.coalescer.held && !this.coalescer.skipEmpty && written === 0) {
        expect.fail(`${result} taken at ${at}, but nothing is held back or written`);
      }
      at += result;
    }
  }

  /** Emits what is held back. */
  flush(): void {
    while (this.coalescer.held) {
      const { written, room } = this.call((output) => this.coalescer.flush(output));
      if (this.coalescer.held && written < room) expect.fail(`flush left ${room - written} of ${room} records`);
    }
    // Nothing is left, so nothing more comes.
    if (this.call((output) => this.coalescer.flush(output)).written !== 0) expect.fail("flushed twice");
  }

  free(): void {
    this.#block.free();
  }
}
