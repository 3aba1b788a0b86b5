import { expected } from "../core/errors.js";
import { quoted } from "../core/wording.js";
import { CsvGrammar } from "./csv.js";
import { RangeFault } from "./fault.js";
import type { Grammar, TextFormat } from "./grammar.js";
import { NdjsonGrammar } from "./ndjson.js";

/** A grammar for each format. @param columns The names of the columns, where no header names them. */
export const GRAMMARS: Readonly<Record<TextFormat, (columns?: string) => Grammar>> = {
  csv: (columns) => new CsvGrammar(columns),
  ndjson: () => new NdjsonGrammar(),
};

/** The grammar of a text, from its first line on. @throws {TypeError} @throws {RangeError} The columns make no range, or are for another format. */
export function grammarOf(format: TextFormat, columns: unknown): Grammar {
  if (columns === undefined) return GRAMMARS[format]();
  if (typeof columns !== "string") throw new TypeError(expected("columns", "a string", columns));
  if (format !== "csv") throw new RangeError(`${quoted("columns")} is for csv, the format is ${format}`);
  try {
    return GRAMMARS.csv(columns);
  } catch (cause) {
    if (!(cause instanceof RangeFault)) throw cause;
    throw new RangeError(`${quoted("columns")} ${cause.message}`, { cause });
  }
}
