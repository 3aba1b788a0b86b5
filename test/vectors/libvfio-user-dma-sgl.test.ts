/**
 * libvfio-user-dma-sgl.json: DMA addresses of a guest to addresses of the process that emulates the device
 * (`dma_addr_to_sgl`): `translate`, with a window for each region.
 */
import { expect, it } from "vitest";
import { SegringError } from "../../src/core/errors.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import { type TranslationWindow, translate, untranslate } from "../../src/devices/translate.js";
import { validate } from "../../src/devices/validate.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import { listOf } from "../support/vectors.js";
import file from "./data/libvfio-user-dma-sgl.json" with { type: "json" };

const vaddrOf = (region: number) => BigInt(file.regions[region]?.vaddr ?? 0);
const windowOf = (iova: number, length: number, vaddr: bigint): TranslationWindow => ({
  addr: iova,
  length,
  offset: vaddr - BigInt(iova),
});

/** The regions of a row: those of the file, or three that it describes. */
function windowsOf(regions: (typeof file.vectors)[number]["regions"]): TranslationWindow[] {
  if (typeof regions === "string") {
    expect(regions).toBe("3 regions of 0x1000 at 0x1000,0x2000,0x3000");
    // At virtual addresses that touch, too: each region is a segment of its own.
    return [0x1000, 0x2000, 0x3000].map((iova) => windowOf(iova, 0x1000, 0x7000_0000n + BigInt(iova)));
  }
  return file.regions
    .filter((_, region) => regions.includes(region))
    .map(({ iova, len, vaddr }) => windowOf(Number(iova), len, BigInt(vaddr)));
}

const rows = file.vectors.map((row) => ({
  ...row,
  name: `${row.len} bytes at ${row.addr}, regions ${row.regions}${row.region_prot ? ` (${row.region_prot}, asked for ${row.prot})` : ""}`,
}));

/** segring knows of no protection: the caller chooses the windows that a device may read, or write. */
const declined: Record<string, string> = { "1024 bytes at 0x2000, regions 0 (R, asked for W)": "EACCES" };

const tableOf = ({ addr, len }: (typeof rows)[number]) =>
  SegmentTable.from([{ addr: BigInt(addr), length: len, flags: 0 }]);

it("all 6 rows are here, and the one about protection is declined", () => {
  expect([rows.length, new Set(rows.map(({ name }) => name)).size]).toEqual([6, 6]);
  const found = rows.filter(({ errno }) => errno === "EACCES").map(({ name, errno }) => [name, errno]);
  expect(found).toEqual(Object.entries(declined));
});

it.each(rows.filter(({ ret }) => ret > 0))("$name: $ret", (row) => {
  const windows = windowsOf(row.regions);
  const table = tableOf(row);
  const moved = translate(table, windows);
  expect(moved.length).toBe(row.ret);
  if (row.sg !== undefined) {
    const wanted = row.sg.map(({ region, offset, len }) => ({
      addr: vaddrOf(region) + BigInt(offset),
      length: len,
      flags: 0,
    }));
    expect([...moved]).toEqual(wanted);
  }
  if (row.lens !== undefined) expect(listOf(moved).map(({ len }) => len)).toEqual(row.lens);
  expect(moved.totalBytes).toBe(BigInt(row.len));
  // And back, cut at the border of the regions.
  const back = untranslate(moved, windows);
  expect(back.addr(0)).toBe(BigInt(row.addr));
  expectBytes(translate(back, windows).bytes, moved.bytes);
  // libvfio-user fills an array of `max`, and says how many there would be. A table has them all; whether a device
  // takes as many, `validate` says.
  expect(validate(moved, { maxSegments: row.max })).toBe(undefined);
  if (row.max > 1) {
    const { index, limit } = validate(moved, { maxSegments: row.max - 1 }) ?? {};
    expect([index, limit]).toEqual([row.max - 1, "maxSegments"]);
  }
});

it.each(rows.filter(({ errno }) => errno === "ENOENT"))("$name: $errno is NO_WINDOW", (row) => {
  const error = thrownBy(() => translate(tableOf(row), windowsOf(row.regions))) as SegringError;
  expect(error).toBeInstanceOf(SegringError);
  expect([error.code, error.index]).toEqual(["NO_WINDOW", 0]);
  expect(error.message).toMatch(new RegExp(`found none for ${row.addr}$`));
});

it.each(rows.filter(({ name }) => name in declined))("$name: $errno is declined, windows have no protection", (row) => {
  const [{ addr } = { addr: 0n }] = translate(tableOf(row), windowsOf(row.regions));
  expect(addr).toBe(vaddrOf(0) + 0x1000n);
});
