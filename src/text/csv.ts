import { quote } from "../core/errors.js";
import { type Columns, columnsOf, isHeader, USUAL_COLUMNS } from "./csv-columns.js";
import { type Field, fieldsOf, isPassedOver, separatorOf } from "./csv-fields.js";
import { RangeFault } from "./fault.js";
import type { Grammar, PlainLines } from "./grammar.js";
import { parseRange, parseU64, type WholeRange } from "./range.js";

/**
 * Lines of fields. The first line that is neither blank nor a comment says which separator stands between two fields, and
 * whether there is a header: a line in which a field is called as one of our columns.
 */
export class CsvGrammar implements Grammar {
  plain: PlainLines | undefined;
  readonly #given: Columns | undefined;
  #columns: Columns = USUAL_COLUMNS;
  /** Undefined before the first line. */
  #separator: string | undefined;

  /** @param columns As in a header. @throws {RangeFault} They make no range. */
  constructor(columns?: string) {
    this.#given = columns === undefined ? undefined : columnsOf(fieldsOf(columns, separatorOf(columns) ?? ","));
  }

  parse(line: string): WholeRange | undefined {
    if (isPassedOver(line)) return undefined;
    if (this.#separator === undefined) return this.#first(line);
    return this.#range(line, fieldsOf(line, this.#separator));
  }

  #first(line: string): WholeRange | undefined {
    const separator = separatorOf(line) ?? ",";
    const fields = fieldsOf(line, separator);
    const header = this.#given === undefined ? isHeader(fields) : this.#isAHeader(fields, this.#given);
    this.#columns = this.#given ?? (header ? columnsOf(fields) : USUAL_COLUMNS);
    this.#separator = separator;
    this.plain = plainOf(this.#columns, separator);
    return header ? undefined : this.#range(line, fields);
  }

  /** Where the caller names the columns, a header may call them anything: what is needed begins with no digit. */
  #isAHeader(fields: readonly Field[], { addr, length }: Columns): boolean {
    return [addr, length].every((index) => /^[^0-9]/.test(fields[index]?.text ?? ""));
  }

  #range(line: string, fields: readonly Field[]): WholeRange {
    const { addr, length, isEnd, flags, count, text } = this.#columns;
    const [start, bytes] = [fields[addr], fields[length]];
    if (start === undefined || bytes === undefined || fields.length > count) {
      throw new RangeFault(fields[count]?.at ?? 0, `expected ${text}, got ${quote(line.trim())}`);
    }
    const bits = fields[flags];
    return parseRange(start, bytes, isEnd, bits?.text === "" ? undefined : bits);
  }
}

/** Whether a text whose first line is this one is CSV: a header with a name of ours, or two numbers. */
export function looksLikeCsv(line: string): boolean {
  const separator = separatorOf(line);
  if (separator === undefined) return false;
  try {
    const fields = fieldsOf(line, separator);
    return isHeader(fields) || fields.slice(0, 2).every(({ text }) => parseU64(text) !== undefined);
  } catch {
    return false;
  }
}

/** What kernels read: our columns first, in their usual order, and none of others. */
function plainOf({ addr, length, isEnd, flags, count }: Columns, separator: string): PlainLines | undefined {
  const hasFlags = flags === 2;
  if (addr !== 0 || length !== 1 || count !== (hasFlags ? 3 : 2)) return undefined;
  return { separator: separator.charCodeAt(0), isEnd, hasFlags };
}
