/** The input of a workload in the forms that contestants want. Each form is made once, when it is first asked for. */
import { fillRecords, frames, shuffleRecords } from "./inputs.js";
import type { PlainRange } from "./loops.js";

/** First and last byte. */
export type Span = [low: number, high: number];

/** `sorted` and `shuffled`: records of 1 to 8 pages. `frames`: pages of 4 KiB. */
export type Form = "sorted" | "shuffled" | "frames";

export class RaceInput {
  readonly count: number;
  readonly breaks: number;
  readonly form: Form;
  #words: Uint32Array<ArrayBuffer> | undefined;
  #frames: BigUint64Array<ArrayBuffer> | undefined;
  #objects: PlainRange[] | undefined;
  #spans: Span[] | undefined;

  /** @param breaks Percent of neighbours that do not join. */
  constructor(form: Form, count: number, breaks: number) {
    this.form = form;
    this.count = count;
    this.breaks = breaks;
  }

  /** Packed records. */
  get words(): Uint32Array<ArrayBuffer> {
    if (this.#words === undefined) {
      this.#words = new Uint32Array(4 * this.count);
      if (this.form === "frames") fillFromFrames(this.#words, this.frames);
      else fillRecords(this.#words, this.breaks);
      if (this.form === "shuffled") shuffleRecords(this.#words);
    }
    return this.#words;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.words.buffer);
  }

  get bigints(): BigUint64Array<ArrayBuffer> {
    return new BigUint64Array(this.words.buffer);
  }

  get frames(): BigUint64Array<ArrayBuffer> {
    this.#frames ??= frames(this.count, this.breaks);
    return this.#frames;
  }

  get objects(): readonly PlainRange[] {
    this.#objects ??= objectsOf(this.words);
    return this.#objects;
  }

  get spans(): readonly Span[] {
    this.#spans ??= this.objects.map(({ addr, length }): Span => [addr, addr + length - 1]);
    return this.#spans;
  }

  get columns(): { readonly offset: Float64Array<ArrayBuffer>; readonly length: Float64Array<ArrayBuffer> } {
    const { words, count } = this;
    const offset = new Float64Array(count);
    const length = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      offset[i] = (words[4 * i + 1] as number) * 2 ** 32 + (words[4 * i] as number);
      length[i] = words[4 * i + 2] as number;
    }
    return { offset, length };
  }
}

/** Packed records below 2^53, none of 4 GiB or more, as objects. */
export function objectsOf(words: Uint32Array): PlainRange[] {
  const ranges: PlainRange[] = [];
  for (let at = 0; at < words.length; at += 4) {
    ranges.push({ addr: (words[at + 1] as number) * 2 ** 32 + (words[at] as number), length: words[at + 2] as number });
  }
  return ranges;
}

/** Packs ranges of at most 4 GiB, without flags. @param target Has room for them. @returns Words written. */
export function packObjects(ranges: readonly PlainRange[], target: Uint32Array): number {
  let at = 0;
  for (const { addr, length } of ranges) {
    target[at] = addr;
    target[at + 1] = addr / 2 ** 32;
    target[at + 2] = length;
    target[at + 3] = length / 2 ** 32;
    at += 4;
  }
  return at;
}

export function packed(ranges: readonly PlainRange[]): Uint8Array {
  const words = new Uint32Array(4 * ranges.length);
  packObjects(ranges, words);
  return new Uint8Array(words.buffer);
}

/** Packs spans, by address. */
export function packedSpans(spans: Iterable<readonly [number, number]>): Uint8Array {
  const ranges = Array.from(spans, ([low, high]) => ({ addr: low, length: high - low + 1 }));
  return packed(ranges.sort((a, b) => a.addr - b.addr));
}

function fillFromFrames(words: Uint32Array, numbers: BigUint64Array): void {
  for (let i = 0; i < numbers.length; i++) {
    const addr = Number(numbers[i]) * 4096;
    words[4 * i] = addr;
    words[4 * i + 1] = addr / 2 ** 32;
    words[4 * i + 2] = 4096;
  }
}
