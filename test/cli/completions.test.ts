/** What real shells offer behind `segring`, by the completions in the package. */
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readTables } from "../../scripts/command-tables.js";
import { REPOSITORY, temporaryFolder } from "./support.js";

const folder = temporaryFolder();
const files = join(folder, "files");
const { commands } = readTables();
const NAMES = commands.map(({ name }) => name);
const optionsOf = (name: string) =>
  commands.find((command) => command.name === name)?.options.flatMap((option) => option.names) ?? [];

beforeAll(() => {
  mkdirSync(files);
  for (const name of ["ranges.csv", "other.records"]) writeFileSync(join(files, name), "");
});

/** Ends what hangs. */
const guard = { timeout: 120_000, killSignal: "SIGKILL" } as const;
const scriptOf = (shell: string) => join(REPOSITORY, `completions/segring.${shell}`);
const isThere = (shell: string) => spawnSync(shell, ["-c", "exit"]).status === 0;

function linesOf({ stdout, stderr, status }: SpawnSyncReturns<string>): string[] {
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  return stdout.split("\n").filter((line) => line !== "");
}

/** What a shell offers for the last word. */
type Complete = (...words: string[]) => string[];

/** bash itself falls back to the files of the folder where the function has no words and leaves the default on. */
const inBash: Complete = (...words) => {
  // bash cuts words at an equals sign.
  const cut = words
    .flatMap((word) => word.split(/(=)/))
    .filter((word, index, all) => word !== "" || index === all.length - 1);
  const script = `source "$1"; shift; compopt() { [[ $* == "+o default" ]] && off=1; }
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _segring; printf '%s\\n' "\${COMPREPLY[@]}"
if [[ \${#COMPREPLY[@]} == 0 && -z $off ]]; then compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"; fi`;
  return linesOf(
    spawnSync("bash", ["-c", script, "bash", scriptOf("bash"), ...cut], { cwd: files, encoding: "utf8", ...guard }),
  );
};

/** A shell in a terminal of its own writes what its completion adds. */
const inZsh: Complete = (...words) => {
  const setup = join(folder, "setup.zsh");
  const out = join(folder, "matches");
  writeFileSync(out, "");
  writeFileSync(
    setup,
    `PROMPT= ; autoload -Uz compinit; compinit -C -d '${join(folder, "compdump")}'; source '${scriptOf("zsh")}'; cd '${files}'
bindkey '^I' complete-word; comppostfuncs=(exit)
compadd() {
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi
  local -a hits; builtin compadd -O hits "$@"; [[ $#hits == 0 ]] || print -rl -- $hits >> '${out}'
  builtin compadd "$@"
}
print READY
`,
  );
  const script = `zmodload zsh/zpty; zpty shell zsh -f -i; zpty -w shell "source '${setup}'"
zpty -r shell text '*READY*'; zpty -w -n shell "$1"$'\\t'; while zpty -r shell text; do :; done; exit 0`;
  const run = spawnSync("zsh", ["-f", "-c", script, "zsh", words.join(" ")], { encoding: "utf8", ...guard });
  expect(run.status).toBe(0);
  return readFileSync(out, "utf8")
    .split("\n")
    .filter((line) => line !== "");
};

const inFish: Complete = (...words) => {
  const script = `source '${scriptOf("fish")}'; complete -C ${JSON.stringify(words.join(" "))}`;
  const env = { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder };
  const run = spawnSync("fish", ["--no-config", "-c", script], { cwd: files, encoding: "utf8", env, ...guard });
  return linesOf(run).map((line) => line.split("\t")[0] as string);
};

/** zsh and fish put the option before a word behind an equals sign. */
const valuesOf = (offered: readonly string[]) => offered.map((word) => word.replace(/^--[\w-]+=(?=.)/, "")).sort();

describe.each([
  ["bash", inBash],
  ["zsh", inZsh],
  ["fish", inFish],
] as const)("%s", (shell, complete) => {
  const there = isThere(shell);

  test.skipIf(!there)("offers commands", () => {
    expect(complete("segring", "")).toEqual(expect.arrayContaining([...NAMES, "help"]));
    expect(complete("segring", "ma")).toEqual(["map"]);
    expect(complete("segring", "p").sort()).toEqual(["pin", "plan", "plot"]);
    expect(complete("segring", "help", "f")).toEqual(["formats"]);
    expect(complete("segring", "nothing-like")).toEqual([]);
  });

  test.skipIf(!there)("offers the options of the command", () => {
    for (const name of ["map", "descriptors"]) {
      const longs = optionsOf(name).filter((option) => option.startsWith("--"));
      const offered = complete("segring", name, "--").map((word) => word.replace(/=$/, ""));
      expect(offered.sort()).toEqual(longs.sort());
    }
    expect(complete("segring", "union", "--ga").map((word) => word.replace(/=$/, ""))).toEqual(["--gap"]);
    expect(complete("segring", "info", "--ga")).toEqual([]);
    expect(complete("segring", "--ver")).toEqual(["--version"]);
  });

  test.skipIf(!there)("offers the words that an option takes, and no others", () => {
    expect(complete("segring", "map", "--to", "").sort()).toEqual(["csv", "json", "ndjson", "records", "table"]);
    expect(complete("segring", "map", "--from", "pf")).toEqual(["pfn64"]);
    expect(complete("segring", "descriptors", "--format", "vi").sort()).toEqual(["virtio-packed", "virtio-split"]);
    expect(valuesOf(complete("segring", "plot", "--theme=d"))).toEqual(["dark"]);
    expect(complete("segring", "map", "--max", "")).toEqual([]);
  });

  test.skipIf(!there)("offers files where the command or the option takes one", () => {
    expect(complete("segring", "map", "ra")).toEqual(["ranges.csv"]);
    expect(complete("segring", "map", "--to", "csv", "ot")).toEqual(["other.records"]);
    expect(complete("segring", "union", "ranges.csv", "o")).toEqual(["other.records"]);
    expect(complete("segring", "map", "-o", "ra")).toEqual(["ranges.csv"]);
    expect(complete("segring", "pin", "ra")).toEqual([]);
  });
});
