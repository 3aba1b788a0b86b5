import { type RingCore, SLEEP_MS } from "./core.js";
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
} from "./layout.js";

/* As assembly/ring-wait.ts, where the reasons are. 200 looks take about 50 µs. */
const POLLS = 200;
const PAUSE = 200;
const PATIENCE = 4;
const LINGER_PAUSES = 4;

/** How a kernel in JavaScript waits for its peers, in a thread that may block. */
export class JsWait {
  readonly #input: RingCore;
  readonly #output: RingCore;
  /** Sleeps in a row before which polling was in vain. */
  #vain = 0;
  /** Keeps `#pause` from being optimised away. */
  #paused = 0;

  constructor(input: RingCore, output: RingCore) {
    this.#input = input;
    this.#output = output;
  }

  /** About 1 µs. */
  linger(): void {
    for (let count = 0; count < LINGER_PAUSES; count++) this.#pause();
  }

  /** Sleeps until the input's tail, where `empty`, or the output's head is not `seen` any more; at most SLEEP_MS. */
  sleep(empty: boolean, seen: number): void {
    const ring = empty ? this.#input : this.#output;
    const index = empty ? TAIL : HEAD;
    const sequence = empty ? CONS_SEQ : PROD_SEQ;
    const patient = this.#vain < PATIENCE || (this.#vain & 15) === 0;
    for (let polls = patient ? POLLS : 2; polls > 0; polls--) {
      if (ring.load(index) !== seen) {
        if (patient) this.#vain = 0;
        return;
      }
      this.#pause();
    }
    this.#vain++;
    ring.add(empty ? SLEEPS : STALLS, 1);
    this.beat();
    const { words } = ring;
    const expected = ring.load(sequence);
    Atomics.store(words, (sequence >> 2) + 1, 1);
    const state = this.#input.load(STATE);
    // While the output is full, a closing input changes nothing.
    const moves = isMoving(this.#output.load(STATE)) && (empty ? state === OPEN : isMoving(state));
    if (ring.load(index) === seen && moves) {
      // After a pause of the peer's everything is open again.
      if (Atomics.wait(words, sequence >> 2, expected, SLEEP_MS) !== "timed-out") this.#vain = 0;
    }
    Atomics.store(words, (sequence >> 2) + 1, 0);
  }

  /** Heartbeats of the two roles. */
  beat(): void {
    this.#input.add(CONSUMER_BEAT, 1);
    this.#output.add(PRODUCER_BEAT, 1);
  }

  #pause(): void {
    let passed = this.#paused;
    for (let count = 0; count < PAUSE; count++) passed = (Math.imul(passed, 0x01000193) + 1) | 0;
    this.#paused = passed;
  }
}

/** Not stopped, by anybody or by a state that cannot be. */
function isMoving(state: number): boolean {
  return state >= OPEN && state < ABORTED;
}
