import { attachRing, Consumer, createPair, createRing, Producer, runKernel } from "../../../src/ring/index.js";
import { any } from "../../support/arguments.js";
import { describeMessages } from "../../support/messages.js";

const plain = (options: object = {}) => createRing({ shared: false, capacity: 8, ...options });
const producer = () => new Producer(plain());

function closedProducer() {
  const own = producer();
  own.close();
  own.push(0, 1);
}

describeMessages("rings", [
  [
    'TypeError: "options" expected an object with capacity, role, shared, memory, offset, maxSegmentBytes, addressLimit, firstIndex, got 5',
    () => createRing(any(5)),
  ],
  ['RangeError: "capacity" expected a power of two from 2 to 2^26, got 3', () => createRing({ capacity: 3 })],
  ['TypeError: "capacity" expected a number, got "8"', () => createRing({ capacity: any("8") })],
  ['RangeError: "role" expected "ranges" or "segments", got "both"', () => createRing({ role: any("both") })],
  ['RangeError: "maxSegmentBytes" expected 1 to 4294967296, got 0', () => createRing({ maxSegmentBytes: 0 })],
  ['RangeError: "offset" expected a multiple of 128, got 1100', () => createRing({ offset: 1100 })],
  [
    'TypeError: "memory" expected a WebAssembly.Memory, a SharedArrayBuffer or an ArrayBuffer, got 5',
    () => createRing({ memory: any(5) }),
  ],
  [
    'RangeError: "memory" expected 14080 bytes or more, got 2048',
    () => createRing({ capacity: 8, memory: new ArrayBuffer(2048) }),
  ],
  ['BAD_RING: "magic" expected 0x474e5253, got 0x0', () => attachRing(new ArrayBuffer(4096), 1024)],
  ['RangeError: "offset" expected up to 3456, got 4096', () => attachRing(new ArrayBuffer(4096), 4096)],
  ['TypeError: "ring" expected a Ring of createRing or attachRing, got Object', () => new Producer(any({}))],
  ['RangeError: "batch" expected 1 to 67108864, got 0', () => new Producer(plain(), { batch: 0 })],
  ['RangeError: "addr" expected an integer from 0 to 2^64 - 1, got -1', () => producer().push(-1, 1)],
  ['RangeError: "length" expected 1 to 2^64 - 1, got 0', () => producer().push(0, 0)],
  [
    'RangeError: "flags" expected only NOMERGE (2), BUS (4) and the tag in bits 8-31, got 8',
    () => producer().push(0, 1, 8),
  ],
  [
    'RangeError: "addr + length" expected up to 2^64, got 18446744073709551615n + 2',
    () => producer().push((1n << 64n) - 1n, 2),
  ],
  [
    'RangeError: "length" expected at most 34359738368, the 8 records of this ring, got 34359738369',
    () => producer().push(0, 8 * 2 ** 32 + 1),
  ],
  [
    'RangeError: "length" expected at most 4294967296, one record of this ring, got 4294967297',
    () => producer().push(0, 2 ** 32 + 1, 2),
  ],
  [
    'RangeError: "addr + length - 1" expected up to 65535 in this ring, got 65536n',
    () => new Producer(plain({ addressLimit: 65535 })).push(0xf001, 4096),
  ],
  ['RangeError: "rows.length" expected a multiple of 4, got 6', () => producer().pushRows(new Uint32Array(6))],
  [
    "BAD_RECORD 0: record 0: flags expected without FLUSH, LINK and bits 5-7, got 0x10",
    () => producer().pushRows(Uint32Array.of(0, 0, 0, 0x10)),
  ],
  ['RangeError: "count" expected 1 to 8, got 9', () => producer().room(9)],
  ["CLOSED: the ring takes no more: its producer closed or left it", () => closedProducer()],
  ['RangeError: "invalid" expected "poison" or "skip", got "no"', () => new Consumer(plain(), { invalid: any("no") })],
  ['TypeError: a table holds segments, this is a ring of "ranges"', () => new Consumer(plain()).drain()],
  [
    'TypeError: "addr" expected a BigUint64Array, got Array',
    () => new Consumer(plain()).take(any({ addr: [], length: [] })),
  ],
  [
    'TypeError: "input" expected a ring of "ranges", got "segments"',
    () => runKernel(plain({ role: "segments" }), plain()),
  ],
  ['RangeError: "capacity" expected a power of two from 2 to 2^26, got 100', () => createPair({ capacity: 100 })],
]);
