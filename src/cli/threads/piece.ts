import type { EngineOption } from "../../core/engine-option.js";

/** A piece of a regular file, as a thread reads it. */
export interface FilePiece {
  /** Threads share the descriptors of a process. */
  readonly descriptor: number;
  readonly format: ThreadFormat;
  /** Bytes of the file. Of a text, the lines that begin there. */
  readonly from: number;
  readonly end: number;
  /** The text up to its first line that is no comment: how the lines are to be read may stand there. */
  readonly head: Uint8Array;
  readonly pageBytes: number;
  readonly columns: string | undefined;
  readonly skipEmpty: boolean;
  readonly engine: EngineOption;
}

/** Formats of which a piece can be read without what comes before it. */
export type ThreadFormat = "records" | "pfn64" | "csv" | "ndjson";
