/** What the words behind `npm run bench --` ask for. */
export type BenchRequest =
  | { readonly kind: "run"; readonly quick: boolean; readonly names: readonly string[] }
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
  const options = words.filter((word) => word.startsWith("-"));
  const option = options.find((word) => word !== "--quick");
  if (option !== undefined) return { kind: "mistake", message: `unknown option ${option}: expected --quick or --help` };
  const names = words.filter((word) => !word.startsWith("-"));
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    return { kind: "mistake", message: `unknown suite ${unknown.join(", ")}: expected ${known.join(", ")}` };
  }
  const others = known.filter((name) => !byName.includes(name));
  return { kind: "run", quick: options.length > 0, names: names.length > 0 ? names : others };
}

/** @param known The suites there are. @param byName Those that run only where they are named. */
export function benchUsage(known: readonly string[], byName: readonly string[] = []): string {
  const all = byName.length === 0 ? "all" : `all but ${byName.join(", ")}`;
  return `npm run bench [-- SUITE …] [--quick]

  SUITE    ${known.join(", ")}; default: ${all}
  --quick  smaller sizes, to see that all of it runs
  --help   this text`;
}
