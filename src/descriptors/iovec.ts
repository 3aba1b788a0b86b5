import { SegringError } from "../core/errors.js";
import { checkInteger } from "../core/limits.js";
import { checkKeys, type Keys, NO_OPTIONS } from "../core/options.js";
import { ADDRESS_SPACE, RECORD_WORDS, recordAddr, recordLength } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { checkTable } from "../core/table.js";
import { TableBuilder } from "../table/builder.js";
import { hexOf } from "../table/check.js";
import { badDescriptor, checkChoice, checkTarget, notExpressible, viewOf } from "./memory.js";

/*
 * struct iovec (POSIX <sys/uio.h>), little-endian:
 *
 *   64-bit  0 ── void *iov_base ── 8 ── size_t iov_len ── 16
 *   32-bit  0 ── void *iov_base ── 4 ── size_t iov_len ── 8
 */

/** UIO_MAXIOV of Linux (include/uapi/linux/uio.h), IOV_MAX of most systems. */
const DEFAULT_MAX = 1024;

/** Segments that a decoder makes at most: an element may claim 2^64 bytes, which are 2^32 of them. */
const DEFAULT_SEGMENTS = 65536;

/** The layout of a struct iovec, and how many elements there may be. */
export interface IovecOptions {
  /** Bytes in a pointer: 8 (default) or 4. */
  pointerBytes?: 4 | 8 | undefined;
  /** Elements at most, 1 to 2^24; default 1024, the UIO_MAXIOV of Linux. */
  maxElements?: number | undefined;
}

const KEYS: Keys<IovecOptions> = { pointerBytes: true, maxElements: true };
const DECODE_KEYS = { ...KEYS, maxSegments: true } as const;

/**
 * Writes a table as an array of struct iovec, one element a segment.
 *
 * @param target 16 bytes a segment, 8 with `pointerBytes: 4`; bytes behind the elements are untouched.
 * @returns Elements written.
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} An argument is out of its range, or `target`
 *   is too short.
 * @throws {SegringError} NOT_EXPRESSIBLE: there are more than `maxElements` segments. With 4-byte pointers also: a
 *   segment passes 2^32, or all segments have more than 2^31 - 1 bytes (SSIZE_MAX, above which readv gives EINVAL).
 *   `index` says which segment. Nothing was written.
 * @example
 * ```ts
 * const target = new Uint8Array(16 * 1024);
 * console.log(encodeIovec(SegmentTable.from([{ addr: 0x7f00_0000_1000, length: 64 }]), target)); // 1
 * console.log(new BigUint64Array(target.buffer, 0, 2)); // BigUint64Array(2) [ 139637976731648n, 64n ]
 * ```
 */
export function encodeIovec(table: SegmentTable, target: Uint8Array, options: IovecOptions = NO_OPTIONS): number {
  checkTable("table", table);
  const { pointerBytes, maxElements } = checkOptions(options, KEYS);
  const { words, length, totalBytes } = table;
  if (length > maxElements) {
    throw new SegringError(
      "NOT_EXPRESSIBLE",
      `the table has ${length} segments: a call takes up to ${maxElements} elements`,
      {
        index: maxElements,
      },
    );
  }
  if (pointerBytes === 4) {
    if (totalBytes > MAX_SSIZE_32) {
      throw new SegringError(
        "NOT_EXPRESSIBLE",
        `the table has ${totalBytes} bytes: a call with a 32-bit ssize_t moves up to ${MAX_SSIZE_32}`,
      );
    }
    for (let index = 0, at = 0; index < length; index++, at += RECORD_WORDS) {
      const end = recordAddr(words, at) + BigInt(recordLength(words, at));
      if (end > 1n << 32n) {
        throw notExpressible(index, `ends at ${hexOf(end)}: a 32-bit iovec has addresses and lengths below 2^32`);
      }
    }
  }
  const view = viewOf(checkTarget("target", target, length * 2 * pointerBytes));
  for (let index = 0, at = 0; index < length; index++, at += RECORD_WORDS) {
    const element = index * 2 * pointerBytes;
    if (pointerBytes === 8) {
      view.setBigUint64(element, recordAddr(words, at), true);
      view.setBigUint64(element + 8, BigInt(recordLength(words, at)), true);
    } else {
      view.setUint32(element, words[at] as number, true);
      view.setUint32(element + 4, recordLength(words, at), true);
    }
  }
  return length;
}

/**
 * Gives the table of an array of struct iovec. Elements of length 0 are left out, and elements longer than 4 GiB are
 * cut every 4 GiB. Neighbours are not joined.
 *
 * @param source `count` elements. @param count 0 to `maxElements`.
 * @param options.maxSegments Segments in the table at most, 1 to 2^28; default 65536.
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} An argument is out of its range, or `source`
 *   is too short.
 * @throws {SegringError} BAD_DESCRIPTOR: an element passes the end of its address space, or makes too many segments;
 *   `index` says which.
 * @example
 * ```ts
 * const iov = new Uint8Array(BigUint64Array.of(0x1000n, 64n, 0x9000n, 0n).buffer);
 * console.log([...decodeIovec(iov, 2)]); // [ { addr: 4096n, length: 64, flags: 0 } ]
 * ```
 */
export function decodeIovec(
  source: Uint8Array,
  count: number,
  options: IovecOptions & { maxSegments?: number | undefined } = NO_OPTIONS,
): SegmentTable {
  const { pointerBytes, maxElements } = checkOptions(options, DECODE_KEYS);
  const { maxSegments = DEFAULT_SEGMENTS } = options;
  checkInteger("maxSegments", maxSegments, 1, 2 ** 28);
  checkInteger("count", count, 0, maxElements);
  const view = viewOf(checkTarget("source", source, count * 2 * pointerBytes));
  const space = pointerBytes === 8 ? ADDRESS_SPACE : 1n << 32n;
  const builder = new TableBuilder();
  let segments = 0n;
  for (let index = 0; index < count; index++) {
    const element = index * 2 * pointerBytes;
    const addr = pointerBytes === 8 ? view.getBigUint64(element, true) : BigInt(view.getUint32(element, true));
    const bytes = pointerBytes === 8 ? view.getBigUint64(element + 8, true) : BigInt(view.getUint32(element + 4, true));
    if (addr + bytes > space) throw badDescriptor(index, `${bytes} bytes at ${hexOf(addr)} pass ${hexOf(space)}`);
    segments += (bytes + 0xffff_ffffn) >> 32n;
    if (segments > maxSegments) {
      throw badDescriptor(
        index,
        `expected ${maxSegments} segments of up to 4 GiB at most, got ${segments} with its ${bytes} bytes`,
      );
    }
    builder.addApart(addr, bytes);
  }
  return builder.finish();
}

/** SSIZE_MAX of a 32-bit process. */
const MAX_SSIZE_32 = 2 ** 31 - 1;

function checkOptions(
  options: IovecOptions,
  keys: Readonly<Record<string, true>>,
): { pointerBytes: 4 | 8; maxElements: number } {
  checkKeys("options", options, keys);
  const { pointerBytes = 8, maxElements = DEFAULT_MAX } = options;
  checkChoice("pointerBytes", pointerBytes, [4, 8]);
  checkInteger("maxElements", maxElements, 1, 2 ** 24);
  return { pointerBytes, maxElements };
}
