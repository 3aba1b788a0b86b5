/**
 * cloud-hypervisor-memory-range-table.json, the `partition` rows: a table in chunks of so many bytes. Cloud Hypervisor
 * takes them from the end, so the short one is the first; the bitmap rows are in cloud-hypervisor-bitmap.test.ts.
 */
import { expect, it } from "vitest";
import { SegmentTable } from "../../src/core/segment-table.js";
import { requests } from "../../src/devices/requests.js";
import { concat, split } from "../../src/table/slice.js";
import { coalesce, unpack } from "../oracle.js";
import { listOf, toRanges } from "../support/vectors.js";
import file from "./data/cloud-hypervisor-memory-range-table.json" with { type: "json" };

it("all 3 rows are here", () => {
  expect(file.partition.length).toBe(3);
});

it.each(file.partition)("$name ($provenance)", ({ input, chunk_bytes, expected_chunks }) => {
  const ranges = toRanges(input);
  const table = SegmentTable.from(ranges);
  const total = Number(table.totalBytes);
  const rest = total % chunk_bytes;
  const full = Array<number>(Math.floor(total / chunk_bytes)).fill(chunk_bytes);
  const sizes = rest === 0 ? full : [rest, ...full];
  const chunks = split(table, sizes);
  expect(chunks.map(listOf)).toEqual(expected_chunks);
  expect(coalesce(unpack(concat(...chunks).bytes))).toEqual(coalesce(ranges));

  // From the start, as `requests` cuts, the short one is the last.
  const forward = requests(table, { maxBytes: chunk_bytes }).map(({ segments }) => segments);
  expect(forward.map(({ totalBytes }) => Number(totalBytes))).toEqual([...sizes].reverse());
  expect(coalesce(unpack(concat(...forward).bytes))).toEqual(coalesce(ranges));
});

it(file.note, () => {
  const row = file.partition.find(({ name }) => name === "chunk 5 pages");
  const table = SegmentTable.from(toRanges(row?.input ?? []));
  const pages = requests(table, { maxBytes: row?.chunk_bytes }).map(({ segments }) =>
    listOf(segments).map(({ len }) => len / 4096),
  );
  expect(pages).toEqual([
    [2, 2, 1],
    [1, 2],
  ]);
});
