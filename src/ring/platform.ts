import { memoryBuffer } from "../core/memories.js";

/*
 * What not every thread has. An AudioWorklet has no `crypto`, no `performance` and no timers, and WebAssembly may be
 * missing anywhere. This file names these things where they may be missing, so that no other file has to ask.
 */

/** Whether a value is a `WebAssembly.Memory`; false where there is no WebAssembly. */
export function isWasmMemory(memory: unknown): memory is WebAssembly.Memory {
  return memoryBuffer(memory) !== undefined;
}

export function hasWasm(): boolean {
  return typeof WebAssembly === "object";
}

/**
 * A random word, signed. Words tell rings and owners apart, and keep no secret: whoever could guess a word sees the
 * memory that holds the word. So where there is no `crypto`, `Math.random` is good enough.
 */
export function randomWord(): number {
  if (typeof crypto === "object") return crypto.getRandomValues(new Int32Array(1))[0] as number;
  return (Math.random() * 2 ** 32) | 0;
}

/** Milliseconds, for differences. */
export function now(): number {
  return typeof performance === "object" ? performance.now() : Date.now();
}

/** Calls back after so many milliseconds, where there are timers. Returns what takes that back. */
export function later(callback: () => void, milliseconds: number): () => void {
  if (typeof setTimeout !== "function") return () => {};
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
}

/** Whether this thread may block. Found out by trying: the kind of the thread does not say it in every browser. */
export function mayBlock(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0);
    return true;
  } catch {
    return false;
  }
}

/** Without isolation a page can make shared memory, but not post it. */
export function canShare(): boolean {
  const { crossOriginIsolated } = globalThis as { crossOriginIsolated?: boolean };
  return typeof SharedArrayBuffer === "function" && crossOriginIsolated !== false;
}
