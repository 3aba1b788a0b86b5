/* The work block of a union, as assembly/union-layout.ts draws it. Offsets in bytes; test/unit/abi.test.ts compares the two files. */
/** Raised with any change of this layout, of the record or of an export. */
export const UNION_ABI = 1;
export const GAP = 0x058;
export const VARYING_ADDR = 0x060;
export const VARYING_WORD = 0x068;
export const ANY_WORD = 0x070;
export const SHAPE = 0x078;
export const SEEN = 0x07c;
export const DESCENDS = 1;
export const NEAR = 2;
export const DISORDER = 4;
/** Bytes of a work block: its head, the record inspected last and 2^11 counters. */
export const UNION_WORK_BYTES = 0x2090;
/** LINK, in a union's own memory alone: a record whose `len` counts units of 4 GiB less one. */
export const WIDE = 0x10;
