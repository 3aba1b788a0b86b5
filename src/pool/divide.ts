import { RECORD_WORDS, recordAddr } from "../core/record.js";
import type { Done } from "./crew.js";
import { freeOr, unlessAborted } from "./in-order.js";
import type { Job, PoolMemory } from "./in-pieces.js";
import type { Divisible, GivenPiece } from "./input.js";
import type { Parted, PartedWords, PartTask } from "./messages.js";
import { BUCKETS } from "./parting.js";
import { sharedWords } from "./scratch.js";

/** Records whose addresses lie between two borders. */
export interface Part {
  readonly parted: PartedWords;
  readonly count: number;
  /** No address of a later part is below this one; undefined: there is no later part. */
  readonly border: bigint | undefined;
}

/** A piece whose buckets are known. */
interface Sorted {
  /** Where it lies in the target, in records. */
  readonly at: number;
  readonly parted: Parted;
}

/** Where records come from: a whole input, or parts that are too large. */
interface Source {
  readonly count: number;
  addr(index: number): bigint;
  piece(from: number, end: number): GivenPiece;
}

/** Addresses that are looked at to find the bits that vary. */
const SAMPLE = 1024;

/**
 * Cuts the ranges of an input by address into parts of about as many records as two pieces have. Each piece is sorted by 8
 * bits of the address, from the highest bit on that varies. A part that is still too large is cut again, by the bits below.
 */
export async function divide(
  job: Job,
  input: Divisible,
  { staging, take, pieceRecords }: PoolMemory,
): Promise<readonly Part[]> {
  const source: Source = {
    count: input.count,
    addr: (index) => input.addr(index),
    piece: (from, end) => input.piece(from, end, staging),
  };
  const onSorted = (done: number) => job.onDone(Math.floor(done / 2));
  return new Division({ ...job, onDone: onSorted }, pieceRecords).cut(
    source,
    take(input.count * RECORD_WORDS),
    undefined,
  );
}

class Division {
  readonly #job: Job;
  readonly #pieceRecords: number;

  constructor(job: Job, pieceRecords: number) {
    this.#job = job;
    this.#pieceRecords = pieceRecords;
  }

  /** @param target Where the records go. @param end The border behind all of them. */
  async cut(source: Source, target: Uint32Array, end: bigint | undefined): Promise<readonly Part[]> {
    let shift = shiftFor(varyingIn(source));
    let pieces = await this.#sort(source, target, shift);
    const exact = shiftFor(varyingOf(pieces));
    if (exact > shift) {
      // The sample did not show all bits that vary.
      shift = exact;
      pieces = await this.#sort(source, target, shift);
    }
    const first = pieces.find(({ parted }) => parted.starts[BUCKETS] !== 0)?.parted.first ?? 0n;
    const high = (first >> BigInt(shift + 8)) << BigInt(shift + 8);
    const parts: Part[] = [];
    const most = this.#pieceRecords * 2;
    for (const { from, to, count } of groups(pieces, most)) {
      const border = to === BUCKETS ? end : high + (BigInt(to) << BigInt(shift));
      const part = { parted: { words: target, places: placesOf(pieces, from, to) }, count, border };
      // One bucket that holds more cannot be cut by these bits, but may be by those below.
      if (count > 2 * most && shift > 0 && to - from === 1) parts.push(...(await this.#again(part)));
      else parts.push(part);
    }
    return parts;
  }

  async #again(part: Part): Promise<readonly Part[]> {
    const source = sourceOf(part);
    if (varyingIn(source) === 0n) return [part];
    const target = sharedWords(part.count * RECORD_WORDS);
    const { onDone, ...job } = this.#job;
    return new Division({ ...job, onDone: () => {} }, this.#pieceRecords).cut(source, target, part.border);
  }

  async #sort(source: Source, target: Uint32Array, shift: number): Promise<readonly Sorted[]> {
    const { crew, how, signal, onDone } = this.#job;
    const sorting: Promise<Sorted>[] = [];
    let done = 0;
    let failed: Promise<Sorted> | undefined;
    for (let from = 0; from < source.count; from += this.#pieceRecords) {
      const end = Math.min(from + this.#pieceRecords, source.count);
      const { piece, release } = source.piece(from, end);
      const hand = await freeOr(release, crew, signal);
      const place = target.subarray(from * RECORD_WORDS, end * RECORD_WORDS);
      const task: PartTask = { do: "part", piece, skipEmpty: how.skipEmpty, shift, target: place };
      const sorted = crew
        .run(task, hand)
        .then(({ result }: Done<PartTask>) => {
          done += end - from;
          onDone(done);
          return { at: from, parted: result };
        })
        .finally(release);
      sorted.catch(() => {
        failed ??= sorted;
      });
      sorting.push(sorted);
      if (failed !== undefined) break;
    }
    return unlessAborted(Promise.all(sorting), signal);
  }
}

/** The shift of 8 bits whose highest one is the highest that varies. */
function shiftFor(varying: bigint): number {
  return Math.max(0, varying.toString(2).length - 8);
}

function varyingIn({ count, addr }: Source): bigint {
  const step = Math.max(1, Math.floor(count / SAMPLE));
  const first = addr(0);
  let varying = 0n;
  for (let index = 0; index < count; index += step) varying |= addr(index) ^ first;
  return varying | (addr(count - 1) ^ first);
}

function varyingOf(pieces: readonly Sorted[]): bigint {
  const found = pieces.filter(({ parted }) => parted.starts[BUCKETS] !== 0);
  const first = found[0]?.parted.first ?? 0n;
  return found.reduce((bits, { parted }) => bits | parted.varying | (parted.first ^ first), 0n);
}

/** Buckets side by side, of `most` records or a single bucket. */
function* groups(
  pieces: readonly Sorted[],
  most: number,
): Generator<{ readonly from: number; readonly to: number; readonly count: number }> {
  let from = 0;
  let count = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const more = countIn(pieces, bucket, bucket + 1);
    if (count !== 0 && count + more > most) {
      yield { from, to: bucket, count };
      count = 0;
    }
    if (count === 0) from = bucket;
    count += more;
  }
  if (count !== 0) yield { from, to: BUCKETS, count };
}

function countIn(pieces: readonly Sorted[], from: number, to: number): number {
  let count = 0;
  for (const { parted } of pieces) count += (parted.starts[to] as number) - (parted.starts[from] as number);
  return count;
}

/** Where these buckets lie, piece by piece. */
function placesOf(pieces: readonly Sorted[], from: number, to: number): Uint32Array {
  const places: number[] = [];
  for (const { at, parted } of pieces) {
    const first = parted.starts[from] as number;
    const end = parted.starts[to] as number;
    if (first !== end) places.push(at + first, at + end);
  }
  return Uint32Array.from(places);
}

/** The records of a part, one place behind the other. */
function sourceOf({ parted: { words, places }, count }: Part): Source {
  /** Records up to each place. */
  const before: number[] = [];
  let sum = 0;
  for (let at = 0; at < places.length; at += 2) {
    before.push(sum);
    sum += (places[at + 1] as number) - (places[at] as number);
  }
  const slices = (from: number, end: number) => {
    const found: number[] = [];
    for (const [index, start] of before.entries()) {
      const [first, last] = [places[2 * index] as number, places[2 * index + 1] as number];
      const [low, high] = [Math.max(from - start, 0), Math.min(end - start, last - first)];
      if (low < high) found.push(first + low, first + high);
    }
    return Uint32Array.from(found);
  };
  return {
    count,
    addr: (index) => recordAddr(words, (slices(index, index + 1)[0] as number) * RECORD_WORDS),
    piece: (from, end) => ({ piece: { parted: { words, places: slices(from, end) } }, release: () => {} }),
  };
}
