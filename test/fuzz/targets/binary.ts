/** The readers of binary inputs. */
import { gunzipSync } from "node:zlib";
import { DataError } from "../../../src/cli/errors.js";
import { isGzip, gunzip as unpack } from "../../../src/cli/gunzip.js";
import { recordFault } from "../../../src/core/record.js";
import { checkSame, fault, Source } from "../source.js";
import { chunked, readAll } from "./read.js";

export async function pfn64(data: Uint8Array): Promise<void> {
  const source = new Source(data);
  const cut = source.u8();
  const pageBytes = 2 ** source.integer(0, 31);
  const bytes = source.take();
  const whole = await readAll("pfn64", [bytes], { pageBytes });
  checkSame("pfn64 in pieces", await readAll("pfn64", chunked(bytes, cut), { pageBytes }), whole);
  const frames = Array.from({ length: Math.floor(bytes.length / 8) }, (_, index) =>
    Buffer.from(bytes).readBigUInt64LE(index * 8),
  );
  const isValid = bytes.length % 8 === 0 && frames.every((frame) => (frame + 1n) * BigInt(pageBytes) <= 1n << 64n);
  if ("refused" in whole) {
    if (isValid) fault(`valid frames are refused: ${whole.refused}`);
    return;
  }
  if (!isValid) fault("frames past the end are taken");
  const wanted = Buffer.alloc(frames.length * 16);
  for (const [index, frame] of frames.entries()) {
    wanted.writeBigUInt64LE(frame * BigInt(pageBytes), index * 16);
    wanted.writeUInt32LE(pageBytes, index * 16 + 8);
  }
  checkSame("pfn64", whole.packed, Uint8Array.from(wanted));
}

export async function records(data: Uint8Array): Promise<void> {
  const source = new Source(data);
  const cut = source.u8();
  const skipEmpty = (cut & 1) === 1;
  const bytes = source.take();
  const whole = await readAll("records", [bytes], { skipEmpty });
  checkSame("records in pieces", await readAll("records", chunked(bytes, cut), { skipEmpty }), whole);
  if ("refused" in whole) return;
  // Without skipEmpty they are checked by whoever takes them.
  if (!skipEmpty) return checkSame("records", whole.packed, bytes);
  const words = new Uint32Array(whole.packed.slice().buffer);
  for (let at = 0; at < words.length; at += 4) {
    const wrong = recordFault(words, at);
    if (wrong !== undefined) fault(`record ${at / 4}: ${wrong}`);
  }
}

/** What is unpacked is what zlib unpacks, however the bytes come. */
export async function gunzip(data: Uint8Array): Promise<void> {
  const source = new Source(data);
  const cut = source.u8();
  const bytes = source.take();
  if (!isGzip(bytes)) return;
  const whole = await unpackAll([bytes]);
  checkSame("gzip in pieces", await unpackAll(chunked(bytes, cut)), whole);
  if ("refused" in whole) return;
  checkSame("gzip", whole.bytes, Uint8Array.from(gunzipSync(bytes)));
}

async function unpackAll(chunks: Iterable<Uint8Array>): Promise<{ bytes: Uint8Array } | { refused: string }> {
  const parts: Uint8Array[] = [];
  try {
    for await (const part of unpack(streamOf(chunks), "input")) parts.push(part);
  } catch (error) {
    // How many bytes were read when it was found may depend on the pieces.
    if (error instanceof DataError) return { refused: error.message.replace(/ after \d+ bytes/, "") };
    throw error;
  }
  return { bytes: Uint8Array.from(Buffer.concat(parts)) };
}

async function* streamOf(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
