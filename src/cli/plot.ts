import { basename } from "node:path";
import { PACKAGE } from "../core/package-key.js";
import { type Range, RECORD_BYTES } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { Table } from "../core/table.js";
import type { packInput } from "../draw/packed-input.js";
import type { checkWindow } from "../draw/window.js";
import { Records } from "./collect.js";
import { UsageError } from "./errors.js";
import { feedAll, type Sink } from "./feed.js";
import { withResult } from "./files.js";
import { bytesReadOf } from "./input.js";
import type { Io } from "./io.js";
import { type InputOptions, inWords, type LimitOptions, mapperOf } from "./options.js";
import { checkOutputName } from "./packings.js";
import type { Progress } from "./progress.js";
import type { RangeInput } from "./ranges.js";
import type { Batch } from "./readers/reader.js";

/** The options of `segring plot`. */
export interface PlotOptions extends LimitOptions, InputOptions {
  output?: string;
  width: bigint;
  theme: "light" | "dark";
  title?: string;
  addr?: bigint;
  length?: bigint;
}

/** What is drawn: the ranges as they came, and the segments that they make. */
interface Collected {
  readonly input: Iterable<Range>;
  readonly table: Table;
}

/**
 * `segring plot`: the ranges in files and their segments as one SVG of 2 MB at most. The command holds both in memory.
 *
 * @throws {UsageError | DataError | ReaderGone | SegringError}
 */
export async function plot(files: readonly string[], options: PlotOptions, io: Io): Promise<void> {
  checkOutputName(options.output);
  const style = { width: widthOf(options.width), theme: options.theme, title: options.title ?? titleOf(files) };
  // No other command draws, so what draws is loaded here.
  const { svgOfTable } = await import("../draw/index.js");
  const { checkStyle } = await import("../draw/svg-text.js");
  const { checkWindow } = await import("../draw/window.js");
  const { packInput } = await import("../draw/packed-input.js");
  const window = inWords(() => windowOf(options, checkWindow), UsageError);
  inWords(() => checkStyle(style), UsageError);
  const mapper = await mapperOf(options);
  try {
    await withResult<string>(files, options, io, {
      make: async (sources, progress) => {
        const { input, table } = await collect(sources, mapper.stream(), progress, packInput);
        progress.stop();
        return svgOfTable(table, { ...style, input, window });
      },
      write: (svg, output) => output.write(Buffer.from(svg)),
    });
  } finally {
    mapper.close();
  }
}

/** The names of the files, or of the first one and how many more there are. */
function titleOf([file = "-", ...more]: readonly string[]): string {
  const name = file === "-" ? "standard input" : basename(file);
  return more.length === 0 ? name : `${name} and ${more.length} more`;
}

/** A number that a width may be; what is larger is refused as a width. */
function widthOf(width: bigint): number {
  return width > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(width);
}

/** The part that the strip shows; undefined for all that is in use. */
function windowOf({ addr, length }: PlotOptions, check: typeof checkWindow) {
  if (addr === undefined && length === undefined) return undefined;
  if (addr === undefined || length === undefined) throw new UsageError("--addr and --length expected together");
  return check("window", { addr, length });
}

/** @throws {SegringError} OUT_OF_MEMORY: more ranges or segments than one command takes. */
async function collect(
  sources: readonly RangeInput[],
  stream: Sink,
  progress: Progress,
  pack: typeof packInput,
): Promise<Collected> {
  const given = new Records();
  const wide: Range[] = [];
  const segments = new Records();
  const inputs = sources.map(({ input }) => input);
  const take = async (table: SegmentTable) => {
    segments.add(table.bytes);
    progress.update(bytesReadOf(inputs), segments.byteLength / RECORD_BYTES);
  };
  const keep = (batch: Batch) => {
    if (batch instanceof Uint8Array) {
      given.add(batch);
      return;
    }
    const packed = pack(batch);
    given.add(new Uint8Array(packed.words.buffer, packed.words.byteOffset, packed.words.byteLength));
    for (const { first, last, flags } of packed.wide) wide.push({ addr: first, length: last - first + 1n, flags });
  };
  await feedAll(sources, stream, take, { after: keep });
  const ranges = tableOf(given);
  return { input: wide.length === 0 ? ranges : [...ranges, ...wide], table: tableOf(segments) };
}

/** Records that the feed has checked. */
function tableOf(records: Records): Table {
  const bytes = records.finish();
  return new Table(PACKAGE, new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4));
}
