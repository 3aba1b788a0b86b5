/*
 * The work block of an expansion, 16-byte aligned.
 *
 *   0x00  u32 EXPANDED    records whose pages are all written
 *   0x04                  unused
 *   0x08  u64 DONE        pages written of the record after those; a call goes on from there
 *   0x10  u64 NEXT        lists: the address of the list after the next one that is written
 *   0x18  u64 PAGES_SEEN  pages that inspectBorders found
 *   0x20      end
 */
export const EXPANDED: usize = 0x00;
export const DONE: usize = 0x08;
export const NEXT: usize = 0x10;
export const PAGES_SEEN: usize = 0x18;
export const PAGES_WORK_BYTES: usize = 0x20;

/** Bytes behind the numbers written that a call may overwrite. */
export const OVERRUN: usize = 64;

/** Raised with any change of this layout, of the record or of an export of the kernel of lists. */
export const LISTS_ABI: u32 = 1;
