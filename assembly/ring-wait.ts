import {
  ABORTED,
  CONS_SEQ,
  CONSUMER_BEAT,
  HEAD,
  OPEN,
  PROD_SEQ,
  PRODUCER_BEAT,
  SLEEPS,
  STALLS,
  STATE,
  TAIL,
} from "./ring-layout";
import { advance, exchangeWord, loadWord, storeWord, waitWord } from "./words";

/* How a kernel waits for its peers, and wakes them. */

/** Added where a waiter asked for a message, because it can neither block nor wait asynchronously. */
export const MESSAGE: u32 = 0x100;
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
const LINGER_PAUSES: u32 = 4;
/** No sleep is longer, whoever forgot to wake it. */
const SLEEP_NANOSECONDS: i64 = 100_000_000;

/** A waiter was woken that needs more than a notify. */
let kicked: u32 = 0;
/** Sleeps in a row before which polling was in vain. */
let vain: u32 = 0;
/** Keeps `pause` from being optimised away. */
let paused: u32 = 0;

/** Before a call of `run`. */
export function forgetKicks(): void {
  kicked = 0;
}

/** MESSAGE where a waiter was woken that needs one, or 0. */
export function kicks(): u32 {
  return kicked;
}

/** Wakes the peer if it sleeps. Whoever takes the flag wakes, so that a sleeper costs one notify. */
export function wake(sequence: usize): void {
  if (loadWord(sequence + 4) != 0) kick(sequence);
}

export function kick(sequence: usize): void {
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

export function linger(): void {
  for (let count: u32 = 0; count < LINGER_PAUSES; ++count) pause();
}

/** Heartbeats of the two roles. */
export function beat(input: usize, output: usize): void {
  store<u32>(input, load<u32>(input, CONSUMER_BEAT) + 1, CONSUMER_BEAT);
  store<u32>(output, load<u32>(output, PRODUCER_BEAT) + 1, PRODUCER_BEAT);
}

/** Waits for the word that would change from what was seen: the tail of an empty input, or the head of a full output. */
export function sleep(input: usize, output: usize, empty: bool, seen: u32): void {
  const index = empty ? input + TAIL : output + HEAD;
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
  beat(input, output);
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
