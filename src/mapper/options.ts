import { DEVICE_LIMIT_KEYS, type DeviceLimits } from "../core/device-limits.js";
import { checkInteger, type SegmentLimits } from "../core/limits.js";
import { checkKeys, type Keys } from "../core/options.js";
import { FOUR_GIB } from "../core/record.js";

/** How a mapper is made. */
export interface MapperOptions extends SegmentLimits {
  /** `auto` (default) takes wasm where it runs and JavaScript for the rest, by measured crossover; the bytes are the same. */
  engine?: "auto" | "wasm" | "js" | undefined;
  /** segring's kernel, compiled or as bytes (`segring/kernel.wasm`), where the embedded one may not be compiled. */
  module?: WebAssembly.Module | BufferSource | undefined;
  /**
   * What the mapper's own memory may grow to, 65536 to 2^32 bytes, rounded down to 64 KiB. Default 2^32. Results lie outside.
   * Records of `input` have memory of their own, for which it holds too.
   * 65536 is enough for `coalesce` and a stream of up to 165 records; `frames` needs 131072.
   */
  maxMemoryBytes?: number | undefined;
}

/** Limits of requests are passed over: so the limits of a device may be given as they are. */
const KEYS: Keys<MapperOptions & DeviceLimits> = {
  engine: true,
  module: true,
  maxMemoryBytes: true,
  ...DEVICE_LIMIT_KEYS,
};

/** Checks the keys of a mapper's options. @throws {TypeError} */
export function checkMapperKeys(options: unknown): void {
  checkKeys("options", options, KEYS);
}

/** The least memory a mapper can do with: a page of linear memory. */
const MIN_MEMORY_BYTES = 65536;

/** Checks `maxMemoryBytes` and fills in its default. */
export function checkMaxMemory(maxMemoryBytes: unknown = FOUR_GIB): number {
  checkInteger("maxMemoryBytes", maxMemoryBytes, MIN_MEMORY_BYTES, FOUR_GIB);
  return maxMemoryBytes;
}
