import { LENGTH, RECORD_BYTES, RECORD_SHIFT } from "./layout";
import { DONE, EXPANDED } from "./pages-layout";

/** Records of one page in a row, after which the next are taken for such too. */
const SCATTERED: u32 = 4;

/**
 * Writes the number of each page of 2^shift bytes that a record touches, record by record, as u64 shifted left by
 * `scale`: 0 for page frame numbers, `shift` for addresses. The records must be valid.
 *
 * A call starts DONE pages into the first record, and says with EXPANDED and DONE how far it came; `room` numbers are
 * written at most, and up to 64 bytes behind the last are overwritten.
 *
 * @returns Numbers written.
 */
export function expandPages(
  work: usize,
  input: usize,
  count: u32,
  shift: u32,
  scale: u32,
  output: usize,
  room: u32,
): u32 {
  const inputEnd = input + ((<usize>count) << RECORD_SHIFT);
  const outputEnd = output + ((<usize>room) << 3);
  const offsets = i64x2.replace_lane(i64x2.splat(0), 1, (<u64>1) << scale);
  const two = i64x2.splat((<u64>2) << scale);
  const four = i64x2.splat((<u64>4) << scale);
  const six = v128.add<i64>(two, four);
  const eight = v128.add<i64>(four, four);
  const length = i64x2.splat(LENGTH);
  const one = i64x2.splat(1);
  const pageMask = i64x2.splat((<u64>-1) << shift);
  let done = load<u64>(work, DONE);
  // Records of one page in a row.
  let singles: u32 = SCATTERED;
  let record = input;
  let out = output;
  while (record < inputEnd) {
    // Whole records, while there is room for eight numbers: 2.3 ns a short one, where the general form below takes 3.9.
    while (done == 0 && outputEnd - out >= 64) {
      // Scattered pages, two at a time: 0.8 ns each. Only after some in a row: an attempt that fails is a mispredicted
      // branch (it made memory of 45 % breaks 1.9 times as slow).
      if (singles >= SCATTERED) {
        singles = 0;
        const end = min<usize>(inputEnd, record + ((outputEnd - out) << 1));
        while (record + 2 * RECORD_BYTES <= end) {
          const r0 = v128.load(record);
          const r1 = v128.load(record, 16);
          const firsts = v128.shuffle<u64>(r0, r1, 0, 2);
          const lasts = i64x2.add(firsts, i64x2.sub(v128.and(v128.shuffle<u64>(r0, r1, 1, 3), length), one));
          if (v128.any_true(v128.and(v128.xor(firsts, lasts), pageMask))) break;
          v128.store(out, i64x2.shl(i64x2.shr_u(firsts, shift), scale));
          out += 16;
          record += 2 * RECORD_BYTES;
        }
        if (record == inputEnd) break;
        continue;
      }
      const first = load<u64>(record);
      const last = first + ((load<u64>(record, 8) & LENGTH) - 1);
      const page = first >> shift;
      const others = (last >> shift) - page;
      let pair = v128.add<i64>(i64x2.splat(page << scale), offsets);
      inline.always(storeEight(out, pair, two, four, six));
      if (others > 7) {
        if (others > <u64>((outputEnd - out - 8) >> 3)) break;
        const stop = out + 8 + ((<usize>others) << 3);
        for (let at = out + 64; at < stop; at += 64) {
          pair = v128.add<i64>(pair, eight);
          inline.always(storeEight(at, pair, two, four, six));
        }
      }
      out += 8 + ((<usize>others) << 3);
      singles = others == 0 ? singles + 1 : 0;
      record += RECORD_BYTES;
      // Asked here, not at the head of the loop, where V8 takes 2.8 ns a record.
      if (record == inputEnd) break;
    }
    if (record == inputEnd) break;
    // One record that a call before has begun, or that there may not be room for.
    const first = load<u64>(record);
    const last = first + ((load<u64>(record, 8) & LENGTH) - 1);
    const page = (first >> shift) + done;
    let pages = (last >> shift) - page + 1;
    const isCut = pages > <u64>((outputEnd - out) >> 3);
    if (isCut) pages = (outputEnd - out) >> 3;
    const stop = out + ((<usize>pages) << 3);
    let pair = v128.add<i64>(i64x2.splat(page << scale), offsets);
    for (let at = out; at < stop; at += 64) {
      inline.always(storeEight(at, pair, two, four, six));
      pair = v128.add<i64>(pair, eight);
    }
    out = stop;
    if (isCut) {
      done += pages;
      break;
    }
    done = 0;
    record += RECORD_BYTES;
  }
  store<u64>(work, done, DONE);
  store<u32>(work, <u32>((record - input) >> RECORD_SHIFT), EXPANDED);
  return <u32>((out - output) >> 3);
}

/** Eight numbers, whether a record has as many or not: a branch by its length is mispredicted where lengths vary. */
export function storeEight(at: usize, pair: v128, two: v128, four: v128, six: v128): void {
  v128.store(at, pair);
  v128.store(at, v128.add<i64>(pair, two), 16);
  v128.store(at, v128.add<i64>(pair, four), 32);
  v128.store(at, v128.add<i64>(pair, six), 48);
}
