/** The answers, by plain BigInts: slow, short and right. */

const LENGTH = 0x1_ffff_ffffn;
const LONGEST = 1n << 32n;

type BigRange = readonly [addr: bigint, end: bigint];

/** Joins records that follow one another without a gap; segments of at most 4 GiB. The records have no flags. */
export function coalesceOracle(records: BigUint64Array): Uint8Array {
  const runs: BigRange[] = [];
  for (const [addr, end] of rangesOf(records)) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === addr) runs[runs.length - 1] = [last[0], end];
    else runs.push([addr, end]);
  }
  return packRuns(runs);
}

/** The bytes that any record covers, by address; segments of at most 4 GiB. The records have no flags. */
export function unionOracle(records: BigUint64Array): Uint8Array {
  const runs: BigRange[] = [];
  const sorted = rangesOf(records).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  for (const [addr, end] of sorted) {
    const last = runs.at(-1);
    if (last === undefined || last[1] < addr) runs.push([addr, end]);
    else if (end > last[1]) runs[runs.length - 1] = [last[0], end];
  }
  return packRuns(runs);
}

function rangesOf(records: BigUint64Array): BigRange[] {
  const ranges: BigRange[] = [];
  for (let i = 0; i < records.length; i += 2) {
    const addr = records[i] as bigint;
    ranges.push([addr, addr + ((records[i + 1] as bigint) & LENGTH)]);
  }
  return ranges;
}

function packRuns(runs: readonly BigRange[]): Uint8Array {
  const words: bigint[] = [];
  for (const [addr, end] of runs) {
    for (let at = addr; at < end; at += LONGEST) words.push(at, end - at < LONGEST ? end - at : LONGEST);
  }
  return new Uint8Array(BigUint64Array.from(words).buffer);
}
