/**
 * The decoders of descriptors: any bytes give a table, or the error that says what is wrong. Nothing is written, nothing
 * outside the memory is read, and the work is bounded.
 */

import { SegringError } from "../../../src/core/errors.js";
import { recordFault } from "../../../src/core/record.js";
import type { SegmentTable } from "../../../src/core/segment-table.js";
import {
  decodeChain,
  decodeIovec,
  decodePageList,
  decodePrdt,
  decodePrp,
  decodeSgl,
  decodeVirtioPacked,
  decodeVirtioSplit,
  encodeChain,
  encodeIovec,
  encodePrdt,
  encodeSgl,
  readUsedPacked,
} from "../../../src/descriptors/index.js";
import { checkSame, fault, Source } from "../source.js";

/** Where the memory lies: low, so that few bytes of an input name it. */
const BASE = 0x1000n;
/** Bytes before and behind what a decoder is given: an address that no input is likely to name, again and again. */
const GUARD = 4096;
const PATTERN = 0x5e_c7e7_5ec7_e000n;
/** No input makes more. */
const MAX_DESCRIPTORS = 5000;

/** Counts and lengths that are wrong are the caller's mistake. */
const COUNT = /^"(source\.byteLength|byteLength|count|head|ring\.byteLength|position\.slot)" expected /;

/** Bytes inside of others. */
class Arena {
  readonly #all: Uint8Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #before: Uint8Array<ArrayBuffer>;

  constructor(bytes: Uint8Array) {
    const end = GUARD + bytes.length;
    this.#all = new Uint8Array(end + GUARD - (end % 16));
    const view = new DataView(this.#all.buffer);
    for (let at = 0; at + 16 <= this.#all.length; at += 16) {
      view.setBigUint64(at, PATTERN, true);
      view.setUint32(at + 8, 0x1100, true);
    }
    this.bytes = this.#all.subarray(GUARD, end);
    this.bytes.set(bytes);
    this.#before = this.#all.slice();
  }

  checkUnchanged(): void {
    if (Buffer.compare(this.#all, this.#before) !== 0) fault("a decoder wrote");
  }
}

/** Decodes, and checks what comes of it. @returns The tables; undefined: the bytes are refused. */
function decoded(arenas: readonly Arena[], most: number, decode: () => readonly SegmentTable[]) {
  let tables: readonly SegmentTable[] | undefined;
  try {
    tables = decode();
  } catch (error) {
    const isRefusal = error instanceof SegringError && (error.code === "BAD_DESCRIPTOR" || error.code === "BAD_RECORD");
    const isCount = error instanceof RangeError && COUNT.test(error.message);
    if (!isRefusal && !isCount) throw error;
  }
  for (const arena of arenas) arena.checkUnchanged();
  let segments = 0;
  for (const { words } of tables ?? []) {
    segments += words.length / 4;
    for (let at = 0; at < words.length; at += 4) {
      const wrong = recordFault(words, at);
      if (wrong !== undefined) fault(`segment ${at / 4}: ${wrong}`);
      if (words[at] === Number(PATTERN & 0xffff_ffffn) && words[at + 1] === Number(PATTERN >> 32n)) {
        fault(`segment ${at / 4} was read outside of the memory`);
      }
    }
  }
  if (segments > most) fault(`${segments} segments, expected ${most} at most`);
  return tables;
}

/** An address: in the memory mostly. */
function anyAddr(source: Source): bigint {
  const kind = source.u8();
  if (kind < 192) return BASE + BigInt(source.u16()) * (kind < 64 ? 1n : kind < 128 ? 8n : 16n);
  return kind < 224 ? source.u64() : (1n << 64n) - 1n - BigInt(source.u16());
}

export function prp(data: Uint8Array): void {
  const source = new Source(data);
  const [prp1, prp2] = [anyAddr(source), anyAddr(source)];
  const pageBytes = source.pick([4096, 8192, 65536]);
  const byteLength = source.pick([1, pageBytes, 2 ** 32, Number.MAX_SAFE_INTEGER]) * (1 + source.u8());
  const maxEntries = 1 + source.u16();
  const arena = new Arena(source.take());
  const memory = { bytes: arena.bytes, addr: BASE };
  const length = Math.min(byteLength, Number.MAX_SAFE_INTEGER);
  decoded([arena], maxEntries + 1, () => [
    decodePrp({ prp1, prp2, byteLength: length }, memory, { pageBytes, maxEntries }),
  ]);
}

export function sgl(data: Uint8Array): void {
  const source = new Source(data);
  const sgl1 = new Uint8Array(16);
  sgl1.set(source.take(16));
  const maxDescriptors = 1 + source.integer(0, MAX_DESCRIPTORS);
  const bytes = source.take();
  const arena = new Arena(bytes);
  const half = (bytes.length >> 5) << 4;
  // In two pieces: a list may not lie in both.
  const memory = [
    { bytes: arena.bytes.subarray(half), addr: BASE + BigInt(half) },
    { bytes: arena.bytes.subarray(0, half), addr: BASE },
  ];
  const [table] = decoded([arena], maxDescriptors, () => [decodeSgl(sgl1, memory, { maxDescriptors }).table]) ?? [];
  if (table === undefined || table.length === 0 || table.words.some((word, at) => (at & 3) === 3 && word !== 0)) return;
  const target = { bytes: new Uint8Array(table.length * 32 + 64), addr: BASE };
  const encoded = encodeSgl(table, target);
  checkSame("an SGL again", decodeSgl(encoded.sgl1, target).table.bytes, table.bytes);
}

export function virtioSplit(data: Uint8Array): void {
  const source = new Source(data);
  const head = source.integer(0, 64);
  const indirectNext = source.pick(["refuse", "follow", "ignore"] as const);
  const maxDescriptors = 1 + source.integer(0, MAX_DESCRIPTORS);
  const ring = new Arena(source.take(16 << source.integer(0, 6)));
  const tables = new Arena(source.take());
  const memory = { bytes: tables.bytes, addr: BASE };
  decoded([ring, tables], maxDescriptors, () => {
    const { readable, writable } = decodeVirtioSplit(ring.bytes, head, memory, { indirectNext, maxDescriptors });
    return [readable, writable];
  });
}

export function virtioPacked(data: Uint8Array): void {
  const source = new Source(data);
  const position = { slot: source.integer(0, 40), wrap: source.pick([0, 1] as const) };
  const maxDescriptors = 1 + source.integer(0, MAX_DESCRIPTORS);
  const ring = new Arena(source.take(16 * source.integer(1, 40)));
  const tables = new Arena(source.take());
  const memory = { bytes: tables.bytes, addr: BASE };
  decoded([ring, tables], maxDescriptors, () => {
    readUsedPacked(ring.bytes, position);
    const found = decodeVirtioPacked(ring.bytes, position, memory, { maxDescriptors });
    return found === undefined ? [] : [found.readable, found.writable];
  });
}

export function ahci(data: Uint8Array): void {
  const source = new Source(data);
  const count = source.integer(0, 260);
  const arena = new Arena(source.take());
  const [table] = decoded([arena], count, () => [decodePrdt(arena.bytes, count)]) ?? [];
  if (table === undefined) return;
  // What can be encoded again is the same again.
  const isEven = table.words.every((word, at) => (at & 3) === 1 || (at & 3) === 3 || (word & 1) === 0);
  if (!isEven || table.length === 0) return;
  const target = new Uint8Array(table.length * 16);
  encodePrdt(table, target);
  checkSame("a PRDT again", decodePrdt(target, table.length).bytes, table.bytes);
}

export function iovec(data: Uint8Array): void {
  const source = new Source(data);
  const pointerBytes = source.pick([4, 8] as const);
  const maxSegments = 1 + source.integer(0, MAX_DESCRIPTORS);
  const count = source.integer(0, 300);
  const arena = new Arena(source.take());
  const options = { pointerBytes, maxSegments };
  const [table] = decoded([arena], maxSegments, () => [decodeIovec(arena.bytes, count, options)]) ?? [];
  if (table === undefined || pointerBytes === 4 || table.length > 1024) return;
  const target = new Uint8Array(table.length * 16);
  encodeIovec(table, target);
  checkSame("an iovec again", decodeIovec(target, table.length).bytes, table.bytes);
}

export function pageList(data: Uint8Array): void {
  const source = new Source(data);
  const pageBytes = 1n << BigInt(source.integer(0, 52));
  const byteOrder = source.pick(["little", "big"] as const);
  const count = source.integer(0, 500);
  const firstOffset = Number(source.u64() % pageBytes);
  const isWhole = source.u8() < 128;
  const byteLength = isWhole
    ? BigInt(count) * pageBytes - BigInt(firstOffset)
    : source.u64() >> BigInt(source.integer(0, 63));
  const arena = new Arena(source.take());
  if (byteLength < 0n || byteLength >= 1n << 64n) return;
  const list = { count, firstOffset, byteLength };
  const most = count + Number(byteLength >> 32n);
  decoded([arena], most, () => [decodePageList(arena.bytes, list, { pageBytes, byteOrder })]);
}

export function chain(data: Uint8Array): void {
  const source = new Source(data);
  const count = source.pick([undefined, source.integer(0, 1000), source.u32()]);
  const addr = source.u8() < 192 ? BASE * BigInt(1 + source.integer(0, 3)) : anyAddr(source);
  // Pages of few records that are used: the rest is zeros.
  const bytes = new Uint8Array(3 * 4096);
  for (let page = 0; page < 3; page++) {
    bytes.set(source.take(16 * source.integer(0, 60)), page * 4096);
    bytes.set(source.take(16), page * 4096 + 4080);
  }
  const arena = new Arena(bytes);
  const memory = { bytes: arena.bytes, addr: BASE };
  const [table] = decoded([arena], 4 * 256, () => [decodeChain(addr, memory, count)]) ?? [];
  if (table === undefined || table.length === 0) return;
  const target = { bytes: new Uint8Array(5 * 4096), addr: BASE };
  encodeChain(table, target);
  checkSame("a chain again", decodeChain(BASE, target, table.length).bytes, table.bytes);
}
