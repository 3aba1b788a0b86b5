/** segring/plan/columns: plans over columns for millions of ranges, sorted by a mapper, and for lists of copies whose order is kept. */
import { expected } from "../core/errors.js";
import { PACKAGE } from "../core/package-key.js";
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
 * As `planReads` of `segring/plan`, and with the same result, for very many ranges: where they are not sorted, the mapper
 * sorts them, with wasm if it has it.
 *
 * @param mapper  Its memory holds 32 bytes a range while it sorts; its limits do not matter.
 * @param columns `offset` and `length`, best as Float64Array. Nothing of them is kept.
 * @throws As `planReads`, and {SegringError} OUT_OF_MEMORY past the mapper's `maxMemoryBytes`, or CLOSED.
 *
 * Cost: O(n + requests). 16 bytes a range and a request are kept, and 4 a range where they were not sorted.
 */
export function planColumns(mapper: SegmentMapper, columns: ReadColumns, options: PlanOptions): ReadPlan {
  if (!SegmentMapper.isMapper(mapper)) throw new TypeError(expected("mapper", "a SegmentMapper", mapper));
  const checked = checkPlanOptions(options);
  const inputs = readInputs(columns, checked.resourceBytes);
  const order = inputs.sorted ? undefined : mapper.orderOf(inputs.starts);
  return new ReadPlan(PACKAGE, inputs, order, sweep(inputs, order, checked));
}

/**
 * Plans the requests of a list of copies, from places in a source to places in a destination, whose order is kept: each
 * request serves copies that follow one another, so that what arrives can be written at once. Only a step forward in the
 * source joins the open request; a step back, or to bytes just read, opens another.
 *
 * With `gapBytes` a copy joins if it starts no more than that after the end of the request, and the whole is no longer
 * than `maxBytes`. With `overfetchBytes` instead, the smallest gaps of all are read along, the first of equal ones first,
 * as long as they are no more than that together; a copy longer than `maxBytes` is then by itself. What is longer than
 * `maxBytes` is cut every `maxBytes`. A copy of length 0 needs no request.
 *
 * @param copies  Columns of equal length. Numbers, integers from 0 to 2^53 - 1. Nothing of them is kept.
 * @throws {TypeError} A column or an option has the wrong type.
 * @throws {RangeError} A field or an option is out of its range, both `gapBytes` and `overfetchBytes` are given, or a copy
 *   ends past `resourceBytes` or 2^53 - 1; the message names its index.
 * @throws {SegringError} TOO_MANY_REQUESTS past `maxRequests`.
 *
 * Cost: O(n + requests).
 */
export function planCopies(copies: CopyColumns, options: CopyOptions): CopyPlan {
  return new CopyPlan(PACKAGE, planCopyRequests(copies, options));
}
