import { filefragParser } from "../text/system/filefrag.js";
import { iomemParser } from "../text/system/iomem.js";
import { mapsParser } from "../text/system/maps.js";
import { readJson } from "./readers/json.js";
import { readPfn64 } from "./readers/pfn64.js";
import type { Reader } from "./readers/reader.js";
import { readRecords } from "./readers/records.js";
import { recordReader, textReader } from "./readers/text.js";

/** A reader for each format. */
export const READERS = {
  pfn64: readPfn64,
  records: readRecords,
  csv: recordReader("csv"),
  ndjson: recordReader("ndjson"),
  json: readJson,
  iomem: textReader((take) => iomemParser(take)),
  maps: textReader((take) => mapsParser(take)),
  filefrag: textReader((take, { unwritten, unaddressed, radix }) =>
    filefragParser({ unwritten, unaddressed, radix }, take),
  ),
} satisfies Record<string, Reader>;

/** What the input is. */
export type InputFormat = keyof typeof READERS;

export const INPUT_FORMATS = Object.keys(READERS) as InputFormat[];

/** What is in a file of each format. */
export const CONTENTS: Readonly<Record<InputFormat, string>> = {
  pfn64: "page frame numbers, 64 bits each, little-endian",
  records: "packed records of 16 bytes",
  csv: "addr,length[,flags] in each line",
  ndjson: "an object with addr, length, flags in each line",
  json: "one array of such objects",
  iomem: "the text of /proc/iomem",
  maps: "the text of /proc/PID/maps",
  filefrag: "the output of filefrag -v",
};

const EXTENSIONS: Record<string, InputFormat> = {
  pfn64: "pfn64",
  records: "records",
  csv: "csv",
  ndjson: "ndjson",
  jsonl: "ndjson",
  json: "json",
  iomem: "iomem",
  maps: "maps",
  filefrag: "filefrag",
};

/** The format that a file's name says, by its extension. */
export function formatOfName(fileName: string): InputFormat | undefined {
  const extension = /\.([a-z0-9]+)$/i.exec(fileName)?.[1]?.toLowerCase() ?? "";
  return Object.hasOwn(EXTENSIONS, extension) ? EXTENSIONS[extension] : undefined;
}
