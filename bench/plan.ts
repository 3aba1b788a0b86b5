/** `planReads` against the merges of other packages, its size, and inputs made to be slow. */
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { planReads, type ReadPlan, type ReadRange } from "../dist/plan/index.js";
import { median } from "../site/rooms/race/statistics.js";
import { type Contestant, compare, showBar } from "./harness.js";
import { loadPeers, type Peer } from "./plan-peers.js";
import { random } from "./workloads.js";

/** Never cuts, joins only what touches: what the peers do. */
const OPTIONS = { maxBytes: Number.MAX_SAFE_INTEGER };
/** A call that takes longer is not repeated: its first run counts. */
const ONE_RUN_SECONDS = 0.25;
/** A peer is left out where, were it quadratic, a call would take longer. */
const LIMIT_SECONDS = 10;

export async function benchPlan(quick: boolean): Promise<void> {
  const peers = await loadPeers();
  console.log("\nplanReads, 4 KiB ranges with a gap before 10 % of them, µs a call");
  for (const count of quick ? [10, 100, 1000] : [10, 100, 1000, 100_000]) {
    const ranges = makeRanges(count);
    await comparePeers(`${count} sorted`, ranges, peers);
    await comparePeers(`${count} shuffled`, shuffle(ranges), peers);
  }
  await showSize();
  compareHostile(quick ? 10_000 : 100_000);
}

async function comparePeers(row: string, ranges: readonly ReadRange[], peers: readonly Peer[]): Promise<void> {
  const wanted = [...planReads(ranges, OPTIONS)].map(({ offset, length }) => `${offset}-${offset + length - 1}`).join();
  const contestants: Contestant[] = [
    { name: "planReads", run: () => planReads(ranges, OPTIONS) },
    { name: "+ first requests", run: () => planReads(ranges, OPTIONS).firstRequest },
    { name: "+ provenance", run: () => provenanceOf(planReads(ranges, OPTIONS)) },
    ...(ranges.length === 10 ? [{ name: "least", run: () => leastProvenance(ranges) }] : []),
  ];
  if (ranges.length === 10) checkLeast(ranges);
  const slow = new Map<string, number>();
  const seconds = new Map<string, number>();
  const notes: string[] = [];
  for (const peer of peers) {
    const reason = ranges.length > 10_000 ? await whyNot(peer, ranges) : undefined;
    if (reason !== undefined) {
      notes.push(`${peer.name} left out: ${reason}`);
      continue;
    }
    const { run, spans } = peer.prepare(ranges);
    const first = await timeOnce(run);
    const found = [...spans()].sort((a, b) => a[0] - b[0]);
    if (found.map(([low, high]) => `${low}-${high}`).join() !== wanted) {
      throw new Error(`${row}: ${peer.name} gives another answer`);
    }
    if (first > ONE_RUN_SECONDS) {
      slow.set(peer.name, first);
      notes.push(`${peer.name}: one run`);
    } else if (peer.async) seconds.set(peer.name, await medianSeconds(run));
    else contestants.push({ name: peer.name, run });
  }
  const times = new Map([...compare(contestants, { rounds: 3, seconds: 0.1 }), ...seconds, ...slow]);
  const own = ["planReads", "+ first requests", "+ provenance", "least"].filter((name) => times.has(name));
  const names = [...own, ...peers.map(({ name }) => name).filter((name) => times.has(name))];
  const shown = names.map((name) => `${name} ${((times.get(name) as number) * 1e6).toFixed(2)}`).join("  ");
  const best = Math.min(...names.slice(own.length).map((name) => times.get(name) as number));
  const timeOf = (name: string) => times.get(name) as number;
  const bars: [label: string, value: number, limit: number][] = [["best peer/plan", best / timeOf("planReads"), 1]];
  // No peer says where an input lies, and a Float64Array of more than 64 bytes alone takes V8 as long as a plan of theirs.
  // So this is held to twice what any plan must do that says so: ours checks and keeps the ranges, aligns and cuts, and makes
  // each column when it is asked for. For the few ranges that most callers have.
  if (ranges.length === 10) bars.push(["least/provenance", timeOf("least") / timeOf("+ provenance"), 0.5]);
  const shownBars = bars.map(([label, value, limit]) => showBar({ label, value, limit, kind: "min" }, `plan ${row}`));
  const bar = peers.length === 0 ? "" : `  | ${shownBars.join("  ")}`;
  console.log(`  ${row.padStart(15)}  ${shown}${bar}`);
  for (const note of notes) console.log(`  ${"".padStart(15)}  ${note}`);
}

/** All that a plan says of each input. */
function provenanceOf({ firstRequest, requestSpan, offsetIn }: ReadPlan): number {
  return firstRequest.length + requestSpan.length + offsetIn.length;
}

/**
 * Requests that join what touches, and where each range lies in them: in one pass, of small numbers of ranges that are
 * ranges indeed. Nothing is checked, aligned, cut or kept of the ranges.
 */
function leastProvenance(ranges: readonly ReadRange[]) {
  const count = ranges.length;
  const order = byInsertion(ranges);
  const starts: number[] = [];
  const ends: number[] = [];
  const firstRequest = new Uint32Array(count);
  const requestSpan = new Uint32Array(count);
  const offsetIn = new Float64Array(count);
  let start = -1;
  let end = -1;
  for (const index of order) {
    const { offset, length } = ranges[index] as ReadRange;
    if (offset > end) {
      if (end >= 0) ends.push(end);
      starts.push(offset);
      start = offset;
      end = offset;
    }
    if (offset + length > end) end = offset + length;
    firstRequest[index] = starts.length - 1;
    requestSpan[index] = 1;
    offsetIn[index] = offset - start;
  }
  ends.push(end);
  return { starts, ends, firstRequest, requestSpan, offsetIn };
}

function checkLeast(ranges: readonly ReadRange[]): void {
  const { firstRequest, requestSpan, offsetIn, requestOffset } = planReads(ranges, OPTIONS);
  const least = leastProvenance(ranges);
  const told = [least.starts, least.firstRequest, least.requestSpan, least.offsetIn];
  if (String(told) !== String([requestOffset, firstRequest, requestSpan, offsetIn])) {
    throw new Error("the least provenance is another one");
  }
}

/** The indices of a few ranges, by address. */
function byInsertion(ranges: readonly ReadRange[]): number[] {
  const order: number[] = [];
  for (let index = 0; index < ranges.length; index++) {
    const { offset } = ranges[index] as ReadRange;
    let at = index;
    for (; at > 0 && (ranges[order[at - 1] as number] as ReadRange).offset > offset; at--) {
      order[at] = order[at - 1] as number;
    }
    order[at] = index;
  }
  return order;
}

/** Why a peer is left out: how long it takes for the first 5000 and 10,000 of these ranges. */
async function whyNot(peer: Peer, ranges: readonly ReadRange[]): Promise<string | undefined> {
  const half = await timeOnce(peer.prepare(ranges.slice(0, 5_000)).run);
  const whole = await timeOnce(peer.prepare(ranges.slice(0, 10_000)).run);
  if (whole * (ranges.length / 10_000) ** 2 <= LIMIT_SECONDS) return undefined;
  return `${half.toFixed(2)} s for 5000, ${whole.toFixed(2)} s for 10000`;
}

async function timeOnce(run: () => unknown): Promise<number> {
  const start = performance.now();
  await run();
  return (performance.now() - start) / 1000;
}

/** As `compare`, for one that returns promises. */
async function medianSeconds(run: () => unknown): Promise<number> {
  const samples: number[] = [];
  let repeats = 1;
  for (let spent = 0; spent < 0.3 || samples.length < 9; ) {
    const start = performance.now();
    for (let i = 0; i < repeats; i++) await run();
    const took = (performance.now() - start) / 1000;
    spent += took;
    if (took < 0.01) repeats *= 2;
    else samples.push(took / repeats);
  }
  return median(samples);
}

/** 4 KiB each from 4 GiB up, a gap of 4 KiB before 10 % of them. */
function makeRanges(count: number): ReadRange[] {
  const next = random(1);
  let offset = 2 ** 32;
  return Array.from({ length: count }, () => {
    if (next() < 0.1 * 2 ** 32) offset += 4096;
    const range = { offset, length: 4096 };
    offset += 4096;
    return range;
  });
}

function shuffle<T>(values: readonly T[]): T[] {
  const next = random(2);
  const shuffled = [...values];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const other = next() % (i + 1);
    [shuffled[i], shuffled[other]] = [shuffled[other] as T, shuffled[i] as T];
  }
  return shuffled;
}

async function showSize(): Promise<void> {
  const entry = fileURLToPath(new URL("../dist/plan/index.js", import.meta.url));
  const { outputFiles } = await build({
    stdin: { contents: `export { planReads } from ${JSON.stringify(entry)}`, resolveDir: "." },
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
  });
  const bytes = outputFiles[0]?.contents as Uint8Array;
  const value = gzipSync(bytes, { level: 9 }).byteLength / 1000;
  const bar = showBar({ label: "gzipped", value, limit: 3.5, kind: "max", unit: " kB" }, "plan size");
  console.log(`\nplanReads bundled alone\n  minified ${(bytes.byteLength / 1000).toFixed(2)} kB  | ${bar}`);
}

/** Twice the ranges may take little more than twice the time, whatever they are. */
function compareHostile(count: number): void {
  const next = random(3);
  const makers: Record<string, (i: number, total: number) => ReadRange> = {
    "all equal": () => ({ offset: 2 ** 32, length: 4096 }),
    // The innermost first: none is sorted.
    "all nested": (i, total) => ({ offset: total - i, length: 2 * i + 1 }),
    "alternating extremes": (i) => ({ offset: i % 2 === 0 ? 2 * i : Number.MAX_SAFE_INTEGER - 2 * i, length: 1 }),
    // Each differs from 0 in one byte, of the 53 bits the topmost included: no digit is alike in all of them.
    "a digit in each byte": (i) => ({ offset: (next() & 31) * 256 ** (i % 7), length: 1 }),
  };
  console.log(`\nplanReads, hostile inputs, ms for N = ${count} and ${2 * count}`);
  for (const [name, make] of Object.entries(makers)) {
    const inputs = [count, 2 * count].map((total) => Array.from({ length: total }, (_, i) => make(i, total)));
    const times = compare(
      inputs.map((ranges, i) => ({ name: i === 0 ? "N" : "2N", run: () => planReads(ranges, OPTIONS) })),
      { rounds: 5, seconds: 0.15 },
    );
    const ms = (label: string) => (times.get(label) as number) * 1000;
    const bar = showBar({ label: "2N/N", value: ms("2N") / ms("N"), limit: 2.5, kind: "max" }, `plan ${name}`);
    console.log(`  ${name.padEnd(20)}  N ${ms("N").toFixed(2)}  2N ${ms("2N").toFixed(2)}  | ${bar}`);
  }
}
