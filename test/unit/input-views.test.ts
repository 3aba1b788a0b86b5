/** Records of `mapper.input`: they and their views stay valid, whatever is mapped meanwhile, on each engine. */

import { describe, expect, it } from "vitest";
import { createMapperSync, packedRecords, SegmentTable, type SegringError } from "../../src/index.js";
import { planColumns } from "../../src/plan/columns.js";
import { pack, union } from "../oracle.js";
import { segringError } from "../support/blame.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import { builds, mapperFactory } from "../support/engines.js";

describe.each(builds)("$name", ({ name }) => {
  const makeMapper = mapperFactory(name);
  const filled = () => {
    const mapper = makeMapper();
    const input = mapper.input(2);
    input.words.set([0x1000, 0, 100, 0, 0x9000, 0, 100, 0]);
    return { mapper, input };
  };

  it("a view kept over a call that lets memory grow: what is written to it is mapped", () => {
    const { mapper, input } = filled();
    const { words, bytes } = input;
    mapper.coalesce([{ addr: 0, length: 2n ** 48n }]);
    words[2] = 200;
    bytes[24] = 50;
    expect(Array.from(mapper.coalesce(input), ({ length }) => length)).toEqual([200, 50]);
    expect([words.length, bytes.length]).toEqual([8, 32]);
    mapper.close();
  });

  it("a view kept over any call is the memory of the records", () => {
    const table = SegmentTable.from([{ addr: 0, length: 2 ** 32 }]);
    const { mapper, input } = filled();
    const { words } = input;
    using other = makeMapper();
    let turn = 100;
    for (const call of [
      () => mapper.coalesce(table),
      () => mapper.coalesce(input),
      () => mapper.union(table),
      () => mapper.union(input),
      () => other.union(input),
      () => mapper.frames(table, { maxCount: 2 ** 20 }),
      () => mapper.stream({ capacity: 2 ** 16 }).close(),
      () => planColumns(mapper, { offset: [5, 1], length: [1, 1] }, { maxBytes: 8 }),
      () => expect(() => mapper.coalesce([{ addr: -1, length: 1 }])).toThrow(RangeError),
      () => expect(() => mapper.input(-1)).toThrow(RangeError),
    ]) {
      call();
      words[2] = ++turn;
      for (const segments of [mapper.coalesce(input), mapper.union(input), other.coalesce(input)]) {
        expect(segments.at(0)?.length).toBe(turn);
      }
    }
    mapper.close();
  });

  it("results that are larger than the room beside the records are right, and leave the records as they are", () => {
    using mapper = createMapperSync({ engine: name, maxSegmentBytes: 4096 });
    const records = [
      { addr: 1n << 40n, length: 2n ** 30n, flags: 0 },
      { addr: 0n, length: 4097n, flags: 256 },
    ];
    const input = mapper.input(40);
    const { bytes } = input;
    for (let at = 0; at < 40; at += 2) bytes.set(pack(records), at * 16);
    const before = bytes.slice();
    const segments = mapper.coalesce(input);
    expect(segments.length).toBe(20 * (2 ** 18 + 2));
    expect(segments.at(-1)).toEqual({ addr: 4096n, length: 1, flags: 256 });
    expectBytes(mapper.union(input).bytes, pack(union(records, 0n, { max: 4096n, boundary: 0n, alignment: 1n })));
    expectBytes(bytes, before);
  });

  it("an iterable that writes and maps the records within an outer call is right", () => {
    const { mapper, input } = filled();
    const { words } = input;
    function* source() {
      for (let turn = 0; turn < 3; turn++) {
        words[2] = turn + 1;
        expect(mapper.coalesce(input).at(0)?.length).toBe(turn + 1);
        yield { addr: turn * 16, length: 8 };
      }
    }
    expect(mapper.coalesce(source()).length).toBe(3);
    mapper.close();
  });

  it("fewer records than before, and more: zeros, and the records before are STALE", () => {
    using mapper = makeMapper();
    let before = mapper.input(5);
    for (const count of [3, 5, 0, 1000, 7, 70_000, 1]) {
      before.bytes.fill(0xff);
      const next = mapper.input(count);
      expect([next.count, next.bytes.length, next.words.length]).toEqual([count, 16 * count, 4 * count]);
      expect(next.bytes.every((byte) => byte === 0)).toBe(true);
      const stale = before;
      expect(() => mapper.coalesce(stale)).toThrow(segringError("STALE", undefined, "input"));
      expect((thrownBy(() => before.words) as SegringError).code).toBe("STALE");
      before = next;
    }
  });

  it("as many as fit into 64 KiB, and no more", () => {
    using mapper = createMapperSync({ engine: name, maxMemoryBytes: 65536 });
    const refused = thrownBy(() => mapper.input(4097)) as SegringError;
    expect(refused.code).toBe("OUT_OF_MEMORY");
    const input = mapper.input(2048);
    const { words } = input;
    for (let at = 0; at < 2048; at++) words.set([16 * at, 0, 16, 0], 4 * at);
    expect([...mapper.coalesce(input)]).toEqual([{ addr: 0n, length: 2 ** 15, flags: 0 }]);
  });

  it("packed records of the caller are taken as often as wanted", () => {
    using mapper = makeMapper();
    const records = packedRecords(SegmentTable.from([{ addr: 0, length: 1 }]).bytes);
    for (let turn = 0; turn < 3; turn++) expect(mapper.coalesce(records).length).toBe(1);
  });
});
