/** Numbers that a seed determines (mulberry32): fast-check draws the seed, long inputs are expanded from it. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** 0 to 2^32 - 1. */
  u32(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** `from` to `to`, both included. */
  integer(from: number, to: number): number {
    return from + (this.u32() % (to - from + 1));
  }

  u64(): bigint {
    return (BigInt(this.u32()) << 32n) | BigInt(this.u32());
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.u32() % choices.length] as T;
  }

  /** True once in `times`; never for 0. */
  once(times: number): boolean {
    return times !== 0 && this.u32() % times === 0;
  }
}
