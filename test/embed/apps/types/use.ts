import { createMapper, packedRecords, pageFrames, type SegmentMapper, type SegmentTable } from "segring";
import { type DescriptorMemory, encodeChain } from "segring/descriptors";
import { dmaMap, nvmePrp, validate } from "segring/devices";
import * as js from "segring/js";
import { planReads, type ReadPlan } from "segring/plan";
import { planColumns } from "segring/plan/columns";
import { createPool, type SegmentPool } from "segring/pool";
import { createPair, type RingPair, runKernel, serveKernel } from "segring/ring";
import { intersect } from "segring/table";
import "segring/ring/worker";
import kernel from "segring/kernel.wasm";
import { gatherFile, parseMaps } from "segring/node";

const mapper: SegmentMapper = await createMapper({ module: kernel, maxSegmentBytes: 65536 });
const table: SegmentTable = mapper.coalesce(pageFrames([1, 2, 3]));
const both: SegmentTable = intersect(
  table,
  js.createMapperSync().union(packedRecords(new Uint8Array(16)), { gapBytes: 4096n }),
);
const plans: ReadPlan[] = [
  planReads([{ offset: 0, length: 1 }], { maxBytes: 1 }),
  planColumns(mapper, { offset: [1], length: [2] }, { maxBytes: 1 }),
];
const memory: DescriptorMemory = { bytes: new Uint8Array(4096), addr: 0n };
const pair: RingPair = await createPair({ capacity: 16 });
const pool: SegmentPool = await createPool({ workers: 1 });
const offsets: Float64Array | undefined = plans[0]?.requestOffset;
// A view of a buffer that is not shared, which the web's APIs ask for.
const owned: ArrayBuffer | undefined = table.toColumns().addr.buffer.slice(0);
export const used = [
  both.bytes.length,
  encodeChain(table, memory).pages,
  validate(table, nvmePrp)?.limit,
  dmaMap([], nvmePrp).requests,
];
export { gatherFile, offsets, owned, pair, parseMaps, pool, runKernel, serveKernel };
