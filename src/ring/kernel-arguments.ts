import { SegringError } from "../core/errors.js";
import type { CheckedLimits } from "../core/limits.js";
import { RECORD_BYTES } from "../core/record.js";
import { bufferOf, type RingCore } from "./core.js";
import {
  ARG_ADDRESS_LIMIT,
  ARG_ALIGNMENT,
  ARG_BOUNDARY,
  ARG_INPUT,
  ARG_INPUT_CAPACITY,
  ARG_INPUT_SLOTS,
  ARG_MAX_LAST,
  ARG_OUTPUT,
  ARG_OUTPUT_CAPACITY,
  ARG_OUTPUT_SLOTS,
  ARG_RECORD_LAST,
  ARG_SKIP_INVALID,
  ARG_WORK,
  ARGUMENT_BYTES,
  ARGUMENTS,
  HASH_FACTOR,
  HASH_START,
  OVERWRITTEN,
} from "./layout.js";
import type { RingKernel } from "./ring-kernel.js";

/** Times that a kernel is opened beside somebody who writes over its arguments. */
const TRIES = 1000;

/** What a kernel does between its rings. */
export interface Work {
  readonly limits: CheckedLimits;
  /** Skip invalid records. Where false, an invalid record poisons the rings. */
  readonly skipInvalid: boolean;
}

/**
 * Puts the arguments into the work area behind the input's slots, and opens the kernel.
 *
 * @returns AGAIN, STALE, or the state in which the rings are.
 * @throws {SegringError} BAD_RING: others write over the work area all the time; the rings are as they were.
 */
export function openKernel(kernel: RingKernel, input: RingCore, output: RingCore, work: Work): number {
  const words = argumentsOf(input, output, work);
  let check = HASH_START;
  for (const word of words) check = Math.imul(check ^ word, HASH_FACTOR);
  const at = workAreaOf(input) + ARGUMENTS;
  // Anew each time: memory that is not shared may have grown.
  const block = new Int32Array(bufferOf(input.memory), at, words.length);
  for (let tries = 0; tries < TRIES; tries++) {
    block.set(words);
    const status = kernel.open(at, check);
    if (status !== OVERWRITTEN) return status;
  }
  throw new SegringError("BAD_RING", "the kernel's work area expected as the kernel left it, got other bytes");
}

/** The block as assembly/ring-layout.ts draws it. */
function argumentsOf(input: RingCore, output: RingCore, { limits, skipInvalid }: Work): Int32Array {
  const view = new DataView(new ArrayBuffer(ARGUMENT_BYTES));
  const word = (field: number, value: number) => view.setUint32(field, value, true);
  word(ARG_INPUT, input.base);
  word(ARG_INPUT_SLOTS, input.base + input.config.slotsOffset);
  word(ARG_INPUT_CAPACITY, input.config.capacity);
  word(ARG_OUTPUT, output.base);
  word(ARG_OUTPUT_SLOTS, output.base + output.config.slotsOffset);
  word(ARG_OUTPUT_CAPACITY, output.config.capacity);
  word(ARG_WORK, workAreaOf(input));
  word(ARG_RECORD_LAST, input.config.maxSegmentBytes - 1);
  view.setBigUint64(ARG_ADDRESS_LIMIT, input.config.addressLimit, true);
  view.setBigUint64(ARG_BOUNDARY, -limits.boundaryBytes, true);
  word(ARG_MAX_LAST, limits.maxSegmentBytes - 1);
  word(ARG_ALIGNMENT, limits.alignmentBytes - 1);
  word(ARG_SKIP_INVALID, skipInvalid ? 1 : 0);
  return new Int32Array(view.buffer);
}

function workAreaOf({ base, config }: RingCore): number {
  return base + config.slotsOffset + config.capacity * RECORD_BYTES;
}
