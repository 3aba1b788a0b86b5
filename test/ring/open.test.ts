/** The arguments of a ring's kernel lie in memory that others may write to: what is not as it was written is not believed. */

import { describe, expect, it } from "vitest";
import { bufferOf } from "../../src/ring/core.js";
import { ARGUMENT_BYTES, OVERWRITTEN } from "../../src/ring/layout.js";
import { compileSync } from "../../src/ring/module.js";
import type { Ring } from "../../src/ring/ring.js";
import { instantiate, type RingKernel } from "../../src/ring/ring-kernel.js";
import { openBetween } from "../support/open-kernel.js";
import { codeOf, memories, twoRings } from "../support/pairs.js";

/** A kernel whose arguments somebody writes over before it reads them. */
function besideWriter(kernel: RingKernel, write: (block: Int32Array, call: number) => void, { memory }: Ring) {
  let calls = 0;
  const open = (at: number, check: number) => {
    write(new Int32Array(bufferOf(memory), at, ARGUMENT_BYTES / 4), calls++);
    return kernel.open(at, check);
  };
  return { run: kernel.run, open };
}

describe.each(memories.filter(({ engine }) => engine === "wasm"))("in $kind memory", ({ shared }) => {
  const make = () => {
    const { input, output } = twoRings({ shared, capacity: 4, outputCapacity: 4 });
    const memory = input.memory as WebAssembly.Memory;
    return { input, output, memory, kernel: instantiate(compileSync(undefined, shared), memory) };
  };

  it.each(Array.from({ length: ARGUMENT_BYTES / 4 }, (_, word) => word))(
    "word %i of another value: nothing is opened, and no byte is written",
    (word) => {
      const { input, output, memory, kernel } = make();
      const statuses: number[] = [];
      for (const bit of [0, 15, 31]) {
        const open = (at: number, check: number) => {
          const block = new Int32Array(memory.buffer, at, ARGUMENT_BYTES / 4);
          (block[word] as number) ^= 1 << bit;
          const before = new Uint8Array(memory.buffer).slice();
          statuses.push(kernel.open(at, check));
          expect(new Uint8Array(memory.buffer).every((byte, place) => byte === before[place])).toBe(true);
          // Enough: it would be tried again.
          return 0;
        };
        openBetween({ run: kernel.run, open }, input, output);
      }
      expect(statuses).toEqual([OVERWRITTEN, OVERWRITTEN, OVERWRITTEN]);
    },
  );

  it("is opened once nobody writes over its arguments", () => {
    const { input, output, kernel } = make();
    let calls = 0;
    const writer = besideWriter(
      kernel,
      (block, call) => {
        calls++;
        if (call < 20) block.fill(call);
      },
      input,
    );
    expect(openBetween(writer, input, output)).toBe(0);
    expect(calls).toBe(21);
  });

  it("somebody who always does is BAD_RING, and the rings stay open", () => {
    const { input, output, kernel } = make();
    const writer = besideWriter(kernel, (block, call) => block.fill(call), input);
    expect(codeOf(() => openBetween(writer, input, output))).toBe("BAD_RING");
    expect([input.state, output.state]).toEqual(["open", "open"]);
  });
});
