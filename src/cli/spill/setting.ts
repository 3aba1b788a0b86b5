import type { CheckedLimits } from "../../core/limits.js";
import { RECORD_BYTES } from "../../core/record.js";
import type { Engine, Merger } from "../../engine/engine.js";
import type { SpillFolder } from "./folder.js";
import { READER_BYTES } from "./run-file.js";

/** What a union is made with. */
export interface UnionSetting {
  readonly engine: Engine;
  readonly limits: CheckedLimits;
  readonly gapBytes: bigint;
  /** What the ranges may take before they are written to `folder`. */
  readonly memoryBytes: number;
  readonly folder: SpillFolder;
}

/** Records that a run has at least. */
const MIN_RECORDS = 4096;
/** A linear memory has 4 GiB, and a sort takes the records up to three times. */
const MAX_RECORDS = (1.25 * 2 ** 30) / RECORD_BYTES;
const MIN_INPUTS = 8;
const MAX_INPUTS = 256;

/** Records that are held before they are written. A sort has them twice, and what it has read is not always one piece again. */
export function recordsHeld({ memoryBytes }: UnionSetting): number {
  return Math.min(MAX_RECORDS, Math.max(MIN_RECORDS, Math.floor(memoryBytes / 3 / RECORD_BYTES)));
}

/** Runs that are merged at a time. */
export function inputsAtOnce({ memoryBytes }: UnionSetting): number {
  return Math.min(MAX_INPUTS, Math.max(MIN_INPUTS, Math.floor(memoryBytes / 4 / READER_BYTES)));
}

/** A merger of the engine: no policy in Node allows one kernel and forbids another. */
export function mergerOf(engine: Engine, inputs: number): Merger {
  return engine.merger(inputs) as Merger;
}
