/** What the words behind `npm run bench --` ask for. */
export type BenchRequest =
  | { readonly kind: "run"; readonly quick: boolean; readonly names: readonly string[] }
  | { readonly kind: "report"; readonly quick: boolean; readonly folder: string }
  | { readonly kind: "help" }
  | { readonly kind: "mistake"; readonly message: string };

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
  if (words.includes("--help") || words.includes("-h")) return { kind: "help" };
  const at = words.indexOf("--report");
  const folder = at === -1 ? undefined : words[at + 1];
  if (at !== -1 && (folder === undefined || folder.startsWith("-"))) {
    return { kind: "mistake", message: "--report expected a folder after it" };
  }
  const others = at === -1 ? words : [...words.slice(0, at), ...words.slice(at + 2)];
  const options = others.filter((word) => word.startsWith("-"));
  const option = options.find((word) => word !== "--quick");
  if (option !== undefined) {
    return { kind: "mistake", message: `unknown option ${option}: expected --quick, --report or --help` };
  }
  const names = others.filter((word) => !word.startsWith("-"));
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    return { kind: "mistake", message: `unknown suite ${unknown.join(", ")}: expected ${known.join(", ")}` };
  }
  const quick = options.length > 0;
  if (folder === undefined) {
    return { kind: "run", quick, names: names.length > 0 ? names : known.filter((name) => !byName.includes(name)) };
  }
  if (names.length === 0) return { kind: "report", quick, folder };
  return { kind: "mistake", message: `--report expected no suite beside it, got ${names.join(", ")}` };
}

/** @param known The suites there are. @param byName Those that run only where they are named. */
export function benchUsage(known: readonly string[], byName: readonly string[] = []): string {
  const all = byName.length === 0 ? "all" : `all but ${byName.join(", ")}`;
  return `npm run bench [-- SUITE …] [--quick]
npm run bench -- --report DIR [--quick]

  SUITE         ${known.join(", ")}; default: ${all}
  --report DIR  the race of the site's page, in this runtime: DIR/race.json, race.md and race.svg
  --quick       smaller sizes, to see that all of it runs
  --help        this text`;
}
