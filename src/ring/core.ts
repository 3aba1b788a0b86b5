import { SegringError } from "../core/errors.js";
import { isArrayBuffer } from "../core/memories.js";
import type { RingConfig } from "./header.js";
import {
  ABORTED,
  BAD_CHECKPOINT,
  BAD_INDEX,
  BAD_RECORD,
  BAD_STATE,
  BY_CONSUMER,
  BY_KERNEL,
  BY_OBSERVER,
  BY_PRODUCER,
  CONS_SEQ,
  ERROR_BY,
  ERROR_CODE,
  ERROR_INDEX,
  GENERATION,
  HEADER_BYTES,
  KERNEL_FAILED,
  OPEN,
  PEER_STOPPED,
  POISONED,
  PROD_SEQ,
  SLEEPS,
  STATE,
} from "./layout.js";
import { isWasmMemory, later, now } from "./platform.js";
import { addSleeper, wakeSleepers } from "./sleepers.js";
import { eventLoopTurn } from "./turn.js";

/** Memory that a ring can lie in. A kernel in wasm needs a `WebAssembly.Memory`; a kernel in JavaScript takes any. */
export type RingMemory = WebAssembly.Memory | ArrayBufferLike;

/** The longest sleep, in milliseconds: a peer may die between taking the waiting flag and the notify. */
export const SLEEP_MS = 100;
/** Looks before a blocking sleep, and multiplications between two: 50 µs in all, as in the kernel. */
const POLLS = 200;
const PAUSE = 200;
/** Polling so often in vain, a thread stops it but for every 16th time: its peer may have been given the same core. */
const PATIENCE = 4;
/** Waits for promises before the clock is looked at, and milliseconds after which the event loop gets a turn. */
const CALLS_A_LOOK = 32;
const TURN_MS = 20;
/** In a waiting flag: the sleeper waits on the word, or for a message. */
const BY_WORD = 1;
export const BY_MESSAGE = 2;

type WaitAsync = (
  words: Int32Array,
  index: number,
  value: number,
  timeout: number,
) => { async: boolean; value: string | Promise<string> };
const { waitAsync } = Atomics as unknown as { waitAsync?: WaitAsync };

/** What a thread waits for. Both questions may throw. */
export interface Condition {
  /** Whether to ask `holds` again rather than sleep: true after all that comes with a wake-up. Asked often, so it is cheap. */
  mayHold(): boolean;
  /** Whether the wait is over. */
  holds(): boolean;
}

/** What both ends of a ring do with its header: views, states, sleeping and waking. */
export class RingCore {
  readonly memory: RingMemory;
  /** Bytes. */
  readonly base: number;
  readonly config: RingConfig;
  readonly shared: boolean;
  /** The header. */
  words!: Int32Array;
  /** Four words a slot. */
  slots!: Uint32Array;
  /** Times in a row that polling was in vain. */
  vain = 0;
  /** Keeps `pause` from being optimised away. */
  paused = 0;
  /** Calls of `turn` since it last looked at the clock, and when the event loop had its last turn. */
  #calls = 0;
  #turnStart = 0;
  /** Sends what wakes a peer that can only be woken by a message. */
  doorbell: (() => void) | undefined;
  /** Waits by message although there is a better way: for tests, and for platforms that lie. */
  byMessage = waitAsync === undefined;

  constructor(memory: RingMemory, base: number, config: RingConfig) {
    this.memory = memory;
    this.base = base;
    this.config = config;
    this.shared = !isArrayBuffer(bufferOf(memory));
    this.view();
  }

  /** Takes the views anew: memory that is not shared leaves them without elements when it grows. */
  view(): void {
    const buffer = bufferOf(this.memory);
    this.words = new Int32Array(buffer, this.base, HEADER_BYTES / 4);
    this.slots = new Uint32Array(buffer, this.base + this.config.slotsOffset, this.config.capacity * 4);
  }

  /** The header, seen anew where memory that is not shared has grown since. */
  get live(): Int32Array {
    if (this.words.length === 0) this.view();
    return this.words;
  }

  load(field: number): number {
    return Atomics.load(this.live, field >> 2);
  }

  /** Reads a word that only this side writes, or a counter. */
  get(field: number): number {
    return this.words[field >> 2] as number;
  }

  add(field: number, count: number): void {
    this.words[field >> 2] = (this.words[field >> 2] as number) + count;
  }

  /** Checks that the ring was not made anew, aborted or poisoned. @throws {SegringError} STALE, ABORTED, POISONED */
  check(): void {
    const state = this.load(STATE);
    if (this.get(GENERATION) >>> 0 !== this.config.generation) this.stale();
    if (this.believe(state) >= ABORTED) throw this.stopped();
  }

  /** The ring's state, OPEN to POISONED. Whether the ring was made anew is not looked at. */
  state(): number {
    const state = this.load(STATE);
    return isState(state) ? state : POISONED;
  }

  /**
   * A state, as it was loaded before the generation was found right. One that cannot be is POISONED, and made so for
   * everybody. (createRing changes the generation first, so a ring that is made anew is not taken for a broken one.)
   */
  believe(state: number): number {
    if (isState(state)) return state;
    this.raise(POISONED, BAD_STATE, state, BY_OBSERVER);
    return POISONED;
  }

  stale(): never {
    throw new SegringError(
      "STALE",
      `the ring is of generation ${this.get(GENERATION)} now, not ${this.config.generation}`,
    );
  }

  /** Why the ring stands still. @param cause What stopped the ring, where that was an error. */
  stopped(cause?: unknown): SegringError {
    const by = new Map([
      [BY_PRODUCER, "the producer"],
      [BY_CONSUMER, "the consumer"],
      [BY_KERNEL, "the kernel"],
    ]).get(this.get(ERROR_BY));
    const index = this.get(ERROR_INDEX) >>> 0;
    const why = new Map([
      [BAD_STATE, `a state that cannot be, ${index | 0}`],
      [KERNEL_FAILED, "the kernel failed"],
      [BAD_INDEX, `an index that cannot be, ${index}`],
      [BAD_RECORD, `the record at ${index} is not valid`],
      [BAD_CHECKPOINT, "no held-back run to go on from is valid, or the kernel before had other limits"],
      [PEER_STOPPED, "the kernel's other ring was stopped"],
    ]).get(this.get(ERROR_CODE));
    const text = `${why === undefined ? "" : `: ${why}`}${by === undefined ? "" : ` (${by})`}`;
    const because = cause === undefined ? {} : { cause };
    return this.get(STATE) === ABORTED
      ? new SegringError("ABORTED", `the ring is aborted${text}`, because)
      : new SegringError("POISONED", `the ring is poisoned${text}`, { index, ...because });
  }

  /** Raises the state, never lowers it, and wakes everybody. The first to give a reason is the one reported. */
  raiseState(state: number, code: number, index: number, by: number): void {
    const words = this.live;
    if (Atomics.compareExchange(words, ERROR_CODE >> 2, 0, code) === 0) {
      words[ERROR_INDEX >> 2] = index;
      words[ERROR_BY >> 2] = by;
    }
    for (let tries = 0; tries <= POISONED; tries++) {
      const now = Atomics.load(words, STATE >> 2);
      if (isState(now) && now >= state) break;
      if (Atomics.compareExchange(words, STATE >> 2, now, state) === now) break;
    }
  }

  /** As `raiseState`, and wakes whoever waits. */
  raise(state: number, code: number, index: number, by: number): void {
    this.raiseState(state, code, index, by);
    this.kick(CONS_SEQ);
    this.kick(PROD_SEQ);
    // A kernel in this thread works within the calls of others: of this call too, though its flag may not be set.
    this.wakeHere(CONS_SEQ);
    this.wakeHere(PROD_SEQ);
  }

  /** Poisons the ring and throws. */
  poison(code: number, index: number, by: number): never {
    this.raise(POISONED, code, index, by);
    throw this.stopped();
  }

  /** Wakes the peer if it sleeps. */
  wake(sequence: number): void {
    if (Atomics.load(this.live, (sequence >> 2) + 1) !== 0) this.kick(sequence);
  }

  /** Wakes whoever sleeps on this word. Taking the flag makes it one notify a sleep. */
  kick(sequence: number): void {
    const waiting = this.notify(sequence);
    if (waiting !== 0) this.wakeHere(sequence);
    if (waiting === BY_MESSAGE) this.doorbell?.();
  }

  /** Wakes those who sleep on this word by `Atomics`. @returns The waiting flag, which is taken. */
  notify(sequence: number): number {
    const at = sequence >> 2;
    const words = this.live;
    const waiting = Atomics.exchange(words, at + 1, 0);
    Atomics.add(words, at, 1);
    // All of them: one alone may be a thread that was terminated.
    Atomics.notify(words, at);
    return waiting;
  }

  /** Wakes those who wait in this thread without `Atomics`. */
  wakeHere(sequence: number): void {
    wakeSleepers(this.memory, this.base + sequence);
  }

  /** Looks for a while whether `ready`: cheaper than a sleep where the peer is at work. */
  poll(ready: () => boolean): void {
    const patient = this.vain < PATIENCE || (this.vain & 15) === 0;
    let polls = patient ? POLLS : 2;
    for (; polls > 0 && !ready(); polls--) this.pause();
    if (polls === 0) this.vain++;
    else if (patient) this.vain = 0;
  }

  /** Lets a quarter of a microsecond pass. */
  pause(): void {
    let passed = this.paused;
    for (let count = 0; count < PAUSE; count++) passed = (Math.imul(passed, 0x01000193) + 1) | 0;
    this.paused = passed;
  }

  /** Blocks until a condition holds, for so long at most. @returns False: the time is over. @throws {TypeError} This thread may not block. */
  until(sequence: number, condition: Condition, milliseconds: number): boolean {
    const mayHold = () => condition.mayHold();
    this.poll(mayHold);
    const end = now() + milliseconds;
    while (!condition.holds()) {
      const left = end - now();
      if (left <= 0) return false;
      this.#countSleep(sequence);
      this.sleep(sequence, mayHold, left);
    }
    return true;
  }

  /** As `until`, without blocking. */
  async untilAsync(sequence: number, condition: Condition): Promise<void> {
    while (!condition.holds()) {
      this.#countSleep(sequence);
      await this.sleepAsync(sequence, () => condition.mayHold());
    }
  }

  /** Sleeps of a consumer are counted. */
  #countSleep(sequence: number): void {
    if (sequence === CONS_SEQ) this.add(SLEEPS, 1);
  }

  /**
   * To be awaited where it is not undefined. Whoever finds something to do each time would wait for promises alone, which
   * leave the event loop no turn: no timer, message or signal would be heard beside a peer that never stops.
   */
  turn(): Promise<void> | undefined {
    if (++this.#calls < CALLS_A_LOOK) return undefined;
    this.#calls = 0;
    if (now() - this.#turnStart < TURN_MS) return undefined;
    return eventLoopTurn().then(() => {
      this.#turnStart = now();
    });
  }

  /**
   * Blocks until a wake-up, or `milliseconds`; not where `ready`. @returns Whether somebody woke this thread.
   *
   * @throws {TypeError} This thread may not block.
   */
  sleep(sequence: number, ready: () => boolean, milliseconds: number): boolean {
    const at = sequence >> 2;
    const seen = Atomics.load(this.words, at);
    Atomics.store(this.words, at + 1, BY_WORD);
    try {
      return !ready() && Atomics.wait(this.words, at, seen, Math.min(milliseconds, SLEEP_MS)) !== "timed-out";
    } finally {
      Atomics.store(this.words, at + 1, 0);
    }
  }

  /**
   * As `sleep`, without blocking. The flag is left set: somebody else in this thread may wait on this word, and one
   * notify too many costs less than a wake-up too few.
   */
  async sleepAsync(sequence: number, ready: () => boolean, milliseconds = SLEEP_MS): Promise<void> {
    const at = sequence >> 2;
    const timeout = Math.min(milliseconds, SLEEP_MS);
    const seen = Atomics.load(this.words, at);
    const byWord = this.shared && !this.byMessage;
    Atomics.store(this.words, at + 1, byWord || !this.shared ? BY_WORD : BY_MESSAGE);
    await new Promise<void>((resolve) => {
      // Node does not stay alive for waitAsync alone, but for a timer.
      const stopTimer = later(wake, timeout);
      const forget = byWord ? undefined : addSleeper(this.memory, this.base + sequence, wake);
      function wake(): void {
        stopTimer();
        forget?.();
        resolve();
      }
      if (ready()) {
        wake();
      } else if (byWord) {
        const waiting = (waitAsync as WaitAsync)(this.words, at, seen, timeout);
        if (waiting.async) void (waiting.value as Promise<string>).then(wake);
        else wake();
      }
    });
  }
}

/** Whether a word can be the state of a ring. */
export function isState(word: number): boolean {
  return word >= OPEN && word <= POISONED;
}

export function bufferOf(memory: RingMemory): ArrayBufferLike {
  return isWasmMemory(memory) ? memory.buffer : memory;
}
