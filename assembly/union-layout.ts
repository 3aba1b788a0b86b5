/*
 * The work block of a union: it begins as a coalescer's does (layout.ts), up to UNCUT, and goes on with
 *
 *   0x058  u64 GAP           ranges this far apart still join
 *   0x060  u64 VARYING_ADDR  bits in which the records inspected do not agree: in their addresses,
 *   0x068  u64 VARYING_WORD  in flags and length,
 *   0x070  u64 ANY_WORD      and the OR of all flags and lengths
 *   0x078  u32 SHAPE         what else inspect found: DESCENDS, NEAR, DISORDER
 *   0x07C  u32 SEEN          1 when PREVIOUS holds a record
 *   0x080  u64 PREVIOUS      the record inspected last: address,
 *   0x088  u64               and flags and length
 *   0x090      COUNTERS      u32 each, 2^11 of them: records a digit, then where the next of them goes
 *   0x2090     end
 */
export const GAP: usize = 0x058;
export const VARYING_ADDR: usize = 0x060;
export const VARYING_WORD: usize = 0x068;
export const ANY_WORD: usize = 0x070;
export const SHAPE: usize = 0x078;
export const SEEN: usize = 0x07c;
export const PREVIOUS: usize = 0x080;
export const COUNTERS: usize = 0x090;
export const UNION_WORK_BYTES: usize = 0x2090;

/** An address is below the one before. */
export const DESCENDS: u32 = 1;
/** Two neighbours overlap, or may join. */
export const NEAR: u32 = 2;
/** A record belongs before the one before it, by address, flags and length. */
export const DISORDER: u32 = 4;
