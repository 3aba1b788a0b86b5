/**
 * Inputs of up to so many ranges are mapped by the calling thread. For a few more, two workers take 1.0 to 1.25 of the time,
 * and 0.85 for twice as many into memory of the caller. The calling thread, which may be that of a page, is free then.
 */
const FEW = 2 ** 20;
/** As pieces, where the caller says how large one is. */
const FEW_PIECES = 16;
/**
 * Ranges of a piece: 2 MiB of records, or more where PIECES of them are left for each worker. A piece takes the calling
 * thread 0.2 ms, in which it keeps a worker from its core.
 */
const LEAST = 2 ** 17;
const MOST = 2 ** 19;
const PIECES = 8;

/** How large the pieces of an input are. */
export class PieceSizes {
  readonly #asked: number | undefined;
  readonly #workers: number;

  /** @param asked What the caller of `createPool` wants. */
  constructor(asked: number | undefined, workers: number) {
    this.#asked = asked;
    this.#workers = Math.max(workers, 1);
  }

  /** Ranges of an input that one thread maps faster than many. */
  get few(): number {
    return this.#asked === undefined ? FEW : FEW_PIECES * this.#asked;
  }

  /** Ranges of a piece at most. */
  get most(): number {
    return this.#asked ?? MOST;
  }

  /** Ranges of a piece of an input of so many. */
  pieceOf(count: number): number {
    const fair = Math.ceil(count / (PIECES * this.#workers));
    return this.#asked ?? Math.min(MOST, Math.max(LEAST, fair));
  }

  /**
   * Whether a union of ranges in any order is parted. To part takes longer than to unite: two workers took 26 ns a record
   * for 1.6 * 10^7 where one thread took 19.
   */
  get doPart(): boolean {
    return this.#asked !== undefined || this.#workers >= 4;
  }
}
