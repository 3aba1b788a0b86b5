/** The ring at work: a producer and a consumer in this thread, and a kernel that may be killed and replaced. No DOM. */
import type { SegmentMapper } from "segring";
import { createPair, type RingPair } from "segring/ring";
import { type Held, HeldBack } from "./held.js";
import { Pacer } from "./pacer.js";
import { Comparison } from "./proof.js";
import { bytesIn, RecordSource } from "./source.js";

/** The limit of the room's segments: small enough that some runs are cut. */
export const MAX_SEGMENT_BYTES = 65536;
/** Records in each of the two rings. */
export const CAPACITY = 8192;

/** So long a slice of work keeps the thread, in milliseconds. */
const SLICE_MS = 2;
/** So long the producer pauses when nothing is due. */
const PAUSE_MS = 10;
const ROWS = 2048;
const SEGMENTS = 2048;
/** A producer that found the ring full goes on when so many records have room. */
const ROOM = CAPACITY / 4;

/** A worker whose script imports `segring/ring/worker`. */
export interface KernelWorker {
  postMessage(message: unknown): void;
  terminate(): unknown;
}

export type RunState =
  | { readonly name: "starting" | "killed" | "died" }
  | { readonly name: "running"; readonly engine: "wasm" | "js" }
  /** No kernel could be started; another may be. */
  | { readonly name: "refused"; readonly error: unknown }
  /** The rings are stopped for good. */
  | { readonly name: "failed"; readonly error: unknown };

export interface RunOptions {
  readonly seed: number;
  /** Maps the batch. The run closes the mapper. */
  readonly mapper: SegmentMapper;
  /** Makes the kernel's worker; undefined: the kernel runs in this thread. */
  readonly newWorker: (() => KernelWorker) | undefined;
  /** Gives the thread back, and resolves soon. */
  readonly turn: () => Promise<void>;
  /** Called when the state has changed. */
  readonly onState: (state: RunState) => void;
}

/** All figures of one moment. */
export interface Snapshot {
  readonly recordsIn: number;
  readonly bytesIn: bigint;
  readonly segmentsOut: number;
  readonly bytesOut: bigint;
  readonly held: Held;
  /** The bytes put are the bytes taken and the bytes held back. */
  readonly balanced: boolean;
  readonly hashes: { readonly out: string; readonly batch: string };
}

export class RingRun {
  /** How many kernels were started, and how many of those were killed. */
  kernels = 0;
  kills = 0;
  /** Records that the kernels had taken when the last of them was found dead. */
  takenAtDeath = 0;
  readonly comparison: Comparison;
  readonly #options: RunOptions;
  readonly #pacer = new Pacer();
  readonly #source: RecordSource;
  readonly #rows = new Uint32Array(4 * ROWS);
  /** The first row that is not put yet. */
  #row = ROWS;
  #records = 0;
  #bytes = 0n;
  #state: RunState = { name: "starting" };
  #stopped = false;
  #worker: KernelWorker | undefined;
  #pair: RingPair | undefined;
  #held: HeldBack | undefined;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#source = new RecordSource(options.seed);
    this.comparison = new Comparison(options.mapper, options.seed);
  }

  get state(): RunState {
    return this.#state;
  }

  /** The pair, for its counters. Undefined until the first kernel runs. */
  get pair(): RingPair | undefined {
    return this.#pair;
  }

  /** Bytes of the records that were put. */
  get bytesIn(): bigint {
    return this.#bytes;
  }

  /** Records a second; Infinity: as many as the ring takes. 0: the producer pauses. */
  set rate(rate: number) {
    this.#pacer.setRate(rate, performance.now());
  }

  /** Whether `start` may start a kernel, and whether `kill` may kill one. */
  get mayStart(): boolean {
    return ["killed", "died", "refused"].includes(this.#state.name);
  }
  get mayKill(): boolean {
    return this.#worker !== undefined && this.#state.name === "running";
  }

  /** Starts the first kernel, or another kernel that goes on where the kernel before died. Never rejects. */
  async start(): Promise<void> {
    this.#setState({ name: "starting" });
    const { newWorker } = this.#options;
    let worker: KernelWorker | undefined;
    try {
      worker = newWorker?.();
      this.#worker = worker;
      if (this.#pair === undefined) await this.#begin(worker);
      else if (worker !== undefined) await this.#pair.restart(worker);
    } catch (error) {
      worker?.terminate();
      // Rings that are stopped take no further kernel.
      const name = this.#pair === undefined || this.#pair.input.state === "open" ? "refused" : "failed";
      return this.#setState({ name, error });
    }
    if (this.#stopped) return;
    this.kernels++;
    this.#setState({ name: "running", engine: this.#pair?.engine ?? "wasm" });
  }

  /** Terminates the kernel's worker, in whatever the kernel is at. */
  kill(): void {
    if (!this.mayKill) return;
    this.#worker?.terminate();
    this.kills++;
    this.#setState({ name: "killed" });
  }

  /** Stops everything for good. */
  stop(): void {
    this.#stopped = true;
    this.#pair?.abort();
    this.#worker?.terminate();
    this.comparison.close();
    this.#options.mapper.close();
  }

  /** Reads the figures. Undefined where there is no pair yet, or the kernel commits too often to see one moment. */
  snapshot(): Snapshot | undefined {
    const held = this.#held?.read();
    if (held === undefined) return undefined;
    const { segments, bytes, hashes } = this.comparison;
    return {
      recordsIn: this.#records,
      bytesIn: this.#bytes,
      segmentsOut: segments,
      bytesOut: bytes,
      held,
      balanced: this.#bytes === bytes + held.bytes,
      hashes,
    };
  }

  #setState(state: RunState): void {
    if (this.#stopped) return;
    this.#state = state;
    this.#options.onState(state);
  }

  async #begin(worker: KernelWorker | undefined): Promise<void> {
    const pair = await createPair({
      ...(worker === undefined ? {} : { worker }),
      capacity: CAPACITY,
      maxSegmentBytes: MAX_SEGMENT_BYTES,
      onWorkerDeath: ({ input }) => {
        this.takenAtDeath = input.counters().taken;
        // Who killed the kernel, or starts the next one, knows.
        if (this.#state.name === "running") this.#setState({ name: "died" });
      },
    });
    if (this.#stopped) return pair.abort();
    this.#pair = pair;
    this.#held = new HeldBack(pair.input, pair.output);
    const fail = (error: unknown) => {
      pair.abort();
      this.#setState({ name: "failed", error });
    };
    for (const part of [pair.ended, this.#produce(pair), this.#consume(pair)]) part.catch(fail);
  }

  async #produce({ producer }: RingPair): Promise<void> {
    while (!this.#stopped) {
      const due = this.#pacer.due(performance.now());
      if (due < 1) {
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        continue;
      }
      const put = this.#put(due, performance.now() + SLICE_MS, (rows) => producer.pushRows(rows));
      this.#pacer.done(put.records);
      if (put.full) await producer.room(ROOM);
      await this.#options.turn();
    }
  }

  /** Puts up to `due` records, until the time is over or the ring is full. */
  #put(due: number, until: number, push: (rows: Uint32Array) => number): { records: number; full: boolean } {
    let records = 0;
    while (records < due && performance.now() < until) {
      if (this.#row === ROWS) {
        this.#source.fill(this.#rows);
        this.#row = 0;
      }
      const wanted = Math.min(ROWS - this.#row, due - records);
      const from = this.#row;
      const took = push(this.#rows.subarray(4 * from, 4 * (from + wanted)));
      this.#row += took;
      records += took;
      this.#records += took;
      this.#bytes += BigInt(bytesIn(this.#rows, from, from + took));
      if (took < wanted) return { records, full: true };
    }
    return { records, full: false };
  }

  async #consume({ consumer }: RingPair): Promise<void> {
    const words = new Uint32Array(4 * SEGMENTS);
    while (await consumer.ready()) {
      const until = performance.now() + SLICE_MS;
      let count = SEGMENTS;
      while (count === SEGMENTS && performance.now() < until && !this.#stopped) {
        count = consumer.take(words);
        this.comparison.add(words, count);
      }
      if (this.#stopped) return;
      await this.#options.turn();
    }
  }
}
