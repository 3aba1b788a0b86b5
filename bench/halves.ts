/** The limit of a pool: workers that each map a part of the records by a mapper of their own, and know nothing of each other. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { PackedRecords } from "../dist/index.js";
import type { HalfJob } from "./half-worker.js";

export class Halves {
  readonly #workers: readonly Worker[];
  readonly #targets = new Map<number, Uint32Array<SharedArrayBuffer>>();

  constructor(workers: number) {
    this.#workers = Array.from({ length: workers }, () => new Worker(new URL("./half-worker.js", import.meta.url)));
  }

  /**
   * Maps each part in its worker. @param into Into memory that is there, not to new tables, which lie in shared memory too:
   * other threads are to read them.
   */
  async run(call: "coalesce" | "union", { bytes, count }: PackedRecords, into: boolean): Promise<void> {
    const each = Math.ceil(count / this.#workers.length);
    await Promise.all(
      this.#workers.map(async (worker, at) => {
        const part = bytes.subarray(at * each * 16, Math.min(count, (at + 1) * each) * 16);
        const job: HalfJob = { call, bytes: part, target: into ? this.#target(at, each) : sharedWords(each) };
        worker.postMessage(job);
        await once(worker, "message");
      }),
    );
  }

  async end(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #target(at: number, count: number): Uint32Array {
    const kept = this.#targets.get(at);
    if (kept?.length === 4 * count) return kept;
    // Touched once: the first write to fresh memory maps it.
    const made = sharedWords(count).fill(1);
    this.#targets.set(at, made);
    return made;
  }
}

function sharedWords(records: number): Uint32Array<SharedArrayBuffer> {
  return new Uint32Array(new SharedArrayBuffer(16 * records));
}
