import { FULL, RECORD_BYTES, RECORD_WORDS, recordFault } from "../../core/record.js";
import { wholeUnits } from "../bytes.js";
import { DataError, recordPlace } from "../errors.js";
import type { Batch, ReaderOptions } from "./reader.js";

/** Packed 16-byte records, little-endian. */
export async function* readRecords(
  source: AsyncIterable<Uint8Array>,
  { name, skipEmpty }: ReaderOptions,
): AsyncGenerator<Batch> {
  let before = 0;
  for await (const bytes of wholeUnits(source, RECORD_BYTES, "records", name)) {
    yield skipEmpty ? withoutEmpty(bytes, before, name) : bytes;
    before += bytes.length / RECORD_BYTES;
  }
}

/** The records that have bytes. All are checked here, where their place in the file is known. */
export function withoutEmpty(bytes: Uint8Array, before: number, name: string): Uint8Array {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const kept = new Uint32Array(words.length);
  let at = 0;
  for (let from = 0; from < words.length; from += RECORD_WORDS) {
    const record = words.slice(from, from + RECORD_WORDS);
    const empty = record[2] === 0 && ((record[3] as number) & FULL) === 0;
    // An empty one must be valid but for that: as if it had a byte.
    if (empty) record[2] = 1;
    const fault = recordFault(record, 0);
    if (fault !== undefined) throw new DataError(`${recordPlace(name, before + from / RECORD_WORDS)}: ${fault}`);
    if (empty) continue;
    kept.set(record, at);
    at += RECORD_WORDS;
  }
  return new Uint8Array(kept.buffer, 0, at * 4);
}
