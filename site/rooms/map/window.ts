/** Parts of the address space to look at, and how they change. Exact to the byte. */
import type { Window } from "./settings.js";

export const SPACE = 2n ** 64n;
export const ALL: Window = { addr: 0n, length: SPACE };
/** Fractions of a window are counted in these parts: finer than the pixels of any screen. */
const PARTS = 2 ** 30;

/** The window of `length` bytes whose byte at `fraction` (0 to 1) is `addr`, moved where it would leave the space. */
function placed(addr: bigint, length: bigint, fraction: number): Window {
  const size = length < 1n ? 1n : length > SPACE ? SPACE : length;
  const start = addr - partOf(size, fraction);
  return { addr: start < 0n ? 0n : start + size > SPACE ? SPACE - size : start, length: size };
}

/** floor(length * fraction). */
function partOf(length: bigint, fraction: number): bigint {
  return (length * BigInt(Math.floor(Math.min(Math.max(fraction, 0), 1) * PARTS))) / BigInt(PARTS);
}

/** The address at a fraction of a window: a byte of the window. */
export function addrAt({ addr, length }: Window, fraction: number): bigint {
  const part = partOf(length, fraction);
  return addr + (part < length ? part : length - 1n);
}

/** Where an address lies, as a fraction of a window; outside 0 to 1 where it is outside. */
export function fractionOf({ addr, length }: Window, at: bigint): number {
  return Number(((at - addr) * BigInt(PARTS)) / length) / PARTS;
}

/**
 * Makes a window smaller or larger.
 *
 * @param factor Above 1: more bytes are seen.
 * @param fraction Where the byte is that stays where it is.
 */
export function zoomed(window: Window, factor: number, fraction = 0.5): Window {
  const scaled = (window.length * BigInt(Math.round(factor * PARTS))) / BigInt(PARTS);
  // A step that is too small for whole bytes is one byte.
  const length = scaled === window.length && factor !== 1 ? window.length + (factor > 1 ? 1n : -1n) : scaled;
  return placed(addrAt(window, fraction), length, fraction);
}

/** Moves a window by a fraction of its length: above 0 towards higher addresses; by one byte at least. */
export function moved({ addr, length }: Window, fraction: number): Window {
  if (fraction === 0) return { addr, length };
  const part = (length * BigInt(Math.round(Math.abs(fraction) * PARTS))) / BigInt(PARTS);
  const step = part === 0n ? 1n : part;
  const start = fraction > 0 ? addr + step : addr - step;
  return { addr: start < 0n ? 0n : start + length > SPACE ? SPACE - length : start, length };
}

/** A window with some room on both sides. */
export function around({ addr, length }: Window): Window {
  const margin = length / 32n + 1n;
  const start = addr > margin ? addr - margin : 0n;
  const end = addr + length + margin;
  return { addr: start, length: (end > SPACE ? SPACE : end) - start };
}

/** Whether all of a part is in the window. */
export function holds(window: Window, part: Window): boolean {
  return window.addr <= part.addr && part.addr + part.length <= window.addr + window.length;
}
