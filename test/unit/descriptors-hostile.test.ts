/** Arrays with properties of their own that lie, or that call back: encoders go by what the engine knows of them. */
import { expect, it } from "vitest";
import { SegmentTable } from "../../src/core/segment-table.js";
import { encodeIovec } from "../../src/descriptors/iovec.js";
import { encodePrp } from "../../src/descriptors/nvme-prp.js";
import { encodePageList } from "../../src/descriptors/page-list.js";

const pagesAt = (...pages: number[]) => SegmentTable.from(pages.map((page) => ({ addr: page * 4096, length: 4096 })));

it("an own byteOffset moves nothing: bytes are written where the array lies", () => {
  const buffer = new ArrayBuffer(128);
  const target = Object.defineProperty(new Uint8Array(buffer, 0, 64), "byteOffset", { value: 64 });
  encodeIovec(pagesAt(1), target);
  expect(new BigUint64Array(buffer, 0, 2)).toEqual(BigUint64Array.of(4096n, 4096n));
  expect(new Uint8Array(buffer, 64).every((byte) => byte === 0)).toBe(true);
});

it("two pieces of memory with the same bytes are refused, whatever their byteOffset says", () => {
  const buffer = new ArrayBuffer(8192);
  const second = Object.defineProperty(new Uint8Array(buffer, 0, 4096), "byteOffset", { value: 4096 });
  const pieces = [
    { bytes: new Uint8Array(buffer, 0, 4096), addr: 0x10000 },
    { bytes: second, addr: 0x20000 },
  ];
  expect(() => encodePrp(pagesAt(1, 3, 5), pieces)).toThrow(/same bytes of one buffer/);
});

it("a target that encodes another table while it is asked for its length gets its own addresses", () => {
  let calls = 0;
  const target = Object.defineProperty(new Uint8Array(16), "byteLength", {
    get() {
      if (calls++ > 0) encodePageList(pagesAt(7, 9), new Uint8Array(16));
      return 16;
    },
  });
  expect(encodePageList(pagesAt(1, 3), target).count).toBe(2);
  expect(new BigUint64Array(target.buffer)).toEqual(BigUint64Array.of(0x1000n, 0x3000n));
});
