/** The bytes of a blob as they come, gunzipped where they are gzip. */

export type Progress = (part: number, what: string) => void;

/** The mapping that asked was overtaken by another. */
export class Overtaken extends Error {}

/** More bytes, unpacked, than a page should hold. */
const MOST_BYTES = 2 ** 31;

/**
 * Gives the bytes of a blob in pieces, gunzipped where the blob is gzip.
 *
 * @param progress Is told which part of the blob was read, 0 to 1.
 * @param isOvertaken Is asked before each piece.
 * @throws {Error} The file cannot be read, or the gzip is damaged. @throws {Overtaken}
 */
export async function* piecesOf(
  blob: Blob,
  progress: Progress,
  isOvertaken: () => boolean,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const plain = readPieces(blob, progress, isOvertaken);
  const head = await headOf(blob);
  // The method is always 8, and three bits of the flags are never set (RFC 1952).
  const isGzip = head[0] === 0x1f && head[1] === 0x8b && head[2] === 8 && ((head[3] as number) & 0xe0) === 0;
  yield* isGzip ? unpacked(plain, isOvertaken) : plain;
}

async function headOf(blob: Blob): Promise<Uint8Array> {
  // What is wrong with the blob is said by who reads all of it.
  const bytes = await blob
    .slice(0, 4)
    .arrayBuffer()
    .catch(() => new ArrayBuffer(0));
  return new Uint8Array(bytes);
}

async function* readPieces(
  blob: Blob,
  progress: Progress,
  isOvertaken: () => boolean,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const reader = blob.stream().getReader();
  try {
    for (let read = 0; ; ) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw new Error("the file cannot be read: it was moved, changed, or this page may not read it", { cause });
      });
      if (isOvertaken()) throw new Overtaken();
      if (done) return;
      read += value.byteLength;
      progress(read / blob.size, "reading");
      yield value;
    }
  } finally {
    // Whoever stops taking stops the reading too.
    reader.cancel().catch(() => undefined);
  }
}

async function* unpacked(
  packed: AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined>,
  isOvertaken: () => boolean,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  let fault: unknown;
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { done, value } = await packed.next().catch((error: unknown) => {
        fault = error;
        throw error;
      });
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await packed.return();
    },
  });
  const reader = source.pipeThrough(new DecompressionStream("gzip")).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw (
          fault ?? new Error("the gzip file is damaged or cut off, or something follows its first member", { cause })
        );
      });
      if (isOvertaken()) throw new Overtaken();
      if (done) return;
      yield value as Uint8Array<ArrayBuffer>;
    }
  } finally {
    // Whoever stops taking stops the reading too.
    reader.cancel().catch(() => undefined);
  }
}

/**
 * All bytes of a stream of pieces in a buffer of their own.
 *
 * @param expected Bytes that are likely.
 * @throws {Error} There are more than 2 GiB.
 */
export async function allBytes(pieces: AsyncIterable<Uint8Array>, expected: number): Promise<Uint8Array<ArrayBuffer>> {
  let bytes = new Uint8Array(Math.min(Math.max(expected, 65536), MOST_BYTES));
  let used = 0;
  for await (const piece of pieces) {
    if (used + piece.byteLength > MOST_BYTES) {
      throw new Error("expected at most 2 GiB, unpacked, in a page: the command line takes files of any size");
    }
    if (used + piece.byteLength > bytes.byteLength) {
      const larger = new Uint8Array(Math.min(Math.max(2 * bytes.byteLength, used + piece.byteLength), MOST_BYTES));
      larger.set(bytes.subarray(0, used));
      bytes = larger;
    }
    bytes.set(piece, used);
    used += piece.byteLength;
  }
  return bytes.subarray(0, used);
}
