import type { DeviceLimits } from "../core/device-limits.js";
import { FOUR_GIB } from "../core/record.js";
import { SegmentTable } from "../core/segment-table.js";
import { type DeviceRequest, eachRequest, type RequestOptions } from "../devices/requests.js";
import { CSV_HEAD, csvRow, jsonFields } from "../text/rows.js";
import { collectTable } from "./collect.js";
import { DataError, UsageError } from "./errors.js";
import { withResult } from "./files.js";
import type { Io } from "./io.js";
import { type InputOptions, inWords, type LimitOptions, mapperOf, PRESETS } from "./options.js";
import { checkOutputName } from "./packings.js";
import type { RangeInput } from "./ranges.js";
import { takeInRows, writeSegments } from "./segments-output.js";
import { readableSize } from "./sizes.js";
import { Turns } from "./turns.js";
import { joinRows, TABLE_HEAD, tableRow, type Writer } from "./writers.js";

/** Requests that are cut before the first is written, to find what is wrong with them. */
const TRIED_REQUESTS = 2 ** 20;
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
  checkOutputName(options.output);
  const preset: DeviceLimits = options.preset === undefined ? {} : PRESETS[options.preset];
  const { maxSegments } = options;
  // As a number it would be said rounded.
  if (maxSegments !== undefined && maxSegments > FOUR_GIB) {
    throw new UsageError(`--max-segments expected 1 to ${FOUR_GIB}, got ${maxSegments}`);
  }
  const limits = {
    maxSegments: maxSegments === undefined ? preset.maxSegments : Number(maxSegments),
    maxBytes: options.maxBytes ?? preset.maxBytes,
    virtualBoundaryBytes: options.virtualBoundary ?? preset.virtualBoundaryBytes,
    blockBytes: options.block ?? preset.blockBytes,
    offset: options.start,
    stripeBytes: options.stripe,
  };
  // Limits that are wrong for any table are wrong on the command line.
  inWords(() => eachRequest(NO_SEGMENTS, limits), UsageError);
  const mapper = await mapperOf(options, preset);
  try {
    await withResult<SegmentTable>([file], options, io, {
      make: async ([source], progress) => {
        const table = await collectTable(source as RangeInput, mapper, progress);
        await tryRequests(table, limits);
        return table;
      },
      write: async (table, output, inputs) => {
        const writer = writerOf(options.to, options.start ?? 0n);
        await writeSegments(inputs, output, writer, io, async (take) => {
          for (const { segments } of inData(eachRequest, table, limits)) {
            await takeInRows(segments, inputs[0]?.bytesRead ?? 0, take);
            writer.endRequest(segments.totalBytes);
          }
        });
      },
    });
  } finally {
    mapper.close();
  }
}

/** Cuts requests and keeps none, so that what is wrong is said before any is written. Of millions, the first ones. */
async function tryRequests(table: SegmentTable, limits: RequestOptions): Promise<void> {
  const turns = new Turns();
  let tried = 0;
  for (const _ of inData(eachRequest, table, limits)) {
    if (tried++ === TRIED_REQUESTS) return;
    await turns.give();
  }
}

/** The requests; a fault is said in the words of the command line. */
function* inData(
  cut: typeof eachRequest,
  table: SegmentTable,
  limits: RequestOptions,
): Generator<DeviceRequest, void, undefined> {
  const requests = inWords(() => cut(table, limits), DataError)[Symbol.iterator]();
  for (;;) {
    const { done, value } = inWords(() => requests.next(), DataError);
    if (done) return;
    yield value;
  }
}

/** Writes requests, the rows of each in any number of calls. */
interface RequestWriter extends Writer {
  /** All rows of a request are written: it had so many bytes. */
  endRequest(bytes: bigint): void;
}

function writerOf(to: RequestsOptions["to"], start: bigint): RequestWriter {
  let count = 0;
  let segments = 0;
  let offset = start;
  const each = (row: (request: number, offset: bigint, ...segment: Parameters<typeof tableRow>) => string) => {
    return (table: SegmentTable) => {
      segments += table.length;
      return joinRows(table, (...segment) => `${row(count, offset, ...segment)}\n`);
    };
  };
  const endRequest = (bytes: bigint) => {
    count++;
    offset += bytes;
  };
  const hex = (value: bigint) => `0x${value.toString(16)}`;
  switch (to) {
    case "csv":
      return {
        start: () => `request,offset,${CSV_HEAD}\n`,
        rows: each((request, at, ...segment) => `${request},${hex(at)},${csvRow(...segment)}`),
        end: () => "",
        endRequest,
      };
    case "ndjson":
      return {
        start: () => "",
        rows: each((request, at, ...segment) => {
          const shown = at <= BigInt(Number.MAX_SAFE_INTEGER) ? `${at}` : `"${hex(at)}"`;
          return `{"request":${request},"offset":${shown},${jsonFields(...segment)}}`;
        }),
        end: () => "",
        endRequest,
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
        endRequest,
      };
  }
}
