/** What `npm run bench:compare` prints of given files. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { benchJson } from "../../bench/bench-file.js";
import { comparison } from "../../bench/comparison.js";
import { benchFile, benchRow } from "../support/bench-file.js";
import { REPOSITORY } from "../support/bundle.js";

const folder = mkdtempSync(join(tmpdir(), "segring-bench-compare-"));
afterAll(() => rmSync(folder, { recursive: true }));

const OTHER = {
  model: "Other",
  cores: 8,
  node: "v2.0.0",
  v8: "5.6",
  commit: "def-dirty",
  date: "2026-02-03T00:00:00Z",
};

describe("bars of several runs", () => {
  it("stand side by side, those that a run missed first", () => {
    const here = benchFile([
      benchRow({ suite: "init", row: "init", label: "wasm binary", value: 8.86, limit: 9.2, unit: " kB" }),
      benchRow({ row: "0 %" }),
      benchRow({ row: "100 %", value: 1.25 }),
      benchRow({ row: "100 %", label: "js/wasm", kind: "min", limit: 4, value: 4.5 }),
    ]);
    const there = benchFile(
      [
        benchRow({ row: "100 %", value: 2.5 }),
        benchRow({ row: "0 %", value: 0.333 }),
        benchRow({ row: "100 %", label: "js/wasm", kind: "min", limit: 4, value: 3.9 }),
      ],
      { machine: OTHER, quick: true },
    );
    const runs = [
      { path: "some/here.json", bench: here },
      { path: "there", bench: there },
    ];
    const legend = [
      "here: Some CPU x 2, Node v1.2.3, V8 4.5, commit abc, 2026-01-02T03:04:05Z: 4 of 4 bars met",
      "there: Other x 8, Node v2.0.0, V8 5.6, commit def-dirty, 2026-02-03T00:00:00Z, quick: 1 of 3 bars met",
      "",
    ];
    const missed = [
      "suite    row    figure       bar     here     there",
      "records  100 %  wasm/C       <= 2    1.25x    2.50x MISSED",
      "records  100 %  js/wasm      >= 4    4.50x    3.90x MISSED",
    ];
    const others = [
      "",
      "init     init   wasm binary  <= 9.2  8.86 kB  -",
      "records  0 %    wasm/C       <= 2    1.00x    0.33x",
    ];
    expect(comparison(runs)).toEqual([...legend, ...missed, ...others]);
    expect(comparison(runs, { missedOnly: true })).toEqual([
      ...legend,
      "suite    row    figure   bar   here   there",
      "records  100 %  wasm/C   <= 2  1.25x  2.50x MISSED",
      "records  100 %  js/wasm  >= 4  4.50x  3.90x MISSED",
    ]);
  });

  it("show their limits where these differ: such a limit was measured, or the code is another", () => {
    const runs = [14.304, 8].map((limit, at) => ({
      path: `${at}.json`,
      bench: benchFile([benchRow({ value: 10, limit }), benchRow({ row: "only", value: at + 1.5 })]),
    }));
    expect(comparison(runs).slice(3)).toEqual([
      "suite    row    figure  bar      0                 1",
      "records  100 %  wasm/C  differs  10.00x (<= 14.3)  10.00x (<= 8) MISSED",
      "records  only   wasm/C  <= 2     1.50x             2.50x MISSED",
    ]);
  });

  it("that no run has in common stand under their own", () => {
    const runs = ["a", "b"].map((row) => ({ path: `${row}.json`, bench: benchFile([benchRow({ row })]) }));
    expect(comparison(runs).slice(3)).toEqual([
      "suite    row  figure  bar   a      b",
      "records  a    wasm/C  <= 2  1.00x  -",
      "records  b    wasm/C  <= 2  -      1.00x",
    ]);
  });

  it("stand under whole paths where the names are alike", () => {
    const runs = ["x/a.json", "y/a.json"].map((path) => ({ path, bench: benchFile([benchRow()]) }));
    expect(comparison(runs)[3]).toBe("suite    row    figure  bar   x/a.json  y/a.json");
  });

  it("may be none", () => {
    const runs = [{ path: "a.json", bench: benchFile([]) }];
    expect(comparison(runs).at(-1)).toBe("no bars");
    const met = [{ path: "a.json", bench: benchFile([benchRow()]) }];
    expect(comparison(met, { missedOnly: true }).at(-1)).toBe("no bar is missed");
  });
});

describe("npm run bench:compare", () => {
  const compare = (...words: string[]) => {
    const node = ["--import", "tsx", "bench/compare.ts", ...words];
    return spawnSync(process.execPath, node, { cwd: REPOSITORY, encoding: "utf8" });
  };

  it("reads files", () => {
    const path = join(folder, "good.json");
    writeFileSync(path, benchJson(benchFile([benchRow({ value: 7 }), benchRow({ row: "0 %" })])));
    const { stdout, stderr, status } = compare(path, path, "--missed");
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    expect(stdout).toMatch(/\nrecords {2}100 % {2}wasm\/C {2}<= 2 {2}7\.00x MISSED +7\.00x MISSED\n$/);
  });

  it("names every file that is none of the bench, and prints no table", () => {
    const [bad, good] = [join(folder, "bad.json"), join(folder, "fine.json")];
    writeFileSync(bad, "{}");
    writeFileSync(good, benchJson(benchFile([benchRow()])));
    const missing = join(folder, "missing.json");
    const { stdout, stderr, status } = compare(good, bad, missing, folder);
    expect({ stdout, status }).toEqual({ stdout: "", status: 1 });
    const [first, second, third, ...rest] = stderr.split("\n");
    expect(first).toMatch(/bad\.json: expected a file of npm run bench -- --json/);
    expect(second).toContain(`${missing}: `);
    expect(third).toContain(`${folder}: `);
    expect(rest).toEqual([""]);
  });

  it.each([
    [["--help"], 0, /^npm run bench:compare -- FILE … \[--missed\]\n/, /^$/],
    [[], 2, /^$/, /^expected files of npm run bench -- --json, got none\n$/],
  ])("as a process: %j", (words, code, stdout, stderr) => {
    const result = compare(...words);
    expect(result.stderr).toMatch(stderr);
    expect(result.stdout).toMatch(stdout);
    expect(result.status).toBe(code);
  });
});
