/** Engine against engine: wasm, JavaScript and the BigInt model give the same bytes for any ranges under any limits. */

import { packedRecords } from "../../../src/core/input.js";
import { columns } from "../../../src/engine/columns.js";
import { pageFrames } from "../../../src/engine/page-frames.js";
import type { SegmentMapper } from "../../../src/mapper/mapper.js";
import {
  coalesce as coalesceModel,
  framesToRanges,
  type OracleLimits,
  type OracleRange,
  pack,
  union as unionModel,
} from "../../oracle.js";
import { mapperFactory } from "../../support/engines.js";
import { checkSame, Source } from "../source.js";

const mappers = [mapperFactory("wasm"), mapperFactory("js"), mapperFactory("buckets")] as const;
const SPACE = 1n << 64n;
/** A job that makes more is another job: most of an input's time would be the model's. */
const MAX_SEGMENTS = 3000n;

const FLAGS = [0, 4, 0x100, 0x8000_0000, 0xffff_ff04, 2, 6];
const STARTS = [0n, 1n << 31n, 1n << 32n, 1n << 33n, 1n << 53n, 1n << 63n, SPACE - 1n] as const;

function anyLimits(source: Source): OracleLimits {
  const kind = source.u8();
  const max = kind < 64 ? 1n << 32n : 1n + (kind < 128 ? BigInt(source.u16()) : BigInt(source.u32()));
  let alignment = 1n << BigInt(source.pick([0, 0, 0, 4, 12, 21, 32]));
  while (alignment > max) alignment >>= 1n;
  const shift = source.u8();
  let boundary = shift < 128 ? 0n : 1n << BigInt(shift % 64);
  if (boundary !== 0n && boundary < alignment) boundary = alignment;
  return { max, boundary, alignment };
}

/** About how long the pieces are that a long run is cut into. */
function pieceOf({ max, boundary }: OracleLimits): bigint {
  const piece = boundary !== 0n && boundary < max ? boundary : max;
  return piece > 1n ? piece / 2n : 1n;
}

/** Valid ranges. What would be too many segments is shortened. */
function anyRanges(source: Source, limits: OracleLimits, longest: bigint): OracleRange[] {
  const most = pieceOf(limits) * (MAX_SEGMENTS / 400n);
  const ranges: OracleRange[] = [];
  let next = 0n;
  while (!source.isEmpty && ranges.length < 400) {
    const kind = source.u8();
    const size = kind & 3;
    let length = 1n + BigInt([0, source.u8(), source.u16() * 4096, 0][size] as number);
    if (size === 0) length = 4096n;
    if (size === 3) length = (source.u64() >> BigInt(source.integer(0, 63))) + 1n;
    if (length > most) length = most;
    if (length > longest) length = longest;
    // Next to the one before, as often as not.
    const place = (kind >> 2) & 7;
    let addr = next + BigInt(place === 4 ? 1 : place === 5 ? -1 : 0);
    if (place === 6) addr = source.pick(STARTS) + BigInt(source.u8() - 128);
    if (place === 7) addr = source.u64() >> BigInt(source.integer(0, 63));
    if (addr < 0n || addr >= SPACE) addr = 0n;
    if (addr + length > SPACE) length = SPACE - addr;
    const flags = FLAGS[(kind >> 5) % FLAGS.length] as number;
    ranges.push({ addr, length, flags });
    next = addr + length;
  }
  return ranges;
}

function bothGive(what: string, limits: OracleLimits, wanted: Uint8Array, run: (mapper: SegmentMapper) => Uint8Array) {
  for (const factory of mappers) {
    const mapper = factory(limits);
    try {
      checkSame(`${what}, ${mapper.engine}`, run(mapper), wanted);
    } finally {
      mapper.close();
    }
  }
}

export function coalesce(data: Uint8Array): void {
  const source = new Source(data);
  const limits = anyLimits(source);
  const form = source.integer(0, 2);
  const ranges = anyRanges(source, limits, form === 0 ? 1n << 32n : SPACE - 1n);
  const wanted = pack(coalesceModel(ranges, limits));
  bothGive("coalesce", limits, wanted, (mapper) => mapper.coalesce(inForm(ranges, form)).bytes);
}

export function union(data: Uint8Array): void {
  const source = new Source(data);
  const limits = anyLimits(source);
  const form = source.integer(0, 2);
  const gapBytes = source.pick([0n, 0n, 1n, 4096n, source.u64()]);
  const ranges = anyRanges(source, limits, form === 0 ? 1n << 32n : SPACE - 1n);
  // A wide gap joins what is far apart: more segments than all the ranges have.
  const piece = pieceOf(limits);
  const runs = unionModel(ranges, gapBytes, { max: SPACE, boundary: 0n, alignment: 1n });
  if (runs.reduce((sum, { length }) => sum + length / piece + 2n, 0n) > 2n * MAX_SEGMENTS) return;
  const wanted = unionModel(ranges, gapBytes, limits);
  bothGive("union", limits, pack(wanted), (mapper) => mapper.union(inForm(ranges, form), { gapBytes }).bytes);
}

function inForm(ranges: readonly OracleRange[], form: number) {
  if (form === 0) return packedRecords(pack(ranges));
  if (form === 1) return ranges;
  return columns({
    addr: BigUint64Array.from(ranges, ({ addr }) => addr),
    length: BigUint64Array.from(ranges, ({ length }) => length),
    flags: Uint32Array.from(ranges, ({ flags }) => flags),
  });
}

/** A stream of little room, fed in parts, drained where it is full. */
export function stream(data: Uint8Array): void {
  const source = new Source(data);
  const limits = anyLimits(source);
  const capacity = source.pick([2, 3, 8, 100]);
  const part = source.integer(1, 40);
  const ranges = anyRanges(source, limits, 1n << 32n);
  const wanted = pack(coalesceModel(ranges, limits));
  bothGive("stream", limits, wanted, (mapper) => {
    const packed = pack(ranges);
    const parts: Uint8Array[] = [];
    const made = mapper.stream({ capacity });
    const drain = () => parts.push(made.drain().bytes);
    for (let at = 0, turn = 0; at < ranges.length; turn++) {
      const end = Math.min(at + part, ranges.length);
      const isOne = turn % 3 === 0;
      const taken = isOne
        ? Number(made.push(ranges[at] as OracleRange))
        : made.pushRecords(packed.subarray(at * 16, end * 16));
      at += taken;
      if (taken === 0 || turn % 5 === 0) drain();
    }
    while (!made.flush()) drain();
    drain();
    return Uint8Array.from(Buffer.concat(parts));
  });
}

export function frames(data: Uint8Array): void {
  const source = new Source(data);
  const limits = anyLimits(source);
  let pageShift = source.integer(0, 30);
  while (pageShift > 0 && 1n << BigInt(pageShift) > pieceOf(limits) * 8n) pageShift--;
  const isWide = source.u8() < 128;
  const largest = (1n << BigInt(isWide ? 64 - pageShift : Math.min(32, 64 - pageShift))) - 1n;
  const pfns: bigint[] = [];
  let next = 0n;
  while (!source.isEmpty && pfns.length < 600) {
    const kind = source.u8();
    if (kind >= 224) next = source.u64() & largest;
    else if (kind >= 192) next = largest - BigInt(source.u8());
    else if (kind >= 176) next += BigInt(kind - 184);
    for (let run = 1 + (kind & 15); run > 0; run--) {
      if (next < 0n || next > largest) next = 0n;
      pfns.push(next++);
    }
  }
  const pageBytes = 2 ** pageShift;
  const flags = source.pick(FLAGS);
  const ranges = framesToRanges(pfns, { pageBytes: BigInt(pageBytes), firstOffset: 0n, byteLength: undefined, flags });
  const list = isWide ? BigUint64Array.from(pfns) : Uint32Array.from(pfns, Number);
  const wanted = pack(coalesceModel(ranges, limits));
  bothGive("frames", limits, wanted, (mapper) => mapper.coalesce(pageFrames(list, { pageBytes, flags })).bytes);
}
