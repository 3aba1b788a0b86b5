import { randomFillSync } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import type { Mapping } from "../text/system/maps.js";
import { procAccess } from "./proc.js";

/** Virtual addresses from `start` to `end`, exclusive. */
export interface Area {
  start: bigint;
  end: bigint;
}

const MEMORY = "/proc/self/mem";
/** Random bytes that mark the buffer: no other place has these bytes by chance. */
const MARKER_BYTES = 32;
/** Bytes a read. */
const CHUNK_BYTES = 1 << 20;

/**
 * Finds where this buffer lies in the process's address space. Its first and last 32 bytes are overwritten, and are
 * zero afterwards.
 *
 * The search looks first in the areas that became writable since `before`: a large buffer is one of these areas, or a
 * part of one. A smaller buffer may lie in the heap, which existed before; then all writable memory is searched. An
 * address counts only if new random bytes, written to both ends of the buffer, read back at that address through
 * `/proc/self/mem`, twice. So a copy of the bytes is not taken for the buffer.
 *
 * Cost: about a page for a large buffer; otherwise up to O(writable memory), about 0.5 s a GiB.
 *
 * @param before The mappings before the buffer was made.
 * @param after  Reads the present mappings.
 * @returns `undefined` where the buffer is not found.
 */
export function addressOf(buffer: ArrayBuffer, before: readonly Mapping[], after: () => Mapping[]): bigint | undefined {
  const head = new Uint8Array(buffer, 0, MARKER_BYTES);
  const tail = new Uint8Array(buffer, buffer.byteLength - MARKER_BYTES, MARKER_BYTES);
  randomFillSync(head);
  const length = BigInt(buffer.byteLength);
  const writable = writableAreas(after());
  const areas = [...newAreas(writable, writableAreas(before)), ...writable].filter(
    ({ start, end }) => end - start >= length,
  );
  const file = procAccess(MEMORY, () => openSync(MEMORY, "r"));
  try {
    const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    for (const { start, end } of areas) {
      for (let from = start; ; ) {
        const found = search(file, from, end - length + BigInt(MARKER_BYTES), head, chunk);
        if (found === undefined) break;
        const marker = head.slice();
        if (proves(file, found, head, found + length - BigInt(MARKER_BYTES), tail)) return found;
        head.set(marker);
        from = found + 1n;
      }
    }
    return undefined;
  } finally {
    closeSync(file);
    head.fill(0);
    tail.fill(0);
  }
}

/** What can be written to, by address; mappings that touch are one area, for an allocation may span them. */
export function writableAreas(mappings: readonly Mapping[]): Area[] {
  const areas: Area[] = [];
  for (const { addr, length, permissions } of mappings) {
    if (!permissions.startsWith("rw")) continue;
    const previous = areas.at(-1);
    if (previous?.end === addr) previous.end += length;
    else areas.push({ start: addr, end: addr + length });
  }
  return areas;
}

/**
 * The parts of `now` that are not in `before`; both by address. Lines would not do: the kernel joins a new mapping
 * to an old one next to it, and a reserved mapping becomes writable piece by piece.
 */
export function newAreas(now: readonly Area[], before: readonly Area[]): Area[] {
  const areas: Area[] = [];
  for (const { start, end } of now) {
    let from = start;
    for (const old of before) {
      if (old.end <= from || old.start >= end) continue;
      if (old.start > from) areas.push({ start: from, end: old.start });
      from = old.end;
    }
    if (from < end) areas.push({ start: from, end });
  }
  return areas;
}

/** The first address in `[from, end)` at which `marker` lies whole. */
function search(file: number, from: bigint, end: bigint, marker: Uint8Array, chunk: Buffer): bigint | undefined {
  let at = from;
  while (end - at >= marker.length) {
    const want = end - at < chunk.length ? Number(end - at) : chunk.length;
    const got = readMemory(file, at, chunk.subarray(0, want));
    const found = chunk.subarray(0, got).indexOf(marker);
    if (found >= 0) return at + BigInt(found);
    // A marker may lie across two reads. After memory that cannot be read (a device's), the next page may do.
    at = got >= marker.length ? at + BigInt(got - marker.length + 1) : (((at + BigInt(got)) >> 12n) + 1n) << 12n;
  }
  return undefined;
}

/** Whether the buffer's ends lie at these addresses: they change there when they are written to. */
function proves(file: number, headAddr: bigint, head: Uint8Array, tailAddr: bigint, tail: Uint8Array): boolean {
  for (let round = 0; round < 2; round++) {
    randomFillSync(head);
    randomFillSync(tail);
    if (!holds(file, headAddr, head) || !holds(file, tailAddr, tail)) return false;
  }
  return true;
}

function holds(file: number, addr: bigint, bytes: Uint8Array): boolean {
  const copy = Buffer.alloc(bytes.length);
  return readMemory(file, addr, copy) === bytes.length && copy.equals(bytes);
}

/** Reads this process's memory; fewer bytes, or none, where it cannot be read. */
function readMemory(file: number, addr: bigint, into: Uint8Array): number {
  try {
    return readSync(file, into, 0, into.length, addr);
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EIO") return 0;
    throw cause;
  }
}
