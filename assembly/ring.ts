import { writePacking } from "./breaks";
import { chooseCheckpoint, chosenFirst, chosenFlags, chosenLast, chosenOutTail, writeCheckpoint } from "./checkpoint";
import { BLOCK, LENGTH, RECORD_BYTES, RESERVED, STAGING } from "./layout";
import { coalesceRecords } from "./records";
import {
  ABORTED,
  BAD_CHECKPOINT,
  BAD_INDEX,
  BAD_RECORD,
  BAD_STATE,
  BY_KERNEL,
  CHECKPOINT_BYTES,
  CHECKPOINTS,
  CLOSED,
  CLOSING,
  CONS_SEQ,
  CONSUMER_BEAT,
  DROPPED,
  DROPPED_RECORDS,
  ERROR_BY,
  ERROR_CODE,
  ERROR_INDEX,
  GENERATION,
  HEAD,
  HEAD_LAP,
  HIGH_WATER,
  LAST_BAD,
  OPEN,
  PEER_STOPPED,
  POISONED,
  PROD_SEQ,
  PRODUCER_BEAT,
  SKIPPED,
  SLEEPS,
  STALLS,
  STATE,
  TAIL,
  TAIL_LAP,
} from "./ring-layout";
import { flush, openOutput, takeRange, written } from "./run";
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
import { advance, exchangeWord, loadWord, replaceWord, storeWord, waitWord } from "./words";

/*
 * The kernel between two rings: takes ranges, coalesces and splits them, puts segments. One instance, one kernel: what
 * it must be able to trust lies in globals, here and in state.ts, where no other thread can write. The work area is
 * scratch: whatever others write there, nothing is read or written outside the rings, and the held-back run survives.
 */
let input: usize = 0;
let inputSlots: usize = 0;
let inputCapacity: u32 = 0;
let inputGeneration: u32 = 0;
/** A record of the input ring ends by this byte of its own, and by this address. */
let recordLast: u64 = 0;
let addressLimit: u64 = 0;
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
/** A waiter was woken that needs more than a notify. */
let kicked: u32 = 0;
/** A peer is at work in another thread. */
let lingers: bool = false;
/** Sleeps in a row before which polling was in vain. */
let vain: u32 = 0;
/** Keeps `pause` from being optimised away. */
let paused: u32 = 0;

/* What `run` ends with: one of these, or the states CLOSED, ABORTED and POISONED. */
/** The rounds are used up, or MESSAGE is to be sent. */
const AGAIN: u32 = 0;
/** Nothing to take. */
const EMPTY: u32 = 1;
/** No room in the output ring. */
const FULL: u32 = 2;
/** The rings were made anew. */
const STALE: u32 = 6;
/** Added where a waiter asked for a message, because it can neither block nor wait asynchronously. */
const MESSAGE: u32 = 0x100;

/** In a ring's record: emit what is held back. Alone, with address 0, it is a marker without bytes. */
const FLUSH: u64 = 0x8_0000_0000;
/** Records a round, copied out of the ring first so that each word is loaded once: one taken exactly, and then a block. */
const CHUNK: u32 = BLOCK - 3;
/** Looks before a sleep: a peer that is at work is faster than a wake-up, and one whose core is busy must not be spun for. */
const POLLS: u32 = 200;
/**
 * Multiplications between two looks, so that 200 of them take about 50 µs: twice what waking a sleeper costs its peer.
 * With less, one late batch makes the kernel sleep, the wake-up makes the next batch late, and so on.
 */
const PAUSE: u32 = 240;
/**
 * Polling so often in vain, the kernel stops it but for every 16th time: its peer may have been given the same core,
 * where it cannot move while somebody looks (15 ns a record instead of 4).
 */
const PATIENCE: u32 = 4;
/**
 * With fewer records than this the kernel lingers once, about 1 µs, before it takes them. A kernel right behind its
 * producer fights with it for every cache line: at batches of 16 that costs 20 ns a record.
 */
const FEW: u32 = 256;
const LINGER_PAUSES: u32 = 4;
/** No sleep is longer, whoever forgot to wake it. */
const SLEEP_NANOSECONDS: i64 = 100_000_000;

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
  recordLast = recordMaxLast;
  addressLimit = lastAddress;
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
  kicked = 0;
  lingers = mayBlock;
  // Anew each time, for 256 bytes: what was spoilt meanwhile must not be believed for ever.
  writePacking(work);
  for (; rounds != 0; --rounds) {
    const status = round();
    if (status == AGAIN) continue;
    if (status >= CLOSED || !mayBlock) return status | kicked;
    if (kicked) return AGAIN | kicked;
    sleep(status);
  }
  return AGAIN | kicked;
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
  let ready = loadWord(input + TAIL) - head;
  if (lingers && ready < FEW && ready != 0 && inputState == OPEN && !flushing) {
    linger();
    ready = loadWord(input + TAIL) - head;
  }
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
    const count = stage(min<u32>(ready, CHUNK));
    const plain = plainRecords(count);
    if (plain != 0) {
      coalesceRecords(work, work + STAGING, plain, segments, room);
      taken = takenRecords(work);
      bad = badRecords(work) != 0;
    }
    if (taken == plain && plain < count) {
      const special = takeSpecial(work + STAGING + ((<usize>plain) << 4));
      if (special > 0) ++taken;
      bad = special < 0;
    }
  }
  const made = written(work, segments);
  fromWork();
  if (bad && skipInvalid) {
    store<u32>(input, load<u32>(input, SKIPPED) + 1, SKIPPED);
    store<u32>(input, head + taken, LAST_BAD);
    ++taken;
  }
  const flushed = !flushing && held == 0;
  if (taken != 0 || made != 0) commit(taken, made);
  if (bad && !skipInvalid) return poison(input, BAD_RECORD, head);
  return taken != 0 || made != 0 || flushed ? AGAIN : FULL;
}

/** Copies records out of the ring, in two pieces where it wraps. */
function stage(count: u32): u32 {
  const at = head & (inputCapacity - 1);
  const straight = min<u32>(count, inputCapacity - at);
  const staging = work + STAGING;
  copyRecords(staging, inputSlots + ((<usize>at) << 4), straight);
  copyRecords(staging + ((<usize>straight) << 4), inputSlots, count - straight);
  return count;
}

/** A loop: each word is loaded once, and memory.copy costs a call out of the compiled code. */
function copyRecords(to: usize, from: usize, count: u32): void {
  const end = from + ((<usize>count) << 4);
  for (; from < end; from += RECORD_BYTES, to += RECORD_BYTES) v128.store(to, v128.load(from));
}

/** Staged records up to the first with FLUSH, or that this ring may not hold. */
function plainRecords(count: u32): u32 {
  const limited = recordLast != 0xffff_ffff || addressLimit != u64.MAX_VALUE;
  let record = work + STAGING;
  const end = record + ((<usize>count) << 4);
  if (!limited) {
    // Four at a time; what follows the end of the staged records is scratch too.
    const flushBit = i64x2.splat(FLUSH);
    while (record < end) {
      const words = v128.or(
        v128.or(v128.load(record), v128.load(record, 16)),
        v128.or(v128.load(record, 32), v128.load(record, 48)),
      );
      if (i64x2.extract_lane(v128.and(words, flushBit), 1) != 0) break;
      record += 4 * RECORD_BYTES;
    }
  }
  for (; record < end; record += RECORD_BYTES) {
    const word = load<u64>(record, 8);
    if ((word & FLUSH) != 0 || (limited && !withinLimits(load<u64>(record), word))) break;
  }
  return <u32>(min<usize>(record, end) - work - STAGING) >> 4;
}

function withinLimits(first: u64, word: u64): bool {
  const reach = (word & LENGTH) - 1;
  return reach <= recordLast && first <= addressLimit && addressLimit - first >= reach;
}

/** A record with FLUSH, or one past the ring's limits. Returns 1 taken, 0 no room, -1 not valid. */
function takeSpecial(record: usize): i32 {
  const first = load<u64>(record);
  const word = load<u64>(record, 8);
  if ((word & FLUSH) == 0) return -1;
  if ((first | (word ^ FLUSH)) != 0) {
    const reach = (word & LENGTH) - 1;
    if ((word & (RESERVED ^ FLUSH)) != 0 || reach >> 32 != 0 || first + reach < first || !withinLimits(first, word)) {
      return -1;
    }
    if (!takeRange(work, first, first + reach, word & ~(LENGTH | FLUSH))) return 0;
  }
  flushing = true;
  return 1;
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
  beat();
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

/** A state, as it was loaded. One that cannot be is POISONED, and is made so for everybody. */
function checkedState(ring: usize, state: u32): u32 {
  if (isState(state)) return state;
  raise(ring, POISONED, BAD_STATE, state);
  return POISONED;
}

function isState(word: u32): bool {
  return word - OPEN <= POISONED - OPEN;
}

/** Raises a ring's state, never lowers it; the first to give a reason is the one reported. */
function raise(ring: usize, state: u32, code: u32, index: u32): void {
  if (replaceWord(ring + ERROR_CODE, 0, code) == 0) {
    store<u32>(ring, index, ERROR_INDEX);
    store<u32>(ring, BY_KERNEL, ERROR_BY);
  }
  // Tried again only where somebody else raised it meanwhile, which can happen once a state.
  for (let tries: u32 = 0; tries <= POISONED; ++tries) {
    const now = loadWord(ring + STATE);
    if ((isState(now) && now >= state) || replaceWord(ring + STATE, now, state) == now) break;
  }
  kick(ring + CONS_SEQ);
  kick(ring + PROD_SEQ);
}

/** Wakes the peer if it sleeps. Whoever takes the flag wakes, so that a sleeper costs one notify. */
function wake(sequence: usize): void {
  if (loadWord(sequence + 4) != 0) kick(sequence);
}

function kick(sequence: usize): void {
  const waiting = exchangeWord(sequence + 4, 0);
  advance(sequence);
  // Without threads whoever waits does so in JavaScript.
  if (waiting == 2 || (!ASC_FEATURE_THREADS && waiting != 0)) kicked = MESSAGE;
}

/** Lets some time pass: there is no instruction for that yet. */
function pause(): void {
  let passed = paused;
  for (let count: u32 = 0; count < PAUSE; ++count) passed = passed * 0x01000193 + 1;
  paused = passed;
}

function linger(): void {
  for (let count: u32 = 0; count < LINGER_PAUSES; ++count) pause();
}

/** Heartbeats of the two roles. */
function beat(): void {
  store<u32>(input, load<u32>(input, CONSUMER_BEAT) + 1, CONSUMER_BEAT);
  store<u32>(output, load<u32>(output, PRODUCER_BEAT) + 1, PRODUCER_BEAT);
}

/** Waits for the word that would change: the input's tail, or the output's head. */
function sleep(status: u32): void {
  const empty = status == EMPTY;
  const index = empty ? input + TAIL : output + HEAD;
  const seen = empty ? head : outputHead;
  const sequence = empty ? input + CONS_SEQ : output + PROD_SEQ;
  const patient = vain < PATIENCE || (vain & 15) == 0;
  for (let polls: u32 = patient ? POLLS : 2; polls != 0; --polls) {
    if (loadWord(index) != seen) {
      if (patient) vain = 0;
      return;
    }
    pause();
  }
  ++vain;
  if (empty) store<u32>(input, load<u32>(input, SLEEPS) + 1, SLEEPS);
  else store<u32>(output, load<u32>(output, STALLS) + 1, STALLS);
  beat();
  const expected = loadWord(sequence);
  storeWord(sequence + 4, 1);
  const state = loadWord(input + STATE);
  // While the output is full, a closing input changes nothing.
  if (loadWord(index) == seen && isMoving(loadWord(output + STATE)) && (empty ? state == OPEN : isMoving(state))) {
    // After a pause of the peer's everything is open again.
    if (!waitWord(sequence, expected, SLEEP_NANOSECONDS)) vain = 0;
  }
  storeWord(sequence + 4, 0);
}

/** Not stopped, by anybody or by a state that cannot be. */
function isMoving(state: u32): bool {
  return state - OPEN < ABORTED - OPEN;
}
