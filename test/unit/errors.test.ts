/** Conditions that programs handle by their codes, and SegringError itself. */

import { describe, expect, it } from "vitest";
import { DISPOSE } from "../../src/core/dispose.js";
import { SegringError } from "../../src/core/errors.js";
import { type PackedRecords, packedRecords } from "../../src/core/input.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import { columns } from "../../src/engine/columns.js";
import { pageFrames } from "../../src/engine/page-frames.js";
import { createMapperSync } from "../../src/mapper/create.js";
import type { SegmentMapper } from "../../src/mapper/mapper.js";
import { coalesce, type OracleRange, pack } from "../oracle.js";
import { any, notIntegers, notNumbers } from "../support/arguments.js";
import { segringError, throws } from "../support/blame.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import { builds } from "../support/engines.js";

const SPACE = 1n << 64n;

describe.each(builds)("conditions of $name", ({ name }) => {
  const closed = (call: () => unknown, what: string) => {
    const error = thrownBy(call) as SegringError;
    expect(error).toBeInstanceOf(SegringError);
    expect([error.name, error.code, error.message, error.index]).toEqual([
      "SegringError",
      "CLOSED",
      `the ${what} is closed`,
      undefined,
    ]);
  };

  it("CLOSED: a mapper", () => {
    const mapper = createMapperSync({ engine: name });
    const stream = mapper.stream();
    const table = mapper.coalesce([{ addr: 16, length: 16 }]);
    const input = mapper.input(1);
    mapper.close();
    mapper.close();
    closed(() => mapper.coalesce([]), "mapper");
    closed(() => mapper.coalesce(any(5)), "mapper");
    closed(() => mapper.input(1), "mapper");
    closed(() => mapper.stream(), "mapper");
    closed(() => mapper.transform(), "mapper");
    closed(() => stream.push({ addr: 0, length: 1 }), "stream");
    closed(() => stream.drain(), "stream");
    closed(() => input.bytes, "mapper");
    closed(() => input.words, "mapper");
    closed(() => mapper.coalesce(input), "mapper");
    using another = createMapperSync({ engine: name });
    closed(() => another.coalesce(input), "mapper");
    // Tables own their bytes.
    expect([...table]).toEqual([{ addr: 16n, length: 16, flags: 0 }]);
    expect(mapper.limits.maxSegmentBytes).toBe(2 ** 32);
    mapper[DISPOSE]();
  });

  it("CLOSED: a stream, not its mapper", () => {
    using mapper = createMapperSync({ engine: name });
    const stream = mapper.stream();
    const other = mapper.stream();
    stream.push({ addr: 0, length: 1 });
    stream.close();
    stream.close();
    closed(() => stream.push({ addr: 0, length: 1 }), "stream");
    closed(() => stream.pushRecords(new Uint8Array(0)), "stream");
    closed(() => stream.flush(), "stream");
    closed(() => stream.drain(), "stream");
    expect(other.push({ addr: 1, length: 1 })).toBe(true);
    expect(other.flush()).toBe(true);
    expect([...other.drain()]).toEqual([{ addr: 1n, length: 1, flags: 0 }]);
    stream[DISPOSE]();
  });

  it("input() is stale after the next one, on its own mapper and on others", () => {
    using mapper = createMapperSync({ engine: name });
    using other = createMapperSync({ engine: name });
    const first: PackedRecords = mapper.input(2);
    first.bytes.set(
      pack([
        { addr: 0n, length: 16n, flags: 0 },
        { addr: 16n, length: 16n, flags: 0 },
      ]),
    );
    expect(other.coalesce(first).length).toBe(1);
    expect(mapper.coalesce(first).length).toBe(1);
    const second = mapper.input(1);
    for (const call of [
      () => first.bytes,
      () => first.words,
      () => mapper.coalesce(first),
      () => mapper.union(first),
      () => other.coalesce(first),
    ]) {
      expect(call).toThrow(segringError("STALE", undefined, "input"));
    }
    second.words.set([64, 0, 16, 0]);
    expect([...mapper.coalesce(second)]).toEqual([{ addr: 64n, length: 16, flags: 0 }]);
  });

  it("input() and stream() check their numbers", () => {
    using mapper = createMapperSync({ engine: name });
    for (const [value] of notNumbers) {
      throws(() => mapper.input(any(value)), TypeError, "count");
      throws(() => mapper.stream({ capacity: any(value) }), TypeError, "capacity");
    }
    throws(() => mapper.input(any(undefined)), TypeError, "count");
    for (const value of [...notIntegers, 2 ** 28 - 4095, 2 ** 32]) {
      throws(() => mapper.input(value), RangeError, "count");
    }
    for (const value of [...notIntegers, 0, 1, 2 ** 26 + 1]) {
      throws(() => mapper.stream({ capacity: value }), RangeError, "capacity");
    }
    expect(mapper.input(0).bytes.byteLength).toBe(0);
    expect(mapper.coalesce(mapper.input(0)).length).toBe(0);
    // What failed took nothing back.
    const input = mapper.input(1);
    expect(() => mapper.input(-1)).toThrow(RangeError);
    expect(input.bytes.byteLength).toBe(16);
  });

  describe("OUT_OF_MEMORY within 64 KiB", () => {
    const isolated = (count: number): OracleRange[] =>
      Array.from({ length: count }, (_, index) => ({ addr: BigInt(index) * 8192n, length: 4096n, flags: 0 }));
    const many = isolated(5000);
    const few = isolated(200);

    const outOfMemory = (call: () => unknown) => {
      const error = thrownBy(call) as SegringError;
      if (!(error instanceof SegringError) || error.code !== "OUT_OF_MEMORY") throw error;
      expect(error.message).toMatch(
        /^\d+ more bytes do not fit: (\d+ are in use or free in pieces, maxMemoryBytes allows 65536|maxMemoryBytes leaves \d+)$/,
      );
    };
    const works = (mapper: SegmentMapper) => {
      expectBytes(mapper.coalesce(packedRecords(pack(few))).bytes, pack(few));
      expectBytes(mapper.coalesce(few).bytes, pack(few));
      // Nothing was held back that this would join.
      const joins = [{ addr: 4999n * 8192n + 4096n, length: 1n, flags: 0 }];
      expectBytes(mapper.coalesce(joins).bytes, pack(joins));
    };

    it.each([
      ["objects", () => many],
      ["packed records", () => packedRecords(pack(many))],
      ["a table", () => SegmentTable.fromBytes(pack(many))],
      [
        "columns",
        () =>
          columns({ addr: BigUint64Array.from(many, ({ addr }) => addr), length: new Uint32Array(5000).fill(4096) }),
      ],
      ["page frames", () => pageFrames(Array.from({ length: 5000 }, (_, index) => index * 2))],
      ["one long range", () => [{ addr: 0, length: 5000 * 2 ** 32 }]],
      ["page frames of one long run", () => pageFrames([0, 1, 2, 3], { pageBytes: 2 ** 44 })],
    ] as const)("%s", (_, input) => {
      using mapper = createMapperSync({ engine: name, maxMemoryBytes: 65536 });
      // Often: what a failed call leaves behind would add up.
      for (let turn = 0; turn < 20; turn++) {
        outOfMemory(() => mapper.coalesce(input()));
        works(mapper);
      }
    });

    it("input and streams", () => {
      using mapper = createMapperSync({ engine: name, maxMemoryBytes: 65536 });
      for (let turn = 0; turn < 20; turn++) {
        outOfMemory(() => mapper.input(5000));
        works(mapper);
        outOfMemory(() => mapper.stream({ capacity: 4096 }));
        outOfMemory(() => mapper.transform());
        works(mapper);
        // One of a size that fits, and given back.
        using small = createMapperSync({ engine: name, maxMemoryBytes: 2 * 65536 });
        const stream = small.stream({ capacity: 64 });
        for (const range of few) while (!stream.push(range)) stream.drain();
        stream.close();
        works(small);
      }
    });

    it("is enough for a stream of two records, and frames needs 128 KiB: the least that works, and a byte less", () => {
      throws(() => createMapperSync({ engine: name, maxMemoryBytes: 65535 }), RangeError, "maxMemoryBytes");
      using least = createMapperSync({ engine: name, maxMemoryBytes: 65536 });
      const stream = least.stream({ capacity: 2 });
      const taken: Uint8Array[] = [];
      for (const range of few) while (!stream.push(range)) taken.push(stream.drain().bytes);
      while (!stream.flush()) taken.push(stream.drain().bytes);
      taken.push(stream.drain().bytes);
      expectBytes(Uint8Array.from(taken.flatMap((bytes) => [...bytes])), pack(few));
      // A range longer than a record takes the way of columns, whose one row is staged.
      expect(stream.push({ addr: 1n << 60n, length: 2n ** 33n })).toBe(true);
      expect([stream.flush(), stream.drain().length]).toEqual([true, 2]);
      works(least);
      const table = SegmentTable.from(few);
      using enough = createMapperSync({ engine: name, maxMemoryBytes: 131072 });
      expect(enough.frames(table).length).toBe(200);
      using short = createMapperSync({ engine: name, maxMemoryBytes: 131071 });
      if (short.engine === "wasm") outOfMemory(() => short.frames(table));
      else expect(short.frames(table).length).toBe(200);
    });

    it("streams that are closed give their memory back", () => {
      using mapper = createMapperSync({ engine: name, maxMemoryBytes: 2 * 65536 });
      for (let turn = 0; turn < 100; turn++) {
        using stream = mapper.stream({ capacity: 512 });
        expect(stream.push({ addr: turn, length: 1 })).toBe(true);
        mapper.input(turn);
      }
      works(mapper);
    });
  });

  it("a result of 4 GiB segments without number is refused by memory, not by time", () => {
    using mapper = createMapperSync({ engine: name, maxMemoryBytes: 2 ** 20 });
    const error = thrownBy(() => mapper.coalesce([{ addr: 0, length: SPACE - 1n }])) as SegringError;
    expect(error.code).toBe("OUT_OF_MEMORY");
    expect(mapper.coalesce([{ addr: 0, length: 1n << 40n }]).length).toBe(256);
  });
});

describe("SegringError", () => {
  it("is an Error with a code, perhaps an index and a cause", () => {
    const cause = new Error("why");
    const error = new SegringError("BAD_RECORD", "record 3: no", { index: 3, cause });
    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.code, error.index, error.message, error.cause]).toEqual([
      "SegringError",
      "BAD_RECORD",
      3,
      "record 3: no",
      cause,
    ]);
    expect(new SegringError("CLOSED", "x").index).toBe(undefined);
    expect(`${error}`).toBe("SegringError: record 3: no");
  });

  it("an OUT_OF_MEMORY of the platform has its cause", () => {
    const mapper = createMapperSync({ engine: "wasm", maxMemoryBytes: 65536 });
    const error = thrownBy(() => mapper.input(2 ** 20)) as SegringError;
    expect(error.cause).toBeInstanceOf(RangeError);
    expect((error.cause as Error).message).toBe("the limit is 1 pages of 64 KiB");
    expectBytes(
      mapper.coalesce([{ addr: 0n, length: 1n, flags: 0 }]).bytes,
      pack(coalesce([{ addr: 0n, length: 1n, flags: 0 }])),
    );
  });
});
