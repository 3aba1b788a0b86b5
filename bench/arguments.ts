/** What the words behind `npm run bench --` ask for. */
export type BenchRequest =
  | {
      readonly kind: "run";
      readonly quick: boolean;
      readonly names: readonly string[];
      /** The file that gets every row as data. */
      readonly json: string | undefined;
    }
  | { readonly kind: "report"; readonly quick: boolean; readonly folder: string }
  | Help
  | Mistake;

/** What the words behind `npm run bench:compare --` ask for. */
export type CompareRequest =
  | { readonly kind: "compare"; readonly paths: readonly string[]; readonly missedOnly: boolean }
  | Help
  | Mistake;

interface Help {
  readonly kind: "help";
}

interface Mistake {
  readonly kind: "mistake";
  readonly message: string;
}

/**
 * Reads the words.
 *
 * @param known The suites there are; none named means all but those of `byName`.
 */
export function benchRequest(
  words: readonly string[],
  known: readonly string[],
  byName: readonly string[] = [],
): BenchRequest {
  if (isHelp(words)) return { kind: "help" };
  const report = takeValue(words, "--report", "a folder");
  if (report.message !== undefined) return mistake(report.message);
  const json = takeValue(report.others, "--json", "a file");
  if (json.message !== undefined) return mistake(json.message);
  const { flags, names, unknown: option } = sorted(json.others, ["--quick"]);
  if (option !== undefined) {
    return mistake(`unknown option ${option}: expected --quick, --json, --report or --help`);
  }
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) return mistake(`unknown suite ${unknown.join(", ")}: expected ${known.join(", ")}`);
  const quick = flags.length > 0;
  if (report.value === undefined) {
    const all = known.filter((name) => !byName.includes(name));
    return { kind: "run", quick, names: names.length > 0 ? names : all, json: json.value };
  }
  if (json.value !== undefined) return mistake("--report expected no --json beside it: the report has a race.json");
  if (names.length === 0) return { kind: "report", quick, folder: report.value };
  return mistake(`--report expected no suite beside it, got ${names.join(", ")}`);
}

/** Reads the words. */
export function compareRequest(words: readonly string[]): CompareRequest {
  if (isHelp(words)) return { kind: "help" };
  const { flags, names, unknown } = sorted(words, ["--missed"]);
  if (unknown !== undefined) return mistake(`unknown option ${unknown}: expected --missed or --help`);
  if (names.length === 0) return mistake("expected files of npm run bench -- --json, got none");
  return { kind: "compare", paths: names, missedOnly: flags.length > 0 };
}

/** @param known The suites there are. @param byName Those that run only where they are named. */
export function benchUsage(known: readonly string[], byName: readonly string[] = []): string {
  const all = byName.length === 0 ? "all" : `all but ${byName.join(", ")}`;
  return `npm run bench [-- SUITE …] [--quick] [--json FILE]
npm run bench -- --report DIR [--quick]

  SUITE         ${known.join(", ")}; default: ${all}
  --json FILE   every bar as data, for npm run bench:compare; written when all suites have run
  --report DIR  the race of the site's page, in this runtime: DIR/race.json, race.md and race.svg
  --quick       smaller sizes and less time, to see that all of it runs
  --help        this text`;
}

export const COMPARE_USAGE = `npm run bench:compare -- FILE … [--missed]

  FILE      what npm run bench -- --json wrote: a column each; a figure stands beside the bar that the figure must reach
  --missed  only the bars that a run missed, which else come first
  --help    this text`;

function isHelp(words: readonly string[]): boolean {
  return words.includes("--help") || words.includes("-h");
}

function mistake(message: string): Mistake {
  return { kind: "mistake", message };
}

/** An option with its value, and the words beside both. */
interface Taken {
  readonly value?: string;
  readonly others: readonly string[];
  /** What is wrong with the option. */
  readonly message?: string;
}

/** @param what The value, in words. */
function takeValue(words: readonly string[], option: string, what: string): Taken {
  const at = words.indexOf(option);
  if (at === -1) return { others: words };
  const value = words[at + 1];
  const others = [...words.slice(0, at), ...words.slice(at + 2)];
  if (value === undefined || value.startsWith("-")) return { others, message: `${option} expected ${what} after it` };
  if (others.includes(option)) return { others, message: `${option} expected once` };
  return { value, others };
}

/** Tells options without a value from names. */
function sorted(words: readonly string[], known: readonly string[]) {
  const flags = words.filter((word) => word.startsWith("-"));
  const names = words.filter((word) => !word.startsWith("-"));
  return { flags, names, unknown: flags.find((word) => !known.includes(word)) };
}
