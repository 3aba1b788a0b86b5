/**
 * What the recipes share: copy it beside the one that you take. No package but Node or a browser is needed.
 */

/**
 * Runs tasks, at most `concurrency` at a time, in the order given. A failure concerns its own task alone.
 *
 * @param {number} [concurrency] From 1, default 6, as browsers have for one server.
 * @returns {<T>(task: () => T | Promise<T>) => Promise<T>}
 */
export function createLimit(concurrency = 6) {
  let free = concurrency;
  /** @type {(() => void)[]} */
  const queue = [];
  return async (task) => {
    if (free > 0) free--;
    else await new Promise((go) => queue.push(() => go(undefined)));
    try {
      return await task();
    } finally {
      const go = queue.shift();
      if (go === undefined) free++;
      else go();
    }
  };
}

/**
 * Calls `read` for each request of a plan, at most `concurrency` at a time. The first failure, or an abort of `signal`,
 * is the failure of all: no request is begun after it, and the signal that `read` got stops those under way.
 *
 * @template T
 * @param {import("segring/plan").ReadPlan} plan
 * @param {{ concurrency?: number | undefined, signal?: AbortSignal | undefined }} options
 * @param {(j: number, signal: AbortSignal) => Promise<T>} read
 * @returns {Promise<T[]>} By request.
 */
export async function readRequests(plan, { concurrency, signal }, read) {
  signal?.throwIfAborted();
  const stop = new AbortController();
  const abort = () => stop.abort(signal?.reason);
  signal?.addEventListener("abort", abort);
  // A read that does not listen to its signal would otherwise delay the failure.
  const stopped = new Promise((_, reject) => {
    stop.signal.addEventListener("abort", () => reject(stop.signal.reason));
  });
  const limit = createLimit(concurrency);
  const readOne = async (/** @type {number} */ j) => {
    stop.signal.throwIfAborted();
    try {
      return await read(j, stop.signal);
    } catch (error) {
      stop.abort(error);
      throw error;
    }
  };
  try {
    const results = Array.from({ length: plan.requestCount }, (_, j) => limit(() => readOne(j)));
    return await Promise.race([Promise.all(results), /** @type {Promise<never>} */ (stopped)]);
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

/**
 * Refuses options that a recipe does not know, and a `concurrency` or `signal` that cannot be one.
 *
 * @param {{ concurrency?: unknown, signal?: unknown }} options
 * @param {readonly string[]} known
 * @throws {TypeError} An option is unknown or has the wrong type.
 * @throws {RangeError} `concurrency` is no integer from 1.
 */
export function checkOptions(options, known) {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`"options" expected an object of ${known.join(", ")}, got ${options}`);
  }
  const unknown = Object.keys(options).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new TypeError(`"options" expected ${known.join(", ")}, got ${unknown.join(", ")}`);
  const { concurrency = 1, signal } = options;
  if (typeof concurrency !== "number") throw new TypeError(`"concurrency" expected a number, got ${concurrency}`);
  if (!(Number.isSafeInteger(concurrency) && concurrency >= 1)) {
    throw new RangeError(`"concurrency" expected an integer from 1, got ${concurrency}`);
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError(`"signal" expected an AbortSignal, got ${signal === null ? null : typeof signal}`);
  }
}

/**
 * Refuses an option that is given and has the wrong type.
 *
 * @param {string} name
 * @param {unknown} value
 */
export function checkFunction(name, value) {
  if (value !== undefined && typeof value !== "function") {
    throw new TypeError(`"${name}" expected a function, got ${value}`);
  }
}
