import { createGunzip, type Gunzip } from "node:zlib";
import { codeOf, DataError } from "./errors.js";

/** Compressed bytes at a time: they may become a thousand times as many. */
const PIECE_BYTES = 16 * 1024;

/** What {@link isGzip} must see. */
export const GZIP_HEAD_BYTES = 4;

/** Whether these are the first bytes of a gzip file: magic, the one method there is, no reserved flags. */
export function isGzip(head: Uint8Array): boolean {
  const [first, second, method, flags = 0xff] = head;
  return first === 0x1f && second === 0x8b && method === 8 && (flags & 0xe0) === 0;
}

/** Whether these first bytes, fewer than {@link isGzip} must see, may be those of a gzip file. */
export function beginsGzip(head: Uint8Array): boolean {
  return head.every((byte, at) => byte === [0x1f, 0x8b, 8, byte][at]);
}

/**
 * The bytes in a gzip file of one or more members. Zeros after the last are padding (of tapes and disks).
 *
 * @throws {DataError} The file is damaged, cut off, or something else follows.
 */
export async function* gunzip(source: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  const inflater = new Inflater();
  let given = 0;
  try {
    for await (const chunk of source) {
      for (let from = 0; from < chunk.length; from += PIECE_BYTES) {
        const piece = chunk.subarray(from, from + PIECE_BYTES);
        const used = await inflated(inflater.write(piece), name, given + piece.length);
        if (piece.subarray(used).some((byte) => byte !== 0)) throw trailingGarbage(name);
        given += piece.length;
        yield* inflater.take();
      }
    }
    await inflated(inflater.finish(), name, given);
    yield* inflater.take();
  } finally {
    inflater.destroy();
  }
}

/** Node's gunzip stream, driven piece by piece: its own queues would hide how far it has read. */
class Inflater {
  readonly #stream: Gunzip = createGunzip({ chunkSize: 256 * 1024 });
  #ready: Uint8Array[] = [];
  #ended = false;
  #failure: unknown;
  #wake = () => {};

  constructor() {
    this.#stream.on("data", (chunk: Uint8Array) => this.#ready.push(chunk));
    this.#stream.on("end", () => {
      this.#ended = true;
      this.#wake();
    });
    this.#stream.on("error", (error) => {
      this.#failure = error;
      this.#wake();
    });
  }

  /** Bytes of the piece that were gzip: all of them, but for zeros after the last member. */
  async write(piece: Uint8Array): Promise<number> {
    if (this.#ended) return 0;
    const before = this.#stream.bytesWritten;
    await this.#step(() => this.#stream.write(piece, () => this.#wake()));
    return this.#stream.bytesWritten - before;
  }

  async finish(): Promise<void> {
    if (!this.#ended) await this.#step(() => this.#stream.end());
  }

  take(): Uint8Array[] {
    const taken = this.#ready;
    this.#ready = [];
    return taken;
  }

  destroy(): void {
    this.#stream.destroy();
  }

  async #step(start: () => void): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      start();
    });
    if (this.#failure !== undefined) throw this.#failure;
  }
}

/** @param given Compressed bytes up to the end of those in this step. */
async function inflated<T>(step: Promise<T>, name: string, given: number): Promise<T> {
  try {
    return await step;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (codeOf(error) === "Z_BUF_ERROR") {
      throw cutOff(name, given);
    }
    // isGzip has seen the first header, so this one comes after a member.
    if (reason === "incorrect header check") throw trailingGarbage(name);
    throw new DataError(`${name}: gzip data is damaged: ${reason} (--no-gzip reads the bytes as they are)`, {
      cause: error,
    });
  }
}

/** The error of a gzip file that ends too early, after `given` bytes. */
export function cutOff(name: string, given: number): DataError {
  return new DataError(`${name}: gzip data is cut off: expected more after ${given} bytes, got the end`);
}

function trailingGarbage(name: string): DataError {
  return new DataError(`${name}: expected the end, or more gzip data, after the gzip data, got other bytes`);
}
