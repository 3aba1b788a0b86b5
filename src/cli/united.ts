import { SegringError } from "../core/errors.js";
import { packedRecords } from "../core/input.js";
import { ADDRESS_SPACE, FOUR_GIB, FULL, type Range, RECORD_WORDS, recordAddr, recordLength } from "../core/record.js";
import { SegmentTable } from "../core/segment-table.js";
import { columns } from "../engine/columns.js";
import type { RangeInput as MapperInput } from "../engine/range-input.js";
import type { SegmentMapper } from "../mapper/mapper.js";
import { kindSetsOf, type Run } from "../table/byte-set.js";
import { Records } from "./collect.js";
import { Feed } from "./feed.js";
import type { Progress } from "./progress.js";
import type { RangeInput } from "./ranges.js";

/** Runs that are kept as objects at most. */
const MAX_RUNS = 2 ** 20;
/** Ranges that no record holds, kept as objects: 2 GB. */
const MAX_WIDE = 2 ** 24;

/** Ranges to unite: those that a record holds, and those above 4 GiB. */
export interface Collected {
  readonly records: SegmentTable;
  readonly wide: readonly Range[];
}

/**
 * All ranges of these inputs. Those of up to 4 GiB are coalesced while they are read; what touches across inputs is not
 * joined. Nothing is cut by the limits of the union: the cuts of one long range would fill the memory.
 *
 * @throws {SegringError} OUT_OF_MEMORY: more than one call of a mapper takes.
 */
export async function collectRanges(
  sources: readonly RangeInput[],
  engine: "auto" | "wasm" | "js",
  progress: Progress,
): Promise<Collected> {
  const { createMapper } = await import("../mapper/create.js");
  using mapper = await createMapper({ engine });
  const records = new Records();
  const wide: Range[] = [];
  let before = 0;
  for (const { input, batches } of sources) {
    using stream = mapper.stream();
    const feed = new Feed(stream, input.name, async (table) => {
      records.add(table.bytes);
      progress.update(before + input.bytesRead, 0);
    });
    for await (const batch of batches) {
      if (batch instanceof Uint8Array || batch.every(({ length }) => length <= FOUR_GIB)) {
        await feed.push(batch);
      } else {
        for (const range of batch) if (range.length > FOUR_GIB) wide.push(range);
        if (wide.length > MAX_WIDE) {
          throw new SegringError(
            "OUT_OF_MEMORY",
            `more than ${MAX_WIDE} ranges above 4 GiB: one command takes no more`,
          );
        }
        await feed.push(batch.filter(({ length }) => length <= FOUR_GIB));
      }
    }
    await feed.finish();
    before += input.bytesRead;
  }
  return { records: SegmentTable.fromBytes(records.finish()), wide };
}

/** The union of ranges: a table, or the runs of which it is made, where a table does not hold it. */
export type United = SegmentTable | readonly Run[];

/**
 * The union as a table. Where that is more than memory holds, and no run of one kind lies over one of another, the runs
 * are enough: a stream cuts them, one after the other, as the union would.
 *
 * @throws {SegringError} OUT_OF_MEMORY: the segments of several runs would have to be sorted, or the runs are too many.
 */
export function unite(mapper: SegmentMapper, collected: Collected, gapBytes: bigint): United {
  const { records, wide } = collected;
  try {
    return mapper.union(inputOf(collected), { gapBytes });
  } catch (error) {
    const isTooLarge = error instanceof SegringError && error.code === "OUT_OF_MEMORY";
    if (!isTooLarge || records.length + wide.length > MAX_RUNS) throw error;
    const runs = runsApart([...records, ...wide], gapBytes);
    if (runs !== undefined) return runs;
    throw new SegringError(
      "OUT_OF_MEMORY",
      `${error.message}; ranges of several kinds lie over one another, so they are not written piece by piece`,
      { cause: error },
    );
  }
}

/** Columns hold lengths above 4 GiB, records do not. */
function inputOf({ records, wide }: Collected): MapperInput {
  if (wide.length === 0) return packedRecords(records.bytes);
  const { words, length: count } = records;
  const addr = new BigUint64Array(count + wide.length);
  const length = new BigUint64Array(count + wide.length);
  const flags = new Uint32Array(count + wide.length);
  for (let index = 0, at = 0; index < count; index++, at += RECORD_WORDS) {
    addr[index] = recordAddr(words, at);
    length[index] = BigInt(recordLength(words, at));
    flags[index] = (words[at + 3] as number) & ~FULL;
  }
  for (const [index, range] of wide.entries()) {
    addr[count + index] = BigInt(range.addr);
    length[count + index] = BigInt(range.length);
    flags[count + index] = range.flags ?? 0;
  }
  return columns({ addr, length, flags });
}

/** The runs of a union by address; undefined where one lies over another, so that their segments are mixed. */
export function runsApart(ranges: Iterable<Range>, gapBytes: bigint): readonly Run[] | undefined {
  const runs = [...kindSetsOf(ranges, gapBytes)].sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  for (let index = 1; index < runs.length; index++) {
    if ((runs[index] as Run).first <= (runs[index - 1] as Run).last) return undefined;
  }
  return runs;
}

/** Gives the segments of runs that lie apart, by address, piece by piece. */
export async function streamRuns(
  mapper: SegmentMapper,
  runs: readonly Run[],
  take: (table: SegmentTable) => Promise<void>,
): Promise<void> {
  using stream = mapper.stream();
  const feed = new Feed(stream, "the union", take);
  for (const { first, last, flags } of runs) {
    const length = last - first + 1n;
    // No range has all 2^64 bytes; two halves join again. A run that long is of no NOMERGE range.
    const half = ADDRESS_SPACE / 2n;
    if (length < ADDRESS_SPACE) await feed.push([{ addr: first, length, flags }]);
    else
      await feed.push([
        { addr: 0n, length: half, flags },
        { addr: half, length: half, flags },
      ]);
  }
  await feed.finish();
}
