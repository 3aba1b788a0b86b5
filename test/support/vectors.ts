import type { SegmentTable } from "../../src/core/segment-table.js";
import { NO_LIMITS, type OracleLimits, type OracleRange } from "../oracle.js";

/** A range as the vector files have it: an address in hex, a length as number or string. */
export interface VectorRange {
  addr: string;
  len: number | string;
}

export function toRange({ addr, len }: VectorRange, flags = 0): OracleRange {
  return { addr: BigInt(addr), length: BigInt(len), flags };
}

export const toRanges = (list: readonly VectorRange[], flags = 0): OracleRange[] =>
  list.map((range) => toRange(range, flags));

export const limits = (some: Partial<OracleLimits>): OracleLimits => ({ ...NO_LIMITS, ...some });

/** A table in the words of the vector files. */
export const listOf = (table: SegmentTable): { addr: string; len: number }[] =>
  [...table].map(({ addr, length }) => ({ addr: `0x${addr.toString(16)}`, len: length }));
