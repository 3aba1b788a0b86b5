/** segring/plan/columns: plans over columns for millions of ranges, sorted by a mapper, and for lists of copies whose order is kept. */
import { expected } from "../core/errors.js";
import { PACKAGE } from "../core/package-key.js";
import { orderOf } from "../engine/order.js";
import { SegmentMapper } from "../mapper/mapper.js";
import { type CopyColumns, type CopyOptions, planCopyRequests } from "./copies.js";
import { CopyPlan } from "./copy-plan.js";
import { type ReadColumns, readInputs } from "./inputs.js";
import { checkPlanOptions, type PlanOptions } from "./options.js";
import { ReadPlan } from "./read-plan.js";
import { sweep } from "./sweep.js";

export type { CopyColumns, CopyOptions } from "./copies.js";
export type { CopyPart, CopyPlan } from "./copy-plan.js";
export type { ReadColumns, ReadRange } from "./inputs.js";
export type { PlanOptions } from "./options.js";
export type { Fetched, ReadPlan } from "./read-plan.js";

/**
 * As `planReads` of `segring/plan`, and with an equal result, for very many ranges. Where the ranges are not sorted,
 * the mapper sorts them, with wasm if the mapper has wasm.
 *
 * Cost: O(n + requests). The plan keeps 16 bytes a range and 16 bytes a request, and 4 bytes a range where the ranges
 * were not sorted.
 *
 * @param mapper  The mapper's memory holds 32 bytes a range while the mapper sorts. Its limits do not matter.
 * @param columns `offset` and `length`, best as Float64Array. The plan keeps nothing of them.
 * @throws As `planReads`, and {SegringError} OUT_OF_MEMORY past the mapper's `maxMemoryBytes`, or CLOSED.
 * @example
 * ```ts
 * const tiles = { offset: Float64Array.of(8192, 0, 4096), length: Float64Array.of(64, 64, 64) };
 * const plan = planColumns(createMapperSync(), tiles, { maxBytes: 4096 });
 * console.log(plan.requestCount, plan.firstRequest); // 3 Uint32Array(3) [ 2, 0, 1 ]
 * ```
 */
export function planColumns(mapper: SegmentMapper, columns: ReadColumns, options: PlanOptions): ReadPlan {
  if (!SegmentMapper.isMapper(mapper)) throw new TypeError(expected("mapper", "a SegmentMapper", mapper));
  const checked = checkPlanOptions(options);
  const inputs = readInputs(columns, checked.resourceBytes);
  const order = inputs.sorted ? undefined : orderOf(mapper.mainEngine, inputs.starts);
  return new ReadPlan(PACKAGE, inputs, order, sweep(inputs, order, checked));
}

/**
 * Plans the requests of a list of copies, from places in a source to places in a destination. The order of the list is
 * kept: a request serves copies that follow one another, so that arriving bytes can be written at once. Only a step
 * forward in the source joins the open request. A step back, or a step to bytes that were just read, opens another
 * request.
 *
 * With `gapBytes`, a copy joins where it starts at most `gapBytes` after the end of the request, and the longer request
 * still has at most `maxBytes`. With `overfetchBytes` instead, the plan reads the smallest gaps of all, the first of
 * equal gaps first, while their sum is at most `overfetchBytes`; a copy longer than `maxBytes` then shares no request.
 * What is longer than `maxBytes` is cut every `maxBytes`. A copy of length 0 needs no request.
 *
 * Cost: O(n + requests).
 *
 * @param copies  Columns of equal length. Numbers are integers from 0 to 2^53 - 1. The plan keeps nothing of them.
 * @throws {TypeError} A column or an option has the wrong type.
 * @throws {RangeError} A field or an option is out of its range, both `gapBytes` and `overfetchBytes` are given, or a
 *   copy ends past `resourceBytes` or 2^53 - 1; the message names the copy's index.
 * @throws {SegringError} TOO_MANY_REQUESTS past `maxRequests`.
 * @example
 * ```ts
 * const copies = { source: [0, 4096, 0], destination: [0, 64, 128], length: [64, 64, 64] };
 * const plan = planCopies(copies, { maxBytes: 8192, gapBytes: 65536 });
 * console.log(plan.requestCount, plan.firstCopy); // 2 Uint32Array(2) [ 0, 2 ]
 * ```
 */
export function planCopies(copies: CopyColumns, options: CopyOptions): CopyPlan {
  return new CopyPlan(PACKAGE, planCopyRequests(copies, options));
}
