/**
 * What is on its way between the producer and the consumer, read from the memory of the rings while a kernel runs: the
 * layout of docs/ring.md. Nothing here is computed from the input, so that the balance of bytes is a proof.
 */
import type { Ring } from "segring/ring";

const SLOTS_OFFSET = 0x014;
const TAIL = 0x100;
const HEAD = 0x180;
const COPIES = 0x1a0;
const COPY_BYTES = 32;
const COPY_WORDS = COPY_BYTES / 4;

/** A ring, as its memory shows it. */
interface View {
  readonly words: Int32Array;
  readonly slots: Uint32Array;
  readonly capacity: number;
}

/** Bytes on their way, all of one moment. */
export interface Held {
  /** Records, and their bytes, that wait in the ring of ranges. */
  readonly records: number;
  readonly recordBytes: number;
  /** The kernel's pending run. */
  readonly pendingBytes: bigint;
  /** Segments, and their bytes, that wait in the ring of segments. */
  readonly segments: number;
  readonly segmentBytes: number;
  /**
   * Bytes of segments that were put, while their records still count as not taken. A kernel that died between the two
   * leaves them; the next kernel makes those segments again, and drops them. So these bytes count twice above.
   */
  readonly doubleBytes: number;
  /** All bytes that are held back, each once. */
  readonly bytes: bigint;
}

/** Looks at the two rings of a pair. */
export class HeldBack {
  readonly #input: View;
  readonly #output: View;

  constructor(input: Ring, output: Ring) {
    this.#input = viewOf(input);
    this.#output = viewOf(output);
  }

  /**
   * Reads the memory of the rings. To be called in the thread of the producer and the consumer, which so stand still.
   *
   * @returns Undefined where the kernel committed in each of the tries meanwhile.
   */
  read(tries = 50): Held | undefined {
    for (let left = tries; left > 0; left--) {
      const held = this.#readOnce();
      if (held !== undefined) return held;
    }
    return undefined;
  }

  #readOnce(): Held | undefined {
    const input = this.#input;
    const output = this.#output;
    const head = load(input, HEAD);
    const tail = load(output, TAIL);
    const run = pendingRun(input, head, tail, output.capacity);
    if (run === undefined) return undefined;
    const records = (load(input, TAIL) - head) >>> 0;
    const segments = (tail - load(output, HEAD)) >>> 0;
    const recordBytes = bytesOf(input, head, records);
    const segmentBytes = bytesOf(output, (tail - segments) | 0, segments);
    const doubleBytes = bytesOf(output, run.outTail, (tail - run.outTail) >>> 0);
    // A commit moves one of these two; without a commit nothing above has changed.
    if (load(input, HEAD) !== head || load(output, TAIL) !== tail) return undefined;
    return {
      records,
      recordBytes,
      pendingBytes: run.bytes,
      segments,
      segmentBytes,
      doubleBytes,
      bytes: run.bytes + BigInt(recordBytes + segmentBytes - doubleBytes),
    };
  }
}

function viewOf(ring: Ring): View {
  const { memory, offset, capacity } = ring;
  const buffer = "buffer" in memory ? memory.buffer : memory;
  const slotsOffset = new Uint32Array(buffer, offset + SLOTS_OFFSET, 1)[0] as number;
  return {
    words: new Int32Array(buffer, offset, (COPIES + 2 * COPY_BYTES) / 4),
    slots: new Uint32Array(buffer, offset + slotsOffset, 4 * capacity),
    capacity,
  };
}

function load({ words }: View, field: number): number {
  return Atomics.load(words, field >> 2);
}

/** Bytes of the records from an index on. No record of the room has 4 GiB. */
function bytesOf({ slots, capacity }: View, from: number, count: number): number {
  let bytes = 0;
  for (let record = 0; record < count; record++) {
    bytes += slots[4 * ((from + record) & (capacity - 1)) + 2] as number;
  }
  return bytes;
}

interface Run {
  readonly bytes: bigint;
  readonly outTail: number;
}

/** The pending run of the valid copy, by the rules under "The commit of the kernel". */
function pendingRun({ words }: View, head: number, tail: number, outCapacity: number): Run | undefined {
  let found: Run | undefined;
  let behind = outCapacity;
  let blank = false;
  for (const at of [COPIES, COPIES + COPY_BYTES]) {
    const copy = words.slice(at >> 2, (at >> 2) + COPY_WORDS);
    if (copy.every((word) => word === 0)) blank = true;
    const [itsHead, outTail, firstLow, firstHigh, lastLow, lastHigh] = copy as unknown as Six;
    const again = (tail - outTail) >>> 0;
    if (copy[COPY_WORDS - 1] !== checkOf(copy) || itsHead !== head || again > behind) continue;
    behind = again;
    const bytes = u64(lastLow, lastHigh) + 1n - u64(firstLow, firstHigh);
    found = { bytes: bytes > 0n ? bytes : 0n, outTail };
  }
  return found ?? (blank ? { bytes: 0n, outTail: tail } : undefined);
}

type Six = [number, number, number, number, number, number];

function u64(low: number, high: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

/** FNV-1a over the words before the check. */
function checkOf(copy: Int32Array): number {
  return copy.subarray(0, COPY_WORDS - 1).reduce((hash, word) => Math.imul(hash ^ word, 0x01000193), 0x811c9dc5 | 0);
}
