/** The four modes: ranges in, segments or requests out. */
import { createMapper, FULL, type Range, type SegmentMapper, SegmentTable } from "segring";
import { ahci, type DeviceRequest, linuxDefault, nvmePrp, rdma, requests, virtioBlk } from "segring/devices";
import { planReads, type ReadPlan } from "segring/plan";
import { DEFAULTS, type Device, type Settings } from "../settings.js";
import type { Ranges } from "./load.js";

const DEVICE_LIMITS = { linuxDefault, nvmePrp, ahci, virtioBlk, rdma } satisfies Record<Device, object>;

/** What was made, and of what. */
export interface Mapped {
  readonly ranges: Ranges;
  /** The segments; of a plan, its requests as segments. */
  readonly table: SegmentTable;
  readonly requests: readonly DeviceRequest[];
  readonly plan: ReadPlan | undefined;
  /** The inputs of the plan. */
  readonly columns: Columns | undefined;
  readonly milliseconds: number;
  readonly engine: "wasm" | "js";
}

/** Maps. @throws {Error} What the package throws: the ranges or the limits are not valid. */
export async function mapRanges(ranges: Ranges, settings: Settings): Promise<Mapped> {
  if (settings.mode === "plan") return planRanges(ranges, settings);
  const mapper = await mapperOf(segmentLimits(settings));
  const start = performance.now();
  const table =
    settings.mode === "union" ? mapper.union(ranges, { gapBytes: settings.gapBytes }) : mapper.coalesce(ranges);
  const cut = settings.mode === "requests" ? requests(table, requestLimits(settings.device)) : [];
  const milliseconds = performance.now() - start;
  return { ranges, table, requests: cut, plan: undefined, columns: undefined, milliseconds, engine: mapper.engine };
}

/** The mapper of the limits that were used last: its memory is there already. */
let kept: { readonly limits: string; readonly mapper: SegmentMapper } | undefined;

async function mapperOf(limits: ReturnType<typeof segmentLimits>): Promise<SegmentMapper> {
  const key = Object.values(limits).join();
  if (kept?.limits === key) return kept.mapper;
  const mapper = await createMapper(limits);
  kept?.mapper.close();
  kept = { limits: key, mapper };
  return mapper;
}

/** The limits that are set; of a device, where the controls stand at their defaults. */
function segmentLimits(settings: Settings) {
  const device: { maxSegmentBytes?: number; boundaryBytes?: number | bigint; alignmentBytes?: number } =
    settings.mode === "requests" ? (DEVICE_LIMITS[settings.device] as object) : {};
  const set = <Name extends "maxSegmentBytes" | "boundaryBytes" | "alignmentBytes">(name: Name) =>
    settings[name] === DEFAULTS[name] ? undefined : settings[name];
  const numbers = (name: "maxSegmentBytes" | "alignmentBytes") => {
    const value = set(name);
    // A number above 2^53 is refused by the package, whatever is rounded.
    return value === undefined ? device[name] : Number(value);
  };
  return {
    maxSegmentBytes: numbers("maxSegmentBytes"),
    boundaryBytes: set("boundaryBytes") ?? device.boundaryBytes,
    alignmentBytes: numbers("alignmentBytes"),
  };
}

function requestLimits(device: Device) {
  const { maxSegments, maxBytes, virtualBoundaryBytes, blockBytes, dmaAlignmentBytes } = DEVICE_LIMITS[device] as {
    maxSegments?: number;
    maxBytes?: number;
    virtualBoundaryBytes?: number;
    blockBytes?: number;
    dmaAlignmentBytes?: number;
  };
  return { maxSegments, maxBytes, virtualBoundaryBytes, blockBytes, dmaAlignmentBytes };
}

function planRanges(ranges: Ranges, { gapBytes, capBytes, alignmentBytes }: Settings): Mapped {
  if (capBytes > 2n ** 32n) throw new RangeError(`Max request bytes expected 1 to 4GiB, got ${capBytes}`);
  const columns = columnsOf(ranges);
  const options = { maxBytes: Number(capBytes), gapBytes: Number(gapBytes), alignmentBytes: Number(alignmentBytes) };
  const start = performance.now();
  const plan = planReads(columns, options);
  const milliseconds = performance.now() - start;
  return { ranges, table: tableOf(plan), requests: [], plan, columns, milliseconds, engine: "js" };
}

/** The requests of a plan as segments. */
function tableOf(plan: ReadPlan): SegmentTable {
  const words = new Uint32Array(4 * plan.requestCount);
  const { requestOffset, requestLength } = plan;
  for (let request = 0; request < plan.requestCount; request++) {
    const offset = requestOffset[request] as number;
    const length = requestLength[request] as number;
    words[4 * request] = offset;
    words[4 * request + 1] = offset / 2 ** 32;
    words[4 * request + 2] = length;
    words[4 * request + 3] = length === 2 ** 32 ? FULL : 0;
  }
  return SegmentTable.view(words);
}

/** Offsets and lengths of ranges, as numbers. */
export interface Columns {
  readonly offset: Float64Array;
  readonly length: Float64Array;
}

/** @throws {RangeError} A range ends past 2^53 - 1, where numbers are not exact. */
function columnsOf(ranges: Ranges): Columns {
  const offset = new Float64Array(ranges.length);
  const length = new Float64Array(ranges.length);
  const put = (addr: number, bytes: number, index: number) => {
    // Rounding never brings a sum from above 2^53 - 1 below.
    if (addr + bytes > Number.MAX_SAFE_INTEGER) throw tooFar(ranges, index);
    offset[index] = addr;
    length[index] = bytes;
  };
  if (ranges instanceof SegmentTable) {
    ranges.forEach((low, high, size, _, index) => {
      put(high * 2 ** 32 + low, size, index);
    });
  } else {
    ranges.forEach(({ addr, length: bytes }, index) => {
      put(Number(addr), Number(bytes), index);
    });
  }
  return { offset, length };
}

function tooFar(ranges: Ranges, index: number): RangeError {
  const { addr, length } = ranges instanceof SegmentTable ? (ranges.at(index) as Range) : (ranges[index] as Range);
  return new RangeError(
    `range ${index + 1} expected to end by 2^53 - 1 (the mode "union" takes all addresses), got ${addr} + ${length} bytes`,
  );
}
