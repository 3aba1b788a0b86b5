import { SegringError } from "../../src/core/errors.js";
import { PACKAGE } from "../../src/core/package-key.js";
import { recordFault } from "../../src/core/record.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import { decodePrdt, encodePrdt } from "../../src/descriptors/ahci.js";
import { decodeChain, encodeChain } from "../../src/descriptors/chain.js";
import { decodeIovec, encodeIovec } from "../../src/descriptors/iovec.js";
import { decodePrp, encodePrp } from "../../src/descriptors/nvme-prp.js";
import { decodeSgl, encodeSgl } from "../../src/descriptors/nvme-sgl.js";
import { decodePageList, encodePageList } from "../../src/descriptors/page-list.js";
import { decodeVirtioPacked, encodeVirtioPacked, readUsedPacked } from "../../src/descriptors/virtio-packed.js";
import { decodeVirtioSplit, encodeVirtioSplit } from "../../src/descriptors/virtio-split.js";
import { Random } from "./random.js";

/*
 * Bytes of a hostile driver for each decoder: random ones, such that make sense in part, and encodings with faults. They
 * lie between bytes that would decode well, but with an address that is nowhere else: who reads past the end shows it.
 */

/** A page that no input names. Its lower half too, for addresses of 32 bits. */
const PATTERN = 0x5ec7_e75e_5ec7_e000n;
const PATTERN_LENGTH = 0x1100;
const BASE = 0x5000_0000n;
const TOP = 1n << 64n;
/** Bytes that a decoder may be given of an arena, and of those before and behind. */
const MIDDLE = 16384;
/** Bytes that a page list may have. */
const MOST_LISTED = 1n << 48n;

class Arena {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #fresh: Uint8Array<ArrayBuffer>;

  constructor(unit: Uint8Array) {
    this.#fresh = new Uint8Array(3 * MIDDLE);
    for (let at = 0; at < this.#fresh.byteLength; at += unit.byteLength) this.#fresh.set(unit, at);
    this.#bytes = this.#fresh.slice();
  }

  /** The first bytes of the middle, others than the pattern, which is round them. What earlier inputs left is gone. */
  take(byteLength: number): Uint8Array<ArrayBuffer> {
    this.#bytes.set(this.#fresh.subarray(MIDDLE, 2 * MIDDLE), MIDDLE);
    return this.#bytes.subarray(MIDDLE, MIDDLE + byteLength).fill(0xa5);
  }

  /** The same without the last bytes, which are the pattern again. */
  cut(byteLength: number): Uint8Array<ArrayBuffer> {
    this.#bytes.set(this.#fresh.subarray(MIDDLE + byteLength, 2 * MIDDLE), MIDDLE + byteLength);
    return this.#bytes.subarray(MIDDLE, MIDDLE + byteLength);
  }

  /** Decoders write nothing, outside of what they were given least of all. */
  get isIntact(): boolean {
    const isFresh = (at: number) => this.#bytes[at] === this.#fresh[at];
    for (let at = 0; at < MIDDLE; at++) if (!isFresh(at) || !isFresh(at + 2 * MIDDLE)) return false;
    return true;
  }
}

/** 16 bytes that decode to the pattern: its address, and then two words. */
function unitOf(...words: [number, number] | []): Uint8Array {
  const unit = new Uint8Array(16);
  const view = new DataView(unit.buffer);
  view.setBigUint64(0, PATTERN, true);
  if (words.length === 0) view.setBigUint64(8, PATTERN, true);
  else for (const [index, word] of words.entries()) view.setUint32(8 + index * 4, word, true);
  return unit;
}

interface Input {
  call(): readonly SegmentTable[];
  /** Segments that it may give at most. */
  most: number;
}

interface Target {
  unit: Uint8Array;
  /** Draws one input. */
  draw(random: Random, arena: Arena, other: Arena): Input;
}

/** An address that a fault is likely to name. */
function anyAddr(random: Random): bigint {
  switch (random.integer(0, 9)) {
    case 0:
      return random.u64();
    case 1:
      return random.pick([0n, TOP - 1n, TOP - 16n, TOP - 4096n, 1n << 63n, 1n << 32n, BASE - 16n, BASE - 4096n]);
    case 2:
      return BASE + BigInt(random.integer(0, MIDDLE + 64));
    case 3:
    case 4:
    case 5:
      return BASE + 16n * BigInt(random.integer(0, MIDDLE / 16));
    default:
      return BASE + 4096n * BigInt(random.integer(0, 4));
  }
}

const lengths = [0, 1, 15, 16, 32, 48, 64, 256, 4095, 4096, 4097, 8192, 2 ** 31, 2 ** 32 - 16, 2 ** 32 - 1];
const anyLength = (random: Random): number =>
  random.once(3) ? 16 * random.integer(0, 300) : random.once(4) ? random.u32() : random.pick(lengths);

function scribble(random: Random, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 4 <= bytes.byteLength; at += 4) view.setUint32(at, random.u32(), true);
}

/** A few faults. */
function damage(random: Random, bytes: Uint8Array): void {
  if (bytes.byteLength < 16) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let times = random.integer(0, 5); times > 0; times--) {
    // Often near the start or the end, where heads and links are.
    const slot = Math.floor(bytes.byteLength / 16) - 1;
    const at = 16 * random.pick([0, slot, Math.min(slot, 255), random.integer(0, slot), random.integer(0, slot)]);
    switch (random.integer(0, 5)) {
      case 0:
        view.setUint8(at + random.integer(0, 15), random.u32() & 255);
        break;
      case 1:
        view.setBigUint64(at + 8 * random.integer(0, 1), anyAddr(random), true);
        break;
      case 2:
        view.setUint32(at + 8, anyLength(random), true);
        break;
      case 3:
        view.setUint16(at + 12 + 2 * random.integer(0, 1), random.integer(0, 64), true);
        break;
      case 4:
        view.setUint8(at + 15, random.pick([0, 0x10, 0x20, 0x30, 0x40, 0x80]));
        break;
      default: {
        const bit = random.integer(0, 127);
        view.setUint8(at + (bit >> 3), view.getUint8(at + (bit >> 3)) ^ (1 << (bit & 7)));
      }
    }
  }
}

/** Segments of a unit, apart. */
function anyTable(random: Random, count: number, most = 4096, unit = 2): SegmentTable {
  const words = new Uint32Array(count * 4);
  for (let at = 0; at < words.length; at += 4) {
    words[at] = (random.u32() & 0xffff_fff0) >>> 0;
    words[at + 1] = random.integer(0x10, 0xffff);
    words[at + 2] = unit * random.integer(1, most / unit);
  }
  return new SegmentTable(PACKAGE, words);
}

/** Pages that the lists of a PRP name. */
function anyPages(random: Random, pages: number): SegmentTable {
  const words = new Uint32Array(pages * 4);
  for (let at = 0; at < words.length; at += 4) {
    words[at] = (random.u32() & 0xffff_f000) >>> 0;
    words[at + 1] = random.integer(0x10, 0xffff);
    words[at + 2] = 4096;
  }
  return new SegmentTable(PACKAGE, words);
}

const near = (random: Random, count: number) => Math.max(0, count + (random.once(3) ? random.integer(-2, 3) : 0));
/** A memory that ends early, at times. */
const cutAt = (random: Random, byteLength: number) =>
  random.once(4) ? random.integer(0, byteLength) & -random.pick([1, 8, 16]) : byteLength;

/** The descriptors of a queue: flags and indices that are possible mostly. */
function scribbleQueue(random: Random, bytes: Uint8Array, flagsAt: number, common: readonly number[]): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 16 <= bytes.byteLength; at += 16) {
    view.setBigUint64(at, anyAddr(random), true);
    view.setUint32(at + 8, anyLength(random), true);
    const index = random.once(12) ? random.u32() & 0xffff : random.integer(0, bytes.byteLength / 16);
    view.setUint16(at + 12 + (flagsAt === 12 ? 2 : 0), index, true);
    view.setUint16(at + flagsAt, random.once(20) ? random.u32() & 0xffff : random.pick(common), true);
  }
}

/** A few pages of 2 GiB to 2^52 bytes, of which a list claims up to 2^64 bytes. */
function largePages(random: Random, arena: Arena): Input {
  const pageBytes = 1n << BigInt(random.pick([30, 31, 32, 33, 40, 47, 48, 52]));
  const byteOrder = random.pick(["little", "big"] as const);
  const bytes = arena.take(320);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let page = random.u64() & -pageBytes;
  for (let at = 0; at < bytes.byteLength; at += 8) {
    view.setBigUint64(at, page, byteOrder === "little");
    page = BigInt.asUintN(64, random.once(2) ? page + pageBytes : random.u64() & -pageBytes);
  }
  damage(random, bytes);
  const firstOffset = Number(random.once(2) ? 0n : random.u64() % pageBytes);
  const byteLength = random.pick([
    MOST_LISTED,
    MOST_LISTED - BigInt(random.u32()),
    MOST_LISTED + 1n,
    random.u64() >> BigInt(random.integer(0, 40)),
    pageBytes * BigInt(random.integer(1, 40)),
  ]);
  const needed = (BigInt(firstOffset) + byteLength + pageBytes - 1n) / pageBytes;
  const count = needed > 40n || random.once(8) ? random.integer(0, 40) : Number(needed);
  return {
    call: () => [decodePageList(bytes, { count, firstOffset, byteLength }, { byteOrder, pageBytes })],
    // Of more bytes there is no table at all; each page may start a segment, and each 4 GiB.
    most: byteLength > MOST_LISTED ? -1 : count + Number(byteLength >> 32n),
  };
}

const targets: Record<string, Target> = {
  "NVMe PRP": {
    unit: unitOf(),
    draw(random, arena) {
      const bytes = arena.take(MIDDLE);
      let prp = { prp1: anyAddr(random), prp2: anyAddr(random), byteLength: 4096 * random.integer(1, 40) };
      if (random.once(2)) {
        const pages = random.once(8) ? random.integer(500, 1100) : random.integer(1, 30);
        const { prp1, prp2 } = encodePrp(anyPages(random, pages), { bytes, addr: BASE });
        prp = { prp1, prp2, byteLength: Math.max(1, pages * 4096 - random.integer(0, 4095)) };
        damage(random, bytes.subarray(0, pages * 8 + 32));
        if (random.once(6)) prp.prp2 = anyAddr(random);
        if (random.once(6)) prp.byteLength = Math.max(1, near(random, pages) * 4096 + random.integer(-1, 1));
      } else if (random.once(3)) {
        scribble(random, bytes.subarray(0, 256));
        prp.prp2 = BASE + 8n * BigInt(random.integer(0, 30));
      } else {
        // Lists that start near the end of a page, so that links come early: to pages here, or anywhere.
        for (let page = 0; page < 4; page++) {
          const view = new DataView(bytes.buffer, bytes.byteOffset + page * 4096, 4096);
          for (const at of [0, 8, 16, 24, 4064, 4072, 4080, 4088]) {
            view.setBigUint64(
              at,
              random.once(12) ? anyAddr(random) : BASE + 4096n * BigInt(random.integer(0, 4)),
              true,
            );
          }
        }
        prp = {
          ...prp,
          prp1: BASE,
          prp2: BASE + 4096n * BigInt(random.integer(1, 4)) - 8n * BigInt(random.integer(1, 4)),
        };
        // A long one: a loop of lists, to the last byte.
        if (random.once(40)) prp.byteLength = 2 ** 22;
      }
      const memory = { bytes: arena.cut(cutAt(random, MIDDLE)), addr: BASE };
      const maxEntries = random.once(4) ? random.integer(1, 2000) : undefined;
      if (random.once(40)) prp.byteLength = random.pick([2 ** 32 + 1, 2 ** 40, Number.MAX_SAFE_INTEGER]);
      // Pages, and one more where the first is not whole.
      const most = Math.min(Math.ceil(prp.byteLength / 4096), maxEntries ?? 2 ** 20) + 1;
      return { call: () => [decodePrp(prp, memory, { maxEntries })], most };
    },
  },
  "NVMe SGL": {
    unit: unitOf(PATTERN_LENGTH, 0),
    draw(random, arena) {
      const size = random.pick([64, 256, 1024]);
      const bytes = arena.take(size);
      let sgl1: Uint8Array = new Uint8Array(16);
      if (random.once(2)) {
        const count = random.integer(1, size / 32);
        const half = size / 2;
        const memory = [
          { bytes: bytes.subarray(0, half), addr: BASE },
          { bytes: bytes.subarray(half), addr: BASE + BigInt(half) },
        ];
        sgl1 = encodeSgl(anyTable(random, count), memory).sgl1.slice();
        damage(random, bytes);
        if (random.once(4)) damage(random, sgl1);
      } else {
        for (const part of [bytes, sgl1]) {
          if (random.once(4)) {
            scribble(random, part);
            continue;
          }
          const view = new DataView(part.buffer, part.byteOffset, part.byteLength);
          for (let at = 0; at < part.byteLength; at += 16) {
            const leads = part === sgl1 || random.once(4);
            view.setBigUint64(at, leads ? BASE + 16n * BigInt(random.integer(0, size / 16)) : anyAddr(random), true);
            view.setUint32(at + 8, leads ? 16 * random.integer(0, 5) : anyLength(random), true);
            view.setUint32(
              at + 12,
              (leads ? random.pick([0x20, 0x20, 0x30]) : random.pick([0, 0, 0, 0x10])) << 24,
              true,
            );
          }
        }
      }
      const memory = { bytes: arena.cut(cutAt(random, size)), addr: BASE };
      const maxDescriptors = random.once(200) ? 65536 : random.integer(1, 300);
      return { call: () => [decodeSgl(sgl1, memory, { maxDescriptors }).table], most: maxDescriptors };
    },
  },
  "virtio split": {
    unit: unitOf(PATTERN_LENGTH, 0),
    draw(random, arena, other) {
      const size = random.pick([1, 4, 16, 64]);
      const ring = arena.take(size * 16);
      const tables = other.take(1024);
      let head = random.integer(0, size);
      const count = random.integer(1, size);
      if (random.once(2)) {
        const slots = Array.from({ length: size }, (_, slot) => (slot + head) % size);
        const table = anyTable(random, count);
        const chain = random.once(2) ? { readable: table } : { writable: table };
        const indirect = { bytes: tables, addr: BASE };
        scribbleQueue(random, ring, 12, [0, 1, 2, 3]);
        ({ head } = encodeVirtioSplit(chain, ring, slots, random.once(2) ? { indirect } : {}));
        damage(random, tables.subarray(0, count * 16));
        damage(random, ring);
      } else {
        scribbleQueue(random, ring, 12, [0, 1, 1, 1, 1, 3, 4, 5]);
        scribbleQueue(random, tables, 12, [0, 0, 1, 1, 1, 1]);
        // Lengths that a chain may have in all.
        const view = new DataView(tables.buffer, tables.byteOffset, tables.byteLength);
        if (random.once(2)) for (let at = 8; at < 1024; at += 16) view.setUint32(at, random.integer(0, 4096), true);
      }
      const memory = { bytes: other.cut(cutAt(random, 1024)), addr: BASE };
      const indirectNext = random.pick(["refuse", "follow", "ignore"] as const);
      const maxDescriptors = random.once(4) ? random.integer(1, 40) : undefined;
      return {
        call: () => {
          const { readable, writable } = decodeVirtioSplit(ring, head, memory, { indirectNext, maxDescriptors });
          return [readable, writable];
        },
        most: maxDescriptors ?? 32768,
      };
    },
  },
  "virtio packed": {
    unit: unitOf(PATTERN_LENGTH, 0x80 << 16),
    draw(random, arena, other) {
      const size = random.integer(1, 40);
      const ring = arena.take(size * 16);
      const tables = other.take(1024);
      const position = { slot: random.integer(0, size - 1), wrap: random.pick([0, 1] as const) };
      const [avail, used] = [0x80, 0x8000];
      scribbleQueue(random, ring, 14, [
        avail | 1,
        avail | 1,
        avail,
        avail | 3,
        avail | 4,
        used | 1,
        used,
        0,
        avail | used,
      ]);
      if (random.once(2)) {
        const count = random.integer(1, size);
        const table = anyTable(random, count);
        const chain = random.once(2) ? { readable: table } : { writable: table };
        const indirect = { bytes: tables, addr: BASE };
        encodeVirtioPacked(chain, ring, position, random.integer(0, 65535), random.once(2) ? { indirect } : {});
        damage(random, tables.subarray(0, count * 16));
        damage(random, ring);
      } else {
        scribbleQueue(random, tables, 14, [0, 0, 0, 1, 2]);
      }
      const memory = { bytes: other.cut(cutAt(random, 1024)), addr: BASE };
      return {
        call: () => {
          readUsedPacked(ring, position);
          const found = decodeVirtioPacked(ring, position, memory);
          return found === undefined ? [] : [found.readable, found.writable];
        },
        most: 32768,
      };
    },
  },
  "AHCI PRDT": {
    unit: unitOf(0, PATTERN_LENGTH - 1),
    draw(random, arena) {
      const count = random.integer(0, 20);
      const bytes = arena.take(count * 16);
      if (random.once(8)) scribble(random, bytes);
      else if (count > 0) encodePrdt(anyTable(random, count), bytes);
      damage(random, bytes);
      const asked = near(random, count);
      return { call: () => [decodePrdt(bytes, asked)], most: asked };
    },
  },
  "iovec of 8": {
    unit: unitOf(PATTERN_LENGTH, 0),
    draw(random, arena) {
      const count = random.integer(0, 20);
      const bytes = arena.take(count * 16);
      if (random.once(8)) scribble(random, bytes);
      else encodeIovec(anyTable(random, count), bytes);
      damage(random, bytes);
      const asked = near(random, count);
      // An element may claim 2^64 bytes: what it may make of them are so many segments, all elements together.
      const maxSegments = random.once(2) ? random.integer(1, 300) : undefined;
      return { call: () => [decodeIovec(bytes, asked, { maxSegments })], most: maxSegments ?? 65536 };
    },
  },
  "iovec of 4": {
    unit: (() => {
      const unit = new Uint8Array(8);
      const view = new DataView(unit.buffer);
      view.setUint32(0, Number(PATTERN & 0xffff_ffffn), true);
      view.setUint32(4, PATTERN_LENGTH, true);
      return unit;
    })(),
    draw(random, arena) {
      const count = random.integer(0, 20);
      const bytes = arena.take(count * 8);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let at = 0; at < bytes.byteLength; at += 8) {
        view.setUint32(at, random.u32() >>> 1, true);
        view.setUint32(at + 4, random.integer(0, 2 ** 30), true);
      }
      if (random.once(8)) scribble(random, bytes);
      damage(random, bytes);
      const asked = near(random, count);
      // No length of 32 bits is more than a segment.
      const maxSegments = random.once(4) ? random.integer(1, 20) : undefined;
      return {
        call: () => [decodeIovec(bytes, asked, { pointerBytes: 4, maxSegments })],
        most: Math.min(asked, maxSegments ?? asked),
      };
    },
  },
  "page list": {
    unit: unitOf(),
    draw(random, arena) {
      if (random.once(10)) return largePages(random, arena);
      const count = random.integer(1, 40);
      const bytes = arena.take(count * 8);
      const byteOrder = random.pick(["little", "little", "big"] as const);
      const pageBytes = random.pick([512, 4096, 4096]);
      const pages = anyPages(random, Math.max(1, Math.floor((count * pageBytes) / 4096)));
      let list = { count, firstOffset: random.integer(0, pageBytes - 1), byteLength: 0n };
      if (random.once(8)) scribble(random, bytes);
      else
        list = {
          ...list,
          ...encodePageList(pages, arena.take(pages.length * 8 * (4096 / pageBytes)), { byteOrder, pageBytes }),
        };
      if (list.byteLength === 0n) list.byteLength = BigInt(count * pageBytes - list.firstOffset);
      const given = arena.cut(cutAt(random, list.count * 8));
      damage(random, given);
      if (random.once(8)) list.count = near(random, list.count);
      return { call: () => [decodePageList(given, list, { byteOrder, pageBytes })], most: list.count };
    },
  },
  "chained pages": {
    unit: unitOf(PATTERN_LENGTH, 0),
    draw(random, arena) {
      const count = random.once(3) ? random.integer(255, 700) : random.integer(1, 256);
      const pages = Math.max(1, Math.ceil((count - 1) / 255));
      const bytes = arena.take(pages * 4096);
      let asked: number | undefined = random.once(2) ? near(random, count) : undefined;
      if (random.once(6)) scribble(random, bytes.subarray(0, 512));
      else {
        // Pages in any order.
        const first = random.integer(0, pages - 1);
        const memory = Array.from({ length: pages }, (_, page) => {
          const at = ((first + page) % pages) * 4096;
          return { bytes: bytes.subarray(at, at + 4096), addr: BASE + BigInt(at) };
        });
        // Pages of an earlier list, at times: the last one is made clean, so that it ends without a count too.
        if (random.once(2)) encodeChain(anyTable(random, random.integer(1, pages * 255)), memory);
        encodeChain(anyTable(random, count), memory);
        for (let page = 0; page < pages; page++) {
          if (random.once(2)) damage(random, bytes.subarray(page * 4096, page * 4096 + 4096));
        }
        if (random.once(20)) asked = random.u32();
      }
      const given = { bytes: arena.cut(cutAt(random, pages * 4096)), addr: BASE };
      const addr = random.once(3) ? anyAddr(random) : BASE + BigInt(random.integer(0, pages - 1) * 4096);
      // Each page once, and one of them as the last again, where a link leads back to it.
      return { call: () => [decodeChain(addr, given, asked)], most: pages * 255 + 256 };
    },
  },
};

/** The names of what can be fuzzed. */
export const fuzzTargets: readonly string[] = Object.keys(targets);

export interface FuzzReport {
  inputs: number;
  /** Inputs that gave a table, or said that nothing is there. */
  tables: number;
  /** Those that ended in the error that they must end in. */
  refused: number;
  segments: number;
}

/** Counts that are wrong are the caller's mistake. */
const countError = /^"(source\.byteLength|byteLength|count|head)" expected /;

/**
 * Decodes so many inputs. Each ends in tables, or in BAD_DESCRIPTOR, BAD_RECORD or a RangeError for a count or a length.
 *
 * @throws {Error} One did not, or gave what it must not: the message says which, and the seed that repeats it.
 */
export function fuzz(name: string, inputs: number, seed: number): FuzzReport {
  const { unit, draw } = targets[name] as Target;
  const [arena, other] = [new Arena(unit), new Arena(unit)];
  const report: FuzzReport = { inputs: 0, tables: 0, refused: 0, segments: 0 };
  for (let input = 0; input < inputs; input++) {
    const random = new Random((seed + Math.imul(input, 0x9e37_79b1)) | 0);
    const fail = (what: string, cause?: unknown) =>
      new Error(`${name}, input ${input} of seed ${seed}: ${what}`, cause === undefined ? {} : { cause });
    const { call, most } = draw(random, arena, other);
    report.inputs++;
    let tables: readonly SegmentTable[];
    try {
      tables = call();
    } catch (error) {
      const isRefusal =
        error instanceof SegringError && (error.code === "BAD_DESCRIPTOR" || error.code === "BAD_RECORD");
      const isCount = (error as Error).constructor === RangeError && countError.test((error as Error).message);
      if (!isRefusal && !isCount) throw fail(String(error), error);
      report.refused++;
      continue;
    }
    report.tables++;
    let segments = 0;
    for (const { words } of tables) {
      segments += words.length / 4;
      for (let at = 0; at < words.length; at += 4) {
        const isPattern =
          words[at] === Number(PATTERN & 0xffff_ffffn) &&
          (words[at + 1] === Number(PATTERN >> 32n) || (name === "iovec of 4" && words[at + 2] === PATTERN_LENGTH));
        if (isPattern) throw fail(`segment ${at / 4} lies outside of the memory given`);
        const fault = recordFault(words, at);
        if (fault !== undefined) throw fail(`segment ${at / 4}: ${fault}`);
      }
    }
    if (segments > most) throw fail(`${segments} segments, expected ${most} at most`);
    report.segments += segments;
  }
  if (!arena.isIntact || !other.isIntact) throw new Error(`${name}: bytes were written, seed ${seed}`);
  return report;
}
