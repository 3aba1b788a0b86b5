/**
 * spdk-nvme-request-split.json: an NVMe command cut into its children. All rows apply. How each is said here:
 * - a stripe of 0 is none; no children are one request, the whole; `max_xfer` that is not given does not limit;
 * - SGL: the elements as they are, at most `max_sges` of them. Coalesced first, what the rows cut or refuse is one request:
 *   their elements touch;
 * - PRP: a virtual boundary of a page, of the elements coalesced;
 * - rc nonzero: NOT_EXPRESSIBLE.
 */

import { describe, expect, it } from "vitest";
import { SegmentTable } from "../../src/core/segment-table.js";
import { type RequestOptions, requests } from "../../src/devices/requests.js";
import { concat } from "../../src/table/slice.js";
import { blamedBy } from "../support/blame.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import { builds, mapperFactory } from "../support/engines.js";
import { toRanges, type VectorRange } from "../support/vectors.js";
import file from "./data/spdk-nvme-request-split.json" with { type: "json" };

type Row = (typeof file.vectors)[number];
type IovRow = Row & { iov: VectorRange[] };

const { sector_size: sector, page_size: page } = file.constants;

const optionsOf = (row: Row): RequestOptions => ({
  blockBytes: sector,
  offset: row.lba * sector,
  maxBytes: row.max_xfer,
  ...(row.stripe ? { stripeBytes: row.stripe } : {}),
  ...(row.sgl_supported === true ? { maxSegments: row.max_sges } : {}),
  ...(row.sgl_supported === false ? { virtualBoundaryBytes: page } : {}),
});

/** The requests of a table, in the words of the file. */
function childrenOf(table: SegmentTable, row: Row) {
  const cuts = requests(table, optionsOf(row));
  // Nothing is lost between them, and nothing comes twice.
  expect(concat(...cuts.map(({ segments }) => segments)).totalBytes).toBe(table.totalBytes);
  return cuts.map(({ offset, segments }) => ({
    size: Number(segments.totalBytes),
    lba: Number(offset) / sector,
    lba_count: Number(segments.totalBytes) / sector,
    payload_offset: Number(offset) - row.lba * sector,
  }));
}

const whole = ({ lba, lba_count }: Row) => ({ size: lba_count * sector, lba, lba_count, payload_offset: 0 });

const flat = file.vectors.filter(({ iov }) => iov === undefined);
const ofElements = file.vectors.filter((row): row is IovRow => row.iov !== undefined);
const sgl = ofElements.filter((row) => row.sgl_supported === true && row.rc === undefined);
const prp = ofElements.filter((row) => row.sgl_supported === false && row.rc === undefined);
const refused = ofElements.filter(({ rc }) => rc !== undefined);

it("all 11 rows are here", () => {
  expect([flat.length, sgl.length, prp.length, refused.length, file.vectors.length]).toEqual([5, 2, 2, 2, 11]);
  expect(refused.map(({ id }) => id)).toEqual(["readv_sgl max_sges=1 fails", "read_iov_sgl max_sges=1 fails"]);
});

it.each(flat)("$id", (row) => {
  const length = row.lba_count * sector;
  const halves = [
    { addr: 0x1000_0000, length: length / 2 },
    { addr: 0x7_0000_0000, length: length / 2 },
  ];
  for (const table of [SegmentTable.from([{ addr: 0x1000_0000, length }]), SegmentTable.from(halves)]) {
    const expected = row.children?.length ? row.children : [whole(row)];
    expect(childrenOf(table, row)).toMatchObject(expected);
  }
});

it.each(sgl)("$id", (row) => {
  expect(childrenOf(SegmentTable.from(toRanges(row.iov)), row)).toMatchObject(row.children ?? []);
});

it.each(refused)("$id: NOT_EXPRESSIBLE", (row) => {
  const table = SegmentTable.from(toRanges(row.iov));
  const error = thrownBy(() => requests(table, optionsOf(row)));
  expect(error).toMatchObject({ name: "SegringError", code: "NOT_EXPRESSIBLE", index: 0 });
  expect(blamedBy((error as Error).message)).toBe("a request from segment 0 on");
});

describe.each(builds)("$name", ({ name }) => {
  const makeMapper = mapperFactory(name);

  it.each(prp)("$id", (row) => {
    using mapper = makeMapper();
    const table = mapper.coalesce(toRanges(row.iov));
    expect(childrenOf(table, row)).toMatchObject(row.children ?? []);
    // An element that ends at a page and the next that starts at one need not be joined for that.
    const elements = SegmentTable.from(toRanges(row.iov));
    expect(childrenOf(elements, row)).toMatchObject(row.children ?? []);
    const parts = requests(elements, optionsOf(row)).map(({ segments }) => segments);
    expectBytes(mapper.coalesce(concat(...parts)).bytes, table.bytes);
  });

  it.each([...sgl, ...refused])("$id, coalesced: one request", (row) => {
    using mapper = makeMapper();
    const table = mapper.coalesce(toRanges(row.iov));
    expect([table.length, table.totalBytes]).toEqual([1, BigInt(row.lba_count * sector)]);
    expect(childrenOf(table, row)).toEqual([whole(row)]);
  });
});
