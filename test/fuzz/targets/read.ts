/** Drives a reader of the command as a file does. */
import { DataError } from "../../../src/cli/errors.js";
import { READERS } from "../../../src/cli/formats.js";
import type { ReaderOptions } from "../../../src/cli/readers/reader.js";
import { type Range, RECORD_WORDS, recordAddr, recordFlags, recordLength } from "../../../src/core/record.js";

export type ReaderName = keyof typeof READERS;

const OPTIONS: ReaderOptions = {
  name: "input",
  skipEmpty: false,
  columns: undefined,
  engine: "auto",
  pageBytes: 4096,
  unwritten: "keep",
  unaddressed: "skip",
  radix: 10,
};

/** All that a reader gives: the ranges in order, and the packed ones among them joined; or why it refuses the bytes. */
export async function readAll(
  name: ReaderName,
  chunks: Iterable<Uint8Array>,
  options: Partial<ReaderOptions> = {},
): Promise<{ ranges: Range[]; packed: Uint8Array } | { refused: string }> {
  const ranges: Range[] = [];
  const parts: Uint8Array[] = [];
  try {
    for await (const batch of READERS[name](streamOf(chunks), { ...OPTIONS, ...options })) {
      if (batch instanceof Uint8Array) {
        parts.push(batch.slice());
        ranges.push(...unpacked(batch));
      } else {
        ranges.push(...batch);
      }
    }
  } catch (error) {
    if (error instanceof DataError) return { refused: error.message };
    throw error;
  }
  return { ranges, packed: Uint8Array.from(Buffer.concat(parts)) };
}

function* unpacked(records: Uint8Array): Generator<Range> {
  const words = new Uint32Array(new Uint8Array(records).buffer);
  for (let at = 0; at < words.length; at += RECORD_WORDS) {
    yield { addr: recordAddr(words, at), length: recordLength(words, at), flags: recordFlags(words, at) };
  }
}

async function* streamOf(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

/** The bytes in pieces of 1 to 61, some of them at odd places of their buffers. */
export function* chunked(bytes: Uint8Array, cut: number): Generator<Uint8Array> {
  const step = 1 + (cut % 61);
  for (let at = 0; at < bytes.length; at += step) yield bytes.slice(at, at + step);
  yield new Uint8Array(0);
}
