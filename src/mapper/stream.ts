import { newWords } from "../core/buffer.js";
import { DISPOSE } from "../core/dispose.js";
import { RecordError, SegringError } from "../core/errors.js";
import type { CheckedLimits } from "../core/limits.js";
import { checkKey, PACKAGE, type PackageKey } from "../core/package-key.js";
import { emptyRange, Fields, fitsRecord, storeRange } from "../core/range-fields.js";
import { faultOf, type Range, RECORD_BYTES, RECORD_WORDS } from "../core/record.js";
import { recordBytes, type SegmentTable } from "../core/segment-table.js";
import { Table } from "../core/table.js";
import { plainWords } from "../core/views.js";
import type { Block, Coalescer, Engine, Output } from "../engine/engine.js";

/** Records copied in and then coalesced at a time: they are still in the first-level cache. */
const PART_RECORDS = 2048;

/**
 * Coalesces an endless input in bounded memory: a ring of records in, a ring of segments out, both in the mapper's
 * memory. Made by `SegmentMapper.stream`.
 *
 * The kernel works when the input ring is full, and on `pushRecords`, `flush` and `drain`. Where the rings are full,
 * `push` and `flush` return false, and `pushRecords` returns a short count; call `drain`, and then call again. Nothing
 * is lost or repeated. The stream holds the pending run back until `flush`, because the next range may join the run.
 *
 * @example
 * ```ts
 * const stream = createMapperSync().stream({ capacity: 256 });
 * const rows = SegmentTable.from([{ addr: 0x1000, length: 4096 }, { addr: 0x9000, length: 64 }]).bytes;
 * console.log(stream.pushRecords(rows), stream.drain().length, stream.push({ addr: 0x9040, length: 64 })); // 2 1 true
 * const target = new Uint32Array(4 * 256);
 * console.log(stream.flush(), stream.take(target), target[2], stream.close()); // true 1 128 undefined
 * ```
 */
export class SegmentStream {
  /** Undefined once closed, so that the memory can be collected while the stream is still referenced. */
  #open: Parts | undefined;
  readonly #fields = new Fields();
  readonly #onClose: () => void;
  /** @internal Called when the stream is closed. */
  onClosed: (() => void) | undefined;

  /** For the package itself. Use `SegmentMapper.stream`. @hidden */
  constructor(key: PackageKey, engine: Engine, limits: CheckedLimits, capacity: number, onClose: () => void) {
    checkKey(key, "SegmentStream", "SegmentMapper.stream");
    const made: { free(): void }[] = [];
    const keep = <T extends { free(): void }>(part: T): T => {
      made.push(part);
      return part;
    };
    try {
      this.#open = {
        coalescer: keep(engine.coalescer(limits, true)),
        input: keep(new Ring(engine, capacity)),
        output: keep(new Ring(engine, capacity)),
      };
    } catch (error) {
      for (const part of made) part.free();
      throw error;
    }
    this.#onClose = onClose;
  }

  /**
   * Puts a range into the stream.
   *
   * Cost: O(1), and the work for a full ring once every `capacity` ranges.
   *
   * @returns False where there is no room; nothing is taken then. Call `drain`, and push the range again.
   * @throws {TypeError} The range or a field has the wrong type.
   * @throws {RangeError} A field is out of its range, or the length is 0. Nothing is taken.
   * @throws {SegringError} CLOSED.
   */
  push(range: Range): boolean {
    this.#parts();
    const fields = this.#fields;
    if (!fields.read(range)) throw emptyRange();
    // Asked for again: reading may have run code of the caller's.
    const parts = this.#parts();
    if (!fitsRecord(fields)) return pushWide(parts, fields);
    const { input } = parts;
    if (input.used === input.capacity) {
      work(parts);
      if (input.used === input.capacity) return false;
    }
    input.push(fields);
    return true;
  }

  /**
   * Puts packed records of 16 bytes into the stream. The records are copied.
   *
   * Cost: O(n): a copy, a check and the kernel.
   *
   * @returns Records taken, from the first on: at most `capacity`, and fewer where the rings are full. Call `drain`,
   *   and push the rest.
   * @throws {TypeError} `records` is no Uint8Array. @throws {RangeError} Its length is not a multiple of 16.
   * @throws {SegringError} CLOSED, or BAD_RECORD where a record is not valid, among those that have room. `index` is
   *   the first such record. Nothing is taken.
   */
  pushRecords(records: Uint8Array): number {
    return this.#pushBytes(this.#parts(), recordBytes("records", records));
  }

  #pushBytes(parts: Parts, records: Uint8Array): number {
    const { coalescer, input, output } = parts;
    const count = Math.min(records.byteLength / RECORD_BYTES, input.capacity);
    work(parts);
    const drained = output.used;
    const waiting = input.used;
    coalescer.checkpoint();
    let taken = 0;
    // While the input ring is empty the kernel checks records as it coalesces them; what it did can be taken back.
    while (taken < count && input.used === 0) {
      const part = Math.min(count - taken, input.capacity, PART_RECORDS);
      input.write(records, taken, part);
      work(parts);
      if (coalescer.bad) {
        const bad = taken + part - input.used;
        coalescer.rollback();
        input.drop(input.used);
        output.used = drained;
        throw badRecord(records, bad);
      }
      taken += part;
    }
    // The output is full: the rest, as far as there is room, waits in the ring, and is checked there.
    const unchecked = waiting === 0 ? input.used : 0;
    const more = Math.min(count - taken, input.capacity - input.used);
    input.write(records, taken, more);
    taken += more;
    const valid = input.countValid(coalescer, unchecked + more);
    if (valid < unchecked + more) {
      const bad = taken - (unchecked + more) + valid;
      if (waiting === 0) {
        coalescer.rollback();
        output.used = drained;
        input.drop(input.used);
      } else {
        input.used = waiting;
      }
      throw badRecord(records, bad);
    }
    return taken;
  }

  /**
   * Emits the pending run, so that later ranges do not join it.
   *
   * @returns False where the output became full before everything was emitted. Call `drain`, and call `flush` again.
   * @throws {SegringError} CLOSED.
   */
  flush(): boolean {
    const parts = this.#parts();
    const { coalescer, input, output } = parts;
    work(parts);
    if (input.used !== 0) return false;
    while (coalescer.held) {
      const span = output.writable();
      const before = span.at;
      coalescer.flush(span);
      output.used += span.at - before;
      if (span.at === before) return false;
    }
    return true;
  }

  /**
   * Takes the segments that are ready, at most `capacity` of them. The table is empty where no segment is ready before
   * more is pushed or flushed.
   *
   * Cost: O(segments), and the kernel's work on the records in the input ring.
   *
   * @returns A table with its own memory.
   * @throws {SegringError} CLOSED.
   */
  drain(): SegmentTable {
    const parts = this.#parts();
    work(parts);
    const words = newWords(parts.output.used * RECORD_WORDS);
    parts.output.take(words);
    return new Table(PACKAGE, words);
  }

  /**
   * Takes segments that are ready into memory of the caller, 4 words each, as many as there is room for. Unlike
   * `drain`, `take` allocates nothing.
   *
   * Cost: as `drain`.
   *
   * @returns Segments taken; the words behind them are untouched. The result is 0 where no segment is ready before more
   *   is pushed or flushed.
   * @throws {TypeError} `target` is no Uint32Array. @throws {SegringError} CLOSED.
   */
  take(target: Uint32Array): number {
    const parts = this.#parts();
    const words = plainWords("target", target);
    work(parts);
    return parts.output.take(words);
  }

  /**
   * Gives the stream's memory back; segments that were not drained are lost. Further calls throw CLOSED; a second
   * `close` does nothing.
   */
  close(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    open.coalescer.free();
    open.input.free();
    open.output.free();
    this.#onClose();
    this.onClosed?.();
  }

  /** As `close`, for `using`. */
  [DISPOSE](): void {
    this.close();
  }

  #parts(): Parts {
    if (this.#open === undefined) throw new SegringError("CLOSED", "the stream is closed");
    return this.#open;
  }
}

interface Parts {
  readonly coalescer: Coalescer;
  readonly input: Ring;
  readonly output: Ring;
}

/** Coalesces from ring to ring until the one is empty or the other full. */
function work({ coalescer, input, output }: Parts): void {
  while (input.used !== 0) {
    const span = output.writable();
    const before = span.at;
    const end = Math.min(input.head + input.used, input.capacity);
    const taken = coalescer.records(input.block, input.head, end, span);
    output.used += span.at - before;
    input.drop(taken);
    if (coalescer.bad || (taken === 0 && span.at === before)) break;
  }
}

/** A range longer than a record holds goes to the coalescer directly, after all that came before it. */
function pushWide(parts: Parts, fields: Fields): boolean {
  const { coalescer, input, output } = parts;
  work(parts);
  if (input.used !== 0) return false;
  for (;;) {
    const span = output.writable();
    const before = span.at;
    const took = coalescer.range(fields, span);
    output.used += span.at - before;
    if (took) return true;
    if (span.at === before) return false;
  }
}

/** A ring of records in an engine's memory: `used` of them from `head` on. */
class Ring {
  readonly block: Block;
  readonly capacity: number;
  head = 0;
  used = 0;
  #words: Uint32Array;

  constructor(engine: Engine, capacity: number) {
    this.capacity = capacity;
    this.block = engine.allocate(capacity * RECORD_BYTES);
    this.#words = this.block.words;
  }

  /** The free records after those used, up to where the ring wraps. Whoever writes some adds them to `used`. */
  writable(): Output {
    const tail = this.head + this.used;
    if (tail >= this.capacity) return { block: this.block, at: tail - this.capacity, room: this.capacity - this.used };
    return { block: this.block, at: tail, room: this.capacity - tail };
  }

  /** Copies records in; there is room. */
  write(records: Uint8Array, from: number, count: number): void {
    for (let copied = 0; copied < count; ) {
      const { block, at, room } = this.writable();
      const part = Math.min(room, count - copied);
      const first = (from + copied) * RECORD_BYTES;
      block.bytes.set(records.subarray(first, first + part * RECORD_BYTES), at * RECORD_BYTES);
      this.used += part;
      copied += part;
    }
  }

  /** Leading valid records among the last `count` of those used. */
  countValid(coalescer: Coalescer, count: number): number {
    let valid = 0;
    while (valid < count) {
      const at = (this.head + this.used - count + valid) % this.capacity;
      const part = Math.min(count - valid, this.capacity - at);
      const found = coalescer.countValid(this.block, at, part);
      valid += found;
      if (found < part) break;
    }
    return valid;
  }

  push(fields: Fields): void {
    // Memory that has grown leaves the old view with no elements.
    if (this.#words.length === 0) this.#words = this.block.words;
    storeRange(fields, this.#words, ((this.head + this.used) % this.capacity) * RECORD_WORDS);
    this.used++;
  }

  drop(count: number): void {
    this.head = (this.head + count) % this.capacity;
    this.used -= count;
    if (this.used === 0) this.head = 0;
  }

  /** Moves records out, from the front, as many as there is room for. @returns How many. */
  take(target: Uint32Array): number {
    const count = Math.min(this.used, Math.floor(target.length / RECORD_WORDS));
    const { words } = this.block;
    const straight = Math.min(count, this.capacity - this.head);
    target.set(words.subarray(this.head * RECORD_WORDS, (this.head + straight) * RECORD_WORDS));
    if (straight < count) target.set(words.subarray(0, (count - straight) * RECORD_WORDS), straight * RECORD_WORDS);
    this.drop(count);
    return count;
  }

  free(): void {
    this.block.free();
  }
}

function badRecord(records: Uint8Array, index: number): RecordError {
  return new RecordError(index, faultOf(records, index) as string);
}
