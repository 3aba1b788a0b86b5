/** Where ranges come from, and of which format they are. Plain data: a source travels to the worker and into a link. */

/** Formats of files, as `segring map --from` names them. */
export const FILE_FORMATS = {
  records: "records: packed, 16 bytes each",
  pfn64: "pfn64: page frame numbers, 8 bytes each",
  csv: "csv: addr,length[,flags]",
  ndjson: "ndjson: an object a line",
  iomem: "iomem: /proc/iomem",
  maps: "maps: /proc/PID/maps",
  filefrag: "filefrag: filefrag -v",
} as const;

export type FileFormat = keyof typeof FILE_FORMATS;

/** The formats that are text. */
export type TextKind = Exclude<FileFormat, "records" | "pfn64">;

/** What the generator makes. */
export interface Generator {
  /** Ranges, 1 to 10^7. */
  readonly count: number;
  /** Bytes in a range, 1 to 2^32. */
  readonly length: number;
  /** Ranges in a hundred that do not start where the range before them ends, 0 to 100. */
  readonly breaks: number;
  /** Bytes from the end of a range to the next, at such a break; 0 to 2^40. */
  readonly gap: number;
  /** Ranges in a hundred that start inside the range before them, 0 to 100. */
  readonly overlap: number;
  /** 0 to 2^32 - 1: equal seeds give equal ranges. */
  readonly seed: number;
}

export const GENERATOR: Generator = { count: 100_000, length: 4096, breaks: 10, gap: 65536, overlap: 0, seed: 1 };

/** The largest of each number of a generator. */
export const GENERATOR_LIMITS: Generator = {
  count: 10_000_000,
  length: 2 ** 32,
  breaks: 100,
  gap: 2 ** 40,
  overlap: 100,
  seed: 2 ** 32 - 1,
};

export type Source =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "file"; readonly name: string; readonly format: FileFormat; readonly blob: Blob | undefined }
  /** The room adds the address and the format, for the worker. */
  | { readonly kind: "sample"; readonly name: string; readonly url?: string; readonly format?: FileFormat }
  | { readonly kind: "generator"; readonly generator: Generator };

const EXTENSIONS: Record<string, FileFormat> = { jsonl: "ndjson", txt: "csv", tsv: "csv" };

/** The format that a file's name says, with or without `.gz`; undefined where the name says none. */
export function formatOfName(name: string): FileFormat | undefined {
  const extension = /\.([a-z0-9]+?)(?:\.gz)?$/i.exec(name)?.[1]?.toLowerCase() ?? "";
  if (Object.hasOwn(FILE_FORMATS, extension)) return extension as FileFormat;
  return Object.hasOwn(EXTENSIONS, extension) ? EXTENSIONS[extension] : undefined;
}

/** What a text is, by its first line that says something. */
export function formatOfText(text: string): TextKind {
  const line = /^\s*(\S[^\n]*)/.exec(text)?.[1] ?? "";
  if (line.startsWith("{")) return "ndjson";
  if (/^[0-9a-f]+-[0-9a-f]+ : /i.test(line)) return "iomem";
  if (/^[0-9a-f]+-[0-9a-f]+ [r-][w-][x-][ps] /i.test(line)) return "maps";
  return /^(Filesystem type is:|File size of |ext:)/.test(line) ? "filefrag" : "csv";
}
