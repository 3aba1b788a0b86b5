/**
 * npm run test:model: checks the models of the ring's protocol in docs/model, every reachable state of them, and that
 * each mutant is rejected, for a reason that is printed. Needs Debian's `spin` and `gcc`.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Run {
  readonly model: "ring" | "checkpoint";
  readonly options: readonly string[];
}

const ring = (...options: string[]): Run => ({ model: "ring", options });
const checkpoint = (...options: string[]): Run => ({ model: "checkpoint", options });

/** Must have no error in any state. */
const PROTOCOL: readonly Run[] = [
  ...["1", "2", "4"].flatMap((capacity) => [
    ring(`CAPACITY=${capacity}`),
    ring(`CAPACITY=${capacity}`, "ABORT"),
    ring(`CAPACITY=${capacity}`, "IDLE"),
    ring(`CAPACITY=${capacity}`, "KILLS=1"),
  ]),
  ring("CAPACITY=1", "KILLS=2"),
  ring("CAPACITY=2", "KILLS=2"),
  ring("CAPACITY=1", "KILLS=1", "IDLE"),
  ring("CAPACITY=2", "KILLS=1", "IDLE"),
  checkpoint("OUTPUT=1", "KILLS=2"),
  checkpoint("OUTPUT=2", "KILLS=2"),
];

/** Must have no cycle: with a stream that ends, everybody does. RECORDS is more than the slots, so both sides wait. */
const BOUNDED: readonly Run[] = [
  ring("CAPACITY=1", "RECORDS=4"),
  ring("CAPACITY=2", "RECORDS=5"),
  ring("CAPACITY=2", "RECORDS=4", "ABORT"),
  ring("CAPACITY=2", "RECORDS=4", "KILLS=1"),
];

/** Must be rejected. */
const MUTANTS: readonly Run[] = [
  ...[
    "PUBLISH_BEFORE_WRITE",
    "FLAG_BEFORE_PUBLISH",
    "PLAIN_TAIL",
    "SLEEP_ON_INDEX",
    "NO_SECOND_TAIL",
    "SEQUENCE_AFTER_CHECK",
    "FLAG_AFTER_LOOK",
    "HEAD_BEFORE_READ",
    "HEAD_AFTER_FLAG",
    "CLOSE_WITHOUT_NOTIFY",
    "CLOSE_WITHOUT_ADD",
    "CLOSE_BEFORE_PUBLISH",
    "NO_ADD",
    "NO_ROOM_CHECK",
    "PUT_STORES_TAIL",
    "SLEEP_UNPUBLISHED",
  ].map((mutant) => ring("CAPACITY=2", mutant)),
  ring("CAPACITY=2", "ABORT", "STATE_BY_STORE"),
  ring("CAPACITY=2", "KILLS=1", "STEAL"),
  ring("CAPACITY=2", "KILLS=1", "NO_KICK"),
  ...[
    "HEAD_BEFORE_TAIL",
    "CHECKPOINT_LAST",
    "HEAD_FIRST",
    "ONE_COPY",
    "NO_DROP",
    "NO_CHECK",
    "NO_TAIL_CHECK",
    "NO_FIRST_COPY",
    "DROP_AND_PUT",
  ].map((mutant) => checkpoint("OUTPUT=1", "KILLS=2", mutant)),
];

for (const tool of ["spin", "cc"]) {
  if (spawnSync(tool, [tool === "spin" ? "-V" : "--version"]).error !== undefined) {
    console.error(`check-model: no ${tool} here; Debian has it: apt-get install spin gcc libc6-dev`);
    process.exit(1);
  }
}

let failed = 0;
for (const run of [...PROTOCOL, ...BOUNDED]) {
  const bounded = BOUNDED.includes(run);
  const { errors, states, complete, unreached } = search(run, bounded);
  // A stream that ends need not wrap nor wait everywhere; the protocol's other runs reach every statement.
  const dead = bounded ? "" : unreached.join(", ");
  const fault = errors ?? (complete ? dead && `never reached: ${dead}` : "the search was not complete");
  if (fault) failed++;
  const fine = bounded ? "no error and no cycle" : "no error in any state, every statement reached";
  print(run, states, fault ? `FAILED: ${fault}` : fine);
}
let rejected = 0;
for (const run of MUTANTS) {
  const { errors, states } = search(run);
  if (errors === undefined) failed++;
  else rejected++;
  print(run, states, errors === undefined ? "FAILED: this mutant was accepted" : `rejected: ${errors}`);
}
const runs = PROTOCOL.length + BOUNDED.length + MUTANTS.length;
console.log(`model: ${runs} runs, ${rejected} of ${MUTANTS.length} mutants rejected`);
process.exit(failed === 0 ? 0 : 1);

interface Found {
  readonly errors: string | undefined;
  readonly states: number;
  readonly complete: boolean;
  readonly unreached: readonly string[];
}

function search({ model, options }: Run, cycles = false): Found {
  const folder = mkdtempSync(join(tmpdir(), "segring-model-"));
  try {
    // By a copy, so that no path of this machine is in what is printed.
    copyFileSync(`docs/model/${model}.pml`, join(folder, "model.pml"));
    const at = { cwd: folder, encoding: "utf8" as const, maxBuffer: 2 ** 28 };
    execFileSync("spin", [...options.map((option) => `-D${option}`), "-a", "model.pml"], at);
    // SAFETY: no search for cycles, whose states would be twice as many. NP: any cycle is one without progress, since
    // no label says what progress is. COLLAPSE: smaller states, none left out.
    execFileSync("cc", ["-O2", cycles ? "-DNP" : "-DSAFETY", "-DCOLLAPSE", "-w", "-o", "pan", "pan.c"], at);
    const { stdout, status } = spawnSync("./pan", ["-m2000000", ...(cycles ? ["-l"] : [])], at);
    if (status !== 0 && !/errors: \d/.test(stdout)) throw new Error(`pan ended with ${status}: ${stdout}`);
    const found = /errors: (\d+)/.exec(stdout)?.[1];
    const what = /pan:\d+: (.*) \(at depth/.exec(stdout)?.[1];
    return {
      errors: found === "0" ? undefined : (what ?? "an error"),
      states: Number(/([\d.e+]+) states, stored/.exec(stdout)?.[1]),
      complete: !/max search depth too small|Search not completed|out of memory/i.test(stdout),
      unreached: unreachedIn(stdout),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Statements that no state leads to. The end of a process that never ends is none. */
function unreachedIn(printed: string): string[] {
  const parts = printed.split(/^unreached in /m).slice(1);
  return parts.flatMap((part) => {
    const where = part.slice(0, part.indexOf("\n"));
    const lines = [...part.matchAll(/model\.pml:(\d+), state \d+, "(.*)"/g)];
    return lines.flatMap(([, line, statement]) =>
      statement === "-end-" && where === "proctype Supervisor" ? [] : [`line ${line} of ${where} (${statement})`],
    );
  });
}

function print({ model, options }: Run, states: number, result: string): void {
  console.log(`${model.padEnd(10)} ${options.join(" ").padEnd(36)} ${String(states).padStart(8)} states  ${result}`);
}
