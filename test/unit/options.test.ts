/** Options of every call: wrong ones are a TypeError that lists the keys there are. test/node/options-list.test.ts finds the calls. */
import { expect, it } from "vitest";
import { decodeVirtioPacked, encodeVirtioPacked } from "../../src/descriptors/index.js";
import {
  ahci,
  linuxDefault,
  mapIova,
  nvmePrp,
  rdma,
  requests,
  stackLimits,
  translate,
  validate,
  virtioBlk,
} from "../../src/devices/index.js";
import { createMapper, createMapperSync, SegmentTable } from "../../src/index.js";
import { planReads } from "../../src/plan/index.js";
import { createPair } from "../../src/ring/index.js";
import { thrownBy } from "../support/bytes.js";
import { optionsCases } from "../support/options-cases.js";
import { describeOptions } from "../support/options-suite.js";

for (const [id, one] of Object.entries(optionsCases)) describeOptions(id, one);

const table = SegmentTable.from([{ addr: 0, length: 4096 }]);

it.each<[string, (wrong: never) => unknown, unknown, string]>([
  ["a mapper of 5", createMapperSync, 5, "got 5"],
  [
    "maxSegmentByte",
    createMapperSync,
    { maxSegmentByte: 1 },
    'got the key "maxSegmentByte" (did you mean "maxSegmentBytes"?)',
  ],
  ["maxByte", (o) => requests(table, o), { maxByte: 1 }, 'got the key "maxByte" (did you mean "maxBytes"?)'],
  ["gap", (o) => planReads([], o), { maxBytes: 1, gap: 1 }, 'got the key "gap" (did you mean "gapBytes"?)'],
  ["busAddr", (o) => translate(table, [o]), { addr: 0, length: 8192, busAddr: 5 }, 'got the key "busAddr"'],
  ["another case", createMapperSync, { ENGINE: "js" }, 'got the key "ENGINE" (did you mean "engine"?)'],
])("%s does not pass in silence", (_, call, wrong, message) => {
  const error = thrownBy(() => call(wrong as never)) as Error;
  expect([error.constructor, error.message.endsWith(message)], error.message).toEqual([TypeError, true]);
});

it("the limits of a device are taken as they are wherever some of them are asked for", async () => {
  for (const limits of [linuxDefault, nvmePrp, ahci, virtioBlk, rdma, stackLimits(nvmePrp, linuxDefault)]) {
    createMapperSync(limits).close();
    (await createMapper({ ...limits, engine: "js" })).close();
    (await createPair({ ...limits, capacity: 2 })).abort();
    expect(requests(table, { ...limits, offset: 0 }).length).toBeGreaterThan(0);
    expect(validate(SegmentTable.from([]), limits)).toBe(undefined);
  }
  expect(() => mapIova(table, { base: 0, ...nvmePrp } as never)).toThrow(TypeError);
});

it("a decoded chain is written again as it is", () => {
  const ring = new Uint8Array(32);
  const start = { slot: 0, wrap: 1 } as const;
  encodeVirtioPacked({ readable: table }, ring, start, 7);
  const chain = decodeVirtioPacked(ring, start);
  expect(encodeVirtioPacked(chain as NonNullable<typeof chain>, new Uint8Array(32), start, 7).used).toBe(1);
});

it("fields of ranges are data: others may be beside them", () => {
  using mapper = createMapperSync();
  const range = { addr: 0, length: 1, flags: 0, name: "[heap]", path: "x" };
  expect(mapper.coalesce([range]).length).toBe(1);
  expect(SegmentTable.from([range]).length).toBe(1);
  const reads = [{ offset: 0, length: 1, url: "x" }];
  expect(planReads(reads, { maxBytes: 1 }).requestCount).toBe(1);
});
