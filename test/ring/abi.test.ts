/** The ring's binary interface: what its binaries hold, and the numbers both sides use. */
import { describe, expect, it } from "vitest";
import assemblyLayout from "../../assembly/ring-layout.ts?raw";
import { BINARIES, type Binary } from "../../scripts/binaries.js";
import { decodeKernel } from "../../src/engine/instantiate.js";
import { ringKernelHex } from "../../src/ring/kernel.generated.js";
import { producerKernelHex } from "../../src/ring/kernel-producer.generated.js";
import { sharedProducerKernelHex } from "../../src/ring/kernel-producer-shared.generated.js";
import { sharedKernelHex } from "../../src/ring/kernel-shared.generated.js";
import * as layout from "../../src/ring/layout.js";
import { constants, leb, sections } from "../support/binary.js";

const EMBEDDED = [
  { name: "kernel.ring.wasm", bytes: decodeKernel(ringKernelHex), shared: false },
  { name: "kernel.shared.wasm", bytes: decodeKernel(sharedKernelHex), shared: true },
  { name: "kernel.producer.wasm", bytes: decodeKernel(producerKernelHex), shared: false },
  { name: "kernel.producer-shared.wasm", bytes: decodeKernel(sharedProducerKernelHex), shared: true },
];

describe.each(EMBEDDED)("$name", ({ name, bytes, shared }) => {
  const module = new WebAssembly.Module(bytes);

  const { exports, maxBytes } = BINARIES.find(({ file }) => file === name) as Binary;

  it(`exports ${exports.join(", ")}, and imports its memory and nothing else`, () => {
    const names = WebAssembly.Module.exports(module).map((entry) => entry.name);
    expect(names.sort()).toEqual(exports);
    expect(WebAssembly.Module.imports(module)).toEqual([{ module: "env", name: "memory", kind: "memory" }]);
  });

  it(`imports ${shared ? "shared" : "plain"} memory of 1 to 65536 pages`, () => {
    const { body } = sections(bytes).find(({ id }) => id === 2) as { body: Uint8Array };
    // "env" "memory", a memory; flags: a maximum, and shared or not.
    const flags = body.indexOf(2, 1 + 4 + 7) + 1;
    expect(body[flags]).toBe(shared ? 3 : 1);
    const [minimum, after] = leb(body, flags + 1);
    expect([minimum, leb(body, after)[0]]).toEqual([1, 65536]);
  });

  it("has no data and no start function: a second instance leaves shared memory as it is", () => {
    // 6 are the globals.
    const ids = sections(bytes).map(({ id }) => id);
    expect(ids.filter((id) => id !== 6)).toEqual([1, 2, 3, 7, 10]);
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared });
    new Uint8Array(memory.buffer).fill(0x5a);
    new WebAssembly.Instance(module, { env: { memory } });
    expect(new Uint8Array(memory.buffer).every((byte) => byte === 0x5a)).toBe(true);
  });

  it(`has at most ${maxBytes} bytes`, () => {
    expect(bytes.byteLength).toBeLessThanOrEqual(maxBytes);
  });
});

it("without threads there is no atomic instruction: the binary runs where shared memory is off", () => {
  // The prefix of atomics, as the first byte of an instruction of a body; a validator without threads is not to be had.
  const plain = EMBEDDED[0] as (typeof EMBEDDED)[0];
  const shared = EMBEDDED[1] as (typeof EMBEDDED)[0];
  const count = (bytes: Uint8Array) => {
    const { body } = sections(bytes).find(({ id }) => id === 10) as { body: Uint8Array };
    // i32.atomic.load: FE 10, alignment 2; memory.atomic.wait32: FE 01; notify: FE 00; rmw.add: FE 1E.
    let found = 0;
    for (let at = 0; at + 2 < body.length; at++) {
      if (body[at] === 0xfe && [0x00, 0x01, 0x10, 0x17, 0x1e, 0x41, 0x48].includes(body[at + 1] as number)) {
        if (body[at + 2] === 2) found++;
      }
    }
    return found;
  };
  expect(count(plain.bytes)).toBe(0);
  expect(count(shared.bytes)).toBeGreaterThan(10);
});

describe("the layout", () => {
  const assembly = constants(assemblyLayout);

  it("is the same in TypeScript as in AssemblyScript", () => {
    const numbers: Record<string, number> = layout;
    for (const [name, value] of assembly) expect([name, numbers[name]]).toEqual([name, Number(value)]);
    expect(assembly.size).toBeGreaterThan(25);
  });

  it("of the work area: a work block, room for the segments made again, and the arguments", () => {
    const end = Number(assembly.get("DROPPED")) + 16 * Number(assembly.get("DROPPED_RECORDS"));
    expect(end).toBeLessThanOrEqual(layout.ARGUMENTS);
    expect(layout.ARGUMENTS + layout.ARGUMENT_BYTES).toBeLessThanOrEqual(layout.KERNEL_WORK_BYTES);
    expect(layout.KERNEL_WORK_BYTES % layout.LINE_BYTES).toBe(0);
  });

  it("is that of the design, version 1.0, field by field", () => {
    expect(layout).toMatchObject({
      MAGIC: 0,
      MAGIC_VALUE: 0x474e5253,
      VERSION: 4,
      HEADER_SIZE: 8,
      SLOT_SIZE: 0xc,
      CAPACITY: 0x10,
      SLOTS_OFFSET: 0x14,
      FEATURES: 0x18,
      ROLE: 0x1c,
      GENERATION: 0x20,
      MAX_SEGMENT_LAST: 0x24,
      ADDRESS_LIMIT: 0x28,
      CHECKSUM: 0x30,
      NONCE: 0x34,
      ECHO_PRODUCER: 0x38,
      ECHO_CONSUMER: 0x3c,
      STATE: 0x80,
      ERROR_CODE: 0x84,
      ERROR_INDEX: 0x88,
      ERROR_BY: 0x8c,
      PRODUCER_CLAIM: 0x90,
      CONSUMER_CLAIM: 0x94,
      TAIL: 0x100,
      TAIL_LAP: 0x104,
      PRODUCER_BEAT: 0x108,
      STALLS: 0x10c,
      REJECTED: 0x110,
      DROPPED_COUNT: 0x114,
      HEAD: 0x180,
      HEAD_LAP: 0x184,
      CONSUMER_BEAT: 0x188,
      SLEEPS: 0x18c,
      SKIPPED: 0x190,
      LAST_BAD: 0x194,
      CHECKPOINTS: 0x1a0,
      CONS_SEQ: 0x200,
      PROD_SEQ: 0x240,
      HEADER_BYTES: 640,
    });
  });

  it("of states: each a number higher than the one it follows", () => {
    const { UNINIT, OPEN, CLOSING, CLOSED, ABORTED, POISONED } = layout;
    expect([UNINIT, OPEN, CLOSING, CLOSED, ABORTED, POISONED]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("of what open and run return: apart from each other, and from the states that they return too", () => {
    const { AGAIN, EMPTY, OUTPUT_FULL, STALE, OVERWRITTEN, CLOSED, ABORTED, POISONED, MESSAGE } = layout;
    expect([AGAIN, EMPTY, OUTPUT_FULL, CLOSED, ABORTED, POISONED, STALE, OVERWRITTEN]).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7,
    ]);
    expect(MESSAGE).toBe(0x100);
  });
});
