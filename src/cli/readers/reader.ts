import type { EngineOption } from "../../core/engine-option.js";
import type { Range } from "../../core/record.js";

/** Ranges in order: packed records, valid until the next batch is asked for, or objects. */
export type Batch = Uint8Array | readonly Range[];

/** What a reader must know of its input besides the bytes. Each option is for some formats. */
export interface ReaderOptions {
  /** The input in messages. */
  name: string;
  /** Pass over ranges of length 0. */
  skipEmpty: boolean;
  /** csv. */
  columns: string | undefined;
  /** csv, ndjson. */
  engine: EngineOption;
  /** pfn64. */
  pageBytes: number;
  /** filefrag. */
  unwritten: "refuse" | "keep" | "skip";
  /** filefrag. */
  unaddressed: "refuse" | "skip";
  /** filefrag. */
  radix: 10 | 16;
}

/**
 * Reads one format. The ranges it gives are valid; packed records are checked by whoever takes them.
 *
 * @throws {DataError} The input is not of that format; the message names the line or record, from 1.
 */
export type Reader = (source: AsyncIterable<Uint8Array>, options: ReaderOptions) => AsyncGenerator<Batch>;
