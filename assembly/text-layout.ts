/*
 * The work block of the text kernels, 16-byte aligned.
 *
 *   0x000  u32 TEXT_OUT    where the next record goes, or the next byte of text
 *   0x004  u32 SKIPPED     blank lines that the last call passed over
 *   0x008      (to 0x010)  unused
 *   0x010      MASKS       17 rows of 16 bytes: row n keeps the last n
 *   0x120      HEX_DIGITS  the characters of 0 to 15
 *   0x130      TAIL        0 to 15, then 16 bytes of 0x80: 16 bytes from k on move a vector to the front by k bytes
 *   0x150      end
 */
export const TEXT_OUT: usize = 0x000;
export const SKIPPED: usize = 0x004;
export const MASKS: usize = 0x010;
export const HEX_DIGITS: usize = 0x120;
export const TAIL: usize = 0x130;
export const TEXT_WORK_BYTES: usize = 0x150;

/** Bytes of a line at most, without LF. */
export const MAX_LINE: u32 = 65536;
/** Bytes that must be readable ahead of a text, and behind it. */
export const TEXT_BEFORE: usize = 16;
export const TEXT_BEHIND: usize = 64;
/** Bytes of a line that is written at most, and those behind it that a call may overwrite. */
export const LINE_BYTES: usize = 112;

/** How numbers are written. */
export const EXACT: u32 = 0;
export const DECIMAL: u32 = 1;
export const HEX: u32 = 2;

/** Raised with any change of this layout, of the record or of an export of the text kernels. */
export const TEXT_ABI: u32 = 1;
