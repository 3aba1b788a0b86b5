/*
 * The block of a union by buckets. The run that is pending is in the work block of the union (union-layout.ts).
 *
 * A bucket is a power of two of addresses, and a key what tells a record from others of its bucket:
 *
 *   bit 0       WORD_BITS       WORD_BITS + BUCKET_SHIFT - ADDR_SHIFT
 *       ├─ length ──┼─── address ───┤
 *
 * Keys lie in pieces of 1024 bytes, at multiples of 1024, those of a bucket in a chain:
 *
 *   piece  0x000  u32 address of the next piece, 0 where there is none yet; 12 bytes unused
 *          0x010  keys
 *
 *   0x000  u64 BASE          where the first bucket begins
 *   0x008  u64 WORD          flags and length of all records, but for the bits that a key holds
 *   0x010  u64 WORD_MASK     those bits, shifted right by WORD_SHIFT
 *   0x018  u32 KEY_BYTES     4: keys have slots (buckets-slots.ts); 8: keys are sorted (buckets-keys.ts)
 *   0x01C  u32 ADDR_SHIFT    bits, the lowest, in which all addresses agree with BASE
 *   0x020  u32 WORD_SHIFT    lowest bit of the length that a key holds,
 *   0x024  u32 WORD_BITS     and how many: with 4 bytes, 7 at most
 *   0x028  u32 BUCKET_SHIFT  log2 of the addresses in a bucket, 2 to 54
 *   0x02C  u32 BUCKETS       buckets, 1 to 512
 *   0x030  u32 POOL          where the next piece begins
 *   0x034  u32 CLUSTERED     1: a bucket had many keys close together
 *   0x038  u32 READ_AHEAD    sink of the read-ahead, never read
 *   0x03C  u32 MERGED        where the next record of a merge goes
 *   0x040  u64 LEAST         of the records looked at: least address,
 *   0x048  u64 MOST          greatest address,
 *   0x050  u64 DIFFER_ADDR   bits in which the addresses do not agree,
 *   0x058  u64 DIFFER_WORD   and flags and length,
 *   0x060  u64 SOME_WORD     the OR of all flags and lengths,
 *   0x068  u32 LOOKED        how many,
 *   0x06C  u32 TOUCHING      how many begin where the one before ends,
 *   0x070  u64 LOOKED_ADDR   the last: address,
 *   0x078  u64 LOOKED_WORD   flags and length,
 *   0x080  u32 FALLING       and how many have an address below the one before
 *   0x084  u32 HOLE_AT       lowest of the bits in which no address differs from BASE, and that keys and buckets leave out,
 *   0x088  u32 HOLE_BITS     and how many: 0 where there are none
 *   0x08C      (to 0x0C0)    unused
 *   0x0C0      HEADS         u32 each, 512 of them: the first piece of a bucket
 *   0x8C0      TAILS         u32 each, 512 of them: where the next key of a bucket goes
 *   0x10C0     FULL_KEYS     u32 each, 512 of them: keys of a bucket in pieces that are full
 *   0x18C0     DIGITS        u32 each, twice 1024 of them: keys of a digit, then where the next of them goes
 *   0x38C0     STARTS        u32 each, 1024 of them: where the keys of a digit begin
 *   0x48C0     SLOT_ADDR     u64 each, 64 of them: how far a slot is from the first of its group
 *   0x4AC0     CODE_REACH    u64 each, 129 of them: how far a record of this code reaches
 *   0x4EC8     end
 *
 * Before there are digits, 256 records that were seen lately lie in their place: SEEN_RECORDS.
 */
/** Raised with any change of this layout, of the union's, of the record or of an export of the kernel. */
export const BUCKETS_ABI: u32 = 1;
export const BASE: usize = 0x000;
export const WORD: usize = 0x008;
export const WORD_MASK: usize = 0x010;
export const KEY_BYTES: usize = 0x018;
export const ADDR_SHIFT: usize = 0x01c;
export const WORD_SHIFT: usize = 0x020;
export const WORD_BITS: usize = 0x024;
export const BUCKET_SHIFT: usize = 0x028;
export const BUCKETS: usize = 0x02c;
export const POOL: usize = 0x030;
export const CLUSTERED: usize = 0x034;
export const READ_AHEAD: usize = 0x038;
export const MERGED: usize = 0x03c;
export const LEAST: usize = 0x040;
export const MOST: usize = 0x048;
export const DIFFER_ADDR: usize = 0x050;
export const DIFFER_WORD: usize = 0x058;
export const SOME_WORD: usize = 0x060;
export const LOOKED: usize = 0x068;
export const TOUCHING: usize = 0x06c;
export const LOOKED_ADDR: usize = 0x070;
export const LOOKED_WORD: usize = 0x078;
export const FALLING: usize = 0x080;
export const HOLE_AT: usize = 0x084;
export const HOLE_BITS: usize = 0x088;
export const HEADS: usize = 0x0c0;
export const TAILS: usize = 0x8c0;
export const FULL_KEYS: usize = 0x10c0;
export const DIGITS: usize = 0x18c0;
export const SEEN_RECORDS: usize = 0x18c0;
export const STARTS: usize = 0x38c0;
export const SLOT_ADDR: usize = 0x48c0;
export const CODE_REACH: usize = 0x4ac0;
export const BUCKETS_BLOCK_BYTES: usize = 0x4ec8;

export const PIECE_BYTES: usize = 1024;
/** Where the keys of a piece begin. */
export const PIECE_HEAD: usize = 16;
export const MAX_BUCKETS: u32 = 512;
/** Bits of a length that a key with a slot may hold. */
export const MAX_CODE_BITS: u32 = 7;
/** Slots that are looked at at a time. */
export const GROUP_SLOTS: u32 = 64;
