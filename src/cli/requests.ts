import type { DeviceLimits } from "../core/device-limits.js";
import { FOUR_GIB } from "../core/record.js";
import { SegmentTable } from "../core/segment-table.js";
import { type DeviceRequest, eachRequest, type RequestOptions } from "../devices/requests.js";
import { collectTable } from "./collect.js";
import { DataError, UsageError } from "./errors.js";
import { withResult } from "./files.js";
import { bytesReadOf } from "./input.js";
import type { Io } from "./io.js";
import { type InputOptions, inWords, type LimitOptions, mapperOf, PRESETS, type ThreadsOption } from "./options.js";
import { requestWriter } from "./request-writers.js";
import { type OutputOptions, outputPlan, takeInRows, writeRows } from "./segments-output.js";
import { Turns } from "./turns.js";
import { TEXT_FORMATS } from "./writers.js";

/** Requests that are cut before the first is written, to find what is wrong with them. */
const TRIED_REQUESTS = 2 ** 20;
const NO_SEGMENTS = SegmentTable.from([]);

/** The options of `segring requests`. */
export interface RequestsOptions extends LimitOptions, InputOptions, OutputOptions<(typeof TEXT_FORMATS)[number]> {
  threads?: ThreadsOption;
  preset?: keyof typeof PRESETS;
  maxSegments?: bigint;
  maxBytes?: bigint;
  virtualBoundary?: bigint;
  block?: bigint;
  stripe?: bigint;
  start?: bigint;
}

/**
 * `segring requests`: the ranges in files as segments, cut into the requests of a device.
 *
 * @throws {UsageError | DataError | ReaderGone | SegringError}
 */
export async function requests(files: readonly string[], options: RequestsOptions, io: Io): Promise<void> {
  const { to, forOutput } = outputPlan(options, TEXT_FORMATS, io);
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
    await withResult<SegmentTable>(files, options, io, {
      make: async (sources, progress) => {
        const table = await collectTable(sources, mapper, progress, options);
        await tryRequests(table, limits);
        return table;
      },
      write: async (table, output, inputs) => {
        const writer = requestWriter(to, forOutput(output), options.start ?? 0n);
        const bytesRead = bytesReadOf(inputs);
        await writeRows(inputs, output, writer, io, async (take) => {
          for (const { segments } of inData(eachRequest, table, limits)) {
            await takeInRows(segments, bytesRead, take);
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
