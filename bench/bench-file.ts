/** A run of the bench as a file: the machine, and every bar with the figure that the run measured. */

/** A bar, and the figure that a run measured for the bar. */
export interface BenchRow {
  readonly suite: string;
  readonly row: string;
  readonly label: string;
  readonly value: number;
  readonly limit: number;
  /** `min`: at least the limit; `max`: at most. */
  readonly kind: "min" | "max";
  readonly unit: string;
  readonly met: boolean;
}

export interface BenchMachine {
  readonly model: string;
  readonly cores: number;
  readonly node: string;
  readonly v8: string;
  readonly commit: string;
  /** When the run started: ISO 8601, UTC. */
  readonly date: string;
}

export interface BenchFile {
  readonly format: typeof FORMAT;
  readonly machine: BenchMachine;
  /** Smaller sizes: such a run says that the bench works, not how fast the machine is. */
  readonly quick: boolean;
  readonly suites: readonly string[];
  readonly rows: readonly BenchRow[];
}

/** Another layout of the file gets another number. */
export const FORMAT = "segring-bench-1";

/** Figures that JSON has no number for: a contestant that took no time makes a ratio infinite. */
const NOT_FINITE = ["NaN", "Infinity", "-Infinity"];

export function meets({ value, limit, kind }: Pick<BenchRow, "value" | "limit" | "kind">): boolean {
  return kind === "min" ? value >= limit : value <= limit;
}

/** `>= 4`. A limit that the run measured has more digits than anybody reads. */
export function limitText({ limit, kind }: Pick<BenchRow, "limit" | "kind">): string {
  return `${kind === "min" ? ">=" : "<="} ${Number(limit.toFixed(2))}`;
}

export function valueText({ value, unit }: Pick<BenchRow, "value" | "unit">): string {
  return `${value.toFixed(2)}${unit}`;
}

/** What the first line of a run says. */
export function machineText({ model, cores, node, v8, commit }: BenchMachine): string {
  return `${model} x ${cores}, Node ${node}, V8 ${v8}, commit ${commit}`;
}

/** What names a bar in every file. */
export function keyOf({ suite, row, label }: Pick<BenchRow, "suite" | "row" | "label">): string {
  return JSON.stringify([suite, row, label]);
}

export function benchJson(file: BenchFile): string {
  const replaced = (_: string, value: unknown) =>
    typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
  return `${JSON.stringify(file, replaced, 1)}\n`;
}

/** @param name Names the file in messages. @throws {Error} The text is no such file. */
export function parseBench(text: string, name: string): BenchFile {
  const parsed = parseJson(text, name);
  if (!isObject(parsed) || parsed.format !== FORMAT) {
    throw new Error(`${name}: expected a file of npm run bench -- --json, whose "format" is ${FORMAT}`);
  }
  const file = fieldsOf(parsed, FILE, `${name}: `);
  return {
    format: FORMAT,
    machine: fieldsOf(file.machine as object, MACHINE, `${name}: machine.`) as unknown as BenchMachine,
    quick: file.quick as boolean,
    suites: (file.suites as readonly unknown[]).map(String),
    rows: rowsOf(file.rows as readonly unknown[], name),
  };
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${name}: expected JSON: ${(error as Error).message}`, { cause: error });
  }
}

/** The fields of an object, and the type of each. */
type Kinds = Readonly<Record<string, "string" | "number" | "boolean" | "object" | "array">>;

const FILE: Kinds = { machine: "object", quick: "boolean", suites: "array", rows: "array" };

const MACHINE: Kinds = {
  model: "string",
  cores: "number",
  node: "string",
  v8: "string",
  commit: "string",
  date: "string",
};

const ROW: Kinds = {
  suite: "string",
  row: "string",
  label: "string",
  value: "number",
  limit: "number",
  kind: "string",
  unit: "string",
  met: "boolean",
};

/** @throws {Error} A row lacks a field, says something else than its figures, or is there twice. */
function rowsOf(found: readonly unknown[], name: string): BenchRow[] {
  const keys = new Set<string>();
  return found.map((value, at) => {
    const where = `${name}: rows[${at}]`;
    if (!isObject(value)) throw new Error(`${where} expected an object, got ${JSON.stringify(value)}`);
    const row = fieldsOf(value, ROW, `${where}.`) as unknown as BenchRow;
    if (row.kind !== "min" && row.kind !== "max") {
      throw new Error(`${where}.kind expected min or max, got ${JSON.stringify(row.kind)}`);
    }
    if (row.met !== meets(row)) throw new Error(`${where}.met expected ${!row.met}, by value and limit`);
    const key = keyOf(row);
    if (keys.has(key)) throw new Error(`${where} expected a bar that is not there yet, got ${key} again`);
    keys.add(key);
    return row;
  });
}

/** @param where Stands before the name of a field in a message. @throws {Error} A field is missing, or has another type. */
function fieldsOf(object: object, kinds: Kinds, where: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(kinds).map(([key, kind]) => {
      const value = Object.hasOwn(object, key) ? (object as Readonly<Record<string, unknown>>)[key] : undefined;
      if (kind === "number" && NOT_FINITE.includes(value as string)) return [key, Number(value)];
      const found = Array.isArray(value) ? "array" : value === null ? "null" : typeof value;
      if (found !== kind) throw new Error(`${where}${key} expected ${kind}, got ${found}`);
      return [key, value];
    }),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
