/** Drawing: an overview of many segments, strips of all of them and of few, and the SVG of a table. */
import { drawOverview, drawStrip, svgOfTable } from "../dist/draw/index.js";
import { SegmentTable } from "../dist/index.js";
import { compare, showBar } from "./harness.js";
import { random } from "./workloads.js";

const PAGE = 4096;

/** Pages with a page free between two of them, from 4 GiB up, in order or shuffled. */
function pages(count: number, isShuffled: boolean): SegmentTable {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  const next = random(7);
  for (let i = count - 1; isShuffled && i > 0; i--) {
    const j = next() % (i + 1);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  const words = new Uint32Array(4 * count);
  for (let i = 0; i < count; i++) {
    const addr = 2 ** 32 + (order[i] as number) * 2 * PAGE;
    words.set([addr, addr / 2 ** 32, PAGE, 0], 4 * i);
  }
  return SegmentTable.view(words);
}

/** The limit is what a probe in plain JavaScript took for 10^6 segments; a frame of pan or zoom has 8 ms. */
export function benchDraw(quick: boolean): void {
  const count = quick ? 100_000 : 1_000_000;
  console.log(`\ndraw: ${count} segments, ms a call; overview: 1024 x 1024 cells; strip: 1024 columns`);
  for (const isShuffled of [false, true]) {
    const table = pages(count, isShuffled);
    const whole = { addr: 2 ** 32, length: 2 * PAGE * count };
    const near = { addr: 2 ** 32 + PAGE * count, length: 64 * PAGE };
    const covered = drawOverview(table).coveredBytes.reduce((sum, bytes) => sum + bytes, 0);
    const counted = drawStrip(table, whole).bytes.reduce((sum, bytes) => sum + bytes, 0n);
    if (BigInt(covered) !== table.totalBytes || counted !== table.totalBytes) throw new Error("bytes were lost");
    const medians = compare(
      [
        { name: "overview", run: () => drawOverview(table) },
        { name: "strip of all", run: () => drawStrip(table, whole) },
        { name: "strip of 64 pages", run: () => drawStrip(table, near) },
        { name: "svgOfTable", run: () => svgOfTable(table) },
      ],
      { rounds: 5 },
    );
    const ms = (name: string) => (medians.get(name) as number) * 1e3;
    const row = `draw ${isShuffled ? "shuffled" : "in order"}`;
    const bars = [
      { label: "overview", value: ms("overview"), limit: 12, kind: "max", unit: " ms" },
      { label: "strip of 64 pages", value: ms("strip of 64 pages"), limit: 8, kind: "max", unit: " ms" },
    ] as const;
    console.log(
      `  ${(isShuffled ? "shuffled" : "in order").padEnd(9)} ${[...medians.keys()].map((name) => `${name} ${ms(name).toFixed(2)}`).join("  ")}  | ${bars.map((bar) => showBar(bar, row)).join("  ")}`,
    );
  }
}
