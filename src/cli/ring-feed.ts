import { RecordError } from "../core/errors.js";
import { FLUSH, FOUR_GIB, faultOf, NOMERGE, type Range, RECORD_BYTES, RECORD_WORDS } from "../core/record.js";
import { SegmentTable } from "../core/segment-table.js";
import type { SegmentMapper } from "../mapper/mapper.js";
import type { Producer } from "../ring/index.js";
import type { Sink } from "./feed.js";

const NOTHING = SegmentTable.from([]);

/** A ring's producer as a feed's sink: where a stream would say that it is full, this thread waits. */
export class RingFeed implements Sink {
  readonly #producer: Producer;
  readonly #newMapper: () => SegmentMapper;

  /** @param newMapper With the limits of the kernel. */
  constructor(producer: Producer, newMapper: () => SegmentMapper) {
    this.#producer = producer;
    this.#newMapper = newMapper;
  }

  push(range: Range): boolean {
    const { addr, length, flags = 0 } = range;
    if (length <= FOUR_GIB) this.#put(addr, length, flags);
    else if (flags & NOMERGE) this.#putCut(range);
    else this.#putWide(BigInt(addr), BigInt(length), flags);
    return true;
  }

  pushRecords(records: Uint8Array): number {
    const words = new Uint32Array(records.buffer, records.byteOffset, records.byteLength / 4);
    const flush = flushAt(words);
    const valid = flush * RECORD_WORDS;
    const taken = this.#producer.pushRows(valid === words.length ? words : words.subarray(0, valid));
    // FLUSH is for whoever puts into a ring, not for a file.
    if (taken === flush && valid !== words.length) {
      throw new RecordError(flush, faultOf(records, flush) as string);
    }
    if (taken * RECORD_BYTES < records.byteLength) this.#producer.waitRoom();
    return taken;
  }

  /** The end of the stream is what flushes a ring. */
  flush(): boolean {
    return true;
  }

  /** The segments come out elsewhere. */
  drain(): SegmentTable {
    return NOTHING;
  }

  #put(addr: Range["addr"], length: Range["length"], flags: number): void {
    while (!this.#producer.push(addr, length, flags)) this.#producer.waitRoom();
  }

  /** In pieces that join again, each of which has room in the ring. */
  #putWide(addr: bigint, length: bigint, flags: number): void {
    const { capacity } = this.#producer.ring;
    const most = BigInt(capacity / 2) * BigInt(FOUR_GIB);
    for (let left = length, first = addr; left > 0n; ) {
      const piece = left < most ? left : most;
      while (!this.#producer.push(first, piece, flags)) this.#producer.waitRoom(capacity / 2);
      first += piece;
      left -= piece;
    }
  }

  /** Cut as the kernel would cut it: what keeps to the limits already is not cut again. */
  #putCut(range: Range): void {
    using mapper = this.#newMapper();
    const stream = mapper.stream();
    stream.push(range);
    for (let flushed = false; !flushed; ) {
      flushed = stream.flush();
      for (const { addr, length, flags } of stream.drain()) this.#put(addr, length, flags);
    }
  }
}

/** The first record with FLUSH, or how many there are. */
function flushAt(words: Uint32Array): number {
  const bit = FLUSH;
  for (let at = 3; at < words.length; at += 4) if ((words[at] as number) & bit) return (at - 3) / RECORD_WORDS;
  return words.length / RECORD_WORDS;
}
