import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { benchRequest, benchUsage, compareRequest } from "../../bench/arguments.js";
import { REPOSITORY } from "../support/bundle.js";

const KNOWN = ["init", "ring"];

describe("npm run bench", () => {
  it("runs all suites, or those that are named", () => {
    expect(benchRequest([], KNOWN)).toEqual({ kind: "run", quick: false, names: KNOWN });
    expect(benchRequest(["ring", "--quick"], KNOWN)).toEqual({ kind: "run", quick: true, names: ["ring"] });
  });

  it("runs some suites only where they are named", () => {
    expect(benchRequest(["--quick"], KNOWN, ["ring"])).toEqual({ kind: "run", quick: true, names: ["init"] });
    expect(benchRequest(["ring"], KNOWN, ["ring"])).toEqual({ kind: "run", quick: false, names: ["ring"] });
    expect(benchUsage(KNOWN, ["ring"])).toContain("init, ring; default: all but ring\n");
  });

  it("starts nothing where help is asked for, or a word is not known", () => {
    for (const words of [["--help"], ["-h"], ["ring", "--help"], ["--nothing", "--help"]]) {
      expect(benchRequest(words, KNOWN)).toEqual({ kind: "help" });
    }
    const suite = (name: string) => ({ kind: "mistake", message: `unknown suite ${name}: expected init, ring` });
    expect(benchRequest(["ring", "rings", "toString"], KNOWN)).toEqual(suite("rings, toString"));
    for (const option of ["--quik", "-q", "--", "-"]) {
      const message = `unknown option ${option}: expected --quick, --json, --report or --help`;
      expect(benchRequest(["ring", option], KNOWN)).toEqual({ kind: "mistake", message });
    }
    expect(benchUsage(KNOWN)).toContain("init, ring; default: all");
  });

  it("writes a report to a folder, and runs no suite beside it", () => {
    const report = (folder: string, quick: boolean) => ({ kind: "report", quick, folder });
    expect(benchRequest(["--report", "out"], KNOWN)).toEqual(report("out", false));
    expect(benchRequest(["--quick", "--report", "ring"], KNOWN)).toEqual(report("ring", true));
    for (const words of [["--report"], ["--report", "--quick"]]) {
      const message = "--report expected a folder after it";
      expect(benchRequest(words, KNOWN)).toEqual({ kind: "mistake", message });
    }
    const message = "--report expected no suite beside it, got ring";
    expect(benchRequest(["ring", "--report", "out"], KNOWN)).toEqual({ kind: "mistake", message });
  });

  it("writes its bars to a file, beside suites or all of them", () => {
    const run = (names: readonly string[], quick = false) => ({ kind: "run", quick, names, json: "out.json" });
    expect(benchRequest(["--json", "out.json"], KNOWN)).toEqual(run(KNOWN));
    expect(benchRequest(["ring", "--json", "out.json", "--quick"], KNOWN)).toEqual(run(["ring"], true));
    // A name of a suite behind the option is a file.
    expect(benchRequest(["--json", "ring"], KNOWN)).toEqual({ ...run(KNOWN), json: "ring" });
  });

  it.each([
    [["--json"], "--json expected a file after it"],
    [["--json", "--quick"], "--json expected a file after it"],
    [["--json", "a", "--json", "b"], "--json expected once"],
    [["--report", "a", "--report", "b"], "--report expected once"],
    [["--report", "a", "--json", "b"], "--report expected no --json beside it: the report has a race.json"],
  ])("refuses %j", (words, message) => {
    expect(benchRequest(words, KNOWN)).toEqual({ kind: "mistake", message });
  });

  it.each([
    [
      "--help",
      0,
      /^npm run bench \[-- SUITE …\].*\n {2}SUITE {9}init, .*tables, draw, cli, race, embed, page; default: all but race, embed, page\n/s,
      /^$/,
    ],
    ["toString", 2, /^$/, /^unknown suite toString: expected init, .*tables, draw, cli, race, embed, page\n$/],
    ["--quik", 2, /^$/, /^unknown option --quik: expected --quick, --json, --report or --help\n$/],
  ])("as a process: %s", (word, code, stdout, stderr) => {
    const words = ["--expose-gc", "--import", "tsx", "bench/index.ts", word];
    // A bench that starts would run for minutes: it is ended, and the test fails.
    const options = { cwd: REPOSITORY, encoding: "utf8", timeout: 60_000, killSignal: "SIGKILL" } as const;
    const result = spawnSync(process.execPath, words, options);
    expect(result.stderr).toMatch(stderr);
    expect(result.stdout).toMatch(stdout);
    expect(result.status).toBe(code);
  });
});

describe("npm run bench:compare", () => {
  it("takes files, and may show the missed bars alone", () => {
    const compare = (missedOnly: boolean) => ({ kind: "compare", paths: ["a.json", "b.json"], missedOnly });
    expect(compareRequest(["a.json", "b.json"])).toEqual(compare(false));
    expect(compareRequest(["a.json", "--missed", "b.json"])).toEqual(compare(true));
    expect(compareRequest(["a.json", "-h"])).toEqual({ kind: "help" });
  });

  it.each([
    [[], "expected files of npm run bench -- --json, got none"],
    [["--missed"], "expected files of npm run bench -- --json, got none"],
    [["a.json", "--quick"], "unknown option --quick: expected --missed or --help"],
  ])("refuses %j", (words, message) => {
    expect(compareRequest(words)).toEqual({ kind: "mistake", message });
  });
});
