/** The loop most people write first: BigInts over a BigUint64Array, both words of a record. Slow, short and right. */
const LENGTH = 0x1_ffff_ffffn;
const LONGEST = 1n << 32n;

/** Coalesces packed records under a maximum of 4 GiB; returns segments written. */
export function coalesceBigInt(input: BigUint64Array, output: BigUint64Array): number {
  let first = 0n;
  let end = 0n;
  let kind = 0n;
  let at = 0;
  const emit = () => {
    while (first < end) {
      const length = end - first < LONGEST ? end - first : LONGEST;
      output[at++] = first;
      output[at++] = kind | length;
      first += length;
    }
  };
  for (let i = 0; i < input.length; i += 2) {
    const addr = input[i] as bigint;
    const word = input[i + 1] as bigint;
    if (addr === end && (word & ~LENGTH) === kind && i > 0) {
      end += word & LENGTH;
    } else {
      emit();
      first = addr;
      end = addr + (word & LENGTH);
      kind = word & ~LENGTH;
    }
  }
  emit();
  return at / 2;
}

/** FNV-1a over the words of `segments` records: equal answers have equal hashes. */
export function hashRecords(words: Uint32Array, segments: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < segments * 4; at++) hash = Math.imul(hash ^ (words[at] as number), 0x01000193);
  return hash >>> 0;
}
