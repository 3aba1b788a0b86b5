/** The PNG that drawings embed, read back by zlib and by the rules of PNG. */
import { crc32, inflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { base64, encodePng } from "../../src/draw/png.js";
import { check } from "../support/check.js";
import { Random } from "../support/random.js";

/** The indices and the palette in a PNG. */
function decode(png: Uint8Array) {
  expect([...png.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const view = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < view.length; ) {
    const length = view.readUInt32BE(at);
    const checked = view.subarray(at + 4, at + 8 + length);
    expect(view.readUInt32BE(at + 8 + length)).toBe(crc32(checked));
    chunks.set(checked.toString("latin1", 0, 4), checked.subarray(4));
    at += 12 + length;
  }
  expect([...chunks.keys()]).toEqual(["IHDR", "PLTE", "IDAT", "IEND"]);
  const header = chunks.get("IHDR") as Buffer;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  expect([...header.subarray(8)]).toEqual([8, 3, 0, 0, 0]);
  const rows = inflateSync(chunks.get("IDAT") as Buffer);
  expect(rows.length).toBe((width + 1) * height);
  const indices: number[] = [];
  for (let y = 0; y < height; y++) {
    expect(rows[y * (width + 1)]).toBe(0);
    indices.push(...rows.subarray(y * (width + 1) + 1, (y + 1) * (width + 1)));
  }
  return { width, height, indices, palette: [...(chunks.get("PLTE") as Buffer)] };
}

describe("encodePng", () => {
  it("holds the indices that it was given: noise, runs, repeated rows", () => {
    const values = fc.oneof(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 255 }));
    const images = fc
      .tuple(fc.integer({ min: 1, max: 700 }), fc.integer({ min: 1, max: 6 }), fc.array(values, { minLength: 1 }))
      .chain(([width, height, some]) =>
        fc.tuple(fc.constant(width), fc.constant(height), fc.constant(some), fc.integer({ min: 1, max: 600 })),
      );
    check(300, images, ([width, height, some, run]) => {
      const indices = Uint8Array.from(
        { length: width * height },
        (_, at) => some[Math.floor(at / run) % some.length] as number,
      );
      const decoded = decode(encodePng(indices, width, [0x010203, 0xfffefd]));
      expect(decoded).toEqual({ width, height, indices: [...indices], palette: [1, 2, 3, 255, 254, 253] });
    });
  });

  it("has all lengths of matches", () => {
    for (let length = 1; length <= 600; length++) {
      const indices = Uint8Array.from({ length: length + 2 }, (_, at) => (at === 0 || at > length ? 200 : 7));
      expect(decode(encodePng(indices, length + 2, [0])).indices).toEqual([...indices]);
    }
  });

  it("takes one byte an index below 144 at most, and little of runs", () => {
    const random = new Random(3);
    const noise = Uint8Array.from({ length: 1024 * 1024 }, () => random.u32() % 144);
    expect(encodePng(noise, 1024, [0]).length).toBeLessThan(1024 * 1025 + 200);
    expect(encodePng(new Uint8Array(1024 * 1024), 1024, [0]).length).toBeLessThan(8000);
  });
});

it("base64 is what Buffer makes", () => {
  check(200, fc.uint8Array({ maxLength: 100 }), (bytes) => {
    expect(base64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
  });
});
