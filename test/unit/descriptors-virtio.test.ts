/** Chains of split and packed virtqueues, byte by byte. */

import { describe, expect, it, vi } from "vitest";
import type { SegmentTable } from "../../src/core/segment-table.js";
import {
  advancePacked,
  decodeVirtioPacked,
  decodeVirtioSplit,
  encodeVirtioPacked,
  encodeVirtioSplit,
  readUsedPacked,
  writeUsedPacked,
} from "../../src/descriptors/index.js";
import { type Blame, blames } from "../support/blame.js";
import {
  any,
  bad,
  bytesOf,
  empty,
  GIB4,
  hexOf,
  notIn,
  type Places,
  plain,
  type Refusal,
  refusals,
  refuses,
  seg,
  shape,
  TOP,
  tableOf,
  two,
} from "../support/descriptor-cases.js";
import { CANARY, isUntouched, type MemoryAt, memoryAt, setU64, writeDescriptors } from "../support/descriptors.js";

describe("virtio, split", () => {
  const chain = { readable: tableOf(seg(0x1122_3344_5566_7788n, 0xfff_ffff)), writable: two };

  it("a chain over slots in any order, byte by byte", () => {
    const ring = memoryAt(0n, 8 * 16);
    expect(encodeVirtioSplit(chain, ring.bytes, [6, 0, 3, 1])).toEqual({ head: 6, used: 3 });
    const slot = (index: number) => hexOf(ring.bytes.subarray(index * 16, index * 16 + 16));
    expect(slot(6)).toBe(bytesOf("8877665544332211", "ffffff0f", "0100", "0000"));
    expect(slot(0)).toBe(bytesOf("0010000000000000", "00100000", "0300", "0300"));
    expect(slot(3)).toBe(bytesOf("0050000000000000", "00080000", "0200", "0000"));
    for (const other of [1, 2, 4, 5, 7]) expect(slot(other)).toBe("a5".repeat(16));
    expect(plain(decodeVirtioSplit(ring.bytes, 6))).toEqual({ ...plain(chain), descriptors: 3 });
  });

  it("an indirect table: one descriptor in the queue", () => {
    const ring = memoryAt(0n, 8 * 16);
    const indirect = memoryAt(0x5000_0000n, 64);
    expect(encodeVirtioSplit(chain, ring.bytes, Uint16Array.of(7), { indirect })).toEqual({ head: 7, used: 1 });
    expect(hexOf(ring.bytes.subarray(7 * 16))).toBe(bytesOf("0000005000000000", "30000000", "0400", "0000"));
    expect(hexOf(indirect.bytes.subarray(0, 48))).toBe(
      bytesOf(
        ...["8877665544332211", "ffffff0f", "0100", "0100"],
        ...["0010000000000000", "00100000", "0300", "0200"],
        ...["0050000000000000", "00080000", "0200", "0000"],
      ),
    );
    expect([isUntouched(indirect, 48), ring.bytes.subarray(0, 112).every((byte) => byte === CANARY)]).toEqual([
      true,
      true,
    ]);
    expect(plain(decodeVirtioSplit(ring.bytes, 7, indirect))).toEqual({ ...plain(chain), descriptors: 4 });
  });

  const shapes = (
    encode: (chain: { readable?: SegmentTable; writable?: SegmentTable }, places: Places) => unknown,
  ): Refusal[] => [
    ["no chain", (p) => encode({}, p), shape()],
    [
      "a chain longer than the queue",
      (p) => encode({ readable: tableOf(...Array.from({ length: 17 }, () => seg(0, 1))) }, p),
      shape(16),
    ],
    ["4 GiB in one", (p) => encode({ readable: tableOf(seg(0, GIB4)) }, p), shape(0)],
    ["4 GiB in a writable one", (p) => encode({ readable: empty, writable: tableOf(seg(0, GIB4)) }, p), shape(0)],
    ["more than 4 GiB", (p) => encode({ readable: tableOf(seg(0, GIB4 - 1), seg(0, 2)) }, p), shape()],
  ];
  refusals(
    shapes((some, { target, memory }) => encodeVirtioSplit(some, target, [...Array(16).keys()], { indirect: memory })),
  );
  refusals([
    ["no ring", ({ target }) => encodeVirtioSplit(chain, target.subarray(0, 15), [0]), notIn("ring.byteLength")],
    [
      "a ring of parts",
      ({ target }) => encodeVirtioSplit(chain, target.subarray(0, 40), [0]),
      notIn("ring.byteLength"),
    ],
    ["a ring of 65536", () => encodeVirtioSplit(chain, new Uint8Array(2 ** 20), [0]), notIn("ring.byteLength")],
    [
      "a ring of three",
      ({ target }) => encodeVirtioSplit(chain, target.subarray(0, 48), [0]),
      notIn("ring.byteLength"),
    ],
    ["too few slots", ({ target }) => encodeVirtioSplit(chain, target, [0, 1]), notIn("slots.length")],
    ["a slot twice", ({ target }) => encodeVirtioSplit(chain, target, [0, 1, 0]), notIn("slots[2]")],
    [
      "two indirect tables",
      ({ target, memory }) => encodeVirtioSplit(chain, target, [0], { indirect: any([memory, memory]) }),
      blames(RangeError, "indirect"),
    ],
    [
      "a short indirect table",
      ({ target, memory: { bytes, addr } }) =>
        encodeVirtioSplit(chain, target, [0], { indirect: { bytes: bytes.subarray(0, 47), addr } }),
      notIn("indirect.bytes.byteLength"),
    ],
  ]);
  describe("and packed", () => {
    refusals(
      shapes((some, { target, memory }) =>
        encodeVirtioPacked(some, target, { slot: 0, wrap: 1 }, 0, { indirect: memory }),
      ),
    );
    refusals([
      [
        "a ring at an odd address",
        ({ target }) => encodeVirtioPacked(chain, target.subarray(2, 66), { slot: 0, wrap: 1 }, 0),
        notIn("ring.byteOffset"),
      ],
      [
        "a short indirect table",
        ({ target, memory: { bytes, addr } }) =>
          encodeVirtioPacked(chain, target, { slot: 0, wrap: 1 }, 0, {
            indirect: { bytes: bytes.subarray(0, 47), addr },
          }),
        notIn("indirect.bytes.byteLength"),
      ],
    ]);
  });

  type Row = [addr: number, len: number, flags: number, next: number];
  const rawTable = (count: number, ...rows: Row[]) => {
    const bytes = new Uint8Array(count * 16);
    writeDescriptors(
      bytes,
      rows.map(([addr, len, low, high]) => ({ addr: BigInt(addr), len, low, high })),
    );
    return bytes;
  };
  const memory = { bytes: rawTable(4, [0, 1, 1, 1], [0, 1, 1, 0], [0, 0, 4, 0], [0, 1, 1, 4]), addr: 0x5000 };

  it("elements of length 0 are no buffers, and count", () => {
    const ring = rawTable(4, [1, 0, 1, 1], [2, 5, 1, 2], [3, 0, 3, 3], [4, 0, 2, 0]);
    const { readable, ...rest } = plain(decodeVirtioSplit(ring, 0)) as { readable: unknown };
    expect(readable).toEqual([{ addr: 2n, length: 5n, flags: 0 }]);
    expect(rest).toEqual({ writable: [], descriptors: 4 });
  });

  it.each<[string, () => unknown, Blame]>([
    ["a head", () => decodeVirtioSplit(rawTable(4), 4), bad(0)],
    ["a next", () => decodeVirtioSplit(rawTable(4, [0, 1, 1, 65535]), 0), bad(1)],
    ["a loop", () => decodeVirtioSplit(rawTable(4, [0, 1, 1, 1], [0, 1, 1, 0]), 0), bad(4)],
    ["a loop of itself", () => decodeVirtioSplit(rawTable(1, [0, 0, 1, 0]), 0), bad(1)],
    [
      "more than asked for",
      () => decodeVirtioSplit(rawTable(4, [0, 1, 1, 1], [0, 1, 0, 0]), 0, undefined, { maxDescriptors: 1 }),
      bad(1),
    ],
    ["a readable one behind", () => decodeVirtioSplit(rawTable(4, [0, 1, 3, 1], [0, 1, 0, 0]), 0), bad(1)],
    ["an indirect table elsewhere", () => decodeVirtioSplit(rawTable(4, [0x6000, 16, 4, 0]), 0, memory), bad(0)],
    ["an empty indirect table", () => decodeVirtioSplit(rawTable(4, [0x5000, 0, 4, 0]), 0, memory), bad(0)],
    ["an indirect table of parts", () => decodeVirtioSplit(rawTable(4, [0x5000, 17, 4, 0]), 0, memory), bad(0)],
    ["a loop in an indirect table", () => decodeVirtioSplit(rawTable(4, [0x5000, 32, 4, 0]), 0, memory), bad(3)],
    ["an index past an indirect table", () => decodeVirtioSplit(rawTable(4, [0x5000, 16, 4, 0]), 0, memory), bad(2)],
    ["an indirect table inside one", () => decodeVirtioSplit(rawTable(4, [0x5020, 16, 4, 0]), 0, memory), bad(1)],
    ["an indirect one with a next", () => decodeVirtioSplit(rawTable(4, [0x5000, 32, 5, 0]), 0, memory), bad(0)],
    [
      "what is to be done with it",
      () => decodeVirtioSplit(rawTable(4), 0, undefined, { indirectNext: any("keep") }),
      notIn("indirectNext"),
    ],
  ])("decode refuses %s", (_, call, error) => refuses(call, error));

  it("decode refuses bytes past 2^64 and more than 2^32 in all", () => {
    const ring = rawTable(4, [0, 1, 1, 1], [0, 2 ** 32 - 1, 1, 2], [0, 1, 0, 0]);
    refuses(() => decodeVirtioSplit(ring, 0), bad(2));
    setU64(ring, 2, TOP - 1n);
    refuses(() => decodeVirtioSplit(ring, 0), bad(1));
  });
});

describe("virtio, packed", () => {
  const chain = { readable: tableOf(seg(0x1122_3344_5566_7788n, 16)), writable: two };
  const slotOf = ({ bytes }: MemoryAt, index: number) => hexOf(bytes.subarray(index * 16, index * 16 + 16));

  it("a chain across the end, byte by byte", () => {
    const ring = memoryAt(0n, 3 * 16);
    const position = { slot: 2, wrap: 1 } as const;
    expect(encodeVirtioPacked(chain, ring.bytes, position, 0xabcd)).toEqual({ slot: 2, wrap: 0, used: 3 });
    expect(slotOf(ring, 2)).toBe(bytesOf("8877665544332211", "10000000", "cdab", "8100"));
    expect(slotOf(ring, 0)).toBe(bytesOf("0010000000000000", "00100000", "cdab", "0380"));
    expect(slotOf(ring, 1)).toBe(bytesOf("0050000000000000", "00080000", "cdab", "0280"));
    expect(isUntouched(ring, 48)).toBe(true);
    expect(plain(decodeVirtioPacked(ring.bytes, position))).toEqual({
      ...plain(chain),
      ...{ descriptors: 3, id: 0xabcd, used: 3, slot: 2, wrap: 0 },
    });
    // Not yet at the other wrap counter, nor used.
    expect(decodeVirtioPacked(ring.bytes, { slot: 2, wrap: 0 })).toBeUndefined();
    expect(readUsedPacked(ring.bytes, position)).toBeUndefined();
    writeUsedPacked(ring.bytes, position, 0xabcd, 0xffff_fffe);
    expect(slotOf(ring, 2)).toBe(bytesOf("8877665544332211", "feffffff", "cdab", "8280"));
    expect(readUsedPacked(ring.bytes, position)).toEqual({ id: 0xabcd, written: 0xffff_fffe, hasWriteFlag: true });
    expect(readUsedPacked(ring.bytes, { slot: 2, wrap: 0 })).toBeUndefined();
    writeUsedPacked(ring.bytes, { slot: 1, wrap: 0 }, 0xffff, 0);
    expect(slotOf(ring, 1)).toBe(bytesOf("0050000000000000", "00000000", "ffff", "0000"));
    expect(readUsedPacked(ring.bytes, { slot: 1, wrap: 0 })).toEqual({ id: 0xffff, written: 0, hasWriteFlag: false });
    writeUsedPacked(ring.bytes, { slot: 0, wrap: 0 }, 1, 1);
    expect(slotOf(ring, 0)).toBe(bytesOf("0010000000000000", "01000000", "0100", "0200"));
    // A device that never sets WRITE: what it says is read, and that it may not count.
    ring.bytes[14] = 0;
    expect(readUsedPacked(ring.bytes, { slot: 0, wrap: 0 })).toEqual({ id: 1, written: 1, hasWriteFlag: false });
  });

  it("an indirect table, byte by byte", () => {
    const ring = memoryAt(0n, 3 * 16);
    const indirect = memoryAt(0x5000_0000n, 64);
    const position = { slot: 2, wrap: 0 } as const;
    expect(encodeVirtioPacked(chain, ring.bytes, position, 0xffff, { indirect })).toEqual({
      slot: 0,
      wrap: 1,
      used: 1,
    });
    expect(slotOf(ring, 2)).toBe(bytesOf("0000005000000000", "30000000", "ffff", "0480"));
    expect(hexOf(indirect.bytes.subarray(0, 48))).toBe(
      bytesOf(
        ...["8877665544332211", "10000000", "0000", "0000"],
        ...["0010000000000000", "00100000", "0000", "0200"],
        ...["0050000000000000", "00080000", "0000", "0200"],
      ),
    );
    expect([isUntouched(indirect, 48), slotOf(ring, 0), slotOf(ring, 1)]).toEqual([
      true,
      "a5".repeat(16),
      "a5".repeat(16),
    ]);
    expect(plain(decodeVirtioPacked(ring.bytes, position, indirect))).toEqual({
      ...plain(chain),
      ...{ descriptors: 4, id: 0xffff, used: 1, slot: 0, wrap: 1 },
    });
  });

  /** Descriptors that are available at wrap counter 1. */
  const ringOf = (count: number, ...rows: [addr: number, len: number, flags: number][]) => {
    const bytes = new Uint8Array(count * 16);
    writeDescriptors(
      bytes,
      rows.map(([addr, len, flags]) => ({ addr: BigInt(addr), len, low: 7, high: flags })),
    );
    return bytes;
  };
  const start = { slot: 0, wrap: 1 } as const;
  const memory = { bytes: ringOf(2, [0, 1, 4], [0, 1, 0]), addr: 0x5000 };

  it("in an indirect table only WRITE counts: each other flag is ignored, as a device does", () => {
    for (let bit = 0; bit < 16; bit++) {
      const flag = 1 << bit;
      if (flag === 2) continue;
      const bytes = ringOf(3, [0x1000, 16, flag], [0x2000, 32, flag | 2], [0x3000, 64, 2]);
      const chain = decodeVirtioPacked(ringOf(2, [0x5000, 48, 0x84]), start, { bytes, addr: 0x5000 });
      expect(chain && plain(chain), `flag 0x${flag.toString(16)}`).toEqual({
        ...plain({ readable: tableOf(seg(0x1000, 16)), writable: tableOf(seg(0x2000, 32), seg(0x3000, 64)) }),
        descriptors: 4,
        ...{ id: 7, used: 1, slot: 1, wrap: 1 },
      });
    }
  });

  it.each<[string, () => unknown, Blame]>([
    [
      "a chain that goes on in what is not available",
      () => decodeVirtioPacked(ringOf(4, [0, 1, 0x81], [0, 1, 0x8081]), start),
      bad(1, "of slot 1"),
    ],
    [
      "a chain that comes back to its start",
      () => decodeVirtioPacked(ringOf(2, [0, 1, 0x81], [0, 1, 0x81]), start),
      bad(2),
    ],
    [
      "more than asked for",
      () => decodeVirtioPacked(ringOf(2, [0, 1, 0x81], [0, 1, 0x80]), start, undefined, { maxDescriptors: 1 }),
      bad(1),
    ],
    ["an indirect one with a next", () => decodeVirtioPacked(ringOf(2, [0x5000, 16, 0x85]), start, memory), bad(0)],
    [
      "an indirect one behind another",
      () => decodeVirtioPacked(ringOf(2, [0, 1, 0x81], [0x5010, 16, 0x84]), start, memory),
      bad(1),
    ],
    ["an indirect table of parts", () => decodeVirtioPacked(ringOf(2, [0x5000, 15, 0x84]), start, memory), bad(0)],
    ["an indirect table elsewhere", () => decodeVirtioPacked(ringOf(2, [0x5010, 32, 0x84]), start, memory), bad(0)],
    ["a readable one behind", () => decodeVirtioPacked(ringOf(2, [0, 1, 0x83], [0, 1, 0x80]), start), bad(1)],
  ])("decode refuses %s", (_, call, error) => refuses(call, error));
});

describe("packed rings, and chains that are completed in another order", () => {
  it("two chains given back in reverse: the device writes at its own place, and both sides go on", () => {
    const size = 8;
    const ring = new Uint8Array(size * 16);
    const start = { slot: 0, wrap: 1 } as const;
    const first = { readable: tableOf(seg(0x1000, 1), seg(0x3000, 2)), writable: tableOf(seg(0x9000, 3)) };
    const second = { readable: tableOf(seg(0xa000, 4)), writable: tableOf(seg(0xc000, 5)) };
    const afterFirst = encodeVirtioPacked(first, ring, start, 10);
    const afterSecond = encodeVirtioPacked(second, ring, afterFirst, 20);
    expect([afterFirst, afterSecond]).toEqual([
      { slot: 3, wrap: 1, used: 3 },
      { slot: 5, wrap: 1, used: 2 },
    ]);
    // The device takes both.
    const [a, b] = [decodeVirtioPacked(ring, start), decodeVirtioPacked(ring, afterFirst)];
    expect([a?.id, a?.used, b?.id, b?.used]).toEqual([10, 3, 20, 2]);
    expect([a?.readable.bytes, a?.writable.bytes]).toEqual([first.readable.bytes, first.writable.bytes]);
    expect([b?.readable.bytes, b?.writable.bytes]).toEqual([second.readable.bytes, second.writable.bytes]);
    expect(decodeVirtioPacked(ring, afterSecond)).toBeUndefined();
    // The second completes first, into slot 0, where the first chain was; the first then two slots on.
    let device = advancePacked(start, 0, size);
    writeUsedPacked(ring, device, b?.id ?? 0, 5);
    device = advancePacked(device, b?.used ?? 0, size);
    expect(device).toEqual({ slot: 2, wrap: 1 });
    // The driver knows how many slots the chain of an id had.
    const slotsOf = new Map([
      [10, 3],
      [20, 2],
    ]);
    expect(readUsedPacked(ring, start)).toEqual({ id: 20, written: 5, hasWriteFlag: true });
    let driver = advancePacked(start, slotsOf.get(20) ?? 0, size);
    expect(readUsedPacked(ring, driver)).toBeUndefined();
    writeUsedPacked(ring, device, a?.id ?? 0, 0);
    expect(readUsedPacked(ring, driver)).toEqual({ id: 10, written: 0, hasWriteFlag: false });
    device = advancePacked(device, a?.used ?? 0, size);
    driver = advancePacked(driver, slotsOf.get(10) ?? 0, size);
    expect([device, driver]).toEqual([
      { slot: 5, wrap: 1 },
      { slot: 5, wrap: 1 },
    ]);
    expect(readUsedPacked(ring, driver)).toBeUndefined();
    // And round the ring: 5 slots from 5 on.
    const long = { writable: tableOf(...Array.from({ length: 5 }, (_, at) => seg(at * 8192, 1))) };
    const end = encodeVirtioPacked(long, ring, driver, 30);
    expect(end).toEqual({ slot: 2, wrap: 0, used: 5 });
    const c = decodeVirtioPacked(ring, device);
    expect([c?.id, c?.used, c?.slot, c?.wrap]).toEqual([30, 5, 2, 0]);
    writeUsedPacked(ring, device, 30, 5);
    expect(readUsedPacked(ring, driver)).toEqual({ id: 30, written: 5, hasWriteFlag: true });
    expect(advancePacked(driver, 5, size)).toEqual({ slot: 2, wrap: 0 });
  });

  it("advancePacked goes round the ring", () => {
    const rows: [slot: number, wrap: 0 | 1, used: number, size: number, to: number, toWrap: 0 | 1][] = [
      [0, 1, 0, 1, 0, 1],
      [0, 1, 1, 1, 0, 0],
      [0, 0, 1, 1, 0, 1],
      [2, 1, 1, 4, 3, 1],
      [3, 1, 1, 4, 0, 0],
      [3, 0, 4, 4, 3, 1],
      [0, 1, 5, 5, 0, 0],
      [32767, 0, 32768, 32768, 32767, 1],
    ];
    for (const [slot, wrap, used, size, to, toWrap] of rows) {
      expect(advancePacked({ slot, wrap }, used, size)).toEqual({ slot: to, wrap: toWrap });
    }
  });

  it("id and flags are one load, before all else of a descriptor", () => {
    const ring = new Uint8Array(64);
    const start = { slot: 1, wrap: 1 } as const;
    encodeVirtioPacked({ readable: two }, ring, start, 0x1234);
    const loads: number[] = [];
    const { load } = Atomics;
    const spy = vi.spyOn(Atomics, "load").mockImplementation(((array: Int32Array, at: number) => {
      loads.push(at);
      const word = load(array, at);
      // The other side writes what a second look would find.
      array[at] = -1;
      return word;
    }) as never);
    try {
      expect(decodeVirtioPacked(ring, start)).toMatchObject({ id: 0x1234, used: 2 });
      expect(loads).toEqual([7, 11]);
      writeUsedPacked(ring, start, 0x4321, 6);
      expect(readUsedPacked(ring, start)).toEqual({ id: 0x4321, written: 6, hasWriteFlag: true });
      expect(loads).toEqual([7, 11, 7]);
    } finally {
      spy.mockRestore();
    }
  });
});
