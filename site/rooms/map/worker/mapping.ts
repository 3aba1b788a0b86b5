/** The four modes: ranges in, segments or requests out. */
import { createMapper, SegmentTable } from "segring";
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
  readonly milliseconds: number;
  readonly engine: "wasm" | "js";
}

/** Maps. @throws {Error} What the package throws: the ranges or the limits are not valid. */
export async function mapRanges(ranges: Ranges, settings: Settings): Promise<Mapped> {
  if (settings.mode === "plan") return planRanges(ranges, settings);
  using mapper = await createMapper(segmentLimits(settings));
  const start = performance.now();
  const table =
    settings.mode === "union" ? mapper.union(ranges, { gapBytes: settings.gapBytes }) : mapper.coalesce(ranges);
  const cut = settings.mode === "requests" ? requests(table, requestLimits(settings.device)) : [];
  const milliseconds = performance.now() - start;
  return { ranges, table, requests: cut, plan: undefined, milliseconds, engine: mapper.engine };
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
  const columns = columnsOf(ranges);
  const options = { maxBytes: Number(capBytes), gapBytes: Number(gapBytes), alignmentBytes: Number(alignmentBytes) };
  const start = performance.now();
  const plan = planReads(columns, options);
  const milliseconds = performance.now() - start;
  const table = SegmentTable.from([...plan].map(({ offset, length }) => ({ addr: offset, length })));
  return { ranges, table, requests: [], plan, milliseconds, engine: "js" };
}

/** Offsets and lengths of ranges. */
export function columnsOf(ranges: Ranges): { offset: Float64Array; length: Float64Array } {
  const offset = new Float64Array(ranges.length);
  const length = new Float64Array(ranges.length);
  if (ranges instanceof SegmentTable) {
    ranges.forEach((low, high, size, _, index) => {
      offset[index] = high * 2 ** 32 + low;
      length[index] = size;
    });
  } else {
    ranges.forEach((range, index) => {
      offset[index] = Number(range.addr);
      length[index] = Number(range.length);
    });
  }
  return { offset, length };
}
