/** Operations on tables against the plain code for the same: pages, locate, gather, PRP lists; and what the others cost. */
import { decodePrp, encodePrp, encodeSgl } from "../dist/descriptors/index.js";
import { mapIova, requests, translate } from "../dist/devices/index.js";
import { SegmentTable } from "../dist/index.js";
import { gather, locate, slice } from "../dist/table/index.js";
import { type Bar, compare, showBar } from "./harness.js";
import { buildPrp, program, removing, runC, scratchFile } from "./native.js";
import { benchPages, PAGE, segments, times } from "./pages.js";
import { random } from "./workloads.js";

export function benchTables(quick: boolean): void {
  benchPages(quick);
  benchLocate(quick ? 100_000 : 1_000_000);
  benchGather(quick ? 2 ** 26 : 2 ** 30);
  for (const pages of quick ? [2048] : [2048, 2 ** 18]) benchPrp(pages);
  benchOthers(quick ? 10_000 : 100_000);
}

/** The plain search: the last start that is not above. */
function search(starts: Float64Array, offset: number): number {
  let index = 0;
  let after = starts.length;
  while (after - index > 1) {
    const middle = (index + after) >>> 1;
    if ((starts[middle] as number) <= offset) index = middle;
    else after = middle;
  }
  return index;
}

function benchLocate(count: number): void {
  console.log(`\nlocate: ${count} segments, random offsets, ns a call; bare: a binary search of a Float64Array`);
  const table = segments(count, 3);
  const starts = new Float64Array(count);
  for (let i = 1; i < count; i++) starts[i] = (starts[i - 1] as number) + table.size(i - 1);
  const next = random(9);
  const offsets = Float64Array.from({ length: 4096 }, () => Math.floor((next() / 2 ** 32) * Number(table.totalBytes)));
  for (const offset of offsets) {
    const { index, offset: inside } = locate(table, offset);
    if (index !== search(starts, offset) || inside !== offset - (starts[index] as number))
      throw new Error("locate differs");
  }
  const medians = compare(
    [
      {
        name: "locate",
        run: () => {
          let sum = 0;
          for (const offset of offsets) sum += locate(table, offset).index;
          return sum;
        },
      },
      {
        name: "bare",
        run: () => {
          let sum = 0;
          for (const offset of offsets) sum += search(starts, offset);
          return sum;
        },
      },
    ],
    { rounds: 7, seconds: 0.3 },
  );
  const ns = (which: string) => ((times(medians, which) / offsets.length) * 1e9).toFixed(1);
  const bar: Bar = {
    label: "locate/bare",
    value: times(medians, "locate") / times(medians, "bare"),
    limit: 1.2,
    kind: "max",
  };
  console.log(`  locate ${ns("locate")}  bare ${ns("bare")}  | ${showBar(bar, `locate ${count}`)}`);
}

/** Pages of a memory in random order, into one buffer. */
function benchGather(bytes: number): void {
  console.log(
    `\ngather: ${bytes / 2 ** 20} MiB in segments of 4 KiB, in random order, GB/s; bare: set(subarray) page by page`,
  );
  const pages = bytes / PAGE;
  const memory = new Uint8Array(bytes);
  const words = new Uint32Array(memory.buffer);
  for (let i = 0; i < words.length; i += PAGE / 4) words[i] = i;
  const order = Uint32Array.from({ length: pages }, (_, i) => i);
  const next = random(4);
  for (let i = pages - 1; i > 0; i--) {
    const j = next() % (i + 1);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  const records = new Uint32Array(4 * pages);
  for (let i = 0; i < pages; i++) records.set([(order[i] as number) * PAGE, 0, PAGE, 0], 4 * i);
  const table = SegmentTable.fromBytes(new Uint8Array(records.buffer));
  const target = new Uint8Array(bytes).fill(1);
  const bare = () => {
    for (let i = 0; i < pages; i++) {
      const at = (order[i] as number) * PAGE;
      target.set(memory.subarray(at, at + PAGE), i * PAGE);
    }
  };
  gather(table, { bytes: memory, addr: 0 }, target);
  const found = new Uint32Array(target.buffer);
  for (let i = 0; i < pages; i++) {
    if (found[(i * PAGE) / 4] !== ((order[i] as number) * PAGE) / 4) throw new Error(`gather: page ${i} differs`);
  }
  const medians = compare(
    [
      { name: "gather", run: () => gather(table, { bytes: memory, addr: 0 }, target) },
      { name: "bare", run: bare },
    ],
    { rounds: 5, seconds: 0.5 },
  );
  const speed = (which: string) => (bytes / times(medians, which) / 1e9).toFixed(2);
  const bar: Bar = {
    label: "gather/bare",
    value: times(medians, "gather") / times(medians, "bare"),
    limit: 1.2,
    kind: "max",
  };
  console.log(`  gather ${speed("gather")}  bare ${speed("bare")}  | ${showBar(bar, "gather")}`);
}

function hashWords(words: Uint32Array): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < words.length; at++) hash = Math.imul(hash ^ (words[at] as number), 0x01000193);
  return hash >>> 0;
}

/**
 * The bar is C and two copies: a table's records lie in memory that wasm does not read, and lists are written when the
 * whole table is known to be good, which C does not ask.
 */
function benchPrp(pages: number): void {
  const c = buildPrp();
  console.log(
    `\nNVMe PRP lists of ${pages} pages (${pages / 256} MiB), ns an entry; C: the loop of a driver, gcc -O3, which may ` +
      "fail in the middle; copies: records into wasm, lists out",
  );
  if (c === undefined) console.log("  no C compiler: its rows are left out");
  for (const each of [pages, 512, 16, 4, 2, 1]) {
    const table = segments(pages / each, each);
    const bytes = new Uint8Array(Math.ceil((pages + pages / 500) / 512 + 1) * PAGE);
    const memory = { bytes, addr: 0xd0000000 };
    const encoded = encodePrp(table, memory);
    const slots = encoded.listEntries + encoded.listPages - 1;
    const back = decodePrp({ ...encoded, byteLength: Number(table.totalBytes) }, memory);
    if (Buffer.compare(back.bytes, table.bytes) !== 0) throw new Error("decoded PRP lists differ");
    const lists = bytes.slice(0, slots * 8);
    const file = scratchFile(table.bytes);
    const hash = hashWords(new Uint32Array(bytes.buffer, 0, slots * 2));
    const inC = program(
      "C",
      () => runC(c ?? "", file.path, 9),
      (answer) => {
        if (answer.segments !== slots || answer.hash !== hash) {
          throw new Error(`C writes other lists at ${each} pages a segment`);
        }
      },
    );
    const contestants = [
      { name: "encode", run: () => encodePrp(table, memory) },
      { name: "copies", run: copiesOf(table.words, lists) },
      ...(c === undefined ? [] : [inC]),
    ];
    const medians = removing(file, () => compare(contestants, { rounds: 11 }));
    const perEntry = (name: string) => (times(medians, name) / pages) * 1e9;
    const [ns, copies] = [perEntry("encode"), perEntry("copies")];
    const shown = [`encodePrp ${ns.toFixed(2)}`, `copies ${copies.toFixed(2)}`];
    if (c !== undefined) {
      const value = (perEntry("C") + copies) / ns;
      const bar: Bar = { label: "(C + copies)/encodePrp", value, limit: 1, kind: "min" };
      shown.push(`C ${perEntry("C").toFixed(2)}`, `C/encodePrp ${(perEntry("C") / ns).toFixed(2)}`);
      shown.push(`| ${showBar(bar, `PRP ${pages} pages, ${each} a segment`)}`);
    }
    console.log(`  ${`${each} pages a segment`.padEnd(24)} ${shown.join("  ")}`);
  }
}

/** Copies records into 32 KiB of wasm's memory, piece by piece, and lists out of it. */
function copiesOf(records: Uint32Array, lists: Uint8Array): () => void {
  const staged = new Uint32Array(new WebAssembly.Memory({ initial: 1, maximum: 1 }).buffer, 1024, 8192);
  const wasm = new WebAssembly.Memory({ initial: Math.ceil(lists.length / 65536), maximum: 2 ** 16 });
  const made = new Uint8Array(wasm.buffer, 0, lists.length);
  made.set(lists);
  const target = new Uint8Array(lists.length);
  return () => {
    for (let at = 0; at < records.length; at += staged.length) staged.set(records.subarray(at, at + staged.length));
    target.set(made);
  };
}

/** No bars: what the rest costs. */
function benchOthers(count: number): void {
  console.log(`\nother calls, ${count} segments of 4 pages, ns a segment`);
  const table = segments(count, 4);
  const windows = [
    { addr: 0, length: 2 ** 32 },
    { addr: 2 ** 32, length: 2n ** 63n, offset: 4096 },
  ];
  const sgl = { bytes: new Uint8Array(16 * count), addr: 0 };
  const limits = { maxSegments: 256, maxBytes: 2 ** 23, virtualBoundaryBytes: PAGE, blockBytes: 512 };
  const middle = table.totalBytes / 2n;
  const medians = compare([
    { name: "slice of half", run: () => slice(table, middle) },
    { name: "requests", run: () => requests(table, limits) },
    { name: "translate", run: () => translate(table, windows) },
    { name: "mapIova", run: () => mapIova(table, { base: 0 }) },
    { name: "encodeSgl", run: () => encodeSgl(table, sgl) },
  ]);
  console.log(
    `  ${[...medians].map(([name, seconds]) => `${name} ${((seconds / count) * 1e9).toFixed(1)}`).join("  ")}`,
  );
}
