/** Input that is copied into linear memory piece by piece: each element once, and none of another input. */
import { describe, expect, it } from "vitest";
import type { PackedRecords } from "../../src/core/input.js";
import { pageFrames } from "../../src/engine/page-frames.js";
import { createMapperSync } from "../../src/mapper/create.js";
import { pack } from "../oracle.js";
import { expectBytes } from "../support/bytes.js";
import { builds } from "../support/engines.js";

describe.each(builds)("$name", ({ name }) => {
  it("more page frames than ten stages hold leave the segments before as they are", () => {
    using mapper = createMapperSync({ engine: name });
    const count = 40_000;
    const expected = pack(
      Array.from({ length: count }, (_, i) => ({ addr: BigInt(i) * 8192n, length: 4096n, flags: 0 })),
    );
    const frames = Uint32Array.from({ length: count }, (_, i) => 2 * i);
    for (const column of [frames, Float64Array.from(frames), BigUint64Array.from(frames, BigInt)]) {
      expectBytes(mapper.coalesce(pageFrames(column)).bytes, expected);
    }
  });

  it("page frames that begin inside a page are their own, whatever was staged before", () => {
    using mapper = createMapperSync({ engine: name });
    mapper.coalesce(pageFrames(new Float64Array(600).fill(7)));
    const table = mapper.coalesce(pageFrames(Float64Array.of(10, 20, 30), { firstOffset: 8 }));
    expect(Array.from(table, ({ addr }) => addr)).toEqual([40968n, 81920n, 122880n]);
  });

  it("records of another mapper's input are its records, beside an input of one's own", () => {
    using mapper = createMapperSync({ engine: name });
    using other = createMapperSync({ engine: name });
    const rangesOf = (addr: bigint) =>
      Array.from({ length: 300 }, (_, i) => ({ addr: addr + BigInt(i) * 8192n, length: 4096n, flags: 0 }));
    const fill = (records: PackedRecords, addr: bigint) => {
      records.bytes.set(pack(rangesOf(addr)));
      return records;
    };
    const own = fill(mapper.input(300), 0n);
    const foreign = fill(other.input(300), 1n << 40n);
    expectBytes(mapper.coalesce(foreign).bytes, pack(rangesOf(1n << 40n)));
    expectBytes(mapper.coalesce(own).bytes, pack(rangesOf(0n)));
  });
});
