import { visible } from "../core/errors.js";
import { DataError } from "./errors.js";
import { feedAll } from "./feed.js";
import { withResult } from "./files.js";
import { bytesReadOf } from "./input.js";
import type { Io } from "./io.js";
import { type InputOptions, inWords } from "./options.js";
import type { Progress } from "./progress.js";
import type { RangeInput } from "./ranges.js";
import { type Report, type ReportFormat, reportText, sizesOf } from "./report.js";
import { type OutputOptions, outputPlan } from "./segments-output.js";
import { SizeColumn } from "./size-column.js";
import { percentage, plainOrExact, shownSize } from "./sizes.js";
import { RangeStatistics, SegmentSizes } from "./statistics.js";
import { TEXT_FORMATS, type WriterOptions } from "./writers.js";

/** Characters of the longest bar. */
const BAR_CHARACTERS = 40;
/** Tags that a table names. */
const SHOWN_TAGS = 8;

/** The options of `segring info`. */
export interface InfoOptions extends InputOptions, OutputOptions<(typeof TEXT_FORMATS)[number]> {}

/** What there is to say. */
interface Found {
  readonly sources: readonly RangeInput[];
  readonly ranges: RangeStatistics;
  readonly segments: SegmentSizes;
}

/**
 * `segring info`: what the ranges in files are like, and the segments they make under the default limits.
 *
 * @throws {UsageError | DataError | ReaderGone}
 */
export async function info(files: readonly string[], options: InfoOptions, io: Io): Promise<void> {
  const { to, forOutput } = outputPlan(options, TEXT_FORMATS, io);
  await withResult<Found>(files, options, io, {
    make: gather,
    write: async (found, output) => {
      const how = forOutput(output);
      const text = to === "table" ? tableOf(found, how) : inWords(() => programText(found, to, how), DataError);
      await output.write(Buffer.from(text));
    },
  });
}

async function gather(sources: readonly RangeInput[], progress: Progress): Promise<Found> {
  const { createMapper } = await import("../mapper/create.js");
  const ranges = new RangeStatistics();
  const segments = new SegmentSizes();
  const inputs = sources.map(({ input }) => input);
  const tell = () => progress.update(bytesReadOf(inputs), segments.count);
  using mapper = await createMapper();
  await feedAll(
    sources,
    mapper.stream(),
    async (table) => {
      segments.add(table);
      tell();
    },
    {
      // The feed checks packed records.
      after: (batch) => {
        ranges.add(batch);
        tell();
      },
    },
  );
  return { sources, ranges, segments };
}

/** For programs. @throws {SegringError} NOT_EXPRESSIBLE */
function programText({ sources, ranges, segments }: Found, to: ReportFormat, { form }: WriterOptions): string {
  const size = sizesOf(form, to);
  const { bus, nomerge, tags, tagsLeftOut } = ranges;
  const byTag = [...tags].sort(([a], [b]) => a - b).map(([tag, count]) => [`0x${tag.toString(16)}`, count] as const);
  const some = ranges.count !== 0;
  const report: Report = {
    inputs: sources.map(({ input, format }) => ({
      name: input.name,
      format: format ?? "empty",
      gzip: input.isGzip,
    })),
    ranges: {
      count: ranges.count,
      bytes: size("ranges.bytes", ranges.bytes),
      ...(some && {
        largest: size("ranges.largest", ranges.largest),
        smallest: size("ranges.smallest", ranges.smallest),
        alignment: size("ranges.alignment", ranges.alignment),
        breaks: ranges.breaks,
        flags: { nomerge, bus, tags: Object.fromEntries(byTag), tagsLeftOut },
      }),
    },
    segments: {
      count: segments.count,
      ...(some && {
        largest: size("segments.largest", segments.largest),
        smallest: size("segments.smallest", segments.smallest),
        sizes: sizeClasses(segments.counts).map(([from, count]) => ({ from: size("segments.sizes", from), count })),
      }),
    },
  };
  return reportText(report, to);
}

function tableOf({ sources, ranges, segments }: Found, { bytes, style }: WriterOptions): string {
  const size = (value: number | bigint) => shownSize(value, bytes);
  const rows = sources.map(({ input, format }) => [
    "input",
    `${visible(input.name)} (${format ?? "empty"}${input.isGzip ? ", gzip" : ""})`,
  ]);
  rows.push(["records", String(ranges.count)], ["bytes", size(ranges.bytes)]);
  if (ranges.count !== 0) {
    const neighbours = ranges.count - 1;
    const density = neighbours === 0 ? "" : ` (${percentage(ranges.breaks, neighbours, 2)})`;
    const flags = flagsPresent(ranges);
    rows.push(
      ["largest", size(ranges.largest)],
      ["smallest", size(ranges.smallest)],
      ["breaks", `${ranges.breaks} between ${neighbours} neighbours${density}`],
      ["flags", flags === "" ? "none" : style.flags(flags)],
      ["alignment", `${plainOrExact(ranges.alignment, bytes)}, addresses and lengths`],
      ["segments", `${segments.count}, at most ${plainOrExact(2 ** 32, bytes)} each`],
      ["largest", size(segments.largest)],
      ["smallest", size(segments.smallest)],
    );
  }
  const text = rows.map(([name = "", value]) => `${name.padEnd(11)}${value}\n`).join("");
  return text + histogram(segments.counts, bytes, style);
}

/** `BUS 12, NOMERGE 3, tag 0x1 20`: the ranges that have each; "" for none. */
function flagsPresent({ bus, nomerge, tags, tagsLeftOut }: RangeStatistics): string {
  const parts = [];
  if (bus !== 0) parts.push(`BUS ${bus}`);
  if (nomerge !== 0) parts.push(`NOMERGE ${nomerge}`);
  for (const [tag, count] of [...tags].sort(([a], [b]) => a - b).slice(0, SHOWN_TAGS)) {
    parts.push(`tag 0x${tag.toString(16)} ${count}`);
  }
  if (tags.size > SHOWN_TAGS) parts.push(`${tagsLeftOut ? "more than " : ""}${tags.size} tags in all`);
  return parts.join(", ");
}

/** The powers of two from the smallest segment to the largest, and how many segments are from each up to the next. */
function sizeClasses(counts: readonly number[]): [from: number, count: number][] {
  const first = counts.findIndex((count) => count !== 0);
  if (first < 0) return [];
  const last = counts.findLastIndex((count) => count !== 0);
  return counts.slice(first, last + 1).map((count, index) => [2 ** (first + index), count]);
}

/** A line for each class of sizes. */
function histogram(counts: readonly number[], bytes: boolean, style: WriterOptions["style"]): string {
  const classes = sizeClasses(counts);
  if (classes.length === 0) return "";
  const most = Math.max(...counts);
  const column = new SizeColumn(
    (size) => style.head(`${`from ${size}`.padStart(15)} ${"segments".padStart(12)}`),
    bytes,
  );
  const lines = classes.map(([from, count]) => {
    const bar = "#".repeat(Math.ceil((count / most) * BAR_CHARACTERS));
    const shown = bar === "" ? "" : ` ${style.mark(bar)}`;
    return column.add(from, (size) => `${size.padStart(15)} ${String(count).padStart(12)}${shown}`);
  });
  return `\n${lines.join("")}${column.end()}`;
}
