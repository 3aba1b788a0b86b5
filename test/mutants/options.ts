/** What scripts/mutants.ts is asked for. */
import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import type { Mutant } from "./list.js";

export const USAGE = `npm run test:mutants -- [LIST...] [--since REF] [--only TEXT] [--slice I/N] [--every N] [--jobs N] [--list]

LIST         only those of these lists (test/mutants/lists); without one: all
--since REF  only those of files that differ from REF; those of deleted files are stale all the same
--only TEXT  only those whose file or line holds the text
--slice I/N  the I-th of N parts
--every N    each N-th of them: a sample, spread evenly
--jobs N     trees at a time; default 2
--list       prints them and runs none`;

export interface MutantOptions {
  readonly lists: readonly string[];
  readonly since?: string | undefined;
  readonly only?: string | undefined;
  readonly slice?: readonly [part: number, parts: number] | undefined;
  readonly every: number;
  readonly jobs: number;
  readonly list: boolean;
  readonly help: boolean;
}

/** @param lists Those there are. @throws {Error} An argument is unknown, or its value is wrong. */
export function readOptions(args: readonly string[], lists: readonly string[]): MutantOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      since: { type: "string" },
      only: { type: "string" },
      slice: { type: "string" },
      every: { type: "string", default: "1" },
      jobs: { type: "string", default: "2" },
      list: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  for (const name of positionals) {
    if (!lists.includes(name)) throw new Error(`LIST expected one of ${lists.join(", ")}, got ${name}`);
  }
  const jobs = readCount("--jobs", values.jobs);
  const every = readCount("--every", values.every);
  const slice = values.slice === undefined ? undefined : readSlice(values.slice);
  return { ...values, jobs, every, slice, lists: positionals.length === 0 ? lists : positionals };
}

function readCount(name: string, text: string): number {
  const count = Number(text);
  if (!(Number.isInteger(count) && count >= 1)) throw new Error(`"${name}" expected an integer from 1, got ${text}`);
  return count;
}

function readSlice(text: string): [part: number, parts: number] {
  const [part = 0, parts = 0] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).slice(1).map(Number);
  if (!(part >= 1 && part <= parts)) throw new Error(`"--slice" expected I/N with I from 1 to N, got ${text}`);
  return [part, parts];
}

/** Those that are asked for. @throws {Error} There is no such REF. */
export function choose(mutants: readonly Mutant[], { since, only, slice, every }: MutantOptions): Mutant[] {
  let left = [...mutants];
  if (since !== undefined) {
    const changed = changedSince(since);
    left = left.filter(({ file }) => changed.has(file));
  }
  if (only !== undefined) left = left.filter(({ file, line }) => file.includes(only) || line.includes(only));
  if (slice !== undefined) {
    const [part, parts] = slice;
    // Neighbours in the list go to one part: they are of one kernel, with the same tests.
    const place = (share: number) => Math.round((left.length * share) / parts);
    left = left.slice(place(part - 1), place(part));
  }
  return left.filter((_, index) => index % every === 0);
}

/** Files that differ from a commit, by their path in this folder; those that git does not know yet are none. */
function changedSince(ref: string): ReadonlySet<string> {
  try {
    // A REF is never a path or an option.
    const args = ["diff", "--name-only", "--relative", "--end-of-options", ref, "--"];
    return new Set(execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).split("\n"));
  } catch (error) {
    const said = String((error as { stderr?: string }).stderr).split("\n", 1)[0];
    throw new Error(`"--since" expected a commit, got ${ref}: ${said}`);
  }
}
