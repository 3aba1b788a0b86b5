/** Whatever lies in the memory of a ring: bounded work, no trap, no hang, and not a byte outside of the ring is written. */

import { SegringError } from "../../../src/core/errors.js";
import { recordFault } from "../../../src/core/record.js";
import { Consumer } from "../../../src/ring/consumer.js";
import { bufferOf } from "../../../src/ring/core.js";
import { attachRing, createRing, newMemory, ringBytes } from "../../../src/ring/create.js";
import { runKernel } from "../../../src/ring/kernel.js";
import { CHECKSUM, HEADER_BYTES, MAGIC_VALUE, STATE, VERSION_MAJOR } from "../../../src/ring/layout.js";
import { Producer } from "../../../src/ring/producer.js";
import type { Ring } from "../../../src/ring/ring.js";
import { fault, outcomeOf, Source } from "../source.js";

const OFFSET = 2048;
const CANARY = 0xc5;
/** The ends that hostile bytes may bring a ring to. */
const STOPPED: readonly string[] = ["POISONED", "ABORTED", "CLOSED", "STALE", "BUSY"];
const isStopped = (error: unknown) => error instanceof SegringError && STOPPED.includes(error.code);
const isBadRing = (error: unknown) => error instanceof SegringError && error.code === "BAD_RING";

const memory = newMemory(65536, false);
const bytes = new Uint8Array(bufferOf(memory));
const untouched = new Uint8Array(bytes.length).fill(CANARY);

/** Bytes outside of these rings, which are in the order of their places. Compared at once: a loop would be instrumented. */
function checkCanaries(rings: readonly { offset: number; byteLength: number }[]): void {
  let from = 0;
  for (const { offset, byteLength } of [...rings, { offset: bytes.length, byteLength: 0 }]) {
    if (Buffer.compare(bytes.subarray(from, offset), untouched.subarray(from, offset)) !== 0) {
      fault(`a byte from ${from} to ${offset} was written, outside of the rings`);
    }
    from = offset + byteLength;
  }
}

/** The header itself: `attachRing` refuses it, or what is attached works inside the memory. */
export function ringHeader(data: Uint8Array): void {
  const source = new Source(data);
  const repairs = source.u8();
  bytes.fill(CANARY);
  bytes.fill(0, OFFSET, OFFSET + HEADER_BYTES);
  const found = source.take(HEADER_BYTES + 1024);
  bytes.set(found, OFFSET);
  const header = new Uint32Array(bufferOf(memory), OFFSET, HEADER_BYTES / 4);
  if (repairs & 1) header.set([MAGIC_VALUE, VERSION_MAJOR << 16, HEADER_BYTES, 16]);
  if (repairs & 2) header.set([2 ** (1 + (repairs >> 5)), HEADER_BYTES], 4);
  if (repairs & 4) header[CHECKSUM / 4] = checksum(OFFSET);
  const result = outcomeOf(() => attachRing(memory, OFFSET), isBadRing);
  if ("refused" in result) {
    checkCanaries([{ offset: OFFSET, byteLength: found.length + HEADER_BYTES }]);
    return;
  }
  const ring = result.value;
  if (ring.offset + ring.byteLength > bytes.length) fault(`a ring that ends at ${ring.offset + ring.byteLength}`);
  const inside = bytes.slice(0, OFFSET);
  const behind = bytes.slice(ring.offset + ring.byteLength);
  outcomeOf(() => use(ring), isStopped);
  if (Buffer.compare(inside, bytes.subarray(0, OFFSET)) !== 0) fault("bytes before the ring were written");
  if (Buffer.compare(behind, bytes.subarray(ring.offset + ring.byteLength)) !== 0)
    fault("bytes behind the ring were written");
}

/** Some records in, some out, and all that can be asked. */
function use(ring: Ring): void {
  ring.counters();
  const consumer = new Consumer(ring);
  const target = new Uint32Array(4 * 64);
  for (let turn = 0; turn < 8; turn++) {
    const taken = consumer.take(target);
    for (let at = 0; at < taken * 4; at += 4) {
      if (ring.role === "segments" && recordFault(target, at) !== undefined) fault("a record that is none was taken");
    }
  }
  const producer = new Producer(ring);
  for (let turn = 0; turn < 20; turn++) producer.push(0, 1);
  producer.publish();
  consumer.take(target);
  producer.close();
}

const CAPACITY = 8;
const INPUT = OFFSET;
const OUTPUT = 32768;

/** Headers that are valid, and then anything in indices, checkpoints, states, claims and slots: a kernel goes on, or stops. */
export async function ringKernel(data: Uint8Array): Promise<void> {
  const source = new Source(data);
  const first = source.pick([0, 0x7fff_fffc, 0xffff_fffc, source.u32()]);
  bytes.fill(CANARY);
  bytes.fill(0, INPUT, INPUT + HEADER_BYTES);
  bytes.fill(0, OUTPUT, OUTPUT + HEADER_BYTES);
  const rings = { input: makeRing(INPUT, "ranges", first), output: makeRing(OUTPUT, "segments", first) };
  scribble(source, INPUT, first);
  scribble(source, OUTPUT, first);
  const maxSegmentBytes = source.pick([2 ** 32, 4096, 1 + source.u16()]);
  const invalid = source.pick(["poison", "skip"] as const);
  const ended = runKernel(rings.input, rings.output, { maxSegmentBytes }, { block: false, invalid });
  const result = ended.then(
    () => undefined,
    (error) => error,
  );
  // It runs within the calls of the others: room for it, a few times.
  outcomeOf(() => {
    const consumer = new Consumer(rings.output);
    const target = new Uint32Array(4 * 2 * CAPACITY);
    for (let turn = 0; turn < 8; turn++) consumer.take(target);
  }, isStopped);
  outcomeOf(() => new Producer(rings.input).close(), isStopped);
  for (const ring of [rings.input, rings.output]) ring.abort();
  const error = await result;
  if (error !== undefined && !isStopped(error)) throw error;
  checkCanaries([rings.input, rings.output]);
}

function makeRing(offset: number, role: "ranges" | "segments", firstIndex: number): Ring {
  return createRing({ memory, offset, role, capacity: CAPACITY, firstIndex });
}

/** Words that may be anywhere behind the configuration: near the indices as often as not, checkpoints with a right hash. */
function scribble(source: Source, offset: number, first: number): void {
  const end = ringBytes(CAPACITY, "segments");
  const words = new Uint32Array(bufferOf(memory), offset, end / 4);
  for (let count = source.integer(0, 24); count > 0; count--) {
    const at = 16 + (source.u8() % (end / 4 - 16));
    const kind = source.u8();
    words[at] = kind < 128 ? first + (kind % 24) - 8 : kind < 192 ? source.u8() : source.u32();
  }
  // Most are repaired: what a hash alone keeps out is soon known.
  const repairs = source.u8();
  if (repairs & 1) words[STATE / 4] = 1;
  if (repairs & 2) words.fill(0, 0x90 / 4, 0x98 / 4);
  for (const copy of [0, 1]) {
    const at = 0x1a0 / 4 + copy * 8;
    if (repairs & (4 << copy)) words[at + 7] = wordHash(words.subarray(at, at + 7));
  }
}

/** FNV-1a over the bytes of the configuration. */
function checksum(offset: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < CHECKSUM; at++) hash = Math.imul(hash ^ (bytes[offset + at] as number), 0x01000193);
  return hash >>> 0;
}

/** The check of a checkpoint: the same by words. */
function wordHash(content: Uint32Array): number {
  let hash = 0x811c9dc5;
  for (const word of content) hash = Math.imul(hash ^ word, 0x01000193);
  return hash >>> 0;
}
