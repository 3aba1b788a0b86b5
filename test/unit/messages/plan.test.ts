import { planCopies } from "../../../src/plan/columns.js";
import { multiRangeHeader, planReads } from "../../../src/plan/index.js";
import { any } from "../../support/arguments.js";
import { describeMessages } from "../../support/messages.js";

const one = [{ offset: 0, length: 4 }];
const plan = planReads([{ offset: 0, length: 10 }], { maxBytes: 4 });
const copies = { source: [0, 8], destination: [0, 4], length: [4, 4] };
const four = new Uint8Array(4);

describeMessages("plans", [
  [
    'TypeError: "ranges" expected an iterable of { offset, length }, or two such columns of one length, got 5',
    () => planReads(any(5), { maxBytes: 1 }),
  ],
  [
    'TypeError: "options" expected an object with maxBytes, gapBytes, alignmentBytes, resourceBytes, maxRequests, got undefined',
    () => planReads(one, any(undefined)),
  ],
  ['TypeError: "maxBytes" expected a number, got undefined', () => planReads(one, any({}))],
  ['RangeError: "maxBytes" expected an integer from 1 to 2^53 - 1, got 0', () => planReads(one, { maxBytes: 0 })],
  [
    'TypeError: "maxBytes" expected a number (bigints: SegmentMapper.union), got 1n',
    () => planReads(one, { maxBytes: any(1n) }),
  ],
  [
    'RangeError: "maxBytes" expected a multiple of alignmentBytes (4096), got 100000',
    () => planReads(one, { maxBytes: 100_000, alignmentBytes: 4096 }),
  ],
  ['TypeError: "[0].offset" expected a number, got undefined', () => planReads([any(5)], { maxBytes: 1 })],
  [
    'TypeError: "[0].offset" expected a number (bigints: SegmentMapper.union), got 1n',
    () => planReads([{ offset: any(1n), length: 1 }], { maxBytes: 1 }),
  ],
  [
    'RangeError: "[0]" expected offset + length up to 9007199254740991, got 9007199254740991 + 1',
    () => planReads([{ offset: 2 ** 53 - 1, length: 1 }], { maxBytes: 1 }),
  ],
  [
    'RangeError: "[0]" expected offset + length up to 10, got 5 + 6',
    () => planReads([{ offset: 5, length: 6 }], { maxBytes: 1, resourceBytes: 10 }),
  ],
  [
    "TOO_MANY_REQUESTS: more than maxRequests (2) needed: raise gapBytes or maxBytes",
    () => planReads(one, { maxBytes: 1, maxRequests: 2 }),
  ],
  ['RangeError: "request" expected an integer from 0 to 2, got 3', () => plan.request(3)],
  ['RangeError: "request" expected none, got 0', () => planReads([], { maxBytes: 1 }).request(0)],
  ['RangeError: "i" expected an integer from 0 to 0, got 1', () => plan.slice(1, [])],
  ['TypeError: "buffers[2]" expected an ArrayBuffer or Uint8Array, got undefined', () => plan.slice(0, [four, four])],
  [
    'RangeError: "buffers[1].byteLength" expected 4, as requested, got 3',
    () => plan.slice(0, [four, new Uint8Array(3)]),
  ],
  ['RangeError: "count" expected an integer from 1 to 3, got 4', () => multiRangeHeader(plan, 0, 4)],
  [
    'RangeError: "gapBytes" expected undefined beside overfetchBytes, got 0',
    () => planCopies(copies, { maxBytes: 8, gapBytes: 0, overfetchBytes: 0 }),
  ],
  [
    'TypeError: "ranges" expected an iterable of { offset, length }, or two such columns of one length, got Object',
    () => planCopies({ ...copies, length: [4] }, { maxBytes: 8 }),
  ],
  [
    'RangeError: "target.byteLength" expected 8 at least, got 7',
    () => planCopies(copies, { maxBytes: 12, gapBytes: 4 }).deliver(0, new Uint8Array(12), new Uint8Array(7)),
  ],
  [
    'RangeError: "fetched.byteLength" expected 12, as requested, got 11',
    () => planCopies(copies, { maxBytes: 12, gapBytes: 4 }).deliver(0, new Uint8Array(11), new Uint8Array(8)),
  ],
]);
