import { constants } from "node:buffer";
import { SegringError } from "../errors.js";
import type { SegmentMapper } from "../mapper.js";
import { SegmentTable } from "../table.js";
import { Feed } from "./feed.js";
import type { RangeInput } from "./ranges.js";

/**
 * All ranges of these inputs, coalesced while they are read, as packed records; what touches across inputs is not joined.
 *
 * @param progress Gets the bytes read so far.
 * @throws {SegringError} OUT_OF_MEMORY: more than one call of a mapper takes.
 */
export async function collectRecords(
  sources: readonly RangeInput[],
  mapper: SegmentMapper,
  progress: (bytesRead: number) => Promise<void>,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let before = 0;
  for (const { input, batches } of sources) {
    const stream = mapper.stream();
    const feed = new Feed(stream, input.name, async (table) => {
      parts.push(table.bytes);
      await progress(before + input.bytesRead);
    });
    for await (const batch of batches) await feed.push(batch);
    await feed.finish();
    stream.close();
    before += input.bytesRead;
  }
  const bytes = parts.reduce((sum, part) => sum + part.byteLength, 0);
  if (bytes <= constants.MAX_LENGTH) return Buffer.concat(parts, bytes);
  throw new SegringError("OUT_OF_MEMORY", `${bytes} bytes of coalesced ranges are more than one command takes`);
}

/** The same of one input, as a table. */
export async function collectTable(
  source: RangeInput,
  mapper: SegmentMapper,
  progress: (bytesRead: number) => Promise<void>,
): Promise<SegmentTable> {
  return SegmentTable.fromBytes(await collectRecords([source], mapper, progress));
}
