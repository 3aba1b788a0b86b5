/** Seeded inputs: equal in every run and every runtime. */

/** mulberry32: 32 random bits a call. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** Fills packed records: 1 to 8 pages each, from 4 GiB up, a break before `percent` of them. */
export function fillRecords(words: Uint32Array, percent: number, seed = 1): void {
  const next = random(seed);
  const threshold = (percent / 100) * 2 ** 32;
  let addr = 2 ** 32;
  for (let at = 0; at < words.length; at += 4) {
    const length = 4096 * (1 + (next() & 7));
    if (next() < threshold) addr += 4096;
    words[at] = addr;
    words[at + 1] = addr / 2 ** 32;
    words[at + 2] = length;
    words[at + 3] = 0;
    addr += length;
  }
}

/** Puts packed records in random order. */
export function shuffleRecords(words: Uint32Array, seed = 2): void {
  const next = random(seed);
  const held = new Uint32Array(4);
  for (let i = words.length / 4 - 1; i > 0; i--) {
    const j = next() % (i + 1);
    held.set(words.subarray(4 * i, 4 * i + 4));
    words.copyWithin(4 * i, 4 * j, 4 * j + 4);
    words.set(held, 4 * j);
  }
}

/** Page frames with a break before `percent` of them. */
export function frames(count: number, percent: number, seed = 1): BigUint64Array<ArrayBuffer> {
  const next = random(seed);
  const threshold = (percent / 100) * 2 ** 32;
  const result = new BigUint64Array(count);
  const words = new Uint32Array(result.buffer);
  let frame = 0x100000;
  for (let i = 0; i < count; i++) {
    frame += next() < threshold ? 2 : 1;
    words[2 * i] = frame;
    words[2 * i + 1] = frame / 2 ** 32;
  }
  return result;
}
