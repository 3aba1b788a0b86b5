import { merged, type Records } from "./merged.js";
import { RunFile } from "./run-file.js";
import { inputsAtOnce, type UnionSetting } from "./setting.js";

/** Sorted runs on disk, which become one sequence. */
export class RunStore {
  readonly #setting: UnionSetting;
  readonly #join: (records: Iterable<Uint32Array>) => Iterable<Uint32Array>;
  #file: RunFile | undefined;

  /** @param join What becomes of records while they are merged: no more than there are, in order. */
  constructor(setting: UnionSetting, join: (records: Iterable<Uint32Array>) => Iterable<Uint32Array>) {
    this.#setting = setting;
    this.#join = join;
  }

  /** There is nothing on disk. */
  get isEmpty(): boolean {
    return this.#file === undefined;
  }

  /** Writes a run, piece by piece. @throws {DataError} The system refuses. */
  add(records: Iterable<Uint32Array>): void {
    this.#file ??= new RunFile(this.#setting.folder);
    this.#file.start();
    for (const part of records) this.#file.write(part);
  }

  /**
   * All records in order. Where there are more runs than are merged at a time, they are first made fewer.
   *
   * @throws {DataError} The system refuses, or a run is damaged.
   */
  *records(): Generator<Uint32Array> {
    if (this.#file === undefined) return;
    this.#file.finish();
    const most = inputsAtOnce(this.#setting);
    while (this.#file.runs.length > most) this.#file = this.#pass(this.#file, most);
    yield* this.#mergedOf(this.#file, 0, most);
  }

  /** Merges so many runs at a time, into another file. */
  #pass(file: RunFile, most: number): RunFile {
    const next = new RunFile(this.#setting.folder);
    for (let from = 0; from < file.runs.length; from += most) {
      next.start();
      for (const part of this.#join(this.#mergedOf(file, from, from + most))) next.write(part);
    }
    next.finish();
    file.remove();
    return next;
  }

  #mergedOf(file: RunFile, from: number, end: number): Generator<Uint32Array> {
    const sources: Records[] = file.runs.slice(from, end).map((run) => file.read(run));
    return merged(this.#setting.engine, sources);
  }

  /** Removes the file. */
  free(): void {
    this.#file?.remove();
    this.#file = undefined;
  }
}
