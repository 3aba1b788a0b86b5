import { DataError } from "./errors.js";

/** A stream of bytes whose first bytes can be looked at before the stream is read. */
export class PeekableBytes implements AsyncIterable<Uint8Array> {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #ahead: Uint8Array[] = [];
  readonly #onStream: () => void;

  /** @param onStream Hears that nobody looks ahead any more. */
  constructor(source: AsyncIterable<Uint8Array>, onStream: () => void = () => {}) {
    this.#source = source[Symbol.asyncIterator]();
    this.#onStream = onStream;
  }

  /** The first bytes: as many as `enough` asks for, or all there are. They are not taken. */
  async peek(enough: (head: Buffer) => boolean): Promise<Buffer> {
    for (;;) {
      const head = Buffer.concat(this.#ahead);
      if (enough(head)) return head;
      const { value, done } = await this.#source.next();
      if (done) return head;
      this.#ahead.push(value);
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    this.#onStream();
    try {
      yield* this.#ahead.splice(0);
      for (;;) {
        const { value, done } = await this.#source.next();
        if (done) return;
        yield value;
      }
    } finally {
      await this.#source.return?.();
    }
  }
}

/**
 * The same bytes in pieces of whole units, each at a multiple of the unit in its buffer, so that they can be viewed as numbers.
 *
 * @param units What the units are, for the message.
 * @throws {DataError} The bytes end inside a unit.
 */
export async function* wholeUnits(
  source: AsyncIterable<Uint8Array>,
  unitBytes: number,
  units: string,
  name: string,
): AsyncGenerator<Uint8Array> {
  let rest = new Uint8Array(0);
  let total = 0;
  for await (const chunk of source) {
    total += chunk.length;
    const bytes = rest.length === 0 && chunk.byteOffset % unitBytes === 0 ? chunk : joined(rest, chunk);
    const whole = bytes.length - (bytes.length % unitBytes);
    rest = bytes.slice(whole);
    if (whole !== 0) yield bytes.subarray(0, whole);
  }
  if (rest.length !== 0) {
    throw new DataError(
      `${name}: expected ${units} of ${unitBytes} bytes each, got ${total} bytes, which is ${rest.length} over`,
    );
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
