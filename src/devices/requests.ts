import {
  type CheckedRequestLimits,
  checkRequestLimits,
  DEVICE_LIMIT_KEYS,
  type DeviceLimits,
  type RequestLimits,
} from "../core/device-limits.js";
import { expected, SegringError } from "../core/errors.js";
import { checkKeys, type Keys } from "../core/options.js";
import { checkU64, RECORD_WORDS, recordAddr, recordLength, type U64 } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { checkTable } from "../core/table.js";
import { counted, field, quoted } from "../core/wording.js";
import { describeSegment } from "../table/check.js";
import { type Location, locate } from "../table/offsets.js";
import { between } from "../table/slice.js";

/** A part of a table that a device takes at once. */
export interface DeviceRequest {
  /** Where the request starts on the device: `offset` plus the bytes of the table before the request. */
  readonly offset: bigint;
  /** The segments of the request. */
  readonly segments: SegmentTable;
}

/** Limits of requests, and where on the device the table's bytes belong. */
export interface RequestOptions extends RequestLimits {
  /** The device offset of the table's first byte, a multiple of `blockBytes`; default 0. */
  offset?: U64 | undefined;
  /**
   * No request crosses a multiple of this number on the device (a RAID stripe): a multiple of `blockBytes`; 0 (default)
   * for no stripes.
   */
  stripeBytes?: U64 | undefined;
}

/** Requests of one call: an array of more, 600 bytes each, is more than V8 refuses: it would end the process. */
const MAX_REQUESTS = 2 ** 22;
const KEYS: Keys<RequestOptions & DeviceLimits> = { offset: true, stripeBytes: true, ...DEVICE_LIMIT_KEYS };

/**
 * Cuts a table into the requests of a device, greedily from the table's start. A request ends at the first of these
 * limits: `maxBytes`, `maxSegments`, a multiple of `stripeBytes`, an inner gap (a segment that ends, or a next segment
 * that starts, off the virtual boundary), and the table's end. A request has whole blocks: the rest of a block at such
 * a limit goes to the next request.
 *
 * The call cuts a segment only where a request ends. Map under the limits of segments first.
 *
 * Cost: O(segments + requests * log n).
 *
 * @returns The requests in order. Their segments, one after the other, are the table's bytes.
 * @throws {TypeError} An argument has the wrong type.
 * @throws {RangeError} A limit is out of its range, or the table has no whole number of blocks.
 * @throws {SegringError} NOT_EXPRESSIBLE: a request would hold no whole block; `index` is the segment, and the message
 *   says which limit is in the way. OUT_OF_MEMORY: there are more than 2^22 requests; the error comes at once where the
 *   limits tell. Pass a `slice` of the table instead.
 * @example
 * ```ts
 * const table = SegmentTable.from([{ addr: 0x1000, length: 8192 }, { addr: 0x9200, length: 4096 }]);
 * for (const { offset, segments } of requests(table, { ...nvmePrp, offset: 2 ** 20 })) {
 *   console.log(offset, segments.totalBytes); // 1048576n 8192n // 1056768n 4096n
 * }
 * ```
 */
export function requests(table: SegmentTable, options: RequestOptions): DeviceRequest[] {
  const checked = checkRequests(table, options);
  checkCount(leastRequests(table, checked));
  const all: DeviceRequest[] = [];
  for (const request of cutRequests(table, checked)) {
    checkCount(BigInt(all.push(request)));
  }
  return all;
}

/**
 * @internal As `requests`, but gives the requests one by one, so that there may be any number. Limits are checked at
 *   once.
 */
export function eachRequest(table: SegmentTable, options: RequestOptions): Iterable<DeviceRequest> {
  return cutRequests(table, checkRequests(table, options));
}

/** Limits of requests and a place on the device, checked. */
interface CheckedRequests extends CheckedRequestLimits {
  readonly start: bigint;
  readonly stripe: bigint;
}

function checkRequests(table: SegmentTable, options: RequestOptions): CheckedRequests {
  checkTable("table", table);
  checkKeys("options", options, KEYS);
  const limits = checkRequestLimits(options);
  const { blockBytes } = limits;
  const { offset = 0n, stripeBytes = 0n } = options;
  checkU64("offset", offset);
  checkU64("stripeBytes", stripeBytes);
  const stripe = BigInt(stripeBytes);
  const start = BigInt(offset);
  if (stripe % blockBytes !== 0n) {
    throw new RangeError(
      expected("stripeBytes", `0 or a multiple of ${field("blockBytes")} (${blockBytes})`, stripeBytes),
    );
  }
  if (start % blockBytes !== 0n) {
    throw new RangeError(expected("offset", `a multiple of ${field("blockBytes")} (${blockBytes})`, offset));
  }
  const { totalBytes } = table;
  if (totalBytes % blockBytes !== 0n) {
    throw new RangeError(`${quoted("table")} expected whole blocks of ${blockBytes} bytes, got ${totalBytes} bytes`);
  }
  if (start + totalBytes > 1n << 64n) {
    throw new RangeError(expected("offset", `0 to 2^64 - ${totalBytes} (the table's bytes)`, offset));
  }
  return { ...limits, start, stripe };
}

/** Each has `maxBytes`, a stripe and `maxSegments` at most. */
function leastRequests(
  { totalBytes, length }: SegmentTable,
  { maxBytes, maxSegments, stripe }: CheckedRequests,
): bigint {
  const longest = stripe !== 0n && stripe < maxBytes ? stripe : maxBytes;
  const byBytes = (totalBytes + longest - 1n) / longest;
  const bySegments = BigInt(Math.ceil(length / maxSegments));
  return byBytes > bySegments ? byBytes : bySegments;
}

function checkCount(count: bigint): void {
  if (count <= BigInt(MAX_REQUESTS)) return;
  throw new SegringError(
    "OUT_OF_MEMORY",
    `the table makes ${count} requests or more, a call gives ${MAX_REQUESTS} at most`,
  );
}

function* cutRequests(table: SegmentTable, checked: CheckedRequests): Generator<DeviceRequest, void, undefined> {
  const { length, totalBytes } = table;
  const { blockBytes } = checked;
  let offset = checked.start;
  let start: Location = { index: 0, offset: 0 };
  for (let done = 0n; done < totalBytes; ) {
    const { bytes, end } = longestFrom(table, start, offset, checked);
    const whole = bytes - (bytes % blockBytes);
    if (whole === 0n) {
      throw new SegringError(
        "NOT_EXPRESSIBLE",
        `a request from ${describeSegment(table, start.index)} on expected a block of ${blockBytes} bytes, got ${bytes} before ${end}`,
        { index: start.index },
      );
    }
    done += whole;
    const next = done === totalBytes ? { index: length, offset: 0 } : locate(table, done);
    yield { offset, segments: between(table, start, next) };
    offset += whole;
    start = next;
  }
}

/** The longest request from a place on, which has this offset on the device, and what ended it. */
function longestFrom(
  { words, length }: SegmentTable,
  start: Location,
  offset: bigint,
  { maxBytes, maxSegments, virtualMask, stripe }: CheckedRequests,
): { bytes: bigint; end: string } {
  let limit = maxBytes;
  let end = field("maxBytes");
  if (stripe !== 0n && stripe - (offset % stripe) < limit) {
    limit = stripe - (offset % stripe);
    end = field("stripeBytes");
  }
  let bytes = 0n;
  let used = start.offset;
  for (let { index } = start, count = 1; ; index++, used = 0, count++) {
    const at = index * RECORD_WORDS;
    bytes += BigInt(recordLength(words, at) - used);
    if (bytes >= limit) return { bytes: limit, end };
    if (index + 1 === length) return { bytes, end: "" };
    if (count === maxSegments) return { bytes, end: `${field("maxSegments")} (${maxSegments})` };
    const lastByte = recordAddr(words, at) + BigInt(recordLength(words, at));
    if (((lastByte | recordAddr(words, at + RECORD_WORDS)) & virtualMask) !== 0n) {
      return {
        bytes,
        end: `the gap after segment ${counted(index)} against ${field("virtualBoundaryBytes")} (${virtualMask + 1n})`,
      };
    }
  }
}
