/** Objects of another realm: of a frame of a page, or of the context in which a test runner runs a file. */
import { createContext, runInContext } from "node:vm";
import { expect, it } from "vitest";
import { createMapperSync } from "../../src/index.js";
import { planReads } from "../../src/plan/index.js";
import { gather } from "../../src/table/index.js";

const context = createContext({});
const foreign = <T>(code: string): T => runInContext(code, context) as T;
const table = createMapperSync().coalesce([{ addr: 4, length: 4 }]);

it.each([
  ["an ArrayBuffer", "new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7]).buffer"],
  ["a SharedArrayBuffer", "{ const b = new SharedArrayBuffer(8); new Uint8Array(b).set([0, 1, 2, 3, 4, 5, 6, 7]); b }"],
  ["a view", "new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7])"],
  [
    "a WebAssembly.Memory",
    "{ const m = new WebAssembly.Memory({ initial: 1 }); new Uint8Array(m.buffer).set([0, 1, 2, 3, 4, 5, 6, 7]); m }",
  ],
])("gather reads %s of another realm", (_what, code) => {
  const bytes = foreign<ArrayBuffer>(code);
  expect(bytes instanceof Object).toBe(false);
  const target = new Uint8Array(4);
  expect(gather(table, { bytes, addr: 0 }, target)).toBe(4);
  expect([...target]).toEqual([4, 5, 6, 7]);
});

it.each([
  ["an ArrayBuffer", "new Uint8Array([1, 2, 3]).buffer"],
  ["a Uint8Array", "new Uint8Array([1, 2, 3])"],
])("a plan of reads takes %s of another realm", (_what, code) => {
  const plan = planReads([{ offset: 0, length: 3 }], { maxBytes: 8 });
  expect([...plan.slice(0, [foreign<ArrayBuffer>(code)])]).toEqual([1, 2, 3]);
});

it("takes nothing for a buffer that only says so", () => {
  const lies = { [Symbol.toStringTag]: "ArrayBuffer", byteLength: 8 } as unknown as ArrayBuffer;
  expect(() => gather(table, { bytes: lies, addr: 0 }, new Uint8Array(4))).toThrow(TypeError);
  const plan = planReads([{ offset: 0, length: 3 }], { maxBytes: 8 });
  expect(() => plan.slice(0, [lies])).toThrow(TypeError);
});
