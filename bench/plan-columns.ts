/** Plans over columns: where a mapper that sorts pays. */
import { createMapperSync } from "../dist/index.js";
import { planColumns, planCopies } from "../dist/plan/columns.js";
import { planReads } from "../dist/plan/index.js";
import { compare } from "./harness.js";
import { fillRecords, shuffleRecords } from "./workloads.js";

const OPTIONS = { maxBytes: 2 ** 45 };

export function benchPlanColumns(count: number): void {
  console.log(`\nplans over columns, ${count} ranges, ns a range`);
  const mapper = createMapperSync({ engine: "wasm" });
  const words = new Uint32Array(4 * count);
  for (const order of ["sorted", "shuffled"] as const) {
    fillRecords(words, 10);
    if (order === "shuffled") shuffleRecords(words);
    const offset = Float64Array.from(
      { length: count },
      (_, i) => (words[4 * i + 1] as number) * 2 ** 32 + (words[4 * i] as number),
    );
    const length = Float64Array.from({ length: count }, (_, i) => words[4 * i + 2] as number);
    const reads = Array.from(offset, (from, i) => ({ offset: from, length: length[i] as number }));
    const columns = { offset, length };
    const requests = planReads(reads, OPTIONS).requestCount;
    if (planColumns(mapper, columns, OPTIONS).requestCount !== requests)
      throw new Error("planColumns gives another answer");
    const copies = { source: offset, destination: offset, length };
    const times = compare(
      [
        { name: "planColumns (wasm)", run: () => planColumns(mapper, columns, OPTIONS) },
        { name: "planReads of columns", run: () => planReads(columns, OPTIONS) },
        { name: "planReads of objects", run: () => planReads(reads, OPTIONS) },
        { name: "planCopies", run: () => planCopies(copies, OPTIONS) },
        { name: "planCopies with a budget", run: () => planCopies(copies, { ...OPTIONS, overfetchBytes: 2 ** 24 }) },
      ],
      { rounds: 3, seconds: 0.2 },
    );
    const shown = [...times].map(([name, seconds]) => `${name} ${((seconds / count) * 1e9).toFixed(1)}`).join("  ");
    console.log(`  ${order.padEnd(8)}  ${requests} requests  ${shown}`);
  }
  mapper.close();
}
