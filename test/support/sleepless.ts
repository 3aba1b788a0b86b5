/**
 * Sleeps that no timer ends. A ring's sleeper looks again after 100 ms, whoever forgot to wake it; without that a lost
 * wake-up is a test that hangs, on any machine and under any load, and no time need be measured.
 */
import { vi } from "vitest";
import { decodeKernel } from "../../src/engine/instantiate.js";
import { SLEEP_MS } from "../../src/ring/core.js";
import { sharedKernelHex } from "../../src/ring/kernel-shared.generated.js";
import type { Ring } from "../../src/ring/ring.js";
import { turn } from "./turn.js";

/** From here to `vi.restoreAllMocks` no timer of a sleep goes off in this thread. */
export function stopSleepTimers(): void {
  const { setTimeout } = globalThis;
  const shortOnly = (call: () => void, milliseconds = 0) =>
    setTimeout(milliseconds < SLEEP_MS ? call : () => {}, milliseconds);
  vi.spyOn(globalThis, "setTimeout").mockImplementation(shortOnly as typeof setTimeout);
}

/** The kernel for shared memory, whose sleeps have no end. */
export function endlessKernel(): Uint8Array<ArrayBuffer> {
  const bytes = decodeKernel(sharedKernelHex);
  // i64.const 100 000 000 (nanoseconds), and i64.const -1, which is no timeout, in as many bytes.
  const timed = [0x42, 0x80, 0xc2, 0xd7, 0x2f];
  const endless = [0x42, 0xff, 0xff, 0xff, 0x7f];
  const places = [...bytes.keys()].filter((at) => timed.every((byte, index) => bytes[at + index] === byte));
  const [place] = places;
  if (place === undefined || places.length > 1) throw new Error(`expected one time of a sleep, got ${places.length}`);
  bytes.set(endless, place);
  return bytes;
}

/** Waits until somebody sleeps at this word of the ring, or is about to and looks once more. */
export async function asleep(ring: Ring, sequence: number): Promise<void> {
  for (let turns = 0; ring.core.load(sequence + 4) === 0; turns++) {
    if (turns === 300_000) throw new Error("nobody sleeps");
    await turn();
  }
}
