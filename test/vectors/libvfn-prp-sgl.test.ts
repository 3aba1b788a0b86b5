/**
 * libvfn-prp-sgl.json: what libvfn's tests of `nvme_rq_map*_prp` and `_sgl` ask for. LIST is the address of the list
 * pages, list[i] their 64-bit slot i: slots from 512 on are those of the second page.
 */

import { describe, expect, it } from "vitest";
import { SegmentTable } from "../../src/core/segment-table.js";
import { decodePrp, encodePrp } from "../../src/descriptors/nvme-prp.js";
import { decodeSgl, encodeSgl } from "../../src/descriptors/nvme-sgl.js";
import { pack } from "../oracle.js";
import { blames } from "../support/blame.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import { coveredByRows, hexes, isUntouched, laterPages, memoryAt, sglOf, u64sOf } from "../support/descriptors.js";
import { toRanges } from "../support/vectors.js";
import file from "./data/libvfn-prp-sgl.json" with { type: "json" };

type Row = (typeof file.vectors)[number];
const LIST = 0x7000_0000n;
const { slots_per_page: slots, single_page_max_prps: onePage } = file.limits;

const nameOf = (row: Row) => `${row.function}: ${row.comment}`;
const named = (rows: readonly Row[]) => rows.map((row) => ({ ...row, name: nameOf(row) }));
const isSgl = (row: Row) => row.function.endsWith("sgl");
const prp = named(file.vectors.filter((row) => !isSgl(row)));
const sgl = named(file.vectors.filter(isSgl));

const overflow =
  "One more list PRP than fits in a single page (__max_prps_per_page + 1) genuinely overflows: with two pages the";
const chaining =
  "Multi-page chaining across iovec segments: the first iovec fills the first page and spills one entry onto the ";
/** Rows whose source looks at some slots of the list only. The others are filled in by a model. */
const someSlots = ["nvme_rq_map_prp: test 12k + 24 aligned", `nvme_map_prp: ${overflow}`, `nvme_mapv_prp: ${chaining}`];
/** A slip in the source: 3 elements of which it set 2. The third is what the test before it left; the rows are the two. */
const declaredThree = ["nvme_rq_mapv_prp: test 12k aligned 2-iovec", "nvme_rq_mapv_iova_prp: test 12k aligned 2-iovec"];

const tableOf = ({ segments }: Row) => SegmentTable.from(toRanges(segments));
const bytesOf = ({ segments }: Row) => segments.reduce((sum, { len }) => sum + len, 0);

/** A symbol of the file. */
function numberOf(symbol: string): bigint {
  const [base = "", plus = "0"] = symbol.split("+");
  return base === "LIST" ? LIST + BigInt(plus) : BigInt(symbol);
}

/** The slots that a row names. */
const slotsOf = ({ expected }: Row): [number, bigint][] =>
  Object.entries(expected).flatMap(([key, symbol]) => {
    const slot = /^list\[(\d+)\]$/.exec(key)?.[1];
    return slot === undefined ? [] : [[Number(slot), numberOf(symbol as string)] as [number, bigint]];
  });

it("all 28 rows are here: 26 of PRPs, 3 of which fail, and 2 of SGLs", () => {
  expect([file.vectors.length, prp.length, sgl.length]).toEqual([28, 26, 2]);
  expect(new Set(file.vectors.map(nameOf)).size).toBe(28);
  expect(prp.filter((row) => row.return !== 0).length).toBe(3);
  expect(file.vectors.filter((row) => row.declared_count !== row.segments.length).map(nameOf)).toEqual(declaredThree);
  expect([slots, onePage]).toEqual([512, 513]);
});

describe("PRP", () => {
  it.each(prp.filter((row) => row.return === 0))("$name", (row) => {
    const memory = memoryAt(LIST, row.list_pages * file.page_size);
    const { prp1, prp2, listEntries, listPages } = encodePrp(tableOf(row), memory);
    expect(hexes([prp1, prp2])).toEqual(hexes([numberOf(row.expected.prp1 ?? ""), numberOf(row.expected.prp2 ?? "")]));
    // What the row says, and all slots by a model: pages, and in slot 511 a link if more follow.
    const list = prp2 === LIST ? laterPages(toRanges(row.segments), 4096n) : [];
    if (list.length > slots) list.splice(slots - 1, 0, LIST + 4096n);
    const written = u64sOf(memory.bytes, list.length);
    expect(hexes(written)).toEqual(hexes(list));
    for (const [slot, value] of slotsOf(row)) expect(written[slot]).toBe(value);
    expect(slotsOf(row).length < list.length).toBe(someSlots.includes(row.name));
    expect([listPages, listEntries]).toEqual([
      Math.ceil(list.length / slots),
      list.length > slots ? list.length - 1 : list.length,
    ]);
    expect(isUntouched(memory, list.length * 8)).toBe(true);

    const decoded = decodePrp({ prp1, prp2, byteLength: bytesOf(row) }, memory);
    expectBytes(decoded.bytes, pack(coveredByRows(row.segments)));
  });

  it.each(prp.filter((row) => row.return !== 0))("$name: a RangeError, one list page is not enough", (row) => {
    expect([row.return, row.list_pages, bytesOf(row)]).toEqual([-1, 1, (onePage + 1) * 4096]);
    const memory = memoryAt(LIST, 4096);
    expect(thrownBy(() => encodePrp(tableOf(row), memory))).toEqual(blames(RangeError, "memory"));
    expect(isUntouched(memory)).toBe(true);
    // One page less is one list to its last slot, which is no link.
    const fits = SegmentTable.from([{ addr: 0x100_0000, length: onePage * 4096 }]);
    expect(encodePrp(fits, memory)).toMatchObject({ prp2: LIST, listEntries: slots, listPages: 1 });
    expect(u64sOf(memory.bytes, slots).at(-1)).toBe(0x100_0000n + BigInt(slots * 4096));
  });
});

describe("SGL", () => {
  it.each(sgl)("$name", (row) => {
    expect(row.return).toBe(0);
    const memory = memoryAt(LIST, row.list_pages * file.page_size);
    const { sgl1, descriptors, segments } = encodeSgl(tableOf(row), memory);
    const found = sglOf(memory.bytes.subarray(0, descriptors * 16));
    const wanted = row.segments.map(({ len }, index) => ({
      type: "DATA_BLOCK",
      addr: (row.expected as Record<string, string>)[`sglds[${index}].addr`],
      len,
    }));
    expect(found).toEqual(wanted);
    expect(Object.keys(row.expected).length).toBe(row.segments.length);
    expect(sglOf(sgl1)).toEqual([{ type: "LAST_SEGMENT", addr: hexes([LIST])[0], len: descriptors * 16 }]);
    expect([descriptors, segments]).toEqual([2, 1]);
    expect(isUntouched(memory, descriptors * 16)).toBe(true);
    expectBytes(decodeSgl(sgl1, memory).table.bytes, pack(toRanges(row.segments)));
  });
});
