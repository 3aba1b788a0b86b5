/** The public calls: a batch with its copies, a stream, `auto`, and what a mapper costs to make. */

import { checkLimits } from "../dist/core/limits.js";
import { decodeKernel } from "../dist/engine/instantiate.js";
import { kernelHex } from "../dist/engine/kernel.generated.js";
import { createMapperSync, packedRecords, type Range, type SegmentStream } from "../dist/index.js";
import { median } from "../site/rooms/race/statistics.js";
import { compare, showBar } from "./harness.js";
import { makeWasm } from "./kernel.js";
import { buildLimits } from "./native.js";
import { DENSITIES, fillRecords } from "./workloads.js";

/**
 * `coalesce(packedRecords(…))` against the kernel, `memory.copy` in, and a copy out to a new ArrayBuffer: a table has
 * memory of its own, and what new pages cost is the system's.
 */
export function benchPublic(sizes: readonly number[]): void {
  for (const count of sizes) {
    console.log(`\ncoalesce(packedRecords(bytes)), ${count} records, ns a record`);
    const memory = buildLimits(count * 16);
    const mapper = createMapperSync({ engine: "wasm" });
    const engine = makeWasm();
    const input = engine.allocate(count * 16);
    const block = engine.allocate(count * 16);
    block.bytes.fill(1);
    const coalescer = engine.coalescer(checkLimits({}));
    const output = { block, at: 0, room: count };
    const kernel = () => {
      output.at = 0;
      output.room = count;
      for (let from = 0; from < count; ) from += coalescer.records(input, from, count, output);
      coalescer.flush(output);
      return output.at;
    };
    const words = new Uint32Array(4 * count);
    const bytes = new Uint8Array(words.buffer);
    for (const density of DENSITIES) {
      fillRecords(words, density);
      input.words.set(words);
      const segments = kernel();
      const table = mapper.coalesce(packedRecords(bytes));
      if (Buffer.compare(table.bytes, block.bytes.subarray(0, segments * 16)) !== 0) throw new Error("answers differ");
      const stream = mapper.stream();
      const runStream = () => streamThrough(stream, bytes);
      if (runStream() !== segments) throw new Error("the stream gives another answer");
      const times = compare([
        { name: "public", run: () => mapper.coalesce(packedRecords(bytes)) },
        { name: "stream", run: runStream },
        { name: "kernel", run: kernel },
        { name: "in", run: () => memory.copy(count * 16) },
        { name: "out", run: () => memory.copy(segments * 16) },
        { name: "fresh", run: () => new Uint8Array(block.bytes.subarray(0, segments * 16)) },
      ]);
      stream.close();
      const ns = (name: string) => ((times.get(name) as number) / count) * 1e9;
      const parts = ns("kernel") + ns("in") + ns("fresh");
      const row = `public ${count} ${density} %`;
      const bars = [
        showBar({ label: "public/(kernel+in+fresh)", value: ns("public") / parts, limit: 1.2, kind: "max" }, row),
        showBar({ label: "stream/public", value: ns("stream") / ns("public"), limit: 1.5, kind: "max" }, row),
      ];
      console.log(
        `  ${String(density).padStart(3)} %  public ${ns("public").toFixed(2)}  kernel ${ns("kernel").toFixed(2)}  copy in ${ns("in").toFixed(2)}  copy out ${ns("out").toFixed(2)} (to a new ArrayBuffer ${ns("fresh").toFixed(2)})  stream of 4096 ${ns("stream").toFixed(2)}  | ${bars.join("  ")}`,
      );
    }
    mapper.close();
  }
}

/** Pushes records through a stream, 4096 at a time. Returns the segments. */
function streamThrough(stream: SegmentStream, bytes: Uint8Array): number {
  let drained = 0;
  for (let from = 0; from < bytes.length; from += 4096 * 16) {
    const batch = bytes.subarray(from, from + 4096 * 16);
    for (let at = 0; at < batch.length; ) {
      const taken = stream.pushRecords(at === 0 ? batch : batch.subarray(at)) * 16;
      at += taken;
      if (at < batch.length || taken === 0) drained += stream.drain().length;
    }
    drained += stream.drain().length;
  }
  while (!stream.flush()) drained += stream.drain().length;
  return drained + stream.drain().length;
}

/** `auto` against each engine, from one object and one record up. */
export function benchAuto(): void {
  const mappers = (["auto", "wasm", "js"] as const).map((engine) => ({ engine, mapper: createMapperSync({ engine }) }));
  for (const kind of ["objects", "records"] as const) {
    console.log(`\nengine "auto", ${kind} (10 % breaks), µs a call`);
    for (const count of [1, 2, 4, 8, 16, 32, 64, 128, 512, 2048, 8192, 32768, 131072]) {
      const words = new Uint32Array(4 * count);
      fillRecords(words, 10);
      const bytes = new Uint8Array(words.buffer);
      const objects: Range[] = Array.from({ length: count }, (_, i) => ({
        addr: (words[4 * i + 1] as number) * 2 ** 32 + (words[4 * i] as number),
        length: words[4 * i + 2] as number,
        flags: 0,
      }));
      const times = compare(
        mappers.map(({ engine, mapper }) => ({
          name: engine,
          run: kind === "objects" ? () => mapper.coalesce(objects) : () => mapper.coalesce(packedRecords(bytes)),
        })),
        { rounds: 12, seconds: 0.04 },
      );
      const us = (name: string) => (times.get(name) as number) * 1e6;
      const bar = {
        label: "auto/best",
        value: us("auto") / Math.min(us("wasm"), us("js")),
        limit: 1.1,
        kind: "max",
      } as const;
      const shown = mappers.map(({ engine }) => `${engine} ${us(engine).toFixed(2)}`).join("  ");
      console.log(`  ${String(count).padStart(6)}  ${shown}  | ${showBar(bar, `auto ${kind} ${count}`)}`);
    }
  }
  for (const { mapper } of mappers) mapper.close();
}

/** Size of the binary, and the time to make a mapper against a bare memory with a bare instance of the same binary. */
export function benchInit(): void {
  console.log("\nmaking a mapper");
  const bytes = kernelHex.length / 2;
  // Of these, reading ahead and emitting runs without a check each are 0.5 kB, and take the kernel's time to 0.6 to 0.85.
  console.log(
    `  ${showBar({ label: "wasm binary", value: bytes / 1000, limit: 9.7, kind: "max", unit: " kB" }, "init")}`,
  );
  const first = makingMapper();
  // After the first mapper: V8 keeps the compiled code of equal bytes.
  const module = new WebAssembly.Module(decodeKernel(kernelHex));
  const mappers: number[] = [];
  const instances: number[] = [];
  for (let i = 0; i < 200; i++) {
    mappers.push(makingMapper());
    instances.push(makingInstance(module));
  }
  console.log(`  first createMapperSync() of the process, with compiling ${first.toFixed(2)} ms`);
  // A mapper has two engines, and for each a place for records. Measured: 2.9 on a busy AMD EPYC.
  const value = median(mappers) / median(instances);
  console.log(
    `  createMapperSync() median ${median(mappers).toFixed(3)} ms  a memory and an instance ${median(instances).toFixed(3)} ms  | ${showBar({ label: "mapper/instance", value, limit: 4, kind: "max" }, "init")}`,
  );
}

/** In ms. */
function makingMapper(): number {
  const start = performance.now();
  const mapper = createMapperSync();
  const ms = performance.now() - start;
  mapper.close();
  return ms;
}

/** As `makingMapper`, of what no mapper can do without. */
function makingInstance(module: WebAssembly.Module): number {
  const start = performance.now();
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65535 });
  new WebAssembly.Instance(module, { env: { memory } });
  return performance.now() - start;
}

/** Peak memory while an endless input streams through. */
export function benchMemory(records: number): void {
  console.log(`\nmemory, streaming ${records} records (10 % breaks)`);
  const words = new Uint32Array(4 * 4096);
  fillRecords(words, 10);
  const batch = new Uint8Array(words.buffer);
  const mapper = createMapperSync({ engine: "wasm" });
  const stream = mapper.stream();
  const before = process.memoryUsage().rss;
  let peak = before;
  let early = before;
  let segments = 0;
  const start = process.hrtime.bigint();
  for (let pushed = 0, batches = 0; pushed < records; batches++) {
    let at = 0;
    while (at < batch.byteLength) {
      at += stream.pushRecords(at === 0 ? batch : batch.subarray(at)) * 16;
      segments += stream.drain().length;
    }
    pushed += 4096;
    if (batches % 256 === 0) peak = Math.max(peak, process.memoryUsage().rss);
    if (pushed <= records / 10) early = peak;
  }
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  mapper.close();
  const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  console.log(
    `  ${segments} segments drained, ${((seconds / records) * 1e9).toFixed(2)} ns a record; resident ${mib(before)} MiB before, ${mib(early)} MiB at most in the first tenth, ${mib(peak)} MiB in all`,
  );
  // Bytes, not time: no processor changes them.
  console.log(
    `  ${showBar({ label: "peak over start", value: (peak - before) / 2 ** 20, limit: 64, kind: "max", unit: " MiB" }, "memory")}`,
  );
}
