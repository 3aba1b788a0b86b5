/** Web streams: chunks of any size give what one call gives, and the side that is slower is waited for. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recordTransform } from "../../src/mapper/transform.js";
import { coalesce, pack } from "../oracle.js";
import { expectBytes, join } from "../support/bytes.js";
import { checkAsync } from "../support/check.js";
import { builds, mapperFactory } from "../support/engines.js";
import { Random } from "../support/random.js";
import { anyJob } from "../support/ranges.js";

type Pair = ReturnType<typeof recordTransform>;

/** Writes `bytes` in chunks of random sizes, some of them empty, reads at random, and gives all that was read. */
async function run({ readable, writable }: Pair, bytes: Uint8Array, random: Random): Promise<Uint8Array> {
  // One side gets ahead of the other: by some turns of the microtask queue, seldom by a timer, which costs 1 ms.
  const rest = async () => {
    if (random.once(60)) await new Promise<void>((resolve) => setTimeout(resolve, 0));
    for (let turns = random.integer(0, 12); turns > 6; turns--) await Promise.resolve();
  };
  const longest = random.pick(bytes.byteLength < 2000 ? [1, 7, 15, 16, 17, 33, 160, 5000] : [333, 4096, 100_000]);
  const write = async () => {
    const writer = writable.getWriter();
    for (let at = 0; at < bytes.byteLength; ) {
      const chunk = bytes.slice(at, at + random.integer(0, longest));
      const done = writer.write(chunk);
      if (random.once(2)) await done;
      at += chunk.byteLength;
      await rest();
    }
    await writer.close();
  };
  const parts: Uint8Array[] = [];
  const read = async () => {
    const reader = readable.getReader();
    for (;;) {
      await rest();
      const { value, done } = await reader.read();
      if (done) return;
      if (value.byteLength === 0 || value.byteLength % 16 !== 0) expect.fail(`a chunk of ${value.byteLength} bytes`);
      parts.push(value);
    }
  };
  await Promise.all([write(), read()]);
  return join(parts);
}

describe.each(builds)("$name transforms", ({ name }) => {
  const makeMapper = mapperFactory(name);

  it("give what one call gives, in chunks of any size", async () => {
    const job = anyJob({ segments: 1500, stretches: 2 });
    await checkAsync(40, fc.tuple(job, fc.integer()), async ([{ limits, ranges }, seed]) => {
      using mapper = makeMapper(limits);
      const read = await run(mapper.transform(), pack(ranges), new Random(seed));
      expectBytes(read, pack(coalesce(ranges, limits)));
    });
  });

  it("give what one call gives, with rings of few records", async () => {
    const job = anyJob({ segments: 300, stretches: 2, count: fc.integer({ min: 1, max: 80 }) });
    await checkAsync(60, fc.tuple(job, fc.integer({ min: 2, max: 20 }), fc.integer()), async (drawn) => {
      const [{ limits, ranges }, capacity, seed] = drawn;
      using mapper = makeMapper(limits);
      const read = await run(recordTransform(mapper.stream({ capacity })), pack(ranges), new Random(seed));
      expectBytes(read, pack(coalesce(ranges, limits)), `capacity ${capacity}`);
    });
  });

  it("run side by side on one mapper", async () => {
    const job = anyJob({ segments: 300, stretches: 2, count: fc.integer({ min: 1, max: 80 }) });
    await checkAsync(15, fc.tuple(job, fc.integer()), async ([{ limits, ranges }, seed]) => {
      using mapper = makeMapper(limits);
      const runs = [2, 3, 64].map((capacity, index) =>
        run(recordTransform(mapper.stream({ capacity })), pack(ranges), new Random(seed + index)),
      );
      for (const read of await Promise.all(runs)) expectBytes(read, pack(coalesce(ranges, limits)));
    });
  });

  it("by pipeThrough", async () => {
    using mapper = makeMapper();
    const ranges = Array.from({ length: 5000 }, (_, index) => ({
      addr: BigInt(index) * 4096n,
      length: index % 10 === 0 ? 4000n : 4096n,
      flags: 0,
    }));
    const bytes = pack(ranges);
    const source = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < bytes.byteLength; at += 1001) controller.enqueue(bytes.slice(at, at + 1001));
        controller.close();
      },
    });
    const parts: Uint8Array[] = [];
    await source.pipeThrough(mapper.transform()).pipeTo(
      new WritableStream({
        write(chunk) {
          parts.push(chunk);
        },
      }),
    );
    expectBytes(join(parts), pack(coalesce(ranges)));
  });
});
