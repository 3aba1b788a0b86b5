/*
 * The windows of a merge: a row of 32 bytes for each input, 16-byte aligned.
 *
 *   0x00  u32 FROM        the next record of the window,
 *   0x04  u32 END         and where its records end
 *   0x08  u32 LAST        1: the input has no record behind the window
 *   0x0C                  unused
 *   0x10  u32 RUN_FROM    while a call merges, and of the first row after the call: where sorted records begin,
 *   0x14  u32 RUN_END     and end
 *   0x18  (to 0x20)       unused
 */
/** Raised with any change of this layout, of the record or of an export of the kernel. */
export const MERGE_ABI: u32 = 1;
export const WINDOW_FROM: usize = 0x00;
export const WINDOW_END: usize = 0x04;
export const WINDOW_LAST: usize = 0x08;
export const MERGED_FROM: usize = 0x10;
export const MERGED_END: usize = 0x14;
export const WINDOW_BYTES: usize = 0x20;
