/**
 * Some columns of a Parquet file by hyparquet, their chunks in few requests. Copy prefetch.mjs and requests.mjs with it.
 * Works with hyparquet 1.27.0 to 1.33.0.
 *
 *   const file = await asyncBufferFromUrl({ url });
 *   const metadata = await parquetMetadataAsync(file);
 *   const columns = ["price", "size"];
 *   const rows = { rowStart: 1000, rowEnd: 2000 };
 *   const planOptions = { maxBytes: 8 * 2 ** 20, gapBytes: 65536 };
 *   const planned = await prefetchColumns(file, metadata, columns, planOptions, { ...rows, readOffsetIndex });
 *   await parquetReadObjects({ file: planned, metadata, columns, ...rows, useOffsetIndex: true });
 */
import { prefetchRanges } from "./prefetch.mjs";
import { checkFunction, checkOptions } from "./requests.mjs";

/**
 * @typedef {import("hyparquet").AsyncBuffer} AsyncBuffer
 * @typedef {{ offset: number, length: number }} Range
 * @typedef {{ range: Range, index: Range, rowStart: number, rowEnd: number, groupRows: number }} Chunk `index` has length 0 where the whole chunk is wanted; rows are those of the group.
 * @typedef {(reader: { view: DataView, offset: number }) => { page_locations: { offset: bigint, compressed_page_size: number, first_row_index: bigint }[] }} ReadOffsetIndex
 */

/**
 * A file for hyparquet that has the chunks of these columns already, `plan.coveredBytes` in memory, and asks `file` for
 * whatever else is read.
 *
 * @param {AsyncBuffer} file
 * @param {import("hyparquet").FileMetaData} metadata
 * @param {readonly string[]} columns Names at the top level.
 * @param {import("segring/plan").PlanOptions} planOptions
 * @param {object} [options]
 * @param {number} [options.rowStart] As for hyparquet, only row groups that have rows from here on, default 0,
 * @param {number} [options.rowEnd] and before here, default all.
 * @param {ReadOffsetIndex} [options.readOffsetIndex] hyparquet's. Of a row group that is wanted in part, only the pages
 *   with such rows are read, if the file has an index of them: for reads with `useOffsetIndex`. Costs a round of requests.
 * @param {number} [options.concurrency] Requests at a time, from 1, default 6.
 * @param {AbortSignal} [options.signal] No request is begun after its abort.
 * @returns {Promise<AsyncBuffer & { plan: import("segring/plan").ReadPlan }>}
 */
export async function prefetchColumns(file, metadata, columns, planOptions, options = {}) {
  checkOptions(options, ["concurrency", "readOffsetIndex", "rowEnd", "rowStart", "signal"]);
  const { rowStart = 0, rowEnd = Number.POSITIVE_INFINITY, readOffsetIndex, ...others } = options;
  checkFunction("readOffsetIndex", readOffsetIndex);
  checkRow("rowStart", rowStart);
  checkRow("rowEnd", rowEnd);
  const chunks = chunksOf(metadata, columns, rowStart, rowEnd);
  const whole = chunks.map(({ range }) => range);
  if (readOffsetIndex === undefined) return prefetchRanges(file, whole, planOptions, others);
  const indexes = chunks.map(({ index }) => index);
  const indexed = await prefetchRanges(file, indexes, planOptions, others);
  const pages = await Promise.all(chunks.map((chunk) => pagesOf(chunk, indexed, readOffsetIndex)));
  return prefetchRanges(indexed, pages.flat(), planOptions, others);
}

/**
 * The chunks of these columns in the row groups that have wanted rows.
 *
 * @param {import("hyparquet").FileMetaData} metadata
 * @param {readonly string[]} columns
 * @param {number} rowStart
 * @param {number} rowEnd
 */
function chunksOf({ row_groups }, columns, rowStart, rowEnd) {
  /** @type {Chunk[]} */
  const chunks = [];
  const there = new Set(row_groups[0]?.columns.map(({ meta_data: meta }) => meta?.path_in_schema[0]));
  const missing = columns.filter((name) => row_groups.length > 0 && !there.has(name));
  if (missing.length > 0)
    throw new RangeError(`"columns" expected ${[...there].join(", ")}, got ${missing.join(", ")}`);
  let row = 0;
  for (const group of row_groups) {
    const groupRows = Number(group.num_rows);
    const rows = { rowStart: Math.max(0, rowStart - row), rowEnd: Math.min(groupRows, rowEnd - row), groupRows };
    row += groupRows;
    if (rows.rowStart >= rows.rowEnd) continue;
    const partly = rows.rowStart > 0 || rows.rowEnd < groupRows;
    for (const { meta_data: meta, offset_index_offset = 0, offset_index_length = 0 } of group.columns) {
      if (meta === undefined || !columns.includes(meta.path_in_schema[0] ?? "")) continue;
      // Sizes and offsets are bigints in the footer; a file's are far below 2^53.
      const offset = Number(meta.dictionary_page_offset || meta.data_page_offset);
      const range = { offset, length: Number(meta.total_compressed_size) };
      const index = { offset: Number(offset_index_offset), length: partly ? offset_index_length : 0 };
      chunks.push({ range, index, ...rows });
    }
  }
  return chunks;
}

/**
 * The dictionary of a chunk, which is all before the first page, and the pages with wanted rows; or the whole chunk.
 *
 * @param {Chunk} chunk
 * @param {AsyncBuffer} file
 * @param {ReadOffsetIndex} readOffsetIndex
 * @returns {Promise<Range[]>}
 */
async function pagesOf({ range, index, rowStart, rowEnd, groupRows }, file, readOffsetIndex) {
  if (index.length === 0) return [range];
  const bytes = await file.slice(index.offset, index.offset + index.length);
  const pages = readOffsetIndex({ view: new DataView(bytes), offset: 0 }).page_locations;
  const wanted = pages.filter((page, i) => {
    const next = pages[i + 1]?.first_row_index ?? groupRows;
    return page.first_row_index < rowEnd && next > rowStart;
  });
  const dictionary = { offset: range.offset, length: Number(pages[0]?.offset ?? range.offset) - range.offset };
  return [dictionary, ...wanted.map((page) => ({ offset: Number(page.offset), length: page.compressed_page_size }))];
}

/**
 * @param {string} name
 * @param {unknown} row
 */
function checkRow(name, row) {
  if (typeof row !== "number") throw new TypeError(`"${name}" expected a number, got ${row}`);
  if (row >= 0 && (Number.isSafeInteger(row) || row === Number.POSITIVE_INFINITY)) return;
  throw new RangeError(`"${name}" expected an integer from 0, got ${row}`);
}
