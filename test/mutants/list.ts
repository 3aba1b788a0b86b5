/** The kept list of mutants: faults that somebody could write, and the test files that must see each. */
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** The folder of the lists, a file each. */
export const LISTS = "test/mutants/lists";

/** One fault: a line of a file, or several, and what stands there instead. */
export interface Mutant {
  readonly file: string;
  /** The whole line without its indentation, and the only one in the file; or lines that follow each other. */
  readonly line: string;
  /** What stands there instead; "" drops the line. */
  readonly becomes: string;
  /** Test files in the order they run in; the first that fails kills the mutant. */
  readonly tests: readonly string[];
  /** Why no test can see this one. It is not run. */
  readonly equivalent?: string;
}

/** The lists as they are written: mutants of a file together. */
export interface ListedFile {
  file: string;
  tests: string[];
  mutants: { line: string; becomes: string; tests?: string[]; equivalent?: string }[];
}

/** The families that there are a list of. */
export function families(folder: string): string[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return files.map((name) => name.replace(/\.json$/, "")).sort();
}

/** A list as it is written. */
export function readList(folder: string, family: string): ListedFile[] {
  return JSON.parse(readFileSync(`${folder}/${family}.json`, "utf8"));
}

/** All mutants of these families. */
export function readMutants(folder: string, names: readonly string[]): Mutant[] {
  return names.flatMap((family) =>
    readList(folder, family).flatMap(({ file, tests, mutants }) =>
      mutants.map((mutant) => ({ file, tests, ...mutant })),
    ),
  );
}

/** The place of a mutant's lines in those of its file; undefined where they are not there, or more than once. */
export function placeOf({ line }: Pick<Mutant, "line">, text: string): number | undefined {
  const lines = text.split("\n").map((one) => one.trim());
  const wanted = line.split("\n");
  const places = [...lines.keys()].filter((place) => wanted.every((one, index) => lines[place + index] === one));
  const [first, second] = places;
  return second === undefined ? first : undefined;
}

/** Its lines are in its file, once. */
export function isThere(mutant: Mutant): boolean {
  return existsSync(mutant.file) && placeOf(mutant, readFileSync(mutant.file, "utf8")) !== undefined;
}

/** The text with the fault in it. @throws {Error} The mutant is stale: its line is not there, or not once. */
export function withFault(mutant: Pick<Mutant, "file" | "line" | "becomes">, text: string): string {
  const place = placeOf(mutant, text);
  if (place === undefined) throw new Error(`${mutant.file}: expected one line ${JSON.stringify(mutant.line)}`);
  return text.split("\n").toSpliced(place, mutant.line.split("\n").length, mutant.becomes).join("\n");
}
