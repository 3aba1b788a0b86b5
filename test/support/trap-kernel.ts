import { RING_ABI } from "../../src/ring/layout.js";

const I32 = 0x7f;
const I64 = 0x7e;

/** A section of a module: its id, its length, its bytes. Short ones only. */
const section = (id: number, ...bytes: number[]) => [id, bytes.length, ...bytes];
const text = (name: string) => [name.length, ...new TextEncoder().encode(name)];

/** A module with the exports of a ring's kernel, whose `run` traps. It needs no memory. */
export function trapKernel(): WebAssembly.Module {
  const open = [0x60, 13, I32, I32, I32, I32, I32, I32, I32, I32, I64, I32, I64, I32, I32, 1, I32];
  const run = [0x60, 2, I32, I32, 1, I32];
  return new WebAssembly.Module(
    Uint8Array.from([
      ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
      ...section(1, 2, ...open, ...run),
      ...section(3, 2, 0, 1),
      // (global i32 (i32.const RING_ABI))
      ...section(6, 1, I32, 0, 0x41, RING_ABI, 0x0b),
      ...section(7, 3, ...text("open"), 0, 0, ...text("run"), 0, 1, ...text("RING_ABI"), 3, 0),
      // open: i32.const 0; run: unreachable
      ...section(10, 2, 4, 0, 0x41, 0, 0x0b, 3, 0, 0x00, 0x0b),
    ]),
  );
}
