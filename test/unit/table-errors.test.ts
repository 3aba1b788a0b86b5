/** What operations on tables refuse, by class and exact message; a call that fails changes nothing. */

import { afterEach, describe, expect, it } from "vitest";
import { PACKAGE } from "../../src/core/package-key.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import { bestBlockBytes } from "../../src/devices/best-block.js";
import { createMapperSync } from "../../src/mapper/create.js";
import { copy, fill, gather, scatter } from "../../src/table/bytes.js";
import { cursor } from "../../src/table/cursor.js";
import { locate, segmentCount } from "../../src/table/offsets.js";
import { pagePrefix } from "../../src/table/page-prefix.js";
import { blocks, pages, pieceCount } from "../../src/table/pages.js";
import { slice, split } from "../../src/table/slice.js";
import { any } from "../support/arguments.js";
import { blamedBy, throws } from "../support/blame.js";
import { thrownBy } from "../support/bytes.js";
import { engines, mapperFactory } from "../support/engines.js";
import { framesOf } from "../support/frames-of.js";
import { empty, expectUntouched, memory, side, table } from "../support/small-table.js";

const SPACE = 1n << 64n;

afterEach(expectUntouched);

describe("bytes of a table", () => {
  it("past its end are refused", () => {
    throws(() => slice(table, 8193), RangeError, "offset");
    throws(() => slice(table, 8193n, 0), RangeError, "offset");
    throws(() => slice(table, 8000, 193), RangeError, "byteLength");
    throws(() => slice(table, 8192, 1), RangeError, "byteLength");
    throws(() => split(table, [], 8193), RangeError, "offset");
    throws(() => split(table, [8000, 1n, 92n], 100), RangeError, "byteLengths[2]");
    throws(() => locate(table, 8192), RangeError, "offset");
    throws(() => locate(table, SPACE - 1n), RangeError, "offset");
    throws(() => locate(empty, 0), RangeError, "offset");
    throws(() => segmentCount(table, 8193), RangeError, "byteLength");
    throws(() => segmentCount(empty, 1n), RangeError, "byteLength");
    throws(() => cursor(table, 8193), RangeError, "offset");
    throws(() => pagePrefix(table, 1, 1, 8193), RangeError, "offset");
  });

  it("past 2^53 in all: an offset is checked there too", () => {
    const many = new SegmentTable(PACKAGE, new Uint32Array(4 * (2 ** 21 + 1)));
    for (let at = 3; at < many.words.length; at += 4) many.words[at] = 1;
    throws(() => locate(many, many.totalBytes), RangeError, "offset");
    throws(() => locate(many, -1n), RangeError, "offset");
    throws(() => locate(many, any("0")), TypeError, "offset");
    throws(() => locate(many, 0.5), RangeError, "offset");
    throws(() => locate(many, 2 ** 53), RangeError, "offset");
  });

  it("sizes of parts are an array", () => {
    for (const value of [undefined, null, 5, "5", {}, BigUint64Array.of(1n)]) {
      throws(() => split(table, any(value)), TypeError, "byteLengths");
    }
  });

  it("a cursor that is asked for too much stays where it is, and has no byte at its end", () => {
    const here = cursor(table, 8000);
    for (const bytes of [193, 193n, 4096, SPACE - 1n]) {
      throws(() => here.advance(bytes), RangeError, "bytes");
      throws(() => here.take(bytes), RangeError, "bytes");
      expect([here.offset, here.remaining, here.index]).toEqual([8000n, 192n, 2]);
    }
    here.advance(192);
    throws(() => here.advance(1), RangeError, "bytes");
    throws(() => here.addr, RangeError, "the cursor");
    throws(() => here.flags, RangeError, "the cursor");
    expect([here.done, here.length]).toEqual([true, 0]);
  });
});

describe("pages", () => {
  it("are counted in pieces of 1 byte and more", () => {
    for (const value of [0, 0n]) {
      throws(() => pieceCount(table, value), RangeError, "maxBytes");
    }
  });

  it("without number have no count", () => {
    const long = SegmentTable.from(
      Array.from({ length: 2 ** 21 + 1 }, (_, i) => ({ addr: BigInt(i) << 33n, length: 2 ** 32 })),
    );
    for (const call of [() => pages(long, 1).count, () => blocks(long, 1).count, () => pieceCount(long, 1)]) {
      expect(call).toThrow(RangeError);
    }
  });

  it("bestBlockBytes: the table must end by 2^64", () => {
    throws(() => bestBlockBytes(table, [1], SPACE - 8191n), RangeError, "iova");
    expect(bestBlockBytes(table, [1], SPACE - 8192n)).toBe(1n);
  });
});

describe.each(engines)("frames of the $name mapper", ({ name }) => {
  const own = mapperFactory(name)();

  it("options", () => {
    for (const value of [null, 0, 1, "true", {}]) {
      throws(() => own.frames(table, { addresses: any(value) }), TypeError, "addresses");
    }
    for (const value of [null, 5, [], new BigInt64Array(4), new Uint8Array(32)]) {
      throws(() => framesOf(own, table, { target: any(value) }), TypeError, "target");
    }
    const target = new BigUint64Array(3).fill(9n);
    for (const from of [4, 4n, SPACE - 1n]) {
      throws(() => framesOf(own, table, { offset: from, target }), RangeError, "offset");
    }
    expect([...target]).toEqual([9n, 9n, 9n]);
  });

  it("a target in the mapper's own memory is refused where that is one memory", () => {
    const inside = own.frames(table);
    if (name === "js") return;
    throws(() => framesOf(own, table, { target: inside }), RangeError, "target");
    expect([...inside]).toEqual([1n, 4n, 4n]);
  });

  it("OUT_OF_MEMORY, and after it the mapper goes on", () => {
    using small = createMapperSync({ engine: name, maxMemoryBytes: 2 ** 20 });
    const long = SegmentTable.from([{ addr: 0, length: 2 ** 32 }]);
    for (const pageBytes of [1, 2048]) {
      expect(thrownBy(() => small.frames(long, { pageBytes }))).toMatchObject({ code: "OUT_OF_MEMORY" });
    }
    expect([...small.frames(table)]).toEqual([1n, 4n, 4n]);
    expect(framesOf(small, long, { pageBytes: 1, target: new BigUint64Array(3), offset: 2 ** 32 - 2 })).toEqual(
      BigUint64Array.of(2n ** 32n - 2n, 2n ** 32n - 1n),
    );
  });

  it("CLOSED", () => {
    const closed = createMapperSync({ engine: name });
    closed.close();
    const target = new BigUint64Array(3);
    expect(thrownBy(() => closed.frames(table))).toMatchObject({ code: "CLOSED" });
    expect(thrownBy(() => framesOf(closed, table, { target }))).toMatchObject({ code: "CLOSED" });
    expect([...target]).toEqual([0n, 0n, 0n]);
  });
});

describe("memories and buffers", () => {
  const notMemories: unknown[] = [undefined, null, 5, "bytes", [1, 2], {}, () => memory];
  const target = new Uint8Array(4).fill(7);

  it("memory is bytes of some kind", () => {
    for (const value of notMemories) {
      throws(() => gather(table, { bytes: any(value), addr: 0 }, target), TypeError, "memory.bytes");
      throws(() => scatter(table, { bytes: any(value), addr: 0 }, target), TypeError, "memory.bytes");
      throws(() => fill(table, { bytes: any(value), addr: 0 }, 1), TypeError, "memory.bytes");
      throws(
        () => copy({ table, memory: { bytes: any(value), addr: 0 } }, side()),
        TypeError,
        "memory.bytes".replace("memory", "source.memory"),
      );
      throws(
        () => copy(side(), { table, memory: { bytes: any(value), addr: 0 } }),
        TypeError,
        "memory.bytes".replace("memory", "target.memory"),
      );
    }
    expect([...target]).toEqual([7, 7, 7, 7]);
  });

  it("a buffer is a Uint8Array", () => {
    for (const value of [
      undefined,
      null,
      5,
      [],
      new ArrayBuffer(4),
      new DataView(new ArrayBuffer(4)),
      new Uint8ClampedArray(4),
    ]) {
      throws(() => gather(table, { bytes: memory, addr: 0 }, any(value)), TypeError, "target");
      throws(() => scatter(table, { bytes: memory, addr: 0 }, any(value)), TypeError, "source");
    }
  });

  it("has all bytes that are used", () => {
    throws(() => gather(table, { bytes: memory, addr: 0x2000 }, target), RangeError, "memory");
    throws(() => scatter(table, { bytes: memory, addr: 0x2000 }, target), RangeError, "memory");
    throws(() => fill(table, { bytes: memory, addr: 0x2000 }, 1), RangeError, "memory");
    const short = memory.subarray(0, 0x5000 - 1);
    throws(() => fill(table, { bytes: short, addr: 0 }, 1), RangeError, "memory");
    throws(() => scatter(table, { bytes: short, addr: 0 }, new Uint8Array(8192).fill(1)), RangeError, "memory");
    throws(() => fill(table, { bytes: memory, addr: SPACE - 1n }, 1), RangeError, "memory");
    expect([...target]).toEqual([7, 7, 7, 7]);
  });

  it("fill sets no more than there is", () => {
    throws(() => fill(table, { bytes: memory, addr: 0 }, 1, 8000, 193), RangeError, "byteLength");
    throws(() => fill(table, { bytes: memory, addr: 0 }, 1, SPACE - 1n, 1n), RangeError, "byteLength");
  });

  it("copy takes { table, memory } twice", () => {
    for (const value of [undefined, null, 5, "side"]) {
      throws(() => copy(any(value), side()), TypeError, "source");
      throws(() => copy(side(), any(value)), TypeError, "target");
    }
    for (const value of ["0", null, {}]) {
      const error = thrownBy(() => copy({ table, memory: { bytes: memory, addr: any(value) } }, side())) as Error;
      expect(error).toBeInstanceOf(TypeError);
      expect(blamedBy(error.message)).toBe("source.memory.addr");
      const other = thrownBy(() =>
        copy(side(), { table, memory: { bytes: new Uint8Array(0x8000), addr: any(value) } }),
      ) as Error;
      expect(blamedBy(other.message)).toBe("target.memory.addr");
    }
  });
});
