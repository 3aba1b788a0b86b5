/** The room's side of the worker. */
import type { Answer, CallName, Calls, Question } from "./protocol.js";

/** An answer that nobody waits for any more: a newer mapping took its place. */
export class OvertakenError extends Error {}

export class Client {
  readonly #worker = new Worker(new URL("./worker/index.ts", import.meta.url), { type: "module", name: "segring map" });
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  /** The result that is seen: what is asked is asked of this one. */
  result = 0;
  #next = 0;
  /** Why the worker answers nothing more. */
  #fault: Error | undefined;

  /** @param progress Is told how far the worker is, 0 to 1, and at what. */
  constructor(progress: (part: number, what: string) => void) {
    this.#worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
      if ("progress" in data) progress(data.progress, data.what);
      else this.#settle(data);
    });
    // A worker that could not start, or ended by an error of its own, answers nothing more.
    this.#worker.addEventListener("error", ({ message }) => {
      const why = message || "its script could not be loaded";
      this.#fault = new Error(`the worker of this page failed (${why}): load the page again`);
      for (const { reject } of this.#waiting.values()) reject(this.#fault);
      this.#waiting.clear();
    });
  }

  /** Asks the worker. @throws {OvertakenError} @throws {Error} What the worker says. */
  ask<Name extends CallName>(call: Name, ...values: Parameters<Calls[Name]>): Promise<ReturnType<Calls[Name]>> {
    if (this.#fault !== undefined) return Promise.reject(this.#fault);
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#worker.postMessage({ id, call, values, result: this.result } satisfies Question);
    });
  }

  close(): void {
    this.#worker.terminate();
    this.#waiting.clear();
  }

  #settle(answer: Exclude<Answer, { progress: number }>): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ("value" in answer) waiting?.resolve(answer.value);
    else if (answer.fault.code === "OVERTAKEN") waiting?.reject(new OvertakenError(answer.fault.message));
    else waiting?.reject(new Error(answer.fault.message));
  }
}

/**
 * Asks for one thing at a time: while an answer is under way, only the newest of further wishes is kept. So a drawing
 * that is dragged never waits for frames that nobody sees.
 */
export class Latest<Wish> {
  readonly #fulfil: (wish: Wish) => Promise<void>;
  #next: { readonly wish: Wish } | undefined;
  #isBusy = false;

  /** @param fulfil Answers a wish, and throws nothing. */
  constructor(fulfil: (wish: Wish) => Promise<void>) {
    this.#fulfil = fulfil;
  }

  async want(wish: Wish): Promise<void> {
    this.#next = { wish };
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      while (this.#next !== undefined) {
        const { wish: now } = this.#next;
        this.#next = undefined;
        await this.#fulfil(now);
      }
    } finally {
      this.#isBusy = false;
    }
  }
}
