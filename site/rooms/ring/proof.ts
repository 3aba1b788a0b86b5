/** The proof: the segments that came out, beside the segments of a batch over the same input. */
import type { SegmentMapper } from "segring";
import { RecordSource } from "./source.js";

/** A running hash of 64 bits over words: FNV-1a, and beside it a lane that turns, so that high bits count too. */
export class WordHash {
  #fnv = 0x811c9dc5 | 0;
  #turned = 0;

  add(words: Uint32Array, end: number): void {
    let fnv = this.#fnv;
    let turned = this.#turned;
    for (let at = 0; at < end; at++) {
      const word = words[at] as number;
      fnv = Math.imul(fnv ^ word, 0x01000193);
      turned = Math.imul(((turned << 7) | (turned >>> 25)) ^ word, 0x9e3779b1);
    }
    this.#fnv = fnv;
    this.#turned = turned;
  }

  /** 16 hexadecimal digits. */
  get hex(): string {
    return [this.#fnv, this.#turned].map((lane) => (lane >>> 0).toString(16).padStart(8, "0")).join("");
  }
}

const BLOCK_RECORDS = 2048;

/** The segments that a batch gives for the records of a seed, in portions. */
class Batch {
  readonly #source: RecordSource;
  readonly #stream: ReturnType<SegmentMapper["stream"]>;
  readonly #rows = new Uint32Array(4 * BLOCK_RECORDS);
  readonly #bytes = new Uint8Array(this.#rows.buffer);

  constructor(mapper: SegmentMapper, seed: number) {
    this.#source = new RecordSource(seed);
    this.#stream = mapper.stream({ capacity: 2 * BLOCK_RECORDS });
  }

  /** Fills the words with the next segments. */
  next(words: Uint32Array): void {
    for (let at = 0; at < words.length; ) {
      at += 4 * this.#stream.take(words.subarray(at));
      // The stream is empty now, so the block finds room.
      if (at < words.length) {
        this.#source.fill(this.#rows);
        this.#stream.pushRecords(this.#bytes);
      }
    }
  }

  close(): void {
    this.#stream.close();
  }
}

/** The first segment that differs. Words are those of a record: address low, address high, length, flags. */
export interface Difference {
  readonly index: number;
  readonly expected: string;
  readonly found: string;
}

/** Compares all segments that come out with those of the batch, and keeps a hash of both. */
export class Comparison {
  /** Segments and bytes that came out. */
  segments = 0;
  bytes = 0n;
  difference: Difference | undefined;
  readonly #batch: Batch;
  readonly #out = new WordHash();
  readonly #wanted = new WordHash();
  #words = new Uint32Array(0);

  constructor(mapper: SegmentMapper, seed: number) {
    this.#batch = new Batch(mapper, seed);
  }

  /** Hashes of the segments that came out, and of as many segments of the batch. */
  get hashes(): { readonly out: string; readonly batch: string } {
    return { out: this.#out.hex, batch: this.#wanted.hex };
  }

  /** Takes the next segments that came out, four words each. */
  add(words: Uint32Array, count: number): void {
    const end = 4 * count;
    if (this.#words.length < end) this.#words = new Uint32Array(end);
    const wanted = this.#words.subarray(0, end);
    this.#batch.next(wanted);
    this.#out.add(words, end);
    this.#wanted.add(wanted, end);
    let bytes = 0;
    for (let at = 0; at < end; at += 4) bytes += words[at + 2] as number;
    this.bytes += BigInt(bytes);
    if (this.difference === undefined) this.#compare(words, wanted);
    this.segments += count;
  }

  #compare(words: Uint32Array, wanted: Uint32Array): void {
    let at = 0;
    while (at < wanted.length && words[at] === wanted[at]) at++;
    if (at === wanted.length) return;
    const first = at - (at % 4);
    this.difference = {
      index: this.segments + first / 4,
      expected: describe(wanted, first),
      found: describe(words, first),
    };
  }

  close(): void {
    this.#batch.close();
  }
}

function describe(words: Uint32Array, at: number): string {
  const [low, high, length, flags] = words.subarray(at, at + 4) as unknown as [number, number, number, number];
  return `0x${(high * 2 ** 32 + low).toString(16)}, ${length} bytes, flags ${flags}`;
}
