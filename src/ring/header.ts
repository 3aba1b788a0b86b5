import { SegringError } from "../core/errors.js";
import { RECORD_BYTES } from "../core/record.js";
import {
  ADDRESS_LIMIT,
  CAPACITY,
  CHECKSUM,
  FEATURE_WORK_AREA,
  FEATURES,
  GENERATION,
  HEADER_BYTES,
  HEADER_SIZE,
  KERNEL_WORK_BYTES,
  LINE_BYTES,
  MAGIC,
  MAGIC_VALUE,
  MAX_CAPACITY,
  MAX_SEGMENT_LAST,
  ROLE,
  SLOT_SIZE,
  SLOTS_OFFSET,
  STATE,
  UNINIT,
  VERSION,
  VERSION_MAJOR,
  VERSION_MINOR,
} from "./layout.js";

/** What a ring holds: `ranges` on their way to a kernel, or `segments` on their way from a kernel. */
export type RingRole = "ranges" | "segments";

/**
 * What the creator wrote. A handle copies the configuration once, when the handle is made, and does not believe later
 * changes of the header.
 */
export interface RingConfig {
  readonly capacity: number;
  /** From the ring's base. */
  readonly slotsOffset: number;
  readonly role: RingRole;
  readonly generation: number;
  /** The longest record, 1 to 2^32. */
  readonly maxSegmentBytes: number;
  /** The last address that a record may reach. */
  readonly addressLimit: bigint;
  /** A work area for a kernel follows the slots. */
  readonly hasWorkArea: boolean;
}

/** Bytes from the base of a ring to its end. */
export function bytesOf({ slotsOffset, capacity, hasWorkArea }: RingConfig): number {
  return slotsOffset + capacity * RECORD_BYTES + (hasWorkArea ? KERNEL_WORK_BYTES : 0);
}

/** Writes the configuration, 0x000 to 0x033. `words` start at the ring's base. */
export function writeConfig(words: Int32Array, config: RingConfig): void {
  words[MAGIC >> 2] = MAGIC_VALUE;
  words[VERSION >> 2] = (VERSION_MAJOR << 16) | VERSION_MINOR;
  words[HEADER_SIZE >> 2] = HEADER_BYTES;
  words[SLOT_SIZE >> 2] = RECORD_BYTES;
  words[CAPACITY >> 2] = config.capacity;
  words[SLOTS_OFFSET >> 2] = config.slotsOffset;
  words[FEATURES >> 2] = config.hasWorkArea ? FEATURE_WORK_AREA : 0;
  words[ROLE >> 2] = config.role === "ranges" ? 0 : 1;
  words[GENERATION >> 2] = config.generation;
  words[MAX_SEGMENT_LAST >> 2] = config.maxSegmentBytes - 1;
  words[ADDRESS_LIMIT >> 2] = Number(BigInt.asIntN(32, config.addressLimit));
  words[(ADDRESS_LIMIT >> 2) + 1] = Number(BigInt.asIntN(32, config.addressLimit >> 32n));
  words[CHECKSUM >> 2] = checksum(words);
}

/**
 * Reads and checks a header; `available` is the bytes of memory from the ring's base on.
 *
 * @throws {SegringError} BAD_RING, with the field and what it holds.
 */
export function readConfig(words: Int32Array, available: number): RingConfig {
  // One copy: what is checked is what is used.
  const copy = new Uint32Array(CHECKSUM / 4 + 1);
  for (let at = 0; at < copy.length; at++) copy[at] = words[at] as number;
  const field = (offset: number) => copy[offset >> 2] as number;
  const hex = (value: number) => `0x${value.toString(16)}`;
  if (field(MAGIC) !== MAGIC_VALUE) refuse("magic", hex(MAGIC_VALUE), hex(field(MAGIC)));
  if (field(VERSION) >>> 16 !== VERSION_MAJOR) refuse("version", `${VERSION_MAJOR}.x`, hex(field(VERSION)));
  if (field(CHECKSUM) !== checksum(copy) >>> 0) refuse("checksum", hex(checksum(copy) >>> 0), hex(field(CHECKSUM)));
  const headerBytes = field(HEADER_SIZE);
  if (headerBytes < HEADER_BYTES) refuse("headerBytes", `${HEADER_BYTES} or more`, headerBytes);
  if (field(SLOT_SIZE) !== RECORD_BYTES) refuse("slotBytes", RECORD_BYTES, field(SLOT_SIZE));
  const capacity = field(CAPACITY);
  if (capacity < 2 || capacity > MAX_CAPACITY || (capacity & (capacity - 1)) !== 0) {
    refuse("capacity", "a power of two from 2 to 2^26", capacity);
  }
  const slotsOffset = field(SLOTS_OFFSET);
  if (slotsOffset < headerBytes || slotsOffset % LINE_BYTES !== 0) {
    refuse("slotsOffset", `a multiple of ${LINE_BYTES} from headerBytes (${headerBytes}) on`, slotsOffset);
  }
  const features = field(FEATURES);
  if ((features & 0xffff) !== 0) refuse("features", "no incompatible ones", hex(features));
  if (field(ROLE) > 1) refuse("role", "0 or 1", field(ROLE));
  const config: RingConfig = {
    capacity,
    slotsOffset,
    role: field(ROLE) === 0 ? "ranges" : "segments",
    generation: field(GENERATION),
    maxSegmentBytes: field(MAX_SEGMENT_LAST) + 1,
    addressLimit: (BigInt(field(ADDRESS_LIMIT + 4)) << 32n) | BigInt(field(ADDRESS_LIMIT)),
    hasWorkArea: (features & FEATURE_WORK_AREA) !== 0,
  };
  if (bytesOf(config) > available) refuse("end of the ring", `within ${available} bytes`, bytesOf(config));
  if (words[STATE >> 2] === UNINIT) refuse("state", "OPEN or later", "UNINIT: its creator has not finished");
  return config;
}

/** FNV-1a over the configuration, as a signed word. Changing one bit of a word changes the hash: both steps are invertible. */
function checksum(words: Int32Array | Uint32Array): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < CHECKSUM; at++) {
    const byte = ((words[at >> 2] as number) >>> ((at & 3) * 8)) & 0xff;
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash | 0;
}

function refuse(field: string, wanted: string | number, found: string | number): never {
  throw new SegringError("BAD_RING", `"${field}" expected ${wanted}, got ${found}`);
}
