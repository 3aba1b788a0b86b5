/** The kernels over records and frames that lie in the engine's memory already, against JavaScript, C and memory itself. */

import { checkLimits } from "../dist/core/limits.js";
import type { Block, Coalescer, Engine, Output } from "../dist/engine/engine.js";
import { decodeKernel } from "../dist/engine/instantiate.js";
import { jsEngine } from "../dist/engine/js.js";
import { kernelHex } from "../dist/engine/kernel.generated.js";
import { MAX_LAST, TAKEN } from "../dist/engine/layout.generated.js";
import { wasmEngine } from "../dist/engine/wasm.js";
import { createMapperSync, pageFrames, type SegmentMapper } from "../dist/index.js";
import { coalesceBigInt, hashRecords } from "./bigint.js";
import { compare, type SelfTimed, showBar } from "./harness.js";
import { buildC, buildLimits, type MemoryLimits, program, removing, runC, runFrames, scratchFile } from "./native.js";
import type { Medians } from "./turns.js";
import { DENSITIES, fillRecords, frames, realFrames } from "./workloads.js";

const limits = checkLimits({});
const FOUR_GIB = 2 ** 32;

export function makeWasm(): Engine {
  return wasmEngine(new WebAssembly.Module(decodeKernel(kernelHex)), FOUR_GIB);
}

/** Runs a kernel over all of a block, as often as it takes, and flushes. Returns the segments. */
function runRecords(coalescer: Coalescer, input: Block, count: number, output: Output, room: number): number {
  output.at = 0;
  output.room = room;
  for (let from = 0; from < count; ) from += coalescer.records(input, from, count, output);
  coalescer.flush(output);
  return output.at;
}

interface Seat {
  readonly coalescer: Coalescer;
  readonly input: Block;
  readonly output: Output;
}

function seat(engine: Engine, records: number): Seat {
  const input = engine.allocate(records * 16);
  const block = engine.allocate(records * 16);
  // Touched once: the first write to fresh memory maps it.
  block.bytes.fill(1);
  return { coalescer: engine.coalescer(limits), input, output: { block, at: 0, room: records } };
}

export function benchRecords(sizes: readonly number[]): void {
  const c = buildC();
  if (c === undefined) console.log("no C compiler: the C rows are left out");
  for (const count of sizes) {
    console.log(`\ncoalesce, ${count} records in memory, ns a record`);
    const memory = buildLimits(count * 16);
    const wasm = seat(makeWasm(), count);
    const js = seat(jsEngine(FOUR_GIB), count);
    const bigOutput = new BigUint64Array(2 * count);
    const runWasm = () => runRecords(wasm.coalescer, wasm.input, count, wasm.output, count);
    const runJs = () => runRecords(js.coalescer, js.input, count, js.output, count);
    const runBig = () => coalesceBigInt(bigInput, bigOutput);
    const bigInput = new BigUint64Array(js.input.words.buffer, 0, 2 * count);
    for (const density of DENSITIES) {
      fillRecords(js.input.words, density);
      wasm.input.words.set(js.input.words);
      const segments = runBig();
      const hash = hashRecords(new Uint32Array(bigOutput.buffer), segments);
      check("wasm", runWasm(), wasm.output.block.words, segments, hash);
      check("js", runJs(), js.output.block.words, segments, hash);
      const file = scratchFile(js.input.bytes);
      const contestants = [
        ...(c === undefined ? [] : [loopInC(() => runC(c, file.path, count > 4e6 ? 3 : 9), segments, hash)]),
        { name: "wasm", run: runWasm },
        { name: "read", run: () => memory.read(count * 16) },
        { name: "readAhead", run: () => memory.readAhead(count * 16) },
        { name: "copy", run: () => memory.copy(count * 16) },
        { name: "js", run: runJs },
      ];
      const times = new Map(removing(file, () => compare(contestants, { rounds: 3, seconds: 0.2 })));
      times.set("bigint", compare([{ name: "bigint", run: runBig }], { rounds: 1 }).get("bigint") as number);
      showRecords(count, density, times);
    }
  }
}

/** A row of {@link benchRecords}: what each took, and its bars. @param times Seconds a call, by name. */
function showRecords(count: number, density: number, times: Medians): void {
  const ns = (name: string) => ((times.get(name) as number) / count) * 1e9;
  const read = Math.min(ns("read"), ns("readAhead"));
  const row = `coalesce ${count} ${density} %`;
  const bars = [];
  let most = 0;
  if (times.has("C")) {
    most = ns("C");
    bars.push(showBar({ label: "wasm/C", value: ns("wasm") / ns("C"), limit: 1, kind: "max" }, row));
  }
  // Where C misses these bars, wasm may: the processor or its memory is the limit there, and the bar above holds wasm to C.
  const least = most === 0 ? 4 : Math.min(4, ns("js") / most);
  bars.unshift(showBar({ label: "js/wasm", value: ns("js") / ns("wasm"), limit: least, kind: "min" }, row));
  if (count > 1e7) {
    const limit = Math.max(density <= 1 ? 1.6 : 4, most / read);
    bars.push(showBar({ label: "wasm/read", value: ns("wasm") / read, limit, kind: "max" }, row));
  } else {
    bars.push(`wasm/read ${(ns("wasm") / read).toFixed(2)}x`);
  }
  const names = ["wasm", "C", "js", "bigint", "copy"].filter((name) => times.has(name));
  const shown = [...names.map((name) => `${name} ${ns(name).toFixed(2)}`), `read ${read.toFixed(2)}`];
  console.log(`  ${String(density).padStart(3)} %  ${shown.join("  ")}  | ${bars.join("  ")}`);
}

export function benchFrames(sizes: readonly number[]): void {
  const inputs: FrameInput[] = [
    ...sizes.flatMap((count) =>
      DENSITIES.map((density) => ({ name: `${count} ${density} %`, density, frames: frames(count, density) })),
    ),
    ...realFrames().map((real) => ({ ...real, density: undefined })),
  ];
  console.log("\npage frames (u64), ns a frame: the kernel over frames in memory, and the public call with its copies");
  const mapper = createMapperSync({ engine: "wasm" });
  const c = buildC();
  let memory = { count: 0, limits: buildLimits(65536) };
  for (const input of inputs) {
    const count = input.frames.length;
    if (memory.count !== count) memory = { count, limits: buildLimits(count * 8) };
    compareFrames(input, mapper, memory.limits, c);
  }
  mapper.close();
}

interface FrameInput {
  readonly name: string;
  /** Undefined: of real memory. */
  readonly density: number | undefined;
  readonly frames: BigUint64Array<ArrayBuffer>;
}

function compareFrames(
  { name, density, frames: pfns }: FrameInput,
  mapper: SegmentMapper,
  memory: MemoryLimits,
  c: string | undefined,
): void {
  const count = pfns.length;
  const wasm = frameKernel(count);
  wasm.input.set(new Uint8Array(pfns.buffer));
  const source = pageFrames(pfns);
  const js = seat(jsEngine(FOUR_GIB), count);
  const runJs = () => {
    js.output.at = 0;
    js.output.room = count;
    for (let from = 0; from < count; ) from += js.coalescer.frames(source, from, count, js.output);
    js.coalescer.flush(js.output);
    return js.output.at;
  };
  const segments = runJs();
  const hash = hashRecords(js.output.block.words, segments);
  check("wasm", wasm.run(), wasm.output, segments, hash);
  const file = scratchFile(new Uint8Array(pfns.buffer, pfns.byteOffset, pfns.byteLength));
  const contestants = [
    ...(c === undefined ? [] : [loopInC(() => runFrames(c, file.path, count > 4e6 ? 3 : 9), segments, hash)]),
    { name: "wasm", run: wasm.run },
    { name: "read", run: () => memory.read(count * 8) },
    { name: "readAhead", run: () => memory.readAhead(count * 8) },
    { name: "js", run: runJs },
    { name: "public", run: () => mapper.coalesce(source) },
  ];
  const times = removing(file, () => compare(contestants, { rounds: 3, seconds: 0.2 }));
  const ns = (contestant: string) => ((times.get(contestant) as number) / count) * 1e9;
  const read = Math.min(ns("read"), ns("readAhead"));
  const shown = [`wasm ${ns("wasm").toFixed(2)}`, `js ${ns("js").toFixed(2)}`, `read ${read.toFixed(2)}`];
  const bars = [];
  const row = `frames ${name}`;
  let most = 0;
  if (times.has("C")) {
    shown.splice(1, 0, `C ${ns("C").toFixed(2)}`);
    const limit = limitOverC(segments / count, ns("C") / read);
    bars.push(showBar({ label: "wasm/C", value: ns("wasm") / ns("C"), limit, kind: "max" }, row));
    most = limit * ns("C");
  }
  const ratio = ns("wasm") / read;
  if (density === undefined || density > 1) bars.push(`wasm/read ${ratio.toFixed(2)}x`);
  else {
    // As of records: where C misses the bar, the processor is the limit.
    const limit = Math.max(1.5, most / read);
    bars.push(showBar({ label: "wasm/read", value: ratio, limit, kind: "max" }, row));
  }
  bars.push(`js/wasm ${(ns("js") / ns("wasm")).toFixed(2)}x`);
  console.log(
    `  ${name.padEnd(16)} ${segments} segments  ${shown.join("  ")}  public ${ns("public").toFixed(2)}  | ${bars.join("  ")}`,
  );
}

/** What wasm may take of the loop in C over frames: 0.8 where a run has 50 frames or more, unless memory holds C up already. */
function limitOverC(density: number, overRead: number): number {
  return density <= 0.02 && overRead > 2 ? 0.8 : 1;
}

/** The loop in C. @param run Runs the loop over a file. */
function loopInC(run: () => ReturnType<typeof runC>, segments: number, hash: number): SelfTimed {
  return program("C", run, (answer) => {
    if (answer.segments !== segments || answer.hash !== hash) throw new Error("the C loop gives another answer");
  });
}

/** The frame kernel by itself, over frames in linear memory. A mapper copies them in first: that is the row's "public". */
function frameKernel(count: number): { input: Uint8Array; output: Uint32Array; run: () => number } {
  const work = 1024;
  const input = 65536;
  const output = input + count * 8;
  const pages = Math.ceil((output + count * 16) / 65536);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: 65535 });
  const module = new WebAssembly.Module(decodeKernel(kernelHex));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const { open, coalesceFrames, flush } = exports as Record<string, (...args: number[]) => number>;
  const words = new Uint32Array(memory.buffer);
  words.fill(1, output / 4);
  words[(work + MAX_LAST) / 4] = 0xffff_ffff;
  open?.(work);
  return {
    input: new Uint8Array(memory.buffer, input, count * 8),
    output: words.subarray(output / 4),
    run: () => {
      let made = 0;
      for (let from = 0; from < count; ) {
        const part = Math.min(count - from, 65536);
        made += coalesceFrames?.(work, input + from * 8, 0, part, 12, 0, output + made * 16, count - made) as number;
        from += words[(work + TAKEN) / 4] as number;
      }
      return made + (flush?.(work, output + made * 16, count - made) as number);
    },
  };
}

function check(name: string, segments: number, words: Uint32Array, wanted: number, hash: number): void {
  if (segments !== wanted || hashRecords(words, segments) !== hash) throw new Error(`${name} gives another answer`);
}
