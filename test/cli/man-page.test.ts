/** The page of the manual has all commands and options, and troff reads the page without a warning. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { documentsOfCli } from "../../scripts/cli-texts.js";
import { readTables } from "../../scripts/command-tables.js";
import { REPOSITORY } from "./support.js";

const PAGE = join(REPOSITORY, "man/segring.1");

test("what is made from the tables of options is what they say: npm run cli-documents", () => {
  const texts = documentsOfCli();
  expect(texts.size).toBeGreaterThan(3);
  const stale = [...texts].filter(([path, text]) => {
    const file = join(REPOSITORY, path);
    return !existsSync(file) || readFileSync(file, "utf8") !== text;
  });
  expect(stale.map(([path]) => path)).toEqual([]);
});

describe("man/segring.1", () => {
  const text = readFileSync(PAGE, "utf8").replaceAll("\\-", "-");
  const { commands } = readTables();

  test.each(commands.map(({ name }) => name))("has the command %s with all its options", (name) => {
    const section =
      new RegExp(`\\n\\.SS "segring ${name} [^\\n]*\\n([\\s\\S]*?)(?=\\n\\.S[SH] )`).exec(text)?.[1] ?? "";
    const longs = commands.find((command) => command.name === name)?.options.map(({ names }) => names.at(-1)) ?? [];
    expect(longs.length).toBeGreaterThan(1);
    expect(longs.filter((long) => !section.includes(`\\fB${long}\\fR`))).toEqual([]);
  });

  test("explains every option once at least, with its words", () => {
    for (const { names, choices } of commands.flatMap(({ options }) => options)) {
      const explained = new RegExp(`\\.TP\\n[^\\n]*\\\\fB${names.at(-1)}\\\\fR[^\\n]*\\n[^\\n]*${choices.join(", ")}`);
      expect(text).toMatch(explained);
    }
  });

  test.each([
    ["man", ["--warnings", "-l"]],
    ["mandoc", ["-T", "lint", "-W", "error"]],
  ])("%s reads it without a warning", (program, words) => {
    const { stdout, stderr, status, error } = spawnSync(program, [...words, PAGE], { encoding: "utf8" });
    // Where there is no such program, there is nothing to ask.
    if (error !== undefined) return;
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    expect(stdout).toEqual(program === "man" ? expect.stringContaining("SYNOPSIS") : "");
  });
});
