/** What the unit tests of descriptors share: tables, the errors that calls give, and rows of refusals. */
import { expect, it } from "vitest";
import { NOMERGE, type Range } from "../../src/core/record.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import { type Blame, blames, expectBlame, segringError } from "./blame.js";
import { thrownBy } from "./bytes.js";
import { isUntouched, type MemoryAt, memoryAt, rangesOf, setU64 } from "./descriptors.js";

export const TOP = 1n << 64n;
export const GIB4 = 2 ** 32;

/** What was decoded, its tables as ranges: a table remembers what it was asked for. */
export function plain(decoded: object | undefined): object {
  return Object.fromEntries(
    Object.entries(decoded ?? {}).map(([key, value]) => [key, value instanceof SegmentTable ? rangesOf(value) : value]),
  );
}

/** Any value as what the types ask for. */
export const any = (value: unknown) => value as never;
export const tableOf = (...ranges: Range[]) => SegmentTable.from(ranges);
export const seg = (addr: number | bigint, length: number, flags = 0): Range => ({ addr, length, flags });
/** Pairs of digits, in groups as they were written. */
export const hexOf = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
export const bytesOf = (...groups: string[]) => groups.join("").replaceAll(" ", "");

/** A run of bytes in pieces that touch: of these lengths over and over, as far as they fit. */
export function piecesOf(addr: bigint, byteLength: bigint, lengths: readonly bigint[]): SegmentTable {
  const ranges: Range[] = [];
  for (let at = 0n, turn = 0; at < byteLength; turn++) {
    let length = turn < 40 ? (lengths[turn % lengths.length] as bigint) : 1n << 32n;
    if (length > byteLength - at) length = byteLength - at;
    ranges.push({ addr: addr + at, length, flags: turn % 2 === 0 ? NOMERGE : 0x100 });
    at += length;
  }
  return SegmentTable.from(ranges);
}

export const empty = tableOf();
export const two = tableOf(seg(0x1000, 0x1000), seg(0x5000, 0x800));
/** A shape that a device cannot take: the segment, where one is to blame. */
export const shape = (index?: number) => segringError("NOT_EXPRESSIBLE", index);
/** A descriptor, and the field of it where a message names one. */
export const bad = (index: number, field?: string) => segringError("BAD_DESCRIPTOR", index, field);
/** A record, and the field of it where a message names one. */
export const badRecord = (index: number, field?: string) => segringError("BAD_RECORD", index, field);
export const notType = (name: string) => blames(TypeError, name);
export const notIn = (name: string) => blames(RangeError, name);

export function refuses(call: () => unknown, wanted: Blame): void {
  expectBlame(thrownBy(call), wanted);
}

/** What calls write to: nothing is in it but canaries. */
export interface Places {
  memory: MemoryAt;
  target: Uint8Array;
}

export type Refusal = [name: string, call: (places: Places) => unknown, error: Blame];

/** Encoders: whatever fails, nothing was written. */
export function refusals(rows: readonly Refusal[]): void {
  it.each(rows)("refuses %s", (_, call, error) => {
    const memory = memoryAt(0x5000_0000n, 8192);
    const target = memoryAt(0n, 256);
    refuses(() => call({ memory, target: target.bytes }), error);
    expect([isUntouched(memory), isUntouched(target)]).toEqual([true, true]);
  });
}

/** Memory at an address that starts with these values. */
export function valuesAt(addr: bigint, byteLength: number, values: readonly bigint[]): MemoryAt {
  const memory = memoryAt(addr, byteLength);
  for (const [slot, value] of values.entries()) setU64(memory.bytes, slot, value);
  return memory;
}
