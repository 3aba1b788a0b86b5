import { BUS, NOMERGE, TAG_SHIFT } from "../core/record.js";

/*
 * Kinds of ranges in six groups, each with a colour of its own: system memory or bus, and in each of both plain, with a
 * tag, or NOMERGE.
 */

/** What a legend calls each group. */
export const GROUP_NAMES = [
  "memory",
  "memory, tagged",
  "memory, NOMERGE",
  "bus",
  "bus, tagged",
  "bus, NOMERGE",
] as const;

/** Groups that there are. */
export const GROUPS: number = GROUP_NAMES.length;

/** The group of flags, 0 to 5. */
export function groupOf(flags: number): number {
  return (flags & BUS ? 3 : 0) + (flags & NOMERGE ? 2 : flags >>> TAG_SHIFT === 0 ? 0 : 1);
}

/** The groups in a mask of bits, in order. */
export function groupsIn(mask: number): number[] {
  return Array.from({ length: GROUPS }, (_, group) => group).filter((group) => (mask >>> group) & 1);
}
