import { tmpdir, totalmem } from "node:os";
import { RecordError } from "../core/errors.js";
import type { SegmentTable } from "../core/segment-table.js";
import { DataError, recordPlace, UsageError } from "./errors.js";
import { checkStdin, withOutput, withResult } from "./files.js";
import { bytesReadOf, type Input } from "./input.js";
import type { Io } from "./io.js";
import { type InputOptions, type LimitOptions, mapperOf, type ThreadsOption } from "./options.js";
import type { Output } from "./output.js";
import type { Progress } from "./progress.js";
import { openRanges, type RangeInput, readerOptions } from "./ranges.js";
import { type OutputOptions, outputPlan, takeInRows, writeRows } from "./segments-output.js";
import { recordsFile } from "./sorted/records-file.js";
import { Tail } from "./sorted/tail.js";
import { type SortedSource, uniteSorted } from "./sorted/unite.js";
import { Bag } from "./spill/bag.js";
import { SpillFolder } from "./spill/folder.js";
import { Segments } from "./spill/segments.js";
import type { UnionSetting } from "./spill/setting.js";
import { Threads } from "./threads/threads.js";
import { Turns } from "./turns.js";
import { OUTPUT_FORMATS, WRITERS } from "./writers.js";

/** The options of `segring union`. */
export interface UnionOptions extends LimitOptions, InputOptions, OutputOptions {
  gap: bigint;
  sorted?: boolean;
  memory?: bigint;
  temporaryDirectory?: string;
  threads?: ThreadsOption;
}

/** All inputs together. */
const READ_BYTES = 2 ** 26;
const MIN_READ = 2 ** 14;
const MAX_READ = 2 ** 18;

/**
 * `segring union`: the bytes that are in any of the files, as segments by address. What touches in the order of a file is
 * joined while it is read. What is left is held in memory, and on disk where it is more than `--memory`. Files that are
 * sorted already are merged as they are read.
 *
 * @throws {UsageError | DataError | ReaderGone | SegringError}
 */
export async function union(files: readonly string[], options: UnionOptions, io: Io): Promise<void> {
  const { to, forOutput } = outputPlan(options, OUTPUT_FORMATS, io);
  if (options.sorted && options.threads !== undefined && options.threads !== "auto" && options.threads !== 1)
    throw new UsageError("--threads is for a union of files in any order, not for --sorted");
  if (options.gap >= 1n << 64n) throw new UsageError(`--gap expected up to 2^64 - 1 bytes, got ${options.gap}`);
  const mapper = await mapperOf(options);
  const folder = new SpillFolder(options.temporaryDirectory ?? tmpdir(), io);
  try {
    const setting: UnionSetting = {
      engine: mapper.mainEngine,
      limits: mapper.limits,
      gapBytes: options.gap,
      memoryBytes: Number(options.memory ?? Math.min(totalmem() / 4, 2 ** 30)),
      folder,
    };
    const write: Write = async (inputs, output, segmentsTo) => {
      await writeRows(inputs, output, WRITERS[to](forOutput(output)), io, async (take) => {
        await inSegments(setting, (table) => take(table, bytesReadOf(inputs)), segmentsTo);
      });
    };
    const writeTable: WriteTable = (table, output, inputs) =>
      writeRows(inputs, output, WRITERS[to](forOutput(output)), io, (take) =>
        takeInRows(table, bytesReadOf(inputs), take),
      );
    await (options.sorted ? uniteAsRead : uniteAll)(files, setting, { options, io, write, writeTable });
  } finally {
    folder.remove();
    mapper.close();
  }
}

/** Writes segments to the output. */
type Write = (
  inputs: readonly Input[],
  output: Output,
  segmentsTo: (segments: Segments) => Promise<void>,
) => Promise<void>;

/** Writes a result that is all there. */
type WriteTable = (table: SegmentTable, output: Output, inputs: readonly Input[]) => Promise<void>;

/** What else a union is made with. */
interface Context {
  readonly options: UnionOptions;
  readonly io: Io;
  readonly write: Write;
  readonly writeTable: WriteTable;
}

/** Reads all ranges, and gives their union then. */
async function uniteAll(
  files: readonly string[],
  setting: UnionSetting,
  { options, io, write, writeTable }: Context,
): Promise<void> {
  const bag = new Bag(setting);
  try {
    await withResult<SegmentTable | undefined>(files, options, io, {
      make: async (sources, progress) => {
        const threads = await Threads.of(sources, options, setting.limits);
        if (threads !== undefined && threads.unionBytes <= setting.memoryBytes)
          return threads.union(setting.gapBytes, (bytes) => progress.update(bytes, 0));
        await collect(bag, sources, progress);
        progress.stop();
        bag.seal();
        return undefined;
      },
      write: (united, output, inputs) =>
        united === undefined
          ? write(inputs, output, (segments) => bag.give(segments))
          : writeTable(united, output, inputs),
    });
  } finally {
    bag.free();
  }
}

async function collect(bag: Bag, sources: readonly RangeInput[], progress: Progress): Promise<void> {
  const turns = new Turns();
  let before = 0;
  for (const { input, batches } of sources) {
    let records = 0;
    for await (const batch of batches) {
      try {
        bag.add(batch);
      } catch (error) {
        if (!(error instanceof RecordError)) throw error;
        const place = recordPlace(input.name, records + (error.index as number));
        throw new DataError(`${place}: ${error.fault}`, { cause: error });
      }
      if (batch instanceof Uint8Array) records += batch.length / 16;
      progress.update(before + input.bytesRead, 0);
      await turns.give();
    }
    before += input.bytesRead;
  }
}

/** Merges the files, and writes what is united at once. */
async function uniteAsRead(
  files: readonly string[],
  setting: UnionSetting,
  { options, io, write }: Context,
): Promise<void> {
  checkStdin(files);
  const readBytes = Math.min(MAX_READ, Math.max(MIN_READ, Math.floor(READ_BYTES / Math.max(files.length, 1))));
  const opened: SortedSource[] = [];
  try {
    for (const file of files.length === 0 ? [undefined] : files)
      opened.push(await openSorted(file, options, io, readBytes));
    const inputs = opened.map(({ source }) => source.input);
    await withOutput(options.output, inputs, io, (output) =>
      write(inputs, output, (segments) => uniteSorted(opened, setting, segments)),
    );
  } finally {
    for (const { source } of opened) source.input.close();
  }
}

async function openSorted(
  file: string | undefined,
  options: UnionOptions,
  io: Io,
  readBytes: number,
): Promise<SortedSource> {
  const tail = new Tail();
  const source = await openRanges(file, options, io, { readBytes, watch: (bytes) => tail.of(bytes) });
  const { format, input } = source;
  const isPlain = format === "records" && !input.isGzip && !options.skipEmpty && input.stat?.isFile() === true;
  if (isPlain && input.fileName !== "")
    return { source: recordsFile(file as string, source, readBytes), lineOf: noLine };
  const lineOf = async () => format && tail.unsortedLine(format, readerOptions(input.name, options));
  return { source, lineOf };
}

async function noLine(): Promise<undefined> {}

async function inSegments(
  setting: UnionSetting,
  take: (table: SegmentTable) => Promise<void>,
  segmentsTo: (segments: Segments) => Promise<void>,
): Promise<void> {
  const segments = new Segments(setting, take);
  try {
    await segmentsTo(segments);
    await segments.finish();
  } finally {
    segments.free();
  }
}
