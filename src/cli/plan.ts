import { SegringError } from "../core/errors.js";
import { FOUR_GIB, FULL, type Range, RECORD_WORDS, RESERVED_FLAGS, recordFault, recordLength } from "../core/record.js";
import { SegmentTable } from "../core/segment-table.js";
import type { ReadPlan } from "../plan/index.js";
import { DataError, recordPlace, UsageError } from "./errors.js";
import { withResult } from "./files.js";
import { Floats } from "./floats.js";
import type { Io } from "./io.js";
import { type InputOptions, mapperOf } from "./options.js";
import type { Progress } from "./progress.js";
import type { RangeInput } from "./ranges.js";
import {
  numberForm,
  type OutputOptions,
  outputFormat,
  ROWS,
  refuseTerminal,
  writeSegments,
} from "./segments-output.js";
import { percentage, readableSize } from "./sizes.js";
import { Turns } from "./turns.js";
import { WRITERS } from "./writers.js";

/** The options of `segring plan`. */
export interface PlanCommandOptions extends InputOptions, OutputOptions {
  cap: bigint;
  gap: bigint;
  align: bigint;
  size?: bigint;
}

/**
 * `segring plan`: the requests that read all ranges of a file, whose addresses are offsets. The requests go where
 * segments go; what they save is said after a table, or on standard error where programs read the output.
 *
 * @throws {UsageError | DataError | ReaderGone | SegringError}
 */
export async function plan(file: string | undefined, options: PlanCommandOptions, io: Io): Promise<void> {
  const to = outputFormat(options);
  const form = numberForm(options, to);
  const planOptions = {
    maxBytes: sizeOf("--cap", options.cap, 1n, BigInt(FOUR_GIB)),
    gapBytes: sizeOf("--gap", options.gap, 0n),
    alignmentBytes: sizeOf("--align", options.align, 1n),
    ...(options.size === undefined ? {} : { resourceBytes: sizeOf("--size", options.size, 0n) }),
  };
  if (planOptions.maxBytes % planOptions.alignmentBytes !== 0) {
    throw new UsageError(`--cap expected a multiple of --align (${options.align}), got ${options.cap}`);
  }
  if (options.output === undefined) refuseTerminal(to, io.stdout.isTerminal);
  const { planColumns } = await import("../plan/columns.js");
  const mapper = await mapperOf({ engine: "auto" });
  try {
    let saved = "";
    await withResult<ReadPlan>([file], options, io, {
      make: async ([source], progress) => {
        const columns = await readColumns(source as RangeInput, options.size, progress);
        progress.stop();
        return planInWords(() => planColumns(mapper, columns, planOptions));
      },
      write: async (planned, output, inputs) => {
        refuseTerminal(to, output.isTerminal);
        await writeSegments(inputs, output, WRITERS[to](form), io, (take) =>
          takeRequests(planned, (table) => take(table, inputs[0]?.bytesRead ?? 0)),
        );
        saved = summary(planned);
        if (to === "table") await output.write(Buffer.from(saved));
      },
    });
    if (to !== "table") io.stderr.write(saved);
  } finally {
    mapper.close();
  }
}

/** Calls, and says in the words of the command line that there are too many requests. */
function planInWords<T>(call: () => T): T {
  try {
    return call();
  } catch (cause) {
    if (!(cause instanceof SegringError && cause.code === "TOO_MANY_REQUESTS")) throw cause;
    throw new DataError("more than 16777216 requests needed, the most of one command: raise --gap or --cap", { cause });
  }
}

/** Gives the requests of a plan as segments, some at a time. */
async function takeRequests(planned: ReadPlan, take: (table: SegmentTable) => Promise<void>): Promise<void> {
  for (let from = 0; from < planned.requestCount; from += ROWS) {
    const requests = [];
    for (let j = from; j < Math.min(from + ROWS, planned.requestCount); j++) {
      const { offset, length } = planned.request(j);
      requests.push({ addr: offset, length });
    }
    await take(SegmentTable.from(requests));
  }
}

/** `1000 ranges, 4 MiB: 12 requests, 4.1 MiB, over-fetch 2.5 %` */
function summary({ inputCount, requestCount, wantedBytes, coveredBytes }: ReadPlan): string {
  const over = coveredBytes - wantedBytes;
  const percent = percentage(over, Math.max(wantedBytes, 1), 2);
  return (
    `before  ${inputCount} ${inputCount === 1 ? "range" : "ranges"}, ${readableSize(wantedBytes)} wanted\n` +
    `after   ${requestCount} ${requestCount === 1 ? "request" : "requests"}, ${readableSize(coveredBytes)}; ` +
    `over-fetch ${readableSize(over)}, ${percent}\n`
  );
}

async function readColumns({ input, batches }: RangeInput, size: bigint | undefined, progress: Progress) {
  const offset = new Floats();
  const length = new Floats();
  const turns = new Turns();
  const limit = size ?? BigInt(Number.MAX_SAFE_INTEGER);
  const exact = Number(limit);
  const add = (addr: number | bigint, bytes: number | bigint) => {
    // Two bigints for each range would take longer than all else.
    const fits =
      typeof addr === "number" && typeof bytes === "number"
        ? addr + bytes <= exact
        : BigInt(addr) + BigInt(bytes) <= limit;
    if (!fits) {
      throw new DataError(
        `${input.name}: range ${offset.length + 1} expected to end by ${limit}${size === undefined ? " (2^53 - 1; segring union takes addresses)" : ""}, got ${addr} + ${bytes}`,
      );
    }
    offset.push(Number(addr));
    length.push(Number(bytes));
  };
  for await (const batch of batches) {
    if (batch instanceof Uint8Array) addRecords(batch, input.name, offset.length, add);
    else for (const { addr, length: bytes } of batch as readonly Range[]) add(addr, bytes);
    progress.update(input.bytesRead, 0);
    await turns.give();
  }
  return { offset: offset.finish(), length: length.finish() };
}

function addRecords(
  batch: Uint8Array,
  name: string,
  before: number,
  add: (addr: number | bigint, bytes: number) => void,
): void {
  const words = new Uint32Array(batch.buffer, batch.byteOffset, batch.byteLength / 4);
  for (let at = 0; at < words.length; at += RECORD_WORDS) {
    const high = words[at + 1] as number;
    const isPlain =
      high < 0xffff_ffff && words[at + 2] !== 0 && ((words[at + 3] as number) & (FULL | RESERVED_FLAGS)) === 0;
    // The exact look takes longer than all else.
    const fault = isPlain ? undefined : recordFault(words, at);
    if (fault !== undefined) throw new DataError(`${recordPlace(name, before + at / RECORD_WORDS)}: ${fault}`);
    const low = words[at] as number;
    add(high < 2 ** 21 ? high * FOUR_GIB + low : (BigInt(high) << 32n) | BigInt(low), recordLength(words, at));
  }
}

/** An option's size as a number. */
function sizeOf(flag: string, size: bigint, min: bigint, max = BigInt(Number.MAX_SAFE_INTEGER)): number {
  if (size >= min && size <= max) return Number(size);
  throw new UsageError(`${flag} expected ${min} to ${max} bytes, got ${size}`);
}
