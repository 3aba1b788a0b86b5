/** Inputs of up to so many pieces are mapped by the calling thread: asking others takes about as long. */
const FEW_PIECES = 16;
/** Ranges of a piece: 1 MiB of records, or more where enough pieces for each worker are left. */
const LEAST = 65536;
const MOST = 4 * LEAST;
const PIECES = 16;

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
    return FEW_PIECES * (this.#asked ?? LEAST);
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
   * Whether a union of ranges in any order is parted. To part takes about as long as to unite, so fewer than four workers
   * gain only what they gain by writing pages of a large new result together: 1.5 times for 1.6 * 10^7 records by two.
   */
  doPart(count: number, isNew: boolean): boolean {
    return this.#asked !== undefined || this.#workers >= 4 || (isNew && count >= 2 ** 23);
  }
}
