import { writePacking } from "./breaks";
import { STAGING } from "./layout";
import { coalesceRecords } from "./records";
import { commit, finish } from "./ring-commit";
import {
  ABORTED,
  AGAIN,
  BAD_INDEX,
  BAD_RECORD,
  CLOSED,
  CLOSING,
  DROPPED,
  DROPPED_RECORDS,
  EMPTY,
  GENERATION,
  HEAD,
  HIGH_WATER,
  LAST_BAD,
  OUTPUT_FULL,
  SKIPPED,
  STALE,
  STATE,
  TAIL,
} from "./ring-layout";
import { heldRun, input, limits, output, work } from "./ring-state";
import { checkedState, poison, stop } from "./ring-stop";
import { CHUNK, plainRecords, stage, takeSpecial } from "./ring-take";
import { linger, sleep } from "./ring-wait";
import { clearKicked, kicked } from "./ring-wake";
import { flush, openOutput, written } from "./run";
import {
  badRecords,
  heldRuns,
  runFirst,
  runKind,
  runLast,
  setHeldRuns,
  setLimits,
  setRunFirst,
  setRunKind,
  setRunLast,
  takenRecords,
} from "./state";
import { loadWord } from "./words";

/**
 * Where fewer records are ready than a round takes, the kernel waits about 1 µs, as long as more keep coming, and so often
 * at most. A kernel right behind its producer fights with it for every cache line: with 16 records a publish, and one wait,
 * `push` takes 1.3 to 1.5 times what it takes beside a thread that only reads; with these waits, 1.1 times.
 */
const LINGERS: u32 = 16;
/** Added to how many records were taken. */
const BAD_NEXT: u32 = 0x8000_0000;

/** Works for some rounds, each of up to CHUNK records; with `mayBlock` it sleeps when there is nothing to do. */
export function run(rounds: u32, mayBlock: bool): u32 {
  clearKicked();
  // Anew each time, for 256 bytes: what was spoilt meanwhile must not be believed for ever.
  writePacking(work);
  for (; rounds != 0; --rounds) {
    const status = round(mayBlock);
    if (status == AGAIN) continue;
    if (status >= CLOSED || !mayBlock) return status | kicked;
    if (kicked) return AGAIN | kicked;
    sleep(status);
  }
  return AGAIN | kicked;
}

/** @param lingers A peer is at work in another thread. */
function round(lingers: bool): u32 {
  if (lingers && !heldRun.flushing) whileMoreCome();
  // The state first: a tail read after CLOSING was seen is the last one.
  let inputState = loadWord(input.at + STATE);
  let outputState = loadWord(output.at + STATE);
  // The generation before a state that cannot be: a ring that is made anew has none for a moment.
  if (load<u32>(input.at, GENERATION) != input.generation || load<u32>(output.at, GENERATION) != output.generation) {
    return STALE;
  }
  inputState = checkedState(input.at, inputState);
  outputState = checkedState(output.at, outputState);
  if (inputState >= ABORTED || outputState >= ABORTED) return stop(inputState, outputState);
  const ready = loadWord(input.at + TAIL) - input.head;
  if (ready > input.capacity) return poison(input.at, BAD_INDEX, input.head + ready);
  output.head = loadWord(output.at + HEAD);
  const used = output.tail - output.head;
  if (used > output.capacity) return poison(output.at, BAD_INDEX, output.head);
  if (ready > load<u32>(input.at, HIGH_WATER)) store<u32>(input.at, ready, HIGH_WATER);
  const ending = ready == 0 && inputState >= CLOSING;
  if (ending && heldRun.count == 0) return finish();
  if (ready == 0 && !heldRun.flushing && !ending) return EMPTY;

  // A round drops segments or puts segments, never both. A commit of both could move out.tail more than one ring past the
  // copy before the commit, and such a copy does not count.
  let segments = work + DROPPED;
  let room = min<u32>(output.drop, DROPPED_RECORDS);
  if (output.drop == 0) {
    const at = output.tail & (output.capacity - 1);
    segments = output.slots + ((<usize>at) << 4);
    room = min<u32>(output.capacity - used, output.capacity - at);
  }
  toWork(segments, room);
  let taken: u32 = 0;
  let bad = false;
  if (heldRun.flushing || ending) {
    flush(work, segments, room);
    if (heldRuns(work) == 0) heldRun.flushing = false;
  } else {
    const found = take(min<u32>(ready, CHUNK), segments, room);
    taken = found & ~BAD_NEXT;
    bad = (found & BAD_NEXT) != 0;
  }
  const made = written(work, segments);
  fromWork();
  if (bad && limits.skipInvalid) {
    store<u32>(input.at, load<u32>(input.at, SKIPPED) + 1, SKIPPED);
    store<u32>(input.at, input.head + taken, LAST_BAD);
    ++taken;
  }
  const flushed = !heldRun.flushing && heldRun.count == 0;
  if (taken != 0 || made != 0) commit(taken, made);
  if (bad && !limits.skipInvalid) return poison(input.at, BAD_RECORD, input.head);
  return taken != 0 || made != 0 || flushed ? AGAIN : OUTPUT_FULL;
}

/** Waits while more records come, until a round or the ring is full. What cannot be is found afterwards. */
function whileMoreCome(): void {
  const full = min<u32>(CHUNK, input.capacity);
  let before: u32 = 0;
  for (let left = LINGERS; left != 0; --left) {
    const ready = loadWord(input.at + TAIL) - input.head;
    if (ready >= full || ready == before) return;
    before = ready;
    linger();
  }
}

/** Takes up to `count` records. Returns how many, with BAD_NEXT where the one after them is not valid. */
function take(count: u32, segments: usize, room: u32): u32 {
  stage(count);
  const plain = plainRecords(count);
  let taken: u32 = 0;
  let bad = false;
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
  return bad ? taken | BAD_NEXT : taken;
}

/** Gives a call what it needs. */
function toWork(segments: usize, room: u32): void {
  setRunFirst(work, heldRun.first);
  setRunLast(work, heldRun.last);
  setRunKind(work, heldRun.kind);
  setHeldRuns(work, heldRun.count);
  setLimits(work, limits.maxLast, limits.boundary, limits.alignment);
  openOutput(work, segments, room);
}

function fromWork(): void {
  heldRun.first = runFirst(work);
  heldRun.last = runLast(work);
  heldRun.kind = runKind(work);
  heldRun.count = heldRuns(work);
}
