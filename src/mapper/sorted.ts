import { expected, show } from "../core/errors.js";
import { isIterable } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { checkTable, isTable } from "../core/table.js";
import { firstUnsorted } from "../engine/sorted-tables.js";

/**
 * The tables, checked.
 *
 * @throws {TypeError} There is something else than tables. @throws {RangeError} A table is not sorted.
 */
export function checkSorted(tables: unknown): SegmentTable[] {
  // A table is an iterable itself, of segments.
  if (!isIterable(tables) || isTable(tables)) throw new TypeError(expected("tables", "an iterable of tables", tables));
  const checked: SegmentTable[] = [];
  for (const table of tables) {
    const name = `tables[${checked.length}]`;
    checkTable(name, table);
    const index = firstUnsorted(table);
    if (index !== undefined) throw notSorted(name, table, index);
    checked.push(table);
  }
  return checked;
}

function notSorted(name: string, table: SegmentTable, index: number): RangeError {
  const before = shown(table, index - 1);
  return new RangeError(
    `"${name}" expected segments by address, flags, length: segment ${index} (${shown(table, index)}) belongs before segment ${index - 1} (${before})`,
  );
}

function shown(table: SegmentTable, index: number): string {
  return `${show(table.addr(index))}, flags 0x${table.flags(index).toString(16)}, length ${table.size(index)}`;
}
