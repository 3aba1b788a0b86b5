/** How many records are due, at a rate. */

/** A pause that is longer than this is not made up for, in milliseconds: a page in the background sleeps for seconds. */
const MOST_MS = 250;

export class Pacer {
  #rate = 0;
  #owed = 0;
  #since = 0;

  /** @param rate Records a second, 0 to Infinity. @param now Milliseconds, of one clock in all calls. */
  setRate(rate: number, now: number): void {
    this.#rate = rate;
    this.#owed = 0;
    this.#since = now;
  }

  /** Records that are due now. */
  due(now: number): number {
    if (this.#rate === Number.POSITIVE_INFINITY) return this.#rate;
    const passed = Math.min(now - this.#since, MOST_MS);
    this.#since = now;
    const most = (this.#rate * MOST_MS) / 1000;
    this.#owed = Math.min(this.#owed + (passed * this.#rate) / 1000, Math.max(most, 1));
    return Math.floor(this.#owed);
  }

  /** So many records were put. */
  done(records: number): void {
    if (this.#rate !== Number.POSITIVE_INFINITY) this.#owed -= records;
  }
}
