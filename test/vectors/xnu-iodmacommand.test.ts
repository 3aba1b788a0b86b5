/** xnu-iodmacommand-derived.json: the segments that IOKit generates for a device, which a mapper makes under its limits. */
import { describe, expect, it } from "vitest";
import { requests } from "../../src/devices/requests.js";
import { concat } from "../../src/table/slice.js";
import { totalBytes } from "../oracle.js";
import { expectBytes } from "../support/bytes.js";
import { builds, mapperFactory } from "../support/engines.js";
import { limits, listOf, toRanges } from "../support/vectors.js";
import file from "./data/xnu-iodmacommand-derived.json" with { type: "json" };

/** Rules that segring has no call for. */
const declined: Record<string, string> = {
  "length alignment 512 with short tail":
    "lengths are not rounded: alignmentBytes is of addresses, and the end of a run is not cut off",
  "32 address bits: cut at 4 GiB then bounce": "no segment is copied to where a device reaches it",
};

type Row = (typeof file.vectors)[number];
const limitsOf = ({ max_segment, internal_start_align_mask }: Row) =>
  limits({ max: BigInt(max_segment), alignment: BigInt(internal_start_align_mask) + 1n });

it("all 9 rows are here, and those declined are exactly those with a length mask or address bits", () => {
  expect(file.vectors.length).toBe(9);
  const others = file.vectors.filter((row) => row.length_align_mask !== 0 || row.address_bits !== 64);
  expect(others.map(({ name }) => name)).toEqual(Object.keys(declined));
});

describe.each(builds)("$name", ({ name }) => {
  const makeMapper = mapperFactory(name);

  it.each(file.vectors.filter(({ name }) => !(name in declined)))("$name: $status", (row) => {
    using mapper = makeMapper(limitsOf(row));
    const table = mapper.coalesce(toRanges(row.runs));
    const [first, ...more] = requests(table, { maxSegments: row.max_segments });
    expect(listOf((first as NonNullable<typeof first>).segments)).toEqual(row.segments);
    // What does not fit goes on where the first request ends.
    const status = more.length === 0 ? "complete" : `resume at offset ${more[0]?.offset}`;
    expect(status).toBe(row.status);
    const all = [first as NonNullable<typeof first>, ...more].map(({ segments }) => segments);
    expectBytes(concat(...all).bytes, table.bytes);
  });

  it.each(file.vectors.filter(({ name }) => name in declined).map((row) => ({ ...row, why: declined[row.name] })))(
    "$name is declined: $why",
    (row) => {
      using mapper = makeMapper(limitsOf(row));
      const table = mapper.coalesce(toRanges(row.runs));
      // Whole, under the limits that there are.
      expect(table.length).toBe(1);
      expect(table.totalBytes).toBe(totalBytes(toRanges(row.runs)));
      expect(listOf(table)).not.toEqual(row.segments);
    },
  );
});
