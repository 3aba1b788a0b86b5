/** Signals, timers and a broken pipe are heard only between two turns of the event loop; promises alone do not end one. */
const TURN_MILLISECONDS = 20;

/** Ends a turn of the event loop now and then: for long work in small pieces. */
export class Turns {
  #start = performance.now();

  /** Between two pieces: lets the event loop turn where it has not for a while. */
  async give(): Promise<void> {
    if (performance.now() - this.#start < TURN_MILLISECONDS) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#start = performance.now();
  }
}
