import {
  chooseNvme,
  decodeIovec,
  decodePageList,
  decodePrp,
  decodeSgl,
  decodeVirtioPacked,
  decodeVirtioSplit,
  encodeIovec,
  encodePageList,
  encodePrdt,
  encodePrp,
  encodeSgl,
  encodeVirtioPacked,
  encodeVirtioSplit,
} from "../../src/descriptors/index.js";
import * as devices from "../../src/devices/index.js";
import { drawOverview, drawStrip, svgOfOverview, svgOfStrip, svgOfTable } from "../../src/draw/index.js";
import * as root from "../../src/index.js";
import * as js from "../../src/js.js";
import { planColumns, planCopies } from "../../src/plan/columns.js";
import { planReads } from "../../src/plan/index.js";
import { createPool } from "../../src/pool/index.js";
import { Consumer, createPair, createRing, Producer, runKernel, watchOwner } from "../../src/ring/index.js";
import * as tables from "../../src/table/index.js";
import { formatRecords, parseRecords, RecordParser } from "../../src/text/index.js";
import * as wasm from "../../src/wasm.js";

/** A call that takes an object whose fields have defaults. */
export interface OptionsCase {
  /** What messages call the argument. */
  readonly name: string;
  /** Calls with this in the argument's place. */
  call(options: never): unknown;
  /** Fields that are not optional, as a call needs them. */
  readonly needs?: Record<string, unknown>;
  /** All keys there are, in the order in which a message lists them. */
  readonly keys: readonly string[];
  /** Must be given. */
  readonly required?: boolean;
}

const segring = { ...root, ...tables, ...devices };
const table = segring.SegmentTable.from([{ addr: 4096, length: 4096 }]);
const mapper = segring.createMapperSync({ engine: "js" });
const pool = createPool({ workers: 1 });
const space = () => new segring.IovaSpace({ base: 4096, byteLength: 2 ** 20 });
const memory = new Uint8Array(8192);
const at = (bytes: Uint8Array) => ({ bytes, addr: 4096 });
const ring = () => createRing({ shared: false, capacity: 2 });
const rings = () => {
  const input = createRing({ shared: false, memory: new WebAssembly.Memory({ initial: 2, maximum: 2 }), capacity: 2 });
  const output = createRing({ memory: input.memory, offset: 65536, capacity: 2, role: "segments" });
  return { input, output };
};
const PACKED = { slot: 0, wrap: 1 } as const;

const SVG = ["width", "theme", "title", "idPrefix"];
const LIMITS = [
  "maxSegmentBytes",
  "boundaryBytes",
  "alignmentBytes",
  "maxSegments",
  "maxBytes",
  "virtualBoundaryBytes",
  "blockBytes",
  "dmaAlignmentBytes",
];
const MAPPER = ["engine", "module", "maxMemoryBytes", ...LIMITS];
const WINDOW = ["addr", "length", "offset", "flags", "merge"];
const PLAN = ["maxBytes", "gapBytes", "alignmentBytes", "resourceBytes", "maxRequests"];
const CHAIN = ["readable", "writable", "descriptors", "id", "used", "slot", "wrap"];

/** By the file of `src`, what is called, and the parameter; those of segring/node are in its own suite. */
export const optionsCases: Record<string, OptionsCase> = {
  "mapper/create.ts: createMapper(options)": { name: "options", call: (o) => segring.createMapper(o), keys: MAPPER },
  "mapper/create.ts: createMapperSync(options)": {
    name: "options",
    call: (o) => segring.createMapperSync(o),
    keys: MAPPER,
  },
  "js.ts: createMapper(options)": { name: "options", call: (o) => js.createMapper(o), keys: MAPPER },
  "js.ts: createMapperSync(options)": { name: "options", call: (o) => js.createMapperSync(o), keys: MAPPER },
  "wasm.ts: createMapper(options)": { name: "options", call: (o) => wasm.createMapper(o), keys: MAPPER },
  "wasm.ts: createMapperSync(options)": { name: "options", call: (o) => wasm.createMapperSync(o), keys: MAPPER },
  "mapper/mapper.ts: SegmentMapper.coalesce(options)": {
    name: "options",
    call: (o) => mapper.coalesce([], o),
    keys: ["skipEmpty", "borrow"],
  },
  "mapper/mapper.ts: SegmentMapper.coalesceInto(options)": {
    name: "options",
    call: (o) => mapper.coalesceInto([], new Uint32Array(4), o),
    keys: ["skipEmpty"],
  },
  "mapper/mapper.ts: SegmentMapper.union(options)": {
    name: "options",
    call: (o) => mapper.union([], o),
    keys: ["gapBytes", "skipEmpty", "borrow"],
  },
  "mapper/mapper.ts: SegmentMapper.mergeSorted(options)": {
    name: "options",
    keys: ["gapBytes", "skipEmpty", "borrow"],
    call: (o) => mapper.mergeSorted([], o),
  },
  "mapper/mapper.ts: SegmentMapper.unionInto(options)": {
    name: "options",
    call: (o) => mapper.unionInto([], new Uint32Array(4), o),
    keys: ["gapBytes", "skipEmpty"],
  },
  "mapper/mapper.ts: SegmentMapper.frames(options)": {
    name: "options",
    call: (o) => mapper.frames(table, o),
    keys: ["pageBytes", "addresses", "offset", "maxCount"],
  },
  "mapper/mapper.ts: SegmentMapper.framesInto(options)": {
    name: "options",
    call: (o) => mapper.framesInto(table, new BigUint64Array(4), o),
    keys: ["pageBytes", "addresses", "offset", "maxCount"],
  },
  "mapper/mapper.ts: SegmentMapper.stream(options)": {
    name: "options",
    call: (o) => mapper.stream(o).close(),
    keys: ["capacity"],
  },
  "engine/columns.ts: columns(columns)": {
    name: "columns",
    call: (o) => segring.columns(o),
    needs: { addr: Uint32Array.of(1), length: Uint32Array.of(1) },
    keys: ["addr", "length", "flags"],
    required: true,
  },
  "engine/page-frames.ts: pageFrames(options)": {
    name: "options",
    call: (o) => segring.pageFrames([1], o),
    keys: ["pageBytes", "firstOffset", "byteLength", "flags"],
  },
  "table/bytes.ts: copy(options)": {
    name: "options",
    call: (o) => segring.copy({ table, memory: at(memory) }, { table, memory: at(new Uint8Array(4096)) }, o),
    keys: ["sourceOffset", "targetOffset", "byteLength"],
  },
  "devices/dma-map.ts: dmaMap(device)": {
    name: "device",
    call: (o) => segring.dmaMap(table, o),
    keys: [...LIMITS, "offset", "stripeBytes", "windows", "iova"],
    required: true,
  },
  "devices/requests.ts: requests(options)": {
    name: "options",
    call: (o) => segring.requests(table, o),
    keys: ["offset", "stripeBytes", ...LIMITS],
    required: true,
  },
  "devices/validate.ts: validate(limits)": {
    name: "limits",
    call: (o) => segring.validate(table, o),
    keys: LIMITS,
    required: true,
  },
  "core/device-limits.ts: stackLimits(a)": {
    name: "a",
    call: (o) => segring.stackLimits(o, {}),
    keys: LIMITS,
    required: true,
  },
  "core/device-limits.ts: stackLimits(b)": {
    name: "b",
    call: (o) => segring.stackLimits({}, o),
    keys: LIMITS,
    required: true,
  },
  "devices/translate.ts: translate(windows)": {
    name: "windows[0]",
    call: (o) => segring.translate(table, [o]),
    needs: { addr: 0, length: 65536 },
    keys: WINDOW,
    required: true,
  },
  "devices/translate.ts: untranslate(windows)": {
    name: "windows[0]",
    call: (o) => segring.untranslate(table, [o]),
    needs: { addr: 0, length: 65536 },
    keys: WINDOW,
    required: true,
  },
  "devices/map-iova.ts: mapIova(options)": {
    name: "options",
    call: (o) => segring.mapIova(table, o),
    needs: { base: 0 },
    keys: ["base", "granuleBytes", "boundaryBytes", "maxSegmentBytes", "pageBytes"],
    required: true,
  },
  "devices/iova-space.ts: new IovaSpace(options)": {
    name: "options",
    call: (o) => new segring.IovaSpace(o),
    needs: { base: 4096, byteLength: 4096 },
    keys: ["base", "byteLength", "granuleBytes"],
    required: true,
  },
  "devices/iova-space.ts: IovaSpace.map(options)": {
    name: "options",
    call: (o) => space().map(table, o),
    keys: ["boundaryBytes", "maxSegmentBytes", "pageBytes"],
  },
  "plan/index.ts: planReads(options)": {
    name: "options",
    call: (o) => planReads([], o),
    needs: { maxBytes: 64 },
    keys: PLAN,
    required: true,
  },
  "text/parser.ts: parseRecords(options)": {
    name: "options",
    call: (o) => parseRecords(memory.subarray(0, 0), o),
    needs: { format: "csv" },
    keys: ["format", "skipEmpty"],
    required: true,
  },
  "text/parser.ts: new RecordParser(options)": {
    name: "options",
    call: (o) => new RecordParser(o),
    needs: { format: "csv" },
    keys: ["format", "skipEmpty"],
    required: true,
  },
  "text/format.ts: formatRecords(options)": {
    name: "options",
    call: (o) => formatRecords(table, o),
    needs: { format: "csv" },
    keys: ["format", "header", "numbers", "hex"],
    required: true,
  },
  "plan/columns.ts: planColumns(options)": {
    name: "options",
    call: (o) => planColumns(mapper, { offset: [], length: [] }, o),
    needs: { maxBytes: 64 },
    keys: PLAN,
    required: true,
  },
  "plan/columns.ts: planCopies(options)": {
    name: "options",
    call: (o) => planCopies({ source: [], destination: [], length: [] }, o),
    needs: { maxBytes: 64 },
    keys: ["maxBytes", "gapBytes", "overfetchBytes", "resourceBytes", "maxRequests"],
    required: true,
  },
  "draw/overview.ts: drawOverview(options)": {
    name: "options",
    call: (o) => drawOverview(table, o),
    keys: ["side", "theme"],
  },
  "draw/strip.ts: drawStrip(options)": {
    name: "options",
    call: (o) => drawStrip(table, { addr: 0, length: 1 }, o),
    keys: ["input", "width", "height", "theme"],
  },
  "draw/svg.ts: svgOfOverview(options)": {
    name: "options",
    call: (o) => svgOfOverview(table, o),
    keys: SVG,
  },
  "draw/svg.ts: svgOfStrip(options)": {
    name: "options",
    call: (o) => svgOfStrip(table, { addr: 0, length: 1 }, o),
    keys: [...SVG, "input"],
  },
  "draw/svg.ts: svgOfTable(options)": {
    name: "options",
    call: (o) => svgOfTable(table, o),
    keys: [...SVG, "input", "window"],
  },
  "descriptors/ahci.ts: encodePrdt(options)": {
    name: "options",
    call: (o) => encodePrdt(table, memory, o),
    keys: ["interrupt", "addressBits"],
  },
  "descriptors/iovec.ts: encodeIovec(options)": {
    name: "options",
    call: (o) => encodeIovec(table, memory, o),
    keys: ["pointerBytes", "maxElements"],
  },
  "descriptors/iovec.ts: decodeIovec(options)": {
    name: "options",
    call: (o) => decodeIovec(memory, 0, o),
    keys: ["pointerBytes", "maxElements", "maxSegments"],
  },
  "descriptors/nvme-prp.ts: encodePrp(options)": {
    name: "options",
    call: (o) => encodePrp(table, [], o),
    keys: ["pageBytes"],
  },
  "descriptors/nvme-prp.ts: decodePrp(options)": {
    name: "options",
    call: (o) => decodePrp({ prp1: 0n, prp2: 0n, byteLength: 1 }, [], o),
    keys: ["pageBytes", "maxEntries"],
  },
  "descriptors/nvme-sgl.ts: encodeSgl(options)": {
    name: "options",
    call: (o) => encodeSgl(table, [], o),
    keys: ["alignmentBytes"],
  },
  "descriptors/nvme-sgl.ts: decodeSgl(options)": {
    name: "options",
    call: (o) => decodeSgl(new Uint8Array(16).fill(1, 8, 9), [], o),
    keys: ["maxDescriptors"],
  },
  "descriptors/nvme-sgl.ts: chooseNvme(options)": {
    name: "options",
    call: (o) => chooseNvme(table, o),
    needs: { sgl: true },
    keys: ["sgl", "thresholdBytes", "pageBytes", "alignmentBytes"],
    required: true,
  },
  "descriptors/page-list.ts: encodePageList(options)": {
    name: "options",
    call: (o) => encodePageList(table, memory, o),
    keys: ["pageBytes", "byteOrder"],
  },
  "descriptors/page-list.ts: decodePageList(options)": {
    name: "options",
    call: (o) => decodePageList(memory, { count: 0, firstOffset: 0, byteLength: 0 }, o),
    keys: ["pageBytes", "byteOrder"],
  },
  "descriptors/virtio-split.ts: encodeVirtioSplit(chain)": {
    name: "chain",
    call: (o) => encodeVirtioSplit(o, memory.slice(0, 16), [0]),
    needs: { readable: table },
    keys: CHAIN,
    required: true,
  },
  "descriptors/virtio-split.ts: encodeVirtioSplit(options)": {
    name: "options",
    call: (o) => encodeVirtioSplit({ readable: table }, memory.slice(0, 16), [0], o),
    keys: ["indirect"],
  },
  "descriptors/virtio-split.ts: decodeVirtioSplit(options)": {
    name: "options",
    call: (o) => decodeVirtioSplit(new Uint8Array(16), 0, [], o),
    keys: ["maxDescriptors", "indirectNext"],
  },
  "descriptors/virtio-packed.ts: encodeVirtioPacked(chain)": {
    name: "chain",
    call: (o) => encodeVirtioPacked(o, new Uint8Array(16), PACKED, 0),
    needs: { readable: table },
    keys: CHAIN,
    required: true,
  },
  "descriptors/virtio-packed.ts: encodeVirtioPacked(options)": {
    name: "options",
    call: (o) => encodeVirtioPacked({ readable: table }, new Uint8Array(16), PACKED, 0, o),
    keys: ["indirect"],
  },
  "descriptors/virtio-packed.ts: decodeVirtioPacked(options)": {
    name: "options",
    call: (o) => decodeVirtioPacked(new Uint8Array(16), PACKED, [], o),
    keys: ["maxDescriptors"],
  },
  "ring/create.ts: createRing(options)": {
    name: "options",
    call: (o) => createRing(o),
    needs: { shared: false, capacity: 2 },
    keys: ["capacity", "role", "shared", "memory", "offset", "maxSegmentBytes", "addressLimit", "firstIndex"],
  },
  "pool/create.ts: createPool(options)": {
    name: "options",
    call: async (o) => (await createPool(o)).close(),
    needs: { workers: 1 },
    keys: ["workers", "worker", "pieceRecords", "engine", "module", "maxMemoryBytes", ...LIMITS],
  },
  "pool/pool.ts: SegmentPool.coalesce(options)": {
    name: "options",
    call: async (o) => (await pool).coalesce([], o),
    keys: ["skipEmpty", "signal", "onProgress"],
  },
  "pool/pool.ts: SegmentPool.coalesceInto(options)": {
    name: "options",
    call: async (o) => (await pool).coalesceInto([], new Uint32Array(4), o),
    keys: ["skipEmpty", "signal", "onProgress"],
  },
  "pool/pool.ts: SegmentPool.union(options)": {
    name: "options",
    call: async (o) => (await pool).union([], o),
    keys: ["gapBytes", "skipEmpty", "signal", "onProgress"],
  },
  "pool/pool.ts: SegmentPool.unionInto(options)": {
    name: "options",
    call: async (o) => (await pool).unionInto([], new Uint32Array(4), o),
    keys: ["gapBytes", "skipEmpty", "signal", "onProgress"],
  },
  "pool/pool.ts: SegmentPool.frames(options)": {
    name: "options",
    call: async (o) => (await pool).frames(table, o),
    keys: ["pageBytes", "addresses", "offset", "maxCount", "signal", "onProgress"],
  },
  "pool/pool.ts: SegmentPool.framesInto(options)": {
    name: "options",
    call: async (o) => (await pool).framesInto(table, new BigUint64Array(4), o),
    keys: ["pageBytes", "addresses", "offset", "maxCount", "signal", "onProgress"],
  },
  "pool/pool.ts: SegmentPool.stream(options)": {
    name: "options",
    call: async (o) => (await pool).stream([], o).next(),
    keys: ["skipEmpty", "signal", "onProgress"],
  },
  "ring/pair.ts: createPair(options)": {
    name: "options",
    call: (o) => createPair(o),
    needs: { capacity: 2 },
    keys: [
      "worker",
      "capacity",
      "outputCapacity",
      "shared",
      "batch",
      "invalid",
      "module",
      "onWorkerDeath",
      "startMilliseconds",
      ...LIMITS,
    ],
  },
  "ring/kernel.ts: runKernel(limits)": {
    name: "limits",
    call: (o) => {
      const { input, output } = rings();
      const running = runKernel(input, output, o);
      new Producer(input).close();
      return running;
    },
    keys: LIMITS,
  },
  "ring/kernel.ts: runKernel(options)": {
    name: "options",
    call: (o) => {
      const { input, output } = rings();
      const running = runKernel(input, output, {}, o);
      new Producer(input).close();
      return running;
    },
    keys: ["block", "invalid", "module", "onReady"],
  },
  "ring/producer.ts: new Producer(options)": {
    name: "options",
    call: (o) => new Producer(ring(), o),
    keys: ["batch"],
  },
  "ring/consumer.ts: new Consumer(options)": {
    name: "options",
    call: (o) => new Consumer(ring(), o),
    keys: ["invalid"],
  },
  "ring/consumer.ts: Consumer.take(target)": {
    name: "target",
    call: (o) => new Consumer(ring()).take(o),
    needs: { addr: new BigUint64Array(1), length: new Float64Array(1) },
    keys: ["addr", "length", "flags"],
    required: true,
  },
  "ring/watch.ts: watchOwner(options)": {
    name: "options",
    call: (o) => {
      const watched = ring();
      new Producer(watched);
      watchOwner(watched, "producer", o).stop();
    },
    keys: ["worker"],
  },
};

/** What no call may take for options, each with what a message calls it. */
export const notOptions: readonly (readonly [value: unknown, shown: string])[] = [
  [null, "null"],
  [5, "5"],
  ["text", '"text"'],
  [true, "true"],
  [[], "Array"],
  [[5], "Array"],
  [new Map(), "Map"],
  [new Uint8Array(4), "Uint8Array"],
  [Promise.resolve({}), "Promise"],
];
