import { closeSync, openSync, readSync } from "node:fs";
import { endianness } from "node:os";
import { expected, SegringError } from "../core/errors.js";
import { checkKeys, NO_OPTIONS } from "../core/options.js";
import { ADDRESS_SPACE, checkU64, type U64 } from "../core/record.js";
import { type PageFrames, pageFrames } from "../engine/page-frames.js";
import { hex } from "../text/system/lines.js";
import { systemPageBytes } from "./pagesize.js";
import { type Pid, procAccess, procPath } from "./proc.js";

/** The state of a page that is neither present nor swapped. `PageEntries.states` holds states. */
export const PAGE_ABSENT = 0;
/** The state of a page that is in memory and has a frame. */
export const PAGE_PRESENT = 1;
/** The state of a page whose bytes are in swap. */
export const PAGE_SWAPPED = 2;
/** A guard page (madvise MADV_GUARD_INSTALL): any access, also a read, ends the process with SIGSEGV. */
export const PAGE_GUARD = 3;

/** The pages of a range of virtual addresses, by address. */
export interface PageEntries {
  /** The address of the first page. */
  addr: bigint;
  /** Bytes in a page. */
  pageBytes: number;
  /** Page frame numbers, one a page: the physical address divided by `pageBytes`. 0 where the page is not present. */
  frames: BigUint64Array<ArrayBuffer>;
  /** The state of each page: PAGE_ABSENT, PAGE_PRESENT, PAGE_SWAPPED or PAGE_GUARD. */
  states: Uint8Array<ArrayBuffer>;
}

const PAGEMAP_KEYS = { pid: true } as const;
const FRAMES_KEYS = { pid: true, flags: true } as const;

/** Bytes a page in the file. */
const ENTRY_BYTES = 8;
/** Bytes a read: 64 Ki pages. */
const CHUNK_BYTES = 512 * 1024;

/** Bits of the upper half of an entry: 63 present, 62 swapped, 58 guard (with 62), 54-32 the upper part of the frame number. */
const PRESENT_BIT = 0x8000_0000;
const SWAPPED_BIT = 0x4000_0000;
const GUARD_BIT = 0x0400_0000;
const FRAME_BITS = 0x007f_ffff;

/**
 * Reads the page frames behind a range of a process's virtual addresses, from `/proc/PID/pagemap` (Linux,
 * Documentation/admin-guide/mm/pagemap.rst: bits 0-54 frame, 58 guard, 62 swapped, 63 present).
 *
 * The result is a picture of a moment: the kernel may move, merge or swap a page at any time, also between two entries.
 * Memory that was only read may be the shared zero page. Frames of a device mapping are device addresses. Linux marks
 * guard pages from 6.15 on; 6.13 and 6.14 have guard pages, and show them as swapped.
 *
 * Cost: O(pages), 9 bytes and some 30 ns a page, nearly all in the kernel.
 *
 * @param addr       First byte, virtual; any u64. The page of this byte is the first page.
 * @param byteLength Bytes; `addr + byteLength` at most 2^64. 0 gives no pages.
 * @param options.pid The process; default this process.
 * @returns One entry for each page that the range touches; `states` says whether each page is present.
 * @throws {TypeError | RangeError} An argument is out of its range, the addresses are past those that pagemap knows
 *   (the kernel's half; `[vsyscall]`), or the process has no memory (a kernel thread).
 * @throws {SegringError} `NO_PRIVILEGE`: the file may not be read, or a present page has frame 0, which is what the
 *   kernel shows without CAP_SYS_ADMIN. `OUT_OF_MEMORY`: the entries do not fit the free memory, or an array.
 * @throws {Error} There is no such process, or this is not Linux; the error has a cause.
 * @example
 * ```ts
 * const { addr } = pinBuffer(4096);
 * const { states } = readPagemap(addr, 4096);
 * console.log(states[0] === PAGE_PRESENT); // true
 * ```
 */
export function readPagemap(addr: U64, byteLength: U64, options: { pid?: Pid | undefined } = NO_OPTIONS): PageEntries {
  checkKeys("options", options, PAGEMAP_KEYS);
  const { pid = "self" } = options;
  checkU64("addr", addr);
  checkU64("byteLength", byteLength);
  const start = BigInt(addr);
  const end = start + BigInt(byteLength);
  if (end > ADDRESS_SPACE) {
    throw new RangeError(expected("addr + byteLength", "up to 2^64", end));
  }
  const path = procPath(pid, "pagemap");
  const pageBytes = systemPageBytes();
  const page = BigInt(pageBytes);
  const firstPage = start / page;
  const pageCount = start === end ? 0n : (end + page - 1n) / page - firstPage;
  const { frames, states } = allocate(pageCount);
  readEntries(path, firstPage, page, new Uint8Array(frames.buffer));
  const hidden = decodePagemap(frames, states);
  if (hidden >= 0) {
    const where = hex((firstPage + BigInt(hidden)) * page);
    throw new SegringError(
      "NO_PRIVILEGE",
      `"${path}" expected a frame for the present page ${where}, got 0: the kernel hides frames; run as root, with CAP_SYS_ADMIN outside any container`,
    );
  }
  return { addr: firstPage * page, pageBytes, frames, states };
}

/**
 * As {@link readPagemap}, as input of a mapper: the physical pages behind a range of virtual addresses. All pages must
 * be present.
 *
 * Cost: that of readPagemap.
 *
 * @param addr       First byte, virtual. The byte need not be page aligned: its place in the page becomes
 *   `firstOffset`.
 * @param byteLength Bytes; `addr + byteLength` at most 2^64.
 * @param options.pid   The process; default this process.
 * @param options.flags NOMERGE, BUS (for a mapping of device memory) and the tag; default 0.
 * @throws {RangeError} As readPagemap, and where some pages are not present, swapped, or guard pages; the message says
 *   how many, and the first address. readPagemap tells which pages they are. To make pages of your own writable memory
 *   present, write one byte to each page. Never touch a guard page: the access ends the process. Ask for the ranges
 *   before and after it instead.
 * @throws {TypeError | SegringError | Error} As readPagemap.
 * @example
 * ```ts
 * const { addr } = pinBuffer(8192);
 * console.log(readPageFrames(addr, 8192).firstOffset); // 0
 * ```
 */
export function readPageFrames(
  addr: U64,
  byteLength: U64,
  options: { pid?: Pid | undefined; flags?: number | undefined } = NO_OPTIONS,
): PageFrames {
  checkKeys("options", options, FRAMES_KEYS);
  const { pid = "self", flags = 0 } = options;
  const entries = readPagemap(addr, byteLength, { pid });
  checkPresent(entries);
  const { frames, pageBytes } = entries;
  return pageFrames(frames, { pageBytes, firstOffset: Number(BigInt(addr) - entries.addr), byteLength, flags });
}

/**
 * @internal Turns entries as the kernel writes them into frames in place, and into states. The result is the index of
 *   the first present page without a frame, else -1. The loop works on halves: a bigint an entry would cost more than
 *   the kernel does.
 */
export function decodePagemap(entries: BigUint64Array, states: Uint8Array): number {
  const halves = new Uint32Array(entries.buffer, entries.byteOffset, entries.length * 2);
  const highFirst = endianness() === "BE" ? 1 : 0;
  let hidden = -1;
  for (let index = 0; index < entries.length; index++) {
    const lowAt = 2 * index + highFirst;
    const highAt = 2 * index + 1 - highFirst;
    const high = halves[highAt] as number;
    const state = stateOf(high);
    states[index] = state;
    if (state === PAGE_PRESENT) {
      halves[highAt] = high & FRAME_BITS;
      if (hidden < 0 && (high & FRAME_BITS) === 0 && halves[lowAt] === 0) hidden = index;
    } else {
      halves[lowAt] = 0;
      halves[highAt] = 0;
    }
  }
  return hidden;
}

/** The state of a page, by the upper half of its entry. */
function stateOf(high: number): number {
  if (high & SWAPPED_BIT) return high & GUARD_BIT ? PAGE_GUARD : PAGE_SWAPPED;
  return high & PRESENT_BIT ? PAGE_PRESENT : PAGE_ABSENT;
}

/** @internal Throws unless all pages are present. */
export function checkPresent({ addr, pageBytes, states }: PageEntries): void {
  const first = states.findIndex((state) => state !== PAGE_PRESENT);
  if (first < 0) return;
  const counts = [0, 0, 0, 0];
  for (const state of states) counts[state] = (counts[state] as number) + 1;
  const where = (index: number) => hex(addr + BigInt(index) * BigInt(pageBytes));
  const [absent, swapped, guards] = [PAGE_ABSENT, PAGE_SWAPPED, PAGE_GUARD].map((state) => counts[state]);
  const missing = guards
    ? `${absent} not present, ${swapped} swapped and ${guards} guard pages`
    : `${absent} not present and ${swapped} swapped`;
  const warning = guards
    ? `; the first guard page is at ${where(states.indexOf(PAGE_GUARD))} (never touch one, that ends the process: leave guard pages out)`
    : "";
  throw new RangeError(
    `"addr" expected pages that are all present, got ${missing} of ${states.length}, the first at ${where(first)}${warning}`,
  );
}

/** Arrays for the entries. Asks first: the kernel grants an array that memory does not hold, and ends the process that fills it. */
function allocate(pageCount: bigint): Pick<PageEntries, "frames" | "states"> {
  const needed = pageCount * BigInt(ENTRY_BYTES + 1);
  const advice = `the entries of ${pageCount} pages need ${needed} bytes; ask for fewer at a time`;
  if (needed > process.availableMemory()) throw new SegringError("OUT_OF_MEMORY", advice);
  try {
    const count = Number(pageCount);
    return { frames: new BigUint64Array(count), states: new Uint8Array(count) };
  } catch (cause) {
    throw new SegringError("OUT_OF_MEMORY", advice, { cause });
  }
}

/** Fills `bytes` with the entries from `firstPage` on. Positions pass 2^53, so they are bigints. */
function readEntries(path: string, firstPage: bigint, page: bigint, bytes: Uint8Array): void {
  const file = procAccess(path, () => openSync(path, "r"));
  try {
    let done = 0;
    while (done < bytes.length) {
      const want = Math.min(CHUNK_BYTES, bytes.length - done);
      const position = firstPage * BigInt(ENTRY_BYTES) + BigInt(done);
      const got = procAccess(path, () => readSync(file, bytes, done, want, position));
      if (got === 0) {
        const where = hex((position / BigInt(ENTRY_BYTES)) * page);
        throw new RangeError(
          `"addr" expected addresses that ${path} knows, it ends before ${where} (past the user's half of the address space, or a process without memory)`,
        );
      }
      done += got;
    }
  } finally {
    closeSync(file);
  }
}
