import { expected, SegringError } from "../errors.js";
import { checkInteger } from "../limits.js";
import { ADDRESS_SPACE, RECORD_WORDS, recordAddr, recordLength } from "../record.js";
import { TableBuilder } from "../table/builder.js";
import { hexOf } from "../table/check.js";
import { checkTable, type SegmentTable } from "../table.js";
import { badDescriptor, checkTarget, notExpressible, viewOf } from "./memory.js";

/*
 * struct iovec (POSIX <sys/uio.h>), little-endian:
 *
 *   64-bit  0 ── void *iov_base ── 8 ── size_t iov_len ── 16
 *   32-bit  0 ── void *iov_base ── 4 ── size_t iov_len ── 8
 */

/** UIO_MAXIOV of Linux (include/uapi/linux/uio.h), IOV_MAX of most systems. */
const DEFAULT_MAX = 1024;

/** Which struct iovec, and how many. */
export interface IovecOptions {
  /** Bytes in a pointer: 8 (default) or 4. */
  pointerBytes?: 4 | 8 | undefined;
  /** Elements at most, 1 to 2^24; default 1024, Linux's UIO_MAXIOV. */
  maxElements?: number | undefined;
}

/**
 * Writes a table as an array of struct iovec, an element a segment.
 *
 * @param target 16 bytes a segment, 8 with `pointerBytes: 4`; what lies behind them stays as it is.
 * @returns Elements written.
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} It is out of its range, or `target` is too short.
 * @throws {SegringError} NOT_EXPRESSIBLE: more than `maxElements`, or with 4-byte pointers a segment that has 4 GiB or
 *   passes 2^32; `index` says which. Nothing was written.
 */
export function encodeIovec(table: SegmentTable, target: Uint8Array, options: IovecOptions = {}): number {
  checkTable("table", table);
  const { pointerBytes, maxElements } = checkOptions(options);
  const { words, length } = table;
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
    for (let index = 0, at = 0; index < length; index++, at += RECORD_WORDS) {
      const end = recordAddr(words, at) + BigInt(recordLength(words, at));
      if (end > 1n << 32n || recordLength(words, at) === 2 ** 32) {
        throw notExpressible(index, `ends at ${hexOf(end)}: a 32-bit iovec has addresses and lengths below 2^32`);
      }
    }
  }
  checkTarget("target", target, length * 2 * pointerBytes);
  const view = viewOf(target);
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
 * The table of an array of struct iovec. Elements of length 0 are left out; longer ones than 4 GiB are cut every 4 GiB.
 * Neighbours are not joined.
 *
 * @param source `count` elements. @param count 0 to `maxElements`.
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} It is out of its range, or `source` is too short.
 * @throws {SegringError} BAD_DESCRIPTOR: an element passes the end of its address space, or one has more than 2^48 bytes,
 *   which no process has; `index` says which.
 */
export function decodeIovec(source: Uint8Array, count: number, options: IovecOptions = {}): SegmentTable {
  const { pointerBytes, maxElements } = checkOptions(options);
  checkInteger("count", count, 0, maxElements);
  checkTarget("source", source, count * 2 * pointerBytes);
  const view = viewOf(source);
  const space = pointerBytes === 8 ? ADDRESS_SPACE : 1n << 32n;
  const builder = new TableBuilder();
  for (let index = 0; index < count; index++) {
    const element = index * 2 * pointerBytes;
    const addr = pointerBytes === 8 ? view.getBigUint64(element, true) : BigInt(view.getUint32(element, true));
    const bytes = pointerBytes === 8 ? view.getBigUint64(element + 8, true) : BigInt(view.getUint32(element + 4, true));
    if (addr + bytes > space) throw badDescriptor(index, `${bytes} bytes at ${hexOf(addr)} pass ${hexOf(space)}`);
    if (bytes > MAX_LENGTH) throw badDescriptor(index, `expected up to 2^48 bytes, got ${bytes}`);
    builder.addApart(addr, bytes);
  }
  return builder.finish();
}

/** 65536 segments of 4 GiB: a length of 2^64 - 1 would make 2^32 of them. */
const MAX_LENGTH = 1n << 48n;

function checkOptions({ pointerBytes = 8, maxElements = DEFAULT_MAX }: IovecOptions): {
  pointerBytes: 4 | 8;
  maxElements: number;
} {
  if (pointerBytes !== 4 && pointerBytes !== 8) throw new RangeError(expected("pointerBytes", "4 or 8", pointerBytes));
  checkInteger("maxElements", maxElements, 1, 2 ** 24);
  return { pointerBytes, maxElements };
}
