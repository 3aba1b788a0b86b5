/** The recorded memory that `segring pin` falls back to: its runs, in the package, are those of the recorded frames. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { readSample, SAMPLE_NAME } from "../../src/cli/sample.js";
import { REPOSITORY } from "../support/bundle.js";

const recorded = new BigUint64Array(
  new Uint8Array(gunzipSync(readFileSync(join(REPOSITORY, "test/data/thp-1g.pfn64.gz")))).buffer,
);

it("takes little room", () => {
  expect(statSync(join(REPOSITORY, "samples", SAMPLE_NAME)).size).toBeLessThanOrEqual(20_000);
});

it("gives each frame that was recorded", () => {
  const { frames, pageShift, lastUnused } = readSample(2 ** 40);
  expect([frames.length, pageShift, lastUnused]).toEqual([recorded.length, 12, 0]);
  expect(Buffer.compare(Buffer.from(frames.buffer), Buffer.from(recorded.buffer))).toBe(0);
});

it("gives the first frames of less memory", () => {
  const { frames, lastUnused } = readSample(8193);
  expect([...frames]).toEqual([...recorded.subarray(0, 3)]);
  expect(lastUnused).toBe(4095);
});
