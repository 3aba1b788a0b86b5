/** The memory of the JavaScript engine: free blocks are had again, and the limit holds for what is kept too. */
import { expect, it } from "vitest";
import { JsMemory } from "../../src/engine/js-block.js";

const MIB = 2 ** 20;

it("gives a free block of the right size again, and no other", () => {
  const memory = new JsMemory(64 * MIB);
  const block = memory.allocate(MIB);
  expect(memory.room).toBe(63 * MIB);
  block.free();
  expect(memory.room).toBe(64 * MIB);
  const other = memory.allocate(2 * MIB);
  const again = memory.allocate(MIB);
  expect([other === block, again === block, memory.allocate(MIB) === block]).toEqual([false, true, false]);
});

it("keeps a block however often it comes and goes", () => {
  const memory = new JsMemory(64 * MIB);
  const block = memory.allocate(MIB);
  for (let round = 0; round < 40; round++) {
    block.free();
    expect(memory.allocate(MIB) === block).toBe(true);
  }
});

it("keeps 16 MiB at most", () => {
  const memory = new JsMemory(256 * MIB);
  const blocks = Array.from({ length: 20 }, () => memory.allocate(MIB));
  for (const block of blocks) block.free();
  const found = Array.from({ length: 20 }, () => memory.allocate(MIB)).filter((block) => blocks.includes(block));
  expect(found).toHaveLength(16);
});

it("lets go of what it keeps where the limit leaves no room for both", () => {
  const memory = new JsMemory(8 * MIB);
  const small = memory.allocate(MIB);
  small.free();
  memory.allocate(7 * MIB + 16).free();
  expect(memory.allocate(MIB) === small).toBe(false);
});

it("refuses what is past the limit, and changes nothing", () => {
  const memory = new JsMemory(2 * MIB);
  memory.allocate(MIB);
  expect(() => memory.allocate(MIB + 16)).toThrow(expect.objectContaining({ code: "OUT_OF_MEMORY" }));
  expect(memory.room).toBe(MIB);
  memory.allocate(MIB);
});
