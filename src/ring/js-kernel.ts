import { FLUSH, FULL, RECORD_WORDS, RESERVED_FLAGS } from "../core/record.js";
import { JsRun, type Room } from "../engine/js-run.js";
import { BY_MESSAGE, isState, type RingCore, SLEEP_MS } from "./core.js";
import { BLANK, COPY_WORDS, chooseCheckpoint, NO_COPY, writeCheckpoint } from "./js-checkpoint.js";
import { CHUNK, JsTake } from "./js-take.js";
import type { Work } from "./kernel-arguments.js";
import {
  ABORTED,
  AGAIN,
  BAD_CHECKPOINT,
  BAD_INDEX,
  BAD_RECORD,
  BAD_STATE,
  BY_KERNEL,
  CLOSED,
  CLOSING,
  CONS_SEQ,
  CONSUMER_BEAT,
  DROPPED_RECORDS,
  EMPTY,
  GENERATION,
  HEAD,
  HEAD_LAP,
  HIGH_WATER,
  LAST_BAD,
  MESSAGE,
  OPEN,
  OUTPUT_FULL,
  PEER_STOPPED,
  POISONED,
  PROD_SEQ,
  PRODUCER_BEAT,
  SKIPPED,
  SLEEPS,
  STALE,
  STALLS,
  STATE,
  TAIL,
  TAIL_LAP,
} from "./layout.js";

/** As in assembly/ring-round.ts: how often the kernel waits while more records come. */
const LINGERS = 16;
const LINGER_PAUSES = 4;

/** The words of a copy of the pending run before its check, as js-checkpoint.ts names them. */
type Words = [number, number, number, number, number, number, number];

/**
 * The kernel between two rings in JavaScript: the twin of assembly/ring-open.ts, ring-round.ts and ring-commit.ts. The
 * kernel takes the same records in a round, commits the same words in the same order, and makes the same states. So a
 * kernel of either engine goes on where a kernel of the other engine died. Positions are signed words, as in the header.
 */
export class JsKernel {
  readonly #input: RingCore;
  readonly #output: RingCore;
  readonly #skipsInvalid: boolean;
  readonly #run: JsRun;
  readonly #take: JsTake;
  #inputSlots!: Int32Array;
  #outputSlots!: Int32Array;
  /** Segments that are made again and dropped. */
  #dropped: Int32Array | undefined;
  readonly #room: Room = { at: 0, room: 0 };
  readonly #copy = new Int32Array(COPY_WORDS);
  /** The input's head, the output's tail, and the output's head as it was read last. */
  #head: number;
  #tail: number;
  #outputHead = 0;
  /** Segments to be made again that the kernel before published. */
  #drop = 0;
  /** A FLUSH was taken: the run goes out before another record is taken. */
  #flushing = false;
  /** The copy in the header that the next commit writes. */
  #nextCopy = 0;
  /** MESSAGE: a waiter was woken that needs more than a notify. */
  #kicked = 0;

  /** The rings have been checked, and their roles are this kernel's. */
  constructor(input: RingCore, output: RingCore, { limits, skipInvalid }: Work) {
    this.#input = input;
    this.#output = output;
    this.#skipsInvalid = skipInvalid;
    this.#run = new JsRun(limits);
    this.#take = new JsTake(this.#run, input.config);
    this.#view();
    this.#head = input.load(HEAD);
    this.#tail = output.load(TAIL);
  }

  /** Goes on where a kernel before ended. Returns AGAIN or POISONED. */
  open(): number {
    const { words } = this.#input;
    const copy = this.#copy;
    const which = chooseCheckpoint(words, this.#head, this.#tail, this.#output.config.capacity, copy);
    if (which === NO_COPY) return this.#poison(this.#input, BAD_CHECKPOINT, this.#head);
    if (which === BLANK) {
      copy.set([this.#head, this.#tail, 1, 0, 0, 0, 0]);
      writeCheckpoint(words, 0, copy);
      this.#nextCopy = 1;
      return AGAIN;
    }
    this.#nextCopy = which ^ 1;
    const [, outTail, firstLo, firstHi, lastLo, lastHi, flags] = [...copy] as Words;
    this.#drop = (this.#tail - outTail) >>> 0;
    this.#flushing = (flags & FLUSH) !== 0;
    const endLo = (lastLo + 1) | 0;
    this.#run.hold(firstLo, firstHi, endLo, endLo === 0 ? (lastHi + 1) | 0 : lastHi, flags & ~(FULL | RESERVED_FLAGS));
    this.#run.held = firstHi === lastHi ? firstLo >>> 0 <= lastLo >>> 0 : firstHi >>> 0 < lastHi >>> 0;
    return AGAIN;
  }

  /** Works for some rounds, each of up to CHUNK records; with `mayBlock` the kernel sleeps when there is nothing to do. */
  run(rounds: number, mayBlock: number): number {
    this.#kicked = 0;
    if (this.#input.words.length === 0) this.#view();
    for (let left = rounds; left > 0; left--) {
      const status = this.#round(mayBlock !== 0);
      if (status === AGAIN) continue;
      if (status >= CLOSED || mayBlock === 0) return status | this.#kicked;
      // Who needs a message gets the message before this thread sleeps.
      if (this.#kicked !== 0) break;
      this.#sleep(status === EMPTY);
    }
    return AGAIN | this.#kicked;
  }

  /** Takes the views anew: memory that is not shared leaves them without elements when it grows. */
  #view(): void {
    const signed = ({ slots }: RingCore) => new Int32Array(slots.buffer, slots.byteOffset, slots.length);
    if (this.#input.words.length === 0) this.#input.view();
    if (this.#output.words.length === 0) this.#output.view();
    this.#inputSlots = signed(this.#input);
    this.#outputSlots = signed(this.#output);
  }

  /** @param lingers A peer is at work in another thread. */
  #round(lingers: boolean): number {
    const input = this.#input;
    const output = this.#output;
    if (lingers && !this.#flushing) this.#whileMoreCome();
    // The state first: a tail read after CLOSING was seen is the last one.
    let inputState = input.load(STATE);
    let outputState = output.load(STATE);
    // The generation before a state that cannot be: a ring that is made anew has none for a moment.
    if (isStale(input) || isStale(output)) return STALE;
    inputState = this.#believe(input, inputState);
    outputState = this.#believe(output, outputState);
    if (inputState >= ABORTED || outputState >= ABORTED) return this.#stop(inputState, outputState);
    const ready = (input.load(TAIL) - this.#head) >>> 0;
    if (ready > input.config.capacity) return this.#poison(input, BAD_INDEX, this.#head + ready);
    this.#outputHead = output.load(HEAD);
    const used = (this.#tail - this.#outputHead) >>> 0;
    if (used > output.config.capacity) return this.#poison(output, BAD_INDEX, this.#outputHead);
    if (ready > input.get(HIGH_WATER) >>> 0) input.words[HIGH_WATER >> 2] = ready;
    const ending = ready === 0 && inputState >= CLOSING;
    if (ending && !this.#run.held) return this.#finish();
    if (ready === 0 && !this.#flushing && !ending) return EMPTY;
    return this.#work(ready, ending, used);
  }

  /** Waits while more records come, until a round or the ring is full. What cannot be is found afterwards. */
  #whileMoreCome(): void {
    const input = this.#input;
    const full = Math.min(CHUNK, input.config.capacity);
    let before = 0;
    for (let left = LINGERS; left !== 0; left--) {
      const ready = (input.load(TAIL) - this.#head) >>> 0;
      if (ready >= full || ready === before) return;
      before = ready;
      for (let count = 0; count < LINGER_PAUSES; count++) input.pause();
    }
  }

  #work(ready: number, ending: boolean, used: number): number {
    const input = this.#input;
    const run = this.#run;
    const room = this.#room;
    const { capacity } = this.#output.config;
    // A round drops segments or puts segments, never both: a copy counts where out.tail is one ring past it at most.
    let out = this.#outputSlots;
    let from = this.#tail & (capacity - 1);
    room.room = Math.min(capacity - used, capacity - from);
    if (this.#drop !== 0) {
      this.#dropped ??= new Int32Array(DROPPED_RECORDS * RECORD_WORDS);
      out = this.#dropped;
      from = 0;
      room.room = Math.min(this.#drop, DROPPED_RECORDS);
    }
    room.at = from;
    let taken = 0;
    let bad = false;
    if (this.#flushing || ending) {
      if (run.held) run.emitHeld(out, room);
      if (!run.held) this.#flushing = false;
    } else {
      taken = this.#take.take(this.#inputSlots, this.#head, Math.min(ready, CHUNK), out, room);
      this.#flushing = this.#take.flushing;
      bad = this.#take.bad;
    }
    const made = room.at - from;
    if (bad && this.#skipsInvalid) {
      input.add(SKIPPED, 1);
      input.words[LAST_BAD >> 2] = this.#head + taken;
      taken++;
    }
    const flushed = !this.#flushing && !run.held;
    if (taken !== 0 || made !== 0) this.#commit(taken, made);
    if (bad && !this.#skipsInvalid) return this.#poison(input, BAD_RECORD, this.#head);
    return taken !== 0 || made !== 0 || flushed ? AGAIN : OUTPUT_FULL;
  }

  /** Makes a round's work visible, in an order in which a death at any step neither loses nor repeats a segment. */
  #commit(taken: number, written: number): void {
    const input = this.#input;
    const output = this.#output;
    const again = Math.min(written, this.#drop);
    this.#drop -= again;
    const made = written - again;
    const head = (this.#head + taken) | 0;
    const tail = (this.#tail + made) | 0;
    this.#checkpoint(head, (tail - this.#drop) | 0);
    if (tail >>> 0 < this.#tail >>> 0) output.add(TAIL_LAP, 1);
    if (head >>> 0 < this.#head >>> 0) input.add(HEAD_LAP, 1);
    this.#tail = tail;
    this.#head = head;
    this.#beat();
    if (made !== 0) {
      Atomics.store(output.words, TAIL >> 2, tail);
      this.#wake(output, CONS_SEQ);
    }
    if (taken !== 0) {
      Atomics.store(input.words, HEAD >> 2, head);
      this.#wake(input, PROD_SEQ);
    }
  }

  #checkpoint(head: number, outTail: number): void {
    const copy = this.#copy;
    const { held, firstLo, firstHi, endLo, endHi, flags } = this.#run;
    copy[0] = head;
    copy[1] = outTail;
    copy[2] = held ? firstLo : 1;
    copy[3] = held ? firstHi : 0;
    copy[4] = held ? endLo - 1 : 0;
    copy[5] = held ? endHi - (endLo === 0 ? 1 : 0) : 0;
    copy[6] = flags | (this.#flushing ? FLUSH : 0);
    writeCheckpoint(this.#input.words, this.#nextCopy, copy);
    this.#nextCopy ^= 1;
  }

  /** Waits for the word that would change: the input's tail where `empty`, or the output's head. */
  #sleep(empty: boolean): void {
    const input = this.#input;
    const output = this.#output;
    const ring = empty ? input : output;
    const moved = () => (empty ? input.load(TAIL) !== this.#head : output.load(HEAD) !== this.#outputHead);
    ring.poll(moved);
    if (moved()) return;
    ring.add(empty ? SLEEPS : STALLS, 1);
    this.#beat();
    const ready = () => {
      const state = input.load(STATE);
      // While the output is full, a closing input changes nothing.
      return moved() || !isMoving(output.load(STATE)) || (empty ? state !== OPEN : !isMoving(state));
    };
    // After a pause of the peer's, polling is worth it again.
    if (ring.sleep(empty ? CONS_SEQ : PROD_SEQ, ready, SLEEP_MS)) ring.vain = 0;
  }

  /** Heartbeats of the two roles. */
  #beat(): void {
    this.#input.add(CONSUMER_BEAT, 1);
    this.#output.add(PRODUCER_BEAT, 1);
  }

  /** Everything is taken and emitted. */
  #finish(): number {
    const input = this.#input;
    const output = this.#output;
    // Fewer segments than the kernel before published: that kernel had other limits.
    if (this.#drop !== 0) return this.#poison(input, BAD_CHECKPOINT, this.#head);
    Atomics.compareExchange(output.words, STATE >> 2, OPEN, CLOSING);
    this.#kick(output, CONS_SEQ);
    Atomics.compareExchange(input.words, STATE >> 2, CLOSING, CLOSED);
    this.#kick(input, PROD_SEQ);
    return CLOSED;
  }

  /** One ring is aborted or poisoned: the other is aborted, which frees whoever waits there. */
  #stop(inputState: number, outputState: number): number {
    if (inputState >= ABORTED) this.#raise(this.#output, ABORTED, PEER_STOPPED, this.#head);
    if (outputState >= ABORTED) this.#raise(this.#input, ABORTED, PEER_STOPPED, this.#tail);
    return Math.min(Math.max(inputState, outputState), POISONED);
  }

  #poison(ring: RingCore, code: number, index: number): number {
    this.#raise(ring, POISONED, code, index);
    this.#raise(ring === this.#input ? this.#output : this.#input, ABORTED, PEER_STOPPED, index);
    return POISONED;
  }

  /** A state, as it was loaded. A state that cannot be is POISONED, and is made so for everybody. */
  #believe(ring: RingCore, state: number): number {
    if (isState(state)) return state;
    this.#raise(ring, POISONED, BAD_STATE, state);
    return POISONED;
  }

  #raise(ring: RingCore, state: number, code: number, index: number): void {
    ring.raiseState(state, code, index, BY_KERNEL);
    this.#kick(ring, CONS_SEQ);
    this.#kick(ring, PROD_SEQ);
  }

  /** Wakes the peer if it sleeps. */
  #wake(ring: RingCore, sequence: number): void {
    if (ring.load(sequence + 4) !== 0) this.#kick(ring, sequence);
  }

  /** Who gives this kernel its rounds wakes those that wait in this thread, and sends messages: as of a wasm kernel. */
  #kick(ring: RingCore, sequence: number): void {
    const waiting = ring.notify(sequence);
    if (waiting === BY_MESSAGE || (!ring.shared && waiting !== 0)) this.#kicked = MESSAGE;
  }
}

function isStale(ring: RingCore): boolean {
  return ring.get(GENERATION) >>> 0 !== ring.config.generation;
}

/** Not stopped, by anybody or by a state that cannot be. */
function isMoving(state: number): boolean {
  return state >= OPEN && state < ABORTED;
}
