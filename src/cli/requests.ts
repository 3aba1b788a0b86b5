import type { DeviceLimits } from "../device-limits.js";
import { requests as cutRequests } from "../table/requests.js";
import { SegmentTable } from "../table.js";
import { collectTable } from "./collect.js";
import { DataError, UsageError } from "./errors.js";
import { withFiles } from "./files.js";
import type { Io } from "./io.js";
import { type InputOptions, inWords, type LimitOptions, mapperOf, PRESETS } from "./options.js";
import { writeSegments } from "./segments-output.js";
import { readableSize } from "./sizes.js";
import { CSV_HEAD, csvRow, joinRows, jsonFields, TABLE_HEAD, tableRow, type Writer } from "./writers.js";

const NO_SEGMENTS = SegmentTable.from([]);

/** What `segring requests` writes. */
export const REQUEST_FORMATS = ["table", "csv", "ndjson"] as const;

/** The options of `segring requests`. */
export interface RequestsOptions extends LimitOptions, InputOptions {
  preset?: keyof typeof PRESETS;
  maxSegments?: bigint;
  maxBytes?: bigint;
  virtualBoundary?: bigint;
  block?: bigint;
  stripe?: bigint;
  start?: bigint;
  to: (typeof REQUEST_FORMATS)[number];
  output?: string;
}

/**
 * `segring requests`: the ranges in a file as segments, cut into the requests of a device.
 *
 * @throws {UsageError | DataError | ReaderGone | SegringError}
 */
export async function requests(file: string | undefined, options: RequestsOptions, io: Io): Promise<void> {
  if (options.output === "") throw new UsageError('-o expected a file name, got ""');
  const preset: DeviceLimits = options.preset === undefined ? {} : PRESETS[options.preset];
  const limits = {
    maxSegments: options.maxSegments === undefined ? preset.maxSegments : Number(options.maxSegments),
    maxBytes: options.maxBytes ?? preset.maxBytes,
    virtualBoundaryBytes: options.virtualBoundary ?? preset.virtualBoundaryBytes,
    blockBytes: options.block ?? preset.blockBytes,
    startOffset: options.start,
    stripeBytes: options.stripe,
  };
  // Limits that are wrong for any table are wrong on the command line.
  inWords(() => cutRequests(NO_SEGMENTS, limits), UsageError);
  const mapper = await mapperOf(options, preset);
  try {
    await withFiles(file, options, io, async (source, output) => {
      const writer = writerOf(options.to, options.start ?? 0n);
      await writeSegments([source.input], output, writer, io, async (take) => {
        const table = await collectTable(source, mapper, (read) => take(NO_SEGMENTS, read));
        const cut = inWords(() => cutRequests(table, limits), DataError);
        for (const { segments } of cut) await take(segments, source.input.bytesRead);
      });
    });
  } finally {
    mapper.close();
  }
}

/** Writes a request at a time: each call of `rows` is one. */
function writerOf(to: RequestsOptions["to"], start: bigint): Writer {
  let count = 0;
  let segments = 0;
  let offset = start;
  const each = (row: (request: number, offset: bigint, ...segment: Parameters<typeof tableRow>) => string) => {
    return (table: SegmentTable) => {
      const text = joinRows(table, (...segment) => `${row(count, offset, ...segment)}\n`);
      count++;
      segments += table.length;
      offset += table.totalBytes;
      return text;
    };
  };
  const hex = (value: bigint) => `0x${value.toString(16)}`;
  switch (to) {
    case "csv":
      return {
        start: () => `request,offset,${CSV_HEAD}\n`,
        rows: each((request, at, ...segment) => `${request},${hex(at)},${csvRow(...segment)}`),
        end: () => "",
      };
    case "ndjson":
      return {
        start: () => "",
        rows: each((request, at, ...segment) => {
          const shown = at <= BigInt(Number.MAX_SAFE_INTEGER) ? `${at}` : `"${hex(at)}"`;
          return `{"request":${request},"offset":${shown},${jsonFields(...segment)}}`;
        }),
        end: () => "",
      };
    case "table":
      return {
        start: () => `${"request".padStart(7)}  ${"offset".padEnd(18)}  ${TABLE_HEAD}\n`,
        rows: each((request, at, ...segment) => {
          return `${String(request).padStart(7)}  ${hex(at).padEnd(18)}  ${tableRow(...segment)}`;
        }),
        end: () =>
          `${count} ${count === 1 ? "request" : "requests"}, ${segments} ${segments === 1 ? "segment" : "segments"}, ` +
          `${readableSize(offset - start)}\n`,
      };
  }
}
