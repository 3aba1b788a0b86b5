import fc from "fast-check";
import type { OracleLimits, OracleRange } from "../oracle.js";
import { Random } from "./random.js";

/** Where 32 and 64-bit arithmetic, signs and doubles change their ways. */
export const EDGES = [0n, 1n << 31n, 1n << 32n, 1n << 33n, 1n << 53n, 1n << 63n, 1n << 64n] as const;
export const FOUR_GIB = 1n << 32n;
const SPACE = 1n << 64n;

const NOMERGE = 2;
const BUS = 4;
/** Kinds: plain, bus, tags that differ in the lowest, the highest or every bit. */
export const KINDS = [0, BUS, 0x100, 0x8000_0000, 0xffff_ff00, 0xffff_ff04, NOMERGE, NOMERGE | BUS | 0x4200] as const;

const MAXIMA = [
  1n,
  2n,
  3n,
  16n,
  511n,
  4095n,
  4096n,
  4097n,
  65536n,
  1_000_003n,
  (1n << 31n) - 1n,
  1n << 31n,
  (1n << 31n) + 1n,
  0xffff_f000n,
  0xffff_ffffn,
  FOUR_GIB,
];

/** Limits of every kind: the default, one of them, all three. */
export const anyLimits: fc.Arbitrary<OracleLimits> = fc
  .record({
    max: fc.oneof(
      { weight: 3, arbitrary: fc.constant(FOUR_GIB) },
      { weight: 4, arbitrary: fc.constantFrom(...MAXIMA) },
      { weight: 2, arbitrary: fc.bigInt(1n, FOUR_GIB) },
    ),
    alignmentShift: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 32 })),
    boundaryShift: fc.oneof(
      { weight: 2, arbitrary: fc.constant(-1) },
      fc.constantFrom(0, 1, 31, 32, 33, 62, 63),
      fc.integer({ min: 0, max: 63 }),
    ),
  })
  .map(({ max, alignmentShift, boundaryShift }) => {
    let alignment = 1n << BigInt(alignmentShift);
    while (alignment > max) alignment >>= 1n;
    let boundary = boundaryShift < 0 ? 0n : 1n << BigInt(boundaryShift);
    if (boundary !== 0n && boundary < alignment) boundary = alignment;
    return { max, boundary, alignment };
  });

/** About how long the pieces are that a long run is cut into. */
export function pieceBytes({ max, boundary }: OracleLimits): bigint {
  const half = max > 1n ? max / 2n : 1n;
  return boundary !== 0n && boundary < half ? boundary : half;
}

/** Lengths round the sizes of a block: 4 comparisons a step, 64 records of read-ahead, 512 comparisons a block. */
export const anyCount: fc.Arbitrary<number> = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 9 }) },
  { weight: 3, arbitrary: fc.integer({ min: 10, max: 140 }) },
  { weight: 2, arbitrary: fc.integer({ min: 60, max: 70 }) },
  { weight: 2, arbitrary: fc.integer({ min: 508, max: 522 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1020, max: 1032 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1100, max: 1140 }) },
);
export const fewCount: fc.Arbitrary<number> = fc.integer({ min: 1, max: 12 });

/** How a stretch of ranges is drawn. */
interface Stretch {
  count: number;
  /** Where it starts: where the last one ended, so that it may join, … */
  start: "join" | "gap" | "overlap" | "same" | "edge" | "across" | "random";
  edge: bigint;
  delta: bigint;
  /** One range in so many does not follow the one before. */
  breakIn: number;
  length: "one" | "full" | "oneOrFull" | "short" | "page" | "any";
  flags: number;
  /** One range in so many is of another kind. */
  flipIn: number;
  seed: number;
}

const anyStretch = (count: fc.Arbitrary<number>): fc.Arbitrary<Stretch> =>
  fc.record({
    count,
    start: fc.constantFrom("join", "join", "gap", "overlap", "same", "edge", "across", "across", "random"),
    edge: fc.constantFrom(...EDGES, SPACE, SPACE),
    delta: fc.bigInt(-3n, 3n),
    breakIn: fc.constantFrom(0, 0, 0, 400, 100, 32, 8, 2, 1),
    length: fc.constantFrom("one", "full", "oneOrFull", "short", "page", "any"),
    flags: fc.constantFrom(...KINDS, 0, 0),
    flipIn: fc.constantFrom(0, 0, 0, 0, 300, 30, 4, 1),
    seed: fc.integer(),
  });

export interface RangeOptions {
  /** How many ranges a stretch has. */
  count?: fc.Arbitrary<number>;
  /** Stretches at most. */
  stretches?: number;
  /** No length is above; default 2^32, what a packed record holds. */
  longest?: bigint;
  /** No byte lies at or past this; default 2^64. What would, ends exactly there, and what follows starts at 0. */
  end?: bigint;
  /** Segments at most, about. */
  segments?: number;
  /** Among them some of length 0. */
  empties?: boolean;
}

/** Valid ranges for these limits, so that they give `segments` segments at most, about. */
export function anyRanges(limits: OracleLimits, options: RangeOptions = {}): fc.Arbitrary<OracleRange[]> {
  const { count = anyCount, stretches = 4 } = options;
  return fc
    .array(anyStretch(count), { minLength: 1, maxLength: stretches })
    .map((drawn) => drawRanges(drawn, limits, options));
}

/** Limits, and ranges for them. */
export function anyJob(options: RangeOptions = {}): fc.Arbitrary<{ limits: OracleLimits; ranges: OracleRange[] }> {
  return anyLimits.chain((limits) => anyRanges(limits, options).map((ranges) => ({ limits, ranges })));
}

function drawRanges(drawn: readonly Stretch[], limits: OracleLimits, options: RangeOptions): OracleRange[] {
  const { longest = FOUR_GIB, end = SPACE, segments = 4000, empties = false } = options;
  const total = drawn.reduce((sum, { count }) => sum + count, 0);
  const share = BigInt(Math.max(1, Math.floor(segments / total)));
  const most = least(least(longest, pieceBytes(limits) * share), end);
  const ranges: OracleRange[] = [];
  let next = 0n;
  for (const stretch of drawn) {
    const random = new Random(stretch.seed);
    const lengthOf = () => least(drawLength(stretch.length, limits, most, random), most);
    for (let index = 0; index < stretch.count; index++) {
      const length = lengthOf();
      if (index === 0) next = startOf(stretch, next, length, ranges.at(-1), random);
      else if (random.once(stretch.breakIn)) next = breakAt(next, ranges.at(-1) as OracleRange, random);
      let addr = next < 0n ? 0n : next;
      // Past the end comes address 0, which is no neighbour of it.
      if (addr >= end) addr = 0n;
      const flags = random.once(stretch.flipIn) ? random.pick(KINDS) : stretch.flags;
      const range = { addr, length: least(length, end - addr), flags };
      ranges.push(range);
      next = addr + range.length;
      if (empties && random.once(3)) ranges.push({ addr: random.pick([next % end, 0n, end - 1n]), length: 0n, flags });
    }
  }
  return ranges;
}

function startOf(
  stretch: Stretch,
  next: bigint,
  length: bigint,
  last: OracleRange | undefined,
  random: Random,
): bigint {
  const { start, edge, delta, count } = stretch;
  if (start === "join") return next;
  if (start === "gap") return next + 1n;
  if (start === "overlap") return next - 1n;
  if (start === "same") return last?.addr ?? 0n;
  if (start === "edge") return edge + delta;
  // The stretch reaches the edge somewhere on its way, often exactly.
  if (start === "across") return edge - length * BigInt(random.integer(0, count)) + (random.once(2) ? 0n : delta);
  return random.u64() >> BigInt(random.integer(0, 63));
}

function breakAt(next: bigint, last: OracleRange, random: Random): bigint {
  switch (random.integer(0, 5)) {
    case 0:
      return next + 1n;
    case 1:
      return next - 1n;
    case 2:
      return last.addr;
    case 3:
      return next + FOUR_GIB;
    case 4:
      return random.pick(EDGES) + BigInt(random.integer(-2, 2));
    default:
      return random.u64();
  }
}

function drawLength(kind: Stretch["length"], limits: OracleLimits, most: bigint, random: Random): bigint {
  if (kind === "one") return 1n;
  if (kind === "full") return most;
  if (kind === "oneOrFull") return random.once(2) ? 1n : most;
  if (kind === "short") return BigInt(random.integer(1, 40));
  if (kind === "page") return 4096n;
  const nearLimit = limits.max * BigInt(random.integer(1, 3)) + BigInt(random.integer(-1, 1));
  const wide = (random.u64() >> BigInt(random.integer(0, 63))) + 1n;
  const chosen = random.pick([nearLimit, wide, FOUR_GIB - 1n, FOUR_GIB, FOUR_GIB + 1n, limits.alignment, most]);
  return chosen < 1n ? 1n : chosen;
}

/** Math.min takes no bigint. */
export function least(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}
