import { closeSync, openSync, readSync } from "node:fs";
import { RECORD_BYTES } from "../../core/record.js";
import { DataError, systemFault } from "../errors.js";
import type { Input } from "../input.js";
import type { RangeInput } from "../ranges.js";

/**
 * A regular file of packed records, read into one piece of memory again and again: a stream takes new memory for each piece,
 * and to fill that costs more than to merge what is in it.
 */
export function recordsFile(path: string, { input, format }: RangeInput, readBytes: number): RangeInput {
  let bytesRead = 0;
  const read = Object.create(input, { bytesRead: { get: () => bytesRead } }) as Input;
  async function* batches(): AsyncGenerator<Uint8Array> {
    const bytes = new Uint8Array(readBytes);
    let descriptor: number | undefined;
    try {
      descriptor = openSync(path, "r");
      for (;;) {
        const count = readWhole(descriptor, bytes, bytesRead);
        bytesRead += count;
        const over = count % RECORD_BYTES;
        if (count > over) yield bytes.subarray(0, count - over);
        if (over !== 0) {
          throw new DataError(
            `${path}: expected records of ${RECORD_BYTES} bytes each, got ${bytesRead} bytes, which is ${over} over`,
          );
        }
        if (count < bytes.length) return;
      }
    } catch (error) {
      throw systemFault(path, error);
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
  }
  return { input: read, format, batches: batches() };
}

/** Fills the memory, unless the file ends before. @returns Bytes read. */
function readWhole(descriptor: number, bytes: Uint8Array, position: number): number {
  let done = 0;
  while (done < bytes.length) {
    const count = readSync(descriptor, bytes, done, bytes.length - done, position + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}
