/** `segring/draw`: what is refused, marks, and SVG. */
import { describe, expect, it } from "vitest";
import {
  cellAt,
  columnAt,
  drawOverview,
  drawStrip,
  svgOfOverview,
  svgOfStrip,
  svgOfTable,
} from "../../src/draw/index.js";
import { createMapperSync, SegmentTable } from "../../src/js.js";
import { throws } from "../support/blame.js";

const table = SegmentTable.from([{ addr: 0x1000, length: 4096 }]);
const window = { addr: 0x1000, length: 16 };
const SPACE = 2n ** 64n;

describe("what is refused", () => {
  it("no table", () => {
    for (const other of [undefined, [], {}, Object.create(SegmentTable.prototype)]) {
      throws(() => drawOverview(other as never), TypeError, "table");
      throws(() => drawStrip(other as never, window), TypeError, "table");
      throws(() => svgOfOverview(other as never), TypeError, "table");
      throws(() => svgOfStrip(other as never, window), TypeError, "table");
      throws(() => svgOfTable(other as never), TypeError, "table");
    }
  });

  it("windows that are none", () => {
    const calls = [
      (one: unknown) => drawStrip(table, one as never),
      (one: unknown) => svgOfStrip(table, one as never),
      (one: unknown) => svgOfTable(table, { window: one as never }),
    ];
    for (const call of calls) {
      throws(() => call(null), TypeError, "window");
      throws(() => call({}), TypeError, "window.addr");
      throws(() => call({ addr: -1, length: 1 }), RangeError, "window.addr");
      throws(() => call({ addr: SPACE, length: 1 }), RangeError, "window.addr");
      throws(() => call({ addr: 0 }), TypeError, "window.length");
      throws(() => call({ addr: 0, length: 0 }), RangeError, "window.length");
      throws(() => call({ addr: 1, length: SPACE }), RangeError, "window.length");
      throws(() => call({ addr: 0, length: SPACE + 1n }), RangeError, "window.length");
      throws(() => call({ addr: 0, length: 2 ** 64 }), RangeError, "window.length");
    }
  });

  it("options out of their range", () => {
    for (const side of [63, 65, 2048, 64.5]) throws(() => drawOverview(table, { side }), RangeError, "side");
    throws(() => drawOverview(table, { side: "64" as never }), TypeError, "side");
    for (const width of [0, 8193]) throws(() => drawStrip(table, window, { width }), RangeError, "width");
    for (const height of [23, 1025]) throws(() => drawStrip(table, window, { height }), RangeError, "height");
    for (const draw of [
      (options: object) => drawOverview(table, options),
      (options: object) => drawStrip(table, window, options),
      (options: object) => svgOfOverview(table, options),
      (options: object) => svgOfStrip(table, window, options),
      (options: object) => svgOfTable(table, options),
    ]) {
      throws(() => draw({ theme: "blue" }), RangeError, "theme");
      throws(() => draw({ theme: 1 }), TypeError, "theme");
    }
    for (const width of [599, 2049]) throws(() => svgOfOverview(table, { width }), RangeError, "width");
    throws(() => svgOfOverview(table, { title: 1 as never }), TypeError, "title");
    throws(() => svgOfOverview(table, { title: "x".repeat(1001) }), RangeError, "title");
    throws(() => svgOfOverview(table, { idPrefix: 1 as never }), TypeError, "idPrefix");
    for (const idPrefix of ["", "1a", 'a"', "a b"])
      throws(() => svgOfOverview(table, { idPrefix }), RangeError, "idPrefix");
  });

  it("an input that is no ranges", () => {
    throws(() => drawStrip(table, window, { input: 1 as never }), TypeError, "input");
    throws(() => drawStrip(table, window, { input: [{ addr: 0, length: 0 }] }), RangeError, "[0].length");
    throws(
      () =>
        svgOfTable(table, {
          input: [
            { addr: 0, length: 1 },
            { addr: SPACE, length: 1 },
          ],
        }),
      RangeError,
      "[1].addr",
    );
  });

  it("pixels outside", () => {
    const overview = drawOverview(table, { side: 64 });
    for (const x of [-1, 64, 0.5]) throws(() => cellAt(overview, x, 0), RangeError, "x");
    throws(() => cellAt(overview, 0, 64), RangeError, "y");
    throws(() => columnAt(drawStrip(table, window), 1024), RangeError, "x");
    throws(() => columnAt(drawStrip(table, window), "0" as never), TypeError, "x");
  });

  it("a table whose loan is over", () => {
    using mapper = createMapperSync();
    const lent = mapper.coalesce([{ addr: 0, length: 1 }], { borrow: true });
    mapper.coalesce([{ addr: 0, length: 1 }], { borrow: true });
    expect(() => drawOverview(lent)).toThrow(expect.objectContaining({ code: "STALE" }));
  });
});

describe("overviews", () => {
  it("one byte at the end of the address space", () => {
    const { addr, byteLength, coveredBytes, cellsPerSide } = drawOverview(
      SegmentTable.from([{ addr: SPACE - 1n, length: 1 }]),
    );
    expect([addr, byteLength, [...coveredBytes], cellsPerSide]).toEqual([SPACE - 1n, 1n, [1], 1]);
  });

  it("all of the address space, in the smallest square and the largest", () => {
    const ends = SegmentTable.from([
      { addr: 0, length: 2 ** 32 },
      { addr: SPACE - 2n ** 32n, length: 2 ** 32 },
    ]);
    for (const side of [64, 1024]) {
      const overview = drawOverview(ends, { side });
      expect([overview.byteLength, overview.cellBytes]).toEqual([SPACE, 2 ** 64 / side ** 2]);
      expect([overview.coveredBytes[0], overview.coveredBytes.at(-1)]).toEqual([2 ** 32, 2 ** 32]);
      expect(cellAt(overview, 0, side - 1).addr).toBe(SPACE - BigInt(overview.cellBytes));
    }
  });

  it("of no segments is one empty cell", () => {
    const overview = drawOverview(SegmentTable.from([]), { side: 64, theme: "dark" });
    expect([overview.byteLength, [...overview.coveredBytes]]).toEqual([1n, [0]]);
    expect(new Set(new Uint32Array(overview.pixels.buffer)).size).toBe(1);
  });

  it("a cell has the colour of the kind with the most bytes", () => {
    const overview = drawOverview(
      SegmentTable.from([
        { addr: 0, length: 100, flags: 4 },
        { addr: 0, length: 2 ** 12 },
        { addr: 2 ** 24 - 1, length: 1, flags: 4 },
      ]),
      { side: 64 },
    );
    expect(overview.cellBytes).toBe(4096);
    expect([...overview.pixels.subarray(0, 3)]).toEqual([0x00, 0x72, 0xb2]);
  });
});

describe("strips of a small window", () => {
  const far = Array.from({ length: 500 }, (_, index) => ({ addr: 2 ** 40 + index * 8192, length: 4096 }));

  it.each([16384, 16385])("show %i segments of the window as if there were no others", (count) => {
    const near = Array.from({ length: count }, (_, index) => ({ addr: index * 100, length: 1 + (index % 150) }));
    const part = { addr: 0, length: count * 100 };
    const [alone, among] = [near, [...far, ...near, ...far]].map((ranges) =>
      drawStrip(SegmentTable.from(ranges), part, { input: SegmentTable.from(ranges), width: 97 }),
    );
    expect(among).toEqual(alone);
    const bytes = near.reduce((sum, { addr, length }) => sum + Math.min(length, part.length - addr), 0);
    expect(among?.bytes.reduce((sum, column) => sum + column, 0n)).toBe(BigInt(bytes));
  });

  it("know of a segment that ends where the window starts: the next one was cut", () => {
    const cut = SegmentTable.from([...far, { addr: 0x1000, length: 0x1000 }, { addr: 0x2000, length: 0x1000 }]);
    const strip = drawStrip(cut, { addr: 0x2000, length: 0x1000 }, { input: [{ addr: 0x1000, length: 0x2000 }] });
    expect(strip.cuts).toEqual([0x2000n]);
  });
});

describe("joins and cuts", () => {
  const input = [
    { addr: 0x1000, length: 0x1000 },
    { addr: 0x2000, length: 0x1000 },
    { addr: 0x2800, length: 0x1000, flags: 4 },
    { addr: 0x8000, length: 0x3000 },
  ];
  const all = { addr: 0, length: SPACE };

  it("are where the list of segments differs from the list of ranges", () => {
    using mapper = createMapperSync({ maxSegmentBytes: 0x2000 });
    const { joins, cuts } = drawStrip(mapper.coalesce(input), all, { input });
    expect([joins, cuts]).toEqual([[0x2000n], [0xa000n]]);
  });

  it("in the window alone, its first byte included and its end not", () => {
    using mapper = createMapperSync({ maxSegmentBytes: 0x2000 });
    const marks = (addr: number, length: number) => {
      const { joins, cuts } = drawStrip(mapper.coalesce(input), { addr, length }, { input });
      return [joins, cuts];
    };
    expect(marks(0x2000, 0x8000)).toEqual([[0x2000n], []]);
    expect(marks(0x2001, 0x8000)).toEqual([[], [0xa000n]]);
  });

  it("a segment ends where the next starts in another list: no cut where a range starts there too", () => {
    const given = SegmentTable.from([
      { addr: 0, length: 16 },
      { addr: 16, length: 16 },
    ]);
    expect(drawStrip(given, all, { input: given }).cuts).toEqual([]);
    expect(drawStrip(given, all).cuts).toEqual([16n]);
    expect(drawStrip(given, all).joins).toEqual([]);
  });

  it("of a range above 4 GiB, and at high addresses", () => {
    using mapper = createMapperSync();
    const wide = [{ addr: 2n ** 63n - 2n ** 32n, length: 2n ** 34n }];
    const { cuts, joins } = drawStrip(mapper.coalesce(wide), { addr: 2n ** 63n, length: 2n ** 33n }, { input: wide });
    expect([joins, cuts]).toEqual([[], [2n ** 63n, 2n ** 63n + 2n ** 32n]]);
  });

  it("are left out where there are too many, and the drawing says so", () => {
    const many = SegmentTable.from(Array.from({ length: 5000 }, (_, i) => ({ addr: 8192 * i, length: 4096 })));
    const { joins, cuts } = drawStrip(many, all);
    expect([joins, cuts]).toEqual([undefined, undefined]);
    expect(svgOfTable(many)).toContain("too many");
    expect(drawStrip(many, { addr: 0, length: 8192 * 4000 }).cuts).toEqual([]);
  });
});

describe("SVG", () => {
  const input = Array.from({ length: 3000 }, (_, i) => ({ addr: 9973 * i, length: 4096, flags: 2 * (i % 4) }));
  const segments = SegmentTable.from(input);

  it.each([
    ["an overview", svgOfOverview(segments)],
    ["a strip of rectangles", svgOfStrip(segments, { addr: 0, length: 100_000 }, { input })],
    ["a strip of columns", svgOfStrip(segments, { addr: 0, length: SPACE }, { input, theme: "dark" })],
    ["a table", svgOfTable(segments, { input })],
    ["nothing", svgOfTable(SegmentTable.from([]))],
  ])("%s is named, and its ids are unique and used", (_, svg) => {
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" [^>]*role="img"/);
    const ids = [...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const [, title, text] = /aria-labelledby="([^"]+)" aria-describedby="([^"]+)"/.exec(svg) ?? [];
    expect(ids).toEqual([title, text]);
    expect(svg).toContain(`<title id="${title}">Address space</title>`);
    expect(svg).toMatch(new RegExp(`<desc id="${text}">[^<]+</desc>`));
    // Numbers are in order, and nothing comes from elsewhere.
    expect(svg).not.toMatch(/NaN|Infinity|undefined|="-(?!11")|e[+-]\d+"|https?:(?!\/\/www\.w3\.org\/2000\/svg)/);
    const opened = [...svg.matchAll(/<([a-z]+)[^>]*[^/]>/g)].map(([, name]) => name).sort();
    expect([...svg.matchAll(/<\/([a-z]+)>/g)].map(([, name]) => name).sort()).toEqual(opened);
  });

  it("different drawings have different ids, equal ones equal text", () => {
    const idOf = (svg: string) => / id="([^"]+)"/.exec(svg)?.[1];
    expect(idOf(svgOfOverview(table))).not.toBe(idOf(svgOfOverview(segments)));
    expect(svgOfTable(segments, { input })).toBe(svgOfTable(segments, { input }));
    expect(svgOfOverview(table, { idPrefix: "mine" })).toContain('id="mine-title"');
  });

  it("addresses are exact", () => {
    const svg = svgOfStrip(table, { addr: SPACE - 5n, length: 5 });
    expect(svg).toContain(">0xfffffffffffffffb<");
    expect(svg).toContain(">0x10000000000000000<");
    const wide = svgOfStrip(table, { addr: 1, length: SPACE - 1n });
    expect(wide).toContain(">0x8000000000000000<");
    expect(wide).toContain("the 18446744073709551615 bytes from 0x1 up to and without 0x10000000000000000");
  });
});
