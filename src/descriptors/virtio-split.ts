import { expected } from "../core/errors.js";
import { checkInteger, isPowerOfTwo } from "../core/limits.js";
import { checkKeys, NO_OPTIONS } from "../core/options.js";
import {
  badDescriptor,
  bytesAt,
  checkChoice,
  checkMemory,
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
  NEXT,
  type VirtioChain,
  type VirtioDecodeOptions,
  WRITE,
  writeBuffer,
} from "./virtio.js";

/*
 * A descriptor of a split virtqueue, 16 bytes (virtio 1.3, "The Virtqueue Descriptor Table"):
 *
 *   byte 0               8           12      14      16
 *        ├── u64 addr ───┼─ u32 len ─┼ flags ┼ next ─┤   flags: NEXT 1, WRITE 2, INDIRECT 4; next: index
 */

/** The slots that a chain took. */
export interface SplitEncoding {
  /** The index of the first descriptor, for the available ring. */
  readonly head: number;
  /** Slots used, from the first of the given slots on. */
  readonly used: number;
}

/**
 * Writes a chain into the descriptor table of a split virtqueue: one descriptor a segment, readable segments first.
 *
 * @param ring  The descriptor table, 16 bytes a descriptor. The number of descriptors is a power of two up to 32768.
 *   Only the slots used are written.
 * @param slots Indices of free descriptors, taken in order: as many as the chain has segments, or one with `indirect`.
 * @param options.indirect Memory for an indirect table, apart from the ring. The queue then gets one descriptor.
 * @throws {TypeError} An argument has the wrong type.
 * @throws {RangeError} A slot is not in the table or comes twice, there are too few slots, or memory is too small.
 * @throws {SegringError} NOT_EXPRESSIBLE: the chain is empty, longer than the queue, longer than 2^32 bytes, or has a
 *   segment of 4 GiB. Nothing was written.
 * @example
 * ```ts
 * const queue = new Uint8Array(16 * 8);
 * const readable = SegmentTable.from([{ addr: 0x1000, length: 16 }]);
 * const writable = SegmentTable.from([{ addr: 0x9000, length: 512 }]);
 * console.log(encodeVirtioSplit({ readable, writable }, queue, [3, 5])); // { head: 3, used: 2 }
 * ```
 */
export function encodeVirtioSplit(
  chain: VirtioChain,
  ring: Uint8Array,
  slots: ArrayLike<number>,
  options: { indirect?: DescriptorMemory | undefined } = NO_OPTIONS,
): SplitEncoding {
  const { bytes, size: queueSize } = checkSplitQueue(ring);
  const elements = elementsOf(chain, queueSize);
  checkKeys("options", options, INDIRECT_KEYS);
  const { indirect } = options;
  const used = indirect === undefined ? elements.length : 1;
  const taken = checkSlots(slots, used, queueSize);
  const view = viewOf(bytes);
  if (indirect === undefined) {
    writeChain(view, elements, (position) => taken[position] as number);
  } else {
    const region = checkIndirect(indirect, elements.length, bytes);
    writeChain(viewOf(region.bytes), elements, (position) => position);
    const at = (taken[0] as number) * DESCRIPTOR_BYTES;
    writeBuffer(view, at, region.addr, elements.length * DESCRIPTOR_BYTES);
    writeFlags(view, at, INDIRECT, 0);
  }
  return { head: taken[0] as number, used };
}

const SPLIT_KEYS = { ...DECODE_KEYS, indirectNext: true } as const;

/**
 * Reads a chain of a split virtqueue as a device does.
 *
 * @param ring The descriptor table. @param head The index of the first descriptor, from the available ring.
 * @param memory Where indirect tables are; default: none.
 * @param options.indirectNext What to do with an indirect descriptor that has NEXT, which a driver must not make:
 *   `refuse` the descriptor (default), `follow` NEXT (Linux vringh), or `ignore` NEXT (rust-vmm).
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} An option or the ring is out of its range.
 * @throws {SegringError} BAD_DESCRIPTOR: an index is not in the table; the chain is longer than its table (a loop is)
 *   or than `maxDescriptors`; an indirect table is nested, not in `memory`, or not made of whole descriptors; a
 *   readable buffer follows a writable buffer; or the bytes pass 2^32 in all, or 2^64. `index` counts descriptors as
 *   they are read.
 * @example
 * ```ts
 * const queue = new Uint8Array(16 * 8);
 * const { head } = encodeVirtioSplit({ writable: SegmentTable.from([{ addr: 0x9000, length: 512 }]) }, queue, [3]);
 * const { readable, writable } = decodeVirtioSplit(queue, head);
 * console.log(readable.length, writable.addr(0)); // 0 36864n
 * ```
 */
export function decodeVirtioSplit(
  ring: Uint8Array,
  head: number,
  memory: DescriptorMemories = NO_MEMORY,
  options: VirtioDecodeOptions & { indirectNext?: "refuse" | "follow" | "ignore" | undefined } = NO_OPTIONS,
): DecodedChain {
  const { bytes } = checkSplitQueue(ring);
  checkInteger("head", head, 0, 0xffff);
  checkKeys("options", options, SPLIT_KEYS);
  const { maxDescriptors, indirectNext = "refuse" } = options;
  checkChoice("indirectNext", indirectNext, ["refuse", "follow", "ignore"]);
  const reader = new ChainReader(checkMaxDescriptors(maxDescriptors));
  readTable(bytes, head, reader, checkMemory("memory", memory), indirectNext);
  return reader.finish();
}

/** Follows a chain in one table. @param regions Undefined in an indirect table: none may be in it. */
function readTable(
  table: Uint8Array,
  head: number,
  reader: ChainReader,
  regions: readonly Region[] | undefined,
  indirectNext: "refuse" | "follow" | "ignore",
): void {
  const view = viewOf(table);
  const size = table.byteLength / DESCRIPTOR_BYTES;
  let index = head;
  // A chain visits each descriptor of its table once at most, so what goes on longer is a loop.
  for (let visited = 0; ; visited++) {
    if (index >= size) throw badDescriptor(reader.count, `expected an index below ${size}, got ${index}`);
    if (visited === size)
      throw badDescriptor(reader.count, `expected a chain of ${size} descriptors at most, got a loop`);
    reader.next();
    const at = index * DESCRIPTOR_BYTES;
    const addr = view.getBigUint64(at, true);
    const length = view.getUint32(at + 8, true);
    const flags = view.getUint16(at + 12, true);
    if (flags & INDIRECT) {
      const position = reader.count - 1;
      if (regions === undefined) throw badDescriptor(position, "is indirect, inside an indirect table");
      if (flags & NEXT && indirectNext === "refuse") throw badDescriptor(position, "is indirect and has a next");
      checkIndirectLength(position, length);
      readTable(bytesAt(regions, addr, length, "an indirect descriptor", position), 0, reader, undefined, indirectNext);
      if (!(flags & NEXT) || indirectNext === "ignore") return;
    } else {
      reader.add(addr, length, (flags & WRITE) !== 0);
      if (!(flags & NEXT)) return;
    }
    index = view.getUint16(at + 14, true);
  }
}

function checkSplitQueue(ring: Uint8Array): { bytes: Uint8Array; size: number } {
  const queue = checkQueue(ring);
  if (!isPowerOfTwo(queue.size))
    throw new RangeError(expected("ring.byteLength", "a power of two of descriptors", queue.bytes.byteLength));
  return queue;
}

function checkSlots(slots: ArrayLike<number>, needed: number, queueSize: number): number[] {
  if (typeof slots !== "object" || slots === null || typeof slots.length !== "number") {
    throw new TypeError(expected("slots", "an array of descriptor indices", slots));
  }
  if (slots.length < needed) throw new RangeError(expected("slots.length", `at least ${needed}`, slots.length));
  const taken: number[] = [];
  const seen = new Set<number>();
  for (let position = 0; position < needed; position++) {
    const slot = slots[position];
    checkInteger(`slots[${position}]`, slot, 0, queueSize - 1);
    if (seen.has(slot)) throw new RangeError(expected(`slots[${position}]`, "a slot that is not used yet", slot));
    seen.add(slot);
    taken.push(slot);
  }
  return taken;
}

function writeChain(view: DataView, elements: readonly Element[], slotOf: (position: number) => number): void {
  for (const [position, { addr, length, flags }] of elements.entries()) {
    const at = slotOf(position) * DESCRIPTOR_BYTES;
    const isLast = position === elements.length - 1;
    writeBuffer(view, at, addr, length);
    writeFlags(view, at, isLast ? flags : flags | NEXT, isLast ? 0 : slotOf(position + 1));
  }
}

function writeFlags(view: DataView, at: number, flags: number, next: number): void {
  view.setUint16(at + 12, flags, true);
  view.setUint16(at + 14, next, true);
}
