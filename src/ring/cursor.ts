import { checkKey, type PackageKey } from "../core/package-key.js";
import { FLUSH, FOUR_GIB, FULL, RESERVED_FLAGS } from "../core/record.js";

/** What a cursor needs of its consumer. */
export interface CursorHost {
  /** Makes this the consumer's cursor; what is ready now, as indices. */
  begin(): { slots: Uint32Array; head: number; end: number };
  /** Everything before this index was shown. */
  taken(index: number): void;
  judge(index: number, words: number[], first: boolean): "give" | "pass" | "stop";
}

/* A constant of another module is loaded anew in every turn of a loop; one of this module is folded into the code. */
const ODD_FLAGS = FULL | RESERVED_FLAGS;
const RING_FLAGS = FULL | FLUSH;

/**
 * Shows record after record, and makes no object for a record. Made by `Consumer.cursor`.
 *
 * @example
 * ```ts
 * const ring = createRing({ role: "segments" });
 * new Producer(ring).pushRows(Uint32Array.of(0x1000, 0, 4096, 0, 0x9000, 0, 64, 0));
 * const cursor = new Consumer(ring).cursor();
 * while (cursor.next() && cursor.length > 64) console.log(cursor.addrLo, cursor.length); // 4096 4096
 * cursor.stop();
 * ```
 */
export class RingCursor {
  /** The low half of the address. */
  addrLo = 0;
  /** The high half of the address. */
  addrHi = 0;
  /** Bytes, 1 to 2^32. */
  length = 0;
  /** NOMERGE, BUS and the tag. */
  flags = 0;
  readonly #mask: number;
  readonly #unlimited: boolean;
  readonly #host: CursorHost;
  #slots: Uint32Array = new Uint32Array(0);
  #index = 0;
  #end = 0;
  #first = true;

  /** For the package itself. Use `Consumer.cursor`. @hidden */
  constructor(key: PackageKey, mask: number, unlimited: boolean, host: CursorHost) {
    checkKey(key, "RingCursor", "Consumer.cursor");
    this.#mask = mask;
    this.#unlimited = unlimited;
    this.#host = host;
  }

  /** The address. Cost: a bigint. */
  get addr(): bigint {
    return (BigInt(this.addrHi) << 32n) | BigInt(this.addrLo);
  }

  /**
   * Shows the next record. The result is false where no record is ready; all records that were shown are then taken.
   */
  next(): boolean {
    // The number of skipped records is bounded, because a producer may put markers or invalid records for ever.
    let passes = this.#mask + 1;
    while (passes > 0 && (this.#index !== this.#end || this.#more())) {
      const slots = this.#slots;
      const at = (this.#index & this.#mask) << 2;
      const lo = slots[at] as number;
      const hi = slots[at + 1] as number;
      const len = slots[at + 2] as number;
      const flags = slots[at + 3] as number;
      let length = len;
      if (!this.#unlimited || (flags & ODD_FLAGS) !== 0 || len === 0 || hi === 0xffff_ffff) {
        const verdict = this.#host.judge(this.#index, [lo, hi, len, flags], this.#first);
        if (verdict === "stop") {
          this.stop();
          return false;
        }
        if (verdict === "pass") {
          this.#index = (this.#index + 1) | 0;
          passes--;
          continue;
        }
        if (flags & FULL) length = FOUR_GIB;
      }
      this.#index = (this.#index + 1) | 0;
      this.#first = false;
      this.addrLo = lo;
      this.addrHi = hi;
      this.length = length;
      this.flags = flags & RING_FLAGS ? (flags & ~RING_FLAGS) >>> 0 : flags;
      return true;
    }
    if (passes === 0) this.stop();
    this.#first = true;
    return false;
  }

  /** Takes the records that were shown, and no others. */
  stop(): void {
    if (this.#index !== this.#end || this.#slots.length !== 0) this.#host.taken(this.#index);
    this.#slots = new Uint32Array(0);
    this.#end = this.#index;
    this.#first = true;
  }

  #more(): boolean {
    if (this.#slots.length !== 0) this.#host.taken(this.#index);
    const { slots, head, end } = this.#host.begin();
    this.#slots = slots;
    this.#index = head;
    this.#end = end;
    return head !== end;
  }
}
