/** Typed arrays that say something else of themselves than they are: subclasses, own properties, proxies, detached ones. */
import { describe, expect, it } from "vitest";
import {
  decodeChain,
  decodeIovec,
  decodePageList,
  decodePrdt,
  decodeSgl,
  decodeVirtioPacked,
  decodeVirtioSplit,
  encodeChain,
  encodeIovec,
  encodePageList,
  encodePrdt,
  encodePrp,
  encodeVirtioPacked,
  readUsedPacked,
} from "../../src/descriptors/index.js";
import { columns, createMapperSync, packedRecords, pageFrames, SegmentTable } from "../../src/index.js";
import { planCopies } from "../../src/plan/columns.js";
import { planReads } from "../../src/plan/index.js";
import { copy, fill, gather, scatter } from "../../src/table/index.js";
import { thrownBy } from "../support/bytes.js";

type Kind = Uint8Array | Uint32Array | Float64Array | BigUint64Array;
type Class<T> = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => T;

/** The same elements, by an array that lies. */
const liars: Record<string, <T extends Kind>(view: T) => T> = {
  "a subclass with getters": (view) => {
    const Base = view.constructor as unknown as Class<Kind>;
    class Liar extends (Base as Class<Uint8Array>) {
      override get length(): never {
        return (2 ** 20) as never;
      }
      override get byteLength(): never {
        return (2 ** 24) as never;
      }
      override get byteOffset(): never {
        return 4096 as never;
      }
      override get buffer(): never {
        return new ArrayBuffer(8) as never;
      }
      override subarray(): never {
        throw new Error("not to be called");
      }
    }
    return new Liar(view.buffer, view.byteOffset, view.length) as never;
  },
  "own properties": (view) => {
    const same = new (view.constructor as unknown as Class<typeof view>)(view.buffer, view.byteOffset, view.length);
    for (const key of ["length", "byteLength"]) Object.defineProperty(same, key, { value: 16 });
    return same;
  },
  "own properties of 0": (view) => {
    const same = new (view.constructor as unknown as Class<typeof view>)(view.buffer, view.byteOffset, view.length);
    for (const key of ["length", "byteLength"]) Object.defineProperty(same, key, { value: 0 });
    return same;
  },
};

/** What has no elements that could be read. */
const fakes: Record<string, <T extends Kind>(view: T) => T> = {
  "a proxy": (view) => new Proxy(view, {}),
  "an object of the prototype": (view) => Object.create(Object.getPrototypeOf(view)),
  "a detached array": (view) => {
    const copy = view.slice() as typeof view;
    structuredClone(copy.buffer, { transfer: [copy.buffer as ArrayBuffer] });
    return copy;
  },
};

const mapper = createMapperSync({ engine: "js" });
const table = SegmentTable.from([
  { addr: 4096, length: 4096 },
  { addr: 16384, length: 8192 },
]);
const small = SegmentTable.from([
  { addr: 0, length: 8 },
  { addr: 16, length: 8 },
]);
const numbers = () => Uint8Array.from({ length: 64 }, (_, i) => i + 1);
const plan = planReads([{ offset: 8, length: 8 }], { maxBytes: 64 });
const copies = planCopies({ source: [0], destination: [4], length: [8] }, { maxBytes: 64 });

function encoded(bytes: number, encode: (target: Uint8Array) => unknown): Uint8Array {
  const target = new Uint8Array(bytes);
  encode(target);
  return target;
}

const PACKED = { slot: 0, wrap: 1 } as const;
const ring = encoded(64, (target) => encodeVirtioPacked({ readable: table }, target, PACKED, 7));
const iovecs = encoded(32, (target) => encodeIovec(table, target));
const chain = encoded(4096, (target) => encodeChain(table, { bytes: target, addr: 0 }));
const list = encoded(24, (target) => encodePageList(table, target));
const prdt = encoded(32, (target) => encodePrdt(table, target));

/** What a call gives for an array, as something to compare; `L` makes the array lie. */
type Call = (lie: <T extends Kind>(view: T) => T) => unknown;

/** A call that writes: what the memory holds afterwards. */
const written = (byteLength: number, call: (target: Uint8Array) => unknown, lie: Parameters<Call>[0]) => {
  const target = new Uint8Array(byteLength);
  const result = call(lie(target));
  return [result instanceof BigUint64Array ? [...result] : result, [...target]];
};
const writtenPages = (call: (target: BigUint64Array) => BigUint64Array, lie: Parameters<Call>[0]) => {
  const target = new BigUint64Array(5);
  return [[...call(lie(target))], [...target]];
};

const calls: Record<string, Call> = {
  packedRecords: (lie) => [...mapper.coalesce(packedRecords(lie(table.bytes.slice())))],
  "SegmentTable.fromBytes": (lie) => [...SegmentTable.fromBytes(lie(table.bytes.slice()))],
  pushRecords: (lie) => {
    const stream = mapper.stream({ capacity: 64 });
    const taken = stream.pushRecords(lie(table.bytes.slice()));
    stream.flush();
    return [taken, ...stream.drain()];
  },
  "columns, addr": (lie) => [
    ...mapper.coalesce(columns({ addr: lie(BigUint64Array.of(1n, 9n)), length: Uint32Array.of(2, 3) })),
  ],
  "columns, length": (lie) => [
    ...mapper.coalesce(columns({ addr: BigUint64Array.of(1n, 9n), length: lie(Float64Array.of(2, 3)) })),
  ],
  "columns, flags": (lie) => [
    ...mapper.coalesce(
      columns({ addr: Uint32Array.of(1, 9), length: Uint32Array.of(2, 3), flags: lie(Uint32Array.of(4, 2)) }),
    ),
  ],
  pageFrames: (lie) => [...mapper.coalesce(pageFrames(lie(BigUint64Array.of(1n, 2n, 7n))))],
  "mapper.framesInto": (lie) => writtenPages((target) => new BigUint64Array(mapper.framesInto(table, target)), lie),
  gather: (lie) => written(16, (target) => gather(small, { bytes: numbers(), addr: 0 }, target), lie),
  "gather, memory": (lie) =>
    written(
      16,
      (target) => gather(small, { bytes: lie(numbers()), addr: 0 }, target),
      (view) => view,
    ),
  scatter: (lie) => written(64, (target) => scatter(small, { bytes: target, addr: 0 }, numbers().subarray(0, 16)), lie),
  "scatter, source": (lie) =>
    written(
      64,
      (target) => scatter(small, { bytes: target, addr: 0 }, lie(numbers().subarray(0, 16))),
      (view) => view,
    ),
  fill: (lie) => written(64, (target) => fill(small, { bytes: target, addr: 0 }, 9), lie),
  copy: (lie) =>
    written(
      64,
      (memory) =>
        copy(
          { table: small, memory: { bytes: lie(numbers()), addr: 0 } },
          { table: small, memory: { bytes: memory, addr: 0 } },
        ),
      lie,
    ),
  "plan.slice": (lie) => [...plan.slice(0, [lie(numbers().subarray(0, 8))])],
  "plan.deliver": (lie) => written(16, (target) => copies.deliver(0, lie(numbers().subarray(0, 8)), target), lie),
  encodePrp: (lie) => written(8192, (bytes) => encodePrp(table, { bytes, addr: 1 << 20 }).listEntries, lie),
  encodeIovec: (lie) => written(48, (target) => encodeIovec(table, target), lie),
  encodePrdt: (lie) => written(48, (target) => encodePrdt(table, target), lie),
  encodePageList: (lie) => written(48, (target) => encodePageList(table, target), lie),
  encodeVirtioPacked: (lie) => written(64, (target) => encodeVirtioPacked({ readable: table }, target, PACKED, 7), lie),
  decodeIovec: (lie) => [...decodeIovec(lie(iovecs), 2)],
  decodePrdt: (lie) => [...decodePrdt(lie(prdt), 2)],
  decodePageList: (lie) => [...decodePageList(lie(list), { count: 3, firstOffset: 0, byteLength: 12288 })],
  decodeChain: (lie) => [...decodeChain(0, { bytes: lie(chain), addr: 0 })],
  decodeSgl: (lie) => decodeSgl(lie(new Uint8Array(16).fill(1, 8, 9))).descriptors,
  decodeVirtioPacked: (lie) => [...(decodeVirtioPacked(lie(ring), PACKED)?.readable ?? [])],
  decodeVirtioSplit: (lie) => [...decodeVirtioSplit(lie(new Uint8Array(32).fill(1, 8, 9)), 0).readable],
  readUsedPacked: (lie) => readUsedPacked(lie(ring), PACKED),
};

describe.each(Object.entries(liars))("%s that lies", (_, lie) => {
  it.each(Object.entries(calls))("%s reads what it is, not what it says", (_, call) => {
    expect(call(lie)).toEqual(call((view) => view));
  });
});

describe.each(Object.entries(fakes))("%s", (_, lie) => {
  it.each(Object.entries(calls))("%s refuses it by name", (_, call) => {
    const error = thrownBy(() => call(lie)) as Error;
    expect([error.constructor, error.message]).toEqual([TypeError, expect.stringMatching(/^"[\w.[\]0-9]+" expected /)]);
  });
});

describe("a detached buffer", () => {
  const detached = new ArrayBuffer(64);
  structuredClone(detached, { transfer: [detached] });

  it.each<[string, () => unknown]>([
    ["gather", () => gather(small, { bytes: detached, addr: 0 }, new Uint8Array(16))],
    ["plan.slice", () => plan.slice(0, [detached])],
    ["plan.deliver", () => copies.deliver(0, detached, new Uint8Array(16))],
  ])("%s refuses it by name", (_, call) => {
    expect(call).toThrow(/^"[\w.[\]0-9]+" expected bytes of a buffer that is not detached$/);
  });
});

it("a plain array is given on as it is", () => {
  const addr = new BigUint64Array(2);
  const length = new Float64Array(2);
  const source = columns({ addr, length });
  expect([source.addr === addr, source.length === length]).toEqual([true, true]);
});
