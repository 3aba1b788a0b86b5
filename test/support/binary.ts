import { expect } from "vitest";

/** Unsigned LEB128 at `at`: the number, and where it ends. */
export function leb(bytes: Uint8Array, at: number): [value: number, end: number] {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++] as number;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, at];
  }
}

export function sections(bytes: Uint8Array): { id: number; body: Uint8Array }[] {
  expect([...bytes.subarray(0, 8)]).toEqual([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  const found: { id: number; body: Uint8Array }[] = [];
  for (let at = 8; at < bytes.byteLength; ) {
    const id = bytes[at] as number;
    const [size, start] = leb(bytes, at + 1);
    found.push({ id, body: bytes.subarray(start, start + size) });
    at = start + size;
  }
  return found;
}

/** `export const NAME: type = value;` of a source. */
export function constants(source: string): Map<string, bigint> {
  const found = new Map<string, bigint>();
  for (const [, name, value] of source.matchAll(/^export const (\w+)(?:: \w+)? = (0x[\da-f_]+|\d+);/gim)) {
    found.set(name as string, BigInt((value as string).replaceAll("_", "")));
  }
  return found;
}
