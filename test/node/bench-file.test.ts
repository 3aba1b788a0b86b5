/** The file of `npm run bench -- --json`; no time is measured here. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { type BenchRow, benchJson, FORMAT, limitText, meets, parseBench } from "../../bench/bench-file.js";
import { resultFile } from "../../bench/result-file.js";
import { benchFile, benchRow } from "../support/bench-file.js";
import { REPOSITORY } from "../support/bundle.js";

const root = mkdtempSync(join(tmpdir(), "segring-bench-file-"));
let folder = root;
beforeEach(() => {
  folder = mkdtempSync(join(root, "case-"));
});
afterAll(() => rmSync(root, { recursive: true }));

/** The parsed JSON of a file, to be spoilt. */
interface Loose {
  machine: Record<string, unknown>;
  rows?: Record<string, unknown>[];
}

function spoilt(spoil: (file: Loose) => void): string {
  const file = JSON.parse(benchJson(benchFile([benchRow(), benchRow({ row: "0 %" })]))) as Loose;
  spoil(file);
  return JSON.stringify(file);
}

const set = (object: object, fields: object) => Object.assign(object, fields);
/** The file with other fields in its second row. */
const row = (fields: object) => spoilt(({ rows }) => set(rows?.[1] as object, fields));
const ANOTHER = `a.json: expected a file of npm run bench -- --json, whose "format" is ${FORMAT}`;

describe("a run as JSON", () => {
  it("is read as it was written", () => {
    const rows = [
      benchRow(),
      benchRow({ row: "0 %", value: 3 }),
      benchRow({ suite: "init", kind: "min", unit: " kB" }),
    ];
    for (const quick of [false, true]) {
      const file = benchFile(rows, { quick, suites: ["records", "init"] });
      expect(parseBench(benchJson(file), "a.json")).toEqual(file);
    }
    expect(parseBench(benchJson(benchFile([])), "a.json").rows).toEqual([]);
  });

  it("keeps figures that JSON has no number for", () => {
    const rows = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value, at) =>
      benchRow({ row: `${at}`, value }),
    );
    expect(rows.map(({ met }) => met)).toEqual([false, false, true]);
    expect(parseBench(benchJson(benchFile(rows)), "a.json").rows).toEqual(rows);
  });

  it.each([
    ["nothing", "", /^a\.json: expected JSON: /],
    ["a part", "{", /^a\.json: expected JSON: /],
    ["an array", "[]", ANOTHER],
    ["null", "null", ANOTHER],
    ["a file of something else", '{"format":"segring-race-1"}', ANOTHER],
    ["no rows", spoilt((file) => delete file.rows), "a.json: rows expected array, got undefined"],
    ["no machine", spoilt((file) => set(file, { machine: null })), "a.json: machine expected object, got null"],
    ["suites as an object", spoilt((file) => set(file, { suites: {} })), "a.json: suites expected array, got object"],
    ["no V8", spoilt(({ machine }) => delete machine.v8), "a.json: machine.v8 expected string, got undefined"],
    [
      "cores as text",
      spoilt(({ machine }) => set(machine, { cores: "2" })),
      "a.json: machine.cores expected number, got string",
    ],
    ["a number as a row", spoilt(({ rows }) => rows?.push(7 as never)), "a.json: rows[2] expected an object, got 7"],
    [
      "a row without limit",
      spoilt(({ rows }) => delete rows?.[1]?.limit),
      "a.json: rows[1].limit expected number, got undefined",
    ],
    ["a figure that is null", row({ value: null }), "a.json: rows[1].value expected number, got null"],
    ["another kind", row({ kind: "most" }), 'a.json: rows[1].kind expected min or max, got "most"'],
    ["a bar that is met, and says not", row({ met: false }), "a.json: rows[1].met expected true, by value and limit"],
    [
      "a row twice",
      row({ row: "100 %" }),
      'a.json: rows[1] expected a bar that is not there yet, got ["records","100 %","wasm/C"] again',
    ],
  ])("is refused: %s", (_, text, message) => {
    expect(() => parseBench(text, "a.json")).toThrow(message);
  });
});

describe("a bar", () => {
  it.each([
    ["max", 2, 2, true],
    ["max", 2.01, 2, false],
    ["min", 2, 2, true],
    ["min", 1.99, 2, false],
    ["min", Number.NaN, 2, false],
    ["max", Number.NaN, 2, false],
  ] as const)("%s: %d against %d", (kind, value, limit, expected) => {
    expect(meets({ kind, value, limit } satisfies Partial<BenchRow>)).toBe(expected);
  });

  it("shows a limit that was measured in short", () => {
    expect(limitText({ kind: "max", limit: 14.30000001 })).toBe("<= 14.3");
    expect(limitText({ kind: "min", limit: 4 })).toBe(">= 4");
  });
});

describe("the file of a run", () => {
  it("is there when all is written, and nothing beside it", () => {
    const path = join(folder, "run.json");
    const write = resultFile(path);
    expect(readdirSync(folder)).toEqual([]);
    write("all of it");
    expect(readdirSync(folder)).toEqual(["run.json"]);
    expect(readFileSync(path, "utf8")).toBe("all of it");
  });

  it("keeps what it held until then, and follows a link", () => {
    const [path, link] = [join(folder, "run.json"), join(folder, "link.json")];
    writeFileSync(path, "before");
    symlinkSync("run.json", link);
    const write = resultFile(link);
    expect(readFileSync(path, "utf8")).toBe("before");
    write("after");
    expect(readFileSync(path, "utf8")).toBe("after");
    expect(readFileSync(link, "utf8")).toBe("after");
    expect(readdirSync(folder).sort()).toEqual(["link.json", "run.json"]);
  });

  it("leaves nothing half written where the rename fails", () => {
    const path = join(folder, "run.json");
    const write = resultFile(path);
    mkdirSync(path);
    expect(() => write("all of it")).toThrow();
    expect(readdirSync(folder)).toEqual(["run.json"]);
    expect(readdirSync(path)).toEqual([]);
  });

  it("is refused before anything runs where it cannot be", () => {
    writeFileSync(join(folder, "file"), "");
    for (const [path, message] of [
      [folder, /is a directory$/],
      [join(folder, "none", "run.json"), /run\.json: folder .*none: /],
      [join(folder, "file", "run.json"), /run\.json: folder .*file: not a directory$/],
      ["/dev/null", /^\/dev\/null: expected a file, got a device$/],
    ] as const) {
      expect(() => resultFile(path)).toThrow(message);
    }
  });
});

describe("npm run bench -- --json", () => {
  const bench = (...words: string[]) => {
    const node = ["--expose-gc", "--import", "tsx", "bench/index.ts", ...words];
    return spawnSync(process.execPath, node, { cwd: REPOSITORY, encoding: "utf8" });
  };

  it("writes every bar that it shows", () => {
    const path = join(folder, "run.json");
    const { stdout, stderr, status } = bench("init", "--quick", "--json", path);
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    const { quick, suites, rows, machine } = parseBench(readFileSync(path, "utf8"), "run.json");
    expect({ quick, suites }).toEqual({ quick: true, suites: ["init"] });
    expect(stdout).toContain(machine.model);
    expect(machine.node).toBe(process.version);
    expect(rows.length).toBeGreaterThan(1);
    for (const { suite, label } of rows) {
      expect(suite).toBe("init");
      expect(stdout).toContain(` ${label} `);
    }
    expect(readdirSync(folder)).toEqual(["run.json"]);
  });

  it("runs nothing where the file cannot be written", () => {
    const { stdout, stderr, status } = bench("init", "--json", join(folder, "none", "run.json"));
    expect({ stdout, status }).toEqual({ stdout: "", status: 2 });
    expect(stderr).toMatch(/run\.json: folder .*none: .*\n$/);
  });
});
