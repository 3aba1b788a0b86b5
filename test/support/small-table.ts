/** A small table with its memory, for calls that are refused: they leave both as they are. */
import { expect } from "vitest";
import { SegmentTable } from "../../src/core/segment-table.js";

export const segments = [
  { addr: 0x1000, length: 0x1000 },
  { addr: 0x4000, length: 0x800 },
  { addr: 0x4800, length: 0x800, flags: 0x100 },
];
/** 8192 bytes in three segments. */
export const table = SegmentTable.from(segments);
export const empty = SegmentTable.from([]);
export const memory = new Uint8Array(0x8000);
/** All addresses of the table. */
export const windows = [{ addr: 0, length: 0x10000 }];

/** A side of a copy, with memory of its own. */
export function side(at = 0) {
  return { table, memory: { bytes: new Uint8Array(0x8000), addr: at } };
}

/** To be called after each test. */
export function expectUntouched(): void {
  expect(table.bytes).toEqual(SegmentTable.from(segments).bytes);
  expect(memory.every((byte) => byte === 0)).toBe(true);
}
