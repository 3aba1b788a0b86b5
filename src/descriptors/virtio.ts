import { expected, SegringError } from "../core/errors.js";
import { checkInteger } from "../core/limits.js";
import { checkKeys, type Keys } from "../core/options.js";
import { PACKAGE } from "../core/package-key.js";
import { ADDRESS_SPACE, FOUR_GIB, RECORD_WORDS, recordAddr, recordLength } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { checkTable, Table } from "../core/table.js";
import { counted, field } from "../core/wording.js";
import { TableBuilder } from "../table/builder.js";
import { hexOf } from "../table/check.js";
import { badDescriptor, checkMemory, checkTarget, type DescriptorMemory, overlap, type Region } from "./memory.js";

/* What split and packed virtqueues share (virtio 1.3, "Split Virtqueues" and "Packed Virtqueues"). */

/** The buffers of a request: those that the device reads, and then those that the device writes. */
export interface VirtioChain {
  /** The buffers that the device reads. */
  readonly readable?: SegmentTable | undefined;
  /** The buffers that the device writes. */
  readonly writable?: SegmentTable | undefined;
}

/** A chain as a device found it. Neighbours are not joined, and elements of length 0 are left out. */
export interface DecodedChain {
  /** The buffers that the device reads. */
  readonly readable: SegmentTable;
  /** The buffers that the device writes. */
  readonly writable: SegmentTable;
  /** Descriptors read, with those of indirect tables. */
  readonly descriptors: number;
}

/** Limits for a chain that somebody else wrote. */
export interface VirtioDecodeOptions {
  /** Descriptors read at most, 1 to 2^24; default 32768, the largest queue. */
  maxDescriptors?: number | undefined;
}

export const DESCRIPTOR_BYTES = 16;
export const MAX_QUEUE = 32768;
/** VIRTQ_DESC_F_NEXT: another descriptor follows. */
export const NEXT = 1;
/** VIRTQ_DESC_F_WRITE: the device writes. */
export const WRITE = 2;
/** VIRTQ_DESC_F_INDIRECT: the buffer is a table of descriptors. */
export const INDIRECT = 4;

/** The longest length of a descriptor. */
const MAX_LENGTH = 0xffff_ffff;
const NONE = new Table(PACKAGE, new Uint32Array(0));

/** Those of what a decoder gives too, which may be written again as it is. */
const CHAIN_KEYS = {
  readable: true,
  writable: true,
  descriptors: true,
  id: true,
  used: true,
  slot: true,
  wrap: true,
} as const satisfies Keys<VirtioChain> & Readonly<Record<string, true>>;

/** Of an encoder. */
export const INDIRECT_KEYS = { indirect: true } as const;
/** Of a decoder. */
export const DECODE_KEYS: Keys<VirtioDecodeOptions> = { maxDescriptors: true };

/** One element of a chain. */
export interface Element {
  readonly addr: bigint;
  readonly length: number;
  /** WRITE or 0. */
  readonly flags: number;
}

/**
 * The elements of a chain, checked.
 *
 * @param queueSize Descriptors in the queue.
 * @throws {TypeError} `chain` is no chain.
 * @throws {SegringError} NOT_EXPRESSIBLE: no element, more than `queueSize` elements, an element of 4 GiB, or more than
 *   2^32 bytes in all. `index` counts the readable segments and then the writable segments.
 */
export function elementsOf(chain: VirtioChain, queueSize: number): Element[] {
  checkKeys("chain", chain, CHAIN_KEYS);
  const { readable = NONE, writable = NONE } = chain;
  checkTable("chain.readable", readable);
  checkTable("chain.writable", writable);
  const count = readable.length + writable.length;
  if (count === 0) throw new SegringError("NOT_EXPRESSIBLE", "the chain is empty: a device needs a buffer at least");
  if (count > queueSize) {
    throw new SegringError(
      "NOT_EXPRESSIBLE",
      `the chain has ${count} segments: one of a queue of ${queueSize} has as many at most`,
      { index: queueSize },
    );
  }
  const bytes = readable.totalBytes + writable.totalBytes;
  if (bytes > BigInt(FOUR_GIB)) {
    throw new SegringError("NOT_EXPRESSIBLE", `the chain has ${bytes} bytes: virtio takes up to 4294967296`);
  }
  const elements: Element[] = [];
  for (const [table, flags] of [
    [readable, 0],
    [writable, WRITE],
  ] as const) {
    for (let at = 0; at < table.words.length; at += RECORD_WORDS) {
      const length = recordLength(table.words, at);
      if (length > MAX_LENGTH) {
        throw new SegringError(
          "NOT_EXPRESSIBLE",
          `${flags === 0 ? "readable" : "writable"} segment ${counted(at / RECORD_WORDS)} has ${length} bytes: a virtio descriptor has up to ${MAX_LENGTH}, map with ${field("maxSegmentBytes")}`,
          { index: elements.length },
        );
      }
      elements.push({ addr: recordAddr(table.words, at), length, flags });
    }
  }
  return elements;
}

/** A queue's descriptors, checked and as a plain view, and how many they are. */
export function checkQueue(ring: Uint8Array): { bytes: Uint8Array; size: number } {
  const bytes = checkTarget("ring", ring, DESCRIPTOR_BYTES);
  const size = bytes.byteLength / DESCRIPTOR_BYTES;
  if (!Number.isInteger(size) || size > MAX_QUEUE) {
    throw new RangeError(
      expected("ring.byteLength", `16 to ${MAX_QUEUE * DESCRIPTOR_BYTES}, a multiple of 16`, bytes.byteLength),
    );
  }
  return { bytes, size };
}

/** The one piece of memory for an indirect table, if it is long enough. */
export function checkIndirect(indirect: DescriptorMemory, count: number, ring: Uint8Array): Region {
  const regions = checkMemory("indirect", indirect);
  const [region] = regions;
  if (region === undefined || regions.length !== 1) {
    throw new RangeError(`"indirect" expected one piece of memory, got ${regions.length}`);
  }
  checkTarget("indirect.bytes", region.bytes, count * DESCRIPTOR_BYTES);
  if (overlap(region.bytes.subarray(0, count * DESCRIPTOR_BYTES), ring)) {
    throw new RangeError('"indirect" expected memory apart from the ring, got bytes of both');
  }
  return region;
}

export function checkMaxDescriptors(maxDescriptors: unknown = MAX_QUEUE): number {
  checkInteger("maxDescriptors", maxDescriptors, 1, 2 ** 24);
  return maxDescriptors;
}

/** What a device collects of a chain; bounds and order are checked as elements come. */
export class ChainReader {
  readonly #readable = new TableBuilder();
  readonly #writable = new TableBuilder();
  readonly #max: number;
  #bytes = 0;
  #writing = false;
  /** Descriptors read. */
  count = 0;

  constructor(maxDescriptors: number) {
    this.#max = maxDescriptors;
  }

  /** Counts a descriptor. @throws {SegringError} BAD_DESCRIPTOR: it is one too many. */
  next(): void {
    if (this.count === this.#max) throw badDescriptor(this.count, `expected ${this.#max} descriptors at most`);
    this.count++;
  }

  /** Takes a buffer. */
  add(addr: bigint, length: number, isWritable: boolean): void {
    const index = this.count - 1;
    if (addr + BigInt(length) > ADDRESS_SPACE)
      throw badDescriptor(index, `${length} bytes at ${hexOf(addr)} pass 2^64`);
    this.#bytes += length;
    if (this.#bytes > FOUR_GIB)
      throw badDescriptor(index, `expected 4294967296 bytes in a chain at most, got ${this.#bytes}`);
    if (this.#writing && !isWritable) throw badDescriptor(index, "is readable, after one that is writable");
    this.#writing = isWritable;
    (isWritable ? this.#writable : this.#readable).addApart(addr, BigInt(length));
  }

  finish(): DecodedChain {
    return { readable: this.#readable.finish(), writable: this.#writable.finish(), descriptors: this.count };
  }
}

/** Writes addr and len of a descriptor. */
export function writeBuffer(view: DataView, at: number, addr: bigint, length: number): void {
  view.setBigUint64(at, addr, true);
  view.setUint32(at + 8, length, true);
}

/** Checks the length of an indirect table. */
export function checkIndirectLength(index: number, length: number): void {
  if (length === 0 || length % DESCRIPTOR_BYTES !== 0) {
    throw badDescriptor(index, `expected an indirect table of whole descriptors of 16 bytes, got ${length} bytes`);
  }
}
