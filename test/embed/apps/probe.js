/** What each program that embeds the package does, in a page or in a runtime: its report is compared with Node's. */
import { createMapper, SegmentTable } from "segring";
import { createMapperSync as createJsMapper } from "segring/js";
import { planReads } from "segring/plan";
import { createPair } from "segring/ring";
import { slice } from "segring/table";

/** Ranges from below 4 KiB to above 4 GiB; about half of them begin where the one before ends. */
function ranges() {
  let seed = 1;
  let end = 0;
  return Array.from({ length: 500 }, () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    const length = seed % 7 === 0 ? 2 ** 33 + (seed % 4096) : 1 + (seed % 2 ** 20);
    const addr = end + (seed % 2) * 4096;
    end = addr + length;
    return { addr, length };
  });
}

/** FNV-1a over words. */
function digest(words) {
  let hash = 0x811c9dc5;
  for (const word of words) hash = Math.imul(hash ^ word, 0x01000193) >>> 0;
  return hash.toString(16);
}

/** Puts the ranges through a ring, and says what came out. */
export async function throughRing(pair) {
  const segments = [];
  const takes = (async () => {
    while (await pair.consumer.ready()) segments.push(...pair.consumer.drain());
  })();
  for (const { addr, length } of ranges()) {
    while (!pair.producer.push(addr, length)) await pair.producer.room();
  }
  pair.producer.close();
  await takes;
  await pair.ended;
  return { digest: digest(SegmentTable.from(segments).words), engine: pair.engine, shared: pair.shared };
}

/** @param makeWorker Makes the worker of the ring; undefined where there is none. */
export async function probe(makeWorker) {
  const mappers = [];
  for (let made = 0; made < 10; made++) mappers.push(await createMapper());
  const [mapper] = mappers;
  const report = {
    engine: mapper.engine,
    coalesce: digest(mapper.coalesce(ranges()).words),
    js: digest(createJsMapper().coalesce(ranges()).words),
    union: digest(mapper.union([...ranges(), ...ranges().reverse()]).words),
    slice: digest(slice(mapper.coalesce(ranges()), 4096).words),
    plan: planReads(
      [
        { offset: 8, length: 4 },
        { offset: 0, length: 8 },
      ],
      { maxBytes: 64 },
    ).requestCount,
    ring: await throughRing(await createPair()),
  };
  if (makeWorker === undefined) return report;
  const worker = makeWorker();
  return { ...report, worker: await throughRing(await createPair({ worker })) };
}
