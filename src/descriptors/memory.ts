import { expected, SegringError } from "../errors.js";
import { ADDRESS_SPACE, checkU64, RECORD_WORDS, recordAddr, recordLength, type U64 } from "../record.js";
import { hexOf } from "../table/check.js";
import { touches } from "../table/runs.js";
import type { SegmentTable } from "../table.js";

/** Bytes that a device reaches at an address: what descriptors are written into, or read from. */
export interface DescriptorMemory {
  bytes: Uint8Array;
  /** The bus address of the first byte. */
  addr: U64;
}

/** A piece of memory that was checked. */
export interface Region {
  readonly bytes: Uint8Array;
  readonly addr: bigint;
}

/** One piece of memory, or several. @throws {TypeError} It is none. @throws {RangeError} It passes 2^64. */
export function checkMemory(name: string, memory: DescriptorMemory | readonly DescriptorMemory[]): Region[] {
  const all = (Array.isArray(memory) ? memory : [memory]) as readonly DescriptorMemory[];
  return all.map((one, index) => {
    const label = Array.isArray(memory) ? `${name}[${index}]` : name;
    if (typeof one !== "object" || one === null) throw new TypeError(expected(label, "{ bytes, addr }", one));
    if (!(one.bytes instanceof Uint8Array)) throw new TypeError(expected(`${label}.bytes`, "a Uint8Array", one.bytes));
    checkU64(`${label}.addr`, one.addr);
    const addr = BigInt(one.addr);
    if (addr + BigInt(one.bytes.byteLength) > ADDRESS_SPACE) {
      throw new RangeError(
        expected(`${label}.addr`, `an address from which ${one.bytes.byteLength} bytes end by 2^64`, addr),
      );
    }
    return { bytes: one.bytes, addr };
  });
}

/** Checks that each piece of memory starts at a page. */
export function checkPageAligned(name: string, regions: readonly Region[], pageBytes: number): void {
  for (const { addr } of regions) {
    if (addr % BigInt(pageBytes) !== 0n) {
      throw new RangeError(expected(`${name}.addr`, `a multiple of the page size (${pageBytes})`, addr));
    }
  }
}

/** Pages for lists, in the order of the memory. The last one of a piece may be shorter. */
export function pagesOf(name: string, regions: readonly Region[], pageBytes: number): Region[] {
  checkPageAligned(name, regions, pageBytes);
  const pages: Region[] = [];
  for (const { bytes, addr } of regions) {
    for (let at = 0; at < bytes.byteLength; at += pageBytes) {
      pages.push({ bytes: bytes.subarray(at, at + pageBytes), addr: addr + BigInt(at) });
    }
  }
  return pages;
}

/**
 * The bytes at an address that a descriptor names: all of them in one piece of memory.
 *
 * @param what Who names it, for the message. @param index Which descriptor.
 * @throws {SegringError} BAD_DESCRIPTOR: no memory has them.
 */
export function bytesAt(
  regions: readonly Region[],
  addr: bigint,
  byteLength: number,
  what: string,
  index: number,
): Uint8Array {
  for (const region of regions) {
    const offset = addr - region.addr;
    if (offset >= 0n && offset + BigInt(byteLength) <= BigInt(region.bytes.byteLength)) {
      return region.bytes.subarray(Number(offset), Number(offset) + byteLength);
    }
  }
  throw badDescriptor(index, `${what} names ${byteLength} bytes at ${hexOf(addr)}, which are in no memory given`);
}

export function badDescriptor(index: number, fault: string): SegringError {
  return new SegringError("BAD_DESCRIPTOR", `descriptor ${index}: ${fault}`, { index });
}

/** A segment that a device cannot express. */
export function notExpressible(index: number, fault: string): SegringError {
  return new SegringError("NOT_EXPRESSIBLE", `segment ${index} ${fault}`, { index });
}

/** Where descriptors go. @throws {TypeError} It is no Uint8Array. @throws {RangeError} It is too short. */
export function checkTarget(name: string, target: unknown, byteLength: number): asserts target is Uint8Array {
  if (!(target instanceof Uint8Array)) throw new TypeError(expected(name, "a Uint8Array", target));
  if (target.byteLength < byteLength) {
    throw new RangeError(expected(`${name}.byteLength`, `at least ${byteLength}`, target.byteLength));
  }
}

/** Little-endian access to bytes at any alignment. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Checks that segments which do not touch end and start at pages, the first start and the last end apart.
 *
 * @param what What needs it, for the message. @throws {SegringError} NOT_EXPRESSIBLE, with the segment.
 */
export function checkInnerBorders({ words, length }: SegmentTable, pageBytes: bigint, what: string): void {
  for (let index = 1, at = RECORD_WORDS; index < length; index++, at += RECORD_WORDS) {
    if (touches(words, at)) continue;
    const start = recordAddr(words, at);
    const before = recordAddr(words, at - RECORD_WORDS) + BigInt(recordLength(words, at - RECORD_WORDS));
    if (before % pageBytes !== 0n) {
      throw notExpressible(index - 1, `ends at ${hexOf(before)}: ${what} needs page-aligned ends before the last`);
    }
    if (start % pageBytes !== 0n) {
      throw notExpressible(index, `starts at ${hexOf(start)}: ${what} needs page-aligned starts after the first`);
    }
  }
}
