import { expected, show } from "../core/errors.js";
import { type Column, type FrameData, plainColumn } from "../core/input.js";
import { checkInteger, isPowerOfTwo } from "../core/limits.js";
import { checkKeys, NO_OPTIONS } from "../core/options.js";
import { checkKey, PACKAGE, type PackageKey } from "../core/package-key.js";
import { Fields } from "../core/range-fields.js";
import { checkFlags, checkU64, NOMERGE, type U64 } from "../core/record.js";
import type { Ahead, Taker } from "./ahead.js";
import type { GrowingOutput } from "./growing-output.js";
import { checkAttached, Form, type Intake } from "./intake.js";

const FRAME_KEYS = { pageBytes: true, firstOffset: true, byteLength: true, flags: true } as const;

/** How memory lies in its page frames. */
interface PageLayout {
  /** log2 of the page size. */
  readonly pageShift: number;
  /** Bytes of the first page that come before the memory. */
  readonly firstOffset: number;
  /** Bytes of the last page that come after it. */
  readonly lastUnused: number;
  readonly flags: number;
}

/**
 * Memory given as its page frames; made by {@link pageFrames}. The array is borrowed until the call that takes it
 * returns.
 *
 * @example
 * ```ts
 * const { count, firstOffset, lastUnused } = pageFrames([7, 8, 3], { firstOffset: 512, byteLength: 10_000 });
 * console.log(count, firstOffset, lastUnused); // 3 512 1776
 * ```
 */
export class PageFrames extends Form {
  /** Page frame numbers, as many as the bytes need. */
  readonly frames: Column;
  /** The number of page frames. */
  override readonly count: number;
  /** log2 of the page size. */
  readonly pageShift: number;
  /** Bytes of the first page that come before the memory. */
  readonly firstOffset: number;
  /** Bytes of the last page that come after the memory. */
  readonly lastUnused: number;
  /** NOMERGE, BUS and the tag of the memory. */
  readonly flags: number;

  /** For the package itself. Use `pageFrames`. @hidden */
  constructor(key: PackageKey, frames: Column, layout: PageLayout) {
    checkKey(key, "PageFrames", "pageFrames");
    super();
    this.frames = frames;
    this.count = frames.length;
    this.pageShift = layout.pageShift;
    this.firstOffset = layout.firstOffset;
    this.lastUnused = layout.lastUnused;
    this.flags = layout.flags;
  }

  /** @internal */
  override take(intake: Intake, output: GrowingOutput): void {
    const { coalescer } = intake;
    checkAttached("pfns", this.frames.length, this.count);
    const { firstOffset, lastUnused, pageShift, flags } = this;
    const source = { frames: intake.apart(this.frames), pageShift, flags };
    // Only the first and the last page may be used in part: those two are ranges, what lies between are frames.
    let from = 0;
    let end = this.count;
    if (firstOffset !== 0 || (lastUnused !== 0 && end === 1)) {
      intake.takeOne(partOf(source, 0, firstOffset, end === 1 ? lastUnused : 0), output);
      from = 1;
    }
    if (lastUnused !== 0 && end > from) end--;
    while (from < end) {
      if (output.room === 0) output.grow(coalescer, aheadOf(coalescer, source, from, end));
      from += coalescer.frames(source, from, end, output);
      if (coalescer.bad) throw frameFault(source, from);
    }
    if (end < this.count) intake.takeOne(partOf(source, end, 0, lastUnused), output);
  }
}

/** What is left from frame `from` on, up to `end`. */
function aheadOf({ uncut }: Taker, { flags, pageShift }: FrameData, from: number, end: number): Ahead {
  return { count: end, bytes: () => (uncut && (flags & NOMERGE) === 0 ? 0 : (end - from) * 2 ** pageShift) };
}

/**
 * Takes memory as its page frames, in the order of the memory's bytes. Frame `n` is the bytes from `n * pageBytes` on.
 *
 * Cost: O(1), but O(n) for a plain array, which is copied.
 *
 * @param pfns        Page frame numbers; `(pfn + 1) * pageBytes` is at most 2^64. A mapper checks the numbers when it
 *   takes them.
 * @param options.pageBytes   A power of two from 1 to 2^52; default 4096.
 * @param options.firstOffset Where in the first page the memory starts, 0 to pageBytes - 1; default 0.
 * @param options.byteLength  Bytes of memory; default: all bytes to the end of the last frame. Frames past `byteLength`
 *   are ignored.
 * @param options.flags       NOMERGE (each page its own segment), BUS and the tag; default 0.
 * @throws {TypeError} `pfns` is none of the typed arrays named and no array of numbers, or an option has the wrong
 *   type.
 * @throws {RangeError} An option is out of its range, or the frames are fewer than `byteLength` needs.
 * @example
 * ```ts
 * const buffer = pageFrames([7, 8, 3], { firstOffset: 512, byteLength: 10_000 });
 * const table = createMapperSync().coalesce(buffer);
 * for (const { addr, length } of table) console.log(addr.toString(16), length); // 7200 7680 // 3000 2320
 * ```
 */
export function pageFrames(
  pfns: Column | readonly number[],
  options: {
    pageBytes?: number | undefined;
    firstOffset?: number | undefined;
    byteLength?: U64 | undefined;
    flags?: number | undefined;
  } = NO_OPTIONS,
): PageFrames {
  checkKeys("options", options, FRAME_KEYS);
  const { pageBytes = 4096, firstOffset = 0, byteLength, flags = 0 } = options;
  const frames = Array.isArray(pfns) ? fromNumbers(pfns) : plainColumn("pfns", pfns);
  checkInteger("pageBytes", pageBytes, 1, 2 ** 52);
  if (!isPowerOfTwo(pageBytes)) {
    throw new RangeError(expected("pageBytes", "a power of two from 1 to 2^52", pageBytes));
  }
  const pageShift = Math.log2(pageBytes);
  checkInteger("firstOffset", firstOffset, 0, pageBytes - 1);
  checkFlags("flags", flags);
  if (byteLength === undefined) {
    const layout = { pageShift, firstOffset: frames.length === 0 ? 0 : firstOffset, lastUnused: 0, flags };
    return new PageFrames(PACKAGE, frames, layout);
  }
  checkU64("byteLength", byteLength);
  const page = BigInt(pageBytes);
  const end = BigInt(byteLength) + BigInt(firstOffset);
  const needed = BigInt(byteLength) === 0n ? 0n : (end + page - 1n) / page;
  if (needed > BigInt(frames.length)) {
    throw new RangeError(`"pfns" expected ${needed} frames for ${show(byteLength)} bytes, got ${frames.length}`);
  }
  const used = frames.subarray(0, Number(needed));
  if (needed === 0n) return new PageFrames(PACKAGE, used, { pageShift, firstOffset: 0, lastUnused: 0, flags });
  return new PageFrames(PACKAGE, used, { pageShift, firstOffset, lastUnused: Number(needed * page - end), flags });
}

/** A plain array as a column. Its numbers are checked with all the others, when a mapper takes them. */
function fromNumbers(pfns: readonly unknown[]): Float64Array {
  const odd = pfns.findIndex((pfn) => typeof pfn !== "number");
  if (odd >= 0) throw new TypeError(expected(`pfns[${odd}]`, "a number", pfns[odd]));
  return Float64Array.from(pfns as readonly number[]);
}

/** A page without `skip` bytes at its start and `unused` at its end. */
function partOf(source: FrameData, index: number, skip: number, unused: number): Fields {
  const frame = source.frames[index] as number | bigint;
  const pageBytes = 2 ** source.pageShift;
  if (!(typeof frame === "bigint" || Number.isSafeInteger(frame)) || frame < 0) throw frameFault(source, index);
  const addr = BigInt(frame) * BigInt(pageBytes) + BigInt(skip);
  if ((BigInt(frame) + 1n) * BigInt(pageBytes) > 1n << 64n) throw frameFault(source, index);
  const fields = new Fields();
  fields.read({ addr, length: pageBytes - skip - unused, flags: source.flags });
  return fields;
}

function frameFault(source: FrameData, index: number): RangeError {
  return new RangeError(
    expected(
      `pfns[${index}]`,
      `an integer with (pfn + 1) * ${2 ** source.pageShift} up to 2^64`,
      source.frames[index] as number | bigint,
    ),
  );
}
