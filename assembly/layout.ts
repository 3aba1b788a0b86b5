/*
 * The record: 16 bytes, little-endian, 16-byte aligned.
 *
 *   byte 0               8           12          16
 *        ├── u64 addr ───┼─ u32 len ─┼ u32 flags ┤
 *        ╰── 1st word ───┴────── 2nd word ───────╯
 *
 *   2nd word, bit 0      32 33 34 35 36 37   40             64
 *        ├── len ────────┼F─┼N─┼B─┼F─┼L─┼ 0 ──┼── tag ───────┤
 *                         FULL  BUS LINK       user's 24 bits
 *                            NOMERGE FLUSH
 *
 * FULL is bit 32 of the length, so `word & LENGTH` is the length, 1 to 2^32, with no special case.
 */
export const RECORD_SHIFT: usize = 4;
export const RECORD_BYTES: usize = 16;
export const LENGTH: u64 = 0x1_ffff_ffff;
/** Bit 32 of the length. A range gives its length as a number, so the flags of a range may not have this bit. */
export const FULL: u64 = 0x1_0000_0000;
/** FLUSH, LINK and the bits kept for later: none may be set in a range or a segment. */
export const RESERVED: u64 = 0xf8_0000_0000;
/** In a ring's record: emit the pending run. A record of length 0 and address 0 with this flag is a marker without bytes. */
export const FLUSH: u64 = 0x8_0000_0000;
export const NOMERGE: u64 = 0x2_0000_0000;
/**
 * The bit of LINK, which in a union's own memory marks a wide record: its `len` is a number of units of 4 GiB, less one.
 * A run of any length then takes at most two records: a wide record, and a record for the rest below 4 GiB. So n ranges
 * take at most 2 n records.
 */
export const WIDE: u64 = 0x10_0000_0000;
/** What two neighbours must share to join: NOMERGE, BUS and the tag, not FULL. */
export const KIND: u64 = 0xffff_ff06_0000_0000;

/*
 * The work block: all that a kernel carries from call to call, one a coalescer, 16-byte aligned.
 * TypeScript writes the limits once and reads TAKEN, BAD and HELD after a call; the build gives it these numbers.
 *
 *   0x000  u64 RUN_FIRST     the pending run: first byte,
 *   0x008  u64 RUN_LAST      last byte (inclusive, so a run may be 2^64 bytes long),
 *   0x010  u64 RUN_KIND      and the flags, in bits 32-63, without FULL
 *   0x018  u32 HELD          1 while there is a pending run
 *   0x01C  u32 SKIP_EMPTY    1: a record of length 0 is passed over instead of BAD
 *   0x020  u64 MAX_LAST      maxSegmentBytes - 1
 *   0x028  u64 BOUNDARY      ~(boundaryBytes - 1), 0 for none
 *   0x030  u64 ALIGNMENT     alignmentBytes - 1
 *   0x038  u32 TAKEN         records the last call took
 *   0x03C  u32 BAD           1: the record after those taken is not valid
 *   0x040  u32 OUT, OUT_END  where the next segment goes, and where the room ends
 *   0x048  u32 BREAKS        breaks in the block before: few and many want different loops
 *   0x04C  u32 MIXED         1: the block before held several kinds
 *   0x050  u32 TOUCHED       sink of the read-ahead, never read
 *   0x054  u32 UNCUT         1: a run is emitted whole (see WIDE); NOMERGE runs are cut all the same
 *   0x058  u64 REACHES       of the last block: all bits that are set in a length less one,
 *   0x060  u64 ADDRESSES     and, at least, in an address or frame where a run starts, the first record apart
 *   0x068      (to 0x080)    unused
 *   0x080      PACKING       16 rows of 16 bytes: row m moves the lanes set in m to the front
 *   0x180      POSITIONS     u32 each: where a run starts, BLOCK of them and 16 bytes of overrun
 *   0x990      GROUPS        u32 each: groups of neighbours that hold a break, BLOCK / 4 of them and one of overrun
 *   0xBA0      STAGING       BLOCK records: columns are packed here
 *   0x2BA0     end
 */
/** Raised with any change of this layout, of those of a union and of pages, or of an export of the main kernel. */
export const ABI: u32 = 4;
export const RUN_FIRST: usize = 0x000;
export const RUN_LAST: usize = 0x008;
export const RUN_KIND: usize = 0x010;
export const HELD: usize = 0x018;
export const SKIP_EMPTY: usize = 0x01c;
export const MAX_LAST: usize = 0x020;
export const BOUNDARY: usize = 0x028;
export const ALIGNMENT: usize = 0x030;
export const TAKEN: usize = 0x038;
export const BAD: usize = 0x03c;
export const OUT: usize = 0x040;
export const OUT_END: usize = 0x044;
export const BREAKS: usize = 0x048;
export const MIXED: usize = 0x04c;
export const TOUCHED: usize = 0x050;
export const UNCUT: usize = 0x054;
export const REACHES: usize = 0x058;
export const ADDRESSES: usize = 0x060;
export const PACKING: usize = 0x080;
export const POSITIONS: usize = 0x180;
export const GROUPS: usize = 0x990;
export const STAGING: usize = 0xba0;
export const WORK_BYTES: usize = 0x2ba0;

/** Comparisons a block: its 8 KiB of records stay in the first-level cache between the two stages. */
export const BLOCK: u32 = 512;
