/**
 * linux-nvme-prp-oracle.json: PRP1, PRP2 and lists as Linux's `nvme_pci_setup_data_prp` writes them. Its list i has the
 * address 0xd0000000 + 4096 * i.
 */

import { expect, it } from "vitest";
import { SegmentTable } from "../../src/core/segment-table.js";
import { decodePrp, encodePrp } from "../../src/descriptors/nvme-prp.js";
import { pack } from "../oracle.js";
import { about } from "../support/blame.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import { coveredByRows, hexes, isUntouched, laterPages, memoryAt, u64sOf } from "../support/descriptors.js";
import { toRanges } from "../support/vectors.js";
import file from "./data/linux-nvme-prp-oracle.json" with { type: "json" };

type Row = (typeof file.vectors)[number];
const LISTS = 0xd000_0000n;

/** What PRP cannot say, and the message for it. */
const notExpressible: Record<string, string> = {
  "mid-gap": "segment 1 starts at 0x900800: PRP needs page-aligned starts after the first",
  "short-mid": "segment 1 ends at 0x900800: PRP needs page-aligned ends before the last",
};
/** Where the native answer is wrong. */
const nativeDefects: Record<string, string> = {
  "mid-gap": "PRP2 has an offset; Linux relies on its caller to take an SGL for such a list",
};

const tableOf = ({ segments }: Row) => SegmentTable.from(toRanges(segments));
const bytesOf = ({ segments }: Row) => segments.reduce((sum, { len }) => sum + len, 0);

it("all 14 rows are here, two of them for no PRP, one of which Linux writes nevertheless", () => {
  expect(file.vectors.length).toBe(14);
  expect(new Set(file.vectors.map(({ id }) => id)).size).toBe(14);
  const refused = file.vectors.filter(({ status }) => status !== "OK").map(({ id }) => id);
  expect([...Object.keys(nativeDefects), ...refused]).toEqual(Object.keys(notExpressible));
});

it.each(file.vectors.filter(({ id }) => !(id in notExpressible)))("$id: $why", (row) => {
  const table = tableOf(row);
  const memory = memoryAt(LISTS, row.lists.length * file.page_size);
  const { prp1, prp2, listEntries, listPages } = encodePrp(table, memory);
  expect(hexes([prp1, prp2])).toEqual([row.prp1, row.prp2]);
  expect(listPages).toBe(row.lists.length);
  const counts = row.lists.map((list) => (Array.isArray(list) ? list.length : list.count));
  // All but the last list have a link among their entries.
  const links = Math.max(0, counts.length - 1);
  expect(listEntries).toBe(counts.reduce((sum, count) => sum + count, 0) - links);
  const lists = counts.map((count, index) => u64sOf(memory.bytes.subarray(index * 4096), count));
  for (const [index, list] of row.lists.entries()) {
    const found = hexes(lists[index] as bigint[]);
    if (Array.isArray(list)) expect(found).toEqual(list);
    else expect([found[0], found[1], found.at(-1)]).toEqual([list.first, list.second, list.last]);
  }
  // And what the file leaves out: each entry is a page, each but the last list ends with a link to the next.
  const entries = lists.flatMap((list, index) => (index < links ? list.slice(0, -1) : list));
  if (listPages > 0) expect(entries).toEqual(laterPages(toRanges(row.segments), 4096n));
  expect(lists.slice(0, links).map((list) => list.at(-1))).toEqual(
    counts.slice(1).map((_, index) => LISTS + 4096n * BigInt(index + 1)),
  );
  expect(isUntouched(memory, links * 4096 + (counts.at(-1) ?? 0) * 8)).toBe(true);

  const decoded = decodePrp({ prp1, prp2, byteLength: bytesOf(row) }, memory);
  expectBytes(decoded.bytes, pack(coveredByRows(row.segments)));
});

it.each(file.vectors.filter(({ id }) => id in notExpressible))("$id: $why: NOT_EXPRESSIBLE", (row) => {
  const memory = memoryAt(LISTS, 4096);
  expect(thrownBy(() => encodePrp(tableOf(row), memory))).toMatchObject({
    name: "SegringError",
    code: "NOT_EXPRESSIBLE",
    index: 1,
    message: notExpressible[row.id],
  });
  expect(isUntouched(memory)).toBe(true);
  // What Linux gives is either an error, or no PRP.
  expect(row.status === "OK").toBe(row.id in nativeDefects);
  if (row.id in nativeDefects) {
    const native = { prp1: BigInt(row.prp1), prp2: BigInt(row.prp2), byteLength: bytesOf(row) };
    expect(thrownBy(() => decodePrp(native))).toMatchObject({
      code: "BAD_DESCRIPTOR",
      index: 1,
      message: about("descriptor 1"),
    });
  }
});
