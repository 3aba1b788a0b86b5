/** Drawing: an overview of many segments, strips of all of them and of few, and the SVG of a table; the limits are plain loops. */
import { drawOverview, drawStrip, svgOfTable } from "../dist/draw/index.js";
import { SegmentTable } from "../dist/index.js";
import { type Bar, compare, showBar } from "./harness.js";
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

/** Segments by the cell that each starts in, and a pixel for each cell: the least that an overview does, without its curve. */
function plainOverview(words: Uint32Array, bytes: number): Uint32Array {
  const cells = new Float64Array(1024 * 1024);
  const scale = cells.length / bytes;
  for (let at = 0; at < words.length; at += 4) {
    const addr = (words[at + 1] as number) * 2 ** 32 + (words[at] as number) - 2 ** 32;
    const cell = Math.floor(addr * scale);
    cells[cell] = (cells[cell] as number) + (words[at + 2] as number);
  }
  const pixels = new Uint32Array(cells.length);
  for (let cell = 0; cell < pixels.length; cell++) pixels[cell] = cells[cell] === 0 ? 0xff00_0000 : 0xffff_ffff;
  return pixels;
}

/** Bytes of the segments that touch a window: one pass, the least that a strip does with segments in any order. */
function plainWindow(words: Uint32Array, first: number, end: number): number {
  let bytes = 0;
  for (let at = 0; at < words.length; at += 4) {
    const addr = (words[at + 1] as number) * 2 ** 32 + (words[at] as number);
    const length = words[at + 2] as number;
    if (addr < end && addr + length > first) bytes += length;
  }
  return bytes;
}

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
        { name: "plain overview", run: () => plainOverview(table.words, whole.length) },
        { name: "plain window", run: () => plainWindow(table.words, near.addr, near.addr + near.length) },
      ],
      { rounds: 5 },
    );
    const ms = (name: string) => (medians.get(name) as number) * 1e3;
    const row = `draw ${isShuffled ? "shuffled" : "in order"}`;
    const bars = [
      { label: "overview/plain", value: ms("overview") / ms("plain overview"), limit: 3, kind: "max" },
      { label: "strip/plain", value: ms("strip of 64 pages") / ms("plain window"), limit: 4, kind: "max" },
    ] as const;
    // Of fewer segments, the cells and columns take most of the time.
    const bar = (each: Bar) => (quick ? `${each.label} ${each.value.toFixed(2)}x` : showBar(each, row));
    const shown = [...medians.keys()].map((name) => `${name} ${ms(name).toFixed(2)}`).join("  ");
    console.log(`  ${(isShuffled ? "shuffled" : "in order").padEnd(9)} ${shown}  | ${bars.map(bar).join("  ")}`);
  }
}
