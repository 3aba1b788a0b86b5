import { SegringError } from "../core/errors.js";
import { FOUR_GIB, FULL, type Range, RECORD_WORDS, RESERVED_FLAGS, recordFault, recordLength } from "../core/record.js";
import type { ReadPlan } from "../plan/index.js";
import { DataError, recordPlace, UsageError } from "./errors.js";
import { withResult } from "./files.js";
import { Floats } from "./floats.js";
import { bytesReadOf } from "./input.js";
import type { Io } from "./io.js";
import { type InputOptions, mapperOf } from "./options.js";
import { type PlannedColumns, placedInputs, plannedRequests, requestsAlone } from "./plan-places.js";
import { inputsWriter, requestsWriter } from "./plan-rows.js";
import type { Progress } from "./progress.js";
import type { RangeInput } from "./ranges.js";
import { type OutputOptions, outputPlan, ROWS, type Take, writeRows } from "./segments-output.js";
import { countOf, percentage, shownSize } from "./sizes.js";
import { Turns } from "./turns.js";
import { OUTPUT_FORMATS, type OutputFormat } from "./writers.js";

/** The options of `segring plan`. */
export interface PlanCommandOptions extends InputOptions, OutputOptions {
  cap: bigint;
  gap: bigint;
  align: bigint;
  size?: bigint;
  inputs?: boolean;
}

/** A plan, and the ranges that it was made of. */
interface Planned {
  readonly plan: ReadPlan;
  readonly columns: PlannedColumns;
}

/**
 * `segring plan`: the requests that read all ranges of files, whose addresses are offsets, and which ranges lie in which
 * request. What the requests save is said after a table, or on standard error where programs read the output.
 *
 * @throws {UsageError | DataError | ReaderGone | SegringError}
 */
export async function plan(files: readonly string[], options: PlanCommandOptions, io: Io): Promise<void> {
  const { to, forOutput } = outputPlan(options, OUTPUT_FORMATS, io);
  if (options.inputs && to === "records") throw new UsageError("--inputs writes no segments, which records hold");
  const planOptions = planOptionsOf(options);
  const { planColumns } = await import("../plan/columns.js");
  using mapper = await mapperOf({ engine: "auto" });
  let saved = "";
  await withResult<Planned>(files, options, io, {
    make: async (sources, progress) => {
      const columns = await readColumns(sources, options.size, progress);
      progress.stop();
      return { columns, plan: planInWords(() => planColumns(mapper, columns, planOptions)) };
    },
    write: async (planned, output, inputs) => {
      const how = forOutput(output);
      const bytesRead = bytesReadOf(inputs);
      if (options.inputs) {
        const writer = inputsWriter(to as Exclude<OutputFormat, "records">, how);
        const places = placedInputs(planned.plan, planned.columns);
        await writeRows(inputs, output, writer, io, (take) => takeBatches(places, bytesRead, take));
      } else {
        const requests = to === "records" ? requestsAlone(planned.plan) : plannedRequests(planned.plan);
        const writer = requestsWriter(to, how);
        await writeRows(inputs, output, writer, io, (take) => takeBatches(requests, bytesRead, take));
      }
      saved = summary(planned.plan, how.bytes);
      if (to === "table") await output.write(Buffer.from(saved));
    },
  });
  if (to !== "table") io.stderr.write(saved);
}

/** @throws {UsageError} A size is out of its range. */
function planOptionsOf({ cap, gap, align, size }: PlanCommandOptions) {
  const planOptions = {
    maxBytes: sizeOf("--cap", cap, 1n, BigInt(FOUR_GIB)),
    gapBytes: sizeOf("--gap", gap, 0n),
    alignmentBytes: sizeOf("--align", align, 1n),
    ...(size === undefined ? {} : { resourceBytes: sizeOf("--size", size, 0n) }),
  };
  if (planOptions.maxBytes % planOptions.alignmentBytes !== 0) {
    throw new UsageError(`--cap expected a multiple of --align (${align}), got ${cap}`);
  }
  return planOptions;
}

/** Gives rows some at a time. */
async function takeBatches<T>(rows: Iterable<T>, bytesRead: number, take: Take<readonly T[]>): Promise<void> {
  let batch: T[] = [];
  for (const row of rows) {
    batch.push(row);
    if (batch.length < ROWS) continue;
    await take(batch, bytesRead);
    batch = [];
  }
  await take(batch, bytesRead);
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

/** `1000 ranges, 4 MiB: 12 requests, 4.1 MiB, over-fetch 2.5 %` */
function summary({ inputCount, requestCount, wantedBytes, coveredBytes }: ReadPlan, bytes: boolean): string {
  const size = (value: number) => shownSize(value, bytes);
  const over = coveredBytes - wantedBytes;
  const percent = percentage(over, Math.max(wantedBytes, 1), 2);
  return (
    `before  ${countOf(inputCount, "range")}, ${size(wantedBytes)} wanted\n` +
    `after   ${countOf(requestCount, "request")}, ${size(coveredBytes)}; over-fetch ${size(over)}, ${percent}\n`
  );
}

async function readColumns(
  sources: readonly RangeInput[],
  size: bigint | undefined,
  progress: Progress,
): Promise<PlannedColumns> {
  const offset = new Floats();
  const length = new Floats();
  const turns = new Turns();
  const inputs = sources.map(({ input }) => input);
  const limit = size ?? BigInt(Number.MAX_SAFE_INTEGER);
  const exact = Number(limit);
  for (const { input, batches } of sources) {
    const before = offset.length;
    const add = (addr: number | bigint, bytes: number | bigint) => {
      // Two bigints for each range would take longer than all else.
      const fits =
        typeof addr === "number" && typeof bytes === "number"
          ? addr + bytes <= exact
          : BigInt(addr) + BigInt(bytes) <= limit;
      if (!fits) {
        const why = size === undefined ? " (2^53 - 1; segring union takes addresses)" : "";
        const place = `${input.name}: range ${offset.length - before + 1}`;
        throw new DataError(`${place} expected to end by ${limit}${why}, got ${addr} + ${bytes}`);
      }
      offset.push(Number(addr));
      length.push(Number(bytes));
    };
    for await (const batch of batches) {
      if (batch instanceof Uint8Array) addRecords(batch, input.name, offset.length - before, add);
      else for (const { addr, length: bytes } of batch as readonly Range[]) add(addr, bytes);
      progress.update(bytesReadOf(inputs), 0);
      await turns.give();
    }
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
