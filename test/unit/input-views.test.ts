/** Records of `mapper.input`: their views are valid until the next call, and who writes to older ones hears of it. */
import { describe, expect, it } from "vitest";
import { packedRecords, SegmentTable, type SegringError } from "../../src/index.js";
import { planColumns } from "../../src/plan/columns.js";
import { thrownBy } from "../support/bytes.js";
import { builds, mapperFactory } from "../support/engines.js";

const STALE =
  '"input" expected its words or bytes to be read since the last call of its mapper: that call ended the views given before';

describe.each(builds)("$name", ({ name }) => {
  const makeMapper = mapperFactory(name);
  const stale = (call: () => unknown) => {
    const error = thrownBy(call) as SegringError;
    expect([error.code, error.message]).toEqual(["STALE", STALE]);
  };
  const filled = () => {
    const mapper = makeMapper();
    const input = mapper.input(2);
    input.words.set([0x1000, 0, 100, 0, 0x9000, 0, 100, 0]);
    return { mapper, input };
  };

  it("a view kept over a call that lets memory grow: the records are STALE, a write is not lost in silence", () => {
    const { mapper, input } = filled();
    const { words } = input;
    mapper.coalesce([{ addr: 0, length: 2n ** 46n }]);
    words[2] = 200;
    stale(() => mapper.coalesce(input));
    input.words[2] = 200;
    expect(mapper.coalesce(input).at(0)?.length).toBe(200);
    mapper.close();
  });

  it("the same rule after each call that may let memory grow, whether it does or not", () => {
    const table = SegmentTable.from([{ addr: 0, length: 4096 }]);
    const { mapper, input } = filled();
    using other = makeMapper();
    for (const call of [
      () => mapper.coalesce([]),
      () => mapper.coalesce(input),
      () => mapper.union([]),
      () => mapper.union(input),
      () => mapper.frames(table),
      () => mapper.stream({ capacity: 2 }).close(),
      () => planColumns(mapper, { offset: [5, 1], length: [1, 1] }, { maxBytes: 8 }),
      () => expect(() => mapper.coalesce([{ addr: -1, length: 1 }])).toThrow(RangeError),
    ]) {
      expect(input.words[2]).toBe(100);
      call();
      stale(() => mapper.coalesce(input));
      stale(() => mapper.union(input));
      stale(() => other.coalesce(input));
    }
    expect(input.bytes[8]).toBe(100);
    expect(mapper.union(input).length).toBe(2);
    mapper.close();
  });

  it("the same records again: a view read anew gives what was written, and takes what is written now", () => {
    const { mapper, input } = filled();
    for (let turn = 1; turn <= 50; turn++) {
      input.words[2] = turn;
      expect(input.words[6]).toBe(100);
      expect(mapper.coalesce(input).at(0)?.length).toBe(turn);
      mapper.coalesce([{ addr: 0, length: BigInt(turn) << 40n }]);
    }
    mapper.close();
  });

  it("another mapper takes them too, and its calls do not end the views of the first", () => {
    const { mapper, input } = filled();
    using other = makeMapper();
    const { words } = input;
    other.coalesce([{ addr: 0, length: 2n ** 46n }]);
    expect(other.coalesce(input).length).toBe(2);
    words[2] = 0x8000;
    expect(mapper.coalesce(input).length).toBe(1);
    mapper.close();
  });

  it("an iterable that reads a view and maps the records within an outer call is right", () => {
    const { mapper, input } = filled();
    function* source() {
      for (let turn = 0; turn < 3; turn++) {
        input.words[2] = turn + 1;
        expect(mapper.coalesce(input).at(0)?.length).toBe(turn + 1);
        yield { addr: turn * 16, length: 8 };
      }
    }
    expect(mapper.coalesce(source()).length).toBe(3);
    stale(() => mapper.coalesce(input));
    mapper.close();
  });

  it("an input() that finds no memory ends nothing", () => {
    using mapper = makeMapper();
    const input = mapper.input(1);
    input.words.set([16, 0, 16, 0]);
    expect(() => mapper.input(-1)).toThrow(RangeError);
    expect(mapper.coalesce(input).length).toBe(1);
  });

  it("packed records of the caller are taken as often as wanted", () => {
    using mapper = makeMapper();
    const records = packedRecords(SegmentTable.from([{ addr: 0, length: 1 }]).bytes);
    for (let turn = 0; turn < 3; turn++) expect(mapper.coalesce(records).length).toBe(1);
  });
});
