import type { WholeRange } from "./range.js";

/** The formats of a text of ranges: fields with a separator, or a JSON object a line. */
export type TextFormat = "csv" | "ndjson";

/**
 * Lines that kernels read: fields in the order address, length or end, flags; or objects. Kernels take the lines that most
 * texts have; all others go to {@link Grammar.parse}.
 */
export type PlainLines = Fields | "objects";

/** Lines of fields. */
export interface Fields {
  /** The code of the character between two fields. */
  readonly separator: number;
  /** Whether the second field is the first byte after the range. */
  readonly isEnd: boolean;
  /** Whether flags may follow. */
  readonly hasFlags: boolean;
}

/** Reads the lines of one text, from its first line on. */
export interface Grammar {
  /** What the lines from here on are; undefined: only `parse` reads them. */
  readonly plain: PlainLines | undefined;
  /**
   * Reads any line, without its end.
   *
   * @returns The range; undefined for a line without one: a header, a comment, or blank.
   * @throws {RangeFault} The line is not of the format.
   */
  parse(line: string): WholeRange | undefined;
}
