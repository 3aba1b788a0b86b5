/**
 * spdk-nvme-prp-sgl.json: what SPDK's `nvme_pcie_ut.c` asks of PRPs and hardware SGLs. A request is a table: the
 * segments of its calls, or of its iov cut to offset and size. -EFAULT is an error that says why.
 */

import { describe, expect, it } from "vitest";
import { SegmentTable } from "../../src/core/segment-table.js";
import { decodePrp, encodePrp, type PrpEncoding } from "../../src/descriptors/nvme-prp.js";
import { decodeSgl, encodeSgl } from "../../src/descriptors/nvme-sgl.js";
import { translate } from "../../src/devices/translate.js";
import { slice } from "../../src/table/slice.js";
import { type OracleRange, pack } from "../oracle.js";
import { about, blames } from "../support/blame.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import {
  coveredBy,
  hexes,
  isUntouched,
  laterPages,
  memoryAt,
  rangesOf,
  sglOf,
  u64sOf,
} from "../support/descriptors.js";
import { toRange, toRanges } from "../support/vectors.js";
import file from "./data/spdk-nvme-prp-sgl.json" with { type: "json" };

const LIST = 0x7000_0000n;
const maxEntries = file.constants.NVME_MAX_PRP_LIST_ENTRIES;

type Call = (typeof file.prp_list_append)[number];
const isOk = ({ calls }: Call) => calls.every(({ rc }) => rc === 0);
const callRanges = ({ calls }: Call): OracleRange[] =>
  calls.map(({ virt_addr, len }) => toRange({ addr: virt_addr, len }));

/** Rows of -EFAULT, and what each is here. */
const faults: Record<string, Error | { code: string; message?: string }> = {
  "non-dword-aligned": {
    code: "NOT_EXPRESSIBLE",
  },
  "two-both-unaligned": {
    code: "NOT_EXPRESSIBLE",
  },
  "too-large-aligned": blames(RangeError, "memory"),
  "too-large-unaligned": blames(RangeError, "memory"),
  "vtophys-fails": {
    code: "NO_WINDOW",
    message: about("segment 0"),
  },
};
/** Where the native answer is wrong. */
const nativeDefects: Record<string, string> = {
  "two-first-unaligned": "the first buffer ends inside a page, and the controller reads on to the page's end",
};

it("all 32 rows are here, those of an error and of a defect by name", () => {
  const { prp_list_append: append, prps_iov_request: iov, contig_request: contig, hw_sgl } = file;
  const all = [append, iov, contig, hw_sgl];
  expect(all.map(({ length }) => length)).toEqual([17, 5, 4, 6]);
  expect(new Set(all.flat().map(({ id }) => id)).size).toBe(32);
  expect(append.filter((row) => !isOk(row)).map(({ id }) => id)).toEqual(Object.keys(faults));
  expect(append.filter(({ id }) => id in nativeDefects).length).toBe(Object.keys(nativeDefects).length);
});

/** Encodes into a list of 503 entries, decodes, and checks what a row says of it: PRPs in all, and those it names. */
function checkPrp(
  table: SegmentTable,
  row: { prp1?: string | undefined; prp2?: string | undefined; list?: readonly string[] | undefined },
): PrpEncoding {
  const memory = memoryAt(LIST, maxEntries * 8);
  const encoding = encodePrp(table, memory);
  const { prp1, prp2, listEntries } = encoding;
  if (row.prp1 !== undefined) expect(hexes([prp1])).toEqual([row.prp1]);
  if (row.prp2 !== undefined) expect(hexes([prp2])).toEqual([row.prp2 === "LIST" ? hexes([LIST])[0] : row.prp2]);
  const later = laterPages(rangesOf(table), 4096n);
  if (later.length > 1) {
    expect(prp2).toBe(LIST);
    expect(u64sOf(memory.bytes, listEntries)).toEqual(later);
  } else {
    expect([prp2, listEntries]).toEqual([later[0] ?? 0n, 0]);
  }
  if (row.list !== undefined) expect(hexes(later)).toEqual(row.list);
  expect(isUntouched(memory, listEntries * 8)).toBe(true);
  const decoded = decodePrp({ prp1, prp2, byteLength: Number(table.totalBytes) }, memory);
  expectBytes(decoded.bytes, pack(coveredBy(table)));
  return encoding;
}

describe("prp_list_append", () => {
  const rows = file.prp_list_append.filter(({ id }) => !(id in nativeDefects));

  it.each(rows.filter(isOk))("$id", (row) => {
    const { prp2, listEntries } = checkPrp(SegmentTable.from(callRanges(row)), row);
    const count = 1 + (listEntries > 0 ? listEntries : prp2 === 0n ? 0 : 1);
    expect(count).toBe(row.prp_index_after);
  });

  it.each(rows.filter((row) => !isOk(row)))("$id: refused", (row) => {
    expect(row.calls.at(-1)?.rc).toBe(-14);
    const table = SegmentTable.from(callRanges(row));
    const memory = memoryAt(LIST, maxEntries * 8);
    const error = thrownBy(() =>
      // The addresses are bus addresses, but where there is no translation.
      encodePrp(row.id === "vtophys-fails" ? translate(table, []) : table, memory),
    );
    const wanted = faults[row.id] as Error;
    if (wanted instanceof Error) expect(error).toEqual(wanted);
    else expect(error).toMatchObject({ name: "SegringError", index: 0, ...(wanted as object) });
    expect(isUntouched(memory)).toBe(true);
    // The calls before the one that fails.
    const before = callRanges(row).slice(0, -1);
    if (before.length === 0) return;
    expect(row.prp_index_after).toBe(1 + laterPages(before, 4096n).length);
    checkPrp(SegmentTable.from(before), {});
  });

  it.each(
    file.prp_list_append
      .filter(({ id }) => id in nativeDefects)
      .map((row) => ({ ...row, defect: nativeDefects[row.id] })),
  )("$id: NOT_EXPRESSIBLE (native is wrong: $defect)", (row) => {
    const ranges = callRanges(row);
    const memory = memoryAt(LIST, maxEntries * 8);
    expect(thrownBy(() => encodePrp(SegmentTable.from(ranges), memory))).toMatchObject({
      code: "NOT_EXPRESSIBLE",
      index: 0,
    });
    expect(isUntouched(memory)).toBe(true);
    // SPDK's own list, as a controller reads it, has other bytes.
    const view = new DataView(memory.bytes.buffer, memory.bytes.byteOffset);
    for (const [index, entry] of (row.list ?? []).entries()) view.setBigUint64(index * 8, BigInt(entry), true);
    const native = decodePrp({ prp1: BigInt(row.prp1 ?? 0), prp2: LIST, byteLength: 8192 }, memory);
    expect(rangesOf(native)).not.toEqual(coveredBy(ranges));
    expect(rangesOf(native)).toEqual(
      toRanges([
        { addr: "0x100800", len: 4096 + 2048 },
        { addr: "0x900000", len: 2048 },
      ]),
    );
  });
});

describe("prps_iov_request: offset and size of an iov", () => {
  // The number of iovs that SPDK's caller says is not asked for: bytes are what is taken.
  const cut = ({ iov, offset, size }: (typeof file.prps_iov_request)[number]) =>
    slice(SegmentTable.from(toRanges(iov)), offset, size);

  it.each(file.prps_iov_request.filter(({ rc }) => rc === undefined))("$id", (row) => {
    checkPrp(cut(row), row);
  });

  it.each(file.prps_iov_request.filter(({ rc }) => rc !== undefined))("$id: NOT_EXPRESSIBLE", (row) => {
    expect([row.id, row.rc]).toEqual(["iov-off-4095", "nonzero"]);
    expect(thrownBy(() => encodePrp(cut(row)))).toMatchObject({
      code: "NOT_EXPRESSIBLE",
      index: 0,
    });
  });
});

describe("contig_request", () => {
  const cut = ({ buf, offset, size }: (typeof file.contig_request)[number]) =>
    slice(SegmentTable.from([{ addr: BigInt(buf), length: offset + size }]), offset, size);

  it.each(file.contig_request.filter(({ rc }) => rc === 0))("$id", (row) => {
    // One PRP is all there is where the row has no second.
    checkPrp(cut(row), { ...row, prp2: row.prp2 ?? "0x0" });
  });

  it.each(file.contig_request.filter(({ rc }) => rc !== 0))("$id: NOT_EXPRESSIBLE", (row) => {
    expect([row.id, row.rc]).toEqual(["contig-odd", -14]);
    expect(thrownBy(() => encodePrp(cut(row), memoryAt(LIST, 4096)))).toMatchObject({
      code: "NOT_EXPRESSIBLE",
      index: 0,
    });
  });
});

describe("hw_sgl", () => {
  type Row = (typeof file.hw_sgl)[number];
  /** A mock, which no controller takes: an SGL segment lies at a multiple of 8. Its row is tried at the one below. */
  const oddLists: Record<string, string> = { "contig-two-mappings": "0xff0ff" };

  /** The mappings one after the other; SPDK's mock gives each the same address, so that they do not touch. */
  function tableOf(row: Row): SegmentTable {
    if (row.iov !== undefined) return slice(SegmentTable.from(toRanges(row.iov)), row.offset, row.size);
    const { payload_offset: offset = 0, payload_size: size, mapping_sizes: sizes, paddr } = row;
    // The mock answers for the payload's first byte; what lies before it is passed over.
    const mappings = sizes.map((length, index) => {
      const skipped = index === 0 ? offset : 0;
      return { addr: BigInt(paddr) - BigInt(skipped), length: length + skipped };
    });
    return slice(SegmentTable.from(mappings), offset, size);
  }

  it("one row has a list where none may be", () => {
    const odd = file.hw_sgl.filter(({ list_bus_addr: list }) => list !== undefined && BigInt(list) % 8n !== 0n);
    expect(Object.fromEntries(odd.map(({ id, list_bus_addr }) => [id, list_bus_addr]))).toEqual(oddLists);
    for (const row of odd) {
      expect(thrownBy(() => encodeSgl(tableOf(row), memoryAt(BigInt(row.list_bus_addr ?? 0), 4096)))).toEqual(
        blames(RangeError, "memory.addr"),
      );
    }
  });

  it.each(file.hw_sgl)("$id", (row) => {
    const table = tableOf(row);
    const list = BigInt(row.list_bus_addr ?? "0x7000000") & -8n;
    const memory = memoryAt(list, file.constants.NVME_MAX_SGL_DESCRIPTORS * 16);
    const { sgl1, descriptors, segments } = encodeSgl(table, memory);
    const wanted = row.sgl ?? [];
    const lead = row.sgl === undefined ? row.sgl1 : { ...row.sgl1, addr: hexes([list])[0] };
    expect(sglOf(sgl1)).toEqual([lead]);
    if (!(row.id in oddLists)) expect(lead).toEqual(row.sgl1);
    expect(sglOf(memory.bytes.subarray(0, descriptors * 16))).toEqual(wanted);
    expect([descriptors, segments]).toEqual([wanted.length, Math.min(wanted.length, 1)]);
    expect(isUntouched(memory, descriptors * 16)).toBe(true);
    const decoded = decodeSgl(sgl1, memory);
    expectBytes(decoded.table.bytes, table.bytes);
    expect([decoded.droppedBytes, decoded.descriptors]).toEqual([0n, 1 + wanted.length]);
  });
});
