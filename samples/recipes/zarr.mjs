/**
 * A store for zarrita whose reads of one shard, as they come together in one tick, go in few requests, none above a cap.
 * Copy requests.mjs with it. Works with zarrita 0.6.2 to 0.7.5. Wrap the store that reads first, and others (of metadata,
 * caches) around it:
 *
 *   const store = withPlannedReads(new zarr.FetchStore(url), { maxBytes: 8 * 2 ** 20, gapBytes: 65536 });
 *   const array = await zarr.open(store, { kind: "array" });
 */
import { planReads } from "segring/plan";
import { checkFunction, checkOptions, createLimit } from "./requests.mjs";

/**
 * @typedef {Required<import("zarrita").AsyncReadable>} Store
 * @typedef {Parameters<Store["getRange"]>[2]} ReadOptions
 * @typedef {{ offset: number, length: number, resolve: (bytes: Promise<Uint8Array | undefined>) => void, reject: (error: unknown) => void }} Read
 * @typedef {{ key: import("zarrita").AbsolutePath, options: ReadOptions, reads: Read[] }} Batch
 */

/**
 * Each read gets what the store would give it, in memory of its own. Reads share requests where they are of one key and
 * their options are equal: the same object, or plain objects with the same values (`headers` by content), so the same
 * `signal` too. A read fails alone, or with those that share its request.
 *
 * @param {Store} store
 * @param {import("segring/plan").PlanOptions} planOptions
 * @param {object} [options]
 * @param {number} [options.concurrency] Planned requests of the store at a time, from 1, default 6.
 * @param {(key: string, plan: import("segring/plan").ReadPlan) => void} [options.onPlan] Hears of every plan.
 * @returns {Store}
 */
export function withPlannedReads(store, planOptions, options = {}) {
  checkOptions(options, ["concurrency", "onPlan"]);
  checkFunction("onPlan", options.onPlan);
  if (typeof store?.getRange !== "function")
    throw new TypeError(
      `"store" expected an object with a getRange method, got ${store === null ? null : typeof store}`,
    );
  // Wrong options are an error here, not at the first read.
  planReads([], planOptions);
  const limit = createLimit(options.concurrency);
  /** The reads of this tick, by key and options. @type {Map<string, Batch>} */
  let waiting = new Map();

  const flush = () => {
    const batches = waiting;
    waiting = new Map();
    for (const batch of batches.values()) readTogether(batch);
  };

  const readTogether = (/** @type {Batch} */ { key, options: readOptions, reads }) => {
    const get = (/** @type {{ offset: number, length: number }} */ range) =>
      limit(() => store.getRange(key, range, readOptions));
    try {
      const plan = planReads(reads, planOptions);
      options.onPlan?.(key, plan);
      const requests = [...plan];
      const answers = requests.map((request) => get(request).then((bytes) => checkLength(key, request, bytes)));
      for (const [i, read] of reads.entries()) {
        const first = plan.firstRequest[i] ?? 0;
        const last = first + (plan.requestSpan[i] ?? 0);
        read.resolve(join(read, requests.slice(first, last), answers.slice(first, last), get));
      }
    } catch (error) {
      for (const { reject } of reads) reject(error);
    }
  };

  return {
    get: async (key, readOptions) => store.get(key, readOptions),
    getRange: async (key, range, readOptions) => {
      // Where a suffix starts is not known before it is there.
      if ("suffixLength" in range) return store.getRange(key, range, readOptions);
      const { offset, length } = range;
      // A read that cannot be planned fails here, by itself; so does one of very many requests, as of a corrupt index.
      planReads([{ offset, length }], { maxRequests: 4096, ...planOptions });
      const id = JSON.stringify([key, describeOptions(readOptions ?? {})]);
      return new Promise((resolve, reject) => {
        if (waiting.size === 0) queueMicrotask(flush);
        const batch = waiting.get(id) ?? { key, options: readOptions, reads: [] };
        waiting.set(id, batch);
        batch.reads.push({ offset, length, resolve, reject });
      });
    },
  };
}

/**
 * The bytes of a read, copied out of the answers: zarrita 0.7.4 and older need them aligned, and swap them where they lie.
 *
 * @param {{ offset: number, length: number }} read
 * @param {{ offset: number, length: number }[]} requests Of this read.
 * @param {Promise<Uint8Array | undefined>[]} answers
 * @param {(range: { offset: number, length: number }) => Promise<Uint8Array | undefined>} get
 */
async function join({ offset, length }, requests, answers, get) {
  const parts = await Promise.all(answers);
  const bytes = new Uint8Array(length);
  let done = 0;
  for (const [k, answer] of parts.entries()) {
    // What is missing is missing for all who asked.
    if (answer === undefined) return undefined;
    const start = /** @type {{ offset: number }} */ (requests[k]).offset;
    const from = Math.max(offset, start);
    const part = answer.subarray(from - start, offset + length - start);
    bytes.set(part, from - offset);
    done += part.length;
  }
  // Past the end of the value each store gives something else: fewer bytes, zeros, an error. It is asked itself.
  return done === length ? bytes : get({ offset, length });
}

/**
 * @param {string} key
 * @param {{ offset: number, length: number }} request
 * @param {Uint8Array | undefined} bytes
 */
function checkLength(key, { offset, length }, bytes) {
  if (bytes === undefined || bytes.length <= length) return bytes;
  throw new Error(`${key}: expected ${length} bytes from ${offset} on, got ${bytes.length}: are ranges served?`);
}

/** @type {WeakMap<object, number>} */
const numbers = new WeakMap();
let count = 0;

/**
 * Equal for equal options: by content one level deep where they are a plain object, else by identity.
 *
 * @param {object} options
 */
function describeOptions(options) {
  if (Object.getPrototypeOf(options) !== Object.prototype) return identify(options);
  return Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, name === "headers" ? [...new Headers(value)] : identify(value)])
    .sort();
}

/** @param {unknown} value */
function identify(value) {
  if (Object(value) !== value) return `${typeof value} ${String(value)}`;
  const number = numbers.get(/** @type {object} */ (value)) ?? ++count;
  numbers.set(/** @type {object} */ (value), number);
  return number;
}
