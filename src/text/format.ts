import { checkEngine, ENGINES, ENGINES_TEXT, type EngineOption } from "../core/engine-option.js";
import { expected } from "../core/errors.js";
import { checkKeys, type Keys } from "../core/options.js";
import { emptyRange, Fields } from "../core/range-fields.js";
import { FOUR_GIB, isIterable, type Range, RECORD_WORDS } from "../core/record.js";
import { isTable } from "../core/table.js";
import type { TextFormat } from "./grammar.js";
import { ParsedRecords, wordsOf } from "./parsed-records.js";
import { checkFormat } from "./parser.js";
import { RecordText } from "./record-text.js";
import { CSV_HEAD, type NumberForm, type Row } from "./rows.js";

/** How ranges are written. */
export interface FormatOptions {
  /** `"csv"`: `addr,length,flags` a line. `"ndjson"`: a JSON object a line. */
  format: TextFormat;
  /** Whether CSV begins with the header. Default true. NDJSON has none. */
  header?: boolean | undefined;
  /** All numbers are decimal, and addresses in NDJSON are numbers. Default false. */
  numbers?: boolean | undefined;
  /** All numbers are hexadecimal `0x…`, in NDJSON as strings. Default false; not with `numbers`. */
  hex?: boolean | undefined;
  /** What writes: a kernel in WebAssembly, JavaScript, or the first where it is to be had and pays. Default `"auto"`. */
  engine?: EngineOption | undefined;
}

const FORMAT_KEYS: Keys<FormatOptions> = { format: true, header: true, numbers: true, hex: true, engine: true };
/** Lines in a piece, and as many again of ranges that no record holds: a line has at most 83 bytes, so both have up to 64 KiB. */
const ROWS_A_PIECE = 384;

/**
 * Writes ranges as text, byte for byte as `segring map` does. {@link parseRecords} reads every form.
 *
 * - `"csv"`: `0x1000,4096,0x2`. With `numbers` `4096,4096,2`. With `hex` `0x1000,0x1000,0x2`.
 * - `"ndjson"`: `{"addr":"4096","length":4096,"flags":2}`: addresses are always strings, and flags that are 0 are left
 *   out. A length above 2^53 - 1 is a string too. With `numbers` all are numbers. With `hex` all are strings `"0x…"`.
 *
 * Cost: O(n); memory for one piece.
 *
 * @param ranges A table, the records of a text, or other ranges. They are read while the pieces are taken.
 * @returns The text in pieces of whole lines, of at most 64 KiB each.
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} There is no such format; or `numbers` and `hex`
 * are both true.
 * While the pieces are taken: {TypeError} or {RangeError} where a range is not valid or is empty; the message names its
 * index. {SegringError} NOT_EXPRESSIBLE: with `numbers`, NDJSON has no exact number for an address or a length above
 * 2^53 - 1; `index` is the range.
 * @example
 * ```ts
 * const table = createMapperSync().coalesce([{ addr: 0x1000, length: 4096 }, { addr: 2n ** 63n, length: 512 }]);
 * const csv = await new Blob([...formatRecords(table, { format: "csv" })]).text();
 * console.log(csv); // addr,length,flags
 * // 0x1000,4096,0x0
 * // 0x8000000000000000,512,0x0
 * ```
 */
export function formatRecords(
  ranges: Iterable<Range>,
  options: FormatOptions,
): Generator<Uint8Array<ArrayBuffer>, void, undefined> {
  checkKeys("options", options, FORMAT_KEYS);
  const { format, header = true, numbers = false, hex = false, engine } = options;
  checkFormat(format);
  for (const [name, value] of Object.entries({ header, numbers, hex })) {
    if (typeof value !== "boolean") throw new TypeError(expected(name, "a boolean", value));
  }
  if (numbers && hex) throw new RangeError(expected("hex", "false where numbers is true", hex));
  const form: NumberForm = numbers ? "numbers" : hex ? "hex" : "exact";
  if (!isIterable(ranges)) throw new TypeError(expected("ranges", "an iterable of ranges", ranges));
  const text = new RecordText(format, form, checkEngine(engine, ENGINES, ENGINES_TEXT));
  return piecesOf(ranges, text, format === "csv" && header ? `${CSV_HEAD}\n` : "");
}

function* piecesOf(ranges: Iterable<Range>, text: RecordText, head: string): Generator<Uint8Array<ArrayBuffer>> {
  const lines = new Lines(head);
  for (const part of partsOf(ranges)) {
    if (part instanceof Uint32Array) {
      for (let at = 0; at < part.length; at += ROWS_A_PIECE * RECORD_WORDS) {
        yield lines.takeWith(text.bytes(part.subarray(at, at + ROWS_A_PIECE * RECORD_WORDS)));
      }
    } else {
      const fields = new Fields();
      let index = 0;
      for (const range of part) {
        if (!fields.read(range, index)) throw emptyRange(index);
        if (lines.add(lineOf(fields, text.line))) yield lines.takeWith(NOTHING);
        index++;
      }
    }
  }
  const rest = lines.takeWith(NOTHING);
  if (rest.byteLength !== 0) yield rest;
}

const NOTHING = new Uint8Array(0);

/** Lines that become a piece. */
class Lines {
  readonly #encoder = new TextEncoder();
  #text: string;
  #rows = 0;

  constructor(head: string) {
    this.#text = head;
  }

  /** @returns Whether the piece is full. */
  add(line: string): boolean {
    this.#text += line;
    return ++this.#rows === ROWS_A_PIECE;
  }

  /** The lines so far and this text, as a piece of its own memory. */
  takeWith(text: Uint8Array): Uint8Array<ArrayBuffer> {
    const lines = this.#encoder.encode(this.#text);
    this.#text = "";
    this.#rows = 0;
    const piece = new Uint8Array(lines.byteLength + text.byteLength);
    piece.set(lines);
    piece.set(text, lines.byteLength);
    return piece;
  }
}

/** Words of records, which are valid, and ranges, which may not be. */
function* partsOf(ranges: Iterable<Range>): Generator<Uint32Array | Iterable<Range>> {
  if (isTable(ranges)) yield ranges.words;
  else if (ranges instanceof ParsedRecords) {
    for (const part of ranges.parts) yield part instanceof Uint8Array ? wordsOf(part) : [part];
  } else yield ranges;
}

function lineOf({ addrLo, addrHi, lengthLo, lengthHi, flags }: Fields, row: Row): string {
  const [low, high] = [lengthLo >>> 0, lengthHi >>> 0];
  const length = high < 2 ** 21 ? high * FOUR_GIB + low : (BigInt(high) << 32n) | BigInt(low);
  return row(addrLo >>> 0, addrHi >>> 0, length, flags >>> 0);
}
