import {
  bestPages,
  IovaSpace,
  mapIova,
  requests,
  stackLimits,
  translate,
  untranslate,
} from "../../../src/devices/index.js";
import { SegmentTable } from "../../../src/index.js";
import { any } from "../../support/arguments.js";
import { describeMessages } from "../../support/messages.js";
import { table } from "../../support/small-table.js";

const SPACE = 1n << 64n;
const whole = (more: object) => () => translate(table, [{ addr: 0, length: 0x10000, ...more }]);
const space = () => new IovaSpace({ base: 65536, byteLength: 65536 });
const reserved = () => space().reserve(32768);
const page = (addr: number, length = 4096, flags = 0) => SegmentTable.from([{ addr, length, flags }]);

function linkedTwice() {
  const own = reserved();
  own.link(4096, page(0x8000));
  own.link(4096, page(0));
}

function linkReleased() {
  const own = reserved();
  own.release();
  own.link(4096, page(0));
}

function freeReservation() {
  const own = space();
  own.free(own.reserve(4096).iova);
}

function unmappedTwice() {
  const own = space();
  const map = own.map(table);
  own.unmap(map);
  own.unmap(map);
}

describeMessages("limits of devices", [
  ['RangeError: "blockBytes" expected 1 to 2^64 - 1, got 0', () => requests(table, { blockBytes: 0 })],
  [
    'RangeError: "maxBytes" expected at least blockBytes (512), got 511',
    () => requests(table, { blockBytes: 512, maxBytes: 511 }),
  ],
  [
    'RangeError: "virtualBoundaryBytes" expected 0 or a power of two, got 3',
    () => requests(table, { virtualBoundaryBytes: 3 }),
  ],
  [
    'RangeError: "stripeBytes" expected 0 or a multiple of blockBytes (512), got 100',
    () => requests(table, { blockBytes: 512, stripeBytes: 100 }),
  ],
  [
    'RangeError: "offset" expected a multiple of blockBytes (512), got 100',
    () => requests(table, { blockBytes: 512, offset: 100 }),
  ],
  [
    'RangeError: "table" expected whole blocks of 3000 bytes, got 8192 bytes',
    () => requests(table, { blockBytes: 3000 }),
  ],
  [
    'RangeError: "offset" expected 0 to 2^64 - 8192 (the table\'s bytes), got 18446744073709547520n',
    () => requests(table, { offset: SPACE - 4096n }),
  ],
  [
    "NOT_EXPRESSIBLE 1: a request from segment 1 (0x2000, 100 bytes) on expected a block of 512 bytes, got 100 before maxSegments (1)",
    () =>
      requests(
        SegmentTable.from([
          { addr: 0, length: 512 },
          { addr: 0x2000, length: 100 },
          { addr: 0x3000, length: 412 },
        ]),
        { blockBytes: 512, maxSegments: 1 },
      ),
  ],
  [
    'RangeError: "blockBytes" expected a common multiple of 9223372036854775808 and 3 below 2^64, got 27670116110564327424',
    () => stackLimits({ blockBytes: 1n << 63n }, { blockBytes: 3 }),
  ],
]);

describeMessages("windows", [
  ['TypeError: "windows" expected an array of windows, got 5', () => translate(table, any(5))],
  ['RangeError: "windows[0].length" expected 1 to 2^64 - 1, got 0', whole({ length: 0 })],
  [
    'RangeError: "windows[0]" expected addr + length up to 2^64, got 18446744073709551611n + 6',
    whole({ addr: SPACE - 5n, length: 6 }),
  ],
  ['RangeError: "windows[0].flags" expected merge: false instead of NOMERGE, got 2', whole({ flags: 2 })],
  ['TypeError: "windows[0].merge" expected a boolean, got 1', whole({ merge: 1 })],
  ['TypeError: "windows[0].offset" expected a number or a bigint, got "1"', whole({ offset: "1" })],
  ['RangeError: "windows[0].offset" expected an integer, above 2^53 - 1 a bigint, got 0.5', whole({ offset: 0.5 })],
  [
    'RangeError: "windows[0].offset" expected an integer that keeps 0x0 to 0xffff in 0 to 2^64 - 1, got -1',
    whole({ offset: -1 }),
  ],
  [
    'RangeError: "windows[1].addr" expected more than 0x1fff, where the window before it ends, got 4096',
    () =>
      translate(table, [
        { addr: 0, length: 0x2000 },
        { addr: 0x1000, length: 1 },
      ]),
  ],
  [
    "NO_WINDOW 1: segment 1 (0x4000, 2048 bytes) expected a window for all of its bytes, found none for 0x4400",
    () => translate(table, [{ addr: 0x1000, length: 0x3400 }]),
  ],
  [
    "NO_WINDOW 1: segment 1 (0x4000, 2048 bytes) expected a bus window for all of its bytes, found none for 0x4400",
    () => untranslate(table, [{ addr: 0x1000, length: 0x3400 }]),
  ],
  [
    'RangeError: "windows" expected bus addresses apart, got two that have 0x1fff',
    () =>
      untranslate(table, [
        { addr: 0, length: 0x2000 },
        { addr: 0x2000, length: 0x2000, offset: -1 },
      ]),
  ],
]);

describeMessages("IOVAs", [
  ['RangeError: "base" expected a multiple of granuleBytes (4096), got 100', () => mapIova(table, { base: 100 })],
  [
    'RangeError: "boundaryBytes" expected 0 or a power of two from granuleBytes (4096) on, got 2048',
    () => mapIova(table, { base: 0, boundaryBytes: 2048 }),
  ],
  [
    'RangeError: "pageBytes" expected a size up to granuleBytes (4096), got none',
    () => mapIova(table, { base: 0, pageBytes: [8192] }),
  ],
  [
    "NO_IOVA 1: segment 1 expected 4096 bytes of IOVA by 2^64, from 0x10000000000000000 on",
    () => mapIova(table, { base: SPACE - 4096n }),
  ],
  [
    'RangeError: "byteLength" expected up to 4096 from base on, got 8192',
    () => new IovaSpace({ base: SPACE - 4096n, byteLength: 8192 }),
  ],
  ['RangeError: "byteLength" expected 1 to 2^64 - 1, got 0', () => new IovaSpace({ base: 0, byteLength: 0 })],
  [
    "NO_IOVA: 69632 bytes at a multiple of 4096 expected a free stretch of IOVA, got 65536 bytes free in 1, the longest 65536",
    () => space().allocate(65537),
  ],
  [
    'RangeError: "iova" expected the start of an allocation, got 0x10000: freed already, or never allocated',
    () => space().free(65536),
  ],
  [
    'RangeError: "iova" expected an allocation, got 0x10000: a reservation, which release() gives back',
    () => freeReservation(),
  ],
  ['TypeError: "map" expected an IovaMap, got 5', () => space().unmap(any(5))],
  [
    'RangeError: "iova" expected the start of an allocation, got 0x10000: freed already, or never allocated',
    () => unmappedTwice(),
  ],
  [
    'RangeError: "offset" expected a multiple of the granule (4096) below 32768, got 1',
    () => reserved().link(1, page(0)),
  ],
  [
    'RangeError: "table" expected up to 24576 bytes of IOVA from 8192 on, got 28672',
    () => reserved().link(8192, page(0, 24577)),
  ],
  [
    "NOT_EXPRESSIBLE 0: segment 0 (0x1, 4096 bytes) is a bus address: it needs no IOVA",
    () => reserved().link(0, page(1, 4096, 4)),
  ],
  [
    "NOT_EXPRESSIBLE 0: segment 0 (0x1, 4096 bytes) starts inside a granule of 4096 bytes: only the first at offset 0 may",
    () => reserved().link(4096, page(1)),
  ],
  [
    "NOT_EXPRESSIBLE 0: segment 0 (0x0, 1 bytes) ends inside a granule of 4096 bytes: only the last may",
    () =>
      reserved().link(
        0,
        SegmentTable.from([
          { addr: 0, length: 1 },
          { addr: 4096, length: 1 },
        ]),
      ),
  ],
  ['RangeError: "offset" expected IOVAs that are not linked, got 0x11000', () => linkedTwice()],
  ['RangeError: "byteLength" expected a multiple of the granule (4096), got 100', () => reserved().unlink(4096, 100)],
  ["CLOSED: the reservation at 0x10000 was released", () => linkReleased()],
  ['TypeError: "mapping" expected { addr, length }, got 5', () => bestPages(any(5), [1], 0)],
  [
    'RangeError: "mapping.length" expected up to 4096 (where 2^64 ends), got 4097',
    () => bestPages({ addr: 0, length: 4097 }, [1], SPACE - 4096n),
  ],
]);
