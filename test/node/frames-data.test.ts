/** Page frames of real memory: how many runs they have is known, and every byte is covered. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { packedRecords } from "../../src/core/input.js";
import { columns } from "../../src/engine/columns.js";
import { pageFrames } from "../../src/engine/page-frames.js";
import { builds, mapperFactory } from "../support/engines.js";

const GIB = 2 ** 30;
const files = [
  { file: "test/data/thp-1g.pfn64.gz", bytes: GIB, runs: 318 },
  { file: "test/data/mixed14-1g.pfn64.gz", bytes: GIB, runs: 38037 },
  { file: "test/data/mixed45-1g.pfn64.gz", bytes: GIB, runs: 119267 },
  { file: "test/data/scattered-1g.pfn64.gz", bytes: GIB, runs: 260288 },
  { file: "test/data/isolated-512m.pfn64.gz", bytes: GIB / 2, runs: 131072 },
];

describe.each(files)("$file", ({ file, bytes, runs }) => {
  const raw = gunzipSync(readFileSync(new URL(`../../${file}`, import.meta.url)));
  // A copy: what gunzip gives may lie anywhere.
  const pfns = new BigUint64Array(new Uint8Array(raw).buffer);

  it("holds as many frames as bytes need", () => {
    expect(pfns.length * 4096).toBe(bytes);
  });

  it.each(builds)(`$name finds ${runs} runs of ${bytes} bytes, in whatever form`, ({ name }) => {
    using mapper = mapperFactory(name)();
    const table = mapper.coalesce(pageFrames(pfns));
    expect([table.length, table.totalBytes]).toEqual([runs, BigInt(bytes)]);
    expect(table.bytes.buffer.byteLength).toBe(runs * 16);

    // Every run against the frames, one by one.
    let index = 0;
    table.forEach((lo, hi, length, flags) => {
      const first = (hi * 2 ** 32 + lo) / 4096;
      for (let page = 0; page < length / 4096; page++) {
        if (Number(pfns[index]) !== first + page) expect.fail(`frame ${index} is ${pfns[index]}, not ${first + page}`);
        index++;
      }
      if (flags !== 0) expect.fail("flags");
    });
    expect(index).toBe(pfns.length);

    const records = new Uint32Array(pfns.length * 4);
    const addresses = new Float64Array(pfns.length);
    for (const [page, pfn] of pfns.entries()) {
      const addr = Number(pfn) * 4096;
      addresses[page] = addr;
      records.set([addr % 2 ** 32, Math.floor(addr / 2 ** 32), 4096, 0], page * 4);
    }
    const forms = [
      pageFrames(Float64Array.from(pfns, Number)),
      packedRecords(new Uint8Array(records.buffer)),
      columns({ addr: addresses, length: new Uint32Array(pfns.length).fill(4096) }),
      table,
    ];
    for (const form of forms) {
      const { bytes: found } = mapper.coalesce(form);
      if (Buffer.compare(found, table.bytes) !== 0) expect.fail(`${form.constructor.name} gives other bytes`);
    }
  });
});
