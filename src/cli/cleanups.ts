/** Signals that end a process, unless it listens for them. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * What must be undone if a signal ends the process. It listens for signals only while there is something to undo: a signal
 * that nobody listens for ends the process at once, also in the midst of one long call, where no listener would be heard.
 */
export class Cleanups extends Set<() => void> {
  readonly #listeners = SIGNALS.map((signal) => {
    const listener = () => {
      for (const cleanup of this) cleanup();
      this.clear();
      // The listener is gone now: this time the signal ends the process, and the shell sees which it was.
      process.kill(process.pid, signal);
    };
    return { signal, listener };
  });

  override add(cleanup: () => void): this {
    if (this.size === 0) for (const { signal, listener } of this.#listeners) process.on(signal, listener);
    return super.add(cleanup);
  }

  override delete(cleanup: () => void): boolean {
    const isDeleted = super.delete(cleanup);
    if (this.size === 0) this.#ignore();
    return isDeleted;
  }

  override clear(): void {
    super.clear();
    this.#ignore();
  }

  #ignore(): void {
    for (const { signal, listener } of this.#listeners) process.off(signal, listener);
  }
}
