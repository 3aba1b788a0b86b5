import { DEVICE_LIMIT_KEYS, type DeviceLimits, type KeptLimits, keepLimits } from "../core/device-limits.js";
import type { RangeInput } from "../core/input.js";
import { checkKeys, type Keys } from "../core/options.js";
import type { SegmentTable } from "../core/segment-table.js";
import { createMapperSync } from "../mapper/create.js";
import { IovaSpace } from "./iova-space.js";
import { type IovaMap, type IovaOptions, mapIova } from "./map-iova.js";
import { type DeviceRequest, type RequestOptions, requests } from "./requests.js";
import { type TranslationWindow, translate } from "./translate.js";

/** What a device can take, and how its addresses come about. All is optional. */
export interface DmaDevice extends DeviceLimits, RequestOptions {
  /** Where the device sees memory, as for `translate`: bus offsets, peers. Default: addresses are as they are. */
  windows?: readonly TranslationWindow[] | undefined;
  /**
   * The IOMMU: a space that gives IOVAs and takes them back, or where one range of them starts, as for `mapIova`.
   * Default: none, the device uses addresses of memory.
   */
  iova?: IovaSpace | Pick<IovaOptions, "base" | "granuleBytes" | "pageBytes"> | undefined;
}

/** Memory as a device uses it. Made by `dmaMap`. */
export interface DmaMapping {
  /** All that the device is given, in the order of the ranges, under its limits of segments. */
  readonly segments: SegmentTable;
  /** The segments as requests, under its limits of requests. */
  readonly requests: readonly DeviceRequest[];
  /** What the IOMMU maps; `undefined` without one. */
  readonly iova: IovaMap | undefined;
  /** Gives the IOVAs back to their space (Linux `dma_unmap_sg`). Without a space, and the second time, nothing happens. */
  unmap(): void;
}

const KEYS: Keys<DmaDevice> = {
  ...DEVICE_LIMIT_KEYS,
  offset: true,
  stripeBytes: true,
  windows: true,
  iova: true,
};

/**
 * Ranges of memory for a device, in one call (Linux `dma_map_sg`): coalesces them, translates them into the device's view,
 * lays them out in IOVAs, cuts segments under its limits, and puts these into requests.
 *
 * Limits hold for the addresses that the device sees. The limits of a mapper may be given as they are:
 * `dmaMap(ranges, { ...mapper.limits, windows })`.
 *
 * @param ranges As for `SegmentMapper.coalesce`.
 * @param device Limits, windows and the IOMMU; a preset such as `nvmePrp` does.
 * @throws As `SegmentMapper.coalesce`, `translate`, `mapIova` or `IovaSpace.map`, and `requests` do. Nothing is mapped then.
 *
 * Cost: O(ranges + segments + requests * log segments).
 */
export function dmaMap(ranges: RangeInput, device: DmaDevice): DmaMapping {
  checkKeys("device", device, KEYS);
  const { windows, iova, offset, stripeBytes } = device;
  const limits = keepLimits(device);
  if (windows === undefined && iova === undefined) {
    const segments = coalesced(ranges, limits);
    return mappingOf(segments, requests(segments, { ...limits, offset, stripeBytes }));
  }
  const whole = coalesced(ranges);
  const seen = windows === undefined ? whole : translate(whole, windows);
  if (iova === undefined) {
    const segments = coalesced(seen, limits);
    return mappingOf(segments, requests(segments, { ...limits, offset, stripeBytes }));
  }
  const map = mapOf(seen, iova, limits);
  const unmap = () => {
    if (iova instanceof IovaSpace) iova.unmap(map);
  };
  try {
    const segments = coalesced(map.segments, limits);
    return mappingOf(segments, requests(segments, { ...limits, offset, stripeBytes }), map, unmap);
  } catch (error) {
    unmap();
    throw error;
  }
}

function coalesced(ranges: RangeInput, limits?: KeptLimits): SegmentTable {
  const mapper = createMapperSync(limits);
  try {
    return mapper.coalesce(ranges);
  } finally {
    mapper.close();
  }
}

function mapOf(table: SegmentTable, iova: NonNullable<DmaDevice["iova"]>, limits: KeptLimits): IovaMap {
  const { maxSegmentBytes, boundaryBytes } = limits;
  if (iova instanceof IovaSpace) return iova.map(table, { maxSegmentBytes, boundaryBytes });
  return mapIova(table, { ...iova, maxSegmentBytes, boundaryBytes });
}

function mappingOf(
  segments: SegmentTable,
  all: readonly DeviceRequest[],
  iova?: IovaMap,
  giveBack: () => void = () => {},
): DmaMapping {
  let isMapped = true;
  const unmap = () => {
    if (isMapped) giveBack();
    isMapped = false;
  };
  return { segments, requests: all, iova, unmap };
}
