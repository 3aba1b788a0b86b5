/** The picture of the first page: a recording of real page frames, drawn by segring/draw for light and for dark. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { svgOfTable } from "../dist/draw/index.js";
import { createMapperSync, SegmentTable } from "../dist/index.js";

/** 1 GiB that a process has locked, with huge pages: 318 segments. */
const RECORDING = "samples/thp-1g.records.gz";

export function writePictures(site: string): void {
  const bytes = new Uint8Array(gunzipSync(readFileSync(RECORDING)));
  const words = new Uint32Array(bytes.buffer, 0, bytes.byteLength / 4);
  const input = SegmentTable.view(words);
  const mapper = createMapperSync();
  const table = mapper.coalesce(input);
  mkdirSync(`${site}/public/drawn`, { recursive: true });
  for (const theme of ["light", "dark"] as const) {
    const svg = svgOfTable(table, { input, theme, title: "1 GiB of one process" });
    writeFileSync(`${site}/public/drawn/memory-${theme}.svg`, svg);
  }
  mapper.close();
}
