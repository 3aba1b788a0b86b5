import {
  HELD,
  KIND,
  LENGTH,
  NOMERGE,
  RECORD_BYTES,
  RECORD_SHIFT,
  RUN_FIRST,
  RUN_KIND,
  RUN_LAST,
  TAKEN,
  WIDE,
} from "./layout";
import { hold, openOutput, takeRange, written } from "./run";
import {
  ANY_WORD,
  DESCENDS,
  DISORDER,
  GAP,
  NEAR,
  PREVIOUS,
  SEEN,
  SHAPE,
  VARYING_ADDR,
  VARYING_WORD,
} from "./union-layout";

/*
 * What a union does with coalesced runs, valid records all of them, wide ones among them. Who calls sorts them in
 * between (sort.ts), by flags and then by address.
 */

/** The last byte of a record. */
function lastOf(first: u64, word: u64): u64 {
  return first + (word & WIDE ? ((word + 1) << 32) - 1 : (word & LENGTH) - 1);
}

/** Looks at records, and from call to call at what lies between them; see union-layout.ts for what it finds. */
export function inspect(work: usize, input: usize, count: u32): void {
  if (count == 0) return;
  let record = input;
  if (load<u32>(work, SEEN) == 0) {
    store<u32>(work, 1, SEEN);
    v128.store(work, v128.load(record), PREVIOUS);
    store<u64>(work, load<u64>(record, 8), ANY_WORD);
    record += RECORD_BYTES;
  }
  const end = input + ((<usize>count) << RECORD_SHIFT);
  if (record < end) {
    inspectExactly(work, record, record + RECORD_BYTES);
    record += RECORD_BYTES;
  }
  const pairsEnd = record + ((end - record) & ~31);
  if (inspectPlain(work, record, pairsEnd)) record = pairsEnd;
  inspectExactly(work, record, end);
}

/**
 * Records of one kind that may join, none of them wide, whose addresses agree in bit 63, two at a time. False, and
 * nothing noted, where they are not. 0.5 ns a record.
 */
function inspectPlain(work: usize, records: usize, end: usize): bool {
  // Above 2^63 - 1 all that can lie between two addresses is in the gap.
  const gap = i64x2.splat(min<u64>(load<u64>(work, GAP), i64.MAX_VALUE));
  const length = i64x2.splat(LENGTH);
  let descending = i64x2.splat(0);
  let apart = i64x2.splat(-1);
  let r0 = v128.load(work, PREVIOUS);
  let any = r0;
  let all = r0;
  for (let record = records; record < end; record += 2 * RECORD_BYTES) {
    const r1 = v128.load(record);
    const r2 = v128.load(record, 16);
    const first = v128.shuffle<u64>(r0, r1, 0, 2);
    const next = v128.shuffle<u64>(r1, r2, 0, 2);
    const bytes = v128.and(v128.shuffle<u64>(r0, r1, 1, 3), length);
    // Signed: right where next >= first; where it is not, the pair counts as near because it descends.
    apart = v128.and(apart, i64x2.gt_s(i64x2.sub(i64x2.sub(next, first), bytes), gap));
    descending = v128.or(descending, i64x2.gt_s(first, next));
    any = v128.or(any, v128.or(r1, r2));
    all = v128.and(all, v128.and(r1, r2));
    r0 = r2;
  }
  const varying = v128.xor(any, all);
  const varyingAddr = <u64>i64x2.extract_lane(varying, 0);
  const varyingWord = <u64>i64x2.extract_lane(varying, 1);
  const anyWord = <u64>i64x2.extract_lane(any, 1);
  if (varyingAddr >> 63 || varyingWord & KIND || anyWord & (NOMERGE | WIDE)) return false;
  const descends = v128.any_true(descending);
  const near = descends || !i64x2.all_true(apart);
  v128.store(work, r0, PREVIOUS);
  store<u64>(work, load<u64>(work, VARYING_ADDR) | varyingAddr, VARYING_ADDR);
  store<u64>(work, load<u64>(work, VARYING_WORD) | varyingWord, VARYING_WORD);
  store<u64>(work, load<u64>(work, ANY_WORD) | anyWord, ANY_WORD);
  store<u32>(work, load<u32>(work, SHAPE) | (descends ? DESCENDS | DISORDER : 0) | (near ? NEAR : 0), SHAPE);
  return true;
}

/** Any records, one at a time. */
function inspectExactly(work: usize, records: usize, end: usize): void {
  const gap = load<u64>(work, GAP);
  let first = load<u64>(work, PREVIOUS);
  let word = load<u64>(work, PREVIOUS + 8);
  let varyingAddr = load<u64>(work, VARYING_ADDR);
  let varyingWord = load<u64>(work, VARYING_WORD);
  let anyWord = load<u64>(work, ANY_WORD);
  let shape = load<u32>(work, SHAPE);
  let last = inline.always(lastOf(first, word));
  for (let record = records; record < end; record += RECORD_BYTES) {
    const nextFirst = load<u64>(record);
    const nextWord = load<u64>(record, 8);
    const differs = ((word ^ nextWord) & KIND) | (word & NOMERGE);
    // Apart: it starts after the last byte, further than the gap; kinds that cannot join need no gap, where there is none.
    const near = nextFirst <= last || (nextFirst - last - 1 <= gap && (differs == 0 || gap != 0));
    const descends = nextFirst < first;
    const disorder = descends || (nextFirst == first && nextWord < word);
    shape |= (descends ? DESCENDS : 0) | (near ? NEAR : 0) | (disorder ? DISORDER : 0);
    varyingAddr |= nextFirst ^ first;
    varyingWord |= nextWord ^ word;
    anyWord |= nextWord;
    first = nextFirst;
    word = nextWord;
    last = inline.always(lastOf(first, word));
  }
  store<u64>(work, first, PREVIOUS);
  store<u64>(work, word, PREVIOUS + 8);
  store<u64>(work, varyingAddr, VARYING_ADDR);
  store<u64>(work, varyingWord, VARYING_WORD);
  store<u64>(work, anyWord, ANY_WORD);
  store<u32>(work, shape, SHAPE);
}

/**
 * Joins records, sorted by flags and then by address, that overlap, touch or have no more than the gap between them, and
 * writes them to `output`, where they may lie already: no more are written than read. The last run stays pending.
 * Returns the records written. Without a branch on the data, but for runs above 4 GiB, which are two records.
 */
export function merge(work: usize, input: usize, count: u32, output: usize): u32 {
  if (count == 0) return 0;
  const gap = load<u64>(work, GAP);
  const end = input + ((<usize>count) << RECORD_SHIFT);
  let record = input;
  if (load<u32>(work, HELD) == 0) {
    const word = load<u64>(record, 8);
    const first = load<u64>(record);
    hold(work, first, lastOf(first, word), word & ~(LENGTH | WIDE));
    record += RECORD_BYTES;
  }
  let first = load<u64>(work, RUN_FIRST);
  let last = load<u64>(work, RUN_LAST);
  let kind = load<u64>(work, RUN_KIND);
  let out = output;
  for (; record < end; record += RECORD_BYTES) {
    const nextFirst = load<u64>(record);
    const word = load<u64>(record, 8);
    const nextLast = inline.always(lastOf(nextFirst, word));
    const nextKind = word & ~(LENGTH | WIDE);
    // The last byte that a joining range may follow; past the end of the address space there is none.
    const sum = last + gap;
    const reach = select<u64>(u64.MAX_VALUE, sum, sum < last);
    const joins =
      u32(nextKind == kind) & u32((kind & NOMERGE) == 0) & (u32(nextFirst <= reach) | u32(nextFirst - 1 == reach));
    if (last - first > 0xffff_ffff) {
      if (!joins) out = writeRun(work, out, first, last, kind);
    } else {
      store<u64>(out, first);
      store<u64>(out, kind + (last - first + 1), 8);
      out += (1 - joins) << 4;
    }
    first = select<u64>(first, nextFirst, joins);
    last = select<u64>(max<u64>(last, nextLast), nextLast, joins);
    kind = nextKind;
  }
  hold(work, first, last, kind);
  return <u32>(out - output) >> 4;
}

/** Writes the pending run, two records at most. Returns the records written. */
export function finish(work: usize, output: usize): u32 {
  if (load<u32>(work, HELD) == 0) return 0;
  store<u32>(work, 0, HELD);
  const out = writeRun(work, output, load<u64>(work, RUN_FIRST), load<u64>(work, RUN_LAST), load<u64>(work, RUN_KIND));
  return <u32>(out - output) >> 4;
}

/** Writes a run as a record, or as a wide one and perhaps the rest; ANY_WORD says afterwards that there is a wide one. */
export function writeRun(work: usize, out: usize, first: u64, last: u64, kind: u64): usize {
  const length = last - first + 1;
  store<u64>(out, first);
  if (last - first <= 0xffff_ffff) {
    store<u64>(out, kind + length, 8);
    return out + RECORD_BYTES;
  }
  store<u64>(work, load<u64>(work, ANY_WORD) | WIDE, ANY_WORD);
  const units = length >> 32;
  store<u64>(out, kind | WIDE | ((units - 1) & 0xffff_ffff), 8);
  if (<u32>length == 0) return out + RECORD_BYTES;
  store<u64>(out, first + (units << 32), 16);
  store<u64>(out, kind + (length & 0xffff_ffff), 24);
  return out + 2 * RECORD_BYTES;
}

/** Cuts runs under the limits into at most `room` segments; works as coalesceRecords does, and `flush` ends it. */
export function cut(work: usize, input: usize, count: u32, output: usize, room: u32): u32 {
  const end = input + ((<usize>count) << RECORD_SHIFT);
  openOutput(work, output, room);
  let record = input;
  for (; record < end; record += RECORD_BYTES) {
    const first = load<u64>(record);
    const word = load<u64>(record, 8);
    if (!takeRange(work, first, lastOf(first, word), word & ~(LENGTH | WIDE))) break;
  }
  store<u32>(work, <u32>(record - input) >> 4, TAKEN);
  return written(work, output);
}
