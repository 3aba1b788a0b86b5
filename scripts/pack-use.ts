/** How users use the package once it is installed: from a script, from TypeScript, and from the command line. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { BINARIES } from "./binaries.js";

const USE = `
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createMapper, createMapperSync } from "segring";
import { createMapperSync as createJs } from "segring/js";
import { createMapperSync as createWasm } from "segring/wasm";
import { parseMaps } from "segring/node";
import { planReads } from "segring/plan";
import { planCopies } from "segring/plan/columns";
import { dmaMap, mapIova, requests, nvmePrp } from "segring/devices";
import { slice } from "segring/table";
import { decodePrp, encodePrp } from "segring/descriptors";
import { formatRecords, parseRecords } from "segring/text";

const range = { addr: 2 ** 40, length: 2 ** 40 };
const mapper = await createMapper();
const table = mapper.coalesce([range]);
console.log(table.length, "segments in", table.bytes.byteLength, "bytes");
console.log(createJs().coalesce([range]).length, "segments by js");
console.log(createWasm().coalesce([range]).length, "segments by wasm");
const module = new WebAssembly.Module(readFileSync(createRequire(import.meta.url).resolve("segring/kernel.wasm")));
console.log(createMapperSync({ engine: "wasm", module }).coalesce([range]).length, "segments by the raw kernel");
import { Worker } from "node:worker_threads";
import { createPair } from "segring/ring";
const worker = new Worker(new URL(import.meta.resolve("segring/ring/worker")));
for (const pair of [await createPair({ worker }), await createPair()]) {
  pair.producer.push(0, 2 ** 40);
  pair.producer.close();
  let segments = 0;
  while (await pair.consumer.ready()) segments += pair.consumer.drain().length;
  await pair.ended;
  console.log(segments, "segments by a ring", pair.shared ? "between threads" : "in line");
}
await worker.terminate();
import { createPool } from "segring/pool";
const pool = await createPool({ workers: 2, pieceRecords: 1 });
console.log((await pool.coalesce(slice(table, 4096))).length, "segments by a pool of", pool.workers);
await pool.close();
for (const name of ${JSON.stringify(BINARIES.filter(({ isPublic }) => isPublic).map(({ file }) => file))}) {
  const bytes = readFileSync(createRequire(import.meta.url).resolve("segring/" + name));
  if (!WebAssembly.validate(bytes)) throw new Error(name + " is not valid");
}
console.log(mapper.union([range, range]).length, "segments of a union");
const reads = [{ offset: 8, length: 4 }, { offset: 0, length: 8 }];
console.log(planReads(reads, { maxBytes: 64 }).requestCount, "request of a plan");
console.log(planCopies({ source: [0], destination: [0], length: [9] }, { maxBytes: 4 }).requestCount, "requests of a copy");
const [request] = requests(table, nvmePrp);
const lists = { bytes: new Uint8Array(5 * 4096), addr: 0xd0000000 };
const prp = encodePrp(request.segments, lists);
const back = decodePrp({ ...prp, byteLength: 2 ** 23 }, lists);
console.log(prp.listPages, "list pages,", back.length, "segment,", mapIova(back, { base: 0 }).entries.length, "entry");
console.log(mapper.frames(slice(back, 4096)).length, "page frames");
console.log(dmaMap([range], nvmePrp).requests.length, "requests of a device");
console.log(parseMaps("1000-2000 r--p 0 00:00 0\\n2000-3000 r--p 0 00:00 0\\n4000-5000 r--p 0 00:00 0\\n").length, "mappings");
const csv = Buffer.concat([...formatRecords([range], { format: "csv" })]);
console.log(mapper.coalesce(parseRecords(csv, { format: "csv" })).length, "segments of a text");
`;

/** What it prints. */
const PRINTED =
  "256 segments in 4096 bytes\n256 segments by js\n256 segments by wasm\n256 segments by the raw kernel\n256 segments by a ring between threads\n256 segments by a ring in line\n256 segments by a pool of 2\n256 segments of a union\n1 request of a plan\n3 requests of a copy\n5 list pages, 1 segment, 1 entry\n2047 page frames\n131072 requests of a device\n3 mappings\n256 segments of a text\n";

const TYPES = `
import { createMapper, type Segment, SegmentTable, columns, pageFrames } from "segring";
import { type Violation, validate, rdma } from "segring/devices";
import { intersect } from "segring/table";
import { encodeChain, type DescriptorMemory } from "segring/descriptors";
import { createMapperSync } from "segring/js";
import kernel from "segring/kernel.wasm";
import { readMaps } from "segring/node";
import { type RingPair, attachRing, Consumer, createPair, createRing, Producer, runKernel } from "segring/ring";

const pair: RingPair = await createPair();
const ring = attachRing(createRing({ capacity: 16 }).memory);
console.log(pair.consumer.take(new Uint32Array(4)), new Producer(ring).push(0, 1n), new Consumer(ring).ended, runKernel);
import { planReads, type ReadPlan } from "segring/plan";
import { planColumns } from "segring/plan/columns";
using mapper = createMapperSync({ maxSegmentBytes: 0xfffff000, boundaryBytes: 2n ** 32n });
const table: SegmentTable = mapper.coalesce(pageFrames([1, 2, 3]));
const first: Segment | undefined = table.at(0);
const other: SegmentTable = (await createMapper({ module: kernel })).coalesce(readMaps());
const plans: ReadPlan[] = [planReads([], { maxBytes: 1 }), planColumns(mapper, { offset: [1], length: [2] }, { maxBytes: 1 })];
const common: SegmentTable = intersect(table, mapper.union([{ addr: 1n, length: 2 }], { gapBytes: 5n }));
console.log(plans.length, common.length);
const fault: Violation | undefined = validate(table, rdma);
const memory: DescriptorMemory = { bytes: new Uint8Array(4096), addr: 0n };
console.log(fault?.limit, encodeChain(table, memory).pages);
console.log(first?.addr, other.totalBytes, mapper.coalesce(columns({ addr: new Float64Array(1), length: new Uint32Array([1]) })).length);
`;

/** @param folder Where the package is installed. @throws {Error} A use fails, or prints something else. */
export function usePack(folder: string): void {
  useFromScript(folder);
  useFromTypeScript(folder);
  useFromShell(folder);
}

function useFromScript(folder: string): void {
  writeFileSync(join(folder, "use.mjs"), USE);
  const printed = execFileSync("node", ["use.mjs"], { cwd: folder, encoding: "utf8" });
  if (printed !== PRINTED) {
    throw new Error(`use.mjs printed ${JSON.stringify(printed)}, expected ${JSON.stringify(PRINTED)}`);
  }
}

function useFromTypeScript(folder: string): void {
  writeFileSync(join(folder, "use.ts"), TYPES);
  const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--lib", "es2023,dom"];
  const types = ["--typeRoots", resolve("node_modules/@types"), "--types", "node"];
  const tsc = resolve("node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, ...options, ...types, "use.ts"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
}

function useFromShell(folder: string): void {
  const rows = "addr,length\n0x1000,4096\n0x2000,4096\n";
  writeFileSync(join(folder, "rows.csv"), rows);
  const csv = ["-", "--from", "csv", "--to", "csv"];
  const uses: [words: string[], input: string, printed: RegExp][] = [
    [["--version"], "", /^\d+\.\d+\.\d+\n$/],
    [["map", ...csv], rows, /0x1000,8192/],
    [["map", "rows.csv", "--to", "csv", "--threads"], "", /0x1000,8192/],
    [["plan", "-", "--from", "csv", "--cap", "1KiB"], "addr,length\n0,10\n10,10\n", /after {3}1 request, 20 B/],
    [["requests", ...csv], rows, /0x1000,8192/],
    [["descriptors", "-", "--from", "csv", "--format", "iovec"], rows, /iovcnt {2}0x1/],
    [["pin", "--size", "16MiB"], "", /segments/],
  ];
  for (const [words, input, printed] of uses) {
    const stdout = execFileSync("npx", ["segring", ...words], { cwd: folder, encoding: "utf8", input });
    if (!printed.test(stdout)) throw new Error(`segring ${words.join(" ")} printed ${JSON.stringify(stdout)}`);
  }
}
