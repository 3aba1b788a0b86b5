/** How long the command line takes to start: processes, round by round beside an empty one of Node. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../site/rooms/race/statistics.js";
import { showBar } from "./harness.js";

const MAIN = "dist/cli/main.js";
const EMPTY = "node -e 0";

export function benchCli(quick: boolean): void {
  const folder = mkdtempSync(join(tmpdir(), "segring-bench-"));
  try {
    const file = join(folder, "ranges.csv");
    writeFileSync(file, "0x1000,4096\n0x2000,4096\n0x900000,8192\n");
    const commands: Readonly<Record<string, readonly string[]>> = {
      [EMPTY]: ["-e", "0"],
      "segring --version": [MAIN, "--version"],
      "segring --help": [MAIN, "--help"],
      "segring map, a file of three lines": [MAIN, "map", file],
    };
    const times = timesOf(commands, quick ? 5 : 41);
    const empty = times.get(EMPTY) as number;
    console.log("\ncli: processes, medians");
    for (const [name, time] of times) {
      const label = "of an empty Node";
      const ratio = time / empty;
      const bar = { label, value: ratio, limit: 1.5, kind: "max" } as const;
      const shown = name === "segring --version" ? showBar(bar, `cli ${name}`) : `${label} ${ratio.toFixed(2)}x`;
      console.log(`  ${name}: ${time.toFixed(0)} ms  | ${shown}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Median milliseconds of each. In each round all run once, so that a change of the machine's speed meets all of them. */
function timesOf(commands: Readonly<Record<string, readonly string[]>>, rounds: number): Map<string, number> {
  const samples = new Map(Object.keys(commands).map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, words] of Object.entries(commands)) {
      const start = performance.now();
      const { status } = spawnSync(process.execPath, words, { stdio: "ignore" });
      samples.get(name)?.push(performance.now() - start);
      if (status !== 0) throw new Error(`${name} expected exit code 0, got ${status}`);
    }
  }
  return new Map([...samples].map(([name, times]) => [name, median(times)]));
}
