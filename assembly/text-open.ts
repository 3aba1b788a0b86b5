import { HEX_DIGITS, MASKS, TAIL } from "./text-layout";

/** Writes the tables of a work block; once, before any other call. */
export function openText(work: usize): void {
  for (let count: u32 = 0; count <= 16; count++) {
    for (let lane: u32 = 0; lane < 16; lane++) {
      store<u8>(work + (count << 4) + lane, lane + count >= 16 ? 0xff : 0, MASKS);
    }
  }
  for (let lane: u32 = 0; lane < 16; lane++) {
    store<u8>(work + lane, lane < 10 ? 0x30 + lane : 0x57 + lane, HEX_DIGITS);
    store<u8>(work + lane, lane, TAIL);
    store<u8>(work + lane + 16, 0x80, TAIL);
  }
}
