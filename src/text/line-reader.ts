import type { PlainLines } from "./grammar.js";
import { MAX_LINE, TEXT_BEFORE, TEXT_BEHIND } from "./layout.generated.js";

/** Bytes of a text that are read at a time, with the line that the bytes before left over. */
export const PIECE_BYTES = 256 * 1024;
/** Bytes of a line, without its end. Something else than lines of text would otherwise fill the memory. */
export const MAX_LINE_BYTES = MAX_LINE;
/** Where a text begins in {@link LineReader.text}. */
export const TEXT_START = TEXT_BEFORE;
/** Bytes of {@link LineReader.text}: a piece, a line with CR LF ahead of it, and what a kernel may read round them. */
export const TEXT_BYTES = TEXT_BEFORE + PIECE_BYTES + MAX_LINE_BYTES + 16 + TEXT_BEHIND;
/** Records of a call at most. */
export const ROOM = 16384;

/** Reads the lines that most texts have. All readers take and give the same: which lines they take differs, and the grammar takes the rest. */
export interface LineReader {
  /** The text to read, from `TEXT_START` on. */
  readonly text: Uint8Array<ArrayBuffer>;
  /** Where records go. */
  readonly words: Uint32Array<ArrayBuffer>;
  /** Records that the last call gave. */
  readonly count: number;
  /** Blank lines that it passed over. */
  readonly skipped: number;
  /**
   * Reads whole lines of `text`, from `from` up to `to`, and each ends with LF.
   *
   * @returns Where the next line begins: `to`; or a line for which there is no room; or one that is not taken.
   */
  read(from: number, to: number, lines: PlainLines): number;
}
