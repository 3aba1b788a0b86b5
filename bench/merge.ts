import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMapperSync, packedRecords, SegmentTable } from "../dist/index.js";
import { median } from "../site/rooms/race/statistics.js";
import type { Engine } from "../src/engine/engine.js";
import { hashRecords } from "./bigint.js";
import { secondsOf } from "./command-time.js";
import { compare, showBar } from "./harness.js";
import { buildMerge, program, runMerge } from "./native.js";
import { random } from "./workloads.js";

const INPUTS = 8;
const BAR_RECORDS = 10_000_000;
const ROUNDS = 7;
const CLI = new URL("../dist/cli/main.js", import.meta.url).pathname;

export function benchMerge(count: number): void {
  const folder = mkdtempSync(join(tmpdir(), "segring-bench-merge-"));
  try {
    const parts = partsOf(count);
    const files = parts.map((words, index) => {
      const path = join(folder, `${index}.records`);
      writeFileSync(path, new Uint8Array(words.buffer));
      return path;
    });
    console.log(`\nmerge of ${INPUTS} inputs of ${count} records in all, interleaved at random, ns a record`);
    benchKernel(count, parts, folder);
    benchCommand(count, files, folder);
    benchSpilling(count, files, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Pages that do not touch, each of an input that is drawn; as many of each input. */
function partsOf(count: number): Uint32Array<ArrayBuffer>[] {
  const draw = random(17);
  const room = Math.floor(count / INPUTS);
  const parts = Array.from({ length: INPUTS }, () => new Uint32Array(4 * room));
  const used = parts.map(() => 0);
  const open = parts.map((_, index) => index);
  for (let page = 1; open.length > 0; page++) {
    const at = draw() % open.length;
    const input = open[at] as number;
    const from = used[input] as number;
    const addr = page * 8192;
    parts[input]?.set([addr, addr / 2 ** 32, 4096, 0], from);
    used[input] = from + 4;
    if (used[input] === 4 * room) open.splice(at, 1);
  }
  return parts;
}

function benchKernel(count: number, parts: readonly Uint32Array<ArrayBuffer>[], folder: string): void {
  const tables = parts.map((words) => SegmentTable.view(words));
  const all = Buffer.concat(parts.map((words) => new Uint8Array(words.buffer)));
  const wasm = createMapperSync({ engine: "wasm" });
  const js = createMapperSync({ engine: "js" });
  const table = wasm.mergeSorted(tables);
  const other = js.mergeSorted(tables);
  const hash = hashRecords(table.words, table.length);
  if (!table.equals(other)) throw new Error("js gives another answer");
  // The package keeps this to itself.
  const { mainEngine } = wasm as unknown as { mainEngine: Engine };
  const c = buildMerge();
  if (c === undefined) console.log("  no C compiler: its row is left out");
  const path = join(folder, "all");
  writeFileSync(path, all);
  const inC = program(
    "C",
    () => runMerge(c ?? "", path, 2, INPUTS),
    (answer) => {
      if (answer.segments !== table.length || answer.hash !== hash) throw new Error("C gives another answer");
    },
  );
  const times = compare(
    [
      ...(c === undefined ? [] : [inC]),
      { name: "kernel", run: () => mergeAll(mainEngine, parts) },
      { name: "mergeSorted", run: () => wasm.mergeSorted(tables) },
      { name: "union", run: () => wasm.union(packedRecords(all)) },
      { name: "js", run: () => js.mergeSorted(tables) },
    ],
    { rounds: 3, seconds: 0.3 },
  );
  const ns = (name: string) => ((times.get(name) as number) / table.length) * 1e9;
  const shown = [...times.keys()].map((name) => `${name} ${ns(name).toFixed(2)}`);
  const bars = times.has("C") ? [bar(count, "kernel/C", ns("kernel") / ns("C"), 1.3)] : [];
  console.log(`  in memory  ${shown.join("  ")}  | ${bars.join("  ")}`);
  wasm.close();
  js.close();
}

/** The kernel alone: its windows are filled, and what it merges stays where it is. */
function mergeAll(engine: Engine, parts: readonly Uint32Array[]): number {
  const merger = engine.merger(parts.length);
  if (merger === undefined) throw new Error("expected the kernel");
  const next = parts.map(() => 0);
  let merged = 0;
  for (;;) {
    for (const [input, words] of parts.entries()) {
      if (!merger.wants(input)) continue;
      const from = next[input] as number;
      next[input] = from + merger.give(input, words, from, words.length / 4);
      if (next[input] === words.length / 4) merger.end(input);
    }
    const count = merger.merge();
    if (count === 0) break;
    merged += count;
  }
  merger.free();
  return merged;
}

function benchCommand(count: number, files: readonly string[], folder: string): void {
  const out = join(folder, "out");
  const cat: number[] = [];
  const ours: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    cat.push(secondsOf("cat", files, out));
    ours.push(secondsOf(process.execPath, [CLI, "union", "--sorted", ...files, "--to", "records"], out));
  }
  const [best, most] = [median(cat), median(ours)];
  const shown = bar(count, "command/cat", most / best, 3);
  console.log(`  union --sorted ${most.toFixed(3)} s  cat ${best.toFixed(3)} s  | ${shown}`);
}

function benchSpilling(count: number, files: readonly string[], folder: string): void {
  const [here, there] = [join(folder, "here"), join(folder, "there")];
  const words = [CLI, "union", ...files, "--to", "records", "--temporary-directory", folder, "--memory"];
  const inMemory: number[] = [];
  const onDisk: number[] = [];
  for (let round = 0; round < 3; round++) {
    inMemory.push(secondsOf(process.execPath, [...words, "8GiB"], here));
    onDisk.push(secondsOf(process.execPath, [...words, `${count * 4}`], there));
  }
  if (!readFileSync(here).equals(readFileSync(there))) throw new Error("from disk comes another answer");
  const shown = bar(count, "disk/memory", median(onDisk) / median(inMemory), 2.5);
  console.log(
    `  union of 4 times --memory ${median(onDisk).toFixed(3)} s  in memory ${median(inMemory).toFixed(3)} s  | ${shown}`,
  );
}

function bar(count: number, label: string, value: number, limit: number): string {
  return count >= BAR_RECORDS
    ? showBar({ label, value, limit, kind: "max" }, `merge ${count}`)
    : `${label} ${value.toFixed(2)}x`;
}
