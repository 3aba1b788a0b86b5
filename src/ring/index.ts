/** segring/ring: rings of ranges and segments between threads, and the kernel that runs between two of them. */

export type { EngineOption } from "../core/engine-option.js";
export { SegringError, type SegringErrorCode } from "../core/errors.js";
export type { SegmentLimits } from "../core/limits.js";
export type { Segment, U64 } from "../core/record.js";
export { SegmentTable } from "../core/segment-table.js";
export type { KernelEngine } from "./choice.js";
export { Consumer, type RecordCallback, type RecordColumns } from "./consumer.js";
export type { RingMemory } from "./core.js";
export { attachRing, createRing, type RingOptions, ringBytes } from "./create.js";
export type { RingCursor } from "./cursor.js";
export type { RingRole } from "./header.js";
export { type KernelOptions, runKernel } from "./kernel.js";
export { createPair, type PairOptions, type RingPair } from "./pair.js";
export { Producer } from "./producer.js";
export { Ring, type RingCounters, type RingOwners, type RingState } from "./ring.js";
export { serveKernel } from "./serve.js";
export { type OwnerWatch, watchOwner } from "./watch.js";
export type { WorkerLike } from "./worker-like.js";
