import { RING_ABI } from "../../src/ring/layout.js";

const I32 = 0x7f;

/** A section of a module: its id, its length, its bytes. Short ones only. */
const section = (id: number, ...bytes: number[]) => [id, bytes.length, ...bytes];
const text = (name: string) => [name.length, ...new TextEncoder().encode(name)];

/** A module with the exports of a ring's kernel, whose `run` traps. It needs no memory. */
export function trapKernel(): WebAssembly.Module {
  const twoNumbers = [0x60, 2, I32, I32, 1, I32];
  return new WebAssembly.Module(
    Uint8Array.from([
      ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
      ...section(1, 1, ...twoNumbers),
      ...section(3, 2, 0, 0),
      // (global i32 (i32.const RING_ABI))
      ...section(6, 1, I32, 0, 0x41, RING_ABI, 0x0b),
      ...section(7, 3, ...text("open"), 0, 0, ...text("run"), 0, 1, ...text("RING_ABI"), 3, 0),
      // open: i32.const 0; run: unreachable
      ...section(10, 2, 4, 0, 0x41, 0, 0x0b, 3, 0, 0x00, 0x0b),
    ]),
  );
}
