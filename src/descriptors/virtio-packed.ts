import { expected } from "../core/errors.js";
import { checkInteger } from "../core/limits.js";
import { checkKeys, NO_OPTIONS } from "../core/options.js";
import {
  badDescriptor,
  bytesAt,
  checkMemory,
  checkObject,
  type DescriptorMemories,
  type DescriptorMemory,
  NO_MEMORY,
  type Region,
  viewOf,
} from "./memory.js";
import {
  ChainReader,
  checkIndirect,
  checkIndirectLength,
  checkMaxDescriptors,
  checkQueue,
  DECODE_KEYS,
  DESCRIPTOR_BYTES,
  type DecodedChain,
  type Element,
  elementsOf,
  INDIRECT,
  INDIRECT_KEYS,
  MAX_QUEUE,
  NEXT,
  type VirtioChain,
  type VirtioDecodeOptions,
  WRITE,
  writeBuffer,
} from "./virtio.js";

/*
 * A descriptor of a packed virtqueue, 16 bytes (virtio 1.3, "The Virtqueue Descriptor Ring"):
 *
 *   byte 0               8           12      14      16
 *        ├── u64 addr ───┼─ u32 len ─┼── id ─┼ flags ┤   flags: NEXT 1, WRITE 2, INDIRECT 4, AVAIL 0x80, USED 0x8000
 *
 * Available: AVAIL is the wrap counter and USED is not. Used: both are.
 */
const AVAIL = 0x80;
const USED = 0x8000;
const OWNERSHIP = AVAIL | USED;

/** A place in a packed ring: the next slot, and the wrap counter of the driver or device there, which starts at 1. */
export interface PackedPosition {
  /** The slot, from 0 on. */
  readonly slot: number;
  /** The wrap counter. */
  readonly wrap: 0 | 1;
}

/** The slots that a chain took, and where to go on. */
export interface PackedChainEnd extends PackedPosition {
  /** Slots that the chain has in the ring. */
  readonly used: number;
}

/** A chain that a device found. */
export interface PackedChain extends DecodedChain, PackedChainEnd {
  /** The buffer id, which the used descriptor names. */
  readonly id: number;
}

/** A used descriptor, as a driver reads it. */
export interface UsedElement {
  /** The buffer id of the chain. */
  readonly id: number;
  /** Bytes that the device says it wrote. */
  readonly written: number;
  /** Whether the descriptor has WRITE, without which `written` does not count. */
  readonly hasWriteFlag: boolean;
}

/**
 * Writes a chain into a packed virtqueue: one descriptor a segment, readable segments first, each with the buffer id.
 * The flags of the first descriptor are written last: the device does not see the chain before.
 *
 * @param ring     Descriptors, 16 bytes each, 1 to 32768 of them, 4-byte aligned.
 * @param position Where the driver is. Slots from there on must be free, that is, used by the device.
 * @param id       The buffer id, 0 to 65535.
 * @param options.indirect Memory for an indirect table. The ring then gets one descriptor.
 * @returns Where the driver goes on.
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} An argument is out of its range.
 * @throws {SegringError} NOT_EXPRESSIBLE: as `encodeVirtioSplit`. Nothing was written.
 * @example
 * ```ts
 * const ring = new Uint8Array(16 * 8);
 * const readable = SegmentTable.from([{ addr: 0x1000, length: 16 }, { addr: 0x9000, length: 512 }]);
 * console.log(encodeVirtioPacked({ readable }, ring, { slot: 7, wrap: 1 }, 42)); // { slot: 1, wrap: 0, used: 2 }
 * ```
 */
export function encodeVirtioPacked(
  chain: VirtioChain,
  ring: Uint8Array,
  position: PackedPosition,
  id: number,
  options: { indirect?: DescriptorMemory | undefined } = NO_OPTIONS,
): PackedChainEnd {
  const { bytes, size: queueSize } = checkPackedRing(ring, position);
  checkInteger("id", id, 0, 0xffff);
  const elements = elementsOf(chain, queueSize);
  checkKeys("options", options, INDIRECT_KEYS);
  const { indirect } = options;
  if (indirect !== undefined) {
    const region = checkIndirect(indirect, elements.length, bytes);
    // In an indirect table only WRITE means something: the elements follow one another.
    const table = viewOf(region.bytes);
    for (const [index, { addr, length, flags }] of elements.entries()) {
      writeBuffer(table, index * DESCRIPTOR_BYTES, addr, length);
      table.setUint32(index * DESCRIPTOR_BYTES + 12, flags << 16, true);
    }
    const length = elements.length * DESCRIPTOR_BYTES;
    return publish(bytes, queueSize, position, id, [{ addr: region.addr, length, flags: INDIRECT }]);
  }
  return publish(bytes, queueSize, position, id, elements);
}

/**
 * Reads the chain at a place of a packed virtqueue, as a device does.
 *
 * @param memory Where indirect tables are; default: none.
 * @returns The chain with its buffer id, and where the device goes on; `undefined` where no chain is available there.
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} An argument is out of its range.
 * @throws {SegringError} BAD_DESCRIPTOR: as `decodeVirtioSplit`, or a descriptor of the chain is not available. In an
 *   indirect table only WRITE counts: a device ignores all other flags there, INDIRECT too.
 * @example
 * ```ts
 * const ring = new Uint8Array(16 * 8);
 * const start = { slot: 0, wrap: 1 } as const;
 * encodeVirtioPacked({ readable: SegmentTable.from([{ addr: 0x1000, length: 16 }]) }, ring, start, 42);
 * const chain = decodeVirtioPacked(ring, start);
 * console.log(chain?.id, chain?.readable.addr(0), chain?.slot, chain?.wrap); // 42 4096n 1 1
 * ```
 */
export function decodeVirtioPacked(
  ring: Uint8Array,
  position: PackedPosition,
  memory: DescriptorMemories = NO_MEMORY,
  options: VirtioDecodeOptions = NO_OPTIONS,
): PackedChain | undefined {
  const { bytes, size: queueSize } = checkPackedRing(ring, position);
  checkKeys("options", options, DECODE_KEYS);
  const { maxDescriptors } = options;
  const regions = checkMemory("memory", memory);
  const reader = new ChainReader(checkMaxDescriptors(maxDescriptors));
  const view = viewOf(bytes);
  let { slot, wrap } = position;
  for (let used = 1; ; used++) {
    const { id, flags } = ownerOf(bytes, slot);
    if ((flags & OWNERSHIP) !== (wrap === 1 ? AVAIL : USED)) {
      if (used === 1) return undefined;
      throw badDescriptor(reader.count, `of slot ${slot} expected to be available like the first of its chain`);
    }
    reader.next();
    const at = slot * DESCRIPTOR_BYTES;
    const addr = view.getBigUint64(at, true);
    const length = view.getUint32(at + 8, true);
    if (flags & INDIRECT) {
      // Unlike in a split queue, a list is of one kind: descriptors, or one indirect table.
      if (flags & NEXT || used > 1) throw badDescriptor(reader.count - 1, "is indirect, in a list of several");
      readIndirect(regions, addr, length, reader);
    } else {
      reader.add(addr, length, (flags & WRITE) !== 0);
    }
    ({ slot, wrap } = advancePacked({ slot, wrap }, 1, queueSize));
    // The id of the last descriptor is the chain's.
    if (!(flags & NEXT)) return { ...reader.finish(), id, used, slot, wrap };
    if (used === queueSize) throw badDescriptor(reader.count, `expected a chain of ${queueSize} descriptors at most`);
  }
}

/**
 * Gives the place `used` slots further round the ring: where a driver or a device goes on after a chain of `used`
 * slots.
 *
 * @param used      0 to `queueSize`.
 * @param queueSize Descriptors in the ring, 1 to 32768.
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} An argument is out of its range.
 * @example
 * ```ts
 * console.log(advancePacked({ slot: 6, wrap: 1 }, 3, 8)); // { slot: 1, wrap: 0 }
 * ```
 */
export function advancePacked(position: PackedPosition, used: number, queueSize: number): PackedPosition {
  checkInteger("queueSize", queueSize, 1, MAX_QUEUE);
  checkPosition(position, queueSize);
  checkInteger("used", used, 0, queueSize);
  const slot = position.slot + used;
  if (slot < queueSize) return { slot, wrap: position.wrap };
  return { slot: slot - queueSize, wrap: position.wrap === 1 ? 0 : 1 };
}

/**
 * Gives a chain back, as a device does: writes a used descriptor at the device's own place. Used descriptors are in the
 * order in which chains are completed. The device goes on as many slots further as the chain had: `advancePacked`.
 *
 * @param position Where the device writes used descriptors. This is the chain's place only where all chains complete in
 *   order.
 * @param id       The chain's buffer id, by which the driver knows the chain.
 * @param written  Bytes written to the chain's buffers, 0 to 2^32 - 1. Where `written` is not 0, the WRITE flag says
 *   that the number counts.
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} An argument is out of its range.
 * @example
 * ```ts
 * const ring = new Uint8Array(16 * 8);
 * writeUsedPacked(ring, { slot: 0, wrap: 1 }, 42, 512);
 * console.log(readUsedPacked(ring, { slot: 0, wrap: 1 })?.written); // 512
 * ```
 */
export function writeUsedPacked(ring: Uint8Array, position: PackedPosition, id: number, written: number): void {
  const { bytes } = checkPackedRing(ring, position);
  checkInteger("id", id, 0, 0xffff);
  checkInteger("written", written, 0, 0xffff_ffff);
  viewOf(bytes).setUint32(position.slot * DESCRIPTOR_BYTES + 8, written, true);
  setOwner(bytes, position.slot, id, (position.wrap === 1 ? OWNERSHIP : 0) | (written > 0 ? WRITE : 0));
}

/**
 * Reads the used descriptor at a place, as a driver does. The result is `undefined` where there is no used descriptor
 * yet. The driver goes on as many slots further as the chain with that id had: `advancePacked`.
 *
 * `written` is what the descriptor says. Without the WRITE flag, which some devices never set, `written` does not
 * count.
 *
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} An argument is out of its range.
 * @example
 * ```ts
 * const ring = new Uint8Array(16 * 8);
 * console.log(readUsedPacked(ring, { slot: 0, wrap: 1 })); // undefined
 * writeUsedPacked(ring, { slot: 0, wrap: 1 }, 42, 512);
 * console.log(readUsedPacked(ring, { slot: 0, wrap: 1 })); // { id: 42, written: 512, hasWriteFlag: true }
 * ```
 */
export function readUsedPacked(ring: Uint8Array, position: PackedPosition): UsedElement | undefined {
  const { bytes } = checkPackedRing(ring, position);
  const { id, flags } = ownerOf(bytes, position.slot);
  if ((flags & OWNERSHIP) !== (position.wrap === 1 ? OWNERSHIP : 0)) return undefined;
  const written = viewOf(bytes).getUint32(position.slot * DESCRIPTOR_BYTES + 8, true);
  return { id, written, hasWriteFlag: (flags & WRITE) !== 0 };
}

function publish(
  ring: Uint8Array,
  queueSize: number,
  position: PackedPosition,
  id: number,
  elements: readonly Element[],
): PackedChainEnd {
  const view = viewOf(ring);
  let place: PackedPosition = position;
  let head = 0;
  for (const [index, { addr, length, flags }] of elements.entries()) {
    const at = place.slot * DESCRIPTOR_BYTES;
    const owned = flags | (place.wrap === 1 ? AVAIL : USED) | (index < elements.length - 1 ? NEXT : 0);
    writeBuffer(view, at, addr, length);
    if (index === 0) head = owned;
    else view.setUint32(at + 12, (id | (owned << 16)) >>> 0, true);
    place = advancePacked(place, 1, queueSize);
  }
  setOwner(ring, position.slot, id, head);
  return { ...place, used: elements.length };
}

/** Writes id and flags in one store, after all that was written before. */
function setOwner(ring: Uint8Array, slot: number, id: number, flags: number): void {
  Atomics.store(ownerWords(ring), slot * 4 + 3, id | (flags << 16));
}

/** Reads id and flags in one load, before all that is read after. */
function ownerOf(ring: Uint8Array, slot: number): { id: number; flags: number } {
  const word = Atomics.load(ownerWords(ring), slot * 4 + 3);
  return { id: word & 0xffff, flags: word >>> 16 };
}

function ownerWords(ring: Uint8Array): Int32Array {
  return new Int32Array(ring.buffer, ring.byteOffset, ring.byteLength / 4);
}

function readIndirect(regions: readonly Region[], addr: bigint, length: number, reader: ChainReader): void {
  const position = reader.count - 1;
  checkIndirectLength(position, length);
  const table = viewOf(bytesAt(regions, addr, length, "an indirect descriptor", position));
  for (let at = 0; at < length; at += DESCRIPTOR_BYTES) {
    reader.next();
    // A device ignores all flags but WRITE here, and the id (virtio 1.2, 2.8.7), so a nested table does not exist.
    const flags = table.getUint16(at + 14, true);
    reader.add(table.getBigUint64(at, true), table.getUint32(at + 8, true), (flags & WRITE) !== 0);
  }
}

function checkPackedRing(ring: Uint8Array, position: PackedPosition): { bytes: Uint8Array; size: number } {
  const queue = checkQueue(ring);
  const { byteOffset } = queue.bytes;
  if (byteOffset % 4 !== 0) throw new RangeError(expected("ring.byteOffset", "a multiple of 4", byteOffset));
  checkPosition(position, queue.size);
  return queue;
}

function checkPosition(position: PackedPosition, queueSize: number): void {
  checkObject("position", position);
  checkInteger("position.slot", position.slot, 0, queueSize - 1);
  checkInteger("position.wrap", position.wrap, 0, 1);
}
