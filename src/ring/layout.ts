/* The header of a ring, as assembly/ring-layout.ts draws it: what kernels look at, and here what they do not. Offsets in bytes. */
export * from "./layout.generated.js";

/** "SRNG" */
export const MAGIC_VALUE = 0x474e5253;
export const VERSION_MAJOR = 1;
export const VERSION_MINOR = 0;
export const HEADER_BYTES = 640;
/** A ring starts on a multiple of this, and so do its slots: the longest cache line there is. */
export const LINE_BYTES = 128;
/** Below this no ring starts: compiled code may fold small offsets into addresses. */
export const FIRST_OFFSET = 1024;
export const MAX_CAPACITY = 2 ** 26;
/** Compatible feature: KERNEL_WORK_BYTES for the kernel that consumes the ring follow the slots. */
export const FEATURE_WORK_AREA = 1 << 16;

export const MAGIC = 0x000;
export const VERSION = 0x004;
export const HEADER_SIZE = 0x008;
export const SLOT_SIZE = 0x00c;
export const CAPACITY = 0x010;
export const SLOTS_OFFSET = 0x014;
export const FEATURES = 0x018;
export const ROLE = 0x01c;
export const MAX_SEGMENT_LAST = 0x024;
export const ADDRESS_LIMIT = 0x028;
export const CHECKSUM = 0x030;
export const NONCE = 0x034;
export const ECHO_PRODUCER = 0x038;
export const ECHO_CONSUMER = 0x03c;
export const PRODUCER_CLAIM = 0x090;
export const CONSUMER_CLAIM = 0x094;
export const REJECTED = 0x110;
export const DROPPED_COUNT = 0x114;

export const UNINIT = 0;

/** Someone called `abort`. */
export const ON_REQUEST = 5;
/** The kernel was stopped by an error of its own: a trap, or something that it called. */
export const KERNEL_FAILED = 7;

export const BY_PRODUCER = 1;
export const BY_CONSUMER = 2;
export const BY_OBSERVER = 4;

/** A work block, and 64 records of room: what a kernel needs beside its rings. */
export const KERNEL_WORK_BYTES = 0x3000;
