/** Every format of segring/descriptors: what is decoded covers the bytes that were encoded, and hostile bytes end in an error. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SegmentTable } from "../../src/core/segment-table.js";
import { decodePrdt, encodePrdt } from "../../src/descriptors/ahci.js";
import { decodeChain, encodeChain } from "../../src/descriptors/chain.js";
import { decodeIovec, encodeIovec } from "../../src/descriptors/iovec.js";
import { decodePrp, encodePrp } from "../../src/descriptors/nvme-prp.js";
import { decodeSgl, encodeSgl } from "../../src/descriptors/nvme-sgl.js";
import { decodePageList, encodePageList } from "../../src/descriptors/page-list.js";
import {
  advancePacked,
  decodeVirtioPacked,
  encodeVirtioPacked,
  type PackedPosition,
  readUsedPacked,
  writeUsedPacked,
} from "../../src/descriptors/virtio-packed.js";
import { decodeVirtioSplit, encodeVirtioSplit } from "../../src/descriptors/virtio-split.js";
import { type OracleRange, pack, totalBytes } from "../oracle.js";
import { expectBytes } from "../support/bytes.js";
import { check, seed, share } from "../support/check.js";
import { fuzz, fuzzTargets } from "../support/descriptor-fuzz.js";
import {
  CANARY,
  checkTouching,
  coveredBy,
  drawHalves,
  drawTouching,
  isUntouched,
  type MemoryAt,
  memoryAt,
} from "../support/descriptors.js";
import { Random } from "../support/random.js";
import { FOUR_GIB, KINDS, least } from "../support/ranges.js";

const SPACE = 1n << 64n;

/** 1 to 10^4 segments, few of them mostly, and the seed of what they are. */
const anyJob = fc.record({
  count: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1, max: 12 }) },
    { weight: 3, arbitrary: fc.integer({ min: 13, max: 1200 }) },
    { weight: 1, arbitrary: fc.integer({ min: 1201, max: 10_000 }) },
    { weight: 1, arbitrary: fc.constant(10_000) },
  ),
  seed: fc.integer(),
});

const tableOf = (ranges: readonly OracleRange[]) => SegmentTable.fromBytes(pack(ranges));
const plain = (ranges: readonly OracleRange[]) => ranges.map((range) => ({ ...range, flags: 0 }));

interface Shape {
  /** The longest length. */
  most?: bigint;
  /** Of addresses and lengths. */
  unit?: bigint;
  /** Where the address space ends. */
  end?: bigint;
  /** Bytes in all. */
  total?: bigint;
  kinds?: readonly number[];
}

/** Segments in any order, touching ones among them; short, long and of 4 GiB. */
function drawRanges(count: number, random: Random, shape: Shape = {}): OracleRange[] {
  const { most = FOUR_GIB, unit = 1n, end = SPACE, total, kinds = KINDS } = shape;
  const ranges: OracleRange[] = [];
  let left = total ?? FOUR_GIB * BigInt(count);
  let next = 0n;
  for (let index = 0; index < count; index++) {
    // Each that follows has one unit at least.
    const room = least(most, left - unit * BigInt(count - 1 - index));
    const wanted = random.pick([
      unit,
      4096n,
      most,
      BigInt(random.integer(1, 70_000)),
      random.u64() >> BigInt(random.integer(31, 63)),
    ]);
    let length = (least(wanted + unit, room) / unit) * unit;
    if (length === 0n) length = unit;
    let addr = next;
    if (random.once(2)) addr = random.pick([random.u64() % end, end - length, 0n, next + unit]);
    if (addr + length > end) addr = end - length;
    addr -= addr % unit;
    ranges.push({ addr, length, flags: random.pick(kinds) });
    next = addr + length;
    left -= length;
  }
  return ranges;
}

/** Ranges whose inner borders are at pages, but where segments touch. */
function drawPages(count: number, random: Random, pageBytes: bigint, mostPages: number, unit = 4n): OracleRange[] {
  const kind = random.pick([0, 4]);
  const ranges: OracleRange[] = [];
  let pages = mostPages;
  for (let index = 0; index < count && pages > 0; index++) {
    const most = Number(least(BigInt(pages), FOUR_GIB / pageBytes));
    const wanted = random.once(4) ? random.integer(1, most) : random.integer(1, 3);
    const run = Math.min(most, wanted, Math.max(1, Math.ceil(pages / 2)));
    pages -= run;
    const page = random.u64() % (SPACE / pageBytes - BigInt(run));
    let addr = page * pageBytes;
    let length = BigInt(run) * pageBytes;
    if (index === 0) {
      const offset = ((random.u64() % pageBytes) / unit) * unit * BigInt(random.integer(0, 1));
      addr += offset;
      length -= offset;
    }
    if (index === count - 1 || pages === 0) length -= random.u64() % (length < pageBytes ? length : pageBytes);
    // A border inside a page is none where both sides touch, whatever their tags.
    const cut = random.once(3) && length > 1n ? 1n + (random.u64() % (length - 1n)) : 0n;
    if (cut > 0n) ranges.push({ addr, length: cut, flags: kind | (random.integer(0, 3) << 8) });
    ranges.push({ addr: addr + cut, length: length - cut, flags: kind | (random.once(9) ? 2 : 0) });
  }
  return ranges;
}

/**
 * Pieces of memory with `bytes` bytes in all and `extra` more, none but the last of a length that is no multiple of
 * `unit`: side by side in one buffer, or with canaries between; their addresses in another order. `check` says that nothing
 * else was written than the first `bytes` bytes.
 */
function drawPieces(
  bytes: number,
  random: Random,
  unit: number,
  alignment: number,
  extra = 0,
): { pieces: MemoryAt[]; check(): void } {
  const sizes: number[] = [];
  for (let left = bytes + extra; left > 0; ) {
    const some = unit * random.integer(1, Math.max(1, Math.ceil(left / unit / 3)));
    const size = random.once(3) ? left : Math.min(left, some);
    sizes.push(size);
    left -= size;
  }
  const gaps = sizes.map(() => (random.once(2) ? 0 : 8 * random.integer(1, 9)));
  const around = new Uint8Array(bytes + extra + 64 + gaps.reduce((sum, gap) => sum + gap, 0)).fill(CANARY);
  const order = sizes.map((_, index) => index).sort(() => (random.once(2) ? 1 : -1));
  const stride = BigInt(Math.ceil((bytes + extra + 1) / alignment)) * BigInt(alignment);
  const first = BigInt(alignment) * BigInt(random.u32());
  const rest: [number, number][] = [[0, 32]];
  let at = 32;
  let left = bytes;
  const pieces = sizes.map((size, index) => {
    const piece = { bytes: around.subarray(at, at + size), addr: first + BigInt(order[index] as number) * stride };
    const used = Math.min(size, left);
    left -= used;
    at += size + (gaps[index] as number);
    rest.push([at - (gaps[index] as number) - size + used, at]);
    return piece;
  });
  rest.push([at, around.byteLength]);
  return {
    pieces,
    check: () => {
      expect(rest.every(([from, to]) => around.subarray(from, to).every((byte) => byte === CANARY))).toBe(true);
    },
  };
}

describe("NVMe PRP", () => {
  const property = (ranges: OracleRange[], pageBytes: number, random: Random) => {
    const table = tableOf(ranges);
    const page = BigInt(pageBytes);
    const runs = coveredBy(ranges);
    const pages = runs.reduce(
      (sum, { addr, length }) => sum + Number((addr + length - 1n) / page - addr / page) + 1,
      0,
    );
    const slots = pageBytes / 8;
    const entries = pages > 2 ? pages - 1 : 0;
    const lists = entries === 0 ? 0 : Math.max(1, Math.ceil((entries - 1) / (slots - 1)));
    const listBytes = (entries + Math.max(0, lists - 1)) * 8;
    const extra = random.once(2) ? 0 : 8 * random.integer(1, 2 * slots);
    const { pieces, check } = drawPieces(listBytes, random, pageBytes, pageBytes, extra);
    const { prp1, prp2, listEntries, listPages } = encodePrp(table, pieces, { pageBytes });
    expect([listEntries, listPages]).toEqual([entries, lists]);
    check();
    const byteLength = Number(totalBytes(ranges));
    const decoded = decodePrp({ prp1, prp2, byteLength }, pieces.toReversed(), { pageBytes });
    expectBytes(decoded.bytes, pack(runs));
  };

  it("decodes to the same bytes, lists in memory here and there", () => {
    check(250, anyJob, ({ count, seed }) => {
      const random = new Random(seed);
      const pageBytes = random.pick([4096, 4096, 8192, 16384, 32768, 65536]);
      const ranges = drawPages(count, random, BigInt(pageBytes), Math.min(30_000, 2 ** 32 / pageBytes));
      property(ranges, pageBytes, random);
    });
  });

  it("4 GiB in one segment", () => {
    for (const pageBytes of [4096, 65536]) {
      property([{ addr: 1n << 40n, length: FOUR_GIB, flags: 0 }], pageBytes, new Random(1));
    }
  });
});

describe("touching segments inside a page", () => {
  it("of any size: PRP and page lists are the model's", () => {
    const found = { yes: 0, no: 0 };
    check(300, fc.integer(), (seed) => {
      const random = new Random(seed);
      const pageBytes = random.pick([4096, 8192, 16384, 32768, 65536]);
      const page = BigInt(pageBytes);
      const longest = page * BigInt(random.pick([3, 600, 20_000]));
      const ranges = drawTouching(random, page, longest, random.pick([4n, 4n, 1n]), random.pick([0, 0, 2]));
      found[checkTouching(ranges, pageBytes).expressible ? "yes" : "no"]++;
    });
    expect([found.yes > share(60), found.no > share(10)]).toEqual([true, true]);
  });

  it("thousands of pages, each in two pieces", () => {
    check(20, fc.integer(), (seed) => {
      const random = new Random(seed);
      const pageBytes = random.pick([4096, 16384, 65536]);
      checkTouching(drawHalves(random, BigInt(pageBytes), random.integer(1000, 6000)), pageBytes);
    });
  });

  it("above 4 GiB", () => {
    check(12, fc.integer(), (seed) => {
      const random = new Random(seed);
      const pageBytes = random.pick([32768, 65536, 65536, 65536]);
      checkTouching(drawTouching(random, BigInt(pageBytes), 3n * FOUR_GIB, 4n, 0), pageBytes);
    });
  });
});

describe("NVMe SGL", () => {
  it("decodes to the same segments, lists in several pieces", () => {
    check(150, anyJob, ({ count, seed }) => {
      const random = new Random(seed);
      const alignmentBytes = random.pick([1, 4] as const);
      const unit = BigInt(alignmentBytes);
      const ranges = drawRanges(count, random, { most: FOUR_GIB - unit, unit });
      // Each piece but the last has a descriptor that leads on: more than enough for all.
      const { pieces, check } = drawPieces(count * 48 + 64, random, 48, 8);
      const { sgl1, descriptors } = encodeSgl(tableOf(ranges), pieces, { alignmentBytes });
      check();
      const decoded = decodeSgl(sgl1, pieces.toReversed());
      expectBytes(decoded.table.bytes, pack(plain(ranges)));
      expect([decoded.descriptors, decoded.droppedBytes]).toEqual([descriptors + 1, 0n]);
    });
  });
});

/** A chain of up to 2^32 bytes, its tables and its ranges. */
function drawChain(count: number, random: Random) {
  const ranges = drawRanges(count, random, {
    most: FOUR_GIB - 1n,
    total: random.once(2) ? FOUR_GIB : BigInt(count) * 5000n,
  });
  const readable = random.integer(0, count);
  return {
    ranges,
    chain: { readable: tableOf(ranges.slice(0, readable)), writable: tableOf(ranges.slice(readable)) },
    check: (decoded: { readable: SegmentTable; writable: SegmentTable } | undefined) => {
      expectBytes(decoded?.readable.bytes ?? new Uint8Array(), pack(plain(ranges.slice(0, readable))), "readable");
      expectBytes(decoded?.writable.bytes ?? new Uint8Array(), pack(plain(ranges.slice(readable))), "writable");
    },
  };
}

describe("virtio", () => {
  it("split: decodes to the same chain, in any slots or in an indirect table", () => {
    check(150, anyJob, ({ count, seed }) => {
      const random = new Random(seed);
      const { chain, check } = drawChain(count, random);
      const size = 2 ** Math.max(random.integer(0, 10), Math.ceil(Math.log2(count)));
      const ring = memoryAt(0n, size * 16);
      const slots = Array.from({ length: size }, (_, slot) => slot);
      for (let at = size - 1; at > 0; at--) {
        const other = random.integer(0, at);
        [slots[at], slots[other]] = [slots[other] as number, slots[at] as number];
      }
      const isIndirect = random.once(2);
      const indirect = memoryAt(random.u64() >> 1n, count * 16);
      const options = isIndirect ? { indirect } : {};
      const { head, used } = encodeVirtioSplit(chain, ring.bytes, slots, options);
      expect([head, used]).toEqual([slots[0], isIndirect ? 1 : count]);
      const free = slots.slice(used).flatMap((slot) => [...ring.bytes.subarray(slot * 16, slot * 16 + 16)]);
      expect(free.every((byte) => byte === CANARY)).toBe(true);
      expect([isUntouched(ring, size * 16), isUntouched(indirect, isIndirect ? count * 16 : 0)]).toEqual([true, true]);
      const decoded = decodeVirtioSplit(ring.bytes, head, indirect);
      check(decoded);
      expect(decoded.descriptors).toBe(count + (isIndirect ? 1 : 0));
    });
  });

  it("packed: chains one after the other round the ring, and given back", () => {
    check(100, anyJob, ({ count, seed }) => {
      const random = new Random(seed);
      const size = random.pick([count, count + 1, Math.min(32768, count * 2), count + random.integer(0, 40)]);
      const ring = memoryAt(0n, size * 16);
      ring.bytes.fill(0);
      let position: PackedPosition = { slot: random.integer(0, size - 1), wrap: 1 };
      // Slots before the first belong to the last round: used, at the other wrap counter.
      if (position.slot > 0) {
        for (let slot = 0; slot < position.slot; slot++) writeUsedPacked(ring.bytes, { slot, wrap: 1 }, 0, 0);
      }
      for (let turn = 0; turn < (count > 1200 ? 2 : 5); turn++) {
        const some = random.integer(1, count);
        const { chain, check } = drawChain(some, random);
        const indirect = random.once(3) ? memoryAt(random.u64() >> 1n, some * 16) : undefined;
        const id = random.integer(0, 65535);
        const end = encodeVirtioPacked(chain, ring.bytes, position, id, { indirect });
        const { slot, wrap, used } = end;
        expect(used).toBe(indirect === undefined ? some : 1);
        const to = position.slot + used;
        expect([slot, wrap]).toEqual(to < size ? [to, position.wrap] : [to - size, 1 - position.wrap]);
        const decoded = decodeVirtioPacked(ring.bytes, position, indirect ?? []);
        expect(decoded).toMatchObject({ id, used, slot, wrap });
        check(decoded);
        expect(readUsedPacked(ring.bytes, position)).toBeUndefined();
        writeUsedPacked(ring.bytes, position, id, turn);
        expect(readUsedPacked(ring.bytes, position)).toEqual({ id, written: turn, hasWriteFlag: turn > 0 });
        position = advancePacked(position, used, size);
        expect(position).toEqual({ slot, wrap });
      }
      expect(isUntouched(ring, size * 16)).toBe(true);
    });
  });
});

describe("arrays of entries", () => {
  it("AHCI: decodes to the same segments", () => {
    check(100, anyJob, ({ count, seed }) => {
      const random = new Random(seed);
      const addressBits = random.pick([32, 64] as const);
      const shape = { most: 1n << 22n, unit: 2n, end: 1n << BigInt(addressBits) };
      const ranges = drawRanges(count, random, shape);
      const target = memoryAt(0n, count * 16 + 16);
      const interrupt = random.once(2);
      expect(encodePrdt(tableOf(ranges), target.bytes, { interrupt, addressBits })).toBe(count);
      expect(isUntouched(target, count * 16)).toBe(true);
      expectBytes(decodePrdt(target.bytes, count).bytes, pack(plain(ranges)));
    });
  });

  it.each([4, 8] as const)("struct iovec with pointers of %d bytes: decodes to the same segments", (pointerBytes) => {
    check(100, anyJob, ({ count, seed }) => {
      const random = new Random(seed);
      // 2^31 - 1 bytes in all are what a call with 4-byte pointers takes.
      const total = (1n << 31n) - 1n;
      const shape = pointerBytes === 4 ? { most: total, end: FOUR_GIB, total } : {};
      const ranges = drawRanges(count, random, shape);
      const target = memoryAt(0n, (count + 1) * 2 * pointerBytes);
      const options = { pointerBytes, maxElements: count };
      expect(encodeIovec(tableOf(ranges), target.bytes, options)).toBe(count);
      expect(isUntouched(target, count * 2 * pointerBytes)).toBe(true);
      expectBytes(decodeIovec(target.bytes, count, options).bytes, pack(plain(ranges)));
    });
  });

  it.each(["little", "big"] as const)("page lists, %s-endian: decode to the same bytes", (byteOrder) => {
    check(150, anyJob, ({ count, seed }) => {
      const random = new Random(seed);
      const page = 1n << BigInt(random.pick([0, 4, 12, 12, 12, 16, 21, 30, 32]));
      const ranges = drawPages(count, random, page, 20_000, 1n);
      const pages = coveredBy(ranges).reduce(
        (sum, { addr, length }) => sum + Number((addr + length - 1n) / page - addr / page) + 1,
        0,
      );
      const target = memoryAt(0n, (pages + 1) * 8);
      const options = { pageBytes: page, byteOrder };
      const list = encodePageList(tableOf(ranges), target.bytes, options);
      const { addr } = ranges[0] as OracleRange;
      expect(list).toEqual({ count: pages, firstOffset: Number(addr % page), byteLength: totalBytes(ranges) });
      expect(isUntouched(target, pages * 8)).toBe(true);
      expectBytes(decodePageList(target.bytes, list, options).bytes, pack(coveredBy(ranges)));
    });
  });
});

describe("chained pages", () => {
  it("decode to the same records, flags and all", () => {
    check(150, anyJob, ({ count, seed }) => {
      const random = new Random(seed);
      const table = tableOf(drawRanges(count, random));
      const pages = Math.max(1, Math.ceil((count - 1) / 255));
      // Whole pages: what is not used of the last one becomes zeros.
      const bytes = pages * 4096;
      const { pieces, check } = drawPieces(bytes, random, 4096, 4096, random.once(2) ? 0 : 16 * random.integer(1, 600));
      // What was there before is gone, whatever it was.
      if (random.once(2)) encodeChain(tableOf(drawRanges(random.integer(1, pages * 255), random)), pieces);
      const { addr, pages: used } = encodeChain(table, pieces);
      expect([addr, used]).toEqual([pieces[0]?.addr, pages]);
      check();
      expectBytes(decodeChain(addr, pieces.toReversed(), count).bytes, table.bytes);
      expectBytes(decodeChain(addr, pieces).bytes, table.bytes);
    });
  });
});

describe("hostile bytes", () => {
  // A million of them: test/slow/descriptors-fuzz.test.ts.
  it.each(fuzzTargets)("%s: a table, or an error that says so", (target) => {
    const { inputs, tables, refused } = fuzz(target, 2300, seed);
    expect([inputs, tables + refused]).toEqual([2300, 2300]);
    // Both kinds are met.
    expect([tables > 100, refused > 100]).toEqual([true, true]);
  });
});
