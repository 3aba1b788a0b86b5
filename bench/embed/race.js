/** Both engines over one input, in whatever runtime this is: seconds a call, the fastest of many. */
const COUNTS = [1000, 100_000, 1_000_000];
const BREAKS = [1, 10, 50];
const LEAST_SECONDS = 0.25;

/** @param segring The names of the package. @returns Seconds a call of each engine, by row. */
export function race({ createMapperSync, packedRecords }) {
  const rows = {};
  for (const count of COUNTS) {
    for (const breaks of BREAKS) {
      const words = records(count, breaks);
      const input = packedRecords(new Uint8Array(words.buffer));
      const calls = ["wasm", "js"].map((engine) => {
        const mapper = createMapperSync({ engine });
        const target = new Uint32Array(words.length);
        return { engine, target, run: () => mapper.coalesceInto(input, target) };
      });
      const [made, other] = calls.map(({ run }) => run());
      const isEqual = calls[0].target.every((word, at) => word === calls[1].target[at]);
      if (made !== other || !isEqual) throw new Error(`${count} records, ${breaks} % breaks: the engines differ`);
      rows[`${count} records, ${breaks} % breaks`] = fastest(calls);
    }
  }
  return rows;
}

/** In turns, so that a change of the machine's speed meets both. A clock of a page ticks in 5 to 100 µs. */
function fastest(calls) {
  const best = Object.fromEntries(calls.map(({ engine }) => [engine, Number.POSITIVE_INFINITY]));
  for (const end = performance.now() + 2000 * LEAST_SECONDS; performance.now() < end; ) {
    for (const { engine, run } of calls) {
      let calledTimes = 0;
      const start = performance.now();
      let passed = 0;
      for (; passed < 10; passed = performance.now() - start) {
        run();
        calledTimes++;
      }
      best[engine] = Math.min(best[engine], passed / 1000 / calledTimes);
    }
  }
  return best;
}

/** Records of one page each, of which so many in a hundred do not follow the one before. */
function records(count, breaks) {
  const words = new Uint32Array(4 * count);
  let seed = 1;
  let page = 1;
  for (let at = 0; at < words.length; at += 4) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    page += seed / 2 ** 32 < breaks / 100 ? 2 : 1;
    words[at] = page << 12;
    words[at + 1] = page >>> 20;
    words[at + 2] = 4096;
  }
  return words;
}
