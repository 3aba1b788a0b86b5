import { writePacking } from "./breaks";
import { chooseCheckpoint, chosenFirst, chosenFlags, chosenLast, chosenOutTail, writeCheckpoint } from "./checkpoint";
import { BLOCK, LENGTH, RESERVED, STAGING } from "./layout";
import { coalesceRecords } from "./records";
import {
  ABORTED,
  BAD_CHECKPOINT,
  BAD_INDEX,
  BAD_RECORD,
  CHECKPOINT_BYTES,
  CHECKPOINTS,
  CLOSED,
  CLOSING,
  CONS_SEQ,
  DROPPED,
  DROPPED_RECORDS,
  GENERATION,
  HEAD,
  HEAD_LAP,
  HIGH_WATER,
  LAST_BAD,
  OPEN,
  PEER_STOPPED,
  POISONED,
  PROD_SEQ,
  SKIPPED,
  STATE,
  TAIL,
  TAIL_LAP,
} from "./ring-layout";
import { FLUSH, limitRecords, plainRecords, stage, takeSpecial } from "./ring-stage";
import { checkedState, raise } from "./ring-stop";
import { beat, forgetKicks, kick, kicks, linger, sleep, wake } from "./ring-wait";
import { flush, openOutput, written } from "./run";
import {
  badRecords,
  heldRuns,
  setHeldRuns,
  setLimits,
  setRunFirst,
  setRunKind,
  setRunLast,
  takenRecords,
  runFirst as workFirst,
  runKind as workKind,
  runLast as workLast,
} from "./state";
import { loadWord, replaceWord, storeWord } from "./words";

/*
 * The kernel between two rings: takes ranges, coalesces and splits them, puts segments. One instance, one kernel: what
 * it must be able to trust lies in globals, here and in state.ts, where no other thread can write. The work area is
 * scratch: whatever others write there, nothing is read or written outside the rings, and the held-back run survives.
 */
let input: usize = 0;
let inputSlots: usize = 0;
let inputCapacity: u32 = 0;
let inputGeneration: u32 = 0;
let head: u32 = 0;
let output: usize = 0;
let outputSlots: usize = 0;
let outputCapacity: u32 = 0;
let outputGeneration: u32 = 0;
let outputHead: u32 = 0;
let tail: u32 = 0;
let work: usize = 0;
let maxLast: u64 = 0;
let boundary: u64 = 0;
let alignment: u64 = 0;
let skipInvalid: bool = false;
let runFirst: u64 = 1;
let runLast: u64 = 0;
let runKind: u64 = 0;
let held: u32 = 0;
/** A FLUSH was taken: the run goes out before another record is taken. */
let flushing: bool = false;
/** Segments to be made again that the kernel before published. */
let drop: u32 = 0;
let nextCopy: u32 = 0;
/** A peer is at work in another thread. */
let lingers: bool = false;

/* What `run` ends with: one of these, or the states CLOSED, ABORTED and POISONED. */
/** The rounds are used up, or MESSAGE is to be sent. */
const AGAIN: u32 = 0;
/** Nothing to take. */
const EMPTY: u32 = 1;
/** No room in the output ring. */
const OUTPUT_FULL: u32 = 2;
/** The rings were made anew. */
const STALE: u32 = 6;

/** Records a round, copied out of the ring first so that each word is loaded once: one taken exactly, and then a block. */
const CHUNK: u32 = BLOCK - 3;
/**
 * With fewer records than this the kernel lingers once, about 1 µs, before it takes them. A kernel right behind its
 * producer fights with it for every cache line: at batches of 16 that costs 20 ns a record.
 */
const FEW: u32 = 256;

/**
 * Takes the place between two rings, whose numbers have been checked: addresses and capacities inside the memory,
 * `workArea` of WORK_BYTES and 64 records. The limits are inclusive maxima, `boundaryMask` is ~(boundaryBytes - 1) or 0.
 * Goes on where a kernel before ended. Returns AGAIN, or POISONED.
 */
export function open(
  inputRing: usize,
  inputSlotsAt: usize,
  inputRecords: u32,
  outputRing: usize,
  outputSlotsAt: usize,
  outputRecords: u32,
  workArea: usize,
  recordMaxLast: u32,
  lastAddress: u64,
  maxSegmentLast: u32,
  boundaryMask: u64,
  alignmentMask: u32,
  skip: bool,
): u32 {
  input = inputRing;
  inputSlots = inputSlotsAt;
  inputCapacity = inputRecords;
  inputGeneration = load<u32>(input, GENERATION);
  limitRecords(recordMaxLast, lastAddress);
  output = outputRing;
  outputSlots = outputSlotsAt;
  outputCapacity = outputRecords;
  outputGeneration = load<u32>(output, GENERATION);
  work = workArea;
  maxLast = maxSegmentLast;
  boundary = boundaryMask;
  alignment = alignmentMask;
  skipInvalid = skip;
  head = loadWord(input + HEAD);
  tail = loadWord(output + TAIL);
  memory.fill(work, 0, STAGING);
  return resume();
}

/** Reads the held-back run of the kernel before. */
function resume(): u32 {
  const which = chooseCheckpoint(input + CHECKPOINTS, head, tail, outputCapacity);
  if (which == 3) return poison(input, BAD_CHECKPOINT, head);
  drop = 0;
  held = 0;
  flushing = false;
  if (which == 2) {
    writeCheckpoint(input + CHECKPOINTS, head, tail, 1, 0, 0);
    nextCopy = 1;
    return AGAIN;
  }
  const flags = chosenFlags();
  nextCopy = which ^ 1;
  drop = tail - chosenOutTail();
  runFirst = chosenFirst();
  runLast = chosenLast();
  runKind = ((<u64>flags) << 32) & ~(LENGTH | RESERVED);
  held = runFirst <= runLast ? 1 : 0;
  flushing = (((<u64>flags) << 32) & FLUSH) != 0;
  return AGAIN;
}

/** Works for some rounds, each of up to CHUNK records; with `mayBlock` it sleeps when there is nothing to do. */
export function run(rounds: u32, mayBlock: bool): u32 {
  forgetKicks();
  lingers = mayBlock;
  // Anew each time, for 256 bytes: what was spoilt meanwhile must not be believed for ever.
  writePacking(work);
  for (; rounds != 0; --rounds) {
    const status = round();
    if (status == AGAIN) continue;
    if (status >= CLOSED || !mayBlock) return status | kicks();
    if (kicks()) return AGAIN | kicks();
    const empty = status == EMPTY;
    sleep(input, output, empty, empty ? head : outputHead);
  }
  return AGAIN | kicks();
}

function round(): u32 {
  // The state first: a tail read after CLOSING was seen is the last one.
  let inputState = loadWord(input + STATE);
  let outputState = loadWord(output + STATE);
  // The generation before a state that cannot be: a ring that is made anew has none for a moment.
  if (load<u32>(input, GENERATION) != inputGeneration || load<u32>(output, GENERATION) != outputGeneration) {
    return STALE;
  }
  inputState = checkedState(input, inputState);
  outputState = checkedState(output, outputState);
  if (inputState >= ABORTED || outputState >= ABORTED) return stop(inputState, outputState);
  const ready = readyRecords(inputState);
  if (ready > inputCapacity) return poison(input, BAD_INDEX, head + ready);
  outputHead = loadWord(output + HEAD);
  const used = tail - outputHead;
  if (used > outputCapacity) return poison(output, BAD_INDEX, outputHead);
  if (ready > load<u32>(input, HIGH_WATER)) store<u32>(input, ready, HIGH_WATER);
  const ending = ready == 0 && inputState >= CLOSING;
  if (ending && held == 0) return finish();
  if (ready == 0 && !flushing && !ending) return EMPTY;

  // A round either drops or puts: if a commit did both, the copy before it would lie further back than the output is long.
  let segments = work + DROPPED;
  let room = min<u32>(drop, DROPPED_RECORDS);
  if (drop == 0) {
    const at = tail & (outputCapacity - 1);
    segments = outputSlots + ((<usize>at) << 4);
    room = min<u32>(outputCapacity - used, outputCapacity - at);
  }
  toWork(segments, room);
  let taken: u32 = 0;
  let bad = false;
  if (flushing || ending) {
    flush(work, segments, room);
    if (heldRuns(work) == 0) flushing = false;
  } else {
    const count = stage(work, inputSlots, inputCapacity, head, min<u32>(ready, CHUNK));
    const plain = plainRecords(work, count);
    if (plain != 0) {
      coalesceRecords(work, work + STAGING, plain, segments, room);
      taken = takenRecords(work);
      bad = badRecords(work) != 0;
    }
    if (taken == plain && plain < count) {
      const special = takeSpecial(work, work + STAGING + ((<usize>plain) << 4));
      if (special > 0) {
        flushing = true;
        ++taken;
      }
      bad = special < 0;
    }
  }
  const made = written(work, segments);
  fromWork();
  if (bad && skipInvalid) noteSkipped(taken++);
  const flushed = !flushing && held == 0;
  if (taken != 0 || made != 0) commit(taken, made);
  if (bad && !skipInvalid) return poison(input, BAD_RECORD, head);
  return taken != 0 || made != 0 || flushed ? AGAIN : OUTPUT_FULL;
}

/** Records to take. Of a few more are waited for, once. */
function readyRecords(inputState: u32): u32 {
  const ready = loadWord(input + TAIL) - head;
  if (!lingers || ready >= FEW || ready == 0 || inputState != OPEN || flushing) return ready;
  linger();
  return loadWord(input + TAIL) - head;
}

/** Counts the record behind those taken, which is not valid. */
function noteSkipped(taken: u32): void {
  store<u32>(input, load<u32>(input, SKIPPED) + 1, SKIPPED);
  store<u32>(input, head + taken, LAST_BAD);
}

/** Gives a call what it needs. */
function toWork(segments: usize, room: u32): void {
  setRunFirst(work, runFirst);
  setRunLast(work, runLast);
  setRunKind(work, runKind);
  setHeldRuns(work, held);
  setLimits(work, maxLast, boundary, alignment);
  openOutput(work, segments, room);
}

function fromWork(): void {
  runFirst = workFirst(work);
  runLast = workLast(work);
  runKind = workKind(work);
  held = heldRuns(work);
}

/** Makes a round's work visible, in an order in which a death at any step neither loses nor repeats a segment. */
function commit(taken: u32, made: u32): void {
  const again = min<u32>(made, drop);
  drop -= again;
  made -= again;
  const nextHead = head + taken;
  const nextTail = tail + made;
  const flags = <u32>(runKind >> 32) | (flushing ? <u32>(FLUSH >> 32) : 0);
  writeCheckpoint(
    input + CHECKPOINTS + <usize>nextCopy * CHECKPOINT_BYTES,
    nextHead,
    nextTail - drop,
    held ? runFirst : 1,
    held ? runLast : 0,
    flags,
  );
  nextCopy ^= 1;
  if (nextTail < tail) store<u32>(output, load<u32>(output, TAIL_LAP) + 1, TAIL_LAP);
  if (nextHead < head) store<u32>(input, load<u32>(input, HEAD_LAP) + 1, HEAD_LAP);
  tail = nextTail;
  head = nextHead;
  beat(input, output);
  if (made != 0) {
    storeWord(output + TAIL, tail);
    wake(output + CONS_SEQ);
  }
  if (taken != 0) {
    storeWord(input + HEAD, head);
    wake(input + PROD_SEQ);
  }
}

/** Everything is taken and emitted. */
function finish(): u32 {
  // Fewer segments than the kernel before published: it had other limits.
  if (drop != 0) return poison(input, BAD_CHECKPOINT, head);
  replaceWord(output + STATE, OPEN, CLOSING);
  kick(output + CONS_SEQ);
  replaceWord(input + STATE, CLOSING, CLOSED);
  kick(input + PROD_SEQ);
  return CLOSED;
}

/** One ring is aborted or poisoned: the other is aborted, which frees whoever waits there. */
function stop(inputState: u32, outputState: u32): u32 {
  if (inputState >= ABORTED) raise(output, ABORTED, PEER_STOPPED, head);
  if (outputState >= ABORTED) raise(input, ABORTED, PEER_STOPPED, tail);
  return min<u32>(max<u32>(inputState, outputState), POISONED);
}

function poison(ring: usize, code: u32, index: u32): u32 {
  raise(ring, POISONED, code, index);
  raise(ring == input ? output : input, ABORTED, PEER_STOPPED, index);
  return POISONED;
}
