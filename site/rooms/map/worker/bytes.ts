/** The bytes of a blob as they come, gunzipped where they are gzip. */

export type Progress = (part: number, what: string) => void;

/** The mapping that asked was overtaken by another. */
export class Overtaken extends Error {}

/**
 * Gives the bytes of a blob, in pieces.
 *
 * @param progress Is told which part of the blob was read, 0 to 1.
 * @param isOvertaken Is asked before each piece.
 * @throws {Error} The gzip is damaged. @throws {Overtaken}
 */
export async function* piecesOf(
  blob: Blob,
  progress: Progress,
  isOvertaken: () => boolean,
): AsyncGenerator<Uint8Array, void, undefined> {
  let read = 0;
  const counted = blob.stream().pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(piece, controller) {
        read += piece.byteLength;
        progress(read / blob.size, "reading");
        controller.enqueue(piece);
      },
    }),
  );
  const isGzip = await startsAsGzip(blob);
  const reader = (isGzip ? counted.pipeThrough(new DecompressionStream("gzip")) : counted).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw isGzip ? new Error(`the gzip file is damaged or cut off: ${String(cause)}`, { cause }) : cause;
      });
      if (isOvertaken()) throw new Overtaken();
      if (done) return;
      yield value;
    }
  } finally {
    // Whoever stops taking stops the reading too.
    reader.cancel().catch(() => undefined);
  }
}

async function startsAsGzip(blob: Blob): Promise<boolean> {
  const head = new Uint8Array(await blob.slice(0, 2).arrayBuffer());
  return head[0] === 0x1f && head[1] === 0x8b;
}

/** All bytes of a stream of pieces in a buffer of their own. @param expected Bytes that are likely. */
export async function allBytes(pieces: AsyncIterable<Uint8Array>, expected: number): Promise<Uint8Array<ArrayBuffer>> {
  let bytes = new Uint8Array(Math.max(expected, 65536));
  let used = 0;
  for await (const piece of pieces) {
    if (used + piece.byteLength > bytes.byteLength) {
      const larger = new Uint8Array(Math.max(2 * bytes.byteLength, used + piece.byteLength));
      larger.set(bytes.subarray(0, used));
      bytes = larger;
    }
    bytes.set(piece, used);
    used += piece.byteLength;
  }
  return bytes.subarray(0, used);
}
