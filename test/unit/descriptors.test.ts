/** segring/descriptors: what is written, byte by byte; what is refused, by class and exact message. A call that fails writes nothing. */
import { describe, expect, it, vi } from "vitest";
import * as descriptors from "../../src/descriptors/index.js";
import {
  advancePacked,
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
  readUsedPacked,
  writeUsedPacked,
} from "../../src/descriptors/index.js";
import { SegringError, type SegringErrorCode, show } from "../../src/errors.js";
import { BUS, NOMERGE, type Range } from "../../src/record.js";
import { SegmentTable } from "../../src/table.js";
import { pack } from "../oracle.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import {
  CANARY,
  coveredBy,
  isUntouched,
  type MemoryAt,
  memoryAt,
  pagesOf,
  rangesOf,
  setU64,
  u64sOf,
  writeDescriptors,
} from "../support/descriptors.js";

const TOP = 1n << 64n;
const GIB4 = 2 ** 32;

/** What was decoded, its tables as ranges: a table remembers what it was asked for. */
function plain(decoded: object | undefined): object {
  return Object.fromEntries(
    Object.entries(decoded ?? {}).map(([key, value]) => [key, value instanceof SegmentTable ? rangesOf(value) : value]),
  );
}

/** Any value as what the types ask for. */
const any = (value: unknown) => value as never;
const tableOf = (...ranges: Range[]) => SegmentTable.from(ranges);
const seg = (addr: number | bigint, length: number, flags = 0): Range => ({ addr, length, flags });
/** Pairs of digits, in groups as they were written. */
const hexOf = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const bytesOf = (...groups: string[]) => groups.join("").replaceAll(" ", "");

/** A run of bytes in pieces that touch: of these lengths over and over, as far as they fit. */
function piecesOf(addr: bigint, byteLength: bigint, lengths: readonly bigint[]): SegmentTable {
  const ranges: Range[] = [];
  for (let at = 0n, turn = 0; at < byteLength; turn++) {
    let length = turn < 40 ? (lengths[turn % lengths.length] as bigint) : 1n << 32n;
    if (length > byteLength - at) length = byteLength - at;
    ranges.push({ addr: addr + at, length, flags: turn % 2 === 0 ? NOMERGE : 0x100 });
    at += length;
  }
  return SegmentTable.from(ranges);
}

const empty = tableOf();
const two = tableOf(seg(0x1000, 0x1000), seg(0x5000, 0x800));
const segring = (code: SegringErrorCode, message: string, index?: number) =>
  new SegringError(code, message, index === undefined ? undefined : { index });
const shape = (message: string, index?: number) => segring("NOT_EXPRESSIBLE", message, index);
const bad = (index: number, fault: string) => segring("BAD_DESCRIPTOR", `descriptor ${index}: ${fault}`, index);
const badRecord = (index: number, fault: string) => segring("BAD_RECORD", `record ${index}: ${fault}`, index);
const notType = (name: string, what: string, got: unknown) =>
  new TypeError(`"${name}" expected ${what}, got ${show(got)}`);
const notIn = (name: string, what: string, got: unknown) =>
  new RangeError(`"${name}" expected ${what}, got ${show(got)}`);

function refuses(call: () => unknown, wanted: Error): void {
  const error = thrownBy(call) as SegringError;
  expect(`${error.constructor.name}: ${error.message}`).toBe(`${wanted.constructor.name}: ${wanted.message}`);
  if (wanted instanceof SegringError) expect([error.code, error.index]).toEqual([wanted.code, wanted.index]);
}

/** What calls write to: nothing is in it but canaries. */
interface Places {
  memory: MemoryAt;
  target: Uint8Array;
}

type Refusal = [name: string, call: (places: Places) => unknown, error: Error];

/** Encoders: whatever fails, nothing was written. */
function refusals(rows: readonly Refusal[]): void {
  it.each(rows)("refuses %s", (_, call, error) => {
    const memory = memoryAt(0x5000_0000n, 8192);
    const target = memoryAt(0n, 256);
    refuses(() => call({ memory, target: target.bytes }), error);
    expect([isUntouched(memory), isUntouched(target)]).toEqual([true, true]);
  });
}

/** Memory at an address that starts with these values. */
function valuesAt(addr: bigint, byteLength: number, values: readonly bigint[]): MemoryAt {
  const memory = memoryAt(addr, byteLength);
  for (const [slot, value] of values.entries()) setU64(memory.bytes, slot, value);
  return memory;
}

it("every name that there is is tested here", () => {
  expect(Object.keys(descriptors).sort()).toEqual(
    [
      ...[chooseNvme, decodeChain, decodeIovec, decodePageList, decodePrdt, decodePrp, decodeSgl, decodeVirtioPacked],
      ...[decodeVirtioSplit, encodeChain, encodeIovec, encodePageList, encodePrdt, encodePrp, encodeSgl],
      ...[advancePacked, encodeVirtioPacked, encodeVirtioSplit, readUsedPacked, writeUsedPacked],
    ]
      .map(({ name }) => name)
      .sort(),
  );
});

describe("arguments", () => {
  const ring = new Uint8Array(256);
  const start = { slot: 0, wrap: 1 } as const;

  it.each<[string, (value: never) => unknown, string?]>([
    ["encodePrp", (t) => encodePrp(t)],
    ["encodeSgl", (t) => encodeSgl(t)],
    ["chooseNvme", (t) => chooseNvme(t, { sgl: true })],
    ["encodePrdt", (t) => encodePrdt(t, ring)],
    ["encodeIovec", (t) => encodeIovec(t, ring)],
    ["encodePageList", (t) => encodePageList(t, ring)],
    ["encodeChain", (t) => encodeChain(t, [])],
    ["encodeVirtioSplit, readable", (t) => encodeVirtioSplit({ readable: t }, ring, [0]), "chain.readable"],
    ["encodeVirtioSplit, writable", (t) => encodeVirtioSplit({ writable: t }, ring, [0]), "chain.writable"],
    ["encodeVirtioPacked, writable", (t) => encodeVirtioPacked({ writable: t }, ring, start, 0), "chain.writable"],
  ])("%s takes a SegmentTable and nothing else", (_, call, name = "table") => {
    for (const value of [null, 5, "table", [], {}, two.bytes]) {
      refuses(() => call(any(value)), notType(name, "a SegmentTable", value));
    }
    if (name === "table") refuses(() => call(any(undefined)), notType(name, "a SegmentTable", undefined));
  });

  it.each<[string, string, (value: never) => unknown]>([
    ["encodePrp", "memory", (m) => encodePrp(two, { memory: m })],
    ["decodePrp", "memory", (m) => decodePrp({ prp1: 0, prp2: 0, byteLength: 1 }, { memory: m })],
    ["encodeSgl", "memory", (m) => encodeSgl(two, { memory: m })],
    ["decodeSgl", "memory", (m) => decodeSgl(new Uint8Array(16), { memory: m })],
    ["encodeChain", "memory", (m) => encodeChain(two, m)],
    ["decodeChain", "memory", (m) => decodeChain(0, m)],
    ["decodeVirtioSplit", "memory", (m) => decodeVirtioSplit(ring, 0, { memory: m })],
    ["decodeVirtioPacked", "memory", (m) => decodeVirtioPacked(ring, start, { memory: m })],
    ["encodeVirtioSplit", "indirect", (m) => encodeVirtioSplit({ readable: two }, ring, [0], { indirect: m })],
    ["encodeVirtioPacked", "indirect", (m) => encodeVirtioPacked({ readable: two }, ring, start, 0, { indirect: m })],
  ])("%s takes %s with bytes and an address", (_, name, call) => {
    const bytes = new Uint8Array(4096);
    const first = { bytes, addr: 0 };
    for (const value of [null, 5, "memory", () => 0]) {
      refuses(() => call(any(value)), notType(name, "{ bytes, addr }", value));
      refuses(() => call(any([first, value])), notType(`${name}[1]`, "{ bytes, addr }", value));
    }
    for (const value of [undefined, [], bytes.buffer, new Uint16Array(4)]) {
      refuses(() => call(any({ bytes: value, addr: 0 })), notType(`${name}.bytes`, "a Uint8Array", value));
      refuses(() => call(any([{ bytes: value, addr: 0 }])), notType(`${name}[0].bytes`, "a Uint8Array", value));
    }
    refuses(() => call(any({ bytes })), notType(`${name}.addr`, "a number or a bigint", undefined));
    refuses(() => call(any([first, { bytes, addr: "0" }])), notType(`${name}[1].addr`, "a number or a bigint", "0"));
    for (const addr of [-1, 1.5, Number.NaN, -1n, TOP]) {
      refuses(() => call(any({ bytes, addr })), notIn(`${name}.addr`, "an integer from 0 to 2^64 - 1", addr));
    }
    refuses(
      () => call(any({ bytes, addr: TOP - 4095n })),
      notIn(`${name}.addr`, "an address from which 4096 bytes end by 2^64", TOP - 4095n),
    );
    expect(bytes.every((byte) => byte === 0)).toBe(true);
  });

  it.each<[string, string, (value: never) => unknown]>([
    ["encodePrdt", "target", (b) => encodePrdt(two, b)],
    ["decodePrdt", "source", (b) => decodePrdt(b, 0)],
    ["encodeIovec", "target", (b) => encodeIovec(two, b)],
    ["decodeIovec", "source", (b) => decodeIovec(b, 0)],
    ["encodePageList", "target", (b) => encodePageList(two, b)],
    ["decodePageList", "source", (b) => decodePageList(b, { count: 0, firstOffset: 0, byteLength: 0 })],
    ["decodeSgl", "sgl1", (b) => decodeSgl(b)],
    ["encodeVirtioSplit", "ring", (b) => encodeVirtioSplit({ readable: two }, b, [0])],
    ["decodeVirtioSplit", "ring", (b) => decodeVirtioSplit(b, 0)],
    ["encodeVirtioPacked", "ring", (b) => encodeVirtioPacked({ readable: two }, b, start, 0)],
    ["decodeVirtioPacked", "ring", (b) => decodeVirtioPacked(b, start)],
    ["writeUsedPacked", "ring", (b) => writeUsedPacked(b, start, 0, 0)],
    ["readUsedPacked", "ring", (b) => readUsedPacked(b, start)],
  ])("%s takes %s as a Uint8Array", (_, name, call) => {
    for (const value of [undefined, null, 5, [], new ArrayBuffer(64), new DataView(new ArrayBuffer(64))]) {
      refuses(() => call(any(value)), notType(name, "a Uint8Array", value));
    }
  });

  it.each<[string, string, number, number, (value: never) => unknown]>([
    ["encodePrp", "pageBytes", 4096, 2 ** 27, (v) => encodePrp(two, { pageBytes: v })],
    ["decodePrp", "pageBytes", 4096, 2 ** 27, (v) => decodePrp({ prp1: 0, prp2: 0, byteLength: 1 }, { pageBytes: v })],
    [
      "decodePrp",
      "byteLength",
      1,
      2 ** 53 - 1,
      (v) => decodePrp({ prp1: 0, prp2: 0, byteLength: v }, { pageBytes: 2 ** 27, maxEntries: 2 ** 24 }),
    ],
    [
      "decodePrp",
      "maxEntries",
      1,
      2 ** 24,
      (v) => decodePrp({ prp1: 0, prp2: 0, byteLength: 1 }, { maxEntries: v }),
    ],
    ["decodeSgl", "maxDescriptors", 1, 2 ** 24, (v) => decodeSgl(new Uint8Array(16), { maxDescriptors: v })],
    ["chooseNvme", "pageBytes", 4096, 2 ** 27, (v) => chooseNvme(two, { sgl: true, pageBytes: v })],
    ["decodePrdt", "count", 0, 65535, (v) => decodePrdt(ring, v)],
    ["decodeIovec", "count", 0, 1024, (v) => decodeIovec(ring, v)],
    ["decodeIovec", "count", 0, 7, (v) => decodeIovec(ring, v, { maxElements: 7 })],
    ["decodeIovec", "maxElements", 1, 2 ** 24, (v) => decodeIovec(ring, 0, { maxElements: v })],
    ["decodeIovec", "maxSegments", 1, 2 ** 28, (v) => decodeIovec(ring, 0, { maxSegments: v })],
    ["encodeIovec", "maxElements", 1, 2 ** 24, (v) => encodeIovec(two, ring, { maxElements: v })],
    ["decodePageList", "count", 0, 2 ** 28, (v) => decodePageList(ring, { count: v, firstOffset: 0, byteLength: 0 })],
    [
      "decodePageList",
      "firstOffset",
      0,
      4095,
      (v) => decodePageList(ring, { count: 0, firstOffset: v, byteLength: 0 }),
    ],
    ["decodeChain", "count", 0, 2 ** 32 - 1, (v) => decodeChain(0, [], v)],
    ["decodeVirtioSplit", "head", 0, 65535, (v) => decodeVirtioSplit(ring, v)],
    ["decodeVirtioSplit", "maxDescriptors", 1, 2 ** 24, (v) => decodeVirtioSplit(ring, 0, { maxDescriptors: v })],
    ["encodeVirtioSplit", "slots[1]", 0, 15, (v) => encodeVirtioSplit({ readable: two }, ring, [3, v])],
    ["encodeVirtioPacked", "id", 0, 65535, (v) => encodeVirtioPacked({ readable: two }, ring, start, v)],
    ["decodeVirtioPacked", "position.slot", 0, 15, (v) => decodeVirtioPacked(ring, { slot: v, wrap: 1 })],
    ["decodeVirtioPacked", "position.wrap", 0, 1, (v) => decodeVirtioPacked(ring, { slot: 0, wrap: v })],
    ["decodeVirtioPacked", "maxDescriptors", 1, 2 ** 24, (v) => decodeVirtioPacked(ring, start, { maxDescriptors: v })],
    ["writeUsedPacked", "id", 0, 65535, (v) => writeUsedPacked(ring, start, v, 0)],
    ["writeUsedPacked", "written", 0, 2 ** 32 - 1, (v) => writeUsedPacked(ring, start, 0, v)],
    ["writeUsedPacked", "position.wrap", 0, 1, (v) => writeUsedPacked(ring, { slot: 0, wrap: v }, 0, 0)],
    ["readUsedPacked", "position.slot", 0, 15, (v) => readUsedPacked(ring, { slot: v, wrap: 1 })],
    ["advancePacked", "queueSize", 1, 32768, (v) => advancePacked(start, 0, v)],
    ["advancePacked", "used", 0, 16, (v) => advancePacked(start, v, 16)],
    ["advancePacked", "position.slot", 0, 15, (v) => advancePacked({ slot: v, wrap: 1 }, 0, 16)],
    ["advancePacked", "position.wrap", 0, 1, (v) => advancePacked({ slot: 0, wrap: v }, 0, 16)],
  ])("%s takes %s from %d to %d", (_, name, min, max, call) => {
    for (const value of [null, "1", 1n, {}]) refuses(() => call(any(value)), notType(name, "a number", value));
    for (const value of [min - 1, max + 1, min + 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      refuses(() => call(any(value)), notIn(name, `${min} to ${max}`, value));
    }
    expect(ring.every((byte) => byte === 0)).toBe(true);
  });

  it.each<[string, string, (value: never) => unknown]>([
    ["decodePrp", "prp1", (v) => decodePrp({ prp1: v, prp2: 0, byteLength: 1 })],
    ["decodePrp", "prp2", (v) => decodePrp({ prp1: 0, prp2: v, byteLength: 1 })],
    ["decodeChain", "addr", (v) => decodeChain(v, [])],
    ["decodePageList", "byteLength", (v) => decodePageList(ring, { count: 0, firstOffset: 0, byteLength: v })],
    ["encodePageList", "pageBytes", (v) => encodePageList(two, ring, { pageBytes: v })],
    ["chooseNvme", "thresholdBytes", (v) => chooseNvme(two, { sgl: true, thresholdBytes: v })],
  ])("%s takes %s as a u64", (_, name, call) => {
    for (const value of [null, "1", {}]) refuses(() => call(any(value)), notType(name, "a number or a bigint", value));
    for (const value of [-1, -1n, TOP, 0.5]) {
      refuses(() => call(any(value)), notIn(name, "an integer from 0 to 2^64 - 1", value));
    }
    refuses(
      () => call(any(2 ** 53)),
      notIn(name, "a number up to 2^53 - 1 or a bigint (a larger number may be rounded)", 2 ** 53),
    );
  });

  it.each<[string, string, string, (value: never) => unknown]>([
    ["encodeVirtioSplit", "chain", "{ readable?, writable? }", (v) => encodeVirtioSplit(v, ring, [0])],
    ["encodeVirtioPacked", "chain", "{ readable?, writable? }", (v) => encodeVirtioPacked(v, ring, start, 0)],
    [
      "encodeVirtioSplit",
      "slots",
      "an array of descriptor indices",
      (v) => encodeVirtioSplit({ readable: two }, ring, v),
    ],
  ])("%s takes %s as %s", (_, name, what, call) => {
    for (const value of [undefined, null, 5, "0"]) refuses(() => call(any(value)), notType(name, what, value));
  });

  it.each<[string, string, (value: never) => unknown]>([
    ["decodePrp", "prp", (v) => decodePrp(v)],
    ["decodePageList", "list", (v) => decodePageList(ring, v)],
    ["encodeVirtioPacked", "position", (v) => encodeVirtioPacked({ readable: two }, ring, v, 0)],
    ["decodeVirtioPacked", "position", (v) => decodeVirtioPacked(ring, v)],
    ["writeUsedPacked", "position", (v) => writeUsedPacked(ring, v, 0, 0)],
    ["readUsedPacked", "position", (v) => readUsedPacked(ring, v)],
    ["advancePacked", "position", (v) => advancePacked(v, 0, 16)],
    ["chooseNvme", "options", (v) => chooseNvme(two, v)],
  ])("%s takes %s as an object", (_, name, call) => {
    for (const value of [undefined, null, 5, "0", true, () => 0]) {
      refuses(() => call(any(value)), notType(name, "an object", value));
    }
  });

  it.each<[string, (value: never) => unknown]>([
    ["encodePrp", (v) => encodePrp(two, v)],
    ["decodePrp", (v) => decodePrp({ prp1: 0, prp2: 0, byteLength: 1 }, v)],
    ["encodeSgl", (v) => encodeSgl(two, v)],
    ["decodeSgl", (v) => decodeSgl(new Uint8Array(16), v)],
    ["encodePrdt", (v) => encodePrdt(two, ring, v)],
    ["encodeIovec", (v) => encodeIovec(two, ring, v)],
    ["decodeIovec", (v) => decodeIovec(ring, 0, v)],
    ["encodePageList", (v) => encodePageList(two, ring, v)],
    ["decodePageList", (v) => decodePageList(ring, { count: 0, firstOffset: 0, byteLength: 0 }, v)],
    ["encodeVirtioSplit", (v) => encodeVirtioSplit({ readable: two }, ring, [0, 1], v)],
    ["decodeVirtioSplit", (v) => decodeVirtioSplit(ring, 0, v)],
    ["encodeVirtioPacked", (v) => encodeVirtioPacked({ readable: two }, ring, start, 0, v)],
    ["decodeVirtioPacked", (v) => decodeVirtioPacked(ring, start, v)],
  ])("%s takes options as an object, if any", (_, call) => {
    for (const value of [null, 5, "options", true, () => 0]) {
      refuses(() => call(any(value)), notType("options", "an object", value));
    }
    expect(ring.every((byte) => byte === 0)).toBe(true);
  });

  const list = { count: 0, firstOffset: 0, byteLength: 0 };
  it.each<[string, string, string, unknown[], unknown[], (value: never) => unknown]>([
    ["encodeSgl", "alignmentBytes", "1 or 4", ["4", 4n], [0, 2, 1.5, Number.NaN], (v) => encodeSgl(two, { alignmentBytes: v })],
    [
      "chooseNvme",
      "alignmentBytes",
      "1 or 4",
      ["1", 1n],
      [0, 2, 8],
      (v) => chooseNvme(two, { sgl: true, alignmentBytes: v }),
    ],
    ["encodePrdt", "addressBits", "32 or 64", ["64", 64n], [0, 48], (v) => encodePrdt(two, ring, { addressBits: v })],
    ["encodeIovec", "pointerBytes", "4 or 8", ["8", 8n], [0, 16], (v) => encodeIovec(two, ring, { pointerBytes: v })],
    ["decodeIovec", "pointerBytes", "4 or 8", ["8", 8n], [0, 16], (v) => decodeIovec(ring, 0, { pointerBytes: v })],
    [
      "encodePageList",
      "byteOrder",
      '"little" or "big"',
      [0, 1n],
      ["", "native", "BIG"],
      (v) => encodePageList(two, ring, { byteOrder: v }),
    ],
    [
      "decodePageList",
      "byteOrder",
      '"little" or "big"',
      [0, 1n],
      ["", "native", "BIG"],
      (v) => decodePageList(ring, list, { byteOrder: v }),
    ],
    [
      "decodeVirtioSplit",
      "indirectNext",
      '"refuse", "follow" or "ignore"',
      [0, 1n],
      ["", "keep"],
      (v) => decodeVirtioSplit(ring, 0, { indirectNext: v }),
    ],
  ])("%s takes %s as %s: a TypeError for another type, a RangeError for another value", (_, name, what, types, values, call) => {
    for (const value of [null, true, {}, [], ...types]) refuses(() => call(any(value)), notType(name, what, value));
    for (const value of values) refuses(() => call(any(value)), notIn(name, what, value));
    expect(ring.every((byte) => byte === 0)).toBe(true);
  });

  it.each<[string, string, (memory: never) => unknown]>([
    ["encodePrp", "memory", (m) => encodePrp(tableOf(seg(0x1000, 0x3000)), { memory: m })],
    ["encodeSgl", "memory", (m) => encodeSgl(two, { memory: m })],
    ["encodeChain", "memory", (m) => encodeChain(two, m)],
  ])("%s takes no pieces of %s that overlap", (_, name, call) => {
    const { bytes, addr } = memoryAt(0x5000_0000n, 16384);
    const piece = (from: number, byteLength: number, at: bigint) => ({
      bytes: bytes.subarray(from, from + byteLength),
      addr: at,
    });
    const apart = (what: string) => new RangeError(`"${name}" expected pieces apart, got two ${what}`);
    // By address, whichever comes first: the same one, one inside another, and one that starts in another's last page.
    for (const [a, b, both] of [
      [piece(0, 4096, addr), piece(4096, 4096, addr), addr],
      [piece(0, 8192, addr), piece(8192, 4096, addr + 4096n), addr + 4096n],
      [piece(0, 4097, addr), piece(8192, 4096, addr + 4096n), addr + 4096n],
    ] as const) {
      const found = apart(`that have the address 0x${both.toString(16)}`);
      refuses(() => call(any([a, b])), found);
      refuses(() => call(any([b, a])), found);
      refuses(() => call(any([b, piece(12288, 0, addr), piece(12288, 4096, addr + 0x9000n), a])), found);
    }
    // By the bytes of one buffer.
    for (const [from, byteLength] of [
      [0, 4096],
      [4095, 4096],
      [4000, 16],
    ] as const) {
      const [a, b] = [piece(0, 4096, addr), piece(from, byteLength, addr + 0x10_0000n)];
      const found = apart("with the same bytes of one buffer");
      refuses(() => call(any([a, b])), found);
      refuses(() => call(any([b, a])), found);
    }
    expect(bytes.every((byte) => byte === CANARY)).toBe(true);
    // Side by side, in a buffer and in addresses, and the same offsets in two buffers.
    call(any([piece(0, 4096, addr), piece(4096, 4096, addr + 4096n)]));
    call(any([piece(4096, 4096, addr), memoryAt(addr + 4096n, 4096)]));
  });

  it("no indirect table overlaps the ring, and nothing is written where one does", () => {
    const chain = { readable: two };
    for (const encode of [
      (bytes: Uint8Array, indirect: MemoryAt) => encodeVirtioSplit(chain, bytes, [0], { indirect }),
      (bytes: Uint8Array, indirect: MemoryAt) => encodeVirtioPacked(chain, bytes, start, 0, { indirect }),
    ]) {
      const { bytes } = memoryAt(0n, 256);
      const middle = bytes.subarray(64, 128);
      const at = (from: number, byteLength = 32) => ({ bytes: bytes.subarray(from, from + byteLength), addr: 0x9000n });
      for (const from of [33, 64, 80, 96, 127]) {
        refuses(
          () => encode(middle, at(from)),
          new RangeError('"indirect" expected memory apart from the ring, got bytes of both'),
        );
      }
      expect(isUntouched({ bytes })).toBe(true);
      // What counts are the bytes that the table needs: 32.
      for (const place of [at(32), at(128), at(0, 256), at(32, 90)]) encode(middle, place);
    }
  });
});

describe("NVMe PRP", () => {
  it("one page, two pages, a list, byte by byte", () => {
    expect(encodePrp(tableOf(seg(0x1ffc, 4)))).toEqual({ prp1: 0x1ffcn, prp2: 0n, listEntries: 0, listPages: 0 });
    expect(encodePrp(tableOf(seg(0x1ffc, 8)))).toEqual({ prp1: 0x1ffcn, prp2: 0x2000n, listEntries: 0, listPages: 0 });
    const memory = memoryAt(0x5000_0000n, 4096);
    const table = tableOf(seg(0x1ffc, 8), seg(0x2004, 0xffc), seg(0xfedc_ba98_7654_3000n, 0x1000), seg(TOP - 4096n, 1));
    expect(encodePrp(table, { memory })).toEqual({ prp1: 0x1ffcn, prp2: memory.addr, listEntries: 3, listPages: 1 });
    expect(hexOf(memory.bytes.subarray(0, 24))).toBe(
      bytesOf("0020000000000000", "0030547698badcfe", "00f0ffffffffffff"),
    );
    expect(isUntouched(memory, 24)).toBe(true);
  });

  it("a list ends in its last slot, or in a link to the next page", () => {
    for (const [pages, link] of [
      [513, 0n],
      [514, 0x5000_1000n],
    ] as const) {
      const memory = memoryAt(0x5000_0000n, 8192);
      const table = tableOf(seg(0x10_0000, pages * 4096));
      const { prp1, prp2 } = encodePrp(table, { memory });
      expectBytes(decodePrp({ prp1, prp2, byteLength: pages * 4096 }, { memory }).bytes, table.bytes);
      expect(u64sOf(memory.bytes, 512)[511]).toBe(link || 0x30_0000n);
      expect(isUntouched(memory, link ? 4096 + 16 : 4096)).toBe(true);
      if (link) expect(u64sOf(memory.bytes.subarray(4096), 2)).toEqual([0x30_0000n, 0x30_1000n]);
    }
  });

  refusals([
    [
      "a page size",
      () => encodePrp(two, { pageBytes: 4097 }),
      notIn("pageBytes", "a power of two from 4096 to 2^27", 4097),
    ],
    ["an empty table", () => encodePrp(empty), shape("the table is empty: PRP1 needs a byte at least")],
    [
      "an odd start",
      () => encodePrp(tableOf(seg(0x1002, 8))),
      shape("segment 0 starts at 0x1002: PRP1 needs a multiple of 4", 0),
    ],
    [
      "an inner end",
      ({ memory }) => encodePrp(tableOf(seg(0x1000, 0x1800), seg(0x9000, 1)), { memory }),
      shape("segment 0 ends at 0x2800: PRP needs page-aligned ends before the last", 0),
    ],
    [
      "an inner start",
      ({ memory }) => encodePrp(tableOf(seg(0x1000, 0x1000), seg(0x9000, 0x1000), seg(0xf004, 1)), { memory }),
      shape("segment 2 starts at 0xf004: PRP needs page-aligned starts after the first", 2),
    ],
    [
      "memory and a device side by side",
      ({ memory }) => encodePrp(tableOf(seg(0x1000, 0x800), seg(0x1800, 0x800, BUS)), { memory }),
      shape("segment 0 ends at 0x1800: PRP needs page-aligned ends before the last", 0),
    ],
    [
      "no list",
      () => encodePrp(tableOf(seg(0x1000, 0x3000))),
      new RangeError('"memory" expected 1 list page of 4096 bytes (16 bytes) for 2 entries, got 0 bytes in 0'),
    ],
    [
      "a list that is too short",
      ({ memory: { bytes, addr } }) =>
        encodePrp(tableOf(seg(0x1000, 0x3000)), { memory: { bytes: bytes.subarray(0, 15), addr } }),
      new RangeError('"memory" expected 1 list page of 4096 bytes (16 bytes) for 2 entries, got 15 bytes in 1'),
    ],
    [
      "an inner list that is too short",
      ({ memory: { bytes, addr } }) =>
        encodePrp(tableOf(seg(0x10_0000, 514 * 4096)), {
          memory: [
            { bytes: bytes.subarray(0, 4088), addr },
            { bytes: bytes.subarray(4096), addr: addr + 4096n },
          ],
        }),
      new RangeError(
        '"memory" expected 2 list pages of 4096 bytes (4112 bytes) for 513 entries, got 8184 bytes in 2, of which ' +
          "piece 0 ends too early",
      ),
    ],
    [
      "a last list that is too short",
      ({ memory: { bytes, addr } }) =>
        encodePrp(tableOf(seg(0x10_0000, 514 * 4096)), {
          memory: [
            { bytes: bytes.subarray(0, 4096), addr },
            { bytes: bytes.subarray(4096, 4096 + 15), addr: addr + 4096n },
          ],
        }),
      new RangeError(
        '"memory" expected 2 list pages of 4096 bytes (4112 bytes) for 513 entries, got 4111 bytes in 2, of which ' +
          "piece 1 ends too early",
      ),
    ],
    [
      "too few lists",
      ({ memory: { bytes, addr } }) =>
        encodePrp(tableOf(seg(0x10_0000, 1200 * 4096)), {
          memory: [
            { bytes: bytes.subarray(0, 4096), addr },
            { bytes: bytes.subarray(4096), addr: addr + 4096n },
          ],
        }),
      new RangeError('"memory" expected 3 list pages of 4096 bytes (9608 bytes) for 1199 entries, got 8192 bytes in 2'),
    ],
    [
      "an inner end in large pages",
      ({ memory }) => encodePrp(tableOf(seg(0x1000, 0x1000), seg(0x9000, 1)), { memory, pageBytes: 65536 }),
      shape("segment 0 ends at 0x2000: PRP needs page-aligned ends before the last of 65536 bytes", 0),
    ],
    [
      "an inner start in large pages",
      ({ memory }) => encodePrp(tableOf(seg(0x1000, 0x1000), seg(0x3000, 1)), { memory, pageBytes: 8192 }),
      shape("segment 1 starts at 0x3000: PRP needs page-aligned starts after the first of 8192 bytes", 1),
    ],
    [
      "memory that is no pages",
      ({ memory }) => encodePrp(two, { memory: { ...memory, addr: 0x5000_0800n } }),
      notIn("memory.addr", "a multiple of the page size (4096)", 0x5000_0800n),
    ],
    [
      "memory that is no large pages",
      ({ memory }) => encodePrp(two, { memory: { ...memory, addr: 0x5000_1000n }, pageBytes: 8192 }),
      notIn("memory.addr", "a multiple of the page size (8192)", 0x5000_1000n),
    ],
  ]);

  const list = (...values: bigint[]) => valuesAt(0x5000_0000n, 4096, values);
  const prp = (prp1: bigint, prp2: bigint, byteLength: number) => ({ prp1, prp2, byteLength });

  it("decodes what an encoder wrote, and ends where the data do", () => {
    const memory = list(0x2000n, 0x9000n);
    expect(rangesOf(decodePrp(prp(0x1ffcn, 0x5000_0000n, 4104), { memory }))).toEqual([
      { addr: 0x1ffcn, length: 0x1004n, flags: 0 },
      { addr: 0x9000n, length: 4n, flags: 0 },
    ]);
    // PRP2 means nothing where one page has all, the list nothing behind its last entry.
    expect(rangesOf(decodePrp(prp(0x1000n, 0x1234n, 4096)))).toEqual([{ addr: 0x1000n, length: 4096n, flags: 0 }]);
    expect(rangesOf(decodePrp(prp(TOP - 4n, 0n, 8)))).toEqual([
      { addr: TOP - 4n, length: 4n, flags: 0 },
      { addr: 0n, length: 4n, flags: 0 },
    ]);
  });

  it.each<[string, () => unknown, Error]>([
    ["PRP1", () => decodePrp(prp(0x1001n, 0n, 8)), bad(0, "PRP1 expected a multiple of 4, got 0x1001")],
    ["PRP2, a page", () => decodePrp(prp(0x1000n, 0x2004n, 8192)), bad(1, "expected a page, got 0x2004")],
    [
      "PRP2, a list",
      () => decodePrp(prp(0x1000n, 0x5000_0004n, 12288), { memory: list() }),
      bad(1, "PRP2 expected a list at a multiple of 8, got 0x50000004"),
    ],
    [
      "a list that is elsewhere",
      () => decodePrp(prp(0x1000n, 0x6000_0000n, 12288), { memory: list() }),
      bad(1, "a PRP list names 16 bytes at 0x60000000, which are in no memory given"),
    ],
    [
      "a list that ends early",
      () =>
        decodePrp(prp(0x1000n, 0x5000_0000n, 12288), {
          memory: { bytes: list().bytes.subarray(0, 8), addr: 0x5000_0000n },
        }),
      bad(1, "a PRP list names 16 bytes at 0x50000000, which are in no memory given"),
    ],
    [
      "an entry",
      () => decodePrp(prp(0x1000n, 0x5000_0000n, 12288), { memory: list(0x2000n, 0x9800n) }),
      bad(2, "expected a page, got 0x9800"),
    ],
    [
      "a link",
      () => decodePrp(prp(0x1000n, 0x5000_0ff8n, 12288), { memory: valuesAt(0x5000_0ff8n, 8, [0x5000_0008n]) }),
      bad(1, "expected a link to a page, got 0x50000008"),
    ],
  ])("decode refuses %s", (_, call, error) => refuses(call, error));

  it("a loop of lists ends with the bytes", () => {
    // Every entry is the list's own page, the link too.
    const memory = list(...Array<bigint>(512).fill(0x5000_0000n));
    const table = decodePrp(prp(0x1000n, 0x5000_0000n, 10_000 * 4096), { memory });
    expect([table.length, table.totalBytes]).toEqual([10_000, 10_000n * 4096n]);
  });
});

describe("NVMe SGL", () => {
  it("one segment in the command, byte by byte", () => {
    const { sgl1, descriptors, segments } = encodeSgl(tableOf(seg(0xfedc_ba98_7654_3211n, 0xffff_ffff)));
    expect([hexOf(sgl1), descriptors, segments]).toEqual([bytesOf("1132547698badcfe", "ffffffff", "00000000"), 0, 0]);
  });

  it("a list, and one of two pieces", () => {
    const memory = memoryAt(0x5000_0008n, 64);
    const one = encodeSgl(two, { memory });
    expect(hexOf(one.sgl1)).toBe(bytesOf("0800005000000000", "20000000", "00000030"));
    expect(hexOf(memory.bytes.subarray(0, 32))).toBe(
      bytesOf("0010000000000000", "00100000", "00000000", "0050000000000000", "00080000", "00000000"),
    );
    expect([one.descriptors, one.segments, isUntouched(memory, 32)]).toEqual([2, 1, true]);
    const three = tableOf(seg(0x1000, 1), seg(0x2000, 2), seg(0x3000, 3));
    const [first, second] = [memoryAt(0x5000_0000n, 32 + 15), memoryAt(0x4000_0000n, 48)];
    const both = encodeSgl(three, { memory: [first, second] });
    expect([both.descriptors, both.segments]).toEqual([4, 2]);
    expect(hexOf(both.sgl1)).toBe(bytesOf("0000005000000000", "20000000", "00000020"));
    expect(hexOf(first.bytes.subarray(0, 32))).toBe(
      bytesOf("0010000000000000", "01000000", "00000000", "0000004000000000", "20000000", "00000030"),
    );
    expect(hexOf(second.bytes.subarray(0, 32))).toBe(
      bytesOf("0020000000000000", "02000000", "00000000", "0030000000000000", "03000000", "00000000"),
    );
    expect([isUntouched(first, 32), isUntouched(second, 32)]).toEqual([true, true]);
    expectBytes(decodeSgl(both.sgl1, { memory: [second, first] }).table.bytes, three.bytes);
  });

  const tooFew = (got: string) =>
    new RangeError(
      `"memory" expected 32 bytes in one piece, or 16 more for each further one, of 32 bytes at least; got ${got}`,
    );
  refusals([
    ["an empty table", () => encodeSgl(empty), shape("the table is empty: an SGL needs a segment at least")],
    [
      "4 GiB",
      ({ memory }) => encodeSgl(tableOf(seg(0, 1), seg(0, GIB4)), { memory }),
      shape("segment 1 has 4294967296 bytes: an SGL descriptor has up to 4294967295, map with maxSegmentBytes", 1),
    ],
    [
      "an odd length",
      ({ memory }) => encodeSgl(tableOf(seg(0, 4), seg(0, 6)), { memory, alignmentBytes: 4 }),
      shape("segment 1 is 6 bytes at 0x0: this controller needs multiples of 4", 1),
    ],
    [
      "an odd address",
      ({ memory }) => encodeSgl(tableOf(seg(2, 4)), { memory, alignmentBytes: 4 }),
      shape("segment 0 is 4 bytes at 0x2: this controller needs multiples of 4", 0),
    ],
    ["an alignment", () => encodeSgl(two, { alignmentBytes: any(2) }), notIn("alignmentBytes", "1 or 4", 2)],
    ["an alignment's type", () => encodeSgl(two, { alignmentBytes: any(4n) }), notType("alignmentBytes", "1 or 4", 4n)],
    [
      "an odd list",
      ({ memory }) => encodeSgl(two, { memory: { ...memory, addr: 0x5000_0004n } }),
      notIn("memory.addr", "a multiple of 8", 0x5000_0004n),
    ],
    [
      "no list",
      () => encodeSgl(two),
      tooFew("none"),
    ],
    [
      "a short list",
      ({ memory: { bytes, addr } }) => encodeSgl(two, { memory: { bytes: bytes.subarray(0, 31), addr } }),
      tooFew("31"),
    ],
    [
      "a first piece of one descriptor",
      ({ memory: { bytes, addr } }) =>
        encodeSgl(two, {
          memory: [
            { bytes: bytes.subarray(0, 16), addr },
            { bytes: bytes.subarray(16, 48), addr: addr + 16n },
          ],
        }),
      tooFew("16, 32"),
    ],
    [
      "pieces of one descriptor",
      ({ memory: { bytes, addr } }) =>
        encodeSgl(two, {
          memory: [0, 16, 32].map((at) => ({ bytes: bytes.subarray(at, at + 16), addr: addr + BigInt(at) })),
        }),
      tooFew("16, 16, 16"),
    ],
  ]);

  /** A descriptor. */
  const sgl = (type: number, addr: bigint, length: number) => {
    const bytes = new Uint8Array(16);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(0, addr, true);
    view.setUint32(8, length, true);
    bytes[15] = type;
    return bytes;
  };
  const listOf = (...rows: Uint8Array[]): MemoryAt => {
    const memory = memoryAt(0x5000_0000n, 4096);
    for (const [index, row] of rows.entries()) memory.bytes.set(row, index * 16);
    return memory;
  };
  const AT = 0x5000_0000n;

  it("decodes bit buckets, empty blocks and segments that lead on", () => {
    const memory = listOf(
      sgl(0x10, 0n, 512),
      sgl(0, 0x1000n, 0),
      sgl(0, 0x1000n, 8),
      sgl(0x30, AT + 64n, 32),
      sgl(0, 0x1008n, 4),
      sgl(0x10, 0n, 1),
    );
    expect(plain(decodeSgl(sgl(0x20, AT, 64), { memory }))).toEqual({
      table: rangesOf(tableOf(seg(0x1000, 8), seg(0x1008, 4))),
      droppedBytes: 513n,
      descriptors: 7,
    });
    expect(decodeSgl(sgl(0, 0x1000n, 0)).table.length).toBe(0);
  });

  it.each<[string, () => unknown, Error]>([
    ["a command of another size", () => decodeSgl(new Uint8Array(15)), notIn("sgl1.byteLength", "16", 15)],
    ["a type", () => decodeSgl(sgl(0x40, 0n, 1)), bad(0, "expected type 0x00, 0x10, 0x20 or 0x30, got 0x40")],
    ["a subtype", () => decodeSgl(sgl(0x01, 0n, 1)), bad(0, "expected type 0x00, 0x10, 0x20 or 0x30, got 0x01")],
    ["data past the end", () => decodeSgl(sgl(0, TOP - 1n, 2)), bad(0, "2 bytes at 0xffffffffffffffff pass 2^64")],
    [
      "a list of parts",
      () => decodeSgl(sgl(0x30, AT, 24), { memory: listOf() }),
      bad(0, "expected a segment of whole descriptors of 16 bytes, got 24 bytes"),
    ],
    [
      "an empty list",
      () => decodeSgl(sgl(0x30, AT, 0), { memory: listOf() }),
      bad(0, "expected a segment of whole descriptors of 16 bytes, got 0 bytes"),
    ],
    [
      "an odd list",
      () => decodeSgl(sgl(0x30, AT + 4n, 16), { memory: listOf() }),
      bad(0, "expected a segment at a multiple of 8, got 0x50000004"),
    ],
    [
      "a list elsewhere",
      () => decodeSgl(sgl(0x30, AT + 4096n, 16), { memory: listOf() }),
      bad(0, "a segment descriptor names 16 bytes at 0x50001000, which are in no memory given"),
    ],
    [
      "a list that leads on in its middle",
      () => decodeSgl(sgl(0x20, AT, 32), { memory: listOf(sgl(0x30, AT, 16), sgl(0, 0n, 1)) }),
      bad(1, "leads on, and is not the last of its segment"),
    ],
    [
      "a last list that leads on",
      () => decodeSgl(sgl(0x30, AT, 32), { memory: listOf(sgl(0, 0n, 1), sgl(0x30, AT, 16)) }),
      bad(2, "leads on from the last segment"),
    ],
    [
      "a list that does not lead on",
      () => decodeSgl(sgl(0x20, AT, 16), { memory: listOf(sgl(0, 0n, 1)) }),
      bad(1, "expected to lead on: its segment was not given as the last"),
    ],
    [
      "a loop",
      () => decodeSgl(sgl(0x20, AT, 16), { memory: listOf(sgl(0x20, AT, 16)) }),
      bad(65536, "expected 65536 descriptors at most"),
    ],
    [
      "more than asked for",
      () => decodeSgl(sgl(0x30, AT, 32), { memory: listOf(sgl(0, 0n, 1), sgl(0, 0n, 1)), maxDescriptors: 2 }),
      bad(2, "expected 2 descriptors at most"),
    ],
  ])("decode refuses %s", (_, call, error) => refuses(call, error));

  it("chooseNvme: what can be expressed, then what is long", () => {
    const long = tableOf(seg(0x1000, 0x8000), seg(0x2_0000, 0x8000));
    const gap = tableOf(seg(0x1000, 0x800), seg(0x2_0000, 0x8000));
    expect([long, gap, two].map((table) => chooseNvme(table, { sgl: true }))).toEqual(["sgl", "sgl", "prp"]);
    expect(chooseNvme(long, { sgl: false })).toBe("prp");
    expect(chooseNvme(long, { sgl: true, thresholdBytes: 0x8001 })).toBe("prp");
    expect(chooseNvme(two, { sgl: true, thresholdBytes: 0xc00n })).toBe("sgl");
    const message = "segment 0 ends at 0x1800: PRP needs page-aligned ends before the last";
    refuses(() => chooseNvme(gap, { sgl: false }), shape(message, 0));
    for (const sgl of [true, false]) {
      refuses(() => chooseNvme(empty, { sgl }), shape("the table is empty: PRP1 needs a byte at least"));
    }
    refuses(() => chooseNvme(two, { sgl: any(1) }), notType("sgl", "a boolean", 1));
    refuses(
      () => chooseNvme(two, { sgl: true, pageBytes: 5000 }),
      notIn("pageBytes", "a power of two from 4096 to 2^27", 5000),
    );
  });
});

describe("virtio, split", () => {
  const chain = { readable: tableOf(seg(0x1122_3344_5566_7788n, 0xfff_ffff)), writable: two };

  it("a chain over slots in any order, byte by byte", () => {
    const ring = memoryAt(0n, 8 * 16);
    expect(encodeVirtioSplit(chain, ring.bytes, [6, 0, 3, 1])).toEqual({ head: 6, used: 3 });
    const slot = (index: number) => hexOf(ring.bytes.subarray(index * 16, index * 16 + 16));
    expect(slot(6)).toBe(bytesOf("8877665544332211", "ffffff0f", "0100", "0000"));
    expect(slot(0)).toBe(bytesOf("0010000000000000", "00100000", "0300", "0300"));
    expect(slot(3)).toBe(bytesOf("0050000000000000", "00080000", "0200", "0000"));
    for (const other of [1, 2, 4, 5, 7]) expect(slot(other)).toBe("a5".repeat(16));
    expect(plain(decodeVirtioSplit(ring.bytes, 6))).toEqual({ ...plain(chain), descriptors: 3 });
  });

  it("an indirect table: one descriptor in the queue", () => {
    const ring = memoryAt(0n, 8 * 16);
    const indirect = memoryAt(0x5000_0000n, 64);
    expect(encodeVirtioSplit(chain, ring.bytes, Uint16Array.of(7), { indirect })).toEqual({ head: 7, used: 1 });
    expect(hexOf(ring.bytes.subarray(7 * 16))).toBe(bytesOf("0000005000000000", "30000000", "0400", "0000"));
    expect(hexOf(indirect.bytes.subarray(0, 48))).toBe(
      bytesOf(
        ...["8877665544332211", "ffffff0f", "0100", "0100"],
        ...["0010000000000000", "00100000", "0300", "0200"],
        ...["0050000000000000", "00080000", "0200", "0000"],
      ),
    );
    expect([isUntouched(indirect, 48), ring.bytes.subarray(0, 112).every((byte) => byte === CANARY)]).toEqual([
      true,
      true,
    ]);
    expect(plain(decodeVirtioSplit(ring.bytes, 7, { memory: indirect }))).toEqual({ ...plain(chain), descriptors: 4 });
  });

  const shapes = (encode: (chain: { readable?: SegmentTable; writable?: SegmentTable }, places: Places) => unknown): Refusal[] => [
    ["no chain", (p) => encode({}, p), shape("the chain is empty: a device needs a buffer at least")],
    [
      "a chain longer than the queue",
      (p) => encode({ readable: tableOf(...Array.from({ length: 17 }, () => seg(0, 1))) }, p),
      shape("the chain has 17 segments: one of a queue of 16 has as many at most", 16),
    ],
    [
      "4 GiB in one",
      (p) => encode({ readable: tableOf(seg(0, GIB4)) }, p),
      shape(
        "readable segment 0 has 4294967296 bytes: a virtio descriptor has up to 4294967295, map with maxSegmentBytes",
        0,
      ),
    ],
    [
      "4 GiB in a writable one",
      (p) => encode({ readable: empty, writable: tableOf(seg(0, GIB4)) }, p),
      shape(
        "writable segment 0 has 4294967296 bytes: a virtio descriptor has up to 4294967295, map with maxSegmentBytes",
        0,
      ),
    ],
    [
      "more than 4 GiB",
      (p) => encode({ readable: tableOf(seg(0, GIB4 - 1), seg(0, 2)) }, p),
      shape("the chain has 4294967297 bytes: virtio takes up to 4294967296"),
    ],
  ];
  refusals(
    shapes((some, { target, memory }) => encodeVirtioSplit(some, target, [...Array(16).keys()], { indirect: memory })),
  );
  refusals([
    [
      "no ring",
      ({ target }) => encodeVirtioSplit(chain, target.subarray(0, 15), [0]),
      notIn("ring.byteLength", "at least 16", 15),
    ],
    [
      "a ring of parts",
      ({ target }) => encodeVirtioSplit(chain, target.subarray(0, 40), [0]),
      notIn("ring.byteLength", "16 to 524288, a multiple of 16", 40),
    ],
    [
      "a ring of 65536",
      () => encodeVirtioSplit(chain, new Uint8Array(2 ** 20), [0]),
      notIn("ring.byteLength", "16 to 524288, a multiple of 16", 2 ** 20),
    ],
    [
      "a ring of three",
      ({ target }) => encodeVirtioSplit(chain, target.subarray(0, 48), [0]),
      notIn("ring.byteLength", "a power of two of descriptors", 48),
    ],
    ["too few slots", ({ target }) => encodeVirtioSplit(chain, target, [0, 1]), notIn("slots.length", "at least 3", 2)],
    [
      "a slot twice",
      ({ target }) => encodeVirtioSplit(chain, target, [0, 1, 0]),
      notIn("slots[2]", "a slot that is not used yet", 0),
    ],
    [
      "two indirect tables",
      ({ target, memory }) => encodeVirtioSplit(chain, target, [0], { indirect: any([memory, memory]) }),
      new RangeError('"indirect" expected one piece of memory, got 2'),
    ],
    [
      "a short indirect table",
      ({ target, memory: { bytes, addr } }) =>
        encodeVirtioSplit(chain, target, [0], { indirect: { bytes: bytes.subarray(0, 47), addr } }),
      notIn("indirect.bytes.byteLength", "at least 48", 47),
    ],
  ]);
  describe("and packed", () => {
    refusals(
      shapes((some, { target, memory }) =>
        encodeVirtioPacked(some, target, { slot: 0, wrap: 1 }, 0, { indirect: memory }),
      ),
    );
    refusals([
      [
        "a ring at an odd address",
        ({ target }) => encodeVirtioPacked(chain, target.subarray(2, 66), { slot: 0, wrap: 1 }, 0),
        notIn("ring.byteOffset", "a multiple of 4", 66),
      ],
      [
        "a short indirect table",
        ({ target, memory: { bytes, addr } }) =>
          encodeVirtioPacked(chain, target, { slot: 0, wrap: 1 }, 0, {
            indirect: { bytes: bytes.subarray(0, 47), addr },
          }),
        notIn("indirect.bytes.byteLength", "at least 48", 47),
      ],
    ]);
  });

  type Row = [addr: number, len: number, flags: number, next: number];
  const rawTable = (count: number, ...rows: Row[]) => {
    const bytes = new Uint8Array(count * 16);
    writeDescriptors(
      bytes,
      rows.map(([addr, len, low, high]) => ({ addr: BigInt(addr), len, low, high })),
    );
    return bytes;
  };
  const memory = { bytes: rawTable(4, [0, 1, 1, 1], [0, 1, 1, 0], [0, 0, 4, 0], [0, 1, 1, 4]), addr: 0x5000 };

  it("elements of length 0 are no buffers, and count", () => {
    const ring = rawTable(4, [1, 0, 1, 1], [2, 5, 1, 2], [3, 0, 3, 3], [4, 0, 2, 0]);
    const { readable, ...rest } = plain(decodeVirtioSplit(ring, 0)) as { readable: unknown };
    expect(readable).toEqual([{ addr: 2n, length: 5n, flags: 0 }]);
    expect(rest).toEqual({ writable: [], descriptors: 4 });
  });

  it.each<[string, () => unknown, Error]>([
    ["a head", () => decodeVirtioSplit(rawTable(4), 4), bad(0, "expected an index below 4, got 4")],
    [
      "a next",
      () => decodeVirtioSplit(rawTable(4, [0, 1, 1, 65535]), 0),
      bad(1, "expected an index below 4, got 65535"),
    ],
    [
      "a loop",
      () => decodeVirtioSplit(rawTable(4, [0, 1, 1, 1], [0, 1, 1, 0]), 0),
      bad(4, "expected a chain of 4 descriptors at most, got a loop"),
    ],
    [
      "a loop of itself",
      () => decodeVirtioSplit(rawTable(1, [0, 0, 1, 0]), 0),
      bad(1, "expected a chain of 1 descriptors at most, got a loop"),
    ],
    [
      "more than asked for",
      () => decodeVirtioSplit(rawTable(4, [0, 1, 1, 1], [0, 1, 0, 0]), 0, { maxDescriptors: 1 }),
      bad(1, "expected 1 descriptors at most"),
    ],
    [
      "a readable one behind",
      () => decodeVirtioSplit(rawTable(4, [0, 1, 3, 1], [0, 1, 0, 0]), 0),
      bad(1, "is readable, after one that is writable"),
    ],
    [
      "an indirect table elsewhere",
      () => decodeVirtioSplit(rawTable(4, [0x6000, 16, 4, 0]), 0, { memory }),
      bad(0, "an indirect descriptor names 16 bytes at 0x6000, which are in no memory given"),
    ],
    [
      "an empty indirect table",
      () => decodeVirtioSplit(rawTable(4, [0x5000, 0, 4, 0]), 0, { memory }),
      bad(0, "expected an indirect table of whole descriptors of 16 bytes, got 0 bytes"),
    ],
    [
      "an indirect table of parts",
      () => decodeVirtioSplit(rawTable(4, [0x5000, 17, 4, 0]), 0, { memory }),
      bad(0, "expected an indirect table of whole descriptors of 16 bytes, got 17 bytes"),
    ],
    [
      "a loop in an indirect table",
      () => decodeVirtioSplit(rawTable(4, [0x5000, 32, 4, 0]), 0, { memory }),
      bad(3, "expected a chain of 2 descriptors at most, got a loop"),
    ],
    [
      "an index past an indirect table",
      () => decodeVirtioSplit(rawTable(4, [0x5000, 16, 4, 0]), 0, { memory }),
      bad(2, "expected an index below 1, got 1"),
    ],
    [
      "an indirect table inside one",
      () => decodeVirtioSplit(rawTable(4, [0x5020, 16, 4, 0]), 0, { memory }),
      bad(1, "is indirect, inside an indirect table"),
    ],
    [
      "an indirect one with a next",
      () => decodeVirtioSplit(rawTable(4, [0x5000, 32, 5, 0]), 0, { memory }),
      bad(0, "is indirect and has a next"),
    ],
    [
      "what is to be done with it",
      () => decodeVirtioSplit(rawTable(4), 0, { indirectNext: any("keep") }),
      notIn("indirectNext", '"refuse", "follow" or "ignore"', "keep"),
    ],
  ])("decode refuses %s", (_, call, error) => refuses(call, error));

  it("decode refuses bytes past 2^64 and more than 2^32 in all", () => {
    const ring = rawTable(4, [0, 1, 1, 1], [0, 2 ** 32 - 1, 1, 2], [0, 1, 0, 0]);
    refuses(() => decodeVirtioSplit(ring, 0), bad(2, "expected 4294967296 bytes in a chain at most, got 4294967297"));
    setU64(ring, 2, TOP - 1n);
    refuses(() => decodeVirtioSplit(ring, 0), bad(1, "4294967295 bytes at 0xffffffffffffffff pass 2^64"));
  });
});

describe("virtio, packed", () => {
  const chain = { readable: tableOf(seg(0x1122_3344_5566_7788n, 16)), writable: two };
  const slotOf = ({ bytes }: MemoryAt, index: number) => hexOf(bytes.subarray(index * 16, index * 16 + 16));

  it("a chain across the end, byte by byte", () => {
    const ring = memoryAt(0n, 3 * 16);
    const position = { slot: 2, wrap: 1 } as const;
    expect(encodeVirtioPacked(chain, ring.bytes, position, 0xabcd)).toEqual({ slot: 2, wrap: 0, used: 3 });
    expect(slotOf(ring, 2)).toBe(bytesOf("8877665544332211", "10000000", "cdab", "8100"));
    expect(slotOf(ring, 0)).toBe(bytesOf("0010000000000000", "00100000", "cdab", "0380"));
    expect(slotOf(ring, 1)).toBe(bytesOf("0050000000000000", "00080000", "cdab", "0280"));
    expect(isUntouched(ring, 48)).toBe(true);
    expect(plain(decodeVirtioPacked(ring.bytes, position))).toEqual({
      ...plain(chain),
      ...{ descriptors: 3, id: 0xabcd, used: 3, slot: 2, wrap: 0 },
    });
    // Not yet at the other wrap counter, nor used.
    expect(decodeVirtioPacked(ring.bytes, { slot: 2, wrap: 0 })).toBeUndefined();
    expect(readUsedPacked(ring.bytes, position)).toBeUndefined();
    writeUsedPacked(ring.bytes, position, 0xabcd, 0xffff_fffe);
    expect(slotOf(ring, 2)).toBe(bytesOf("8877665544332211", "feffffff", "cdab", "8280"));
    expect(readUsedPacked(ring.bytes, position)).toEqual({ id: 0xabcd, written: 0xffff_fffe, hasWriteFlag: true });
    expect(readUsedPacked(ring.bytes, { slot: 2, wrap: 0 })).toBeUndefined();
    writeUsedPacked(ring.bytes, { slot: 1, wrap: 0 }, 0xffff, 0);
    expect(slotOf(ring, 1)).toBe(bytesOf("0050000000000000", "00000000", "ffff", "0000"));
    expect(readUsedPacked(ring.bytes, { slot: 1, wrap: 0 })).toEqual({ id: 0xffff, written: 0, hasWriteFlag: false });
    writeUsedPacked(ring.bytes, { slot: 0, wrap: 0 }, 1, 1);
    expect(slotOf(ring, 0)).toBe(bytesOf("0010000000000000", "01000000", "0100", "0200"));
    // A device that never sets WRITE: what it says is read, and that it may not count.
    ring.bytes[14] = 0;
    expect(readUsedPacked(ring.bytes, { slot: 0, wrap: 0 })).toEqual({ id: 1, written: 1, hasWriteFlag: false });
  });

  it("an indirect table, byte by byte", () => {
    const ring = memoryAt(0n, 3 * 16);
    const indirect = memoryAt(0x5000_0000n, 64);
    const position = { slot: 2, wrap: 0 } as const;
    expect(encodeVirtioPacked(chain, ring.bytes, position, 0xffff, { indirect })).toEqual({
      slot: 0,
      wrap: 1,
      used: 1,
    });
    expect(slotOf(ring, 2)).toBe(bytesOf("0000005000000000", "30000000", "ffff", "0480"));
    expect(hexOf(indirect.bytes.subarray(0, 48))).toBe(
      bytesOf(
        ...["8877665544332211", "10000000", "0000", "0000"],
        ...["0010000000000000", "00100000", "0000", "0200"],
        ...["0050000000000000", "00080000", "0000", "0200"],
      ),
    );
    expect([isUntouched(indirect, 48), slotOf(ring, 0), slotOf(ring, 1)]).toEqual([
      true,
      "a5".repeat(16),
      "a5".repeat(16),
    ]);
    expect(plain(decodeVirtioPacked(ring.bytes, position, { memory: indirect }))).toEqual({
      ...plain(chain),
      ...{ descriptors: 4, id: 0xffff, used: 1, slot: 0, wrap: 1 },
    });
  });

  /** Descriptors that are available at wrap counter 1. */
  const ringOf = (count: number, ...rows: [addr: number, len: number, flags: number][]) => {
    const bytes = new Uint8Array(count * 16);
    writeDescriptors(
      bytes,
      rows.map(([addr, len, flags]) => ({ addr: BigInt(addr), len, low: 7, high: flags })),
    );
    return bytes;
  };
  const start = { slot: 0, wrap: 1 } as const;
  const memory = { bytes: ringOf(2, [0, 1, 4], [0, 1, 0]), addr: 0x5000 };

  it.each<[string, () => unknown, Error]>([
    [
      "a chain that goes on in what is not available",
      () => decodeVirtioPacked(ringOf(4, [0, 1, 0x81], [0, 1, 0x8081]), start),
      bad(1, "of slot 1 expected to be available like the first of its chain"),
    ],
    [
      "a chain that comes back to its start",
      () => decodeVirtioPacked(ringOf(2, [0, 1, 0x81], [0, 1, 0x81]), start),
      bad(2, "expected a chain of 2 descriptors at most"),
    ],
    [
      "more than asked for",
      () => decodeVirtioPacked(ringOf(2, [0, 1, 0x81], [0, 1, 0x80]), start, { maxDescriptors: 1 }),
      bad(1, "expected 1 descriptors at most"),
    ],
    [
      "an indirect one with a next",
      () => decodeVirtioPacked(ringOf(2, [0x5000, 16, 0x85]), start, { memory }),
      bad(0, "is indirect, in a list of several"),
    ],
    [
      "an indirect one behind another",
      () => decodeVirtioPacked(ringOf(2, [0, 1, 0x81], [0x5010, 16, 0x84]), start, { memory }),
      bad(1, "is indirect, in a list of several"),
    ],
    [
      "an indirect table inside one",
      () => decodeVirtioPacked(ringOf(2, [0x5000, 16, 0x84]), start, { memory }),
      bad(1, "is indirect, inside an indirect table"),
    ],
    [
      "an indirect table of parts",
      () => decodeVirtioPacked(ringOf(2, [0x5000, 15, 0x84]), start, { memory }),
      bad(0, "expected an indirect table of whole descriptors of 16 bytes, got 15 bytes"),
    ],
    [
      "an indirect table elsewhere",
      () => decodeVirtioPacked(ringOf(2, [0x5010, 32, 0x84]), start, { memory }),
      bad(0, "an indirect descriptor names 32 bytes at 0x5010, which are in no memory given"),
    ],
    [
      "a readable one behind",
      () => decodeVirtioPacked(ringOf(2, [0, 1, 0x83], [0, 1, 0x80]), start),
      bad(1, "is readable, after one that is writable"),
    ],
  ])("decode refuses %s", (_, call, error) => refuses(call, error));
});

describe("AHCI PRDT", () => {
  it("byte by byte", () => {
    const target = memoryAt(0n, 64);
    const table = tableOf(seg(0x1122_3344_5566_7788n, 2), seg(0x1000, 0x40_0000));
    expect(encodePrdt(table, target.bytes)).toBe(2);
    expect(hexOf(target.bytes.subarray(0, 32))).toBe(
      bytesOf("8877665544332211", "00000000", "01000000", "0010000000000000", "00000000", "ffff3f00"),
    );
    expect(isUntouched(target, 32)).toBe(true);
    encodePrdt(table, target.bytes, { interrupt: true });
    expect(hexOf(target.bytes.subarray(12, 16)) + hexOf(target.bytes.subarray(28, 32))).toBe("01000000ffff3f80");
    expectBytes(decodePrdt(target.bytes, 2).bytes, table.bytes);
    expect(decodePrdt(target.bytes, 0).length).toBe(0);
    expect(encodePrdt(tableOf(seg(GIB4 - 2, 2)), target.bytes, { addressBits: 32 })).toBe(1);
  });

  refusals([
    [
      "an empty table",
      ({ target }) => encodePrdt(empty, target),
      shape("the table is empty: a PRDT needs an entry at least"),
    ],
    [
      "65536 segments",
      ({ target }) => encodePrdt(tableOf(...Array.from({ length: 65536 }, () => seg(0, 2))), target),
      shape("the table has 65536 segments: a PRDT has up to 65535 entries", 65535),
    ],
    [
      "more than 4 MiB",
      ({ target }) => encodePrdt(tableOf(seg(0, 2), seg(0, 0x40_0002)), target),
      shape("segment 1 has 4194306 bytes: a PRDT entry has up to 4194304, map with the limits ahci", 1),
    ],
    [
      "an odd address",
      ({ target }) => encodePrdt(tableOf(seg(0, 2), seg(3, 2)), target),
      shape("segment 1 is 2 bytes at 0x3: AHCI needs even addresses and lengths", 1),
    ],
    [
      "an odd length",
      ({ target }) => encodePrdt(tableOf(seg(0, 3)), target),
      shape("segment 0 is 3 bytes at 0x0: AHCI needs even addresses and lengths", 0),
    ],
    [
      "an address above 32 bits",
      ({ target }) => encodePrdt(tableOf(seg(0, 2), seg(GIB4 - 2, 4)), target, { addressBits: 32 }),
      shape("segment 1 ends at 0x100000002: this controller reaches 32 bits of address", 1),
    ],
    [
      "a short target",
      ({ target }) => encodePrdt(two, target.subarray(0, 31)),
      notIn("target.byteLength", "at least 32", 31),
    ],
    ["interrupt", ({ target }) => encodePrdt(two, target, { interrupt: any(1) }), notType("interrupt", "a boolean", 1)],
    [
      "addressBits",
      ({ target }) => encodePrdt(two, target, { addressBits: any(48) }),
      notIn("addressBits", "32 or 64", 48),
    ],
  ]);

  it.each<[string, number, number, string]>([
    ["an odd address", 0, 1, "expected an even address and length, got 2 bytes at 0x1"],
    ["an odd length", 12, 2, "expected an even address and length, got 3 bytes at 0x0"],
    ["a reserved word", 8, 1, "expected 0 in reserved bits"],
    ["reserved bits", 14, 0x40, "expected 0 in reserved bits"],
    ["the bit below I", 15, 0x40, "expected 0 in reserved bits"],
  ])("decode refuses %s", (_, at, value, fault) => {
    const source = new Uint8Array(32);
    source[12] = 1;
    source[28] = 1;
    source[16 + at] = value;
    refuses(() => decodePrdt(source, 2), bad(1, fault));
    expect(decodePrdt(source, 1).totalBytes).toBe(2n);
    refuses(() => decodePrdt(source, 3), notIn("source.byteLength", "at least 48", 32));
  });

  it("decode refuses bytes past 2^64", () => {
    const source = new Uint8Array(16).fill(255, 0, 8);
    source[0] = 254;
    source[12] = 3;
    refuses(() => decodePrdt(source, 1), bad(0, "4 bytes at 0xfffffffffffffffe pass 2^64"));
  });
});

describe("struct iovec", () => {
  it("of both pointers, byte by byte", () => {
    const target = memoryAt(0n, 64);
    const table = tableOf(seg(0x1122_3344_5566_7788n, GIB4), seg(0x1000, 0x800));
    expect(encodeIovec(table, target.bytes)).toBe(2);
    expect(hexOf(target.bytes.subarray(0, 32))).toBe(
      bytesOf("8877665544332211", "0000000001000000", "0010000000000000", "0008000000000000"),
    );
    expect(isUntouched(target, 32)).toBe(true);
    expectBytes(decodeIovec(target.bytes, 2).bytes, table.bytes);
    const narrow = memoryAt(0n, 64);
    // SSIZE_MAX of a 32-bit process in all, and the last byte of its address space.
    const low = tableOf(seg(0x1000, 0x800), seg(GIB4 / 2 + 0x801, GIB4 / 2 - 0x801));
    expect(encodeIovec(low, narrow.bytes, { pointerBytes: 4 })).toBe(2);
    expect(hexOf(narrow.bytes.subarray(0, 16))).toBe(bytesOf("00100000", "00080000", "01080080", "fff7ff7f"));
    expect(isUntouched(narrow, 16)).toBe(true);
    expectBytes(decodeIovec(narrow.bytes, 2, { pointerBytes: 4 }).bytes, low.bytes);
    expect([encodeIovec(empty, new Uint8Array(0)), decodeIovec(new Uint8Array(0), 0).length]).toEqual([0, 0]);
  });

  it("decode leaves out what is empty, and cuts what is longer than 4 GiB", () => {
    const most = decodeIovec(valuesAt(0n, 16, [4096n, 1n << 48n]).bytes, 1);
    expect([most.length, most.totalBytes]).toEqual([65536, 1n << 48n]);
    const { bytes } = valuesAt(0n, 64, [0x1000n, 0n, 0x2000n, 2n ** 33n + 1n, 0xffff_ffff_ffff_ffffn, 0n, 0x9000n, 5n]);
    expectBytes(
      decodeIovec(bytes, 4).bytes,
      tableOf(seg(0x2000, GIB4), seg(0x1_0000_2000, GIB4), seg(0x2_0000_2000, 1), seg(0x9000, 5)).bytes,
    );
  });

  refusals([
    [
      "more than a call takes",
      ({ target }) => encodeIovec(tableOf(...Array.from({ length: 1025 }, () => seg(0, 1))), target),
      shape("the table has 1025 segments: a call takes up to 1024 elements", 1024),
    ],
    [
      "more than asked for",
      ({ target }) => encodeIovec(two, target, { maxElements: 1 }),
      shape("the table has 2 segments: a call takes up to 1 elements", 1),
    ],
    [
      "4 GiB for 32 bits",
      ({ target }) => encodeIovec(tableOf(seg(0, 1), seg(0, GIB4)), target, { pointerBytes: 4 }),
      shape("the table has 4294967297 bytes: a call with a 32-bit ssize_t moves up to 2147483647"),
    ],
    [
      "a byte more than SSIZE_MAX for 32 bits",
      ({ target }) => encodeIovec(tableOf(seg(0, GIB4 / 2 - 1), seg(0, 1)), target, { pointerBytes: 4 }),
      shape("the table has 2147483648 bytes: a call with a 32-bit ssize_t moves up to 2147483647"),
    ],
    [
      "an address above 32 bits",
      ({ target }) => encodeIovec(tableOf(seg(0, 1), seg(GIB4, 1)), target, { pointerBytes: 4 }),
      shape("segment 1 ends at 0x100000001: a 32-bit iovec has addresses and lengths below 2^32", 1),
    ],
    [
      "an address for 32 bits",
      ({ target }) => encodeIovec(tableOf(seg(GIB4 - 1, 2)), target, { pointerBytes: 4 }),
      shape("segment 0 ends at 0x100000001: a 32-bit iovec has addresses and lengths below 2^32", 0),
    ],
    [
      "a short target",
      ({ target }) => encodeIovec(two, target.subarray(0, 31)),
      notIn("target.byteLength", "at least 32", 31),
    ],
    [
      "a short target of 32 bits",
      ({ target }) => encodeIovec(two, target.subarray(0, 15), { pointerBytes: 4 }),
      notIn("target.byteLength", "at least 16", 15),
    ],
    [
      "pointerBytes",
      ({ target }) => encodeIovec(two, target, { pointerBytes: any(16) }),
      notIn("pointerBytes", "4 or 8", 16),
    ],
  ]);

  it.each<[string, bigint[], 4 | 8, Error]>([
    ["past 2^64", [0n, 1n, TOP - 1n, 2n], 8, bad(1, "2 bytes at 0xffffffffffffffff pass 0x10000000000000000")],
    ["past 2^32", [1n | (1n << 32n), 0xffff_ffffn | (2n << 32n)], 4, bad(1, "2 bytes at 0xffffffff pass 0x100000000")],
    [
      "of more than 65536 segments",
      [0n, (1n << 48n) + 1n],
      8,
      bad(0, "expected 65536 segments of up to 4 GiB at most, got 65537 with its 281474976710657 bytes"),
    ],
    [
      "of more than 65536 segments in all",
      [0n, 1n << 48n, 5n, 1n],
      8,
      bad(1, "expected 65536 segments of up to 4 GiB at most, got 65537 with its 1 bytes"),
    ],
    [
      "of the whole address space",
      [1n, TOP - 1n],
      8,
      bad(0, "expected 65536 segments of up to 4 GiB at most, got 4294967296 with its 18446744073709551615 bytes"),
    ],
  ])("decode refuses bytes %s", (_, values, pointerBytes, error) => {
    const { bytes } = valuesAt(0n, 32, values);
    refuses(() => decodeIovec(bytes, (values.length * 4) / pointerBytes, { pointerBytes }), error);
    refuses(
      () => decodeIovec(bytes, 5, { pointerBytes }),
      notIn("source.byteLength", `at least ${10 * pointerBytes}`, 32),
    );
  });
});

describe("page lists", () => {
  const table = tableOf(seg(0x1800, 0x1000), seg(0x2800, 0x800), seg(0x1122_3344_5566_7000n, 0x10));

  it.each([
    ["little", bytesOf("0010000000000000", "0020000000000000", "0070665544332211")],
    ["big", bytesOf("0000000000001000", "0000000000002000", "1122334455667000")],
  ] as const)("of %s-endian addresses, byte by byte", (byteOrder, wanted) => {
    const target = memoryAt(0n, 64);
    const list = encodePageList(table, target.bytes, { byteOrder });
    expect(list).toEqual({ count: 3, firstOffset: 0x800, byteLength: 0x1810n });
    expect([hexOf(target.bytes.subarray(0, 24)), isUntouched(target, 24)]).toEqual([wanted, true]);
    expectBytes(
      decodePageList(target.bytes, list, { byteOrder }).bytes,
      tableOf(seg(0x1800, 0x1800), seg(0x1122_3344_5566_7000n, 0x10)).bytes,
    );
  });

  it("of pages of a byte and of 2^52, and of no page", () => {
    const target = memoryAt(0n, 64);
    expect(encodePageList(tableOf(seg(5, 3)), target.bytes, { pageBytes: 1 })).toEqual({
      count: 3,
      firstOffset: 0,
      byteLength: 3n,
    });
    expect(u64sOf(target.bytes, 3)).toEqual([5n, 6n, 7n]);
    const large = tableOf(seg((7n << 52n) - 4096n, 8192));
    const list = encodePageList(large, target.bytes, { pageBytes: 1n << 52n });
    expect(list).toEqual({ count: 2, firstOffset: 2 ** 52 - 4096, byteLength: 8192n });
    expectBytes(decodePageList(target.bytes, list, { pageBytes: 1n << 52n }).bytes, large.bytes);
    const none = { count: 0, firstOffset: 0, byteLength: 0n };
    expect(encodePageList(empty, new Uint8Array(0))).toEqual(none);
    expect(decodePageList(new Uint8Array(0), none).length).toBe(0);
  });

  refusals([
    [
      "an inner end",
      ({ target }) => encodePageList(tableOf(seg(0, 5), seg(0x9000, 1)), target),
      shape("segment 0 ends at 0x5: a page list needs page-aligned ends before the last", 0),
    ],
    [
      "an inner start",
      ({ target }) => encodePageList(tableOf(seg(0, 4096), seg(0x9001, 1)), target),
      shape("segment 1 starts at 0x9001: a page list needs page-aligned starts after the first", 1),
    ],
    [
      "an inner end in small pages",
      ({ target }) => encodePageList(tableOf(seg(0, 8), seg(0x9000, 1)), target, { pageBytes: 16 }),
      shape("segment 0 ends at 0x8: a page list needs page-aligned ends before the last of 16 bytes", 0),
    ],
    [
      "an inner start in pages of 2^40",
      ({ target }) => encodePageList(tableOf(seg((1n << 40n) - 1n, 1), seg(1, 1)), target, { pageBytes: 1n << 40n }),
      shape("segment 1 starts at 0x1: a page list needs page-aligned starts after the first of 1099511627776 bytes", 1),
    ],
    [
      "a short target",
      ({ target }) => encodePageList(table, target.subarray(0, 23)),
      notIn("target.byteLength", "at least 24", 23),
    ],
    [
      "pageBytes",
      ({ target }) => encodePageList(two, target, { pageBytes: 4095 }),
      notIn("pageBytes", "a power of two", 4095),
    ],
    [
      "pages of 2^53",
      ({ target }) => encodePageList(two, target, { pageBytes: 1n << 53n }),
      notIn("pageBytes", "a power of two up to 2^52", 1n << 53n),
    ],
    [
      "byteOrder",
      ({ target }) => encodePageList(two, target, { byteOrder: any("native") }),
      notIn("byteOrder", '"little" or "big"', "native"),
    ],
  ]);

  it.each<[string, () => unknown, Error]>([
    [
      "an address off its page",
      () => decodePageList(valuesAt(0n, 16, [0x1000n, 0x2800n]).bytes, { count: 2, firstOffset: 0, byteLength: 8192 }),
      bad(1, "expected a multiple of 4096, got 0x2800"),
    ],
    [
      "too few pages",
      () => decodePageList(new Uint8Array(64), { count: 1, firstOffset: 4095, byteLength: 2 }),
      notIn("count", "2 pages for 2 bytes from 4095 on", 1),
    ],
    [
      "a page for no bytes",
      () => decodePageList(new Uint8Array(64), { count: 1, firstOffset: 0, byteLength: 0n }),
      notIn("count", "0 pages for 0 bytes from 0 on", 1),
    ],
    [
      "a short source",
      () => decodePageList(new Uint8Array(15), { count: 2, firstOffset: 0, byteLength: 8192 }),
      notIn("source.byteLength", "at least 16", 15),
    ],
  ])("decode refuses %s", (_, call, error) => refuses(call, error));
});

describe("chained pages", () => {
  const recordsOf = (count: number) =>
    tableOf(
      ...Array.from({ length: count }, (_, at) =>
        seg(BigInt(at) << 33n, at % 7 === 0 ? GIB4 : at + 1, at % 5 ? 0x100 : NOMERGE),
      ),
    );
  const pagesFor = (count: number) => memoryAt(0x5000_0000n, Math.max(1, Math.ceil((count - 1) / 255)) * 4096);

  it.each([
    [0, 0],
    [1, 1],
    [255, 1],
    [256, 1],
    [257, 2],
    [510, 2],
    [511, 2],
    [512, 3],
    [766, 3],
    [767, 4],
  ])("%d records are %d pages", (count, pages) => {
    const table = recordsOf(count);
    const memory = pagesFor(count);
    expect(encodeChain(table, memory)).toEqual({ addr: pages === 0 ? 0n : memory.addr, pages });
    let left = count;
    for (let page = 0; page < pages; page++) {
      const bytes = memory.bytes.subarray(page * 4096, page * 4096 + 4096);
      const isLast = page === pages - 1;
      const records = isLast ? left : 255;
      const from = (count - left) * 16;
      expectBytes(bytes.subarray(0, records * 16), table.bytes.subarray(from, from + records * 16));
      left -= records;
      // The last slot of a page is a link where more follow; 256 records use no link.
      if (isLast) continue;
      const link = new DataView(bytes.buffer, bytes.byteOffset + 4080, 16);
      expect(link.getBigUint64(0, true)).toBe(memory.addr + BigInt(page + 1) * 4096n);
      expect([link.getUint32(8, true), link.getUint32(12, true)]).toEqual([left, 16]);
    }
    const written = pages === 0 ? 0 : (pages - 1) * 4096 + (count - (pages - 1) * 255) * 16;
    // What is not used of the last page becomes zeros.
    const end = pages * 4096;
    expect(memory.bytes.subarray(written, end).every((byte) => byte === 0)).toBe(true);
    expect(isUntouched(memory, end)).toBe(true);
    expectBytes(decodeChain(memory.addr, memory, count).bytes, table.bytes);
    // Without a count: up to a record of zeros, or the page's end. Of an empty table there is no page.
    if (count === 0) memory.bytes.fill(0);
    expectBytes(decodeChain(memory.addr, memory).bytes, table.bytes);
    // A page for fewer, and a last page that has no more than its records.
    if (count === 0) return;
    const exact = memory.bytes.subarray(0, written);
    expectBytes(decodeChain(memory.addr, { bytes: exact, addr: memory.addr }).bytes, table.bytes);
    const short = { bytes: exact.subarray(0, written - 1), addr: memory.addr };
    const before = exact.slice();
    refuses(
      () => encodeChain(table, short),
      new RangeError(
        `"memory" expected ${pages} ${pages === 1 ? "page" : "pages"} of 4096 bytes for ${count} records, got ` +
          `${written - 1} bytes in 1`,
      ),
    );
    expect(exact).toEqual(before);
  });

  refusals([
    [
      "no memory",
      () => encodeChain(two, []),
      new RangeError('"memory" expected 1 page of 4096 bytes for 2 records, got 0 bytes in 0'),
    ],
    [
      "too few pages",
      ({ memory }) => encodeChain(recordsOf(512), memory),
      new RangeError('"memory" expected 3 pages of 4096 bytes for 512 records, got 8192 bytes in 1'),
    ],
    [
      "an inner page that is too short",
      ({ memory: { bytes, addr } }) =>
        encodeChain(recordsOf(257), [
          { bytes: bytes.subarray(0, 4080), addr },
          { bytes: bytes.subarray(4096), addr: addr + 4096n },
        ]),
      new RangeError('"memory" expected 2 pages of 4096 bytes for 257 records, got 8176 bytes in 2'),
    ],
    [
      "memory that is no pages",
      ({ memory }) => encodeChain(two, { ...memory, addr: 0x5000_0010n }),
      notIn("memory.addr", "a multiple of the page size (4096)", 0x5000_0010n),
    ],
  ]);

  /** 600 records in three pages, and what is done to them. */
  const damaged = (damage: (view: DataView) => void) => {
    const memory = pagesFor(600);
    encodeChain(recordsOf(600), memory);
    damage(new DataView(memory.bytes.buffer, memory.bytes.byteOffset));
    return memory;
  };
  const link = 4080;

  it.each<[string, (view: DataView) => void, Error]>([
    [
      "a loop of a page",
      (v) => v.setBigUint64(link, 0x5000_0000n, true),
      badRecord(510, "is a link: len expected 90 (records that follow), got 345"),
    ],
    [
      "a link that says less",
      (v) => v.setUint32(link + 8, 344, true),
      badRecord(510, "is a link: len expected 89 (records that follow), got 90"),
    ],
    [
      "a link that says more",
      (v) => v.setUint32(4096 + link + 8, 91, true),
      badRecord(510, "is a link: len expected 90 (records that follow), got 91"),
    ],
    [
      "a link that says nothing",
      (v) => v.setUint32(link + 8, 0, true),
      badRecord(255, "is a link: len expected 1 or more (records that follow), got 0"),
    ],
    [
      "a page that is no page",
      (v) => v.setBigUint64(link, 0x5000_1010n, true),
      badRecord(255, "is expected in a page at a multiple of 4096, got 0x50001010"),
    ],
    [
      "a page in no memory",
      (v) => v.setBigUint64(link, 0x5000_3000n, true),
      badRecord(255, "is expected in the page at 0x50003000, which is in no memory given"),
    ],
    [
      "a page below all memory",
      (v) => v.setBigUint64(4096 + link, 0n, true),
      badRecord(510, "is expected in the page at 0x0, which is in no memory given"),
    ],
    [
      "a link that is none",
      (v) => v.setUint32(4096 + link + 12, 0x100, true),
      badRecord(511, "expected 89 records more, got no link to them"),
    ],
    [
      "a link in another slot",
      (v) => v.setUint32(100 * 16 + 12, 16, true),
      badRecord(100, "flags expected without FLUSH, LINK and bits 5-7, got 0x10"),
    ],
    [
      "a record of zeros where a link says how many follow",
      (v) => [0, 8].map((at) => v.setBigUint64(4096 + 160 + at, 0n, true)),
      badRecord(265, "length expected 1 to 4294967296, got 0"),
    ],
    [
      "a record of the last page",
      (v) => v.setUint32(8192 + 5 * 16 + 12, 8, true),
      badRecord(515, "flags expected without FLUSH, LINK and bits 5-7, got 0x8"),
    ],
  ])("decode refuses %s", (_, damage, error) => {
    const memory = damaged(damage);
    refuses(() => decodeChain(memory.addr, memory), error);
  });

  it("decode refuses another count, and a first page that is not there", () => {
    const memory = damaged(() => {});
    expect(decodeChain(memory.addr, memory, 600).length).toBe(600);
    refuses(
      () => decodeChain(memory.addr, memory, 601),
      badRecord(255, "is a link: len expected 346 (records that follow), got 345"),
    );
    refuses(
      () => decodeChain(memory.addr, memory, 599),
      badRecord(255, "is a link: len expected 344 (records that follow), got 345"),
    );
    refuses(
      () => decodeChain(0x5000_0800n, memory),
      badRecord(0, "is expected in a page at a multiple of 4096, got 0x50000800"),
    );
    refuses(
      () => decodeChain(0, memory, 1),
      badRecord(0, "is expected in the page at 0x0, which is in no memory given"),
    );
    refuses(() => decodeChain(0x5000_2000n, memory, 91), badRecord(90, "length expected 1 to 4294967296, got 0"));
    const { bytes } = memory;
    refuses(
      () => decodeChain(0x5000_2000n, { bytes: bytes.subarray(8192, 8192 + 80 * 16), addr: 0x5000_2000n }, 90),
      badRecord(80, "expected 10 records more, got no link to them"),
    );
    expect(decodeChain(memory.addr, [], 0).length).toBe(0);
  });
});

describe("memory in pieces, some of which are empty", () => {
  const FIRST = 0x5000_0000n;
  const SECOND = 0x7000_0000n;
  const nothing = { bytes: new Uint8Array(0), addr: 0x6000_0000n };
  /** Two pieces, and an empty one first, in the middle, last, everywhere. */
  const places = (byteLength: number): [where: string, pieces: MemoryAt[], first: MemoryAt, second: MemoryAt][] =>
    ["first", "middle", "last", "everywhere"].map((where) => {
      const [first, second] = [memoryAt(FIRST, byteLength), memoryAt(SECOND, byteLength)];
      const at = (some: string) => (where === some || where === "everywhere" ? [nothing] : []);
      return [where, [...at("first"), first, ...at("middle"), second, ...at("last")], first, second];
    });

  it.each(places(4096))("PRP, %s: PRP2 and the link name lists that are there", (_, memory, first, second) => {
    const table = tableOf(seg(0x10_0000, 514 * 4096));
    const encoded = encodePrp(table, { memory });
    expect(encoded).toEqual({ prp1: 0x10_0000n, prp2: FIRST, listEntries: 513, listPages: 2 });
    expect(u64sOf(first.bytes, 512).at(-1)).toBe(SECOND);
    expect(isUntouched(second, 16)).toBe(true);
    expectBytes(decodePrp({ ...encoded, byteLength: 514 * 4096 }, { memory }).bytes, table.bytes);
    expect(encodePrp(tableOf(seg(0x1000, 0x3000)), { memory }).prp2).toBe(FIRST);
  });

  it.each(places(32))("SGL, %s: each segment leads to the next that is there", (_, memory, first, second) => {
    const table = tableOf(seg(0x1000, 1), seg(0x2000, 2), seg(0x3000, 3));
    const { sgl1, descriptors, segments } = encodeSgl(table, { memory });
    expect([descriptors, segments]).toEqual([4, 2]);
    expect([u64sOf(sgl1, 1), u64sOf(first.bytes, 4)[2]]).toEqual([[FIRST], SECOND]);
    expect([isUntouched(first, 32), isUntouched(second, 32)]).toEqual([true, true]);
    expectBytes(decodeSgl(sgl1, { memory }).table.bytes, table.bytes);
  });

  it.each(places(4096))("chained pages, %s: the link names the next page that is there", (_, memory, first, second) => {
    const table = tableOf(...Array.from({ length: 257 }, (__, at) => seg(at * 8192, 1)));
    expect(encodeChain(table, memory)).toEqual({ addr: FIRST, pages: 2 });
    expect(u64sOf(first.bytes, 512)[510]).toBe(SECOND);
    expect(isUntouched(second, 4096)).toBe(true);
    expectBytes(decodeChain(FIRST, memory).bytes, table.bytes);
  });

  it("an indirect table is in one piece, empty ones apart; none at all is none", () => {
    const chain = { readable: two };
    for (const [, pieces, , second] of places(32)) {
      const one = pieces.filter((piece) => piece !== second);
      const ring = new Uint8Array(64);
      encodeVirtioSplit(chain, ring, [0], { indirect: any(one) });
      expect(u64sOf(ring, 1)).toEqual([FIRST]);
      expect(decodeVirtioSplit(ring, 0, { memory: one }).descriptors).toBe(3);
    }
    for (const memory of [nothing, [nothing, nothing]]) {
      refuses(
        () => encodePrp(tableOf(seg(0x1000, 0x3000)), { memory }),
        new RangeError('"memory" expected 1 list page of 4096 bytes (16 bytes) for 2 entries, got 0 bytes in 0'),
      );
      refuses(
        () => encodeVirtioSplit(chain, new Uint8Array(64), [0], { indirect: any(memory) }),
        new RangeError('"indirect" expected one piece of memory, got 0'),
      );
    }
    // What is left out is checked all the same, but for its alignment.
    refuses(
      () => encodePrp(two, { memory: { bytes: new Uint8Array(0), addr: -1 } }),
      notIn("memory.addr", "an integer from 0 to 2^64 - 1", -1),
    );
    expect(encodePrp(two, { memory: { bytes: new Uint8Array(0), addr: 1 } }).prp2).toBe(0x5000n);
  });
});

describe("chained pages in memory that was used before", () => {
  const recordsOf = (count: number, from: bigint) =>
    tableOf(...Array.from({ length: count }, (_, at) => seg(from + BigInt(at) * 8192n, at + 1, 0x100)));

  it.each([
    [600, 10],
    [600, 255],
    [600, 256],
    [600, 257],
    [600, 300],
    [600, 510],
    [600, 511],
    [600, 512],
    [257, 256],
    [600, 599],
  ])("%d records, and then %d: those are what is read, with a count and without", (before, after) => {
    const memory = memoryAt(0x5000_0000n, 3 * 4096);
    encodeChain(recordsOf(before, 0n), memory);
    const table = recordsOf(after, 1n << 40n);
    const { addr, pages } = encodeChain(table, memory);
    expectBytes(decodeChain(addr, memory, after).bytes, table.bytes);
    expectBytes(decodeChain(addr, memory).bytes, table.bytes);
    const used = after - (pages - 1) * 255;
    const last = memory.bytes.subarray((pages - 1) * 4096 + used * 16, pages * 4096);
    expect(last.every((byte) => byte === 0)).toBe(true);
  });

  it("zeros go as far as there is memory, and no further", () => {
    const around = memoryAt(0x5000_0000n, 4096);
    const memory = { bytes: around.bytes.subarray(0, 101), addr: around.addr };
    const table = recordsOf(3, 0n);
    encodeChain(table, memory);
    expect(memory.bytes.subarray(48).every((byte) => byte === 0)).toBe(true);
    expect(isUntouched(around, 101)).toBe(true);
    expectBytes(decodeChain(around.addr, memory).bytes, table.bytes);
    // Pages behind the last are not those of this list.
    const pages = memoryAt(0x5000_0000n, 3 * 4096);
    encodeChain(recordsOf(256, 0n), pages);
    expect(isUntouched(pages, 4096)).toBe(true);
    const none = memoryAt(0n, 4096);
    encodeChain(empty, none);
    expect(isUntouched(none)).toBe(true);
  });

  it("a link counts only where more than a page follows, or nobody knows how much does", () => {
    // An encoder that does not clear its pages: an old link behind 10 records.
    const memory = memoryAt(0x5000_0000n, 3 * 4096);
    encodeChain(recordsOf(600, 0n), memory);
    const old = recordsOf(600, 0n);
    for (const count of [1, 10, 255]) {
      expectBytes(decodeChain(memory.addr, memory, count).bytes, old.bytes.subarray(0, count * 16));
    }
    // The 256th record would be the link.
    refuses(
      () => decodeChain(memory.addr, memory, 256),
      badRecord(255, "flags expected without FLUSH, LINK and bits 5-7, got 0x10"),
    );
    // A link back: what it says is read there, and that is the end.
    setU64(memory.bytes, (4096 + 4080) / 8, memory.addr);
    const found = decodeChain(memory.addr, memory);
    expectBytes(found.bytes.subarray(510 * 16), old.bytes.subarray(0, 90 * 16));
    expect(found.length).toBe(600);
  });

  it("a record of zeros ends a page of which no count is known, before its link too", () => {
    const memory = memoryAt(0x5000_0000n, 3 * 4096);
    encodeChain(recordsOf(600, 0n), memory);
    memory.bytes.fill(0, 7 * 16, 8 * 16);
    expectBytes(decodeChain(memory.addr, memory).bytes, recordsOf(7, 0n).bytes);
    refuses(() => decodeChain(memory.addr, memory, 600), badRecord(7, "length expected 1 to 4294967296, got 0"));
    memory.bytes.fill(0, 0, 16);
    expect(decodeChain(memory.addr, memory).length).toBe(0);
  });

  it("each page is copied before it is looked at: who writes to it from then on changes nothing", () => {
    const memory = memoryAt(0x5000_0000n, 4096);
    const table = recordsOf(20, 0n);
    const { DataView: View } = globalThis;
    let views = 0;
    for (const count of [20, undefined]) {
      encodeChain(table, memory);
      // Another thread, that writes as soon as the decoder looks at anything.
      class Late extends View<ArrayBufferLike> {
        constructor(buffer: ArrayBufferLike, from?: number, length?: number) {
          super(buffer, from, length);
          views++;
          memory.bytes.fill(0xff);
        }
      }
      vi.stubGlobal("DataView", Late);
      let decoded: SegmentTable;
      try {
        decoded = decodeChain(memory.addr, memory, count);
      } finally {
        vi.unstubAllGlobals();
      }
      expectBytes(decoded.bytes, table.bytes);
    }
    expect(views).toBeGreaterThan(0);
  });
});

describe("packed rings, and chains that are completed in another order", () => {
  it("two chains given back in reverse: the device writes at its own place, and both sides go on", () => {
    const size = 8;
    const ring = new Uint8Array(size * 16);
    const start = { slot: 0, wrap: 1 } as const;
    const first = { readable: tableOf(seg(0x1000, 1), seg(0x3000, 2)), writable: tableOf(seg(0x9000, 3)) };
    const second = { readable: tableOf(seg(0xa000, 4)), writable: tableOf(seg(0xc000, 5)) };
    const afterFirst = encodeVirtioPacked(first, ring, start, 10);
    const afterSecond = encodeVirtioPacked(second, ring, afterFirst, 20);
    expect([afterFirst, afterSecond]).toEqual([
      { slot: 3, wrap: 1, used: 3 },
      { slot: 5, wrap: 1, used: 2 },
    ]);
    // The device takes both.
    const [a, b] = [decodeVirtioPacked(ring, start), decodeVirtioPacked(ring, afterFirst)];
    expect([a?.id, a?.used, b?.id, b?.used]).toEqual([10, 3, 20, 2]);
    expect([plain(a).readable, plain(b).writable]).toEqual([rangesOf(first.readable), rangesOf(second.writable)]);
    expect(decodeVirtioPacked(ring, afterSecond)).toBeUndefined();
    // The second completes first, into slot 0, where the first chain was; the first then two slots on.
    let device = advancePacked(start, 0, size);
    writeUsedPacked(ring, device, b?.id ?? 0, 5);
    device = advancePacked(device, b?.used ?? 0, size);
    expect(device).toEqual({ slot: 2, wrap: 1 });
    // The driver knows how many slots the chain of an id had.
    const slotsOf = new Map([
      [10, 3],
      [20, 2],
    ]);
    expect(readUsedPacked(ring, start)).toEqual({ id: 20, written: 5, hasWriteFlag: true });
    let driver = advancePacked(start, slotsOf.get(20) ?? 0, size);
    expect(readUsedPacked(ring, driver)).toBeUndefined();
    writeUsedPacked(ring, device, a?.id ?? 0, 0);
    expect(readUsedPacked(ring, driver)).toEqual({ id: 10, written: 0, hasWriteFlag: false });
    device = advancePacked(device, a?.used ?? 0, size);
    driver = advancePacked(driver, slotsOf.get(10) ?? 0, size);
    expect([device, driver]).toEqual([
      { slot: 5, wrap: 1 },
      { slot: 5, wrap: 1 },
    ]);
    expect(readUsedPacked(ring, driver)).toBeUndefined();
    // And round the ring: 5 slots from 5 on.
    const long = { writable: tableOf(...Array.from({ length: 5 }, (_, at) => seg(at * 8192, 1))) };
    const end = encodeVirtioPacked(long, ring, driver, 30);
    expect(end).toEqual({ slot: 2, wrap: 0, used: 5 });
    const c = decodeVirtioPacked(ring, device);
    expect([c?.id, c?.used, c?.slot, c?.wrap]).toEqual([30, 5, 2, 0]);
    writeUsedPacked(ring, device, 30, 5);
    expect(readUsedPacked(ring, driver)).toEqual({ id: 30, written: 5, hasWriteFlag: true });
    expect(advancePacked(driver, 5, size)).toEqual({ slot: 2, wrap: 0 });
  });

  it("advancePacked goes round the ring", () => {
    const rows: [slot: number, wrap: 0 | 1, used: number, size: number, to: number, toWrap: 0 | 1][] = [
      [0, 1, 0, 1, 0, 1],
      [0, 1, 1, 1, 0, 0],
      [0, 0, 1, 1, 0, 1],
      [2, 1, 1, 4, 3, 1],
      [3, 1, 1, 4, 0, 0],
      [3, 0, 4, 4, 3, 1],
      [0, 1, 5, 5, 0, 0],
      [32767, 0, 32768, 32768, 32767, 1],
    ];
    for (const [slot, wrap, used, size, to, toWrap] of rows) {
      expect(advancePacked({ slot, wrap }, used, size)).toEqual({ slot: to, wrap: toWrap });
    }
  });

  it("id and flags are one load, before all else of a descriptor", () => {
    const ring = new Uint8Array(64);
    const start = { slot: 1, wrap: 1 } as const;
    encodeVirtioPacked({ readable: two }, ring, start, 0x1234);
    const loads: number[] = [];
    const { load } = Atomics;
    const spy = vi.spyOn(Atomics, "load").mockImplementation(((array: Int32Array, at: number) => {
      loads.push(at);
      const word = load(array, at);
      // The other side writes what a second look would find.
      array[at] = -1;
      return word;
    }) as never);
    try {
      expect(decodeVirtioPacked(ring, start)).toMatchObject({ id: 0x1234, used: 2 });
      expect(loads).toEqual([7, 11]);
      writeUsedPacked(ring, start, 0x4321, 6);
      expect(readUsedPacked(ring, start)).toEqual({ id: 0x4321, written: 6, hasWriteFlag: true });
      expect(loads).toEqual([7, 11, 7]);
    } finally {
      spy.mockRestore();
    }
  });
});

describe("what decoders may be asked for is bounded", () => {
  it("decodeIovec: maxSegments counts those of all elements, and none for empty ones", () => {
    const { bytes } = valuesAt(0n, 64, [0x1000n, 1n << 33n, 0n, 0n, 0x2000n, 1n, 0x3000n, (1n << 32n) + 1n]);
    expect(decodeIovec(bytes, 4, { maxSegments: 5 }).length).toBe(5);
    refuses(
      () => decodeIovec(bytes, 4, { maxSegments: 4 }),
      bad(3, "expected 4 segments of up to 4 GiB at most, got 5 with its 4294967297 bytes"),
    );
    refuses(
      () => decodeIovec(bytes, 4, { maxSegments: 1 }),
      bad(0, "expected 1 segments of up to 4 GiB at most, got 2 with its 8589934592 bytes"),
    );
    // More than by default, where it is asked for.
    const large = valuesAt(0n, 16, [0n, (1n << 48n) + 1n]).bytes;
    expect(decodeIovec(large, 1, { maxSegments: 65537 }).totalBytes).toBe((1n << 48n) + 1n);
    // 1024 hostile elements end at the first.
    const all = new Uint8Array(1024 * 16).fill(255);
    for (let at = 0; at < all.length; at += 16) all.fill(0, at, at + 8);
    expect(thrownBy(() => decodeIovec(all, 1024, { maxSegments: 2 ** 28 }))).toMatchObject({
      code: "BAD_DESCRIPTOR",
      index: 0,
    });
  });

  it("decodePageList: 2^48 bytes, whatever the pages are", () => {
    const pageBytes = 1n << 52n;
    const { bytes } = valuesAt(0n, 8, [3n << 52n]);
    const list = { count: 1, firstOffset: 4096, byteLength: 1n << 48n };
    const table = decodePageList(bytes, list, { pageBytes });
    expect([table.length, table.addr(0), table.totalBytes]).toEqual([65536, (3n << 52n) + 4096n, 1n << 48n]);
    expect(decodePageList(bytes, { ...list, byteLength: 2 ** 48 }, { pageBytes }).length).toBe(65536);
    for (const byteLength of [(1n << 48n) + 1n, 2 ** 48 + 1, TOP - 1n]) {
      refuses(
        () => decodePageList(bytes, { ...list, byteLength }, { pageBytes }),
        notIn("byteLength", "up to 281474976710656", byteLength),
      );
    }
  });

  it("decodePrp: 8 GiB with maxEntries 2^21, there and back; not by default", () => {
    const table = tableOf(seg(1n << 40n, GIB4), seg(1n << 50n, GIB4 - 4096), seg(0x1000, 4096));
    // 2^21 - 1 entries after PRP1, 511 in each list but the last.
    const memory = memoryAt(0x5000_0000n, Math.ceil((2 ** 21 - 2) / 511) * 4096);
    const { prp1, prp2, listEntries } = encodePrp(table, { memory });
    expect([prp1, prp2, listEntries]).toEqual([1n << 40n, memory.addr, 2 ** 21 - 1]);
    const prp = { prp1, prp2, byteLength: 2 ** 33 };
    expectBytes(decodePrp(prp, { memory, maxEntries: 2 ** 21 }).bytes, table.bytes);
    const more = (most: number) =>
      notIn("byteLength", `up to ${most * 4096} (maxEntries, ${most} pages)`, prp.byteLength);
    refuses(() => decodePrp(prp, { memory }), more(2 ** 20));
    refuses(() => decodePrp(prp, { memory, maxEntries: 2 ** 21 - 1 }), more(2 ** 21 - 1));
    // Large pages: what counts are pages.
    const huge = { prp1: 0n, prp2: 1n << 40n, byteLength: 2 ** 28 };
    expect(decodePrp(huge, { pageBytes: 2 ** 27, maxEntries: 2 }).totalBytes).toBe(1n << 28n);
    refuses(
      () => decodePrp({ ...huge, byteLength: 2 ** 53 - 1 }, { pageBytes: 2 ** 27, maxEntries: 2 ** 24 }),
      notIn("byteLength", `up to ${2 ** 51} (maxEntries, ${2 ** 24} pages)`, 2 ** 53 - 1),
    );
  });
});

describe("chooseNvme, as Linux", () => {
  it("32768 and 32767 bytes, rounded up, are 32768 on average: an SGL", () => {
    const of = (...lengths: number[]) => tableOf(...lengths.map((length, at) => seg(at * 0x10_0000, length)));
    const sgl = { sgl: true };
    // The short one last: PRP could say it too.
    expect(chooseNvme(of(32768, 32767), sgl)).toBe("sgl");
    expect(chooseNvme(of(32768, 32766), sgl)).toBe("prp");
    expect([chooseNvme(of(32768), sgl), chooseNvme(of(32767), sgl)]).toEqual(["sgl", "prp"]);
    // 2731 on average.
    expect(chooseNvme(of(4096, 4096, 1), { sgl: true, thresholdBytes: 2731 })).toBe("sgl");
    expect(chooseNvme(of(4096, 4096, 1), { sgl: true, thresholdBytes: 2732 })).toBe("prp");
    expect(chooseNvme(of(1), { sgl: true, thresholdBytes: 1 })).toBe("sgl");
    expect(chooseNvme(of(32768, 32767), { sgl: false })).toBe("prp");
  });

  it("a threshold of 0: an SGL only where PRP cannot", () => {
    const long = tableOf(seg(0, 2 ** 30));
    const gap = tableOf(seg(0, 2 ** 30), seg(2 ** 31 + 4, 2 ** 30));
    for (const thresholdBytes of [0, 0n]) {
      expect(chooseNvme(long, { sgl: true, thresholdBytes })).toBe("prp");
      expect(chooseNvme(gap, { sgl: true, thresholdBytes })).toBe("sgl");
    }
    expect(chooseNvme(long, { sgl: true, thresholdBytes: TOP - 1n })).toBe("prp");
  });

  it("PRP where an SGL cannot: 4 GiB in one segment, or what the controller cannot align", () => {
    expect(chooseNvme(tableOf(seg(0, GIB4)), { sgl: true })).toBe("prp");
    expect(chooseNvme(tableOf(seg(0, GIB4 - 4096)), { sgl: true })).toBe("sgl");
    const odd = tableOf(seg(0, 65536), seg(0x10_0000, 65533));
    expect(chooseNvme(odd, { sgl: true })).toBe("sgl");
    expect(chooseNvme(odd, { sgl: true, alignmentBytes: 1 })).toBe("sgl");
    expect(chooseNvme(odd, { sgl: true, alignmentBytes: 4 })).toBe("prp");
    expect(chooseNvme(odd, { sgl: false, alignmentBytes: 4 })).toBe("prp");
  });

  it("where neither can, the message is PRP's and its cause the SGL's", () => {
    const both = tableOf(seg(0, GIB4), seg(0x1_0000_0004, 65533), seg(0x2_0000_0000, 4096));
    const prp = shape("segment 1 starts at 0x100000004: PRP needs page-aligned starts after the first", 1);
    refuses(() => chooseNvme(both, { sgl: true }), prp);
    const causeOf = (call: () => unknown) => (thrownBy(call) as SegringError).cause;
    expect(causeOf(() => chooseNvme(both, { sgl: true }))).toEqual(
      shape("segment 0 has 4294967296 bytes: an SGL descriptor has up to 4294967295, map with maxSegmentBytes", 0),
    );
    // A controller without SGLs has no second reason.
    refuses(() => chooseNvme(both, { sgl: false }), prp);
    expect(causeOf(() => chooseNvme(both, { sgl: false }))).toBeUndefined();
    const gap = tableOf(seg(0, 4098), seg(0x9000, 4096));
    expect(causeOf(() => chooseNvme(gap, { sgl: true, alignmentBytes: 4 }))).toEqual(
      shape("segment 0 is 4098 bytes at 0x0: this controller needs multiples of 4", 0),
    );
    expect(chooseNvme(gap, { sgl: true })).toBe("sgl");
    const message = "segment 0 ends at 0x1002: PRP needs page-aligned ends before the last of 8192 bytes";
    refuses(() => chooseNvme(gap, { sgl: true, alignmentBytes: 4, pageBytes: 8192 }), shape(message, 0));
    expect(causeOf(() => chooseNvme(empty, { sgl: true }))).toEqual(
      shape("the table is empty: an SGL needs a segment at least"),
    );
  });
});

describe("page lists of any page", () => {
  it.each([1n << 30n, 1n << 31n, 1n << 32n, 1n << 33n, 1n << 40n])("of %d bytes, both byte orders", (pageBytes) => {
    const top = TOP / pageBytes;
    const small = pageBytes < 1n << 32n ? Number(pageBytes) : GIB4;
    const tables: SegmentTable[] = [
      tableOf(seg(5n * pageBytes, 1)),
      tableOf(seg(6n * pageBytes - 1n, 2)),
      tableOf(seg(6n * pageBytes - 3n, 3), seg(2n * pageBytes, 4096)),
      // Touching inside a page, with other tags, and round its end.
      tableOf(seg(7n * pageBytes - 10n, 4, 0x100), seg(7n * pageBytes - 6n, 3, NOMERGE), seg(7n * pageBytes - 3n, 7)),
      // To the end of the address space, and on at its start.
      tableOf(seg(TOP - 4096n, 4096), seg(0, 1)),
      tableOf(seg((top - 1n) * pageBytes + 1n, 4095), seg((top - 1n) * pageBytes + 4096n, small - 4096)),
      // The same page twice, and a run of three in pieces of any size.
      tableOf(seg(pageBytes * 2n - 1n, 1), seg(pageBytes, 1)),
      piecesOf(9n * pageBytes + 5n, 2n * pageBytes + 11n, [1n, 4096n, (1n << 32n) - 1n, 12_345n]),
    ];
    for (const byteOrder of ["little", "big"] as const) {
      for (const table of tables) {
        const pages = pagesOf(rangesOf(table), pageBytes);
        const target = memoryAt(0n, (pages.length + 1) * 8);
        const list = encodePageList(table, target.bytes, { pageBytes, byteOrder });
        expect(list).toEqual({
          count: pages.length,
          firstOffset: Number(table.addr(0) % pageBytes),
          byteLength: table.totalBytes,
        });
        expect(u64sOf(target.bytes, pages.length, byteOrder === "little")).toEqual(pages);
        expect(isUntouched(target, pages.length * 8)).toBe(true);
        expectBytes(decodePageList(target.bytes, list, { pageBytes, byteOrder }).bytes, pack(coveredBy(table)));
        // All is counted before anything is written.
        const short = memoryAt(0n, pages.length * 8 - 1);
        refuses(
          () => encodePageList(table, short.bytes, { pageBytes, byteOrder }),
          notIn("target.byteLength", `at least ${pages.length * 8}`, pages.length * 8 - 1),
        );
        expect(isUntouched(short)).toBe(true);
      }
      const target = memoryAt(0n, 256);
      for (const [table, index] of [
        [tableOf(seg(0, 1), seg(pageBytes, 1)), 0],
        [tableOf(seg(pageBytes - 1n, 1), seg(pageBytes + 1n, 1)), 1],
        [tableOf(seg(pageBytes - 2n, 1), seg(pageBytes - 1n, 1, BUS)), 0],
      ] as const) {
        expect(thrownBy(() => encodePageList(table, target.bytes, { pageBytes, byteOrder }))).toMatchObject({
          code: "NOT_EXPRESSIBLE",
          index,
        });
      }
      expect(isUntouched(target)).toBe(true);
    }
  });

  it("a page more than there is room for is said before any is written", () => {
    const table = tableOf(seg(0x1000, GIB4), seg(0x2_0000_0000, GIB4));
    const target = memoryAt(0n, 256);
    refuses(
      () => encodePageList(table, target.bytes),
      notIn("target.byteLength", `at least ${2 ** 21 * 8}`, 256),
    );
    refuses(
      () => encodePageList(table, target.bytes, { pageBytes: 1 }),
      notIn("target.byteLength", `at least ${2 ** 33 * 8}`, 256),
    );
    expect(isUntouched(target)).toBe(true);
  });
});
