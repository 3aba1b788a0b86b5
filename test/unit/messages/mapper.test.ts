import { columns, createMapperSync, packedRecords, pageFrames } from "../../../src/index.js";
import { any } from "../../support/arguments.js";
import { describeMessages } from "../../support/messages.js";

const mapper = createMapperSync({ engine: "js" });
const closed = createMapperSync({ engine: "js" });
closed.close();
const addr = Float64Array.of(0, 4096);
const TOP = (1n << 64n) - 1n;

function staleInput() {
  const first = mapper.input(1);
  mapper.input(2);
  return mapper.coalesce(first);
}

describeMessages("mappers", [
  [
    'TypeError: "options" expected an object with engine, module, maxMemoryBytes, maxSegmentBytes, boundaryBytes, alignmentBytes, maxSegments, maxBytes, virtualBoundaryBytes, blockBytes, dmaAlignmentBytes, got 5',
    () => createMapperSync(any(5)),
  ],
  ['TypeError: "engine" expected a string, got 5', () => createMapperSync({ engine: any(5) })],
  ['RangeError: "engine" expected "auto", "wasm" or "js", got "gpu"', () => createMapperSync({ engine: any("gpu") })],
  [
    'TypeError: "module" expected a WebAssembly.Module, an ArrayBuffer or a view of one, got 5',
    () => createMapperSync({ module: any(5) }),
  ],
  [
    'TypeError: "options" expected an object with engine, module, maxMemoryBytes, maxSegmentBytes, boundaryBytes, alignmentBytes, maxSegments, maxBytes, virtualBoundaryBytes, blockBytes, dmaAlignmentBytes, got the key "maxSegmentByte" (did you mean "maxSegmentBytes"?)',
    () => createMapperSync(any({ maxSegmentByte: 1 })),
  ],
  ['RangeError: "maxSegmentBytes" expected 1 to 4294967296, got 0', () => createMapperSync({ maxSegmentBytes: 0 })],
  ['TypeError: "maxSegmentBytes" expected a number, got "1"', () => createMapperSync({ maxSegmentBytes: any("1") })],
  [
    'RangeError: "alignmentBytes" expected a power of two from 1 to 4294967296, got 3',
    () => createMapperSync({ alignmentBytes: 3 }),
  ],
  [
    'RangeError: "alignmentBytes" expected at most maxSegmentBytes (4095), got 4096',
    () => createMapperSync({ maxSegmentBytes: 4095, alignmentBytes: 4096 }),
  ],
  [
    'RangeError: "boundaryBytes" expected 0 or a power of two up to 2^63, got 3',
    () => createMapperSync({ boundaryBytes: 3 }),
  ],
  [
    'RangeError: "boundaryBytes" expected 0 or at least alignmentBytes (4096), got 512',
    () => createMapperSync({ boundaryBytes: 512, alignmentBytes: 4096 }),
  ],
  ['RangeError: "maxMemoryBytes" expected 65536 to 4294967296, got 1', () => createMapperSync({ maxMemoryBytes: 1 })],
  ["CLOSED: the mapper is closed", () => closed.coalesce([])],
  ['RangeError: "count" expected 0 to 268431360, got -1', () => mapper.input(-1)],
  ['RangeError: "capacity" expected 2 to 67108864, got 1', () => mapper.stream({ capacity: 1 })],
  ['STALE: "input" expected the records of the latest input(): another one took their memory back', () => staleInput()],
  [
    'RangeError: "target.length" expected 4 words or more, for 1 segments, got 3',
    () => mapper.coalesceInto([{ addr: 0, length: 1 }], new Uint32Array(3)),
  ],
  [
    'RangeError: "offset" expected 0 to 1 (the table\'s pages), got 2',
    () => mapper.frames(mapper.coalesce([{ addr: 0, length: 4096 }]), { offset: 2 }),
  ],
]);

describeMessages("ranges", [
  [
    'TypeError: "input" expected an iterable of ranges, a SegmentTable, columns, pageFrames or packedRecords, got 5',
    () => mapper.coalesce(any(5)),
  ],
  ['TypeError: "[0].range" expected an object { addr, length, flags? }, got 1', () => mapper.coalesce([any(1)])],
  [
    'TypeError: "[0].addr" expected a number or a bigint, got "0"',
    () => mapper.coalesce([{ addr: any("0"), length: 1 }]),
  ],
  [
    'RangeError: "[0].addr" expected an integer from 0 to 2^64 - 1, got 0.5',
    () => mapper.coalesce([{ addr: 0.5, length: 1 }]),
  ],
  [
    'RangeError: "[0].length" expected 1 to 2^64 - 1 (or skipEmpty), got 0',
    () => mapper.coalesce([{ addr: 0, length: 0 }]),
  ],
  [
    'RangeError: "[0].flags" expected only NOMERGE (2), BUS (4) and the tag in bits 8-31, got 16',
    () => mapper.coalesce([{ addr: 0, length: 1, flags: 16 }]),
  ],
  [
    'RangeError: "[0].addr + length" expected up to 2^64, got 18446744073709551615n + 2',
    () => mapper.coalesce([{ addr: TOP, length: 2 }]),
  ],
  ['TypeError: "skipEmpty" expected a boolean, got 1', () => mapper.coalesce([], { skipEmpty: any(1) })],
  ['RangeError: "gapBytes" expected an integer from 0 to 2^64 - 1, got -1', () => mapper.union([], { gapBytes: -1 })],
  [
    'TypeError: "addr" expected a BigUint64Array, Float64Array or Uint32Array, got Array',
    () => columns({ addr: any([0]), length: addr }),
  ],
  ['RangeError: "length.length" expected addr.length (2), got 1', () => columns({ addr, length: Float64Array.of(1) })],
  [
    'RangeError: "[1].length" expected 1 to 2^64 - 1 (or skipEmpty), got 0',
    () => mapper.coalesce(columns({ addr, length: Float64Array.of(1, 0) })),
  ],
  ['TypeError: "pfns" expected a BigUint64Array, Float64Array or Uint32Array, got 5', () => pageFrames(any(5))],
  ['TypeError: "pfns[1]" expected a number, got "2"', () => pageFrames([1, any("2")])],
  ['RangeError: "pageBytes" expected a power of two from 1 to 2^52, got 3', () => pageFrames([1], { pageBytes: 3 })],
  ['RangeError: "pfns" expected 2 frames for 4097 bytes, got 1', () => pageFrames([1], { byteLength: 4097 })],
  [
    'RangeError: "pfns[0]" expected an integer with (pfn + 1) * 4096 up to 2^64, got 4503599627370496n',
    () => mapper.coalesce(pageFrames(BigUint64Array.of(1n << 52n))),
  ],
  ['TypeError: "bytes" expected a Uint8Array, got Array', () => packedRecords(any([]))],
  ['RangeError: "bytes.byteLength" expected a multiple of 16, got 17', () => packedRecords(new Uint8Array(17))],
  [
    "RangeError: record 0: length expected 1 to 4294967296, got 0",
    () => mapper.coalesce(packedRecords(new Uint8Array(16))),
  ],
  [
    "BAD_RECORD 0: record 0: length expected 1 to 4294967296, got 0",
    () => mapper.stream().pushRecords(new Uint8Array(16)),
  ],
]);
