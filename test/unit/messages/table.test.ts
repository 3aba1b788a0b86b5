import { bestBlockBytes } from "../../../src/devices/index.js";
import { SegmentTable } from "../../../src/index.js";
import {
  concat,
  contains,
  copy,
  cursor,
  gather,
  intersect,
  locate,
  pagePrefix,
  pages,
  pieceCount,
  segmentCount,
  slice,
  split,
} from "../../../src/table/index.js";
import { any } from "../../support/arguments.js";
import { describeMessages } from "../../support/messages.js";
import { empty, memory, side, table } from "../../support/small-table.js";

const SPACE = 1n << 64n;
const here = () => cursor(table, 8000);
const place = { bytes: memory, addr: 0 };
const record =
  (...words: number[]) =>
  () =>
    SegmentTable.fromBytes(new Uint8Array(Uint32Array.of(...words).buffer));

describeMessages("tables", [
  [
    'TypeError: "segments[0].addr" expected a number or a bigint, got "0"',
    () => SegmentTable.from([any({ addr: "0", length: 1 })]),
  ],
  [
    'RangeError: "segments[0].addr" expected an integer from 0 to 2^64 - 1, got -1',
    () => SegmentTable.from([{ addr: -1, length: 1 }]),
  ],
  [
    'RangeError: "segments[0].addr" expected a number up to 2^53 - 1 or a bigint (a larger number may be rounded), got 9007199254740992',
    () => SegmentTable.from([{ addr: 2 ** 53, length: 1 }]),
  ],
  [
    'RangeError: "segments[0].length" expected 1 to 4294967296, got 0',
    () => SegmentTable.from([{ addr: 0, length: 0 }]),
  ],
  [
    'TypeError: "segments[0].flags" expected a number, got null',
    () => SegmentTable.from([{ addr: 0, length: 1, flags: any(null) }]),
  ],
  [
    'RangeError: "segments[0].flags" expected a 32-bit unsigned integer, got -256',
    () => SegmentTable.from([{ addr: 0, length: 1, flags: -256 }]),
  ],
  [
    'RangeError: "segments[0].flags" expected only NOMERGE (2), BUS (4) and the tag in bits 8-31, got 1',
    () => SegmentTable.from([{ addr: 0, length: 1, flags: 1 }]),
  ],
  [
    'RangeError: "segments[0]" expected addr + length up to 2^64, got 18446744073709551615n + 2',
    () => SegmentTable.from([{ addr: SPACE - 1n, length: 2 }]),
  ],
  [
    'RangeError: "bytes.byteLength" expected a multiple of 16, got 15',
    () => SegmentTable.fromBytes(new Uint8Array(15)),
  ],
  ["RangeError: record 0: length expected 1 to 4294967296, got 0", record(0, 0, 0, 0)],
  ["RangeError: record 0: len expected 0 with FULL, got 1", record(0, 0, 1, 1)],
  ["RangeError: record 0: flags expected without FLUSH, LINK and bits 5-7, got 0x8", record(0, 0, 1, 8)],
  [
    "RangeError: record 0: addr + length expected up to 2^64, got 0xffffffffffffffff + 2",
    record(0xffff_ffff, 0xffff_ffff, 2, 0),
  ],
  ['TypeError: "words" expected a Uint32Array, got Array', () => SegmentTable.view(any([1]))],
  ['RangeError: "count" expected 0 to 1, got 2', () => SegmentTable.view(new Uint32Array(4), 2)],
  [
    'TypeError: "SegmentTable" has no public constructor: SegmentTable.from, fromBytes or view makes it',
    () => new (SegmentTable as never as new () => unknown)(),
  ],
  ['RangeError: "index" expected 0 to 2, got 3', () => table.addr(3)],
  ['TypeError: "index" expected a number, got "0"', () => table.addr(any("0"))],
  ['RangeError: "index" expected none, of an empty table, got 0', () => empty.addr(0)],
  [
    "RangeError: addrNumber(0) expected an address up to 2^53 - 1, got 0x1000000000000000",
    () => SegmentTable.from([{ addr: 1n << 60n, length: 1 }]).addrNumber(0),
  ],
  ['TypeError: "callback" expected a function, got 5', () => table.forEach(any(5))],
  ['TypeError: "other" expected a SegmentTable, got Object', () => table.equals(any({}))],
]);

describeMessages("table operations", [
  ['TypeError: "table" expected a SegmentTable, got Object', () => slice(any({}), 0)],
  ['RangeError: "offset" expected 0 to 8192 (the table\'s bytes), got 8193', () => slice(table, 8193)],
  [
    'RangeError: "byteLength" expected up to 192 (what the table has from 8000 on), got 193',
    () => slice(table, 8000, 193),
  ],
  ['TypeError: "byteLengths" expected an array of sizes, got 5', () => split(table, any(5))],
  [
    'RangeError: "byteLengths[1]" expected up to 192 (what the table has left), got 193',
    () => split(table, [8000, 193]),
  ],
  ['TypeError: "tables[1]" expected a SegmentTable, got null', () => concat(table, any(null))],
  ['RangeError: "offset" expected 0 to 8191, got 8192', () => locate(table, 8192)],
  ['RangeError: "offset" expected none, of an empty table, got 0', () => locate(empty, 0)],
  ['RangeError: "byteLength" expected up to 8192 (the table\'s bytes), got 8193', () => segmentCount(table, 8193)],
  ['RangeError: "bytes" expected up to 192 (remaining), got 193', () => here().take(193)],
  ["RangeError: the cursor expected bytes left in its table, got none", () => cursor(table, 8192).addr],
  ['RangeError: "maxBytes" expected 1 to 2^64 - 1, got 0', () => pieceCount(table, 0)],
  ['RangeError: "pageBytes" expected a power of two, got 3', () => pages(table, 3)],
  [
    'RangeError: "pageBytes" expected a power of two up to 2^52, got 9007199254740992n',
    () => pagePrefix(table, 1n << 53n, 1),
  ],
  ['TypeError: "sizes" expected an array of powers of two, got 5', () => bestBlockBytes(table, any(5))],
  ['RangeError: "sizes" expected at least one power of two, got none', () => bestBlockBytes(table, [])],
  [
    'RangeError: "iova" expected an address from which 8192 bytes end by 2^64, got 18446744073709543425',
    () => bestBlockBytes(table, [1], SPACE - 8191n),
  ],
  [
    'TypeError: "a" expected a SegmentTable or an iterable of ranges, got undefined',
    () => intersect(any(undefined), []),
  ],
  ['RangeError: "length" expected 1 to 2^64 - 1, got 0', () => contains([], { addr: 0, length: 0 })],
  ['TypeError: "segments" expected an iterable of ranges, got 5', () => SegmentTable.from(5 as never)],
  ['TypeError: "range" expected an object { addr, length, flags? }, got "5"', () => contains([], any("5"))],
  ['TypeError: "memory" expected { bytes, addr }, got 5', () => gather(table, any(5), new Uint8Array(8192))],
  [
    'TypeError: "memory.bytes" expected an ArrayBuffer, a SharedArrayBuffer, a view or a WebAssembly.Memory, got Array',
    () => gather(table, { bytes: any([]), addr: 0 }, new Uint8Array(8192)),
  ],
  [
    'RangeError: "memory" expected memory from 0x2000 to 0xa000 to have all of segment 0 (0x1000, 4096 bytes)',
    () => gather(table, { bytes: memory, addr: 0x2000 }, new Uint8Array(8192)),
  ],
  ['TypeError: "target" expected a Uint8Array, got Array', () => gather(table, place, any([]))],
  ['TypeError: "source" expected { table, memory }, got 5', () => copy(any(5), side())],
]);
