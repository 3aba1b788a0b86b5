import { SegringError } from "./errors.js";
import { checkKey, type PackageKey } from "./package-key.js";
import { RECORD_WORDS } from "./record.js";

/** How long a table may use memory that is not its own. */
export interface Lease {
  isOver: boolean;
}

/**
 * What a table is underneath: valid records, and how long they may be read. The class stands by itself, so that code
 * which only reads words carries no more.
 */
export class RecordView {
  readonly #length: number;
  readonly #words: Uint32Array;
  readonly #lease: Lease | undefined;

  /** For the package itself: takes over whole records and checks nothing. Use `SegmentTable.from`, `fromBytes` or `view`. @hidden */
  constructor(key: PackageKey, words: Uint32Array, lease?: Lease) {
    checkKey(key, "SegmentTable", "SegmentTable.from, fromBytes or view");
    this.#length = words.length / RECORD_WORDS;
    this.#words = words;
    this.#lease = lease;
  }

  /** @internal Whether this class has made `value`. Such a value is a table. */
  static isView(value: unknown): value is RecordView {
    return typeof value === "object" && value !== null && #words in value;
  }

  /** Whether the table was lent and the loan is over. Every use of such a table throws STALE. */
  get isStale(): boolean {
    return this.#lease?.isOver ?? false;
  }

  /** Segments in the table. @throws {SegringError} STALE */
  get length(): number {
    if (this.isStale) throw stale();
    return this.#length;
  }

  /**
   * The records as 4 words each: addr low, addr high, len, flags. Every read gives one and the same view. Do not write
   * to the view. @throws {SegringError} STALE
   */
  get words(): Uint32Array {
    if (this.isStale) throw stale();
    return this.#words;
  }
}

function stale(): SegringError {
  return new SegringError("STALE", "the table was lent until the next call of its mapper, and there was one");
}
