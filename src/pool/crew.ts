import { expected, SegringError } from "../core/errors.js";
import type { WorkerLike } from "../ring/worker-like.js";
import { Died, Hand, terminate } from "./hand.js";
import type { ResultOf, Setup, Task } from "./messages.js";

/** Tasks that a worker is given at a time: the next one is there when the worker has done one. */
const PENDING = 2;
/** Workers that end over one task, or one after the other while they start, until it is given up. */
const MAX_DEATHS = 10;

/** A task's result, and the worker that has done it. */
export interface Done<T extends Task> {
  readonly hand: Hand;
  readonly result: ResultOf<T>;
}

/** The workers of a pool. One that died is replaced. */
export class Crew {
  readonly size: number;
  readonly #makeWorker: () => WorkerLike;
  readonly #setup: Setup;
  readonly #hands = new Set<Hand>();
  /** Workers that have not answered yet. */
  readonly #starting = new Set<WorkerLike>();
  readonly #waiting: (() => void)[] = [];
  /** Workers that died with nothing to do, since one has done something. */
  #deaths = 0;
  #failure: unknown;

  private constructor(size: number, makeWorker: () => WorkerLike, setup: Setup) {
    this.size = size;
    this.#makeWorker = makeWorker;
    this.#setup = setup;
  }

  /** Starts the workers. @throws What {@link Hand.start} throws; no worker is left then. */
  static async start(size: number, makeWorker: () => WorkerLike, setup: Setup): Promise<Crew> {
    const crew = new Crew(size, makeWorker, setup);
    try {
      await Promise.all(Array.from({ length: size }, () => crew.#hire()));
    } catch (error) {
      await crew.close(error);
      throw error;
    }
    return crew;
  }

  /**
   * Has a worker do a task; another one, where that one dies.
   *
   * @param hand Does the task first, if it lives; reserved by `free`.
   */
  async run<T extends Task>(task: T, hand?: Hand): Promise<Done<T>> {
    let next = hand;
    for (let deaths = 0; ; ) {
      next ??= await this.free();
      const result = next.ask(task);
      next.unreserve();
      try {
        const done = { hand: next, result: await result };
        this.#deaths = 0;
        return done;
      } catch (error) {
        if (!(error instanceof Died)) throw error;
        if (error.wasAtIt && ++deaths === MAX_DEATHS)
          throw new SegringError("PEER_DIED", `${MAX_DEATHS} workers ended over one piece of work`);
      }
      next = undefined;
    }
  }

  /** A worker that may be given another task now, reserved for that. */
  async free(): Promise<Hand> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure;
      let least: Hand | undefined;
      for (const hand of this.#hands) if (hand.pending < (least?.pending ?? PENDING)) least = hand;
      if (least !== undefined) return least.reserve();
      await this.#change();
    }
  }

  /** Ends the workers, and what they are at. */
  async close(error: unknown): Promise<void> {
    this.#failure ??= error;
    const ends = [...this.#hands].map((hand) => hand.end(this.#failure));
    await Promise.all([...ends, ...[...this.#starting].map(terminate)]);
    this.#wake();
  }

  async #hire(): Promise<void> {
    const worker = this.#makeWorker();
    if (typeof worker?.postMessage !== "function") throw new TypeError(expected("worker()", "a worker", worker));
    this.#starting.add(worker);
    const hand = await Hand.start(worker, this.#setup).finally(() => this.#starting.delete(worker));
    if (this.#failure !== undefined) {
      await hand.end(this.#failure);
      return;
    }
    this.#hands.add(hand);
    hand.onChange = () => {
      if (hand.isDead && this.#hands.delete(hand) && this.#failure === undefined) void this.#replace(hand);
      this.#wake();
    };
    // It may have died before anybody listened.
    hand.onChange();
  }

  /** Makes another worker. One that ends while it starts is no reason to give up at once. */
  async #replace(dead: Hand): Promise<void> {
    // A script that threw may be running still.
    void dead.end(undefined);
    if (dead.diedIdle && ++this.#deaths > MAX_DEATHS * this.size) {
      this.#failure ??= new SegringError("PEER_DIED", `${this.#deaths} workers ended and did nothing`);
      return this.#wake();
    }
    for (let starts = 1; ; starts++) {
      try {
        return await this.#hire();
      } catch (error) {
        const isGone = error instanceof SegringError && error.code === "PEER_DIED";
        if (isGone && starts < MAX_DEATHS && this.#failure === undefined) continue;
        this.#failure ??= error;
        return this.#wake();
      }
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
