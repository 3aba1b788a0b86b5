/** What the unit tests of descriptors share: tables, the errors that calls give, and rows of refusals. */
import { expect, it } from "vitest";
import { SegringError, type SegringErrorCode, show } from "../../src/core/errors.js";
import { NOMERGE, type Range } from "../../src/core/record.js";
import { SegmentTable } from "../../src/core/segment-table.js";
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
export const segring = (code: SegringErrorCode, message: string, index?: number) =>
  new SegringError(code, message, index === undefined ? undefined : { index });
export const shape = (message: string, index?: number) => segring("NOT_EXPRESSIBLE", message, index);
export const bad = (index: number, fault: string) => segring("BAD_DESCRIPTOR", `descriptor ${index}: ${fault}`, index);
export const badRecord = (index: number, fault: string) => segring("BAD_RECORD", `record ${index}: ${fault}`, index);
export const notType = (name: string, what: string, got: unknown) =>
  new TypeError(`"${name}" expected ${what}, got ${show(got)}`);
export const notIn = (name: string, what: string, got: unknown) =>
  new RangeError(`"${name}" expected ${what}, got ${show(got)}`);

export function refuses(call: () => unknown, wanted: Error): void {
  const error = thrownBy(call) as SegringError;
  expect(`${error.constructor.name}: ${error.message}`).toBe(`${wanted.constructor.name}: ${wanted.message}`);
  if (wanted instanceof SegringError) expect([error.code, error.index]).toEqual([wanted.code, wanted.index]);
}

/** What calls write to: nothing is in it but canaries. */
export interface Places {
  memory: MemoryAt;
  target: Uint8Array;
}

export type Refusal = [name: string, call: (places: Places) => unknown, error: Error];

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
