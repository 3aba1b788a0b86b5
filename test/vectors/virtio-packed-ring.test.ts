/**
 * virtio-packed-ring-derived.json: chains in a packed ring, each given back before the next is added: the slots, flags
 * and wrap counters of both sides.
 *
 * The rows say nothing of the bytes that a device wrote, and their used_flags have no WRITE: that is a chain given back with
 * 0 bytes written. With some written, WRITE is what the flags have more.
 */
import { afterEach, describe, expect, it, vi } from "vitest";
import { SegmentTable } from "../../src/core/segment-table.js";
import {
  advancePacked,
  decodeVirtioPacked,
  encodeVirtioPacked,
  type PackedPosition,
  readUsedPacked,
  writeUsedPacked,
} from "../../src/descriptors/virtio-packed.js";
import { descriptorsOf, isUntouched, memoryAt } from "../support/descriptors.js";
import file from "./data/virtio-packed-ring-derived.json" with { type: "json" };

const { AVAIL, USED, NEXT, WRITE } = file.flags;

it("all 4 rows are here, of 15 chains", () => {
  expect(file.vectors.map(({ steps }) => steps.length)).toEqual([5, 3, 2, 5]);
  expect(file.vectors.every(({ steps, chains_len_write: chains }) => steps.length === chains.length)).toBe(true);
  expect([AVAIL, USED, NEXT, WRITE]).toEqual([0x80, 0x8000, 1, 2]);
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** The elements of a chain, each at an address of its own. */
const elementsOf = (chain: readonly number[][], step: number) =>
  chain.map(([length = 0, write], index) => ({
    addr: (step + 1) * 2 ** 40 + index * 4096,
    length,
    write: write === 1,
  }));

describe.each(file.vectors)("$name", ({ ring_size, chains_len_write, steps, next_slot, next_wrap }) => {
  it("each chain, from the driver to the device and back", () => {
    const ring = memoryAt(0n, ring_size * 16);
    ring.bytes.fill(0);
    let driver: PackedPosition = { slot: 0, wrap: 1 };
    let device: PackedPosition = { slot: 0, wrap: 1 };
    for (const [index, { buffer_id, written, publish_order, used_slot, used_flags }] of steps.entries()) {
      const elements = elementsOf(chains_len_write[index] as number[][], index);
      const [readable, writable] = [false, true].map((side) =>
        SegmentTable.from(elements.filter(({ write }) => write === side)),
      ) as [SegmentTable, SegmentTable];
      const before = descriptorsOf(ring.bytes);
      const start = driver;
      expect(decodeVirtioPacked(ring.bytes, device)).toBeUndefined();

      // The flags of the first are stored last: when that is done, all others are there.
      expect(publish_order).toBe("slot of the first element last");
      const first = written[0]?.slot ?? -1;
      const { store } = Atomics;
      let atLast = before;
      const storeLast = (array: Int32Array, at: number, value: number) => {
        expect(at).toBe(first * 4 + 3);
        atLast = descriptorsOf(ring.bytes);
        return store(array, at, value);
      };
      // Its other overload, of bigints, is not called.
      const spy = vi.spyOn(Atomics, "store").mockImplementation(storeLast as never);
      const { used, ...next } = encodeVirtioPacked({ readable, writable }, ring.bytes, driver, buffer_id);
      expect(spy).toHaveBeenCalledTimes(1);
      spy.mockRestore();

      const after = descriptorsOf(ring.bytes);
      expect(atLast[first]).toEqual({ ...after[first], low: before[first]?.low, high: before[first]?.high });
      expect(atLast.filter((_, slot) => slot !== first)).toEqual(after.filter((_, slot) => slot !== first));
      const slots = written.map(({ slot }) => slot);
      expect(after.filter((_, slot) => !slots.includes(slot))).toEqual(
        before.filter((_, slot) => !slots.includes(slot)),
      );
      expect(written.map(({ slot }) => after[slot])).toEqual(
        written.map(({ len, flags }, element) => ({
          addr: BigInt(elements[element]?.addr ?? 0),
          len,
          low: buffer_id,
          high: flags,
        })),
      );
      // The wrap counter that each slot was written with.
      expect(written.map(({ flags }) => (flags & AVAIL ? 1 : 0))).toEqual(written.map(({ wrap }) => wrap));
      expect(used).toBe(written.length);
      driver = next;

      const taken = decodeVirtioPacked(ring.bytes, device);
      expect(taken).toMatchObject({ id: buffer_id, used: written.length, descriptors: written.length, ...driver });
      expect(taken?.readable.bytes).toEqual(readable.bytes);
      expect(taken?.writable.bytes).toEqual(writable.bytes);
      expect(device.slot).toBe(used_slot);
      expect(readUsedPacked(ring.bytes, start)).toBeUndefined();

      writeUsedPacked(ring.bytes, device, buffer_id, 0);
      const back = descriptorsOf(ring.bytes);
      expect(back[used_slot]).toMatchObject({ len: 0, low: buffer_id, high: used_flags });
      expect(back.filter((_, slot) => slot !== used_slot)).toEqual(after.filter((_, slot) => slot !== used_slot));
      expect(readUsedPacked(ring.bytes, start)).toEqual({ id: buffer_id, written: 0, hasWriteFlag: false });
      const total = Number(writable.totalBytes);
      if (total > 0) {
        writeUsedPacked(ring.bytes, device, buffer_id, total);
        expect(descriptorsOf(ring.bytes)).toEqual(
          back.map((row, slot) => (slot === used_slot ? { ...row, len: total, high: used_flags | WRITE } : row)),
        );
        expect(readUsedPacked(ring.bytes, start)).toEqual({ id: buffer_id, written: total, hasWriteFlag: true });
      }
      expect(advancePacked(device, used, ring_size)).toEqual(driver);
      device = driver;
    }
    expect(driver).toEqual({ slot: next_slot, wrap: next_wrap });
    expect(isUntouched(ring, ring_size * 16)).toBe(true);
  });
});
