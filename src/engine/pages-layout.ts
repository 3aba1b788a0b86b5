/* The work block of an expansion, as assembly/pages-layout.ts draws it. Offsets in bytes; test/unit/pages-abi.test.ts compares the two files. */
/** Raised with any change of this layout, of the record or of an export. */
export const PAGES_ABI = 1;
export const EXPANDED = 0x00;
export const DONE = 0x08;
export const NEXT = 0x10;
export const PAGES_SEEN = 0x18;
/** Bytes of a work block. */
export const PAGES_WORK_BYTES = 0x20;
/** Bytes behind the numbers written that a call may overwrite. */
export const OVERRUN = 64;
