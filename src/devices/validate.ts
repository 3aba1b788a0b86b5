import { checkDeviceLimits, type DeviceLimits } from "../core/device-limits.js";
import { BUS, NOMERGE, RECORD_WORDS, recordAddr, recordLength } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { checkTable } from "../core/table.js";
import { describeSegment, hexOf } from "../table/check.js";
import { touches } from "../table/runs.js";

/** A limit that a table breaks, and where. */
export interface Violation {
  /**
   * The segment at fault. For `maxSegments` and `maxBytes`, the first segment that is too many; for `blockBytes`, the
   * last segment.
   */
  readonly index: number;
  /** The name of the limit. */
  readonly limit: keyof DeviceLimits;
  /** What was expected and found, for people. */
  readonly message: string;
}

/**
 * Checks whether a device can take a table as one request. The result is the first limit that the table breaks, or
 * `undefined` (Linux DMA debug `check_sg_segment`, and the limits of a request). The call changes nothing, and does not
 * throw for a broken limit.
 *
 * `alignmentBytes` counts at borders between segments that could be one segment: those borders are cuts.
 *
 * Cost: O(n).
 *
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} A limit is out of its range.
 * @example
 * ```ts
 * const table = SegmentTable.from([{ addr: 0x1000, length: 512 }, { addr: 0x2000, length: 512 }]);
 * const fault = validate(table, nvmePrp);
 * console.log(fault?.limit, fault?.index); // virtualBoundaryBytes 1
 * ```
 */
export function validate(table: SegmentTable, limits: DeviceLimits): Violation | undefined {
  checkTable("table", table);
  const { segment, request, dmaMask } = checkDeviceLimits("limits", limits);
  const { maxSegmentBytes, boundaryBytes, alignmentBytes } = segment;
  const alignmentMask = BigInt(alignmentBytes) - 1n;
  const { words, length } = table;
  const fault = (index: number, limit: keyof DeviceLimits, what: string): Violation => ({
    index,
    limit,
    message: `${describeSegment(table, index)} expected ${what} ("${limit}")`,
  });
  let total = 0n;
  for (let index = 0; index < length; index++) {
    const at = index * RECORD_WORDS;
    const first = recordAddr(words, at);
    const bytes = recordLength(words, at);
    const last = first + BigInt(bytes) - 1n;
    total += BigInt(bytes);
    if (bytes > maxSegmentBytes) return fault(index, "maxSegmentBytes", `at most ${maxSegmentBytes} bytes`);
    if (boundaryBytes !== 0n && first / boundaryBytes !== last / boundaryBytes) {
      return fault(index, "boundaryBytes", `no multiple of ${hexOf(boundaryBytes)} inside`);
    }
    if (((first | BigInt(bytes)) & dmaMask) !== 0n) {
      return fault(index, "dmaAlignmentBytes", `an address and a length that are multiples of ${dmaMask + 1n}`);
    }
    if (index >= request.maxSegments) {
      return fault(index, "maxSegments", `to be among ${request.maxSegments} at most, is one of ${length}`);
    }
    if (total > request.maxBytes) {
      return fault(index, "maxBytes", `at most ${request.maxBytes} bytes up to its end, found ${total}`);
    }
    if (index === 0) continue;
    if ((first & alignmentMask) !== 0n && couldJoin(words, at)) {
      return fault(index, "alignmentBytes", `to be cut off at a multiple of ${alignmentBytes}`);
    }
    const endBefore = recordAddr(words, at - RECORD_WORDS) + BigInt(recordLength(words, at - RECORD_WORDS));
    if (((endBefore | first) & request.virtualMask) !== 0n) {
      return fault(
        index,
        "virtualBoundaryBytes",
        `to start, and the one before it to end (${hexOf(endBefore)}), at a multiple of ${request.virtualMask + 1n}`,
      );
    }
  }
  if (total % request.blockBytes !== 0n) {
    return fault(
      length - 1,
      "blockBytes",
      `to end a whole number of blocks of ${request.blockBytes}, found ${total} bytes`,
    );
  }
  return undefined;
}

/** Whether a mapper without limits would make one segment of the record at `at` and the one before it. */
function couldJoin(words: Uint32Array, at: number): boolean {
  const flags = words[at + 3] as number;
  const differing = flags ^ (words[at - RECORD_WORDS + 3] as number);
  return touches(words, at) && (differing & (0xffff_ff00 | BUS | NOMERGE)) === 0 && (flags & NOMERGE) === 0;
}
