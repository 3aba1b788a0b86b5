import type { Crew } from "./crew.js";
import { Died, type Hand } from "./hand.js";
import type { FetchTask, Mapped, MapTask, PlaceTask, ResultOf, WriteTask } from "./messages.js";

/** A piece that waits for a worker. */
export interface Waiting {
  readonly task: MapTask;
  /** Ranges in the piece. */
  readonly count: number;
  /** Called when nobody needs the piece's ranges any more. */
  release(): void;
  /** Makes the error of a piece one of the whole input, while the ranges are there. */
  faultOf?(error: unknown): unknown;
}

/** The segments of a piece, in the memory of the worker that mapped it. If the worker dies, another one maps it again. */
export class Held {
  readonly task: MapTask;
  readonly #crew: Crew;
  readonly #release: () => void;
  #hand: Hand;
  #mapped: Mapped;

  private constructor(crew: Crew, task: MapTask, hand: Hand, mapped: Mapped, release: () => void) {
    this.task = task;
    this.#crew = crew;
    this.#hand = hand;
    this.#mapped = mapped;
    let isReleased = false;
    this.#release = () => {
      if (!isReleased) release();
      isReleased = true;
    };
  }

  /** Has a worker map a piece. */
  static async map(crew: Crew, { task, release, faultOf }: Waiting, hand: Hand): Promise<Held> {
    try {
      const done = await crew.run(task, hand);
      return new Held(crew, task, done.hand, done.result, release);
    } catch (error) {
      const fault = faultOf?.(error) ?? error;
      release();
      throw fault;
    }
  }

  get mapped(): Mapped {
    return this.#mapped;
  }

  /** All segments. */
  async fetch(): Promise<Uint32Array> {
    return (await this.#ask((slot) => ({ do: "fetch", slot }))) as Uint32Array;
  }

  /** Copies segments to their place, and ends the hold. */
  async place(to: Omit<PlaceTask, "do" | "slot">): Promise<Uint32Array<ArrayBuffer> | undefined> {
    try {
      return await this.#ask((slot) => ({ ...to, do: "place", slot }));
    } finally {
      this.#release();
    }
  }

  /** Has segments written to shared memory, and ends the hold. Gives the bytes. */
  async write(to: Omit<WriteTask, "do" | "slot">): Promise<number> {
    try {
      return await this.#ask((slot) => ({ ...to, do: "write", slot }));
    } finally {
      this.#release();
    }
  }

  /** Ends the hold. */
  drop(): void {
    this.#hand.ask({ do: "drop", slot: this.#mapped.slot }).catch(() => {});
    this.#release();
  }

  async #ask<T extends FetchTask | PlaceTask | WriteTask>(taskOf: (slot: number) => T): Promise<ResultOf<T>> {
    for (;;) {
      try {
        return await this.#hand.ask(taskOf(this.#mapped.slot));
      } catch (error) {
        if (!(error instanceof Died)) throw error;
      }
      const { hand, result } = await this.#crew.run(this.task);
      this.#hand = hand;
      this.#mapped = result;
    }
  }
}
