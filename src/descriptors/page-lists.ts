import { FOUR_GIB } from "../core/record.js";
import { type Region, viewOf } from "./memory.js";
import { type Entries, SlotReader } from "./page-entries.js";

const ENTRY_BYTES = 8;

/**
 * Writes entries as `lists` lists, which lie one behind the other in each piece of memory. Each list but the last ends
 * with a link to the next list.
 *
 * @param count All entries.
 */
export function writeLists(entries: Entries, count: number, regions: readonly Region[], lists: number): void {
  const { slots } = entries.form;
  const reader = new SlotReader(entries, lists, count);
  let slotsLeft = count + lists - 1;
  for (let piece = 0; slotsLeft > 0; piece++) {
    const { bytes, addr } = regions[piece] as Region;
    const here = Math.min(slotsLeft, Math.ceil(bytes.byteLength / (slots * ENTRY_BYTES)) * slots);
    slotsLeft -= here;
    const next = slotsLeft === 0 ? 0n : (regions[piece + 1] as Region).addr;
    writePiece(reader, { bytes, addr, slots, here, next });
  }
}

/** Lists in one piece of memory. */
interface PieceOfLists extends Region {
  /** Of a list. */
  readonly slots: number;
  /** All slots. */
  readonly here: number;
  /** Where the last list leads. */
  readonly next: bigint;
}

function writePiece(reader: SlotReader, piece: PieceOfLists): void {
  const { bytes, here } = piece;
  const start = reader.slot;
  for (let done = 0; done < here; ) {
    const { at, count } = reader.next(here - done);
    const linked = Math.min(done + count, reader.last - start);
    if (linked > done) writeLinks(reader.words, 2 * (at - done), piece, done, linked);
    bytes.set(reader.bytes.subarray(at * ENTRY_BYTES, (at + count) * ENTRY_BYTES), done * ENTRY_BYTES);
    done += count;
  }
}

/** Fills the last slot of each list among the slots from `from` to `end` of a piece. @param base Where its slot 0 is. */
function writeLinks(words: Uint32Array, base: number, piece: PieceOfLists, from: number, end: number): void {
  const { addr, slots, here, next } = piece;
  const low = lowOf(addr);
  const high = highOf(addr);
  for (let slot = from - (from % slots) + slots - 1; slot < end; slot += slots) {
    const isLast = slot === here - 1;
    const to = low + (slot + 1) * ENTRY_BYTES;
    words[base + 2 * slot] = isLast ? lowOf(next) : to;
    words[base + 2 * slot + 1] = isLast ? highOf(next) : high + Math.floor(to / FOUR_GIB);
  }
}

function lowOf(addr: bigint): number {
  return Number(BigInt.asUintN(32, addr));
}

function highOf(addr: bigint): number {
  return Number(addr >> 32n);
}

/** Writes entries one after the other. @param count All of them. @param swap Big-endian. */
export function writeEntries(entries: Entries, count: number, target: Uint8Array, swap: boolean): void {
  const reader = new SlotReader(entries, 1, count);
  while (reader.slot < count) {
    const done = reader.slot;
    const piece = reader.next(count - done);
    const bytes = reader.bytes.subarray(piece.at * ENTRY_BYTES, (piece.at + piece.count) * ENTRY_BYTES);
    if (swap) swapEach(viewOf(bytes));
    target.set(bytes, done * ENTRY_BYTES);
  }
}

function swapEach(view: DataView): void {
  for (let at = 0; at < view.byteLength; at += ENTRY_BYTES) view.setBigUint64(at, view.getBigUint64(at, true));
}

/** The first entry, of those that there are. */
export function firstEntry(entries: Entries, count: number): bigint {
  const reader = new SlotReader(entries, 1, count);
  const word = 2 * reader.next(1).at;
  return (BigInt(reader.words[word + 1] as number) << 32n) | BigInt(reader.words[word] as number);
}
