/** Runs of the bench that nobody measured. */
import { type BenchFile, type BenchRow, FORMAT, meets } from "../../bench/bench-file.js";

/** A bar of the suite "records", at most 2, that is met, but for what `changes` says. */
export function benchRow(changes: Partial<BenchRow> = {}): BenchRow {
  const row = { suite: "records", row: "100 %", label: "wasm/C", value: 1, limit: 2, kind: "max", unit: "x" } as const;
  const changed = { ...row, ...changes };
  return { ...changed, met: changes.met ?? meets(changed) };
}

export function benchFile(rows: readonly BenchRow[], changes: Partial<BenchFile> = {}): BenchFile {
  const machine = {
    model: "Some CPU",
    cores: 2,
    node: "v1.2.3",
    v8: "4.5",
    commit: "abc",
    date: "2026-01-02T03:04:05Z",
  };
  return { format: FORMAT, machine, quick: false, suites: ["records"], rows, ...changes };
}
