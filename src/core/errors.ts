import { counted, quoted, shownBigInt } from "./wording.js";

/**
 * What went wrong, for programs. A code is stable across versions; a message is not.
 *
 * - `OUT_OF_MEMORY`: the result does not fit `maxMemoryBytes`, or the platform has no memory left.
 * - `CLOSED`: the mapper or stream was closed before the call.
 * - `BAD_RECORD`: a packed record in a stream or a ring is not valid; `index` counts the records given.
 * - `BUSY`: the ring already has an owner in this role, or is still in use (`segring/ring`, as all up to `PEER_DIED`).
 * - `BAD_RING`: a ring's header is damaged, or of another version.
 * - `STALE`: the ring was made anew after this handle was made, or the records of `SegmentMapper.input` are those of an
 *   earlier call.
 * - `ABORTED`: somebody stopped the ring for good.
 * - `POISONED`: a ring holds an impossible value: an impossible index or a bad record (`index` is its position).
 * - `NOT_SHARED`: this platform gives no shared memory, or the other thread got a copy of the memory.
 * - `PEER_DIED`: the other thread ended before its work did.
 * - `TOO_MANY_REQUESTS`: a plan would make more requests than `maxRequests` (`segring/plan`).
 * - `NOT_EXPRESSIBLE`: a device cannot take this shape; the message says which segment (`index`) and why. Nothing was
 *   written. Or `formatRecords` was to write a number that readers of JSON round.
 * - `BAD_DESCRIPTOR`: the bytes are no descriptors that a device may be given; `index` is the descriptor
 *   (`segring/descriptors`).
 * - `NO_WINDOW`: no window has the address that the message names; `index` is the segment.
 * - `NO_IOVA`: no free stretch of an IOVA space is long enough.
 * - `NO_PRIVILEGE`: the system hides physical addresses from this process (`segring/node`).
 * - `BAD_TEXT`: a text input (CSV, `/proc/iomem`, `filefrag -v`, …) has a line that cannot be read; `index` is the line,
 *   from 1.
 */
export type SegringErrorCode =
  | "OUT_OF_MEMORY"
  | "CLOSED"
  | "BAD_RECORD"
  | "BUSY"
  | "BAD_RING"
  | "STALE"
  | "ABORTED"
  | "POISONED"
  | "NOT_SHARED"
  | "PEER_DIED"
  | "TOO_MANY_REQUESTS"
  | "NOT_EXPRESSIBLE"
  | "BAD_DESCRIPTOR"
  | "NO_WINDOW"
  | "NO_IOVA"
  | "NO_PRIVILEGE"
  | "BAD_TEXT";

/**
 * A condition that a caller handles. Mistakes in a call are `TypeError` and `RangeError` instead.
 *
 * @example
 * ```ts
 * try {
 *   createMapperSync({ maxMemoryBytes: 65536 }).coalesce([{ addr: 0, length: 2 ** 52 }]);
 * } catch (error) {
 *   if (error instanceof SegringError) console.log(error.code); // OUT_OF_MEMORY
 * }
 * ```
 */
export class SegringError extends Error {
  /** "SegringError". */
  override readonly name = "SegringError";
  /** What went wrong. Codes are stable across versions. */
  readonly code: SegringErrorCode;
  /** The index of the record, segment, descriptor or line at fault, where there is one. */
  readonly index: number | undefined;

  /**
   * For the package itself: nobody else needs to make such errors.
   *
   * @param options.index The index of the record, segment, descriptor or line at fault.
   */
  constructor(code: SegringErrorCode, message: string, options?: ErrorOptions & { index?: number }) {
    super(message, options);
    this.code = code;
    this.index = options?.index;
  }
}

/**
 * A record that is not valid: BAD_RECORD. The fault is kept apart from the record's place, for callers that count
 * records from another start.
 */
export class RecordError extends SegringError {
  readonly #fault: string;

  /** @param index From 0. @param fault What was expected and found. */
  constructor(index: number, fault: string) {
    super("BAD_RECORD", `record ${counted(index)}: ${fault}`, { index });
    this.#fault = fault;
  }

  /** What was expected and found. */
  get fault(): string {
    return this.#fault;
  }
}

/**
 * What a terminal obeys or does not show: control characters (Cc: ESC, BEL, CR, DEL, U+0080 to U+009F), format characters
 * (Cf: the bidirectional controls, zero width ones, tags), other separators of lines, halves of surrogate pairs, and what
 * Unicode says need not be shown. A space and what looks like one is none of these.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * A text of others as people may see it: on one line, each character that is hidden, or that a terminal would obey, as JSON
 * writes it (`\u001b`, `\n`). All other characters are as they are, so what is escaped already stays.
 */
export function visible(text: string): string {
  return escapeHidden(text.replace(/[\n\r\t]/g, (found) => SHORT[found] as string));
}

function escapeHidden(text: string): string {
  return text.replace(HIDDEN, (found) => found.split("").map(escaped).join(""));
}

/** One 16-bit unit. */
function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Characters of an input that a message repeats. */
const QUOTED_CHARACTERS = 80;

/** The start of a text that is long, not cut between the halves of a pair. */
export function shortened(text: string): string {
  if (text.length <= QUOTED_CHARACTERS) return text;
  return `${text.slice(0, QUOTED_CHARACTERS).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** A piece of input as an error message shows it: quoted, and cut where the piece is long. */
export function quote(text: string): string {
  return show(shortened(text));
}

/** A value as an error message shows it: strings quoted, bigints with their n, objects by their class; no character is hidden. */
export function show(value: unknown): string {
  if (typeof value === "string") return escapeHidden(JSON.stringify(value));
  if (typeof value === "bigint") return shownBigInt(value);
  if (typeof value === "object" && value !== null) return classOf(value);
  if (typeof value === "function") return "a function";
  return escapeHidden(String(value));
}

/** The name of an object's class; what was parsed may bring one of its own. */
function classOf(value: object): string {
  const name: unknown = value.constructor?.name;
  return typeof name === "string" && name !== "" ? escapeHidden(name) : "an object";
}

/** `"name" expected …, got …` */
export function expected(name: string, what: string, got: unknown): string {
  return `${quoted(name)} expected ${what}, got ${show(got)}`;
}
