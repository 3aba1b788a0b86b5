/**
 * linux-vringh-indirect.json: chains of `tools/virtio/vringh_test.c` with indirect tables, one after the other and
 * followed by more, which Linux's vringh takes: `indirectNext: "follow"`.
 */
import { describe, expect, it } from "vitest";
import { SegmentTable } from "../../src/core/segment-table.js";
import { decodeVirtioSplit } from "../../src/descriptors/virtio-split.js";
import { gather, scatter } from "../../src/table/bytes.js";
import { cursor } from "../../src/table/cursor.js";
import { cut, NO_LIMITS, type OracleRange, pack } from "../oracle.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import { CANARY, memoryAt, type RawDescriptor, rangesOf, writeDescriptors } from "../support/descriptors.js";
import { builds, mapperFactory } from "../support/engines.js";
import file from "./data/linux-vringh-indirect.json" with { type: "json" };

const { NEXT, WRITE, INDIRECT } = file.flags;
const RING = 256;
const TABLES = 0x5000_0000n;

type Place = (string | number)[];
interface Link {
  indirect?: readonly Place[];
  direct?: Place;
  write?: number;
}
type Row = (typeof file.vectors)[number];
const [weird, ends, same] = file.vectors as [Row, Row, Row];

it("all 3 rows are here", () => {
  expect(file.vectors.map(({ name }) => name)).toEqual([
    "weird but legal: indirect + indirect + direct + indirect in one chain",
    "one readable + one writable",
    "same buffer RINGSIZE(256) times via one indirect",
  ]);
});

/** A queue with this chain from descriptor 0 on, and memory of one page for each indirect table. */
function queueOf(chain: readonly Link[], addrOf: (place: string) => bigint) {
  const ring = new Uint8Array(RING * 16);
  const memory = chain.map((_, index) => memoryAt(TABLES + BigInt(index) * 4096n, 4096));
  const rowOf = (place: Place, isLast: boolean, next: number, flags = 0): RawDescriptor => ({
    addr: addrOf(String(place[0])),
    len: Number(place[1]),
    low: flags | (isLast ? 0 : NEXT),
    high: isLast ? 0 : next,
  });
  const rows = chain.map(({ indirect, direct, write = 0 }, index): RawDescriptor => {
    const isLast = index === chain.length - 1;
    if (direct !== undefined) return rowOf(direct, isLast, index + 1, write * WRITE);
    const elements = indirect ?? [];
    const { bytes, addr } = memory[index] as { bytes: Uint8Array; addr: bigint };
    writeDescriptors(
      bytes,
      elements.map((place, at) => rowOf(place, at === elements.length - 1, at + 1)),
    );
    const flags = INDIRECT | (isLast ? 0 : NEXT);
    return { addr, len: elements.length * 16, low: flags, high: isLast ? 0 : index + 1 };
  });
  writeDescriptors(ring, rows);
  return { ring, memory };
}

describe.each([0n, 0x1234_5000n, (1n << 32n) - 10n, (1n << 64n) - 28n])(
  "indirect + indirect + direct + indirect at %s",
  (base) => {
    const { ring, memory } = queueOf(weird.chain as readonly Link[], (place) => base + BigInt(place.replace("D+", "")));
    const { flattened_lens: lens = [], flattened_count, total_bytes, pull_29_returns } = weird;

    it("follow: all of them, as they are", () => {
      const { readable, writable, descriptors } = decodeVirtioSplit(ring, 0, memory, { indirectNext: "follow" });
      expect(rangesOf(readable).map(({ length }) => Number(length))).toEqual(lens);
      expect([readable.length, writable.length, descriptors]).toEqual([flattened_count, 0, 7 + 3]);
      expect(readable.totalBytes).toBe(BigInt(total_bytes ?? -1));
      // Pulled byte by byte of a buffer that is one too long.
      const bytes = Uint8Array.from({ length: 28 }, (_, at) => at);
      const target = new Uint8Array(29).fill(CANARY);
      expect(gather(readable, { bytes, addr: base }, target)).toBe(pull_29_returns);
      expect([...target]).toEqual([...bytes, CANARY]);
    });

    it.each(builds)("one segment of 28 bytes, coalesced: $name", ({ name }) => {
      using mapper = mapperFactory(name)();
      const { readable } = decodeVirtioSplit(ring, 0, memory, { indirectNext: "follow" });
      expect([...mapper.coalesce(readable)]).toEqual([{ addr: base, length: 28, flags: 0 }]);
      // And a translation window of one byte is 28 of them.
      const byte = { ...NO_LIMITS, max: 1n };
      expect(cut({ addr: base, length: 28n, flags: 0 }, byte).length).toBe(28);
      using bytes = mapperFactory(name)(byte);
      expect(bytes.coalesce(readable).length).toBe(28);
    });

    it("refused by default, and cut short where NEXT is ignored", () => {
      for (const options of [{}, { indirectNext: "refuse" as const }]) {
        expect(thrownBy(() => decodeVirtioSplit(ring, 0, memory, options))).toMatchObject({
          code: "BAD_DESCRIPTOR",
          index: 0,
        });
      }
      const { readable } = decodeVirtioSplit(ring, 0, memory, { indirectNext: "ignore" });
      expect(rangesOf(readable).map(({ length }) => Number(length))).toEqual(lens.slice(0, 2));
    });
  },
);

// vringh's MAX is where the addresses of a user end; here the address after the last one of several spaces.
describe.each([1n << 64n, (1n << 64n) - 1n, 1n << 32n, 1n << 20n])("one readable + one writable below %s", (max) => {
  const addrOf = (place: string) => max + BigInt(place.replace("MAX", ""));
  const { ring } = queueOf(ends.chain as readonly Link[], addrOf);
  const toRanges = (places: readonly Place[] | undefined): OracleRange[] =>
    (places ?? []).map(([place, length = 0]) => ({ addr: addrOf(String(place)), length: BigInt(length), flags: 0 }));

  it("each side has its own, and is pulled and pushed as far as it goes", () => {
    const { readable, writable } = decodeVirtioSplit(ring, 0, undefined, { indirectNext: "follow" });
    expectBytes(readable.bytes, pack(toRanges(ends.read_segments)));
    expectBytes(writable.bytes, pack(toRanges(ends.write_segments)));
    const base = max - 4n;
    const bytes = Uint8Array.of(10, 11, 12, 13);
    const target = new Uint8Array(5).fill(CANARY);
    expect(gather(readable, { bytes, addr: base }, target)).toBe(ends.pull_5_returns);
    expect([...target]).toEqual([13, CANARY, CANARY, CANARY, CANARY]);
    expect(scatter(writable, { bytes, addr: base }, Uint8Array.of(1, 2, 3, 4, 5))).toBe(ends.push_5_returns);
    expect([...bytes]).toEqual([10, 1, 2, 13]);
  });
});

describe("the same buffer 256 times", () => {
  /** USER_MEM of vringh_test.c is a MiB. */
  const length = 2 ** 20 / 4;
  const count = same.elements ?? 0;
  const { ring, memory } = queueOf(
    [{ indirect: Array.from({ length: count }, (): Place => ["D+0", length]) }],
    () => 0x8000n,
  );
  const { readable } = decodeVirtioSplit(ring, 0, memory, { indirectNext: "follow" });

  it("256 elements, in a table of a page", () => {
    expect([count, same.bytes]).toEqual([RING, "256*USER_MEM/4"]);
    expectBytes(
      readable.bytes,
      pack(Array.from({ length: count }, () => ({ addr: 0x8000n, length: BigInt(length), flags: 0 }))),
    );
    expect(readable.totalBytes).toBe(256n * BigInt(length));
    // A whole table, no link or NEXT too many: the same by default.
    expect(decodeVirtioSplit(ring, 0, memory).readable.bytes).toEqual(readable.bytes);
  });

  it.each(builds)("kept apart: equal is not contiguous: $name", ({ name }) => {
    using mapper = mapperFactory(name)();
    expectBytes(mapper.coalesce(readable).bytes, readable.bytes);
  });

  it("pulled three bytes at a time", () => {
    const chunk = same.pull_chunk ?? 0;
    const reader = cursor(readable);
    const times = Math.floor(Number(readable.totalBytes) / chunk);
    for (let pull = 0; pull < times; pull++) reader.advance(chunk);
    expect(reader.remaining).toBe(readable.totalBytes % BigInt(chunk));
    expect([reader.index, reader.length]).toEqual([255, Number(reader.remaining)]);
    reader.advance(reader.remaining);
    expect(reader.done).toBe(true);
    // Across the border of two elements they are the end and the start of the same bytes.
    const bytes = Uint8Array.from({ length }, (_, at) => at % 251);
    const target = new Uint8Array(chunk);
    expect(gather(readable, { bytes, addr: 0x8000 }, target, length - 1)).toBe(chunk);
    expect([...target]).toEqual([(length - 1) % 251, 0, 1]);
    expect(SegmentTable.fromBytes(readable.bytes).length).toBe(256);
  });
});
