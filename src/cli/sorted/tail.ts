import { isPassedOver } from "../../text/csv-fields.js";
import { type InputFormat, READERS } from "../formats.js";
import type { ReaderOptions } from "../readers/reader.js";

/** Formats whose lines can be read alone, below the first. */
const LINE_FORMATS: readonly InputFormat[] = ["csv", "ndjson", "iomem", "maps"];
/** A line has 65536 bytes or characters at most: of the line before, and of the one that is not sorted, no byte is lost. */
const KEPT_BYTES = 2 ** 18;
const NEWLINE = 10;

/** The bytes that a reader of text took last, so that a line can be found once it is known that there is one. */
export class Tail {
  #head = Buffer.alloc(0);
  #headIsWhole = false;
  readonly #kept: Uint8Array[] = [];
  #bytes = 0;
  /** Ends of lines before what is kept. */
  #linesBefore = 0;
  #isFromStart = true;

  /** The same bytes, which are kept until enough others have come. */
  async *of(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of source) {
      this.#keepHead(piece);
      this.#kept.push(piece);
      this.#bytes += piece.length;
      while (this.#bytes - (this.#kept[0] as Uint8Array).length >= KEPT_BYTES) this.#forget();
      yield piece;
    }
  }

  /**
   * The line of the first range that lies before the one above it. undefined where the format has no lines that can be read
   * alone.
   */
  async unsortedLine(format: InputFormat, options: ReaderOptions): Promise<number | undefined> {
    if (!LINE_FORMATS.includes(format)) return undefined;
    let line = 0;
    const lines = this.#lines((number) => {
      line = number;
    });
    let before = 0n;
    try {
      for await (const batch of READERS[format](lines, options)) {
        for (const addr of addressesOf(batch)) {
          if (addr < before) return line;
          before = addr;
        }
      }
    } catch {
      // A line further on is no range either; the one that was looked for comes first.
    }
    return undefined;
  }

  /** The first line that is neither blank nor a comment says how the others are read; those above it come along. */
  #keepHead(piece: Uint8Array): void {
    for (let from = 0; !this.#headIsWhole && from < piece.length; ) {
      const newline = piece.indexOf(NEWLINE, from);
      const end = newline < 0 ? piece.length : newline + 1;
      const start = this.#head.lastIndexOf(NEWLINE) + 1;
      this.#head = Buffer.concat([this.#head, piece.subarray(from, end)]);
      const line = this.#head.subarray(start).toString().trim();
      this.#headIsWhole = (newline >= 0 && !isPassedOver(line)) || this.#head.length >= KEPT_BYTES;
      from = end;
    }
  }

  #forget(): void {
    const piece = this.#kept.shift() as Uint8Array;
    this.#bytes -= piece.length;
    this.#isFromStart = false;
    for (let at = piece.indexOf(NEWLINE); at >= 0; at = piece.indexOf(NEWLINE, at + 1)) this.#linesBefore++;
  }

  /** The lines up to the first that is read, which may be a header, and each line that is whole in what is kept. */
  async *#lines(onLine: (number: number) => void): AsyncGenerator<Uint8Array> {
    const bytes = Buffer.concat(this.#kept);
    let from = 0;
    let number = this.#linesBefore + 1;
    if (!this.#isFromStart) {
      onLine(1);
      yield this.#head;
      from = bytes.indexOf(NEWLINE) + 1;
      number++;
    }
    while (from < bytes.length) {
      const newline = bytes.indexOf(NEWLINE, from);
      const end = newline < 0 ? bytes.length : newline + 1;
      onLine(number++);
      yield bytes.subarray(from, end);
      from = end;
    }
  }
}

function* addressesOf(batch: Uint8Array | readonly { readonly addr: number | bigint }[]): Generator<bigint> {
  if (!(batch instanceof Uint8Array)) {
    for (const { addr } of batch) yield BigInt(addr);
    return;
  }
  const view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
  for (let at = 0; at < batch.byteLength; at += 16) yield view.getBigUint64(at, true);
}
