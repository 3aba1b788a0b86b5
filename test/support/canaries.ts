/** Canaries round all that an arena gives. */
import { expect, onTestFinished, vi } from "vitest";
import { Arena } from "../../src/engine/arena.js";
import { CANARY } from "./drive.js";

/** Bytes on each side: a multiple of all alignments that are asked for. */
const GUARD = 1024;

/**
 * Until the test ends, each piece of memory that an arena gives lies between canaries, which must be alive when the piece is
 * freed. Returns what looks at the pieces that are not freed yet.
 */
export function guardArenas(): () => void {
  const taken = new Map<string, () => void>();
  const ids = new WeakMap<Arena, number>();
  let count = 0;
  const keyOf = (arena: Arena, address: number) => {
    if (!ids.has(arena)) ids.set(arena, count++);
    return `${ids.get(arena)} ${address}`;
  };
  const { allocate, free } = Arena.prototype;
  vi.spyOn(Arena.prototype, "allocate").mockImplementation(function (this: Arena, byteLength, alignment) {
    const whole = allocate.call(this, byteLength + 2 * GUARD, alignment);
    const address = whole + GUARD;
    this.bytes.fill(CANARY, whole, whole + byteLength + 2 * GUARD);
    taken.set(keyOf(this, address), () => {
      const before = this.bytes.subarray(whole, address);
      const behind = this.bytes.subarray(address + byteLength, address + byteLength + GUARD);
      expect(before.every((byte) => byte === CANARY)).toBe(true);
      expect(behind.every((byte) => byte === CANARY)).toBe(true);
    });
    return address;
  });
  vi.spyOn(Arena.prototype, "free").mockImplementation(function (this: Arena, address, byteLength) {
    const check = taken.get(keyOf(this, address));
    // Given before there were canaries.
    if (check === undefined) return free.call(this, address, byteLength);
    check();
    taken.delete(keyOf(this, address));
    free.call(this, address - GUARD, byteLength + 2 * GUARD);
  });
  onTestFinished(() => void vi.restoreAllMocks());
  return () => {
    for (const check of taken.values()) check();
  };
}
