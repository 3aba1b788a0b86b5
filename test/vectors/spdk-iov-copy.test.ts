/**
 * spdk-iov-copy.json: copies between lists of elements, and between a list and a buffer. The elements of a list lie apart
 * from each other in one memory, and all bytes between them are canaries. Where SPDK fills the source with ones, here also
 * each byte has its number, so that the order is seen.
 */

import { describe, expect, it } from "vitest";
import { SegmentTable } from "../../src/core/segment-table.js";
import { copy, fill, gather, scatter } from "../../src/table/bytes.js";
import { blames } from "../support/blame.js";
import { thrownBy } from "../support/bytes.js";
import { builds, mapperFactory } from "../support/engines.js";
import file from "./data/spdk-iov-copy.json" with { type: "json" };

const CANARY = 0xc5;
const GAP = 8;

/** Elements of these lengths, in order of address or against it. */
function layOut(lengths: readonly number[], { base = 0x1000, backwards = false } = {}) {
  const ranges: { addr: number; length: number }[] = [];
  let at = base + GAP;
  for (const length of backwards ? lengths.toReversed() : lengths) {
    ranges.push({ addr: at, length });
    at += length + GAP;
  }
  if (backwards) ranges.reverse();
  const memory = new Uint8Array(at - base).fill(CANARY);
  const placeOf = ranges.flatMap(({ addr, length }) => Array.from({ length }, (_, byte) => addr - base + byte));
  return {
    memory,
    base,
    ranges,
    /** The bytes of all elements, one after the other. */
    get list() {
      return placeOf.map((place) => memory[place]);
    },
    set list(bytes) {
      for (const [index, byte] of bytes.entries()) memory[placeOf[index] as number] = byte as number;
    },
    /** What of the rest is no canary any more. */
    get broken() {
      return memory.filter((byte, place) => byte !== CANARY && !placeOf.includes(place)).length;
    },
  };
}

type List = ReturnType<typeof layOut>;
const tableOf = ({ ranges }: List) => SegmentTable.from(ranges);
const bytesOf = (list: List) => ({ table: tableOf(list), memory: { bytes: list.memory, addr: list.base } });
const sum = (lengths: readonly number[]) => lengths.reduce((total, length) => total + length, 0);
const ones = (count: number): number[] => Array(count).fill(1);
const zeros = (count: number): number[] => Array(count).fill(0);
const numbered = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
const expectWhole = (...lists: readonly List[]) =>
  expect(lists.map(({ broken }) => broken)).toEqual(lists.map(() => 0));

it("all rows are here", () => {
  const { iovcpy, iovs_to_buf, buf_to_iovs_roundtrip, memset, iov_xfer_resumable, observed_in_source } = file;
  expect(
    [iovcpy, iovs_to_buf, buf_to_iovs_roundtrip, memset, iov_xfer_resumable, observed_in_source].map(
      (rows) => rows.length,
    ),
  ).toEqual([9, 1, 1, 1, 2, 1]);
});

const orders = [{ backwards: false }, { backwards: true }];

describe.each(orders)("elements laid out backwards: $backwards", ({ backwards }) => {
  it.each(file.iovcpy)("iovcpy: $id", (row) => {
    for (const bytes of [ones(sum(row.src)), numbered(sum(row.src))]) {
      const source = layOut(row.src, { backwards });
      const target = layOut(row.dst, { base: 0x9_0000_0000 });
      source.list = bytes;
      target.list = zeros(sum(row.dst));
      expect(copy(bytesOf(source), bytesOf(target))).toBe(row.copied);
      expect(target.list).toEqual([...bytes.slice(0, row.copied), ...zeros(sum(row.dst) - row.copied)]);
      expect(source.list).toEqual(bytes);
      expectWhole(source, target);
    }
  });

  it.each(file.iovcpy)("iovcpy: $id, in parts of every size", (row) => {
    for (let part = 1; part <= row.copied; part++) {
      const source = layOut(row.src);
      const target = layOut(row.dst, { backwards });
      source.list = numbered(sum(row.src));
      target.list = zeros(sum(row.dst));
      let done = 0;
      for (;;) {
        const skips = { sourceOffset: done, targetOffset: done, byteLength: part };
        const copied = copy(bytesOf(source), bytesOf(target), skips);
        expect(copied).toBe(Math.min(part, row.copied - done));
        if (copied === 0) break;
        done += copied;
      }
      expect(target.list).toEqual([...numbered(row.copied), ...zeros(sum(row.dst) - row.copied)]);
      expectWhole(source, target);
    }
  });

  it.each(file.iovs_to_buf)("iovs_to_buf: $iov", ({ iov, buf }) => {
    for (const bytes of [ones(buf), numbered(buf)]) {
      const list = layOut(iov, { backwards });
      list.list = bytes;
      // One byte more than there is stays as it was.
      const buffer = new Uint8Array(buf + 1);
      expect(gather(tableOf(list), { bytes: list.memory, addr: list.base }, buffer)).toBe(buf);
      expect([...buffer]).toEqual([...bytes, 0]);
      expectWhole(list);
    }
  });

  it.each(file.buf_to_iovs_roundtrip)("buf_to_iovs and back: $iov", ({ iov, buf }) => {
    const list = layOut(iov, { backwards });
    list.list = zeros(buf);
    expect(scatter(tableOf(list), { bytes: list.memory, addr: list.base }, Uint8Array.from(numbered(buf)))).toBe(buf);
    expect(list.list).toEqual(numbered(buf));
    const back = new Uint8Array(buf);
    expect(gather(tableOf(list), { bytes: list.memory, addr: list.base }, back)).toBe(buf);
    expect([...back]).toEqual(numbered(buf));
    expectWhole(list);
  });

  it.each(file.memset)("memset: $iov", ({ iov }) => {
    const list = layOut(iov, { backwards });
    list.list = zeros(sum(iov));
    expect(fill(tableOf(list), { bytes: list.memory, addr: list.base }, 1)).toBe(sum(iov));
    expect(list.list).toEqual(ones(sum(iov)));
    expectWhole(list);
  });

  const resumable = file.iov_xfer_resumable.map(({ iov, to_buf_chunks, from_buf_chunks }) => ({
    iov,
    direction: to_buf_chunks === undefined ? "from" : "to",
    chunks: to_buf_chunks ?? from_buf_chunks ?? [],
  }));

  it.each(resumable)("iov_xfer, resumed: $direction a buffer, by $chunks", ({ chunks, ...row }) => {
    const bytes = numbered(sum(row.iov));
    expect(sum(chunks)).toBe(bytes.length);
    const list = layOut(row.iov, { backwards });
    const buffer = new Uint8Array(bytes.length);
    const isToBuffer = row.direction === "to";
    const move = isToBuffer ? gather : scatter;
    if (isToBuffer) list.list = bytes;
    else buffer.set(bytes);
    let done = 0;
    for (const chunk of chunks) {
      const part = buffer.subarray(done, done + chunk);
      expect(move(tableOf(list), { bytes: list.memory, addr: list.base }, part, done)).toBe(chunk);
      done += chunk;
      const moved = bytes.slice(0, done);
      const rest = Array(bytes.length - done).fill(isToBuffer ? 0 : CANARY);
      expect(isToBuffer ? [...buffer] : list.list).toEqual([...moved, ...rest]);
    }
    expect(move(tableOf(list), { bytes: list.memory, addr: list.base }, buffer, done)).toBe(0);
    expect([[...buffer], list.list]).toEqual([bytes, bytes]);
    expectWhole(list);
  });
});

/** The native code stops at the first element of length 0, and says that all is copied. */
const defects = ["spdk_ioviter stops at the first zero-length element"];

describe.each(builds)("$name", ({ name }) => {
  const makeMapper = mapperFactory(name);

  it.each(file.observed_in_source)("%s", (text) => {
    expect(defects.filter((defect) => text.startsWith(defect))).toEqual(defects);
    // A table has no such element: it is refused, or dropped by name, and then all is copied.
    const source = layOut([5, 0, 15, 0, 0, 3]);
    const target = layOut([4, 0, 19]);
    /** What comes before the first empty element of either list. */
    const native = 4;
    source.list = numbered(23);
    target.list = zeros(23);
    expect(thrownBy(() => tableOf(source))).toEqual(blames(RangeError, "segments[1].length"));
    using mapper = makeMapper();
    const dense = ({ memory, base, ranges }: List) => ({
      table: mapper.coalesce(ranges, { skipEmpty: true }),
      memory: { bytes: memory, addr: base },
    });
    const copied = copy(dense(source), dense(target));
    expect(copied).toBe(23);
    expect(copied).not.toBe(native);
    expect(target.list).toEqual(numbered(23));
    expectWhole(source, target);
  });
});
