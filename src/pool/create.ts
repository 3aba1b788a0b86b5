import type { DeviceLimits } from "../core/device-limits.js";
import { NO_OPTIONS } from "../core/options.js";
import { PACKAGE } from "../core/package-key.js";
import { openMapper } from "../mapper/create.js";
import { canShare } from "../ring/platform.js";
import { Crew } from "./crew.js";
import { checkPool, type PoolOptions } from "./options.js";
import { cores, workerMaker } from "./platform.js";
import { SegmentPool } from "./pool.js";

/** Workers that are made unless the caller says how many. */
const MOST_BY_DEFAULT = 16;

/**
 * Makes a pool of workers that map ranges to segments.
 *
 * Where there is no shared memory (a page that is not cross-origin isolated), no workers, or one core, the pool has no
 * workers, and the calling thread maps, behind the same methods. A Node process does not stay alive for a pool that has
 * nothing to do.
 *
 * Cost: some 50 ms for the first worker, and 5 MB for each.
 *
 * @throws {TypeError} An option has the wrong type, `module` is another module, or `worker` made one of another version.
 * @throws {RangeError} An option is out of its range.
 * @throws {SegringError} PEER_DIED: a worker did not start; the message says why. OUT_OF_MEMORY.
 * @throws {CompileError} As `createMapper`.
 * @example
 * ```ts
 * const pool = await createPool({ maxSegmentBytes: 2 ** 20, workers: 2 });
 * const table = await pool.union([{ addr: 0, length: 2 ** 21 }, { addr: 2 ** 20, length: 2 ** 20 }]);
 * console.log(pool.workers, table.length); // 2 2
 * await pool.close();
 * ```
 */
export async function createPool(options: PoolOptions & DeviceLimits = NO_OPTIONS): Promise<SegmentPool> {
  const {
    workers = Math.min(cores(), MOST_BY_DEFAULT),
    makeWorker = workerMaker(),
    pieceRecords,
    mapper,
  } = checkPool(options);
  const { mapper: own, module, maxMemoryBytes } = await openMapper(mapper);
  const isAlone = workers === 1 || makeWorker === undefined || !canShare();
  try {
    const setup = { module: own.engine === "js" ? undefined : module, limits: own.limits, maxMemoryBytes };
    const crew = isAlone ? undefined : await Crew.start(workers, makeWorker, setup);
    return new SegmentPool(PACKAGE, own, crew, pieceRecords);
  } catch (error) {
    own.close();
    throw error;
  }
}
