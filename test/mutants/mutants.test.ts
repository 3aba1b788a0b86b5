import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { families, isThere, LISTS, readMutants } from "./list.js";
import { choose, readOptions } from "./options.js";
import { Tree } from "./tree.js";

const lists = families(LISTS);
const mutants = readMutants(LISTS, lists);

describe("the kept lists", () => {
  it("have at least 300 mutants, of kernels, engines, ring, texts, parsers and descriptors", () => {
    expect(lists).toEqual(["descriptors", "engines", "kernels", "parsers", "ring", "text"]);
    expect(mutants.filter(({ equivalent }) => equivalent === undefined).length).toBeGreaterThanOrEqual(300);
  });

  it("name lines that are in their files, once: else rewrite the mutant or take it out", () => {
    expect(mutants.filter((mutant) => !isThere(mutant)).map(({ file, line }) => `${file}: ${line}`)).toEqual([]);
  });

  it("name test files that there are", () => {
    expect(mutants.flatMap(({ tests }) => tests).filter((test) => !existsSync(test))).toEqual([]);
  });

  it("have no fault twice, and none that changes nothing", () => {
    const keys = mutants.map(({ file, line, becomes }) => JSON.stringify([file, line, becomes]));
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
    expect(mutants.filter(({ line, becomes }) => line === becomes)).toEqual([]);
  });
});

describe("options", () => {
  const read = (...args: string[]) => readOptions(args, lists);

  it("none: all lists, two trees", () => {
    expect(read()).toMatchObject({ lists, jobs: 2, list: false, help: false });
  });

  it.each([
    [["--frob"], "Unknown option '--frob'"],
    [["rings"], "LIST expected one of descriptors, engines, kernels, parsers, ring, text, got rings"],
    [["--jobs", "0"], '"--jobs" expected an integer from 1, got 0'],
    [["--jobs", "two"], '"--jobs" expected an integer from 1, got two'],
    [["--every", "0"], '"--every" expected an integer from 1, got 0'],
    [["--slice", "0/2"], '"--slice" expected I/N with I from 1 to N, got 0/2'],
    [["--slice", "3/2"], '"--slice" expected I/N with I from 1 to N, got 3/2'],
    [["--slice", "half"], '"--slice" expected I/N with I from 1 to N, got half'],
    [["--since"], "argument missing"],
  ])("%j is refused", (args, message) => {
    expect(() => read(...args)).toThrow(message);
  });

  it("slices are parts of the lists, without a gap and without one twice", () => {
    const parts = ["1/3", "2/3", "3/3"].flatMap((slice) => choose(mutants, read("--slice", slice)));
    expect(parts).toEqual(mutants);
  });

  it("--every takes each N-th", () => {
    expect(choose(mutants, read("--every", "3"))).toEqual(mutants.filter((_, index) => index % 3 === 0));
  });

  it("--only takes what a file's name or a line holds", () => {
    const chosen = choose(mutants, read("--only", "freeLater"));
    expect(chosen.length).toBeGreaterThan(0);
    expect(chosen.every(({ line }) => line.includes("freeLater"))).toBe(true);
  });

  it("--since takes those of files that differ from a commit", () => {
    // The empty tree: every file that git knows differs from it.
    const empty = execFileSync("git", ["hash-object", "-t", "tree", "--stdin"], { input: "", encoding: "utf8" }).trim();
    expect(choose(mutants, read("--since", empty))).toEqual(mutants);
    const stranger = { ...mutants[0], file: "src/unknown.ts" } as (typeof mutants)[number];
    expect(choose([stranger], read("--since", empty))).toEqual([]);
  });

  it.each(["no-such-commit", "--output=x", "src"])("--since of %s, no commit, is refused", (ref) => {
    expect(() => choose(mutants, { ...read(), since: ref })).toThrow(`"--since" expected a commit, got ${ref}: `);
  });
});

describe("a tree", () => {
  it("has the sources, and nothing that was installed or made below them", () => {
    const temporary = mkdtempSync(join(tmpdir(), "segring-tree-"));
    const made = mkdtempSync("test/site/screenshots-");
    const screenshots = join(made, "screenshots");
    mkdirSync(screenshots);
    vi.stubEnv("TMPDIR", temporary);
    const tree = new Tree();
    onTestFinished(() => {
      tree.remove();
      vi.unstubAllEnvs();
      for (const folder of [made, temporary]) rmSync(folder, { recursive: true, force: true });
    });
    tree.fill();
    const [copy] = readdirSync(temporary) as [string];
    expect(existsSync(join(temporary, copy, "test/mutants/mutants.test.ts"))).toBe(true);
    expect(existsSync(join(temporary, copy, made))).toBe(true);
    expect(existsSync(join(temporary, copy, screenshots))).toBe(false);
    expect(existsSync(join(temporary, copy, "test/embed/node_modules"))).toBe(false);
  });
});

describe("scripts/mutants.ts", () => {
  it.each(["SIGTERM", "SIGINT"] as const)("%s ends the run, and leaves no folder", async (signal) => {
    const temporary = mkdtempSync(join(tmpdir(), "segring-signals-"));
    onTestFinished(() => rmSync(temporary, { recursive: true, force: true, maxRetries: 20 }));
    const run = spawn(process.execPath, ["--import", "tsx", "scripts/mutants.ts", "--only", "src/text/lines.ts"], {
      env: { ...process.env, TMPDIR: temporary },
      stdio: "ignore",
    });
    const ended = once(run, "exit");
    const trees = () => readdirSync(temporary).filter((name) => name.startsWith("segring-mutants-"));
    // Its host has been started.
    const isAtWork = () => trees().some((name) => existsSync(join(temporary, name, "tmp")));
    await Promise.race([expect.poll(isAtWork).toBe(true), ended]);
    run.kill(signal);
    expect(await ended).toEqual([128 + constants.signals[signal], null]);
    expect(trees()).toEqual([]);
  });

  it("wrong use is said in a line, with the usage, and ends with 2", async () => {
    const run = spawn(process.execPath, ["--import", "tsx", "scripts/mutants.ts", "--frob"], { stdio: "pipe" });
    let said = "";
    run.stderr.on("data", (chunk) => {
      said += chunk;
    });
    expect(await once(run, "close")).toEqual([2, null]);
    expect(said).toMatch(/^mutants: Unknown option '--frob'[\s\S]*\n\nnpm run test:mutants -- \[LIST\.\.\.\]/);
  });
});
