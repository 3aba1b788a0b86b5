import { PIECE_BYTES } from "../text/lines.js";

/** The bytes in pieces of at most 64 KiB, whatever the pieces of the source: what is made of a piece stays small. */
export async function* inPieces(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    for (let from = 0; from < chunk.length; from += PIECE_BYTES) yield chunk.subarray(from, from + PIECE_BYTES);
  }
}

/** The text in pieces of at most 65536 characters. A byte order mark at the start is left out. */
export async function* textOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const piece of inPieces(source)) yield decoder.decode(piece, { stream: true });
  yield decoder.decode();
}
