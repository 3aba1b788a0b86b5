import { RECORD_BYTES, RECORD_WORDS } from "../../core/record.js";
import { wholeUnits } from "../bytes.js";
import { DataError, recordPlace } from "../errors.js";
import type { Batch, ReaderOptions } from "./reader.js";

/** Frames made into records at a time: these stay in the second-level cache until they are mapped. */
const BATCH_FRAMES = 8192;

/** Page frame numbers, u64 little-endian: frame `n` is the page at `n * pageBytes`. */
export async function* readPfn64(
  source: AsyncIterable<Uint8Array>,
  { name, pageBytes }: ReaderOptions,
): AsyncGenerator<Batch> {
  const records = new Uint32Array(BATCH_FRAMES * RECORD_WORDS);
  const bytes = new Uint8Array(records.buffer);
  const shift = Math.log2(pageBytes) | 0;
  let before = 0;
  for await (const chunk of wholeUnits(source, 8, "page frame numbers", name)) {
    const words = new Uint32Array(chunk.buffer, chunk.byteOffset, chunk.length / 4);
    for (let from = 0; from < words.length; from += 2 * BATCH_FRAMES) {
      const frames = words.subarray(from, from + 2 * BATCH_FRAMES);
      const count = frames.length / 2;
      const done = pagesOf(frames, shift, records);
      if (done < count) {
        const frame = ((BigInt(frames[2 * done + 1] as number) << 32n) | BigInt(frames[2 * done] as number)).toString(
          16,
        );
        throw new DataError(
          `${recordPlace(name, before + done)}: expected a page frame number with (pfn + 1) * ${pageBytes} up to 2^64, got 0x${frame}`,
        );
      }
      before += count;
      yield bytes.subarray(0, count * RECORD_BYTES);
    }
  }
}

/**
 * Writes the page of each frame as a record. By 32-bit halves and with integers only: bigints and powers cost ten times as much.
 *
 * @param shift log2 of the page size, 0 to 31.
 * @returns Frames done: all, or up to the first whose page is past 2^64.
 */
function pagesOf(frames: Uint32Array, shift: number, records: Uint32Array): number {
  const pageBytes = (1 << shift) >>> 0;
  const rest = 31 - shift;
  const count = frames.length >>> 1;
  for (let index = 0; index < count; index++) {
    const low = frames[2 * index] as number;
    const high = frames[2 * index + 1] as number;
    // A shift by 32 - shift in two steps, because one by 32 is none in JavaScript.
    if ((high >>> 1) >>> rest !== 0) return index;
    const at = index * RECORD_WORDS;
    records[at] = low << shift;
    records[at + 1] = (high << shift) | ((low >>> 1) >>> rest);
    records[at + 2] = pageBytes;
    records[at + 3] = 0;
  }
  return count;
}
