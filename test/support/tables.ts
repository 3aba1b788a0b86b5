import fc from "fast-check";
import type { U64 } from "../../src/core/record.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import { NO_LIMITS, type OracleRange, pack } from "../oracle.js";
import type { Random } from "./random.js";
import { anyRanges } from "./ranges.js";

/** The table of these ranges, as they are. */
export const tableOf = (ranges: readonly OracleRange[]) => SegmentTable.fromBytes(pack(ranges));

/** A number where it can be one, half of the time; else the bigint. */
export const either = (value: bigint, random: Random): U64 =>
  value <= BigInt(Number.MAX_SAFE_INTEGER) && random.once(2) ? Number(value) : value;

/** Ranges of tables: mostly a few, of any kind. */
export const anyTableRanges = anyRanges(NO_LIMITS, {
  count: fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 1, max: 9 }) }, fc.integer({ min: 10, max: 60 })),
  segments: 2 ** 30,
});
