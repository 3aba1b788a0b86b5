/** What only the package makes, and functions that take it: nobody else gets a table, or another object, that was not checked. */
import { describe, expect, it } from "vitest";
import {
  chooseNvme,
  encodeChain,
  encodeIovec,
  encodePageList,
  encodePrdt,
  encodePrp,
  encodeSgl,
  encodeVirtioPacked,
  encodeVirtioSplit,
} from "../../src/descriptors/index.js";
import * as devices from "../../src/devices/index.js";
import * as root from "../../src/index.js";
import { planColumns, planCopies } from "../../src/plan/columns.js";
import { planReads } from "../../src/plan/index.js";
import { Consumer, createRing } from "../../src/ring/index.js";
import * as tables from "../../src/table/index.js";
import { parseRecords } from "../../src/text/index.js";
import { thrownBy } from "../support/bytes.js";

const segring = { ...root, ...tables, ...devices };
const { SegmentTable } = segring;
const table = SegmentTable.from([{ addr: 4096, length: 4096 }]);
const mapper = segring.createMapperSync({ engine: "js" });
const space = new segring.IovaSpace({ base: 4096, byteLength: 2 ** 20 });
const ring = createRing({ role: "segments", shared: false });

/** One of each class without a public constructor. */
const made: Record<string, object> = {
  SegmentTable: table,
  SegmentMapper: mapper,
  SegmentStream: mapper.stream({ capacity: 2 }),
  Columns: segring.columns({ addr: Uint32Array.of(0), length: Uint32Array.of(1) }),
  PageFrames: segring.pageFrames([1]),
  PackedRecords: segring.packedRecords(table.bytes),
  "PackedRecords of input()": mapper.input(1),
  PageList: segring.pages(table, 4096),
  TableCursor: segring.cursor(table),
  IovaMap: segring.mapIova(table, { base: 0 }),
  IovaReservation: space.reserve(4096),
  ReadPlan: planReads([], { maxBytes: 1 }),
  CopyPlan: planCopies({ source: [], destination: [], length: [] }, { maxBytes: 1 }),
  Ring: ring,
  ParsedRecords: parseRecords(new Uint8Array(0), { format: "csv" }),
  RingCursor: new Consumer(ring).cursor(),
};

describe.each(Object.entries(made))("%s", (name, object) => {
  const Class = object.constructor as new (...args: unknown[]) => object;

  it("has no public constructor, however it is come by", () => {
    class Sub extends Class {}
    const buffer = new ArrayBuffer(16);
    for (const call of [
      () => new Class(),
      () => new Class(buffer),
      () => new Class(undefined, buffer),
      () => new Class(Symbol("segring"), buffer),
      () => new Sub(buffer),
      () => Reflect.construct(Class, [buffer, buffer]),
      () => Reflect.construct(Object, [buffer], Class) && new Class(table.bytes.slice().buffer),
    ]) {
      const error = thrownBy(call) as Error;
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toMatch(new RegExp(`^"${name.split(" ")[0]}" has no public constructor: .* makes it$`));
    }
  });

  it("gives no key away: no property of it, or of its class, is a symbol of the package's", () => {
    for (const owner of [object, Class, Class.prototype]) {
      const symbols = Object.getOwnPropertySymbols(owner).filter((symbol) => symbol.description === "segring");
      expect(symbols).toEqual([]);
    }
  });
});

it("TypeScript refuses the constructors too", () => {
  const attempts = () => {
    // @ts-expect-error A key is needed.
    new SegmentTable(new ArrayBuffer(16));
    // @ts-expect-error Another symbol is none.
    new SegmentTable(Symbol("segring"), new ArrayBuffer(16));
  };
  expect(attempts).toThrow(TypeError);
});

/** What looks like a table. */
const fakes: Record<string, unknown> = {
  "an object with the fields of a table": { ...table, totalBytes: 4096n, at: () => undefined, addr: () => 4096n },
  "an object of a table's prototype": Object.create(SegmentTable.prototype),
  "an object whose prototype is a table": Object.create(table),
  "a proxy of a table": new Proxy(table, {}),
  "an array of segments": [...table],
  null: null,
};

const memory = new Uint8Array(8192);
const at0 = { bytes: memory, addr: 0 };
const ringBytes = new Uint8Array(64);

/** All that takes a table and nothing else in its place. */
const takers: Record<string, (fake: never) => unknown> = {
  "mapper.frames": (t) => mapper.frames(t),
  bestBlockBytes: (t) => segring.bestBlockBytes(t, [4096]),
  blocks: (t) => segring.blocks(t, 4096),
  concat: (t) => segring.concat(t),
  copy: (t) => segring.copy({ table: t, memory: at0 }, { table, memory: at0 }),
  pieceCount: (t) => segring.pieceCount(t, 4096),
  cursor: (t) => segring.cursor(t),
  fill: (t) => segring.fill(t, at0, 0),
  find: (t) => segring.find(t, 4096),
  gather: (t) => segring.gather(t, at0, new Uint8Array(1)),
  locate: (t) => segring.locate(t, 0),
  mapIova: (t) => segring.mapIova(t, { base: 0 }),
  "space.map": (t) => space.map(t),
  "reservation.link": (t) => space.reserve(4096).link(0, t),
  pagePrefix: (t) => segring.pagePrefix(t, 4096, 1),
  pages: (t) => segring.pages(t, 4096),
  requests: (t) => segring.requests(t, {}),
  scatter: (t) => segring.scatter(t, at0, new Uint8Array(1)),
  segmentCount: (t) => segring.segmentCount(t, 0),
  slice: (t) => segring.slice(t, 0),
  split: (t) => segring.split(t, [0]),
  translate: (t) => segring.translate(t, []),
  untranslate: (t) => segring.untranslate(t, []),
  validate: (t) => segring.validate(t, {}),
  chooseNvme: (t) => chooseNvme(t, { sgl: true }),
  encodeChain: (t) => encodeChain(t, { bytes: memory, addr: 0 }),
  encodeIovec: (t) => encodeIovec(t, memory),
  encodePageList: (t) => encodePageList(t, memory),
  encodePrdt: (t) => encodePrdt(t, memory),
  encodePrp: (t) => encodePrp(t),
  encodeSgl: (t) => encodeSgl(t),
  encodeVirtioPacked: (t) => encodeVirtioPacked({ readable: t }, ringBytes, { slot: 0, wrap: 1 }, 0),
  encodeVirtioSplit: (t) => encodeVirtioSplit({ writable: t }, ringBytes, [0]),
};

describe.each(Object.entries(fakes))("%s is no table", (_, fake) => {
  it.each(Object.entries(takers))("for %s", (_, take) => {
    const error = thrownBy(() => take(fake as never)) as Error;
    expect(error.constructor).toBe(TypeError);
    expect(error.message).toMatch(/^"[^"]+" expected a SegmentTable, got /);
  });
});

describe("an object of a prototype, or with the fields of another, is nothing that the package made", () => {
  const refuses = (call: () => unknown) =>
    expect((thrownBy(call) as Error).message).toMatch(/^"\w+" expected (an? |the )/);

  it.each(Object.entries(fakes).filter(([name]) => name !== "an array of segments"))("input: %s", (_, fake) => {
    refuses(() => mapper.coalesce(fake as never));
    refuses(() => mapper.union(fake as never));
    refuses(() => segring.intersect(fake as never, table));
    refuses(() => segring.contains(fake as never, 1));
  });

  it("a map of IOVAs, a mapper", () => {
    const map = space.map(table);
    for (const fake of [{ ...map, base: map.base }, Object.create(map), new Proxy(map, {})]) {
      refuses(() => space.unmap(fake));
    }
    for (const fake of [Object.create(mapper), new Proxy(mapper, {}), {}]) {
      refuses(() => planColumns(fake, { offset: [0], length: [1] }, { maxBytes: 1 }));
    }
  });
});
