/**
 * Many ranges of an HTTP resource in few requests:
 *
 *   const [head, chunk] = await fetchRanges(url, [{ offset: 0, length: 512 }, { offset: 4096, length: 64 }], {
 *     maxBytes: 8 * 2 ** 20, gapBytes: 65536,
 *   });
 */
import { planReads } from "segring/plan";

/**
 * The bytes of each range, in the order given; ranges in one request share its memory.
 *
 * @param {string | URL} url
 * @param {Iterable<{ offset: number, length: number }>} ranges
 * @param {import("segring/plan").PlanOptions} planOptions
 * @param {{ fetch?: typeof fetch, signal?: AbortSignal, concurrency?: number }} [options] `concurrency` requests at a time, default 6 as browsers do.
 * @returns {Promise<Uint8Array[]>}
 */
export async function fetchRanges(
  url,
  ranges,
  planOptions,
  { fetch = globalThis.fetch, signal, concurrency = 6 } = {},
) {
  const plan = planReads(ranges, planOptions);
  const buffers = await mapRequests(plan, concurrency, (j) => fetchRequest(fetch, url, plan, j, signal));
  return Array.from({ length: plan.inputCount }, (_, i) => plan.slice(i, buffers));
}

/**
 * Calls `read` for each request of a plan, some at a time. The first failure fails all.
 *
 * @template T
 * @param {import("segring/plan").ReadPlan} plan
 * @param {number} concurrency
 * @param {(j: number) => Promise<T>} read
 * @returns {Promise<T[]>}
 */
export async function mapRequests(plan, concurrency, read) {
  const results = new Array(plan.requestCount);
  let next = 0;
  const worker = async () => {
    while (next < plan.requestCount) {
      const j = next++;
      try {
        results[j] = await read(j);
      } catch (error) {
        // The others take no more.
        next = plan.requestCount;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return results;
}

/**
 * @param {typeof globalThis.fetch} fetch
 * @param {string | URL} url
 * @param {import("segring/plan").ReadPlan} plan
 * @param {number} j
 * @param {AbortSignal | undefined} signal
 */
async function fetchRequest(fetch, url, plan, j, signal) {
  const { offset, length } = plan.request(j);
  const response = await fetch(url, { headers: { Range: plan.rangeHeader(j) }, signal: signal ?? null });
  if (response.status !== 206) {
    // 200 is the whole resource: a server without ranges, or a proxy that dropped the header.
    await response.body?.cancel();
    throw new Error(`${url}: expected 206 for ${plan.rangeHeader(j)}, got ${response.status}`);
  }
  const start = /^bytes (\d+)-/.exec(response.headers.get("Content-Range") ?? "")?.[1];
  if (start !== undefined && Number(start) !== offset) {
    throw new Error(`${url}: expected bytes from ${offset} on, got ${response.headers.get("Content-Range")}`);
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.byteLength !== length)
    throw new Error(`${url}: expected ${length} bytes from ${offset} on, got ${bytes.byteLength}`);
  return bytes;
}
