/** The worker of the room: it has the ranges and the segments, and answers what is seen of them. */
import { drawOverview, drawStrip } from "segring/draw";
import type { Answer, CallName, Calls, Question, Result } from "../protocol.js";
import type { Settings } from "../settings.js";
import { Overtaken } from "./bytes.js";
import { encodeList } from "./lists.js";
import { load, type Ranges } from "./load.js";
import { type Mapped, mapRanges } from "./mapping.js";
import { deviceRows, findSegment, planRows, segmentRows } from "./rows.js";
import { save } from "./save.js";
import { bytesOf, extentOf } from "./totals.js";

let current: (Mapped & { readonly id: number }) | undefined;
let newest = 0;
/** What was loaded last, since most changes are changes of limits. */
let loaded: { readonly source: string | Blob; readonly format: string; readonly ranges: Ranges } | undefined;

function mapped(): Mapped {
  if (current === undefined) throw new Error("nothing was mapped yet");
  return current;
}

async function map(settings: Settings): Promise<Result> {
  const id = ++newest;
  const isOvertaken = () => id !== newest;
  const ranges = await rangesOf(settings, isOvertaken);
  if (isOvertaken()) throw new Overtaken();
  post({ progress: 1, what: "mapping" });
  const made = await mapRanges(ranges, settings);
  if (isOvertaken()) throw new Overtaken();
  const { plan } = made;
  const result = {
    id,
    ranges: ranges.length,
    rangeBytes: bytesOf(ranges),
    segments: made.table.length,
    segmentBytes: made.table.totalBytes,
    requests: plan?.requestCount ?? made.requests.length,
    wantedBytes: BigInt(plan?.wantedBytes ?? 0),
    extent: extentOf(ranges, made.table),
    milliseconds: made.milliseconds,
    engine: made.engine,
  };
  // At last, so that what fails above leaves the former result whole.
  current = { ...made, id };
  return result;
}

async function rangesOf({ source }: Settings, isOvertaken: () => boolean): Promise<Ranges> {
  // A blob is itself; any other source is what it says.
  const isBlob = source.kind === "file" && source.blob !== undefined;
  const key = isBlob ? source.blob : JSON.stringify(source);
  const format = isBlob ? source.format : "";
  if (loaded?.source === key && loaded.format === format) return loaded.ranges;
  const ranges = await load(source, (progress, what) => post({ progress, what }), isOvertaken);
  loaded = { source: key, format, ranges };
  return ranges;
}

const CALLS: { readonly [Name in CallName]: (...values: Parameters<Calls[Name]>) => unknown } = {
  map,
  strip(window, width, height, theme) {
    const { table, ranges } = mapped();
    const strip = drawStrip(table, window, { input: ranges, width, height, theme });
    const { pixels, columns, bytes, inputBytes = [], joins, cuts } = strip;
    const counts = { joins: joins?.length, cuts: cuts?.length };
    return { window, width, height, pixels, columns, bytes, inputBytes, ...counts };
  },
  overview(side, theme) {
    const { pixels, addr, byteLength, cellsPerSide } = drawOverview(mapped().table, { side, theme });
    return { side, pixels, addr, byteLength, cellsPerSide };
  },
  segments: (from, count) => segmentRows(mapped().table, from, count),
  requests(from, count) {
    const made = mapped();
    const { plan, columns } = made;
    return plan && columns ? planRows(plan, columns, from, count) : deviceRows(made, from, count);
  },
  find: (addr) => findSegment(mapped().table, addr),
  list(request, { list }) {
    const segments = mapped().requests[request]?.segments;
    if (segments === undefined) throw new RangeError(`there is no request ${request}`);
    return encodeList(list, segments);
  },
  save: (kind, settings, request, theme) => save(kind, mapped(), settings, request, theme),
};

function post(answer: Answer, transfer: Transferable[] = []): void {
  self.postMessage(answer, { transfer });
}

self.addEventListener("message", async ({ data }: MessageEvent<Question>) => {
  const { id, call, values, result } = data;
  try {
    // What was asked of a former result is not answered of another.
    if (call !== "map" && result !== current?.id) throw new Overtaken("another result took the place of this one");
    const value = await (CALLS[call] as (...values: readonly unknown[]) => unknown)(...values);
    const { pixels } = (value ?? {}) as { pixels?: Uint8ClampedArray<ArrayBuffer> };
    post({ id, value }, pixels === undefined ? [] : [pixels.buffer]);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    post({ id, fault: { message, code: error instanceof Overtaken ? "OVERTAKEN" : "FAILED" } });
  }
});
