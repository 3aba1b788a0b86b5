/** Unions of records that lie in the mapper's memory, sorted and not, against JavaScript, C++ and coalescing; hostile inputs. */
import { createMapperSync, packedRecords, type SegmentMapper, type SegmentTable } from "../dist/index.js";
import { uniteObjects } from "../site/rooms/race/loops.js";
import { median } from "../site/rooms/race/statistics.js";
import { hashRecords } from "./bigint.js";
import { type Bar, compare, showBar } from "./harness.js";
import { buildCxx, runC, scratchFile } from "./native.js";
import { DENSITIES, fillRecords, HOSTILE, shuffleRecords } from "./workloads.js";

/** The bars are for this many records: caches make fewer of them another matter. */
const BAR_RECORDS = 1_000_000;

/** Everything that the rows of one table are measured with. */
interface Setting {
  readonly count: number;
  readonly wasm: SegmentMapper;
  readonly js: SegmentMapper;
  readonly cxx: string | undefined;
  readonly bytes: Uint8Array;
}

export function benchUnion(count: number): void {
  const cxx = buildCxx();
  if (cxx === undefined) console.log("no C++ compiler: its rows are left out");
  const wasm = createMapperSync({ engine: "wasm" });
  const js = createMapperSync({ engine: "js" });
  const words = new Uint32Array(4 * count);
  const setting = { count, wasm, js, cxx, bytes: new Uint8Array(words.buffer) };
  for (const order of ["shuffled", "sorted"] as const) {
    console.log(`\nunion, ${count} ${order} records in the mapper's memory, ns a record`);
    for (const density of DENSITIES) {
      fillRecords(words, density);
      if (order === "shuffled") shuffleRecords(words);
      compareUnions(setting, order, density);
    }
  }
  benchHostile(count / 2);
  wasm.close();
  js.close();
}

/** One row: the records are in `bytes`. */
function compareUnions(setting: Setting, order: "shuffled" | "sorted", density: number): void {
  const { count, wasm, js, bytes } = setting;
  const records = wasm.input(count);
  records.bytes.set(bytes);
  const table = wasm.union(records);
  const same = checkAgainst(table, density);
  const other = js.union(packedRecords(bytes));
  same("js", other.length, hashRecords(other.words, other.length));
  const times = compare(
    [
      { name: "wasm", run: () => wasm.union(records) },
      { name: "coalesce", run: () => wasm.coalesce(records) },
      { name: "js", run: () => js.union(packedRecords(bytes)) },
    ],
    { rounds: 5, seconds: 0.4 },
  );
  const ns = (name: string) => ((times.get(name) as number) / count) * 1e9;
  const row = `union ${count} ${order} ${density} %`;
  const shown = [`wasm ${ns("wasm").toFixed(2)}`, `js ${ns("js").toFixed(2)}`];
  const bars = [];
  if (order === "sorted") {
    shown.push(`coalesce ${ns("coalesce").toFixed(2)}`);
    bars.push(showBar({ label: "wasm/coalesce", value: ns("wasm") / ns("coalesce"), limit: 1.5, kind: "max" }, row));
  } else {
    bars.push(show(count, { label: "js/wasm", value: ns("js") / ns("wasm"), limit: 1.8, kind: "min" }, row));
    const others = [objectsNs(setting, same), ...cxxNs(setting, same, density)];
    for (const { name, perRecord, limit } of others) {
      shown.push(`${name} ${perRecord.toFixed(1)}`);
      bars.push(show(count, { label: `${name}/wasm`, value: perRecord / ns("wasm"), limit, kind: "min" }, row));
    }
  }
  console.log(
    `  ${String(density).padStart(3)} %  ${table.length} segments  ${shown.join("  ")}  | ${bars.join("  ")}`,
  );
}

function show(count: number, bar: Bar, row: string): string {
  return count >= BAR_RECORDS ? showBar(bar, row) : `${bar.label} ${bar.value.toFixed(2)}x`;
}

type Check = (name: string, segments: number, hash: number) => void;

/** @throws {Error} Another answer than this table. */
function checkAgainst(table: SegmentTable, density: number): Check {
  const hash = hashRecords(table.words, table.length);
  return (name, segments, found) => {
    if (segments !== table.length || found !== hash) throw new Error(`${name} gives another answer at ${density} %`);
  };
}

/** Another way to unite the records, and how much faster the kernel has to be. */
interface Other {
  readonly name: string;
  readonly perRecord: number;
  readonly limit: number;
}

function objectsNs({ count, wasm, bytes }: Setting, same: Check): Other {
  const words = new Uint32Array(bytes.buffer);
  const rows = Array.from({ length: count }, (_, i) => ({
    addr: (words[4 * i + 1] as number) * 2 ** 32 + (words[4 * i] as number),
    length: words[4 * i + 2] as number,
  }));
  // A run above 4 GiB is one object.
  const objects = wasm.union(uniteObjects(rows));
  same("objects", objects.length, hashRecords(objects.words, objects.length));
  const times = compare([{ name: "objects", run: () => uniteObjects(rows) }], { rounds: 1, seconds: 0.1 });
  return { name: "objects", perRecord: ((times.get("objects") as number) / count) * 1e9, limit: 40 };
}

/** None where there is no compiler. */
function cxxNs({ count, cxx, bytes }: Setting, same: Check, density: number): Other[] {
  if (cxx === undefined) return [];
  const file = scratchFile(bytes);
  const run = runC(cxx, file.path, 7);
  file.remove();
  // C++ does not split, so its answer is compared where nothing is above 4 GiB.
  if (density > 0) same("C++", run.segments, run.hash);
  return [{ name: "C++", perRecord: median(run.rounds) / count, limit: 4 }];
}

/** Time for twice as many of the same kind, over what copying twice the bytes takes: records leave caches as they grow. */
function benchHostile(count: number): void {
  console.log(`\nunion of hostile records into a target, ${count} and twice as many, ns a record`);
  const target = new Uint32Array(8 * count + 64).fill(1);
  const bytes = new Uint8Array(target.buffer);
  for (const engine of ["wasm", "js"] as const) {
    const mapper = createMapperSync({ engine });
    for (const [name, recordOf] of Object.entries(HOSTILE)) {
      const [once, twice] = [count, 2 * count].map((n) => {
        const wide = new BigUint64Array(2 * n);
        for (let i = 0; i < n; i++) [wide[2 * i], wide[2 * i + 1]] = recordOf(i, n);
        return new Uint8Array(wide.buffer);
      }) as [Uint8Array, Uint8Array];
      const times = compare(
        [
          { name: "once", run: () => mapper.unionInto(packedRecords(once), target) },
          { name: "twice", run: () => mapper.unionInto(packedRecords(twice), target) },
          { name: "copy once", run: () => bytes.set(once) },
          { name: "copy twice", run: () => bytes.set(twice) },
        ],
        { rounds: 3, seconds: 0.1 },
      );
      const seconds = (which: string) => times.get(which) as number;
      const growth = seconds("twice") / seconds("once");
      const copying = seconds("copy twice") / seconds("copy once");
      const ns = (seconds("twice") / (2 * count)) * 1e9;
      const bar = { label: "2N/N over copy", value: growth / Math.max(copying, 2), limit: 1.3, kind: "max" } as const;
      console.log(
        `  ${engine.padEnd(4)} ${name.padEnd(20)} ${ns.toFixed(2)}  2N/N ${growth.toFixed(2)}  copy ${copying.toFixed(2)}  | ${showBar(bar, `hostile ${name} ${engine}`)}`,
      );
    }
    mapper.close();
  }
}
