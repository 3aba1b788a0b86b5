/**
 * virtio-chains-and-rings.json: chains as rust-vmm reads them, its readers and writers over them, and Firecracker's
 * buffers. A buffer of a chain is a table; reading and writing it is `gather` and `scatter` over the guest's memory.
 */

import { describe, expect, it } from "vitest";
import { SegmentTable } from "../../src/core/segment-table.js";
import { decodeVirtioSplit, encodeVirtioSplit } from "../../src/descriptors/virtio-split.js";
import { gather, scatter } from "../../src/table/bytes.js";
import { cursor } from "../../src/table/cursor.js";
import { concat, slice, split } from "../../src/table/slice.js";
import { about, blames, segringError } from "../support/blame.js";
import { thrownBy } from "../support/bytes.js";
import { CANARY, hexes, memoryAt, writeDescriptors } from "../support/descriptors.js";
import file from "./data/virtio-chains-and-rings.json" with { type: "json" };

type RawRow = (string | number)[];
const ringReason =
  "a container of descriptors that wraps by a double mapping: rings are segring/ring's, with tests of their own";
/** What segring has no call for. */
const declined: Record<string, string> = {
  access_mode:
    "a decoded chain has its readable and its writable buffers in two tables: neither is taken for the other",
  new: ringReason,
  "push 256 then 1 more": ringReason,
  "pop_front empty": ringReason,
  "pop_front too many": ringReason,
  "pop_front 4": ringReason,
  "pop_back 4": ringReason,
  pop_many: ringReason,
  "L smaller than page capacity": ringReason,
};

it("all 28 rows are here, and what is declined is the ring and the access mode of a buffer", () => {
  const { rust_vmm_chain, rust_vmm_split_at, rust_vmm_reader_writer, firecracker_iovec, firecracker_iov_ring } = file;
  const all = [rust_vmm_chain, rust_vmm_split_at, rust_vmm_reader_writer, firecracker_iovec, firecracker_iov_ring];
  expect([...all, file.derived].map(({ length }) => length)).toEqual([5, 6, 3, 5, 8, 1]);
  expect(new Set([...all, file.derived].flat().map(({ id }) => id)).size).toBe(28);
  expect(Object.keys(declined)).toEqual(["access_mode", ...firecracker_iov_ring.map(({ id }) => id)]);
});

/** Descriptors `[addr, len, flags, next]` as bytes, and zeros up to `count` of them. */
function rawTable(rows: readonly RawRow[], count: number): Uint8Array {
  const bytes = new Uint8Array(count * 16);
  writeDescriptors(
    bytes,
    rows.map(([addr = 0, len, flags, next]) => ({
      addr: BigInt(addr),
      len: Number(len),
      low: Number(flags),
      high: Number(next),
    })),
  );
  return bytes;
}

describe("rust_vmm_chain", () => {
  type Row = (typeof file.rust_vmm_chain)[number];
  const byId = (id: string) => file.rust_vmm_chain.find((row) => row.id === id) as Row;
  const yieldOf = (row: Row) => row.yield?.length ?? row.yield_count;

  function jobOf(row: Row) {
    const ring = rawTable(row.table ?? [], row.queue_size ?? 16);
    // The address of an indirect table is that of the first indirect descriptor.
    const indirect = (row.table ?? []).find(([, , flags]) => Number(flags) & 4);
    const addr = BigInt(row.indirect_at ?? indirect?.[0] ?? 0);
    const memory = { bytes: rawTable(row.indirect_table ?? [], 4096 / 16), addr };
    return { ring, memory };
  }

  it("index>=queue_size: no descriptor", () => {
    const row = byId("index>=queue_size");
    expect(yieldOf(row)).toBe(0);
    expect(thrownBy(() => decodeVirtioSplit(jobOf(row).ring, row.head))).toMatchObject({
      code: "BAD_DESCRIPTOR",
      index: 0,
      message: about("descriptor 0"),
    });
  });

  it("ok-two: both, in their order", () => {
    const row = byId("ok-two");
    const { readable, writable, descriptors } = decodeVirtioSplit(jobOf(row).ring, row.head);
    expect([descriptors, writable.length]).toEqual([yieldOf(row), 0]);
    expect([...readable].map(({ addr, length }) => [...hexes([addr]), length])).toEqual(
      (row.yield ?? []).map((index) => row.table?.[index]?.slice(0, 2)),
    );
  });

  it("indirect: five as rust-vmm reads it, and refused by default", () => {
    const row = byId("indirect");
    const { ring, memory } = jobOf(row);
    const { readable, descriptors } = decodeVirtioSplit(ring, row.head, memory, { indirectNext: "ignore" });
    expect(readable.length).toBe(yieldOf(row));
    // The indirect descriptor itself is read, and holds no buffer.
    expect(descriptors).toBe(6);
    expect(hexes([...readable].map(({ addr }) => addr))).toEqual(["0x6000", "0x0", "0x1000", "0x2000", "0x3000"]);
    for (const options of [{}, { indirectNext: "refuse" as const }]) {
      expect(thrownBy(() => decodeVirtioSplit(ring, row.head, memory, options))).toMatchObject({
        code: "BAD_DESCRIPTOR",
        index: 1,
      });
    }
    // Linux's reading has the descriptor that rust-vmm never yields.
    const followed = decodeVirtioSplit(ring, row.head, memory, { indirectNext: "follow" });
    expect(hexes([...followed.readable].map(({ addr }) => addr)).at(-1)).toBe("0x8000");
    expect(followed.readable.length).toBe(6);
  });

  it.each([
    ["indirect-len-not-multiple", 0],
    ["indirect-nested", 1],
  ])("%s: refused", (id, index) => {
    const row = byId(id);
    expect(yieldOf(row)).toBe(0);
    const { ring, memory } = jobOf(row);
    for (const indirectNext of ["refuse", "ignore", "follow"] as const) {
      expect(() => decodeVirtioSplit(ring, row.head, memory, { indirectNext })).toThrow(
        segringError("BAD_DESCRIPTOR", index),
      );
    }
  });
});

/** Buffers of these lengths, `gap` bytes apart, as a chain gives them. */
function tableOf(lens: readonly number[], { gap = 16, base = 0x1000, write = false } = {}): SegmentTable {
  let addr = base;
  const ranges = lens.map((length) => {
    const range = { addr, length };
    addr += length + gap;
    return range;
  });
  const table = SegmentTable.from(ranges);
  const ring = memoryAt(0n, 16 * 16).bytes;
  const { head } = encodeVirtioSplit(write ? { writable: table } : { readable: table }, ring, [3, 1, 4, 15, 9]);
  const { readable, writable } = decodeVirtioSplit(ring, head);
  expect([readable.length, writable.length]).toEqual(write ? [0, lens.length] : [lens.length, 0]);
  return write ? writable : readable;
}

const sum = (lens: readonly number[]) => lens.reduce((all, len) => all + len, 0);

describe("rust_vmm_split_at: both sides, neither with a segment of length 0", () => {
  it.each(file.rust_vmm_split_at)("$id", ({ readable, writable, at, left, right, error }) => {
    const lens = readable ?? writable ?? [];
    const table = tableOf(lens, { write: readable === undefined });
    const reader = cursor(table);
    if (error) {
      expect(thrownBy(() => split(table, [at]))).toEqual(blames(RangeError, "byteLengths[0]"));
      expect(thrownBy(() => slice(table, at))).toBeInstanceOf(RangeError);
      expect(thrownBy(() => reader.take(at))).toBeInstanceOf(RangeError);
      expect(reader.remaining).toBe(128n);
      return;
    }
    const sides = split(table, [at, sum(lens) - at]);
    expect(sides.map(({ totalBytes }) => Number(totalBytes))).toEqual([left, right]);
    expect(sides.flatMap((side) => [...side]).every(({ length }) => length > 0)).toBe(true);
    expect([slice(table, 0, at), slice(table, at)].map(({ bytes }) => bytes)).toEqual(sides.map(({ bytes }) => bytes));
    expect(reader.take(at).bytes).toEqual(sides[0]?.bytes);
    expect([reader.remaining, reader.done]).toEqual([BigInt(right ?? -1), right === 0]);
  });
});

/** Memory from 0x1000 on whose bytes differ from their neighbours, and what a table has of them. */
const guest = Uint8Array.from({ length: 4096 }, (_, at) => (at * 7 + (at >> 8)) & 255);
const textOf = (table: SegmentTable) =>
  [...table].flatMap(({ addr, length }) => [...guest.subarray(Number(addr) - 0x1000, Number(addr) - 0x1000 + length)]);

describe("rust_vmm_reader_writer", () => {
  const byId = (id: string) => file.rust_vmm_reader_writer.find((row) => row.id === id);

  it.each([false, true])("simple_chain, writable: %s", (write) => {
    const { lens = [], total, ops = [] } = byId("simple_chain") ?? {};
    const table = tableOf(lens, { write });
    expect(table.totalBytes).toBe(BigInt(total ?? -1));
    // First exactly 64 bytes, 42 are left; then up to 64 bytes, which are those 42.
    const [[exact, take, left], [upTo, room, got, rest]] = ops as [RawRow, RawRow];
    expect([exact, upTo]).toEqual(["exact", "read_up_to"]);
    const reader = cursor(table);
    expect(reader.take(Number(take)).totalBytes).toBe(BigInt(take ?? -1));
    expect(Number(reader.remaining)).toBe(left);
    const target = new Uint8Array(Number(room));
    expect(gather(table, { bytes: guest, addr: 0x1000 }, target, reader.offset)).toBe(got);
    expect([...target.subarray(0, Number(got))]).toEqual(textOf(table).slice(64));
    expect(target.subarray(Number(got)).every((byte) => byte === 0)).toBe(true);
    reader.advance(Number(got));
    expect([Number(reader.remaining), reader.done]).toEqual([rest, true]);
    expect(gather(table, { bytes: guest, addr: 0x1000 }, target, reader.offset)).toBe(0);
    // And written.
    const memory = memoryAt(0x1000n, 4096).bytes;
    expect(scatter(table, { bytes: memory, addr: 0x1000 }, new Uint8Array(64).fill(1))).toBe(64);
    expect(scatter(table, { bytes: memory, addr: 0x1000 }, new Uint8Array(64).fill(2), 64)).toBe(42);
    expect([1, 2, CANARY].map((value) => memory.filter((byte) => byte === value).length)).toEqual([64, 42, 4096 - 106]);
  });

  it("shattered_object: a u32 over four buffers of a byte", () => {
    const { lens = [], gap } = byId("shattered_object") ?? {};
    const table = tableOf(lens, { gap: gap ?? 0, write: true });
    const memory = memoryAt(0x1000n, 4096).bytes;
    const object = new Uint8Array(4);
    new DataView(object.buffer).setUint32(0, 0x1234_5678, true);
    expect(scatter(table, { bytes: memory, addr: 0x1000 }, object)).toBe(4);
    expect([0, 124, 248, 372].map((at) => memory[at])).toEqual([0x78, 0x56, 0x34, 0x12]);
    expect(memory.filter((byte) => byte !== CANARY).length).toBe(4);
    const back = new Uint8Array(4);
    expect(gather(table, { bytes: memory, addr: 0x1000 }, back)).toBe(4);
    expect(new DataView(back.buffer).getUint32(0, true)).toBe(0x1234_5678);
  });

  it("read_full: as much as there is", () => {
    const { lens = [], buffer = 0, returned } = byId("read_full") ?? {};
    expect(gather(tableOf(lens), { bytes: guest, addr: 0x1000 }, new Uint8Array(buffer))).toBe(returned);
  });

  it("no other row", () => {
    expect(file.rust_vmm_reader_writer.map(({ id }) => id)).toEqual(["simple_chain", "shattered_object", "read_full"]);
  });
});

describe("firecracker_iovec", () => {
  const rows = file.firecracker_iovec.filter(({ id }) => !(id in declined));
  const byId = (id: string) => rows.find((row) => row.id === id);
  interface Op {
    buf: number;
    off: number;
    copied?: number;
    exact?: boolean;
    exact_error?: string;
    error?: string;
  }
  const opsOf = (id: string) => (byId(id)?.ops ?? []) as readonly Op[];

  it("the rows are length, append, read_at and write_at", () => {
    expect(rows.map(({ id }) => id)).toEqual(["iovec_length", "append", "read_at", "write_at"]);
    expect(["read_at", "write_at"].map((id) => opsOf(id).length)).toEqual([7, 6]);
  });

  it.each(["iovec_length", "append"])("%s", (id) => {
    const { lens = [], append, len } = byId(id) ?? {};
    const table = tableOf(lens);
    const whole = append === undefined ? table : concat(table, tableOf(append, { base: 0x8000 }));
    expect(whole.totalBytes).toBe(BigInt(len ?? -1));
    expect(whole.length).toBe(lens.length + (append?.length ?? 0));
  });

  it.each(opsOf("read_at"))("read_at: $buf bytes at $off", ({ buf, off, copied, exact, exact_error }) => {
    const table = tableOf(byId("read_at")?.lens ?? []);
    const target = new Uint8Array(buf).fill(CANARY);
    const count = gather(table, { bytes: guest, addr: 0x1000 }, target, off);
    expect([...target.subarray(0, count)]).toEqual(textOf(table).slice(off, off + buf));
    expect(target.subarray(count).every((byte) => byte === CANARY)).toBe(true);
    if (copied !== undefined) expect(count).toBe(copied);
    if (exact) expect(count).toBe(buf);
    // An exact reader asks for a slice: a RangeError where it is not all there. What was copied tells the two errors apart.
    if (exact_error === undefined) return;
    expect(count).toBe(/completed (\d+)/.exec(exact_error)?.[1] === "4" ? 4 : 0);
    expect(/^(PartialBuffer|OutOfBounds)/.exec(exact_error)?.[1]).toBe(count > 0 ? "PartialBuffer" : "OutOfBounds");
    expect(thrownBy(() => slice(table, off, buf))).toEqual(blames(RangeError, "byteLength"));
  });

  it.each(opsOf("write_at"))("write_at: $buf bytes at $off", ({ buf, off, copied, error }) => {
    const table = tableOf(byId("write_at")?.lens ?? [], { write: true });
    const memory = memoryAt(0x1000n, 4096).bytes;
    const source = Uint8Array.from({ length: buf }, (_, index) => index + 1);
    const count = scatter(table, { bytes: memory, addr: 0x1000 }, source, off);
    expect(count).toBe(error === "OutOfBounds" ? 0 : (copied ?? buf));
    const back = new Uint8Array(256);
    expect(gather(table, { bytes: memory, addr: 0x1000 }, back)).toBe(256);
    expect([...back.subarray(off, off + count)]).toEqual([...source.subarray(0, count)]);
    expect(memory.filter((byte) => byte !== CANARY).length).toBe(count);
    expect(back.filter((byte) => byte !== CANARY).length).toBe(count);
  });
});

describe("derived: 2^32 bytes in a chain", () => {
  // rust-vmm and Firecracker count them in a u32, and end the chain before the last byte, or fail. The specification
  // allows 2^32 ("The Virtqueue Descriptor Table": no chain is longer than 2^32 bytes in total), and segring follows it.
  const [{ id, lens }] = file.derived as [(typeof file.derived)[number]];
  const [first, second] = lens as [number, number];

  it(`${id}: exactly 2^32 are a chain`, () => {
    expect(first + second).toBe(2 ** 32);
    const ring = memoryAt(0n, 16 * 16).bytes;
    const readable = SegmentTable.from([first, second].map((length, index) => ({ addr: index * 2 ** 40, length })));
    const { head } = encodeVirtioSplit({ readable }, ring, [5, 2]);
    const decoded = decodeVirtioSplit(ring, head);
    expect(decoded.readable.bytes).toEqual(readable.bytes);
    expect(decoded.readable.totalBytes).toBe(2n ** 32n);
  });

  it("one byte more is none", () => {
    const ring = memoryAt(0n, 16 * 16).bytes;
    const before = ring.slice();
    const table = SegmentTable.from([first, second + 1].map((length, index) => ({ addr: index * 2 ** 40, length })));
    for (const chain of [{ readable: table }, { readable: slice(table, 0, first), writable: slice(table, first) }]) {
      expect(thrownBy(() => encodeVirtioSplit(chain, ring, [5, 2]))).toMatchObject({
        code: "NOT_EXPRESSIBLE",
      });
      expect(ring).toEqual(before);
    }
    const raw = rawTable(
      [
        ["0x0", first, 1, 1],
        ["0x10000000000", second + 1, 0, 0],
      ],
      16,
    );
    expect(thrownBy(() => decodeVirtioSplit(raw, 0))).toMatchObject({
      code: "BAD_DESCRIPTOR",
      index: 1,
      message: about("descriptor 1"),
    });
  });
});
