import { expect } from "vitest";
import { type OracleRange, unpack } from "../oracle.js";

/** Compares packed segments byte for byte; a failure shows the first record that differs. */
export function expectBytes(actual: Uint8Array, expected: Uint8Array, what = "segments"): void {
  const shorter = Math.min(actual.byteLength, expected.byteLength);
  let at = 0;
  while (at < shorter && actual[at] === expected[at]) at++;
  if (at === shorter && actual.byteLength === expected.byteLength) return;
  const record = Math.floor(at / 16);
  expect.fail(
    `${what}: got ${actual.byteLength / 16}, expected ${expected.byteLength / 16}; record ${record} differs:\n` +
      `  got      ${showRecord(actual, record)}\n  expected ${showRecord(expected, record)}`,
  );
}

function showRecord(bytes: Uint8Array, index: number): string {
  const record = bytes.slice(index * 16, index * 16 + 16);
  if (record.byteLength < 16) return "nothing";
  const { addr, length, flags } = unpack(record)[0] as OracleRange;
  return `addr 0x${addr.toString(16)} length ${length} flags 0x${flags.toString(16)}`;
}

/** These bytes at an address that is no multiple of 4, with other bytes round them. */
export function unaligned(bytes: Uint8Array, offset = 1): Uint8Array<ArrayBuffer> {
  const around = new Uint8Array(bytes.byteLength + 16).fill(0xa5);
  around.set(bytes, offset);
  return around.subarray(offset, offset + bytes.byteLength);
}

/** All of these one after the other. */
export function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.byteLength;
  }
  return joined;
}

/** The error that `call` throws, or a failure where it does not. */
export function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return expect.fail("nothing was thrown");
}
