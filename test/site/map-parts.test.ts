/** The parts of the room "Map" that need no page. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { SegmentTable } from "segring";
import { describe, expect, it, onTestFinished } from "vitest";
import { commandOf, programOf } from "../../site/rooms/map/recipe.js";
import { DEFAULTS, EXAMPLE, fromFragment, type Settings, toFragment } from "../../site/rooms/map/settings.js";
import { roundSize, sizeOf, sizeText } from "../../site/rooms/map/sizes.js";
import { formatOfName, formatOfText, GENERATOR, type Source } from "../../site/rooms/map/sources.js";
import { ALL, addrAt, around, fractionOf, moved, SPACE, zoomed } from "../../site/rooms/map/window.js";
import { Overtaken, piecesOf } from "../../site/rooms/map/worker/bytes.js";
import { generate } from "../../site/rooms/map/worker/generate.js";
import { load } from "../../site/rooms/map/worker/load.js";
import { mapRanges } from "../../site/rooms/map/worker/mapping.js";
import { findSegment } from "../../site/rooms/map/worker/rows.js";
import { extentOf } from "../../site/rooms/map/worker/totals.js";

import { REPOSITORY } from "../support/bundle.js";

const SAMPLES = ["frames", "parquet"];
const windows = fc
  .tuple(fc.bigInt(0n, SPACE - 1n), fc.bigInt(0n, SPACE - 1n))
  .map(([a, b]) => (a < b ? { addr: a, length: b - a + 1n } : { addr: b, length: a - b + 1n }));

describe("windows", () => {
  it("stay inside the address space and never lose the last byte, however they are moved and zoomed", () => {
    fc.assert(
      fc.property(
        windows,
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (window, factor, at) => {
          for (const next of [zoomed(window, factor, at), moved(window, at), moved(window, -at), around(window)]) {
            expect(next.addr >= 0n && next.length >= 1n && next.addr + next.length <= SPACE).toBe(true);
          }
          const held = addrAt(window, at);
          expect(held >= window.addr && held < window.addr + window.length).toBe(true);
          expect(fractionOf(window, held)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it("reach one byte from all addresses by halves, and all from one byte by doubles", () => {
    let window = ALL;
    for (let step = 0; step < 64; step++) window = zoomed(window, 0.5);
    expect(window).toEqual({ addr: 2n ** 63n, length: 1n });
    for (let step = 0; step < 64; step++) window = zoomed(window, 2);
    expect(window).toEqual(ALL);
  });

  it("move by a byte at least", () => {
    expect(moved({ addr: 5n, length: 1n }, 0.125)).toEqual({ addr: 6n, length: 1n });
    expect(moved({ addr: SPACE - 1n, length: 1n }, 0.125)).toEqual({ addr: SPACE - 1n, length: 1n });
  });
});

describe("sizes", () => {
  it("read what they write, for any number of bytes", () => {
    fc.assert(fc.property(fc.bigInt(0n, SPACE - 1n), (bytes) => sizeOf("x", sizeText(bytes)) === bytes));
    expect([sizeText(2n ** 32n), sizeText(4097n), roundSize(3n * 2n ** 29n), roundSize(SPACE)]).toEqual([
      "4GiB",
      "4097",
      "1.5 GiB",
      "16 EiB",
    ]);
  });

  it.each(["", "x", "-1", "1.5", "16EiB", "0x", "99999999999999999999"])("%j is refused", (text) => {
    expect(() => sizeOf("Gap bytes", text)).toThrow(/^Gap bytes expected bytes below 2\^64.*got/);
  });
});

describe("the fragment", () => {
  const settings = fc.record({
    source: fc.oneof(
      fc.string().map((text): Source => ({ kind: "text", text })),
      fc.constantFrom(...SAMPLES).map((name): Source => ({ kind: "sample", name })),
      fc.nat(1000).map((seed): Source => ({ kind: "generator", generator: { ...GENERATOR, seed } })),
    ),
    mode: fc.constantFrom("coalesce", "union", "plan", "requests"),
    maxSegmentBytes: fc.bigInt(0n, 2n ** 33n),
    boundaryBytes: fc.bigInt(0n, SPACE - 1n),
    alignmentBytes: fc.bigInt(0n, 2n ** 33n),
    gapBytes: fc.bigInt(0n, SPACE - 1n),
    capBytes: fc.bigInt(0n, 2n ** 33n),
    device: fc.constantFrom("linuxDefault", "nvmePrp", "ahci", "virtioBlk", "rdma"),
    list: fc.constantFrom("prp", "sgl", "virtio"),
    window: fc.option(windows, { nil: undefined }),
  }) as fc.Arbitrary<Settings>;

  it("holds all that is set", () => {
    fc.assert(
      fc.property(settings, (set) => {
        expect(fromFragment(toFragment(set), SAMPLES)).toEqual(set);
      }),
    );
  });

  it("is empty for what the page opens with", () => {
    expect(toFragment(DEFAULTS)).toBe("");
    expect(fromFragment("", SAMPLES).source).toEqual({ kind: "text", text: EXAMPLE });
  });

  it.each([
    ["frob=1", /field "frob"/],
    ["mode=x", /"mode" expected coalesce, union, plan, requests, got "x"/],
    ["sample=x", /"sample" expected frames, parquet, got "x"/],
    ["at=0x0%2B0", /"at" expected/],
    ["at=0xffffffffffffffff%2B2", /"at" expected/],
    ["generator=1,2", /generator's "breaks" expected an integer from 0 to 100, got undefined/],
    ["generator=0,1,0,0,0,0", /"count" expected an integer from 1 to 10000000, got 0/],
    ["max=x", /link's "max" expected bytes/],
  ])("%s is refused by what it is", (fragment, message) => {
    expect(() => fromFragment(fragment, SAMPLES)).toThrow(message);
  });

  it("says which text is missing that is longer than links may be", () => {
    const set: Settings = { ...DEFAULTS, source: { kind: "text", text: "1,1\n".repeat(10_000) } };
    const source = { kind: "file", name: "(40000 characters of text)", format: "csv", blob: undefined };
    expect(fromFragment(toFragment(set), SAMPLES).source).toEqual(source);
  });
});

describe("formats", () => {
  it("are told by names and by first lines", () => {
    const names = ["a.pfn64.gz", "a.records", "b.CSV", "x.jsonl.gz", "a.gz", "a"];
    expect(names.map(formatOfName)).toEqual(["pfn64", "records", "csv", "ndjson", undefined, undefined]);
    const texts = [
      "\n0x1000,4096",
      '{"addr":1,"length":2}',
      "00001000-0009ffff : System RAM",
      "55d0c8a00000-55d0c8a21000 rw-p 00000000 00:00 0    [heap]",
      "Filesystem type is: ef53",
    ];
    expect(texts.map(formatOfText)).toEqual(["csv", "ndjson", "iomem", "maps", "filefrag"]);
  });

  it("a source that another overtook ends, and its blob is read no further", async () => {
    const pieces = piecesOf(
      new Blob([new Uint8Array(1000)]),
      () => {},
      () => true,
    );
    await expect(pieces.next()).rejects.toThrow(Overtaken);
  });
});

describe("the generator", () => {
  it("makes equal ranges of equal seeds, with about the breaks that are asked for", () => {
    const words = generate({ ...GENERATOR, count: 10_000, breaks: 25 });
    expect(generate({ ...GENERATOR, count: 10_000, breaks: 25 })).toEqual(words);
    expect(generate({ ...GENERATOR, count: 10_000, breaks: 25, seed: 2 })).not.toEqual(words);
    const table = SegmentTable.view(words);
    let breaks = 0;
    for (let at = 1; at < table.length; at++) {
      const next = table.addr(at - 1) + BigInt(table.size(at - 1));
      if (table.addr(at) !== next) breaks++;
    }
    expect(breaks).toBeGreaterThan(2300);
    expect(breaks).toBeLessThan(2700);
  });

  it("makes valid records at the largest of each number, and begins anew before 2^53", () => {
    const table = SegmentTable.view(
      generate({ count: 20_000, length: 2 ** 32, breaks: 100, gap: 2 ** 40, overlap: 0, seed: 0 }),
    );
    for (let at = 0; at < table.length; at++) {
      expect(table.size(at)).toBe(2 ** 32);
      expect(table.addr(at) + 2n ** 32n <= 2n ** 53n).toBe(true);
    }
  });
});

describe("what is asked of a result", () => {
  it("finds the segment that has an address, or the next one, in a table of any order", () => {
    const addrs = fc.array(fc.tuple(fc.bigInt(0n, 60n), fc.integer({ min: 1, max: 9 })), { maxLength: 12 });
    fc.assert(
      fc.property(addrs, fc.bigInt(0n, 80n), fc.constantFrom(0n, 2n ** 32n - 30n, 2n ** 63n), (parts, at, base) => {
        const table = SegmentTable.from(parts.map(([addr, length]) => ({ addr: base + addr, length })));
        const holds = parts.findIndex(([addr, length]) => addr <= at && at < addr + BigInt(length));
        const after = parts.filter(([addr]) => addr > at).map(([addr]) => addr);
        const next = after.length === 0 ? -1n : after.reduce((a, b) => (a < b ? a : b));
        const expected = holds >= 0 ? holds : parts.findIndex(([addr]) => addr === next);
        expect(findSegment(table, base + at)).toBe(expected);
      }),
    );
  });

  it("knows the first and the last byte of all, up to the top of 2^64", () => {
    const table = SegmentTable.from([
      { addr: SPACE - 4096n, length: 4096 },
      { addr: 2n ** 32n - 1n, length: 2 },
      { addr: 77n, length: 1 },
    ]);
    expect(extentOf(table, table)).toEqual({ addr: 77n, length: SPACE - 77n });
    const wide = [{ addr: 5, length: 2n ** 40n }];
    expect(extentOf(wide, SegmentTable.from([]))).toEqual({ addr: 5n, length: 2n ** 40n });
    expect(extentOf([], SegmentTable.from([]))).toEqual({ addr: 0n, length: 1n });
  });
});

describe("the program and the command line", () => {
  const csv = "0x1000,4096\n0x2000,4096\n0x40000,65536\n0x50000,512\n";
  const cases: [string, Partial<Settings>, string][] = [
    ["coalesce", { maxSegmentBytes: 8192n, boundaryBytes: 65536n }, csv],
    ["union", { mode: "union", gapBytes: 2n ** 20n }, csv],
    ["plan", { mode: "plan", gapBytes: 4096n, capBytes: 65536n }, csv],
    ["requests", { mode: "requests", device: "nvmePrp" }, csv],
    ["ndjson", {}, '{"addr":4096,"length":4096}\n'],
    ["iomem", {}, "00001000-0009ffff : System RAM\n"],
  ];

  it.each(cases)("of %s run, and give what the page gives", async (_, set, text) => {
    const settings: Settings = { ...DEFAULTS, ...set, source: { kind: "text", text } };
    const ranges = await load(
      settings.source,
      () => {},
      () => false,
    );
    const { table, requests } = await mapRanges(ranges, settings);

    const folder = mkdtempSync(join(tmpdir(), "segring-recipe-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(REPOSITORY, join(folder, "node_modules/segring"));
    writeFileSync(join(folder, `ranges.${formatOfText(text)}`), text);
    writeFileSync(join(folder, "program.mjs"), programOf(settings));
    const said = execFileSync(process.execPath, ["program.mjs"], { cwd: folder, encoding: "utf8" });
    const lines = said.trim().split("\n");
    if (settings.mode === "plan") expect(lines).toHaveLength(table.length);
    else if (settings.mode === "requests") expect(lines).toHaveLength(requests.length);
    else expect(said).toContain(`${table.length} ${table.totalBytes}n`);
    expect(programOf(settings).trim().split("\n").length).toBeLessThanOrEqual(12);

    const [name, ...words] = commandOf(settings).split(" ");
    expect(name).toBe("segring");
    execFileSync(process.execPath, [join(REPOSITORY, "dist/cli/main.js"), ...words], { cwd: folder, stdio: "pipe" });
    if (settings.mode !== "requests") {
      expect(new Uint8Array(readFileSync(join(folder, "segments.records")))).toEqual(new Uint8Array(table.bytes));
    }
  });

  it("name the file that was given, whatever its name", () => {
    const file: Source = { kind: "file", name: "it's a $file.pfn64.gz", format: "pfn64", blob: undefined };
    expect(commandOf({ ...DEFAULTS, source: file })).toContain("'it'\\''s a $file.pfn64.gz' --from pfn64");
    expect(programOf({ ...DEFAULTS, source: file })).toContain(`gunzipSync(readFileSync("it's a $file.pfn64.gz"))`);
  });
});
