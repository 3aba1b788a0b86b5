import { expected, SegringError } from "../core/errors.js";
import { checkInteger } from "../core/limits.js";
import { isArrayBuffer, isSharedBuffer } from "../core/memories.js";
import { checkKeys, type Keys, NO_OPTIONS } from "../core/options.js";
import { PACKAGE } from "../core/package-key.js";
import { ADDRESS_SPACE, checkU64, FOUR_GIB, type U64 } from "../core/record.js";
import { bufferOf, RingCore, type RingMemory } from "./core.js";
import { bytesOf, type RingConfig, type RingRole, readConfig, writeConfig } from "./header.js";
import {
  CLOSING,
  FIRST_OFFSET,
  GENERATION,
  HEAD,
  HEADER_BYTES,
  LINE_BYTES,
  MAX_CAPACITY,
  NONCE,
  OPEN,
  STATE,
  TAIL,
  UNINIT,
} from "./layout.js";
import { canShare, hasWasm, isWasmMemory, randomWord } from "./platform.js";
import { Ring } from "./ring.js";

/** How a ring is made. */
export interface RingOptions {
  /** Records that the ring holds: a power of two from 2 to 2^26. Default 8192, 128 KiB. */
  capacity?: number | undefined;
  /** `ranges` (default) for a kernel to take, or `segments` that a kernel puts. */
  role?: RingRole | undefined;
  /**
   * Whether the ring lies in shared memory, so that other threads can attach. Default: true where the platform gives
   * shared memory.
   */
  shared?: boolean | undefined;
  /**
   * Memory for the ring, of fixed size; by default the ring has its own. `shared` is then a property of that memory.
   */
  memory?: RingMemory | undefined;
  /** Where the ring starts in `memory`: a multiple of 128 from 1024 on. Default 1024. */
  offset?: number | undefined;
  /** Bytes in the longest record, 1 to 2^32 (default). */
  maxSegmentBytes?: number | undefined;
  /** The last address that a record may reach, 0 to 2^64 - 1 (default). */
  addressLimit?: U64 | undefined;
  /** The position of the first record, 0 to 2^32 - 1; default 0. Positions count modulo 2^32. */
  firstIndex?: number | undefined;
}

const KEYS: Keys<RingOptions> = {
  capacity: true,
  role: true,
  shared: true,
  memory: true,
  offset: true,
  maxSegmentBytes: true,
  addressLimit: true,
  firstIndex: true,
};

/**
 * Says how many bytes of memory a ring takes from its offset on: the header, the slots and, in a ring of ranges, the
 * work area of a kernel.
 *
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} An argument is out of its range.
 * @example
 * ```ts
 * console.log(ringBytes(256, "segments") < ringBytes(256, "ranges"), ringBytes(8192) > 8192 * 16); // true true
 * ```
 */
export function ringBytes(capacity: number, role: RingRole = "ranges"): number {
  checkCapacity(capacity);
  return bytesOf(configOf(capacity, checkRole(role)));
}

/**
 * Makes a ring.
 *
 * @throws {TypeError} An option has the wrong type. @throws {RangeError} An option is out of its range, or the ring
 *   does not fit the memory.
 * @throws {SegringError} NOT_SHARED: `shared` is true, and the platform gives no shared memory. OUT_OF_MEMORY. BUSY: a
 *   ring that is still in use lies at this place. A ring that is closed, aborted or poisoned is made anew, with the
 *   next generation.
 * @example
 * ```ts
 * const ring = createRing({ capacity: 1024, role: "segments" });
 * const producer = new Producer(ring);
 * console.log(producer.push(0x1000, 4096), ring.counters().put); // true 0
 * producer.publish();
 * console.log(new Consumer(ring).drain().length); // 1
 * ```
 */
export function createRing(options: RingOptions = NO_OPTIONS): Ring {
  checkKeys("options", options, KEYS);
  const { capacity = 8192, offset = FIRST_OFFSET, maxSegmentBytes = FOUR_GIB, firstIndex = 0 } = options;
  checkCapacity(capacity);
  const role = checkRole(options.role);
  checkInteger("maxSegmentBytes", maxSegmentBytes, 1, FOUR_GIB);
  checkInteger("firstIndex", firstIndex, 0, FOUR_GIB - 1);
  const { addressLimit = ADDRESS_SPACE - 1n } = options;
  checkU64("addressLimit", addressLimit);
  const plain = { ...configOf(capacity, role), maxSegmentBytes, addressLimit: BigInt(addressLimit) };
  checkOffset(offset, LINE_BYTES);
  const memory = options.memory ?? newMemory(offset + bytesOf(plain), options.shared);
  const buffer = checkMemory(memory);
  if (offset + bytesOf(plain) > buffer.byteLength) {
    throw new RangeError(`"memory" expected ${offset + bytesOf(plain)} bytes or more, got ${buffer.byteLength}`);
  }
  const header = new Int32Array(buffer, offset, HEADER_BYTES / 4);
  const config = { ...plain, generation: nextGeneration(header, buffer.byteLength - offset) };
  // The generation first: who then finds no state in an older handle knows that the ring was made anew.
  Atomics.store(header, GENERATION >> 2, config.generation);
  Atomics.store(header, STATE >> 2, UNINIT);
  header.fill(0);
  writeConfig(header, config);
  header[NONCE >> 2] = randomWord();
  header[TAIL >> 2] = firstIndex;
  header[HEAD >> 2] = firstIndex;
  Atomics.store(header, STATE >> 2, OPEN);
  return new Ring(PACKAGE, new RingCore(memory, offset, config));
}

/**
 * Opens a ring that another thread, or this thread, has made.
 *
 * @param memory The memory of the ring, as it was posted. @param offset The offset of the ring.
 * @throws {TypeError} `memory` is no memory for a ring. @throws {RangeError} `offset` is no multiple of 128 inside the
 *   memory.
 * @throws {SegringError} BAD_RING: there is no ring, a ring of another version, or a damaged header; the message names
 *   the field.
 * @example
 * ```ts
 * const ring = createRing({ capacity: 256 });
 * const other = attachRing(ring.memory, ring.offset); // in another thread, with the memory that was posted
 * console.log(other.capacity, other.nonce === ring.nonce); // 256 true
 * ```
 */
export function attachRing(memory: RingMemory, offset: number = FIRST_OFFSET): Ring {
  const buffer = checkMemory(memory);
  checkOffset(offset, LINE_BYTES);
  if (offset + HEADER_BYTES > buffer.byteLength) {
    throw new RangeError(expected("offset", `up to ${buffer.byteLength - HEADER_BYTES}`, offset));
  }
  const words = new Int32Array(buffer, offset, HEADER_BYTES / 4);
  return new Ring(PACKAGE, new RingCore(memory, offset, readConfig(words, buffer.byteLength - offset)));
}

/**
 * Memory of fixed size, at least this many bytes. Views of shared memory that can grow cost 13 to 24 times as much.
 *
 * @param wasm Whether wasm shall work in this memory; otherwise the memory is a buffer.
 * @throws {SegringError} NOT_SHARED, OUT_OF_MEMORY.
 */
export function newMemory(byteLength: number, shared: boolean | undefined, wasm: boolean = hasWasm()): RingMemory {
  const isShared = willShare(shared);
  const pages = Math.ceil(byteLength / 65536);
  try {
    if (wasm) return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: isShared });
    return isShared ? new SharedArrayBuffer(byteLength) : new ArrayBuffer(byteLength);
  } catch (cause) {
    const what = isShared ? "shared memory" : "memory";
    throw new SegringError("OUT_OF_MEMORY", `${byteLength} bytes of ${what} could not be allocated`, { cause });
  }
}

/** Whether memory that is wanted so will be shared. @throws {SegringError} NOT_SHARED: it cannot be, and shall be. */
export function willShare(shared: boolean | undefined): boolean {
  if (shared === false || canShare()) return shared !== false;
  if (shared === undefined) return false;
  throw new SegringError(
    "NOT_SHARED",
    "shared memory is not to be had here: a page must be cross-origin isolated (COOP and COEP headers)",
  );
}

function configOf(capacity: number, role: RingRole): RingConfig {
  return {
    capacity,
    slotsOffset: HEADER_BYTES,
    role,
    generation: 1,
    maxSegmentBytes: FOUR_GIB,
    addressLimit: ADDRESS_SPACE - 1n,
    hasWorkArea: role === "ranges",
  };
}

/** One more than that of the ring that lies there, which nobody may use any more: 1 in memory that nobody wrote. */
function nextGeneration(header: Int32Array, available: number): number {
  const state = Atomics.load(header, STATE >> 2);
  if ((state === OPEN || state === CLOSING) && isRing(header, available)) {
    throw new SegringError("BUSY", "at this offset lies a ring that is in use: close or abort it first");
  }
  return ((header[GENERATION >> 2] as number) + 1) >>> 0;
}

function isRing(header: Int32Array, available: number): boolean {
  try {
    readConfig(header, available);
    return true;
  } catch {
    return false;
  }
}

function checkCapacity(capacity: unknown): asserts capacity is number {
  checkInteger("capacity", capacity, 2, MAX_CAPACITY);
  if ((capacity & (capacity - 1)) !== 0) {
    throw new RangeError(expected("capacity", "a power of two from 2 to 2^26", capacity));
  }
}

function checkRole(role: unknown = "ranges"): RingRole {
  if (typeof role !== "string") throw new TypeError(expected("role", "a string", role));
  if (role === "ranges" || role === "segments") return role;
  throw new RangeError(expected("role", '"ranges" or "segments"', role));
}

function checkOffset(offset: unknown, multiple: number): asserts offset is number {
  checkInteger("offset", offset, FIRST_OFFSET, FOUR_GIB);
  if (offset % multiple !== 0) throw new RangeError(expected("offset", `a multiple of ${multiple}`, offset));
}

function checkMemory(memory: unknown): ArrayBufferLike {
  if (!isWasmMemory(memory) && !isArrayBuffer(memory) && !isSharedBuffer(memory)) {
    throw new TypeError(expected("memory", "a WebAssembly.Memory, a SharedArrayBuffer or an ArrayBuffer", memory));
  }
  return bufferOf(memory);
}
