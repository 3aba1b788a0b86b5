/** `segring/pool`: maps by all cores. */
export type { DeviceLimits } from "../core/device-limits.js";
export type { SegmentTable } from "../core/segment-table.js";
export { createPool } from "./create.js";
export type { Batches, PoolCallOptions, PoolOptions } from "./options.js";
export { SegmentPool } from "./pool.js";
