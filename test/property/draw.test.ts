/** What `segring/draw` counts, against BigInt arithmetic on every record. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SegmentTable } from "../../src/core/segment-table.js";
import { cellAt, columnAt, drawOverview, drawStrip } from "../../src/draw/index.js";
import { check } from "../support/check.js";

const SPACE = 1n << 64n;
interface Piece {
  addr: bigint;
  length: bigint;
  flags: number;
}

/** Addresses near each other, near powers of two, and near both ends of the space. */
const address = fc.oneof(
  fc.bigInt(0n, SPACE - 1n),
  fc.tuple(fc.integer({ min: 0, max: 63 }), fc.bigInt(-5000n, 5000n)).map(([bit, by]) => (1n << BigInt(bit)) + by),
  fc.bigInt(0n, 5000n),
  fc.bigInt(SPACE - 5000n, SPACE - 1n),
);
const flags = fc.constantFrom(0, 0, 2, 4, 6, 0x100, 0x104);
const pieceOf = (most: bigint) =>
  fc
    .tuple(address, fc.oneof(fc.bigInt(1n, 5000n), fc.constant(most), fc.bigInt(1n, most)), flags)
    .map(([start, length, flag]): Piece => {
      const addr = start < 0n ? 0n : start;
      return { addr, length: length > SPACE - addr ? SPACE - addr : length, flags: flag };
    });
const segments = fc.array(pieceOf(1n << 32n), { maxLength: 40 });
const tableOf = (pieces: readonly Piece[]) =>
  SegmentTable.from(pieces.map(({ addr, length, flags }) => ({ addr, length: Number(length), flags })));

/** Bytes of a piece in [from, to). */
function inside({ addr, length }: Piece, from: bigint, to: bigint): bigint {
  const start = addr > from ? addr : from;
  const end = addr + length < to ? addr + length : to;
  return end > start ? end - start : 0n;
}
const sum = (values: Iterable<bigint>) => [...values].reduce((a, b) => a + b, 0n);
const bytesIn = (pieces: readonly Piece[], from: bigint, to: bigint) => sum(pieces.map((one) => inside(one, from, to)));

/** Windows from one byte to all of the space, many of them at a piece. */
const windowOn = (pieces: readonly Piece[]) =>
  fc
    .tuple(
      pieces.length === 0
        ? address
        : fc.oneof(
            address,
            fc.constantFrom(...pieces).map(({ addr }) => addr),
          ),
      fc.integer({ min: 0, max: 64 }),
      fc.bigInt(0n, 1000n),
      fc.bigInt(-3n, 3n),
    )
    .map(([start, bits, more, shift]) => {
      const addr = start + shift < 0n ? 0n : start + shift >= SPACE ? SPACE - 1n : start + shift;
      const length = (1n << BigInt(bits)) + more;
      return bits === 64
        ? { addr: 0n, length: SPACE }
        : { addr, length: length > SPACE - addr ? SPACE - addr : length };
    });

describe("drawStrip", () => {
  const inputs = fc.array(pieceOf(SPACE - 1n), { maxLength: 20 }).map((pieces) =>
    // The longest range has 2^64 - 1 bytes.
    pieces.map((one) => (one.length === SPACE ? { ...one, length: SPACE - 1n } : one)),
  );
  const cases = fc
    .tuple(segments, inputs)
    .chain(([output, input]) =>
      fc.tuple(
        fc.constant(output),
        fc.constant(input),
        windowOn([...output, ...input]),
        fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 1500 })),
      ),
    );

  it("columns hold exactly the bytes that lie in them, of the table and of the input", () => {
    check(400, cases, ([output, input, window, width]) => {
      const strip = drawStrip(tableOf(output), window, { input, width });
      const columns = window.length < width ? Number(window.length) : width;
      expect(strip.columns).toBe(columns);
      const start = (column: number) => window.addr + (BigInt(column) * window.length) / BigInt(columns);
      for (let column = 0; column < columns; column++) {
        const [from, to] = [start(column), start(column + 1)];
        expect(strip.bytes[column]).toBe(bytesIn(output, from, to));
        expect(strip.inputBytes?.[column]).toBe(bytesIn(input, from, to));
      }
      const end = window.addr + window.length;
      expect(sum(strip.bytes)).toBe(bytesIn(output, window.addr, end));
      expect(sum(strip.inputBytes ?? [])).toBe(bytesIn(input, window.addr, end));
    });
  });

  it("the columns of its pixels are the window, without a hole", () => {
    check(200, cases, ([output, , window, width]) => {
      const strip = drawStrip(tableOf(output), window, { width });
      let next = window.addr;
      for (let x = 0; x < width; x++) {
        const column = columnAt(strip, x);
        if (column.addr === next) next += column.length;
        else expect(column.addr + column.length).toBe(next);
      }
      expect(next).toBe(window.addr + window.length);
    });
  });

  it("a column has colour where there are bytes, and full colour only where it is full", () => {
    check(200, cases, ([output, , window, width]) => {
      const plain = output.map((one) => ({ ...one, flags: 0 }));
      const { bytes, columns, pixels, ...strip } = drawStrip(tableOf(plain), window, { width, height: 24 });
      const last = pixels.subarray(4 * 23 * width);
      for (let x = 0; x < width; x++) {
        const { bytes: held, length } = columnAt({ ...strip, bytes, columns, pixels }, x);
        const colour = [...last.subarray(4 * x, 4 * x + 3)];
        if (held === 0n) expect(colour).toEqual([0xee, 0xf1, 0xf4]);
        else if (held >= length) expect(colour).toEqual([0x00, 0x72, 0xb2]);
        else
          for (const shade of [
            [0xee, 0xf1, 0xf4],
            [0x00, 0x72, 0xb2],
          ])
            expect(colour).not.toEqual(shade);
      }
    });
  });
});

describe("drawOverview", () => {
  const close = fc
    .tuple(fc.bigInt(0n, SPACE - 1n), fc.integer({ min: 0, max: 63 }), segments)
    .map(([base, bits, pieces]) =>
      pieces.map(({ addr, length, flags }): Piece => {
        const near = (base + (addr % (1n << BigInt(bits)))) % SPACE;
        return { addr: near, length: length > SPACE - near ? SPACE - near : length, flags };
      }),
    );
  const tables = fc.oneof(segments, close);

  it("its region is the smallest aligned power of two with all segments", () => {
    check(300, tables, (pieces) => {
      const { addr, byteLength, cellBytes, cellsPerSide } = drawOverview(tableOf(pieces), { side: 64 });
      expect(BigInt(cellsPerSide) ** 2n * BigInt(cellBytes)).toBe(byteLength);
      expect(addr % byteLength).toBe(0n);
      const lies = (from: bigint, size: bigint) =>
        pieces.every((one) => one.addr >= from && one.addr + one.length <= from + size);
      expect(lies(addr, byteLength)).toBe(true);
      // A square of cells of one byte may be twice as large as needed.
      const half = byteLength / (cellBytes === 1 ? 4n : 2n);
      if (half > 0n) expect(lies(addr, half) || lies(addr + byteLength - half, half)).toBe(false);
    });
  });

  it("cells hold exactly the bytes that lie in them, up to their size", () => {
    check(100, tables, (pieces) => {
      const overview = drawOverview(tableOf(pieces), { side: 64 });
      const size = BigInt(overview.cellBytes);
      for (const [cell, bytes] of overview.coveredBytes.entries()) {
        const from = overview.addr + BigInt(cell) * size;
        const whole = bytesIn(pieces, from, from + size);
        if (BigInt(bytes) !== (whole < size ? whole : size)) expect([cell, bytes]).toEqual([cell, whole]);
      }
    });
  });

  it("each cell has one place, and its neighbour along the curve lies beside it", () => {
    for (const side of [64, 128, 256]) {
      const length = side ** 2;
      const table = SegmentTable.from([
        { addr: 0, length: 1 },
        { addr: length * 4096 - 1, length: 1 },
      ]);
      const overview = drawOverview(table, { side });
      const places = new Map<number, [number, number]>();
      for (let y = 0; y < side; y++) {
        for (let x = 0; x < side; x++) places.set(Number(cellAt(overview, x, y).addr) / overview.cellBytes, [x, y]);
      }
      expect(places.size).toBe(length);
      for (let cell = 1; cell < length; cell++) {
        const [[x, y], [a, b]] = [places.get(cell) as [number, number], places.get(cell - 1) as [number, number]];
        if (Math.abs(x - a) + Math.abs(y - b) !== 1) expect([cell, x, y, a, b]).toBe("beside one another");
      }
      const corners = [0, length / 4, length / 2, (3 * length) / 4, length - 1].map((cell) => places.get(cell));
      expect(corners).toEqual([
        [0, 0],
        [side / 2, 0],
        [side / 2, side / 2],
        [side / 2 - 1, side - 1],
        [0, side - 1],
      ]);
    }
  });

  it("a pixel has colour where its cell has bytes, and full colour only where it is full", () => {
    check(100, tables, (pieces) => {
      const overview = drawOverview(tableOf(pieces.map((one) => ({ ...one, flags: 4 }))), { side: 64 });
      for (let at = 0; at < 64 * 64; at++) {
        const { coveredBytes, length } = cellAt(overview, at % 64, Math.floor(at / 64));
        const colour = [...overview.pixels.subarray(4 * at, 4 * at + 4)];
        const [none, full] = [
          [0xee, 0xf1, 0xf4, 255],
          [0xd5, 0x5e, 0x00, 255],
        ];
        if (coveredBytes === 0) expect(colour).toEqual(none);
        else if (coveredBytes === length) expect(colour).toEqual(full);
        else for (const shade of [none, full]) expect(colour).not.toEqual(shade);
      }
    });
  });
});
