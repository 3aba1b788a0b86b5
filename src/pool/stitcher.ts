import { PACKAGE } from "../core/package-key.js";
import { NOMERGE, type Range, RECORD_WORDS, recordAddr, recordFlags } from "../core/record.js";
import { Table } from "../core/table.js";
import type { SegmentMapper } from "../mapper/mapper.js";
import { endOf, firstOpen } from "./ends.js";
import type { How, Mapped, Run } from "./messages.js";

/** What lies between the pieces before and this one, and which segments of this one follow. */
export interface Joint {
  /** Segments that come first. */
  readonly before: Uint32Array;
  /** The segments of the piece that are final, from `from` up to `to`. */
  readonly from: number;
  readonly to: number;
}

const NOTHING = new Uint32Array(0);

/** Segments that stay open over a border at most: each border maps all of them again. */
const MAX_OPEN = 2 ** 18;

/** Ranges reach over so many others that pieces do not pay. */
export class TooMuchOpen extends Error {}

/**
 * Puts the segments of pieces together, in order, as one call over all of their ranges would give them.
 *
 * `map(map(A) ++ map(B)) = map(A ++ B)`, and cuts are greedy: what lies behind a cut depends on where that cut is, and on
 * nothing before it. So only the last segments of A and the first runs of B are mapped again.
 */
export class Stitcher {
  readonly #mapper: SegmentMapper;
  readonly #how: How;
  /** Segments that wait for the next piece. */
  #open: Uint32Array = NOTHING;

  /** @param mapper Has the limits of the pieces. */
  constructor(mapper: SegmentMapper, how: How) {
    this.#mapper = mapper;
    this.#how = how;
  }

  /** @param border As in the piece's task. @param fetch Gives all segments of the piece. */
  async next(piece: Mapped, border: bigint | undefined, fetch: () => Promise<Uint32Array>): Promise<Joint> {
    const { count, head, tail } = piece;
    if (count === 0) return { before: NOTHING, from: 0, to: 0 };
    const runs = this.#touched(head);
    const from = runs.reduce((sum, { segments }) => sum + segments, 0);
    // More runs may be touched than the worker has told of.
    if (this.#how.union && runs.length === head.length && from < count) {
      return this.#keep(this.#map(new Table(PACKAGE, joined(this.#open, await fetch()))), border, count);
    }
    const before = runs.length === 0 ? this.#open : this.#map([...this.#openSegments(), ...runs.map(rangeOf)]);
    const to = count - tail.length / RECORD_WORDS;
    // A segment that reaches over all of the piece is open still.
    if (from >= to) return this.#keep(joined(before, tail.subarray((from - to) * RECORD_WORDS)), border, count);
    this.#leaveOpen(tail);
    return { before, from, to };
  }

  /** The segments after the last piece. */
  end(): Uint32Array {
    const last = this.#open;
    this.#open = NOTHING;
    return last;
  }

  /** All segments are here, and nothing is left in the piece. */
  #keep(all: Uint32Array, border: bigint | undefined, count: number): Joint {
    const { union, gapBytes } = this.#how;
    const first = union ? firstOpen(all, gapBytes, border) * RECORD_WORDS : all.length - RECORD_WORDS;
    this.#leaveOpen(all.subarray(first));
    return { before: all.subarray(0, first), from: count, to: count };
  }

  #leaveOpen(segments: Uint32Array): void {
    if (segments.length > MAX_OPEN * RECORD_WORDS) throw new TooMuchOpen("too many segments are open");
    this.#open = segments;
  }

  /** The first runs, as far as they may join what is open, or come before some of that. */
  #touched(head: readonly Run[]): readonly Run[] {
    const open = this.#open;
    if (open.length === 0) return [];
    const { union, gapBytes } = this.#how;
    const first = head[0] as Run;
    if (!union) return isContinued(open, first) ? [first] : [];
    let reach = recordAddr(open, open.length - RECORD_WORDS);
    for (let at = 0; at < open.length; at += RECORD_WORDS) reach = larger(reach, endOf(open, at) + gapBytes);
    let runs = 0;
    for (const { addr, bytes } of head) {
      if (addr > reach) break;
      reach = larger(reach, addr + bytes + gapBytes);
      runs++;
    }
    return head.slice(0, runs);
  }

  #openSegments(): Table {
    return new Table(PACKAGE, this.#open);
  }

  #map(input: Table | readonly Range[]): Uint32Array {
    const { union, gapBytes } = this.#how;
    return (union ? this.#mapper.union(input, { gapBytes }) : this.#mapper.coalesce(input)).words;
  }
}

/** Whether the run starts where the last of these segments ends, and both are of one kind. */
function isContinued(open: Uint32Array, { addr, flags }: Run): boolean {
  const last = open.length - RECORD_WORDS;
  return addr === endOf(open, last) && flags === recordFlags(open, last) && (flags & NOMERGE) === 0;
}

function rangeOf({ addr, bytes, flags }: Run): Range {
  return { addr, length: bytes, flags };
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

export function joined(first: Uint32Array, second: Uint32Array): Uint32Array {
  const all = new Uint32Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
