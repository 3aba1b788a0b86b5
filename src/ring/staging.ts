import { RecordError } from "../core/errors.js";
import { RECORD_BYTES, RECORD_WORDS } from "../core/record.js";
import { faultAt, firstFault, isUnlimited } from "./check.js";
import type { RingCore } from "./core.js";
import { REJECTED } from "./layout.js";
import type { ProducerKernel } from "./producer-kernel.js";
import { copyRows } from "./rows.js";

/** Rows that are checked faster in wasm. */
const MANY_ROWS = 64;

/** Puts rows into slots that are not published yet, and checks them there. */
export class Staging {
  readonly #core: RingCore;
  readonly #mask: number;
  readonly #unlimited: boolean;
  readonly #kernel: ProducerKernel;

  constructor(core: RingCore, kernel: ProducerKernel) {
    this.#core = core;
    this.#kernel = kernel;
    this.#mask = core.config.capacity - 1;
    this.#unlimited = isUnlimited(core.config);
  }

  /**
   * Copies the first `count` rows to the slots from index `tail` on.
   *
   * @throws {SegringError} BAD_RECORD with the `index` of the first of them that this ring may not hold.
   */
  put(rows: Uint32Array, count: number, slots: Uint32Array, tail: number): void {
    const at = tail & this.#mask;
    const straight = Math.min(count, this.#mask + 1 - at);
    copyRows(rows, 0, straight, slots, at);
    copyRows(rows, straight, count - straight, slots, 0);
    const bad = this.#firstFault(rows, count, tail);
    if (bad === count) return;
    this.#core.add(REJECTED, 1);
    throw new RecordError(bad, faultAt(rows, bad * RECORD_WORDS, this.#core.config) as string);
  }

  /** The first of `count` rows that this ring may not hold, or `count`; they lie behind the tail already. */
  #firstFault(rows: Uint32Array, count: number, tail: number): number {
    const { config, base } = this.#core;
    const wasm = count < MANY_ROWS || !this.#unlimited ? undefined : this.#kernel.forRows;
    if (wasm === undefined) return firstFault(rows, 0, count, config);
    const slots = base + config.slotsOffset;
    let valid = 0;
    while (valid < count) {
      const at = (tail + valid) & this.#mask;
      const part = Math.min(count - valid, this.#mask + 1 - at);
      const found = wasm.countValid(slots + at * RECORD_BYTES, part);
      valid += found;
      if (found === part) continue;
      // It does not know FLUSH.
      if (faultAt(rows, valid * RECORD_WORDS, config) !== undefined) break;
      valid++;
    }
    return valid;
  }
}
