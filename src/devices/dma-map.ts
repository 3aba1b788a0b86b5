import { DEVICE_LIMIT_KEYS, type DeviceLimits, type KeptLimits, keepLimits } from "../core/device-limits.js";
import { checkKeys, type Keys } from "../core/options.js";
import type { SegmentTable } from "../core/segment-table.js";
import type { RangeInput } from "../engine/range-input.js";
import { createMapperSync } from "../mapper/create.js";
import { IovaSpace } from "./iova-space.js";
import { type IovaMap, type IovaOptions, mapIova } from "./map-iova.js";
import { type DeviceRequest, type RequestOptions, requests } from "./requests.js";
import { type TranslationWindow, translate } from "./translate.js";

/** What a device can take, and how its addresses come about. Every field is optional. */
export interface DmaDevice extends DeviceLimits, RequestOptions {
  /** Where the device sees memory, as for `translate`: bus offsets, peers. By default addresses stay as they are. */
  windows?: readonly TranslationWindow[] | undefined;
  /**
   * The IOMMU: a space that gives IOVAs and takes them back, or the start of one range of IOVAs, as for `mapIova`. By
   * default there is no IOMMU, and the device uses addresses of memory.
   */
  iova?: IovaSpace | Pick<IovaOptions, "base" | "granuleBytes" | "pageBytes"> | undefined;
}

/** Memory as a device uses it. Made by `dmaMap`. */
export interface DmaMapping {
  /** The segments that the device gets, in the order of the ranges, under the device's limits of segments. */
  readonly segments: SegmentTable;
  /** The segments as requests, under the device's limits of requests. */
  readonly requests: readonly DeviceRequest[];
  /** What the IOMMU maps; `undefined` without an IOMMU. */
  readonly iova: IovaMap | undefined;
  /**
   * Gives the IOVAs back to their space (Linux `dma_unmap_sg`). Without a space, or when called again, `unmap` does
   * nothing.
   */
  unmap(): void;
}

const KEYS: Keys<DmaDevice> = {
  ...DEVICE_LIMIT_KEYS,
  offset: true,
  stripeBytes: true,
  windows: true,
  iova: true,
};
/** Limits of IOVAs are those of the device: given twice, one of the two would be dropped. */
const IOVA_KEYS = { base: true, granuleBytes: true, pageBytes: true } as const;

/**
 * Maps ranges of memory for a device in one call (Linux `dma_map_sg`). The call coalesces the ranges, translates
 * addresses into the device's view, lays the ranges out in IOVAs, cuts segments under the device's limits, and puts the
 * segments into requests.
 *
 * The limits hold for the addresses that the device sees. The limits of a mapper may be given as they are:
 * `dmaMap(ranges, { ...mapper.limits, windows })`.
 *
 * Cost: O(ranges + segments + requests * log segments).
 *
 * @param ranges As for `SegmentMapper.coalesce`.
 * @param device Limits, windows and the IOMMU. A preset such as `nvmePrp` is enough.
 * @throws As `SegmentMapper.coalesce`, `translate`, `mapIova` or `IovaSpace.map`, and `requests` do. Nothing is mapped
 *   then.
 * @example
 * ```ts
 * const iova = new IovaSpace({ base: 0x10000, byteLength: 2 ** 30 });
 * const pages = [{ addr: 0x7000, length: 4096 }, { addr: 0x3000, length: 4096 }];
 * const mapping = dmaMap(pages, { ...nvmePrp, iova });
 * console.log(mapping.requests.length, mapping.segments.at(0)); // 1 { addr: 65536n, length: 8192, flags: 0 }
 * mapping.unmap();
 * ```
 */
export function dmaMap(ranges: RangeInput, device: DmaDevice): DmaMapping {
  checkKeys("device", device, KEYS);
  const { windows, iova, offset, stripeBytes } = device;
  const limits = keepLimits(device);
  if (iova !== undefined && !(iova instanceof IovaSpace)) checkKeys("device.iova", iova, IOVA_KEYS);
  let given = ranges;
  let map: IovaMap | undefined;
  if (windows !== undefined || iova !== undefined) {
    // Whole, because limits hold for the addresses that the device sees.
    const whole = coalesced(ranges);
    const seen = windows === undefined ? whole : translate(whole, windows);
    if (iova !== undefined) map = mapOf(seen, iova, limits);
    given = map?.segments ?? seen;
  }
  let isMapped = map !== undefined;
  const unmap = () => {
    if (isMapped && iova instanceof IovaSpace) iova.unmap(map as IovaMap);
    isMapped = false;
  };
  try {
    const segments = coalesced(given, limits);
    return { segments, requests: requests(segments, { ...limits, offset, stripeBytes }), iova: map, unmap };
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
