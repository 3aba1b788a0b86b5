import { chooseCheckpoint, chosenFirst, chosenFlags, chosenLast, chosenOutTail, writeCheckpoint } from "./checkpoint";
import { FLUSH, LENGTH, RESERVED, STAGING } from "./layout";
import {
  AGAIN,
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
  BAD_CHECKPOINT,
  CHECKPOINTS,
  GENERATION,
  HASH_FACTOR,
  HASH_START,
  HEAD,
  OVERWRITTEN,
  TAIL,
} from "./ring-layout";
import { heldRun, input, limits, output, setWork, work } from "./ring-state";
import { poison } from "./ring-stop";
import { loadWord } from "./words";

/** Of the arguments that were read so far. */
let hash: u32 = 0;

/**
 * Takes the place between two rings, as the argument block at `args` says (ring-layout.ts), whose numbers have been
 * checked: addresses and capacities inside the memory, a work area of WORK_BYTES and 64 records. Others may write to
 * the block meanwhile, so each word is loaded once, and `check` is what their hash must be. Goes on where a kernel before
 * ended. Returns AGAIN, POISONED, or OVERWRITTEN: nothing but the block was looked at.
 */
export function open(args: usize, check: u32): u32 {
  hash = HASH_START;
  input.at = word(args, ARG_INPUT);
  input.slots = word(args, ARG_INPUT_SLOTS);
  input.capacity = word(args, ARG_INPUT_CAPACITY);
  output.at = word(args, ARG_OUTPUT);
  output.slots = word(args, ARG_OUTPUT_SLOTS);
  output.capacity = word(args, ARG_OUTPUT_CAPACITY);
  setWork(word(args, ARG_WORK));
  input.recordLast = word(args, ARG_RECORD_LAST);
  input.addressLimit = long(args, ARG_ADDRESS_LIMIT);
  limits.boundary = long(args, ARG_BOUNDARY);
  limits.maxLast = word(args, ARG_MAX_LAST);
  limits.alignment = word(args, ARG_ALIGNMENT);
  limits.skipInvalid = word(args, ARG_SKIP_INVALID) != 0;
  if (hash != check) return OVERWRITTEN;
  input.generation = load<u32>(input.at, GENERATION);
  output.generation = load<u32>(output.at, GENERATION);
  input.head = loadWord(input.at + HEAD);
  output.tail = loadWord(output.at + TAIL);
  memory.fill(work, 0, STAGING);
  return resume();
}

/** A word of the block, which goes into the hash: FNV-1a, word by word. */
function word(args: usize, field: usize): u32 {
  const value = load<u32>(args + field);
  hash = (hash ^ value) * HASH_FACTOR;
  return value;
}

function long(args: usize, field: usize): u64 {
  const low = word(args, field);
  return low | ((<u64>word(args, field + 4)) << 32);
}

/** Reads the pending run of the kernel before. */
function resume(): u32 {
  const which = chooseCheckpoint(input.at + CHECKPOINTS, input.head, output.tail, output.capacity);
  if (which == 3) return poison(input.at, BAD_CHECKPOINT, input.head);
  output.drop = 0;
  heldRun.count = 0;
  heldRun.flushing = false;
  if (which == 2) {
    writeCheckpoint(input.at + CHECKPOINTS, input.head, output.tail, 1, 0, 0);
    heldRun.nextCopy = 1;
    return AGAIN;
  }
  const flags = chosenFlags();
  heldRun.nextCopy = which ^ 1;
  output.drop = output.tail - chosenOutTail();
  heldRun.first = chosenFirst();
  heldRun.last = chosenLast();
  heldRun.kind = ((<u64>flags) << 32) & ~(LENGTH | RESERVED);
  heldRun.count = heldRun.first <= heldRun.last ? 1 : 0;
  heldRun.flushing = (((<u64>flags) << 32) & FLUSH) != 0;
  return AGAIN;
}
