import { checkEngine, ENGINES, ENGINES_TEXT, type EngineOption } from "../core/engine-option.js";
import { expected, SegringError } from "../core/errors.js";
import { checkKeys, type Keys } from "../core/options.js";
import { plainBytes } from "../core/views.js";
import type { TextFormat } from "./grammar.js";
import { GRAMMARS, grammarOf } from "./grammars.js";
import { joined, type ParsedRecords } from "./parsed-records.js";
import { TextFeed } from "./text-feed.js";

/** What a text of ranges is. */
export interface ParseOptions {
  /** `"csv"`: fields with a separator, a range a line. `"ndjson"`: a JSON object a line. */
  format: TextFormat;
  /**
   * CSV: the names of the columns where no header of the text has them, as a header would: `"start,end"`,
   * `"name,offset,length"`. Names of others are passed over.
   */
  columns?: string | undefined;
  /** Pass over ranges of length 0, which are an error otherwise. Default false. */
  skipEmpty?: boolean | undefined;
  /** What reads: a kernel in WebAssembly, JavaScript, or the first where it is to be had and pays. Default `"auto"`. */
  engine?: EngineOption | undefined;
}

const PARSE_KEYS: Keys<ParseOptions> = { format: true, columns: true, skipEmpty: true, engine: true };

/** Checks a format. @throws {TypeError} @throws {RangeError} */
export function checkFormat(format: unknown): asserts format is TextFormat {
  const wanted = Object.keys(GRAMMARS).map((name) => `"${name}"`);
  if (typeof format !== "string") throw new TypeError(expected("format", wanted.join(" or "), format));
  if (!Object.hasOwn(GRAMMARS, format)) throw new RangeError(expected("format", wanted.join(" or "), format));
}

/**
 * Reads a text of ranges that comes in pieces. The pieces may have any size and be cut anywhere, within a line or a
 * character too: the ranges, and the first line that is refused, do not depend on the cuts. {@link parseRecords} has the
 * formats.
 *
 * The parser keeps at most a line between two calls, so a text of any length takes the memory of one piece and its
 * ranges.
 *
 * @example
 * ```ts
 * const parser = new RecordParser({ format: "csv" });
 * const bytes = new TextEncoder().encode("addr,length\n0x1000,4096\n0x2000,512");
 * console.log([...parser.push(bytes.subarray(0, 20))].length); // 0
 * console.log([...parser.push(bytes.subarray(20))][0]); // { addr: 4096n, length: 4096n, flags: 0 }
 * console.log([...parser.end()]); // [ { addr: 8192n, length: 512n, flags: 0 } ]
 * ```
 */
export class RecordParser {
  readonly #feed: TextFeed;
  /** What each further call throws. */
  #fault: unknown;

  /** @throws {TypeError} `options` is wrong, or has another key. @throws {RangeError} There is no such format. */
  constructor(options: ParseOptions) {
    checkKeys("options", options, PARSE_KEYS);
    const { format, columns, skipEmpty = false } = options;
    checkFormat(format);
    if (typeof skipEmpty !== "boolean") throw new TypeError(expected("skipEmpty", "a boolean", skipEmpty));
    const engine = checkEngine(options.engine, ENGINES, ENGINES_TEXT);
    this.#feed = new TextFeed(grammarOf(format, columns), { skipEmpty, engine });
  }

  /**
   * Reads the next piece.
   *
   * Cost: O(n). The records take 16 bytes a line.
   *
   * @param piece UTF-8; the parser keeps none of it.
   * @returns The ranges of the lines that end in this piece.
   * @throws {TypeError} `piece` is no Uint8Array. The parser goes on.
   * @throws {SegringError} BAD_TEXT: a line is not of the format; `index` is the line, from 1. Each further call throws
   *   this error. CLOSED after `end`. OUT_OF_MEMORY, final too.
   */
  push(piece: Uint8Array): ParsedRecords {
    const bytes = plainBytes("piece", piece);
    return this.#run(() => this.#feed.push(bytes));
  }

  /** The text has ended. @returns The range of a last line without an end. @throws {SegringError} As `push` does. */
  end(): ParsedRecords {
    const records = this.#run(() => this.#feed.end());
    this.#fault = new SegringError("CLOSED", "the parser takes no more: the text has ended");
    return records;
  }

  #run(step: () => void): ParsedRecords {
    if (this.#fault !== undefined) throw this.#fault;
    try {
      step();
      return this.#feed.take();
    } catch (error) {
      this.#fault = error;
      // What was read of this piece is not given, and takes no memory.
      this.#feed.take();
      throw error;
    }
  }
}

/**
 * Reads a text of ranges, as `segring map` does. The text is UTF-8; a byte order mark, CR LF, blank lines and blanks round a
 * field mean nothing. A line has at most 65536 bytes.
 *
 * - `"csv"`: a range a line, `addr,length[,flags]`, decimal or `0x…`; or as a header or `columns` says: `start,end`,
 *   `name,offset,length`, in any order. The separator is a comma, a semicolon or a tab; fields may be quoted; lines that
 *   begin with `#` are comments.
 * - `"ndjson"`: `{"addr":…,"length":…,"flags":…}` in each line, `flags` optional, with the same names. A number above
 *   2^53 - 1 must be a string, decimal or `0x…`, because most readers of JSON round such numbers.
 *
 * Addresses and lengths are exact up to 2^64 - 1.
 *
 * Cost: O(n). The records take 16 bytes a line. For a text that is larger than memory, see {@link RecordParser}.
 *
 * @param bytes The whole text.
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} There is no such format.
 * @throws {SegringError} BAD_TEXT: a line is not of the format; the message says the line, the column and what was
 *   expected and found, and `index` is the line, from 1. OUT_OF_MEMORY.
 * @example
 * ```ts
 * const csv = new TextEncoder().encode("addr,length\n0x1000,4096\n0xfffffffffffff000,4096\n");
 * for (const { addr, length } of parseRecords(csv, { format: "csv" })) console.log(addr, length);
 * // 4096n 4096n
 * // 18446744073709547520n 4096n
 * ```
 */
export function parseRecords(bytes: Uint8Array, options: ParseOptions): ParsedRecords {
  const text = plainBytes("bytes", bytes);
  const parser = new RecordParser(options);
  return joined(parser.push(text), parser.end());
}
