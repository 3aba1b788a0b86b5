import { CsvGrammar } from "./csv.js";
import type { Grammar, TextFormat } from "./grammar.js";
import { NdjsonGrammar } from "./ndjson.js";

/** A grammar for each format. @param columns The names of the columns, where no header names them. */
export const GRAMMARS: Readonly<Record<TextFormat, (columns?: string) => Grammar>> = {
  csv: (columns) => new CsvGrammar(columns),
  ndjson: () => new NdjsonGrammar(),
};
