import { expected, SegringError } from "../core/errors.js";
import { checkInteger } from "../core/limits.js";
import { checkKeys, NO_OPTIONS } from "../core/options.js";
import { ADDRESS_SPACE, checkU64, RECORD_WORDS, recordAddr, recordLength, type U64 } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { checkTable } from "../core/table.js";
import { plainView } from "../core/views.js";
import { field } from "../core/wording.js";
import { TableBuilder } from "../table/builder.js";
import { hexOf } from "../table/check.js";
import {
  badDescriptor,
  bytesAt,
  checkChoice,
  checkMemory,
  checkWritable,
  type DescriptorMemories,
  NO_MEMORY,
  notExpressible,
  type Region,
  viewOf,
} from "./memory.js";
import { checkPageBytes, checkPrpShape } from "./nvme-prp.js";
import { forgetRecords } from "./page-entries.js";

/*
 * NVMe scatter gather lists (NVM Express Base Specification, "Scatter Gather List"), a descriptor of 16 bytes:
 *
 *   byte 0               8           12        15   16
 *        ├── u64 addr ───┼─ u32 len ─┼ 0 ──────┼type┤   type << 4 | subtype
 *
 *   0 DATA BLOCK: addr and len of data      2 SEGMENT: of more descriptors, the last of which leads on
 *   1 BIT BUCKET: len of data to drop       3 LAST SEGMENT: of more descriptors, all of them data
 */
const DESCRIPTOR_BYTES = 16;
const DATA_BLOCK = 0x00;
const BIT_BUCKET = 0x10;
const SEGMENT = 0x20;
const LAST_SEGMENT = 0x30;

/** The longest length of a descriptor. */
const MAX_LENGTH = 0xffff_ffff;
/** Descriptors followed at most where the caller does not say. */
const DEFAULT_MAX = 65536;

const ENCODE_KEYS = { alignmentBytes: true } as const;
const DECODE_KEYS = { maxDescriptors: true } as const;
const CHOOSE_KEYS = { sgl: true, thresholdBytes: true, pageBytes: true, alignmentBytes: true } as const;

/** The descriptor of a command, and how much memory its lists took. */
export interface SglEncoding {
  /** The command's own descriptor, 16 bytes: the data of one segment, or the place of a list. */
  readonly sgl1: Uint8Array<ArrayBuffer>;
  /** Descriptors written into `memory`, with those that lead to the next piece. */
  readonly descriptors: number;
  /** Pieces of `memory` used. */
  readonly segments: number;
}

/**
 * Writes a table as NVMe SGL descriptors, one descriptor a segment. One segment fits the command itself. More segments
 * become one list where a piece of memory holds all of them, and otherwise several lists: the last descriptor of each
 * list leads to the next list.
 *
 * Cost: O(n), about 20 ns a segment.
 *
 * @param memory Pieces for lists, at multiples of 8, taken in order. Every piece but the last holds at least two
 *   descriptors.
 * @param options.alignmentBytes The alignment of addresses and lengths that the controller asks for: 1 (default) or 4
 *   (SGLS bits 1:0 are 10b).
 * @throws {TypeError} An argument has the wrong type.
 * @throws {RangeError} An option is out of its range, or `memory` is too small: the message says how much is needed.
 * @throws {SegringError} NOT_EXPRESSIBLE: the table is empty, a segment has 4 GiB (a length is a u32), or a segment is
 *   not aligned; `index` says which. Nothing was written.
 * @example
 * ```ts
 * const lists = { bytes: new Uint8Array(4096), addr: 0xd000_0000 };
 * const table = SegmentTable.from([{ addr: 0x1000, length: 512 }, { addr: 0x9004, length: 64 }]);
 * const { sgl1, descriptors } = encodeSgl(table, lists);
 * console.log(descriptors, new DataView(sgl1.buffer).getBigUint64(0, true).toString(16)); // 2 d0000000
 * ```
 */
export function encodeSgl(
  table: SegmentTable,
  memory: DescriptorMemories = NO_MEMORY,
  options: { alignmentBytes?: 1 | 4 | undefined } = NO_OPTIONS,
): SglEncoding {
  checkTable("table", table);
  checkKeys("options", options, ENCODE_KEYS);
  const { alignmentBytes = 1 } = options;
  checkChoice("alignmentBytes", alignmentBytes, [1, 4]);
  const regions = checkWritable("memory", memory);
  for (const { addr } of regions) {
    if (addr % 8n !== 0n) throw new RangeError(expected("memory.addr", "a multiple of 8", addr));
  }
  checkSglShape(table, alignmentBytes);
  const { words, length } = table;
  const sgl1 = new Uint8Array(DESCRIPTOR_BYTES);
  if (length === 1) {
    writeDescriptor(viewOf(sgl1), 0, table.addr(0), table.size(0), DATA_BLOCK);
    return { sgl1, descriptors: 0, segments: 0 };
  }
  const counts = countLists(length, regions);
  const lead = (list: number): [bigint, number, number] => {
    const count = (counts[list] as number) + (list + 1 < counts.length ? 1 : 0);
    return [
      (regions[list] as Region).addr,
      count * DESCRIPTOR_BYTES,
      list + 1 < counts.length ? SEGMENT : LAST_SEGMENT,
    ];
  };
  writeDescriptor(viewOf(sgl1), 0, ...lead(0));
  let at = 0;
  for (const [list, count] of counts.entries()) {
    const view = viewOf((regions[list] as Region).bytes);
    for (let slot = 0; slot < count; slot++, at += RECORD_WORDS) {
      writeDescriptor(view, slot, recordAddr(words, at), recordLength(words, at), DATA_BLOCK);
    }
    if (list + 1 < counts.length) writeDescriptor(view, count, ...lead(list + 1));
  }
  return { sgl1, descriptors: length + counts.length - 1, segments: counts.length };
}

/** The data that an SGL stands for. */
export interface DecodedSgl {
  /** The data, without bit buckets. Touching segments are not joined. */
  readonly table: SegmentTable;
  /** Bytes of bit buckets: data that the controller reads and drops. */
  readonly droppedBytes: bigint;
  /** Descriptors read, with `sgl1`. */
  readonly descriptors: number;
}

/**
 * Reads an SGL as a controller reads it, and gives the table that the SGL stands for.
 *
 * @param sgl1 The command's descriptor, 16 bytes.
 * @param memory Where lists are.
 * @param options.maxDescriptors Descriptors read at most, 1 to 2^24; default 65536. A longer list is an error, and so a
 *   loop ends.
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} An argument is out of its range.
 * @throws {SegringError} BAD_DESCRIPTOR: a type is not known or not allowed at its place; a list is empty, not aligned,
 *   not made of whole descriptors, not in `memory`, or too long; or the data pass 2^64. `index` counts descriptors as
 *   they are read.
 * @example
 * ```ts
 * const { sgl1 } = encodeSgl(SegmentTable.from([{ addr: 0x1000, length: 512 }]));
 * console.log(decodeSgl(sgl1).table.at(0)); // { addr: 4096n, length: 512, flags: 0 }
 * ```
 */
export function decodeSgl(
  sgl1: Uint8Array,
  memory: DescriptorMemories = NO_MEMORY,
  options: { maxDescriptors?: number | undefined } = NO_OPTIONS,
): DecodedSgl {
  checkKeys("options", options, DECODE_KEYS);
  const { maxDescriptors = DEFAULT_MAX } = options;
  const first = plainView("sgl1", sgl1, "Uint8Array");
  if (first.byteLength !== DESCRIPTOR_BYTES) throw new RangeError(expected("sgl1.byteLength", "16", first.byteLength));
  checkInteger("maxDescriptors", maxDescriptors, 1, 2 ** 24);
  const regions = checkMemory("memory", memory);
  const builder = new TableBuilder();
  let droppedBytes = 0n;
  let index = 0;
  let list = first;
  let mayLead = true;
  for (;;) {
    const view = viewOf(list);
    let next: { addr: bigint; length: number; isLast: boolean } | undefined;
    for (let at = 0; at < list.byteLength; at += DESCRIPTOR_BYTES, index++) {
      if (index === maxDescriptors) throw badDescriptor(index, `expected ${maxDescriptors} descriptors at most`);
      const addr = view.getBigUint64(at, true);
      const length = view.getUint32(at + 8, true);
      const type = view.getUint8(at + 15);
      if (type === DATA_BLOCK) {
        if (addr + BigInt(length) > ADDRESS_SPACE)
          throw badDescriptor(index, `${length} bytes at ${hexOf(addr)} pass 2^64`);
        builder.addApart(addr, BigInt(length));
      } else if (type === BIT_BUCKET) {
        droppedBytes += BigInt(length);
      } else if (type === SEGMENT || type === LAST_SEGMENT) {
        if (!mayLead) throw badDescriptor(index, "leads on from the last segment");
        if (at + DESCRIPTOR_BYTES !== list.byteLength)
          throw badDescriptor(index, "leads on, and is not the last of its segment");
        next = { addr, length, isLast: type === LAST_SEGMENT };
      } else {
        throw badDescriptor(
          index,
          `expected type 0x00, 0x10, 0x20 or 0x30, got 0x${type.toString(16).padStart(2, "0")}`,
        );
      }
    }
    if (next === undefined) {
      if (mayLead && list !== first)
        throw badDescriptor(index - 1, "expected to lead on: its segment was not given as the last");
      break;
    }
    const { addr, length, isLast } = next;
    if (length === 0 || length % DESCRIPTOR_BYTES !== 0) {
      throw badDescriptor(index - 1, `expected a segment of whole descriptors of 16 bytes, got ${length} bytes`);
    }
    if (addr % 8n !== 0n) throw badDescriptor(index - 1, `expected a segment at a multiple of 8, got ${hexOf(addr)}`);
    list = bytesAt(regions, addr, length, "a segment descriptor", index - 1);
    mayLead = !isLast;
  }
  return { table: builder.finish(), droppedBytes, descriptors: index };
}

/**
 * Chooses PRP or SGL as a driver does (Linux drivers/nvme/host/pci.c). SGL is chosen where PRP cannot express the
 * table, and where the controller has SGLs and segments have `thresholdBytes` on average, rounded up. PRP is chosen
 * elsewhere, and where an SGL cannot express the table.
 *
 * @param options.sgl            Whether the controller supports SGLs.
 * @param options.thresholdBytes Default 32768, Linux's `sgl_threshold`. 0: SGL only where PRP cannot express the table.
 * @param options.pageBytes      The controller's page size; default 4096.
 * @param options.alignmentBytes The alignment that the controller's SGLs ask for: 1 (default) or 4.
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} An argument is out of its range.
 * @throws {SegringError} NOT_EXPRESSIBLE: neither PRP nor SGL expresses the table. The message has the reason of PRP,
 *   and the error's `cause` the reason of the SGL.
 * @example
 * ```ts
 * const odd = SegmentTable.from([{ addr: 0x1000, length: 512 }, { addr: 0x9004, length: 64 }]);
 * const long = SegmentTable.from([{ addr: 0x1000, length: 2 ** 20 }]);
 * console.log(chooseNvme(odd, { sgl: true }), chooseNvme(long, { sgl: false })); // sgl prp
 * ```
 */
export function chooseNvme(
  table: SegmentTable,
  options: {
    sgl: boolean;
    thresholdBytes?: U64 | undefined;
    pageBytes?: number | undefined;
    alignmentBytes?: 1 | 4 | undefined;
  },
): "prp" | "sgl" {
  checkTable("table", table);
  checkKeys("options", options, CHOOSE_KEYS);
  const { sgl, thresholdBytes = 32768, pageBytes = 4096, alignmentBytes = 1 } = options;
  if (typeof sgl !== "boolean") throw new TypeError(expected("sgl", "a boolean", sgl));
  checkU64("thresholdBytes", thresholdBytes);
  checkPageBytes(pageBytes);
  checkChoice("alignmentBytes", alignmentBytes, [1, 4]);
  const prpFault = shapeFault(() => checkPrpShape(table, pageBytes, false));
  const sglFault = sgl ? shapeFault(() => checkSglShape(table, alignmentBytes)) : undefined;
  const canSgl = sgl && sglFault === undefined;
  if (prpFault !== undefined) {
    if (canSgl) return "sgl";
    throw new SegringError("NOT_EXPRESSIBLE", prpFault.message, { index: prpFault.index as number, cause: sglFault });
  }
  const threshold = BigInt(thresholdBytes);
  const isLong = threshold !== 0n && table.totalBytes > (threshold - 1n) * BigInt(table.length);
  return canSgl && isLong ? "sgl" : "prp";
}

/** Why a shape cannot be expressed. */
function shapeFault(check: () => unknown): SegringError | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof SegringError && error.code === "NOT_EXPRESSIBLE") return error;
    throw error;
  } finally {
    forgetRecords();
  }
}

/** Checks that SGL descriptors can express a table. @throws {SegringError} NOT_EXPRESSIBLE */
function checkSglShape({ words, length }: SegmentTable, alignmentBytes: 1 | 4): void {
  if (length === 0) throw new SegringError("NOT_EXPRESSIBLE", "the table is empty: an SGL needs a segment at least");
  for (let index = 0, at = 0; index < length; index++, at += RECORD_WORDS) {
    const bytes = recordLength(words, at);
    if (bytes > MAX_LENGTH) {
      throw notExpressible(
        index,
        `has ${bytes} bytes: an SGL descriptor has up to ${MAX_LENGTH}, map with ${field("maxSegmentBytes")}`,
      );
    }
    if (((words[at] as number) | bytes) % alignmentBytes !== 0) {
      throw notExpressible(
        index,
        `is ${bytes} bytes at ${hexOf(recordAddr(words, at))}: this controller needs multiples of ${alignmentBytes}`,
      );
    }
  }
}

/** Data descriptors in each piece of memory; all but the last piece end with one that leads on. */
function countLists(segments: number, regions: readonly Region[]): number[] {
  const counts: number[] = [];
  let left = segments;
  for (const { bytes } of regions) {
    const slots = Math.floor(bytes.byteLength / DESCRIPTOR_BYTES);
    if (slots >= left) return [...counts, left];
    if (slots < 2) break;
    counts.push(slots - 1);
    left -= slots - 1;
  }
  const sizes = regions.map(({ bytes }) => bytes.byteLength).join(", ") || "none";
  throw new RangeError(
    `"memory" expected ${segments * DESCRIPTOR_BYTES} bytes in one piece, or 16 more for each further one, of 32 bytes at least; got ${sizes}`,
  );
}

function writeDescriptor(view: DataView, slot: number, addr: bigint, length: number, type: number): void {
  const at = slot * DESCRIPTOR_BYTES;
  view.setBigUint64(at, addr, true);
  view.setUint32(at + 8, length, true);
  // Bytes 12-14 are reserved: 0.
  view.setUint32(at + 12, type * 2 ** 24, true);
}
