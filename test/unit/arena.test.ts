/** The arena against a model: blocks never overlap, hold what was written, and come together again when freed. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SegringError } from "../../src/core/errors.js";
import { Arena } from "../../src/engine/arena.js";
import { thrownBy } from "../support/bytes.js";
import { check } from "../support/check.js";
import { Random } from "../support/random.js";

/** Below it compiled code may fold offsets into addresses. */
const FIRST = 1024;
const PAGE = 65536;

interface Held {
  at: number;
  size: number;
  mark: number;
}

function fill(arena: Arena, { at, size, mark }: Held): void {
  arena.bytes.fill(mark, at, at + size);
}

function intact(arena: Arena, { at, size, mark }: Held): boolean {
  return arena.bytes.subarray(at, at + size).every((byte) => byte === mark);
}

/** The longest block that can be had; it is given back. */
function longest(arena: Arena): number {
  let fits = 0;
  let not = arena.memory.buffer.byteLength + 64;
  while (not - fits > 16) {
    const size = Math.floor((fits + not) / 32) * 16;
    try {
      arena.free(arena.allocate(size), size);
      fits = size;
    } catch {
      not = size;
    }
  }
  return fits;
}

describe("the arena", () => {
  it("hands out aligned blocks that do not overlap and hold what was written", () => {
    const job = fc.record({
      seed: fc.integer(),
      steps: fc.integer({ min: 1, max: 250 }),
      maxPages: fc.integer({ min: 1, max: 40 }),
      longest: fc.constantFrom(40, 300, 5000, 100_000),
    });
    check(60, job, ({ seed, steps, maxPages, longest: most }) => {
      const arena = new Arena(maxPages * PAGE);
      const random = new Random(seed);
      const held: Held[] = [];
      let failures = 0;
      for (let step = 0; step < steps; step++) {
        if (random.once(5) && held.length > 0) {
          const [block] = held.splice(random.integer(0, held.length - 1), 1) as [Held];
          if (!intact(arena, block)) expect.fail(`block at ${block.at} has changed`);
          arena.free(block.at, block.size);
          continue;
        }
        const size = random.once(12) ? 0 : random.integer(1, most);
        const alignment = random.once(4) ? 1024 : 16;
        let at: number;
        try {
          at = arena.allocate(size, alignment);
        } catch (error) {
          // Nothing has changed: all blocks are as they were, and it fails again.
          expect((error as SegringError).code).toBe("OUT_OF_MEMORY");
          if (!held.every((block) => intact(arena, block))) expect.fail("a failed call changed a block");
          expect((thrownBy(() => arena.allocate(size, alignment)) as SegringError).code).toBe("OUT_OF_MEMORY");
          failures++;
          continue;
        }
        if (at % alignment !== 0 || at < FIRST || at + size > arena.memory.buffer.byteLength) {
          expect.fail(`${size} bytes at ${at} of ${arena.memory.buffer.byteLength}`);
        }
        // Rounded to 16, they do not touch those of another.
        const end = at + Math.ceil(size / 16) * 16;
        for (const other of held) {
          const otherEnd = other.at + Math.ceil(other.size / 16) * 16;
          if (at < otherEnd && other.at < end) expect.fail(`${at} to ${end} overlaps ${other.at} to ${otherEnd}`);
        }
        const block = { at, size, mark: step & 0xff };
        fill(arena, block);
        held.push(block);
      }
      if (failures === 0 && arena.memory.buffer.byteLength > maxPages * PAGE) expect.fail("grown past the maximum");
      for (const block of held) if (!intact(arena, block)) expect.fail(`block at ${block.at} has changed`);
      while (held.length > 0) {
        const [block] = held.splice(random.integer(0, held.length - 1), 1) as [Held];
        arena.free(block.at, block.size);
      }
      // One piece again: all of it can be had at once, without growing.
      const top = arena.memory.buffer.byteLength;
      expect(arena.allocate(top - FIRST)).toBe(FIRST);
      expect(arena.memory.buffer.byteLength).toBe(top);
      arena.free(FIRST, top - FIRST);
    });
  });

  it("counts what an alignment leaves out, and what is free at the end, before it grows", () => {
    // All of the first page but 16 bytes at its end; one page more may come.
    const arena = new Arena(2 * PAGE);
    const front = arena.allocate(16);
    arena.allocate(PAGE - FIRST - 32);
    arena.free(front, 16);
    expect(thrownBy(() => arena.allocate(PAGE + 16, 1024))).toMatchObject({ code: "OUT_OF_MEMORY" });
    expect(arena.allocate(PAGE + 16)).toBe(PAGE - 16);
  });

  it("refreshes its views when memory grows", () => {
    const arena = new Arena(64 * PAGE);
    const { bytes, words } = arena;
    const at = arena.allocate(16);
    arena.bytes.set([1, 2, 3, 4], at);
    expect(arena.bytes).toBe(bytes);
    arena.allocate(10 * PAGE);
    expect([bytes.length, words.length]).toEqual([0, 0]);
    expect(arena.bytes.length).toBe(arena.memory.buffer.byteLength);
    expect(arena.words.length).toBe(arena.memory.buffer.byteLength / 4);
    expect(arena.words[at / 4]).toBe(0x04030201);
  });

  it("uses all of its memory, and no more", () => {
    for (const pages of [1, 2, 3, 17, 18, 33]) {
      const arena = new Arena(pages * PAGE + 100);
      expect(longest(arena)).toBeLessThanOrEqual(pages * PAGE - FIRST);
      expect(arena.allocate(pages * PAGE - FIRST)).toBe(FIRST);
      expect(arena.memory.buffer.byteLength).toBe(pages * PAGE);
      const error = thrownBy(() => arena.allocate(16)) as SegringError;
      expect(error).toBeInstanceOf(SegringError);
      expect([error.code, error.message]).toEqual([
        "OUT_OF_MEMORY",
        `16 more bytes do not fit: ${pages * PAGE} are in use or free in pieces, maxMemoryBytes allows ${pages * PAGE}`,
      ]);
      // No bytes need no room.
      arena.allocate(0);
    }
  });

  it("grows by what is missing, in steps that are not small", () => {
    const arena = new Arena(2 ** 32);
    arena.allocate(PAGE - FIRST);
    arena.allocate(16);
    expect(arena.memory.buffer.byteLength).toBe(17 * PAGE);
    arena.allocate(20 * PAGE);
    expect(arena.memory.buffer.byteLength).toBeLessThanOrEqual(33 * PAGE);
    const big = arena.allocate(100 * PAGE);
    expect(big + 100 * PAGE).toBeLessThanOrEqual(arena.memory.buffer.byteLength);
  });

  it("takes the first piece that fits", () => {
    const arena = new Arena(PAGE);
    const blocks = [64, 32, 128, 16].map((size) => ({ at: arena.allocate(size), size }));
    const [a, b, c, d] = blocks as [Held, Held, Held, Held];
    expect([b.at - a.at, c.at - b.at, d.at - c.at]).toEqual([64, 32, 128]);
    arena.free(a.at, 64);
    arena.free(c.at, 128);
    expect(arena.allocate(100)).toBe(c.at);
    expect(arena.allocate(48)).toBe(a.at);
    expect(arena.allocate(16)).toBe(a.at + 48);
  });

  it("no block ends at 2^32, which 32 bits would take for 0", () => {
    const arena = new Arena(2 ** 32);
    const error = thrownBy(() => arena.allocate(2 ** 32 - FIRST)) as SegringError;
    expect(error.code).toBe("OUT_OF_MEMORY");
    expect(error.message).toContain(`maxMemoryBytes allows ${65535 * PAGE}`);
    expect(arena.allocate(16)).toBe(FIRST);
  });
});
