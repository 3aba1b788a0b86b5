import { beat } from "./ring-commit";
import { CONS_SEQ, EMPTY, HEAD, OPEN, PROD_SEQ, SLEEPS, STALLS, STATE, TAIL } from "./ring-layout";
import { input, output } from "./ring-state";
import { isMoving } from "./ring-stop";
import { loadWord, storeWord, waitWord } from "./words";

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

/** Sleeps in a row before which polling was in vain. */
let vain: u32 = 0;
/** Keeps `pause` from being optimised away. */
let paused: u32 = 0;

/** Lets some time pass: there is no instruction for that yet. */
function pause(): void {
  let passed = paused;
  for (let count: u32 = 0; count < PAUSE; ++count) passed = passed * 0x01000193 + 1;
  paused = passed;
}

export function linger(): void {
  for (let count: u32 = 0; count < LINGER_PAUSES; ++count) pause();
}

/** Waits for the word that would change: the input's tail, or the output's head. */
export function sleep(status: u32): void {
  const empty = status == EMPTY;
  const index = empty ? input.at + TAIL : output.at + HEAD;
  const seen = empty ? input.head : output.head;
  const sequence = empty ? input.at + CONS_SEQ : output.at + PROD_SEQ;
  const patient = vain < PATIENCE || (vain & 15) == 0;
  for (let polls: u32 = patient ? POLLS : 2; polls != 0; --polls) {
    if (loadWord(index) != seen) {
      if (patient) vain = 0;
      return;
    }
    pause();
  }
  ++vain;
  if (empty) store<u32>(input.at, load<u32>(input.at, SLEEPS) + 1, SLEEPS);
  else store<u32>(output.at, load<u32>(output.at, STALLS) + 1, STALLS);
  beat();
  const expected = loadWord(sequence);
  storeWord(sequence + 4, 1);
  const state = loadWord(input.at + STATE);
  // While the output is full, a closing input changes nothing.
  if (loadWord(index) == seen && isMoving(loadWord(output.at + STATE)) && (empty ? state == OPEN : isMoving(state))) {
    // After a pause of the peer's everything is open again.
    if (!waitWord(sequence, expected, SLEEP_NANOSECONDS)) vain = 0;
  }
  storeWord(sequence + 4, 0);
}
