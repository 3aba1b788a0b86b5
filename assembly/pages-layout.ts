/*
 * The work block of an expansion, 16-byte aligned.
 *
 *   0x00  u32 EXPANDED    records whose pages are all written
 *   0x04  u32 LOOKS       blocks: not 0 where BORDERS is wanted
 *   0x08  u64 DONE        pages written of the record after those; a call goes on from there
 *   0x10  u32 BORDERS     blocks: the low bits that any address or length has, of records that no block took
 *   0x14                  unused
 *   0x18  u64 PAGES_SEEN  pages that inspectBorders found
 *   0x20  u64 ANY         blocks: all bits of the addresses, and then of the lengths less a page
 *   0x30  u64 OTHERS      blocks: the sum of the lengths less a page
 *   0x38                  unused
 *   0x40  u64 PAIR        blocks: 0 and one page further; vectors that V8 would make anew at every turn of a loop
 *   0x50  u64 TWO         blocks: two pages further, twice
 *   0x60  u64 FOUR        blocks: four pages further, twice
 *   0x70     end
 */
export const EXPANDED: usize = 0x00;
export const LOOKS: usize = 0x04;
export const DONE: usize = 0x08;
export const BORDERS: usize = 0x10;
export const PAGES_SEEN: usize = 0x18;
export const ANY: usize = 0x20;
export const OTHERS: usize = 0x30;
export const PAIR: usize = 0x40;
export const TWO: usize = 0x50;
export const FOUR: usize = 0x60;
export const PAGES_WORK_BYTES: usize = 0x70;

/** Bytes behind the numbers written that a call may overwrite: 15 numbers, where the last record has one page of 16. */
export const OVERRUN: usize = 128;

/** Raised with any change of this layout, of the record or of an export of the kernel of lists. */
export const LISTS_ABI: u32 = 3;
