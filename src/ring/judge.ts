import { expected, SegringError } from "../core/errors.js";
import { FLUSH } from "../core/record.js";
import { faultAt } from "./check.js";
import type { RingCore } from "./core.js";
import { BAD_RECORD, BY_CONSUMER, LAST_BAD, POISONED, SKIPPED } from "./layout.js";

/** What to do with a record: give the record, skip the record, or stop before it. */
export type Verdict = "give" | "pass" | "stop";

/** Judges, for a consumer, records that may be invalid. */
export class Judge {
  readonly #core: RingCore;
  readonly #skipsInvalid: boolean;

  /** @param skipsInvalid Skip invalid records. By default an invalid record poisons the ring. */
  constructor(core: RingCore, skipsInvalid: boolean) {
    this.#core = core;
    this.#skipsInvalid = skipsInvalid;
  }

  /**
   * Of a record that needs a closer look.
   *
   * @param first Nothing was handed over before it in this call; else what poisons the ring waits for the next call.
   * @throws {SegringError} POISONED
   */
  judge(index: number, words: number[], first: boolean): Verdict {
    const record = Uint32Array.from(words);
    if (faultAt(record, 0, this.#core.config) === undefined) {
      return record[3] === FLUSH && record[2] === 0 ? "pass" : "give";
    }
    if (!this.#skipsInvalid && !first) return "stop";
    this.refuse(index, record);
    return "pass";
  }

  /** An invalid record: counted, or the end of the ring. @throws {SegringError} POISONED */
  refuse(index: number, record: Uint32Array): void {
    const core = this.#core;
    core.words[LAST_BAD >> 2] = index;
    core.add(SKIPPED, 1);
    if (this.#skipsInvalid) return;
    core.raise(POISONED, BAD_RECORD, index, BY_CONSUMER);
    const fault = faultAt(record, 0, core.config);
    throw new SegringError("POISONED", `${core.stopped().message}: ${fault}`, { index: index >>> 0 });
  }
}

/** Checks what an invalid record does. @returns Whether invalid records are skipped. */
export function checkInvalid(invalid: unknown = "poison"): boolean {
  if (typeof invalid !== "string") throw new TypeError(expected("invalid", "a string", invalid));
  if (invalid === "poison" || invalid === "skip") return invalid === "skip";
  throw new RangeError(expected("invalid", '"poison" or "skip"', invalid));
}
