import { constants } from "node:buffer";
import { SegringError } from "../core/errors.js";
import { checkInteger } from "../core/limits.js";
import { checkKeys, NO_OPTIONS } from "../core/options.js";
import { quoted } from "../core/wording.js";
import type { PageFrames } from "../engine/page-frames.js";
import { addressOf } from "./address.js";
import { readMaps } from "./maps.js";
import { readPageFrames } from "./pagemap.js";
import { systemPageBytes } from "./pagesize.js";

/** Memory of this process whose address is known. */
export interface PinnedBuffer {
  /** The memory: zeros at first, page aligned. Do not transfer the buffer. */
  readonly buffer: Uint8Array<ArrayBuffer>;
  /** The virtual address of the first byte, a multiple of the page size. */
  readonly addr: bigint;
  /** Bytes of the buffer. */
  readonly byteLength: number;
  /**
   * The page frames behind the buffer at this moment. Every page is touched just before.
   *
   * Cost: O(pages), 9 bytes and some 100 ns a page.
   *
   * @param options.flags NOMERGE and the tag; default 0.
   * @throws {SegringError} `NO_PRIVILEGE`: the kernel hides frames from this process.
   * @throws {RangeError} The kernel took a page away between touch and read.
   * @throws {TypeError} `buffer` was transferred.
   */
  pageFrames(options?: { flags?: number | undefined }): PageFrames;
}

const FRAMES_KEYS = { flags: true } as const;

/**
 * Makes a buffer whose address is known, to look at how real memory is scattered, and for tests with real page frames.
 *
 * The call allocates, touches every page (the kernel gives a page only then), and finds the address: it compares
 * `/proc/self/maps` before and after, looks there for random bytes of the buffer through `/proc/self/mem`, and takes an
 * address only if bytes written to the buffer change there.
 *
 * **Pinned in name only.** Node has no mlock(2), so the kernel may still move the pages (compaction, NUMA balancing,
 * huge page collapse) or swap them. Frames are right at the moment when they are read. Give them to no device: a device
 * needs a buffer from a driver.
 *
 * Cost: O(pages), mostly the kernel's time to give them: 1 to 4 s a GiB on the measured virtual machine. A buffer below
 * some 32 MiB may need a search through all of the process's memory.
 *
 * @param byteLength 1 to what this Node can index (`buffer.constants.MAX_LENGTH`: 2^32 in Node 20). Up to two pages
 *   more are allocated.
 * @throws {TypeError | RangeError} `byteLength` is out of that range.
 * @throws {SegringError} `OUT_OF_MEMORY`: less memory is free (nothing is allocated then, because touching it would end
 *   this process), or the platform gives no buffer of that size. `NO_PRIVILEGE`: `/proc/self` may not be read.
 * @throws {Error} This is not Linux (the error has a cause), or the address was not found.
 * @example
 * ```ts
 * const { buffer, addr } = pinBuffer(2 ** 21);
 * console.log(buffer.byteLength, addr % BigInt(systemPageBytes())); // 2097152 0n
 * ```
 */
export function pinBuffer(byteLength: number): PinnedBuffer {
  checkInteger("byteLength", byteLength, 1, constants.MAX_LENGTH);
  const pageBytes = systemPageBytes();
  // Whole pages, and one to start at a page boundary: an allocator puts a header first.
  const total = (Math.ceil(byteLength / pageBytes) + 1) * pageBytes;
  const before = readMaps();
  const storage = allocate(total);
  const start = addressOf(storage, before, readMaps);
  if (start === undefined) {
    throw new Error(
      `the address of a buffer of ${total} bytes was not found in /proc/self/maps, which has ${before.length} mappings`,
    );
  }
  const page = BigInt(pageBytes);
  const addr = ((start + page - 1n) / page) * page;
  const buffer = new Uint8Array(storage, Number(addr - start), byteLength);
  touch(buffer, pageBytes);
  return {
    buffer,
    addr,
    byteLength,
    pageFrames: (options = NO_OPTIONS) => {
      checkKeys("options", options, FRAMES_KEYS);
      const { flags = 0 } = options;
      if (buffer.byteLength !== byteLength) {
        throw new TypeError(`"buffer" expected the ${byteLength} bytes it was made with; it was transferred`);
      }
      touch(buffer, pageBytes);
      return readPageFrames(addr, byteLength, { flags });
    },
  };
}

function allocate(total: number): ArrayBuffer {
  const available = process.availableMemory();
  if (total > available) {
    throw new SegringError(
      "OUT_OF_MEMORY",
      `${quoted("byteLength")} expected at most the ${available} bytes of free memory, needs ${total}`,
    );
  }
  try {
    return new ArrayBuffer(total);
  } catch (cause) {
    throw new SegringError("OUT_OF_MEMORY", `this platform gives no buffer of ${total} bytes`, { cause });
  }
}

/** Writes to every page without changing it. Atomic, so that no compiler leaves it out; a read would get the shared zero page. */
function touch(buffer: Uint8Array, pageBytes: number): void {
  for (let at = 0; at < buffer.length; at += pageBytes) Atomics.or(buffer, at, 0);
}
