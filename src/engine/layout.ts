/* The work block of a coalescer, as assembly/layout.ts draws it. Offsets in bytes; test/unit/abi.test.ts compares the two files. */
/** Raised with any change of this layout or of an export. */
export const ABI = 2;
export const RUN_FIRST = 0x000;
export const RUN_LAST = 0x008;
export const RUN_KIND = 0x010;
export const HELD = 0x018;
export const SKIP_EMPTY = 0x01c;
export const MAX_LAST = 0x020;
export const BOUNDARY = 0x028;
export const ALIGNMENT = 0x030;
export const TAKEN = 0x038;
export const BAD = 0x03c;
export const UNCUT = 0x054;
/** Bytes of a work block: its head, the packing table, positions and the staging block. */
export const WORK_BYTES = 0x2ba0;
