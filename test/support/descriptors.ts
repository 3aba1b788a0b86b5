import type { SegmentTable } from "../../src/table.js";
import { coalesce, type OracleRange } from "../oracle.js";
import { toRanges, type VectorRange } from "./vectors.js";

/** What memory holds that nobody wrote. */
export const CANARY = 0xa5;

/** Memory for descriptors, and its address. */
export interface MemoryAt {
  bytes: Uint8Array<ArrayBuffer>;
  addr: bigint;
}

/** Memory of canaries at an address, and more of them round it, which belong to nobody. */
export function memoryAt(addr: bigint, byteLength: number): MemoryAt {
  const around = new Uint8Array(byteLength + 128).fill(CANARY);
  return { bytes: around.subarray(64, 64 + byteLength), addr };
}

/** Whether all bytes but these first ones, those round the memory too, are canaries still. */
export function isUntouched({ bytes }: { bytes: Uint8Array }, written = 0): boolean {
  const around = new Uint8Array(bytes.buffer);
  const end = bytes.byteOffset + written;
  return around.every((byte, at) => byte === CANARY || (at >= bytes.byteOffset && at < end));
}

/** The first u64 values in these bytes. */
export function u64sOf(bytes: Uint8Array, count: number, isLittle = true): bigint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, index) => view.getBigUint64(index * 8, isLittle));
}

/** Writes a u64 into a slot of 8 bytes. */
export function setU64(bytes: Uint8Array, slot: number, value: bigint): void {
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).setBigUint64(slot * 8, value, true);
}

const hex = (value: bigint) => `0x${value.toString(16)}`;
export const hexes = (values: readonly bigint[]): string[] => values.map(hex);

/** NVMe SGL descriptors in words. */
export function sglOf(bytes: Uint8Array): { type: string; addr: string; len: number }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength / 16 }, (_, index) => {
    const at = index * 16;
    const word = view.getUint32(at + 12, true);
    const type = ["DATA_BLOCK", "BIT_BUCKET", "SEGMENT", "LAST_SEGMENT"][word >>> 28] ?? "unknown";
    return {
      type: (word & 0xfff_ffff) === 0 ? type : "reserved bits",
      addr: hex(view.getBigUint64(at, true)),
      len: view.getUint32(at + 8, true),
    };
  });
}

/** A virtio descriptor. */
export interface RawDescriptor {
  addr: bigint;
  len: number;
  /** Bytes 12 and 13: the flags of a split queue, the buffer id of a packed one. */
  low: number;
  /** Bytes 14 and 15: the next index of a split queue, the flags of a packed one. */
  high: number;
}

/** Descriptors of 16 bytes in words. */
export function descriptorsOf(bytes: Uint8Array): RawDescriptor[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.byteLength / 16) }, (_, index) => ({
    addr: view.getBigUint64(index * 16, true),
    len: view.getUint32(index * 16 + 8, true),
    low: view.getUint16(index * 16 + 12, true),
    high: view.getUint16(index * 16 + 14, true),
  }));
}

/** And into bytes. */
export function writeDescriptors(bytes: Uint8Array, rows: readonly RawDescriptor[]): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const [index, { addr, len, low, high }] of rows.entries()) {
    view.setBigUint64(index * 16, addr, true);
    view.setUint32(index * 16 + 8, len, true);
    view.setUint16(index * 16 + 12, low, true);
    view.setUint16(index * 16 + 14, high, true);
  }
}

/** The runs of bytes that ranges cover, in order: what is equal before and after a device's format. */
export const coveredBy = (ranges: Iterable<{ addr: bigint; length: number | bigint }>): OracleRange[] =>
  coalesce([...ranges].map(({ addr, length }) => ({ addr, length: BigInt(length), flags: 0 })));

/** The same of rows of a vector file. */
export const coveredByRows = (rows: readonly VectorRange[]): OracleRange[] => coveredBy(toRanges(rows));

/** The pages after the first one that ranges touch, one page only once: what PRP entries after PRP1 are. */
export function laterPages(ranges: readonly OracleRange[], pageBytes: bigint): bigint[] {
  const pages: bigint[] = [];
  for (const { addr, length } of coveredBy(ranges)) {
    for (let page = addr - (addr % pageBytes); page < addr + length; page += pageBytes) {
      if (page !== pages.at(-1)) pages.push(page);
    }
  }
  return pages.slice(1);
}

export const rangesOf = (table: SegmentTable): OracleRange[] =>
  [...table].map(({ addr, length, flags }) => ({ addr, length: BigInt(length), flags }));
