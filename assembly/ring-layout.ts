/*
 * The shared ring, version 1.0: one producer, one consumer; 128-byte aligned, little-endian. docs/ring.md has the rules.
 * Each side writes lines of its own: what the creator wrote stays clean in every cache, the rest moves only with its writer.
 * src/ring/layout.ts has them too, as the build writes them, and what kernels do not look at.
 *
 *   creator  0x000 ├ magic ────┼ version ──┼ headerBytes ┼ slotBytes ┤
 *            0x010 ├ capacity ─┼ slotsOff ─┼ features ───┼ role ─────┤
 *            0x020 ├ generat. ─┼ maxLast ──┼ u64 address limit ──────┤
 *            0x030 ├ checksum ─┼ nonce ────┼ echoProd. ──┼ echoCons. ┤
 *   any      0x080 ├ state ────┼ errorCode ┼ errorIndex ─┼ errorBy ──┤
 *   owners   0x090 ├ producerClaim ┼ consumerClaim ┤
 *   producer 0x100 ├ TAIL ─────┼ tailLap ──┼ heartbeat ──┼ stalls ───┼ rejected ┼ dropped ┤
 *   consumer 0x180 ├ HEAD ─────┼ headLap ──┼ heartbeat ──┼ sleeps ───┼ skipped ─┼ lastBadIndex ┤
 *            0x1A0 ├ pending run A, 32 bytes ─┼ 0x1C0 B, 32 bytes ───┤
 *            0x1E0 ├ highWater ┤
 *   both     0x200 ├ consSeq ──┼ consWaiting ┤
 *            0x240 ├ prodSeq ──┼ prodWaiting ┤
 *            0x280 slots: capacity records of 16 bytes (at slotsOff), and after them, where feature bit 16 says so,
 *                  the work area of the kernel that consumes this ring
 *
 *   A pending run:
 *   0x00 ├ u32 head ┼ u32 outTail ┼ u64 first byte ┤
 *   0x10 ├ u64 last byte ─────────┼ u32 flags ┼ u32 check ┤     first > last: no run is pending;
 *                                                              FLUSH in flags: emit it before anything else
 */
/** Raised with any change of the kernel's exports, or of what it expects of a header or of its arguments. */
export const RING_ABI: u32 = 3;
export const GENERATION: usize = 0x020;
export const STATE: usize = 0x080;
export const ERROR_CODE: usize = 0x084;
export const ERROR_INDEX: usize = 0x088;
export const ERROR_BY: usize = 0x08c;
export const TAIL: usize = 0x100;
export const TAIL_LAP: usize = 0x104;
export const PRODUCER_BEAT: usize = 0x108;
export const STALLS: usize = 0x10c;
export const HEAD: usize = 0x180;
export const HEAD_LAP: usize = 0x184;
export const CONSUMER_BEAT: usize = 0x188;
export const SLEEPS: usize = 0x18c;
export const SKIPPED: usize = 0x190;
export const LAST_BAD: usize = 0x194;
export const CHECKPOINTS: usize = 0x1a0;
export const CHECKPOINT_BYTES: usize = 32;
export const HIGH_WATER: usize = 0x1e0;
export const CONS_SEQ: usize = 0x200;
export const PROD_SEQ: usize = 0x240;

export const OPEN: u32 = 1;
export const CLOSING: u32 = 2;
export const CLOSED: u32 = 3;
export const ABORTED: u32 = 4;
export const POISONED: u32 = 5;

/** Why a ring is poisoned or aborted. */
export const BAD_INDEX: u32 = 1;
export const BAD_RECORD: u32 = 2;
export const BAD_CHECKPOINT: u32 = 3;
/** The kernel stopped because its other ring did. */
export const PEER_STOPPED: u32 = 4;
/** The state was none of those above. */
export const BAD_STATE: u32 = 6;
/** Who found it. */
export const BY_KERNEL: u32 = 3;

/** The work area: a work block as layout.ts has it, then room for segments that a new kernel makes again and drops. */
export const DROPPED: usize = 0x2ba0;
export const DROPPED_RECORDS: u32 = 64;

/*
 * The argument block of `open`, 64 bytes behind those segments. Others may write to it, as to all of the work area: `open`
 * loads each word once, in this order, and is told by a parameter what their hash is.
 *
 *   0x00 ├ input ────┼ inputSlots ──┼ inputCapacity ──┼ output ─────┤     addresses in bytes, capacities in records
 *   0x10 ├ outputSl. ┼ outputCapac. ┼ work ───────────┼ recordLast ─┤     recordLast, maxLast: bytes less one
 *   0x20 ├ u64 last address ────────┼ u64 boundary ─────────────────┤     ~(boundaryBytes - 1), or 0
 *   0x30 ├ maxLast ──┼ alignment ───┼ skipInvalid ────┤                   alignmentBytes - 1; 1 to pass over what is invalid
 */
export const ARGUMENTS: usize = 0x2fa0;
export const ARG_INPUT: usize = 0x00;
export const ARG_INPUT_SLOTS: usize = 0x04;
export const ARG_INPUT_CAPACITY: usize = 0x08;
export const ARG_OUTPUT: usize = 0x0c;
export const ARG_OUTPUT_SLOTS: usize = 0x10;
export const ARG_OUTPUT_CAPACITY: usize = 0x14;
export const ARG_WORK: usize = 0x18;
export const ARG_RECORD_LAST: usize = 0x1c;
export const ARG_ADDRESS_LIMIT: usize = 0x20;
export const ARG_BOUNDARY: usize = 0x28;
export const ARG_MAX_LAST: usize = 0x30;
export const ARG_ALIGNMENT: usize = 0x34;
export const ARG_SKIP_INVALID: usize = 0x38;
export const ARGUMENT_BYTES: usize = 0x3c;
/** FNV-1a: the hash of no word, and what it is multiplied by. */
export const HASH_START: u32 = 0x811c9dc5;
export const HASH_FACTOR: u32 = 0x01000193;

/* What `open` and `run` return: one of these, or the states CLOSED, ABORTED and POISONED. */
/** The rounds are used up, or MESSAGE is to be sent. */
export const AGAIN: u32 = 0;
/** Nothing to take. */
export const EMPTY: u32 = 1;
/** No room in the output ring. */
export const OUTPUT_FULL: u32 = 2;
/** The rings were made anew. */
export const STALE: u32 = 6;
/** The arguments are not those whose hash was given: somebody else wrote to them. */
export const OVERWRITTEN: u32 = 7;
/** Added where a waiter asked for a message, because it can neither block nor wait asynchronously. */
export const MESSAGE: u32 = 0x100;

/* What `publish` returns. */
export const PUBLISHED: u32 = 0;
/** The consumer sleeps, or is about to: the producer wakes it. */
export const WAITED_FOR: u32 = 1;
/** The ring is stopped, closed or made anew; nothing was done. */
export const REFUSED: u32 = 2;
