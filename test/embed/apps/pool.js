/** What a pool of two workers makes of ranges, beside what one mapper makes of them. */
import { createMapper, packedRecords, SegmentTable } from "segring";
import { createPool } from "segring/pool";

/** @param worker Makes a worker; undefined: the pool does. */
export async function throughPool(worker) {
  const pool = await createPool({ workers: 2, worker, pieceRecords: 16 });
  const pages = Array.from({ length: 1000 }, (_, index) => ({ addr: ((index * 7) % 1000) * 4096, length: 4096 }));
  const records = packedRecords(SegmentTable.from(pages).bytes);
  const united = await pool.union(records);
  const coalesced = await pool.coalesce(records);
  const mapper = await createMapper();
  const equal = united.equals(mapper.union(records)) && coalesced.equals(mapper.coalesce(records));
  await pool.close();
  return { workers: pool.workers, equal };
}
