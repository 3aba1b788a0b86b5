/** NVMe PRP and SGL, byte by byte. */

import { describe, expect, it } from "vitest";
import type { SegringError } from "../../src/core/errors.js";
import { BUS } from "../../src/core/record.js";
import { chooseNvme, decodePrp, decodeSgl, encodePrp, encodeSgl } from "../../src/descriptors/index.js";
import { type Blame, blames } from "../support/blame.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import {
  any,
  bad,
  bytesOf,
  empty,
  GIB4,
  hexOf,
  notIn,
  notType,
  plain,
  refusals,
  refuses,
  seg,
  shape,
  TOP,
  tableOf,
  two,
  valuesAt,
} from "../support/descriptor-cases.js";
import { isUntouched, type MemoryAt, memoryAt, rangesOf, u64sOf } from "../support/descriptors.js";

describe("NVMe PRP", () => {
  it("one page, two pages, a list, byte by byte", () => {
    expect(encodePrp(tableOf(seg(0x1ffc, 4)))).toEqual({ prp1: 0x1ffcn, prp2: 0n, listEntries: 0, listPages: 0 });
    expect(encodePrp(tableOf(seg(0x1ffc, 8)))).toEqual({ prp1: 0x1ffcn, prp2: 0x2000n, listEntries: 0, listPages: 0 });
    const memory = memoryAt(0x5000_0000n, 4096);
    const table = tableOf(seg(0x1ffc, 8), seg(0x2004, 0xffc), seg(0xfedc_ba98_7654_3000n, 0x1000), seg(TOP - 4096n, 1));
    expect(encodePrp(table, memory)).toEqual({ prp1: 0x1ffcn, prp2: memory.addr, listEntries: 3, listPages: 1 });
    expect(hexOf(memory.bytes.subarray(0, 24))).toBe(
      bytesOf("0020000000000000", "0030547698badcfe", "00f0ffffffffffff"),
    );
    expect(isUntouched(memory, 24)).toBe(true);
  });

  it("a list ends in its last slot, or in a link to the next page", () => {
    for (const [pages, link] of [
      [513, 0n],
      [514, 0x5000_1000n],
    ] as const) {
      const memory = memoryAt(0x5000_0000n, 8192);
      const table = tableOf(seg(0x10_0000, pages * 4096));
      const { prp1, prp2 } = encodePrp(table, memory);
      expectBytes(decodePrp({ prp1, prp2, byteLength: pages * 4096 }, memory).bytes, table.bytes);
      expect(u64sOf(memory.bytes, 512)[511]).toBe(link || 0x30_0000n);
      expect(isUntouched(memory, link ? 4096 + 16 : 4096)).toBe(true);
      if (link) expect(u64sOf(memory.bytes.subarray(4096), 2)).toEqual([0x30_0000n, 0x30_1000n]);
    }
  });

  it("thousands of pages apart, more than are looked at together", () => {
    const memory = memoryAt(0x5000_0000n, 10 * 4096);
    const table = tableOf(...Array.from({ length: 5000 }, (_, page) => seg(page * 8192, 4096)));
    const { prp1, prp2, listEntries, listPages } = encodePrp(table, memory);
    expect([listEntries, listPages]).toEqual([4999, 10]);
    expectBytes(decodePrp({ prp1, prp2, byteLength: 5000 * 4096 }, memory).bytes, table.bytes);
  });

  refusals([
    ["a page size", () => encodePrp(two, undefined, { pageBytes: 4097 }), notIn("pageBytes")],
    ["an empty table", () => encodePrp(empty), shape()],
    ["an odd start", () => encodePrp(tableOf(seg(0x1002, 8))), shape(0)],
    ["an inner end", ({ memory }) => encodePrp(tableOf(seg(0x1000, 0x1800), seg(0x9000, 1)), memory), shape(0)],
    [
      "an inner start",
      ({ memory }) => encodePrp(tableOf(seg(0x1000, 0x1000), seg(0x9000, 0x1000), seg(0xf004, 1)), memory),
      shape(2),
    ],
    [
      "memory and a device side by side",
      ({ memory }) => encodePrp(tableOf(seg(0x1000, 0x800), seg(0x1800, 0x800, BUS)), memory),
      shape(0),
    ],
    ["no list", () => encodePrp(tableOf(seg(0x1000, 0x3000))), blames(RangeError, "memory")],
    [
      "a list that is too short",
      ({ memory: { bytes, addr } }) => encodePrp(tableOf(seg(0x1000, 0x3000)), { bytes: bytes.subarray(0, 15), addr }),
      blames(RangeError, "memory"),
    ],
    [
      "an inner list that is too short",
      ({ memory: { bytes, addr } }) =>
        encodePrp(tableOf(seg(0x10_0000, 514 * 4096)), [
          { bytes: bytes.subarray(0, 4088), addr },
          { bytes: bytes.subarray(4096), addr: addr + 4096n },
        ]),
      blames(RangeError, "memory"),
    ],
    [
      "a last list that is too short",
      ({ memory: { bytes, addr } }) =>
        encodePrp(tableOf(seg(0x10_0000, 514 * 4096)), [
          { bytes: bytes.subarray(0, 4096), addr },
          { bytes: bytes.subarray(4096, 4096 + 15), addr: addr + 4096n },
        ]),
      blames(RangeError, "memory"),
    ],
    [
      "too few lists",
      ({ memory: { bytes, addr } }) =>
        encodePrp(tableOf(seg(0x10_0000, 1200 * 4096)), [
          { bytes: bytes.subarray(0, 4096), addr },
          { bytes: bytes.subarray(4096), addr: addr + 4096n },
        ]),
      blames(RangeError, "memory"),
    ],
    [
      "an inner end in large pages",
      ({ memory }) => encodePrp(tableOf(seg(0x1000, 0x1000), seg(0x9000, 1)), memory, { pageBytes: 65536 }),
      shape(0),
    ],
    [
      "an inner start in large pages",
      ({ memory }) => encodePrp(tableOf(seg(0x1000, 0x1000), seg(0x3000, 1)), memory, { pageBytes: 8192 }),
      shape(1),
    ],
    [
      "memory that is no pages",
      ({ memory }) => encodePrp(two, { ...memory, addr: 0x5000_0800n }),
      notIn("memory.addr"),
    ],
    [
      "memory that is no large pages",
      ({ memory }) => encodePrp(two, { ...memory, addr: 0x5000_1000n }, { pageBytes: 8192 }),
      notIn("memory.addr"),
    ],
  ]);

  const list = (...values: bigint[]) => valuesAt(0x5000_0000n, 4096, values);
  const prp = (prp1: bigint, prp2: bigint, byteLength: number) => ({ prp1, prp2, byteLength });

  it("decodes what an encoder wrote, and ends where the data do", () => {
    const memory = list(0x2000n, 0x9000n);
    expect(rangesOf(decodePrp(prp(0x1ffcn, 0x5000_0000n, 4104), memory))).toEqual([
      { addr: 0x1ffcn, length: 0x1004n, flags: 0 },
      { addr: 0x9000n, length: 4n, flags: 0 },
    ]);
    // PRP2 means nothing where one page has all, the list nothing behind its last entry.
    expect(rangesOf(decodePrp(prp(0x1000n, 0x1234n, 4096)))).toEqual([{ addr: 0x1000n, length: 4096n, flags: 0 }]);
    expect(rangesOf(decodePrp(prp(TOP - 4n, 0n, 8)))).toEqual([
      { addr: TOP - 4n, length: 4n, flags: 0 },
      { addr: 0n, length: 4n, flags: 0 },
    ]);
  });

  it.each<[string, () => unknown, Blame]>([
    ["PRP1", () => decodePrp(prp(0x1001n, 0n, 8)), bad(0, "PRP1")],
    ["PRP2, a page", () => decodePrp(prp(0x1000n, 0x2004n, 8192)), bad(1)],
    ["PRP2, a list", () => decodePrp(prp(0x1000n, 0x5000_0004n, 12288), list()), bad(1, "PRP2")],
    ["a list that is elsewhere", () => decodePrp(prp(0x1000n, 0x6000_0000n, 12288), list()), bad(1)],
    [
      "a list that ends early",
      () => decodePrp(prp(0x1000n, 0x5000_0000n, 12288), { bytes: list().bytes.subarray(0, 8), addr: 0x5000_0000n }),
      bad(1),
    ],
    ["an entry", () => decodePrp(prp(0x1000n, 0x5000_0000n, 12288), list(0x2000n, 0x9800n)), bad(2)],
    ["a link", () => decodePrp(prp(0x1000n, 0x5000_0ff8n, 12288), valuesAt(0x5000_0ff8n, 8, [0x5000_0008n])), bad(1)],
  ])("decode refuses %s", (_, call, error) => refuses(call, error));

  it("a loop of lists ends with the bytes", () => {
    // Every entry is the list's own page, the link too.
    const memory = list(...Array<bigint>(512).fill(0x5000_0000n));
    const table = decodePrp(prp(0x1000n, 0x5000_0000n, 10_000 * 4096), memory);
    expect([table.length, table.totalBytes]).toEqual([10_000, 10_000n * 4096n]);
  });

  it("maxEntries counts PRP1, wherever in its page it starts", () => {
    const memory = memoryAt(0x9000n, 4096);
    const read = (prp1: number, byteLength: number, maxEntries: number) =>
      decodePrp({ prp1, prp2: 0xa000, byteLength }, memory, { maxEntries }).totalBytes;
    expect(read(0x1000, 4096, 1)).toBe(4096n);
    expect(read(0x1ffc, 4, 1)).toBe(4n);
    expect(read(0x1ffc, 4096, 2)).toBe(4096n);
    refuses(() => read(0x1ffc, 4096, 1), notIn("byteLength"));
    refuses(() => read(0x1000, 4097, 1), notIn("byteLength"));
  });
});

describe("NVMe SGL", () => {
  it("one segment in the command, byte by byte", () => {
    const { sgl1, descriptors, segments } = encodeSgl(tableOf(seg(0xfedc_ba98_7654_3211n, 0xffff_ffff)));
    expect([hexOf(sgl1), descriptors, segments]).toEqual([bytesOf("1132547698badcfe", "ffffffff", "00000000"), 0, 0]);
  });

  it("a list, and one of two pieces", () => {
    const memory = memoryAt(0x5000_0008n, 64);
    const one = encodeSgl(two, memory);
    expect(hexOf(one.sgl1)).toBe(bytesOf("0800005000000000", "20000000", "00000030"));
    expect(hexOf(memory.bytes.subarray(0, 32))).toBe(
      bytesOf("0010000000000000", "00100000", "00000000", "0050000000000000", "00080000", "00000000"),
    );
    expect([one.descriptors, one.segments, isUntouched(memory, 32)]).toEqual([2, 1, true]);
    const three = tableOf(seg(0x1000, 1), seg(0x2000, 2), seg(0x3000, 3));
    const [first, second] = [memoryAt(0x5000_0000n, 32 + 15), memoryAt(0x4000_0000n, 48)];
    const both = encodeSgl(three, [first, second]);
    expect([both.descriptors, both.segments]).toEqual([4, 2]);
    expect(hexOf(both.sgl1)).toBe(bytesOf("0000005000000000", "20000000", "00000020"));
    expect(hexOf(first.bytes.subarray(0, 32))).toBe(
      bytesOf("0010000000000000", "01000000", "00000000", "0000004000000000", "20000000", "00000030"),
    );
    expect(hexOf(second.bytes.subarray(0, 32))).toBe(
      bytesOf("0020000000000000", "02000000", "00000000", "0030000000000000", "03000000", "00000000"),
    );
    expect([isUntouched(first, 32), isUntouched(second, 32)]).toEqual([true, true]);
    expectBytes(decodeSgl(both.sgl1, [second, first]).table.bytes, three.bytes);
  });

  const tooFew = blames(RangeError, "memory");
  refusals([
    ["an empty table", () => encodeSgl(empty), shape()],
    ["4 GiB", ({ memory }) => encodeSgl(tableOf(seg(0, 1), seg(0, GIB4)), memory), shape(1)],
    [
      "an odd length",
      ({ memory }) => encodeSgl(tableOf(seg(0, 4), seg(0, 6)), memory, { alignmentBytes: 4 }),
      shape(1),
    ],
    ["an odd address", ({ memory }) => encodeSgl(tableOf(seg(2, 4)), memory, { alignmentBytes: 4 }), shape(0)],
    ["an alignment", () => encodeSgl(two, undefined, { alignmentBytes: any(2) }), notIn("alignmentBytes")],
    ["an alignment's type", () => encodeSgl(two, undefined, { alignmentBytes: any(4n) }), notType("alignmentBytes")],
    ["an odd list", ({ memory }) => encodeSgl(two, { ...memory, addr: 0x5000_0004n }), notIn("memory.addr")],
    ["no list", () => encodeSgl(two), tooFew],
    ["a short list", ({ memory: { bytes, addr } }) => encodeSgl(two, { bytes: bytes.subarray(0, 31), addr }), tooFew],
    [
      "a first piece of one descriptor",
      ({ memory: { bytes, addr } }) =>
        encodeSgl(two, [
          { bytes: bytes.subarray(0, 16), addr },
          { bytes: bytes.subarray(16, 48), addr: addr + 16n },
        ]),
      tooFew,
    ],
    [
      "pieces of one descriptor",
      ({ memory: { bytes, addr } }) =>
        encodeSgl(
          two,
          [0, 16, 32].map((at) => ({ bytes: bytes.subarray(at, at + 16), addr: addr + BigInt(at) })),
        ),
      tooFew,
    ],
  ]);

  /** A descriptor. */
  const sgl = (type: number, addr: bigint, length: number) => {
    const bytes = new Uint8Array(16);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(0, addr, true);
    view.setUint32(8, length, true);
    bytes[15] = type;
    return bytes;
  };
  const listOf = (...rows: Uint8Array[]): MemoryAt => {
    const memory = memoryAt(0x5000_0000n, 4096);
    for (const [index, row] of rows.entries()) memory.bytes.set(row, index * 16);
    return memory;
  };
  const AT = 0x5000_0000n;

  it("decodes bit buckets, empty blocks and segments that lead on", () => {
    const memory = listOf(
      sgl(0x10, 0n, 512),
      sgl(0, 0x1000n, 0),
      sgl(0, 0x1000n, 8),
      sgl(0x30, AT + 64n, 32),
      sgl(0, 0x1008n, 4),
      sgl(0x10, 0n, 1),
    );
    expect(plain(decodeSgl(sgl(0x20, AT, 64), memory))).toEqual({
      table: rangesOf(tableOf(seg(0x1000, 8), seg(0x1008, 4))),
      droppedBytes: 513n,
      descriptors: 7,
    });
    expect(decodeSgl(sgl(0, 0x1000n, 0)).table.length).toBe(0);
  });

  it.each<[string, () => unknown, Blame]>([
    ["a command of another size", () => decodeSgl(new Uint8Array(15)), notIn("sgl1.byteLength")],
    ["a type", () => decodeSgl(sgl(0x40, 0n, 1)), bad(0)],
    ["a subtype", () => decodeSgl(sgl(0x01, 0n, 1)), bad(0)],
    ["data past the end", () => decodeSgl(sgl(0, TOP - 1n, 2)), bad(0)],
    ["a list of parts", () => decodeSgl(sgl(0x30, AT, 24), listOf()), bad(0)],
    ["an empty list", () => decodeSgl(sgl(0x30, AT, 0), listOf()), bad(0)],
    ["an odd list", () => decodeSgl(sgl(0x30, AT + 4n, 16), listOf()), bad(0)],
    ["a list elsewhere", () => decodeSgl(sgl(0x30, AT + 4096n, 16), listOf()), bad(0)],
    [
      "a list that leads on in its middle",
      () => decodeSgl(sgl(0x20, AT, 32), listOf(sgl(0x30, AT, 16), sgl(0, 0n, 1))),
      bad(1),
    ],
    ["a last list that leads on", () => decodeSgl(sgl(0x30, AT, 32), listOf(sgl(0, 0n, 1), sgl(0x30, AT, 16))), bad(2)],
    ["a list that does not lead on", () => decodeSgl(sgl(0x20, AT, 16), listOf(sgl(0, 0n, 1))), bad(1)],
    ["a loop", () => decodeSgl(sgl(0x20, AT, 16), listOf(sgl(0x20, AT, 16))), bad(65536)],
    [
      "more than asked for",
      () => decodeSgl(sgl(0x30, AT, 32), listOf(sgl(0, 0n, 1), sgl(0, 0n, 1)), { maxDescriptors: 2 }),
      bad(2),
    ],
  ])("decode refuses %s", (_, call, error) => refuses(call, error));

  it("chooseNvme: what can be expressed, then what is long", () => {
    const long = tableOf(seg(0x1000, 0x8000), seg(0x2_0000, 0x8000));
    const gap = tableOf(seg(0x1000, 0x800), seg(0x2_0000, 0x8000));
    expect([long, gap, two].map((table) => chooseNvme(table, { sgl: true }))).toEqual(["sgl", "sgl", "prp"]);
    expect(chooseNvme(long, { sgl: false })).toBe("prp");
    expect(chooseNvme(long, { sgl: true, thresholdBytes: 0x8001 })).toBe("prp");
    expect(chooseNvme(two, { sgl: true, thresholdBytes: 0xc00n })).toBe("sgl");
    refuses(() => chooseNvme(gap, { sgl: false }), shape(0));
    for (const sgl of [true, false]) {
      refuses(() => chooseNvme(empty, { sgl }), shape());
    }
    refuses(() => chooseNvme(two, { sgl: any(1) }), notType("sgl"));
    refuses(() => chooseNvme(two, { sgl: true, pageBytes: 5000 }), notIn("pageBytes"));
  });
});

describe("chooseNvme, as Linux", () => {
  it("32768 and 32767 bytes, rounded up, are 32768 on average: an SGL", () => {
    const of = (...lengths: number[]) => tableOf(...lengths.map((length, at) => seg(at * 0x10_0000, length)));
    const sgl = { sgl: true };
    // The short one last: PRP could say it too.
    expect(chooseNvme(of(32768, 32767), sgl)).toBe("sgl");
    expect(chooseNvme(of(32768, 32766), sgl)).toBe("prp");
    expect([chooseNvme(of(32768), sgl), chooseNvme(of(32767), sgl)]).toEqual(["sgl", "prp"]);
    // 2731 on average.
    expect(chooseNvme(of(4096, 4096, 1), { sgl: true, thresholdBytes: 2731 })).toBe("sgl");
    expect(chooseNvme(of(4096, 4096, 1), { sgl: true, thresholdBytes: 2732 })).toBe("prp");
    expect(chooseNvme(of(1), { sgl: true, thresholdBytes: 1 })).toBe("sgl");
    expect(chooseNvme(of(32768, 32767), { sgl: false })).toBe("prp");
  });

  it("a threshold of 0: an SGL only where PRP cannot", () => {
    const long = tableOf(seg(0, 2 ** 30));
    const gap = tableOf(seg(0, 2 ** 30), seg(2 ** 31 + 4, 2 ** 30));
    for (const thresholdBytes of [0, 0n]) {
      expect(chooseNvme(long, { sgl: true, thresholdBytes })).toBe("prp");
      expect(chooseNvme(gap, { sgl: true, thresholdBytes })).toBe("sgl");
    }
    expect(chooseNvme(long, { sgl: true, thresholdBytes: TOP - 1n })).toBe("prp");
  });

  it("PRP where an SGL cannot: 4 GiB in one segment, or what the controller cannot align", () => {
    expect(chooseNvme(tableOf(seg(0, GIB4)), { sgl: true })).toBe("prp");
    expect(chooseNvme(tableOf(seg(0, GIB4 - 4096)), { sgl: true })).toBe("sgl");
    const odd = tableOf(seg(0, 65536), seg(0x10_0000, 65533));
    expect(chooseNvme(odd, { sgl: true })).toBe("sgl");
    expect(chooseNvme(odd, { sgl: true, alignmentBytes: 1 })).toBe("sgl");
    expect(chooseNvme(odd, { sgl: true, alignmentBytes: 4 })).toBe("prp");
    expect(chooseNvme(odd, { sgl: false, alignmentBytes: 4 })).toBe("prp");
  });

  it("where neither can, the message is PRP's and its cause the SGL's", () => {
    const both = tableOf(seg(0, GIB4), seg(0x1_0000_0004, 65533), seg(0x2_0000_0000, 4096));
    const prp = shape(1);
    refuses(() => chooseNvme(both, { sgl: true }), prp);
    const causeOf = (call: () => unknown) => (thrownBy(call) as SegringError).cause;
    expect(causeOf(() => chooseNvme(both, { sgl: true }))).toEqual(shape(0));
    // A controller without SGLs has no second reason.
    refuses(() => chooseNvme(both, { sgl: false }), prp);
    expect(causeOf(() => chooseNvme(both, { sgl: false }))).toBeUndefined();
    const gap = tableOf(seg(0, 4098), seg(0x9000, 4096));
    expect(causeOf(() => chooseNvme(gap, { sgl: true, alignmentBytes: 4 }))).toEqual(shape(0));
    expect(chooseNvme(gap, { sgl: true })).toBe("sgl");
    refuses(() => chooseNvme(gap, { sgl: true, alignmentBytes: 4, pageBytes: 8192 }), shape(0));
    expect(causeOf(() => chooseNvme(empty, { sgl: true }))).toEqual(shape());
  });
});
