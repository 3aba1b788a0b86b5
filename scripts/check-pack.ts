/**
 * The package as its users get it: packed, installed into an empty folder, and used there from a script, from
 * TypeScript and from the command line. Fails on a file that should not be in it, and on a link that leads out of it.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { BINARIES } from "./binaries.js";
import { packedDocumentFaults } from "./packed-documents.js";

const MAX_PACKED_BYTES = 500_000;
/** What may be in the package. */
const EXPECTED_FILE =
  /^(dist\/.*\.(js|d\.ts|wasm)|samples\/(.*\.gz|recipes\/.*\.mjs)|docs\/([^/]*\.(md|svg)|model\/.*\.(md|pml))|package\.json|LICENSE|(README|CHANGELOG|CONTRIBUTING|SECURITY)\.md)$/;

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
import { sliceRanges } from "./node_modules/segring/samples/recipes/blob.mjs";

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
for (const name of ${JSON.stringify(BINARIES.filter(({ isPublic }) => isPublic).map(({ file }) => file))}) {
  const bytes = readFileSync(createRequire(import.meta.url).resolve("segring/" + name));
  if (!WebAssembly.validate(bytes)) throw new Error(name + " is not valid");
}
console.log(mapper.union([range, range]).length, "segments of a union");
const reads = [{ offset: 8, length: 4 }, { offset: 0, length: 8 }];
console.log(planReads(reads, { maxBytes: 64 }).requestCount, "request of a plan");
console.log(planCopies({ source: [0], destination: [0], length: [9] }, { maxBytes: 4 }).requestCount, "requests of a copy");
console.log((await sliceRanges(new Blob(["twelve bytes"]), reads, { maxBytes: 64 })).map(String).join(" "), "by a recipe");
const [request] = requests(table, nvmePrp);
const lists = { bytes: new Uint8Array(5 * 4096), addr: 0xd0000000 };
const prp = encodePrp(request.segments, lists);
const back = decodePrp({ ...prp, byteLength: 2 ** 23 }, lists);
console.log(prp.listPages, "list pages,", back.length, "segment,", mapIova(back, { base: 0 }).entries.length, "entry");
console.log(mapper.frames(slice(back, 4096)).length, "page frames");
console.log(dmaMap([range], nvmePrp).requests.length, "requests of a device");
console.log(parseMaps("1000-2000 r--p 0 00:00 0\\n2000-3000 r--p 0 00:00 0\\n4000-5000 r--p 0 00:00 0\\n").length, "mappings");
`;

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

interface Packed {
  filename: string;
  size: number;
  files: { path: string }[];
}

const folder = mkdtempSync(join(tmpdir(), "segring-pack-"));
try {
  const printed = execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
    encoding: "utf8",
  });
  const packed = parsePacked(printed);
  const paths = packed.files.map(({ path }) => path);
  const stray = paths.filter((path) => !EXPECTED_FILE.test(path));
  if (stray.length > 0) throw new Error(`unexpected files: ${stray.join(", ")}`);
  if (packed.size > MAX_PACKED_BYTES) throw new Error(`${packed.size} bytes packed, ${MAX_PACKED_BYTES} at most`);

  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }');
  installQuietly(join(folder, packed.filename));
  const faults = packedDocumentFaults(paths, join(folder, "node_modules/segring"));
  if (faults.length > 0) throw new Error(`documents in the package:\n${faults.join("\n")}`);

  writeFileSync(join(folder, "use.mjs"), USE);
  expectOutput(
    "node",
    ["use.mjs"],
    "256 segments in 4096 bytes\n256 segments by js\n256 segments by wasm\n256 segments by the raw kernel\n256 segments by a ring between threads\n256 segments by a ring in line\n256 segments of a union\n1 request of a plan\n3 requests of a copy\n121,116,101,115 116,119,101,108,118,101,32,98 by a recipe\n5 list pages, 1 segment, 1 entry\n2047 page frames\n131072 requests of a device\n3 mappings\n",
  );

  writeFileSync(join(folder, "use.ts"), TYPES);
  const tsc = resolve("node_modules/typescript/bin/tsc");
  const types = resolve("node_modules/@types");
  run(process.execPath, [
    tsc,
    "--noEmit",
    "--strict",
    "--module",
    "nodenext",
    "--target",
    "es2022",
    "--lib",
    "es2023,dom",
    "--typeRoots",
    types,
    "--types",
    "node",
    "use.ts",
  ]);

  const csv = execFileSync("npx", ["segring", "map", "-", "--from", "csv", "--to", "csv"], {
    cwd: folder,
    encoding: "utf8",
    input: "addr,length\n0x1000,4096\n0x2000,4096\n",
  });
  if (!/0x1000,8192/.test(csv)) throw new Error(`segring map printed ${JSON.stringify(csv)}`);
  const plan = execFileSync("npx", ["segring", "plan", "-", "--from", "csv", "--cap", "1KiB"], {
    cwd: folder,
    encoding: "utf8",
    input: "addr,length\n0,10\n10,10\n",
  });
  if (!/after {3}1 request, 20 B/.test(plan)) throw new Error(`segring plan printed ${JSON.stringify(plan)}`);
  const pin = execFileSync("npx", ["segring", "pin", "--bytes", "16MiB"], { cwd: folder, encoding: "utf8" });
  if (!/segments/.test(pin)) throw new Error(`segring pin printed ${JSON.stringify(pin)}`);
  console.log(`pack: ${packed.files.length} files, ${packed.size} bytes packed; installed and used`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function run(command: string, args: string[]): void {
  execFileSync(command, args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
}

/** Installs the package. npm must have nothing to warn of: no script that it would run or ask about. */
function installQuietly(file: string): void {
  const words = ["install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=warn", file];
  const { status, stderr } = spawnSync("npm", words, { cwd: folder, encoding: "utf8" });
  if (status !== 0 || /\bwarn\b/i.test(stderr)) throw new Error(`npm ${words.join(" ")}: exit ${status}: ${stderr}`);
}

function expectOutput(command: string, args: string[], wanted: string): void {
  const printed = execFileSync(command, args, { cwd: folder, encoding: "utf8" });
  if (printed !== wanted)
    throw new Error(`${args.join(" ")} printed ${JSON.stringify(printed)}, expected ${JSON.stringify(wanted)}`);
}

/** npm prints a list, or an object by package name from version 12 on. */
function parsePacked(printed: string): Packed {
  const parsed = JSON.parse(printed) as Packed[] | Record<string, Packed>;
  return Object.values(parsed)[0] as Packed;
}
