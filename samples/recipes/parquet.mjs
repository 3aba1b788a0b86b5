/**
 * Some columns of a Parquet file by hyparquet, their chunks in few requests:
 *
 *   const file = await asyncBufferFromUrl({ url });
 *   const metadata = await parquetMetadataAsync(file);
 *   const columns = ["price", "size"];
 *   const planned = await prefetchColumns(file, metadata, columns, { maxBytes: 8 * 2 ** 20, gapBytes: 65536 });
 *   const rows = await parquetReadObjects({ file: planned, metadata, columns });
 */
import { planReads } from "segring/plan";

/**
 * A file for hyparquet that has the chunks of these columns already, and asks `file` for whatever else is read.
 *
 * @param {import("hyparquet").AsyncBuffer} file
 * @param {import("hyparquet").FileMetaData} metadata
 * @param {readonly string[]} columns
 * @param {import("segring/plan").PlanOptions} planOptions
 * @returns {Promise<import("hyparquet").AsyncBuffer & { plan: import("segring/plan").ReadPlan }>}
 */
export async function prefetchColumns(file, metadata, columns, planOptions) {
  const plan = planReads(chunksOf(metadata, columns), { resourceBytes: file.byteLength, ...planOptions });
  const requests = [...plan];
  const buffers = await Promise.all(requests.map(({ offset, length }) => file.slice(offset, offset + length)));
  return {
    plan,
    byteLength: file.byteLength,
    slice(start, end = file.byteLength) {
      const j = requests.findIndex(({ offset, length }) => offset <= start && end <= offset + length);
      if (j < 0) return file.slice(start, end);
      const { offset } = plan.request(j);
      return /** @type {ArrayBuffer} */ (buffers[j]).slice(start - offset, end - offset);
    },
  };
}

/**
 * Where the chunks of these columns lie, in all row groups.
 *
 * @param {import("hyparquet").FileMetaData} metadata
 * @param {readonly string[]} columns
 */
function* chunksOf(metadata, columns) {
  for (const group of metadata.row_groups) {
    for (const { meta_data: chunk } of group.columns) {
      if (chunk === undefined || !columns.includes(chunk.path_in_schema[0] ?? "")) continue;
      // Sizes and offsets are bigints in the footer; a file's are far below 2^53.
      const offset = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
      yield { offset, length: Number(chunk.total_compressed_size) };
    }
  }
}
