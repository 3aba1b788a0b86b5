import { newBuffer } from "../core/buffer.js";

const FIRST_COUNT = 1024;

/** Numbers that become a column. An array of more than 2^27 would end the process. */
export class Floats {
  length = 0;
  #values = new Float64Array(FIRST_COUNT);

  /** @throws {SegringError} OUT_OF_MEMORY */
  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Float64Array(newBuffer(this.length * 16));
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  /** All of them, in no copy. */
  finish(): Float64Array<ArrayBuffer> {
    return this.#values.subarray(0, this.length);
  }
}
