import { visible } from "../core/errors.js";
import { exactSize } from "../core/sizes.js";
import { Feed } from "./feed.js";
import type { Io } from "./io.js";
import type { InputOptions } from "./options.js";
import { startProgress } from "./progress.js";
import { openRanges, type RangeInput } from "./ranges.js";
import { percentage, readableSize } from "./sizes.js";
import { RangeStatistics, SegmentSizes } from "./statistics.js";

/** Characters of the longest bar. */
const BAR_CHARACTERS = 40;

/**
 * `segring info`: what the ranges in a file are like, and the segments they make under the default limits.
 *
 * @throws {UsageError | DataError | ReaderGone}
 */
export async function info(file: string | undefined, options: InputOptions, io: Io): Promise<void> {
  const source = await openRanges(file, options, io);
  const ranges = new RangeStatistics();
  const segments = new SegmentSizes();
  try {
    await gather(source, ranges, segments, io);
  } finally {
    source.input.close();
  }
  await io.stdout.write(Buffer.from(report(source, ranges, segments)));
}

async function gather(
  { input, batches }: RangeInput,
  ranges: RangeStatistics,
  segments: SegmentSizes,
  io: Io,
): Promise<void> {
  const { createMapper } = await import("../mapper/create.js");
  const mapper = await createMapper();
  const progress = await startProgress(io, input.fileBytes, true);
  try {
    const feed = new Feed(mapper.stream(), input.name, async (table) => {
      segments.add(table);
      progress.update(input.bytesRead, segments.count);
    });
    for await (const batch of batches) {
      // The feed checks packed records.
      await feed.push(batch);
      ranges.add(batch);
      progress.update(input.bytesRead, segments.count);
    }
    await feed.finish();
  } finally {
    progress.stop();
    mapper.close();
  }
}

function report({ input, format }: RangeInput, ranges: RangeStatistics, segments: SegmentSizes): string {
  const kind = `${format ?? "empty"}${input.isGzip ? ", gzip" : ""}`;
  const rows = [
    ["input", `${visible(input.name)} (${kind})`],
    ["records", String(ranges.count)],
    ["bytes", readableSize(ranges.bytes)],
  ];
  if (ranges.count !== 0) {
    const neighbours = ranges.count - 1;
    const density = neighbours === 0 ? "" : ` (${percentage(ranges.breaks, neighbours, 2)})`;
    rows.push(
      ["largest", readableSize(ranges.largest)],
      ["smallest", readableSize(ranges.smallest)],
      ["breaks", `${ranges.breaks} between ${neighbours} neighbours${density}`],
      ["flags", flagsPresent(ranges)],
      ["alignment", `${exactSize(ranges.alignment)}, addresses and lengths`],
      ["segments", `${segments.count}, at most 4 GiB each`],
      ["largest", readableSize(segments.largest)],
      ["smallest", readableSize(segments.smallest)],
    );
  }
  return `${rows.map(([name = "", value]) => `${name.padEnd(11)}${value}\n`).join("")}${histogram(segments.counts)}`;
}

/** `BUS 12, NOMERGE 3, tag 0x1 20`: the ranges that have each. */
function flagsPresent({ bus, nomerge, tags, tagsLeftOut }: RangeStatistics): string {
  const parts = [];
  if (bus !== 0) parts.push(`BUS ${bus}`);
  if (nomerge !== 0) parts.push(`NOMERGE ${nomerge}`);
  for (const [tag, count] of [...tags].sort(([a], [b]) => a - b).slice(0, 8)) {
    parts.push(`tag 0x${tag.toString(16)} ${count}`);
  }
  if (tags.size > 8) parts.push(`${tagsLeftOut ? "more than " : ""}${tags.size} tags in all`);
  return parts.join(", ") || "none";
}

/** A line for each power of two from the smallest segment to the largest. */
function histogram(counts: readonly number[]): string {
  const first = counts.findIndex((count) => count !== 0);
  if (first < 0) return "";
  const last = counts.findLastIndex((count) => count !== 0);
  const most = Math.max(...counts);
  const lines = counts.slice(first, last + 1).map((count, index) => {
    const from = exactSize(2 ** (first + index)).padStart(9);
    const bar = "#".repeat(Math.ceil((count / most) * BAR_CHARACTERS));
    return `${from} ${String(count).padStart(12)} ${bar}`.trimEnd();
  });
  return `\nsegments by size, from\n${lines.join("\n")}\n`;
}
