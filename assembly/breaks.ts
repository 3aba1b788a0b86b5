import { aheadOf, outputStep } from "./ahead";
import { GROUPS, KIND, LENGTH, MIXED, NOMERGE, PACKING, POSITIONS, RECORD_SHIFT, RESERVED, TOUCHED } from "./layout";
import { nextOut, setBlockBits } from "./state";

/*
 * Stage one of two: find where runs start, without a branch on the data.
 *
 * Each function compares `pairs` neighbours from `base` on (so it reads pairs + 1 of them), and notes the address of
 * each one that does not join the one before. It returns how many. What it does not see is a wrap at 2^64: stage two
 * looks, run by run.
 *
 * `sparse`: few breaks are expected. Then a first pass only notes the groups that hold one, and the second looks at
 * those groups alone. A test that skips whole groups would be mispredicted at most breaks, 75 cycles a break.
 */

/** Notes those of the four addresses in `starts` that are set in `breaks`; returns where the next ones go. */
function note(work: usize, positions: usize, starts: v128, breaks: i32): usize {
  v128.store(positions, v128.swizzle(starts, v128.load(work + ((<usize>breaks) << 4), PACKING)));
  return positions + ((<usize>popcnt(breaks)) << 2);
}

/** The bits that are set in either lane. */
function bitsOf(lanes: v128): u64 {
  return i64x2.extract_lane(lanes, 0) | i64x2.extract_lane(lanes, 1);
}

/** The table that moves the noted lanes of a vector to the front. */
export function writePacking(work: usize): void {
  for (let mask: u32 = 0; mask < 16; ++mask) {
    let row = work + ((<usize>mask) << 4);
    for (let lane: u32 = 0; lane < 4; ++lane) {
      if ((mask >> lane) & 1) {
        store<u32>(row, 0x03020100 + lane * 0x04040404, PACKING);
        row += 4;
      }
    }
  }
}

/**
 * Records that all have the flags of the first: the usual case. `pairs` is a multiple of 4; `inputEnd` bounds the
 * read-ahead. -1 where a flag differs or is NOMERGE, or where a length is not valid. The first one is valid: it is taken already.
 */
export function noteBreaksOfKind(work: usize, base: usize, pairs: u32, inputEnd: usize, sparse: bool): i32 {
  const word = load<u64>(base, 8);
  if (word & NOMERGE) return -1;
  // word - flagsPlusOne is length - 1, which has no bit above 31, iff the length is 1 to 2^32 and the flags are the same.
  const flagsPlusOne = i64x2.splat((word & ~LENGTH) + 1);
  const one = i64x2.splat(1);
  const end = base + ((<usize>pairs) << RECORD_SHIFT);
  // The loops look at the left record of each pair; the right one of the last pair is looked at here.
  let seen = i64x2.sub(i64x2.splat(load<u64>(end, 8)), flagsPlusOne);
  let addresses = i64x2.splat(0);
  let touched: u32 = 0;
  const ahead = aheadOf(end, inputEnd);
  let group = work + GROUPS;
  let groupsEnd = group;
  if (sparse) {
    for (let p = base; p < end; p += 64) {
      touched |= load<u8>(p + ahead);
      const r0 = v128.load(p);
      const r1 = v128.load(p, 16);
      const r2 = v128.load(p, 32);
      const r3 = v128.load(p, 48);
      const r4 = v128.load(p, 64);
      const reach01 = i64x2.sub(v128.shuffle<u64>(r0, r1, 1, 3), flagsPlusOne);
      const reach23 = i64x2.sub(v128.shuffle<u64>(r2, r3, 1, 3), flagsPlusOne);
      seen = v128.or(seen, v128.or(reach01, reach23));
      const last01 = i64x2.add(v128.shuffle<u64>(r0, r1, 0, 2), reach01);
      const last23 = i64x2.add(v128.shuffle<u64>(r2, r3, 0, 2), reach23);
      const joins = v128.and(
        i64x2.eq(i64x2.sub(v128.shuffle<u64>(r1, r2, 0, 2), last01), one),
        i64x2.eq(i64x2.sub(v128.shuffle<u64>(r3, r4, 0, 2), last23), one),
      );
      store<u32>(groupsEnd, <u32>p);
      // 4 unless both lanes are set.
      groupsEnd += ((i64x2.bitmask(joins) ^ 3) + 3) & 4;
    }
  }
  let positions = work + POSITIONS;
  const step: usize = sparse ? 0 : outputStep(work);
  let segment = step ? nextOut(work) : base;
  let p = base;
  let pauseAt = end;
  while (sparse ? group < groupsEnd : p < end) {
    if (sparse) {
      p = <usize>load<u32>(group);
      // Noted above, in memory that others may write to: the other loop does without.
      if (ASC_FEATURE_THREADS && p - base > end - base - 64) return -1;
      pauseAt = p + 64;
      group += 4;
    }
    let starts = i32x4.add(i32x4.splat(<i32>p), i32x4(16, 32, 48, 64));
    let r0 = v128.load(p);
    for (; p < pauseAt; p += 64) {
      touched |= load<u8>(p + ahead) | load<u8>(segment);
      segment += step;
      const r1 = v128.load(p, 16);
      const r2 = v128.load(p, 32);
      const r3 = v128.load(p, 48);
      const r4 = v128.load(p, 64);
      const reach01 = i64x2.sub(v128.shuffle<u64>(r0, r1, 1, 3), flagsPlusOne);
      const reach23 = i64x2.sub(v128.shuffle<u64>(r2, r3, 1, 3), flagsPlusOne);
      seen = v128.or(seen, v128.or(reach01, reach23));
      const last01 = i64x2.add(v128.shuffle<u64>(r0, r1, 0, 2), reach01);
      const last23 = i64x2.add(v128.shuffle<u64>(r2, r3, 0, 2), reach23);
      const next01 = v128.shuffle<u64>(r1, r2, 0, 2);
      const next23 = v128.shuffle<u64>(r3, r4, 0, 2);
      addresses = v128.or(addresses, v128.or(next01, next23));
      const joins =
        i64x2.bitmask(i64x2.eq(i64x2.sub(next01, last01), one)) |
        (i64x2.bitmask(i64x2.eq(i64x2.sub(next23, last23), one)) << 2);
      positions = inline.always(note(work, positions, starts, joins ^ 15));
      starts = i32x4.add(starts, i32x4.splat(64));
      r0 = r4;
    }
  }
  store<u32>(work, touched, TOUCHED);
  if (v128.any_true(i64x2.shr_u(seen, 32))) return -1;
  setBlockBits(work, bitsOf(seen), bitsOf(addresses));
  return <i32>(positions - work - POSITIONS) >> 2;
}

/**
 * Records of any mixture of kinds, NOMERGE too; `pairs` is a multiple of 4. Says in MIXED whether the block needed it.
 * -1 where a record is not valid.
 */
export function noteBreaksMixed(work: usize, base: usize, pairs: u32, inputEnd: usize): i32 {
  const lengthAndReserved = i64x2.splat(LENGTH | RESERVED);
  const kindMask = i64x2.splat(KIND);
  const nomerge = i64x2.splat(NOMERGE);
  const zero = i64x2.splat(0);
  const one = i64x2.splat(1);
  const four = i32x4(16, 32, 48, 64);
  const end = base + ((<usize>pairs) << RECORD_SHIFT);
  let positions = work + POSITIONS;
  let seen = i64x2.sub(v128.and(i64x2.splat(load<u64>(end, 8)), lengthAndReserved), one);
  let kinds = i64x2.splat(0);
  let addresses = i64x2.splat(0);
  let touched: u32 = 0;
  const ahead = aheadOf(end, inputEnd);
  let r0 = v128.load(base);
  for (let p = base; p < end; p += 64) {
    touched |= load<u8>(p + ahead);
    const r1 = v128.load(p, 16);
    const r2 = v128.load(p, 32);
    const r3 = v128.load(p, 48);
    const r4 = v128.load(p, 64);
    const word01 = v128.shuffle<u64>(r0, r1, 1, 3);
    const word23 = v128.shuffle<u64>(r2, r3, 1, 3);
    const reach01 = i64x2.sub(v128.and(word01, lengthAndReserved), one);
    const reach23 = i64x2.sub(v128.and(word23, lengthAndReserved), one);
    seen = v128.or(seen, v128.or(reach01, reach23));
    const last01 = i64x2.add(v128.shuffle<u64>(r0, r1, 0, 2), reach01);
    const last23 = i64x2.add(v128.shuffle<u64>(r2, r3, 0, 2), reach23);
    const differ01 = v128.and(v128.xor(word01, v128.shuffle<u64>(r1, r2, 1, 3)), kindMask);
    const differ23 = v128.and(v128.xor(word23, v128.shuffle<u64>(r3, r4, 1, 3)), kindMask);
    kinds = v128.or(kinds, v128.or(differ01, differ23));
    const next01 = v128.shuffle<u64>(r1, r2, 0, 2);
    const next23 = v128.shuffle<u64>(r3, r4, 0, 2);
    addresses = v128.or(addresses, v128.or(next01, next23));
    // Zero in a lane: the next starts one past the last, the kinds are equal, and NOMERGE is in neither.
    const apart01 = v128.or(i64x2.sub(i64x2.sub(next01, last01), one), v128.or(differ01, v128.and(word01, nomerge)));
    const apart23 = v128.or(i64x2.sub(i64x2.sub(next23, last23), one), v128.or(differ23, v128.and(word23, nomerge)));
    const breaks = i64x2.bitmask(i64x2.ne(apart01, zero)) | (i64x2.bitmask(i64x2.ne(apart23, zero)) << 2);
    positions = inline.always(note(work, positions, i32x4.add(i32x4.splat(<i32>p), four), breaks));
    r0 = r4;
  }
  store<u32>(work, touched, TOUCHED);
  if (v128.any_true(i64x2.shr_u(seen, 32))) return -1;
  setBlockBits(work, bitsOf(seen), bitsOf(addresses));
  store<u32>(work, v128.any_true(kinds) ? 1 : 0, MIXED);
  return <i32>(positions - work - POSITIONS) >> 2;
}

/** Page frame numbers, 8 bytes each: a neighbour joins iff it is one more. `pairs` is a multiple of 8. Whether a frame is too large is for stage two. */
export function noteFrameBreaks(work: usize, base: usize, pairs: u32, inputEnd: usize, sparse: bool): u32 {
  const one = i64x2.splat(1);
  const end = base + ((<usize>pairs) << 3);
  let frames = i64x2.splat(0);
  let touched: u32 = 0;
  const ahead = aheadOf(end, inputEnd);
  let group = work + GROUPS;
  let groupsEnd = group;
  if (sparse) {
    for (let p = base; p < end; p += 64) {
      touched |= load<u8>(p + ahead);
      const joins03 = v128.and(
        i64x2.eq(v128.load(p, 8), i64x2.add(v128.load(p), one)),
        i64x2.eq(v128.load(p, 24), i64x2.add(v128.load(p, 16), one)),
      );
      const joins47 = v128.and(
        i64x2.eq(v128.load(p, 40), i64x2.add(v128.load(p, 32), one)),
        i64x2.eq(v128.load(p, 56), i64x2.add(v128.load(p, 48), one)),
      );
      store<u32>(groupsEnd, <u32>p);
      // 4 unless both lanes are set.
      groupsEnd += ((i64x2.bitmask(v128.and(joins03, joins47)) ^ 3) + 3) & 4;
    }
  }
  let positions = work + POSITIONS;
  let p = base;
  let pauseAt = end;
  while (sparse ? group < groupsEnd : p < end) {
    if (sparse) {
      p = <usize>load<u32>(group);
      pauseAt = p + 64;
      group += 4;
    }
    let starts = i32x4.add(i32x4.splat(<i32>p), i32x4(8, 16, 24, 32));
    for (; p < pauseAt; p += 32) {
      touched |= load<u8>(p + ahead);
      const next01 = v128.load(p, 8);
      const next23 = v128.load(p, 24);
      frames = v128.or(frames, v128.or(next01, next23));
      const joins =
        i64x2.bitmask(i64x2.eq(next01, i64x2.add(v128.load(p), one))) |
        (i64x2.bitmask(i64x2.eq(next23, i64x2.add(v128.load(p, 16), one))) << 2);
      positions = inline.always(note(work, positions, starts, joins ^ 15));
      starts = i32x4.add(starts, i32x4.splat(32));
    }
  }
  store<u32>(work, touched, TOUCHED);
  setBlockBits(work, 0, bitsOf(frames));
  return <u32>(positions - work - POSITIONS) >> 2;
}
