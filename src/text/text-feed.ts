import type { EngineOption } from "../core/engine-option.js";
import type { SegringError } from "../core/errors.js";
import { RECORD_WORDS } from "../core/record.js";
import { RangeFault } from "./fault.js";
import type { Grammar } from "./grammar.js";
import { type LineReader, MAX_LINE_BYTES, PIECE_BYTES, TEXT_START } from "./line-reader.js";
import { lineReader } from "./line-readers.js";
import { decodeLine, decodeStart } from "./line-text.js";
import { badLine } from "./lines.js";
import { type ParsedRecords, RecordList } from "./parsed-records.js";
import { hasBytes } from "./range.js";

const LF = 0x0a;
const CR = 0x0d;

/** How a text is read. */
export interface FeedOptions {
  /** Pass over ranges of length 0. */
  readonly skipEmpty: boolean;
  readonly engine: EngineOption;
  /** What `take` gives is valid until the next `push`. New memory for each piece takes longer than reading it. */
  readonly reuse?: boolean;
}

/**
 * Reads the lines of a text that comes in pieces: those that a reader takes many at a time, all others one by one by the
 * grammar. Lines are never joined as text: what a piece leaves over lies ahead of the next piece in the reader's memory.
 */
export class TextFeed {
  readonly #grammar: Grammar;
  readonly #skipEmpty: boolean;
  readonly #engine: EngineOption;
  readonly #list: RecordList;
  /** A line whose end has not come, with CR. */
  #rest = new Uint8Array(0);
  #restBytes = 0;
  /** Lines that are read. */
  #lines = 0;

  constructor(grammar: Grammar, { skipEmpty, engine, reuse = false }: FeedOptions) {
    this.#grammar = grammar;
    this.#skipEmpty = skipEmpty;
    this.#engine = engine;
    this.#list = new RecordList(reuse);
  }

  /** @throws {SegringError} BAD_TEXT, OUT_OF_MEMORY */
  push(bytes: Uint8Array): void {
    this.#list.expect(bytes.byteLength);
    for (let from = 0; from < bytes.byteLength; from += PIECE_BYTES) {
      this.#read(bytes.subarray(from, from + PIECE_BYTES));
    }
  }

  /** The text has ended. @throws {SegringError} As `push` does. */
  end(): void {
    if (this.#restBytes === 0) return;
    const line = this.#rest.subarray(0, this.#restBytes);
    this.#restBytes = 0;
    this.#line(line);
  }

  /** The ranges since the last call. */
  take(): ParsedRecords {
    return this.#list.take();
  }

  /** @param piece At most PIECE_BYTES. */
  #read(piece: Uint8Array): void {
    const whole = piece.lastIndexOf(LF) + 1;
    if (whole !== 0) {
      const reader = lineReader(this.#engine, piece.byteLength);
      const { text } = reader;
      const to = TEXT_START + this.#restBytes + whole;
      text.set(this.#rest.subarray(0, this.#restBytes), TEXT_START);
      text.set(whole === piece.byteLength ? piece : piece.subarray(0, whole), TEXT_START + this.#restBytes);
      this.#restBytes = 0;
      this.#readLines(reader, to);
    }
    this.#keep(piece.subarray(whole));
  }

  #readLines(reader: LineReader, to: number): void {
    const { text, words } = reader;
    for (let at = TEXT_START; at < to; ) {
      const { plain } = this.#grammar;
      // The first line may begin with a byte order mark.
      if (plain !== undefined && this.#lines !== 0) {
        at = reader.read(at, to, plain);
        this.#lines += reader.count + reader.skipped;
        this.#list.append(words, reader.count);
        if (at === to || reader.count * RECORD_WORDS === words.length) continue;
      }
      const end = text.indexOf(LF, at);
      this.#line(text.subarray(at, end));
      at = end + 1;
    }
  }

  /** Keeps the start of a line. */
  #keep(bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return;
    const used = this.#restBytes;
    // A CR at the end is of the line's end, if LF follows.
    if (used + bytes.byteLength > MAX_LINE_BYTES + 1) throw tooLong(this.#lines + 1);
    if (used + bytes.byteLength > this.#rest.byteLength) {
      const rest = new Uint8Array(
        Math.min(Math.max(used + bytes.byteLength, 2 * this.#rest.byteLength, 256), MAX_LINE_BYTES + 1),
      );
      rest.set(this.#rest.subarray(0, used));
      this.#rest = rest;
    }
    this.#rest.set(bytes, used);
    this.#restBytes = used + bytes.byteLength;
  }

  /** @param bytes A line without LF. */
  #line(bytes: Uint8Array): void {
    const end = bytes.byteLength - (bytes[bytes.byteLength - 1] === CR ? 1 : 0);
    const number = this.#lines + 1;
    if (end > MAX_LINE_BYTES) throw tooLong(number);
    try {
      const line = bytes.subarray(0, end);
      const range = this.#grammar.parse(number === 1 ? decodeStart(line) : decodeLine(line));
      if (range !== undefined && hasBytes(range, this.#skipEmpty)) this.#list.add(range);
    } catch (error) {
      if (!(error instanceof RangeFault)) throw error;
      throw badLine(number, error.message, { cause: error, column: error.at + 1 });
    }
    this.#lines = number;
  }
}

function tooLong(number: number): SegringError {
  return badLine(number, `expected at most ${MAX_LINE_BYTES} bytes, got more`, { column: MAX_LINE_BYTES + 1 });
}
