import { expected, SegringError } from "../core/errors.js";
import { ADDRESS_SPACE, checkU64, type U64 } from "../core/record.js";
import { type Name, nameOf, plainBytes } from "../core/views.js";
import { counted } from "../core/wording.js";
import { hexOf } from "../table/check.js";

/**
 * Bytes that a device reaches at an address. Encoders write descriptors into the bytes, and decoders read descriptors
 * from the bytes.
 */
export interface DescriptorMemory {
  /** The bytes. */
  bytes: Uint8Array;
  /** The bus address of the first byte. */
  addr: U64;
}

/** One piece of memory, or several. */
export type DescriptorMemories = DescriptorMemory | readonly DescriptorMemory[];

/** No memory, for calls that need none. */
export const NO_MEMORY: readonly DescriptorMemory[] = [];

/** A piece of memory that was checked. */
export interface Region {
  readonly bytes: Uint8Array;
  readonly addr: bigint;
}

/**
 * Checks one piece of memory, or several. Pieces without a byte are left out. @throws {TypeError} `memory` is no piece
 * of memory. @throws {RangeError} A piece passes 2^64.
 */
export function checkMemory(name: string, memory: DescriptorMemories): Region[] {
  const regions: Region[] = [];
  if (Array.isArray(memory)) {
    for (let index = 0; index < memory.length; index++) addRegion(regions, memory[index], () => `${name}[${index}]`);
  } else {
    addRegion(regions, memory as DescriptorMemory, name);
  }
  return regions;
}

/** @param name Made where there is a fault, if it must be made: that costs more than all the rest. */
function addRegion(regions: Region[], memory: DescriptorMemory, name: Name): void {
  // Bytes alone lie at no address.
  if (typeof memory !== "object" || memory === null || ArrayBuffer.isView(memory))
    throw new TypeError(expected(nameOf(name), "{ bytes, addr }", memory));
  const { addr } = memory;
  const bytes = plainBytes(() => `${nameOf(name)}.bytes`, memory.bytes);
  // A safe number cannot pass 2^64.
  const isSmall = typeof addr === "number" && Number.isSafeInteger(addr) && addr >= 0;
  if (!isSmall) checkU64(`${nameOf(name)}.addr`, addr);
  const first = BigInt(addr);
  if (!isSmall && first + BigInt(bytes.byteLength) > ADDRESS_SPACE) {
    throw new RangeError(
      expected(`${nameOf(name)}.addr`, `an address from which ${bytes.byteLength} bytes end by 2^64`, first),
    );
  }
  if (bytes.byteLength > 0) regions.push({ bytes, addr: first });
}

/**
 * As `checkMemory`, for memory that is written. No piece may overlap another, or the descriptors would overwrite each
 * other. Two buffers over one shared wasm memory, one from before the memory grew and one from after, count as two.
 */
export function checkWritable(name: string, memory: DescriptorMemories): Region[] {
  const regions = checkMemory(name, memory);
  if (regions.length < 2) return regions;
  const byAddress = [...regions].sort((a, b) => (a.addr < b.addr ? -1 : 1));
  for (const [index, { addr }] of byAddress.entries()) {
    const before = byAddress[index - 1];
    if (before !== undefined && before.addr + BigInt(before.bytes.byteLength) > addr) {
      throw new RangeError(`"${name}" expected pieces apart, got two that have the address ${hexOf(addr)}`);
    }
  }
  const byOffset = [...regions].sort((a, b) => a.bytes.byteOffset - b.bytes.byteOffset);
  const ends = new Map<ArrayBufferLike, number>();
  for (const { bytes } of byOffset) {
    if (bytes.byteOffset < (ends.get(bytes.buffer) ?? 0)) {
      throw new RangeError(`"${name}" expected pieces apart, got two with the same bytes of one buffer`);
    }
    ends.set(bytes.buffer, bytes.byteOffset + bytes.byteLength);
  }
  return regions;
}

/** Whether two arrays share a byte. */
export function overlap(a: Uint8Array, b: Uint8Array): boolean {
  return (
    a.buffer === b.buffer && a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength
  );
}

/** Checks that each piece of memory starts at a page. @param pageBytes A power of two below 2^32. */
export function checkPageAligned(name: string, regions: readonly Region[], pageBytes: number): void {
  for (const { addr } of regions) {
    if (Number(BigInt.asUintN(32, addr)) % pageBytes !== 0) {
      throw new RangeError(expected(`${name}.addr`, `a multiple of the page size (${pageBytes})`, addr));
    }
  }
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
  return new SegringError("BAD_DESCRIPTOR", `descriptor ${counted(index)}: ${fault}`, { index });
}

/** A segment that a device cannot express. */
export function notExpressible(index: number, fault: string): SegringError {
  return new SegringError("NOT_EXPRESSIBLE", `segment ${counted(index)} ${fault}`, { index });
}

/** Checks options, or an argument with fields. @throws {TypeError} `value` is no object. */
export function checkObject(name: string, value: unknown): void {
  if (typeof value !== "object" || value === null) throw new TypeError(expected(name, "an object", value));
}

/**
 * Checks that a value is one of a few. @throws {TypeError} `value` has another type. @throws {RangeError} `value` is
 * none of them.
 */
export function checkChoice<T extends string | number>(
  name: string,
  value: unknown,
  choices: readonly T[],
): asserts value is T {
  const text = choices.map((choice) => JSON.stringify(choice));
  const what = `${text.slice(0, -1).join(", ")} or ${text.at(-1)}`;
  if (typeof value !== typeof choices[0]) throw new TypeError(expected(name, what, value));
  if (!choices.includes(value as T)) throw new RangeError(expected(name, what, value));
}

/**
 * Where descriptors go, or are, as a plain view. @throws {TypeError} `target` is no Uint8Array. @throws {RangeError}
 * `target` is too short.
 */
export function checkTarget(name: string, target: unknown, byteLength: number): Uint8Array {
  const bytes = plainBytes(name, target);
  if (bytes.byteLength < byteLength) {
    throw new RangeError(expected(`${name}.byteLength`, `at least ${byteLength}`, bytes.byteLength));
  }
  return bytes;
}

/** Little-endian access to bytes at any alignment. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
