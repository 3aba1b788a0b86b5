import {
  chooseNvme,
  decodeChain,
  decodeIovec,
  decodePageList,
  decodePrdt,
  decodePrp,
  decodeSgl,
  decodeVirtioPacked,
  decodeVirtioSplit,
  encodeChain,
  encodeIovec,
  encodePageList,
  encodePrdt,
  encodePrp,
  encodeSgl,
  encodeVirtioPacked,
  encodeVirtioSplit,
} from "../../../src/descriptors/index.js";
import { any, empty, GIB4, seg, TOP, tableOf, two } from "../../support/descriptor-cases.js";
import { memoryAt } from "../../support/descriptors.js";
import { describeMessages } from "../../support/messages.js";

const AT = 0x5000_0000n;
const target = new Uint8Array(256);
const pages = (count: number) => tableOf(...Array.from({ length: count }, (_, at) => seg(at * 8192, 4096)));
const list = (...values: bigint[]) => {
  const memory = memoryAt(AT, 4096);
  new BigUint64Array(memory.bytes.buffer, memory.bytes.byteOffset, values.length).set(values);
  return memory;
};
const prp = (prp1: bigint, prp2: bigint, byteLength: number) => ({ prp1, prp2, byteLength });
const sgl = (type: number, addr: bigint, length: number) => {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, addr, true);
  view.setUint32(8, length, true);
  bytes[15] = type;
  return bytes;
};
const listOf = (...descriptors: Uint8Array[]) => {
  const memory = memoryAt(AT, 4096);
  for (const [at, bytes] of descriptors.entries()) memory.bytes.set(bytes, at * 16);
  return memory;
};
const prdt = (at: number, value: number) => {
  const source = new Uint8Array(16);
  source[12] = 1;
  source[at] = value;
  return source;
};
const records = (count: number) => tableOf(...Array.from({ length: count }, (_, at) => seg(BigInt(at) << 33n, at + 1)));
const chained = (change: (view: DataView) => void) => () => {
  const memory = memoryAt(AT, 3 * 4096);
  encodeChain(records(600), memory);
  change(new DataView(memory.bytes.buffer, memory.bytes.byteOffset));
  return decodeChain(memory.addr, memory);
};
/** Descriptors of a split queue: address, length, flags, next. */
const queue = (slots: number, ...rows: [number | bigint, number, number, number][]) => {
  const bytes = new Uint8Array(slots * 16);
  const view = new DataView(bytes.buffer);
  for (const [at, [addr, length, flags, next]] of rows.entries()) {
    view.setBigUint64(at * 16, BigInt(addr), true);
    view.setUint32(at * 16 + 8, length, true);
    view.setUint16(at * 16 + 12, flags, true);
    view.setUint16(at * 16 + 14, next, true);
  }
  return bytes;
};
const start = { slot: 0, wrap: 1 } as const;

describeMessages("NVMe PRP and SGL", [
  ['TypeError: "table" expected a SegmentTable, got Object', () => encodePrp(any({}))],
  [
    'RangeError: "pageBytes" expected a power of two from 4096 to 2^27, got 4097',
    () => encodePrp(two, undefined, { pageBytes: 4097 }),
  ],
  ["NOT_EXPRESSIBLE: the table is empty: PRP1 needs a byte at least", () => encodePrp(empty)],
  ["NOT_EXPRESSIBLE 0: segment 0 starts at 0x2: PRP1 needs a multiple of 4", () => encodePrp(tableOf(seg(2, 4)))],
  [
    "NOT_EXPRESSIBLE 0: segment 0 ends at 0x1800: PRP needs page-aligned ends before the last",
    () => encodePrp(tableOf(seg(0x1000, 0x800), seg(0x4000, 8))),
  ],
  [
    "NOT_EXPRESSIBLE 1: segment 1 starts at 0x4004: PRP needs page-aligned starts after the first",
    () => encodePrp(tableOf(seg(0x1000, 0x1000), seg(0x4004, 8))),
  ],
  [
    'RangeError: "memory" expected 1 list page of 4096 bytes (16 bytes) for 2 entries, got 0 bytes in 0',
    () => encodePrp(pages(3)),
  ],
  ['TypeError: "memory" expected { bytes, addr }, got 5', () => encodePrp(pages(3), any(5))],
  [
    'RangeError: "memory.addr" expected a multiple of the page size (4096), got 16n',
    () => encodePrp(pages(3), { bytes: new Uint8Array(4096), addr: 16 }),
  ],
  ['TypeError: "prp" expected an object, got 5', () => decodePrp(any(5))],
  ["BAD_DESCRIPTOR 0: descriptor 0: PRP1 expected a multiple of 4, got 0x1001", () => decodePrp(prp(0x1001n, 0n, 8))],
  ["BAD_DESCRIPTOR 1: descriptor 1: expected a page, got 0x2004", () => decodePrp(prp(0x1000n, 0x2004n, 8192))],
  [
    "BAD_DESCRIPTOR 1: descriptor 1: PRP2 expected a list at a multiple of 8, got 0x50000004",
    () => decodePrp(prp(0x1000n, AT + 4n, 12288), list()),
  ],
  [
    "BAD_DESCRIPTOR 1: descriptor 1: a PRP list names 16 bytes at 0x60000000, which are in no memory given",
    () => decodePrp(prp(0x1000n, 0x6000_0000n, 12288), list()),
  ],
  [
    "BAD_DESCRIPTOR 2: descriptor 2: expected a page, got 0x9800",
    () => decodePrp(prp(0x1000n, AT, 12288), list(0x2000n, 0x9800n)),
  ],
  [
    'RangeError: "byteLength" expected up to 4294967296 (maxEntries, 1048576 pages), got 8589934592',
    () => decodePrp(prp(0x1000n, 0n, 2 ** 33)),
  ],
  ["NOT_EXPRESSIBLE: the table is empty: an SGL needs a segment at least", () => encodeSgl(empty)],
  [
    "NOT_EXPRESSIBLE 1: segment 1 has 4294967296 bytes: an SGL descriptor has up to 4294967295, map with maxSegmentBytes",
    () => encodeSgl(tableOf(seg(0, 1), seg(0, GIB4)), listOf()),
  ],
  [
    "NOT_EXPRESSIBLE 1: segment 1 is 6 bytes at 0x0: this controller needs multiples of 4",
    () => encodeSgl(tableOf(seg(0, 4), seg(0, 6)), listOf(), { alignmentBytes: 4 }),
  ],
  [
    'RangeError: "memory" expected 32 bytes in one piece, or 16 more for each further one, of 32 bytes at least; got none',
    () => encodeSgl(two),
  ],
  ['RangeError: "sgl1.byteLength" expected 16, got 15', () => decodeSgl(new Uint8Array(15))],
  [
    "BAD_DESCRIPTOR 0: descriptor 0: expected type 0x00, 0x10, 0x20 or 0x30, got 0x40",
    () => decodeSgl(sgl(0x40, 0n, 1)),
  ],
  ["BAD_DESCRIPTOR 0: descriptor 0: 2 bytes at 0xffffffffffffffff pass 2^64", () => decodeSgl(sgl(0, TOP - 1n, 2))],
  [
    "BAD_DESCRIPTOR 0: descriptor 0: expected a segment of whole descriptors of 16 bytes, got 24 bytes",
    () => decodeSgl(sgl(0x30, AT, 24), listOf()),
  ],
  [
    "BAD_DESCRIPTOR 0: descriptor 0: expected a segment at a multiple of 8, got 0x50000004",
    () => decodeSgl(sgl(0x30, AT + 4n, 16), listOf()),
  ],
  [
    "BAD_DESCRIPTOR 1: descriptor 1: leads on from the last segment",
    () => decodeSgl(sgl(0x30, AT, 32), listOf(sgl(0x20, AT, 16))),
  ],
  [
    "BAD_DESCRIPTOR 1: descriptor 1: expected to lead on: its segment was not given as the last",
    () => decodeSgl(sgl(0x20, AT, 16), listOf(sgl(0, 0n, 1))),
  ],
  [
    "BAD_DESCRIPTOR 65536: descriptor 65536: expected 65536 descriptors at most",
    () => decodeSgl(sgl(0x20, AT, 16), listOf(sgl(0x20, AT, 16))),
  ],
  [
    "BAD_DESCRIPTOR 2: descriptor 2: leads on from the last segment",
    () => decodeSgl(sgl(0x30, AT, 32), listOf(sgl(0, 0n, 1), sgl(0x30, AT, 16))),
  ],
  [
    "NOT_EXPRESSIBLE 0: segment 0 ends at 0x1800: PRP needs page-aligned ends before the last",
    () => chooseNvme(tableOf(seg(0x1000, 0x800), seg(0x2_0000, 0x8000)), { sgl: false }),
  ],
  ['TypeError: "sgl" expected a boolean, got 1', () => chooseNvme(two, { sgl: any(1) })],
]);

describeMessages("AHCI, struct iovec, page lists and chained pages", [
  ["NOT_EXPRESSIBLE: the table is empty: a PRDT needs an entry at least", () => encodePrdt(empty, target)],
  [
    "NOT_EXPRESSIBLE 0: segment 0 has 4194306 bytes: a PRDT entry has up to 4194304, map with the limits ahci",
    () => encodePrdt(tableOf(seg(0, 0x40_0002)), target),
  ],
  [
    "NOT_EXPRESSIBLE 0: segment 0 is 2 bytes at 0x3: AHCI needs even addresses and lengths",
    () => encodePrdt(tableOf(seg(3, 2)), target),
  ],
  [
    "NOT_EXPRESSIBLE 0: segment 0 ends at 0x100000002: this controller reaches 32 bits of address",
    () => encodePrdt(tableOf(seg(GIB4, 2)), target, { addressBits: 32 }),
  ],
  ['RangeError: "target.byteLength" expected at least 32, got 31', () => encodePrdt(two, target.subarray(0, 31))],
  ['RangeError: "addressBits" expected 32 or 64, got 48', () => encodePrdt(two, target, { addressBits: any(48) })],
  [
    "BAD_DESCRIPTOR 0: descriptor 0: expected an even address and length, got 2 bytes at 0x1",
    () => decodePrdt(prdt(0, 1), 1),
  ],
  ["BAD_DESCRIPTOR 0: descriptor 0: expected 0 in reserved bits", () => decodePrdt(prdt(8, 1), 1)],
  [
    "NOT_EXPRESSIBLE 1: the table has 2 segments: a call takes up to 1 elements",
    () => encodeIovec(two, target, { maxElements: 1 }),
  ],
  [
    "NOT_EXPRESSIBLE: the table has 4294967296 bytes: a call with a 32-bit ssize_t moves up to 2147483647",
    () => encodeIovec(tableOf(seg(0, GIB4)), target, { pointerBytes: 4 }),
  ],
  [
    "NOT_EXPRESSIBLE 0: segment 0 ends at 0x100000001: a 32-bit iovec has addresses and lengths below 2^32",
    () => encodeIovec(tableOf(seg(GIB4 - 1, 2)), target, { pointerBytes: 4 }),
  ],
  ['RangeError: "source.byteLength" expected at least 16, got 8', () => decodeIovec(new Uint8Array(8), 1)],
  [
    "NOT_EXPRESSIBLE 0: segment 0 ends at 0x5: a page list needs page-aligned ends before the last",
    () => encodePageList(tableOf(seg(0, 5), seg(4096, 4096)), target),
  ],
  [
    'RangeError: "byteOrder" expected "little" or "big", got "native"',
    () => encodePageList(two, target, { byteOrder: any("native") }),
  ],
  [
    'RangeError: "count" expected 2 pages for 2 bytes from 4095 on, got 1',
    () => decodePageList(target, { count: 1, firstOffset: 4095, byteLength: 2 }),
  ],
  ['RangeError: "memory" expected 1 page of 4096 bytes for 2 records, got 0 bytes in 0', () => encodeChain(two, [])],
  [
    'RangeError: "memory" expected 3 pages of 4096 bytes for 512 records, got 8192 bytes in 1',
    () => encodeChain(records(512), memoryAt(AT, 8192)),
  ],
  [
    "BAD_RECORD 510: record 510: is a link: len expected 90 (records that follow), got 345",
    chained((view) => view.setBigUint64(4080, AT, true)),
  ],
  [
    "BAD_RECORD 255: record 255: is expected in a page at a multiple of 4096, got 0x50000010",
    chained((view) => view.setBigUint64(4080, AT + 16n, true)),
  ],
  [
    "BAD_RECORD 255: record 255: is expected in the page at 0x50003000, which is in no memory given",
    chained((view) => view.setBigUint64(4080, AT + 0x3000n, true)),
  ],
  [
    "BAD_RECORD 511: record 511: expected 89 records more, got no link to them",
    chained((view) => view.setUint32(4096 + 4080 + 12, 0x100, true)),
  ],
  [
    "BAD_RECORD 0: record 0: flags expected without FLUSH, LINK and bits 5-7, got 0x8",
    chained((view) => view.setUint32(12, 8, true)),
  ],
]);

describeMessages("virtio", [
  ["NOT_EXPRESSIBLE: the chain is empty: a device needs a buffer at least", () => encodeVirtioSplit({}, target, [0])],
  [
    "NOT_EXPRESSIBLE 16: the chain has 17 segments: one of a queue of 16 has as many at most",
    () =>
      encodeVirtioSplit(
        { readable: pages(17) },
        target,
        Array.from({ length: 17 }, (_, at) => at),
      ),
  ],
  [
    "NOT_EXPRESSIBLE: the chain has 4294967297 bytes: virtio takes up to 4294967296",
    () => encodeVirtioSplit({ readable: tableOf(seg(0, GIB4), seg(0, 1)) }, target, [0, 1]),
  ],
  [
    'RangeError: "ring.byteLength" expected a power of two of descriptors, got 48',
    () => encodeVirtioSplit({ readable: two }, new Uint8Array(48), [0, 1]),
  ],
  [
    'TypeError: "slots" expected an array of descriptor indices, got 5',
    () => encodeVirtioSplit({ readable: two }, target, any(5)),
  ],
  ['RangeError: "slots.length" expected at least 2, got 1', () => encodeVirtioSplit({ readable: two }, target, [0])],
  [
    'RangeError: "slots[1]" expected a slot that is not used yet, got 0',
    () => encodeVirtioSplit({ readable: two }, target, [0, 0]),
  ],
  [
    'RangeError: "indirect" expected one piece of memory, got 0',
    () => encodeVirtioSplit({ readable: two }, target, [0], { indirect: any([]) }),
  ],
  [
    'RangeError: "indirect" expected memory apart from the ring, got bytes of both',
    () => encodeVirtioSplit({ readable: two }, target, [0], { indirect: { bytes: target, addr: 0 } }),
  ],
  ["BAD_DESCRIPTOR 0: descriptor 0: expected an index below 4, got 4", () => decodeVirtioSplit(queue(4), 4)],
  [
    "BAD_DESCRIPTOR 1: descriptor 1: expected an index below 4, got 65535",
    () => decodeVirtioSplit(queue(4, [0, 1, 1, 65535]), 0),
  ],
  [
    "BAD_DESCRIPTOR 4: descriptor 4: expected a chain of 4 descriptors at most, got a loop",
    () => decodeVirtioSplit(queue(4, [0, 1, 1, 1], [0, 1, 1, 0]), 0),
  ],
  [
    "BAD_DESCRIPTOR 1: descriptor 1: is readable, after one that is writable",
    () => decodeVirtioSplit(queue(4, [0, 1, 3, 1], [0, 1, 0, 0]), 0),
  ],
  [
    "BAD_DESCRIPTOR 0: descriptor 0: an indirect descriptor names 16 bytes at 0x6000, which are in no memory given",
    () => decodeVirtioSplit(queue(4, [0x6000, 16, 4, 0]), 0, memoryAt(AT, 16)),
  ],
  [
    "BAD_DESCRIPTOR 0: descriptor 0: expected an indirect table of whole descriptors of 16 bytes, got 17 bytes",
    () => decodeVirtioSplit(queue(4, [AT, 17, 4, 0]), 0, memoryAt(AT, 32)),
  ],
  [
    "BAD_DESCRIPTOR 0: descriptor 0: is indirect and has a next",
    () => decodeVirtioSplit(queue(4, [AT, 16, 5, 1]), 0, memoryAt(AT, 32)),
  ],
  [
    "BAD_DESCRIPTOR 0: descriptor 0: 4294967295 bytes at 0xffffffffffffffff pass 2^64",
    () => decodeVirtioSplit(queue(4, [TOP - 1n, GIB4 - 1, 0, 0]), 0),
  ],
  [
    'RangeError: "indirectNext" expected "refuse", "follow" or "ignore", got "keep"',
    () => decodeVirtioSplit(queue(4), 0, undefined, { indirectNext: any("keep") }),
  ],
  ['TypeError: "position" expected an object, got 5', () => encodeVirtioPacked({ readable: two }, target, any(5), 0)],
  [
    'RangeError: "position.slot" expected 0 to 15, got 16',
    () => decodeVirtioPacked(target, any({ slot: 16, wrap: 1 })),
  ],
  [
    "NOT_EXPRESSIBLE: the chain is empty: a device needs a buffer at least",
    () => encodeVirtioPacked({}, target, start, 0),
  ],
]);
