/** The help of each command: short enough for a small terminal, and nothing left out between it and the formats' help. */
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { INPUT_FORMATS } from "../../src/cli/formats.js";
import { commandsOf, FORMATS, ONE_FORMAT } from "../../src/cli/help.js";
import type { Io } from "../../src/cli/io.js";
import { programOf } from "../../src/cli/program.js";
import { cli } from "./support.js";

const program = programOf({} as Io, () => {});
const commands = commandsOf(program);
const names = commands.map((command) => command.name());

async function helpOf(...words: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await cli(words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.endsWith("\n")).toBe(true);
  return stdout.slice(0, -1).split("\n");
}

/** The options of a command that stand in the help of the command, or else in that of the formats. */
function longsOf(command: Command, ofOneFormat: boolean): string[] {
  const options = command.options.filter(({ helpGroupHeading }) => (helpGroupHeading === ONE_FORMAT) === ofOneFormat);
  return options.map(({ long }) => long as string);
}

describe("help fits 24 lines of 80 columns, without a blank line", () => {
  test.each([[], ...[...names, FORMATS].map((name) => [name])])("segring %s --help", async (...words: string[]) => {
    const lines = await helpOf(...words, "--help");
    expect(lines[0]).toMatch(/^Usage: segring /);
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(lines.filter((line) => line === "" || line.length > 80)).toEqual([]);
    expect(lines).toEqual(await helpOf("help", ...words));
  });
});

describe("every option stands in the help", () => {
  test.each(names)("segring %s --help", async (name) => {
    const command = commands.find((one) => one.name() === name) as Command;
    const text = await helpOf(name, "--help");
    const shown = longsOf(command, false);
    expect(shown).not.toEqual([]);
    expect(shown.filter((long) => !text.some((line) => new RegExp(` ${long}\\b`).test(line)))).toEqual([]);
    const formats = (await helpOf("help", FORMATS)).join("\n");
    expect(longsOf(command, true).filter((long) => !formats.includes(long))).toEqual([]);
    if (shown.includes("--from")) expect(text.join("\n")).toContain(`segring help ${FORMATS}`);
  });

  test("with the words that the option takes, and every format", async () => {
    const text = (await helpOf("descriptors", "--help")).join(" ").replace(/\s+/g, " ");
    expect(text).toContain("virtio-packed, ahci, iovec");
    const formats = await helpOf("help", FORMATS);
    for (const format of INPUT_FORMATS) expect(formats.some((line) => line.startsWith(`  ${format} `))).toBe(true);
  });
});

test("every command stands in segring --help, and the topic of the formats is no command", async () => {
  const lines = await helpOf("--help");
  for (const name of names) expect(lines.some((line) => line.startsWith(`  ${name} `))).toBe(true);
  expect(names).not.toContain(FORMATS);
  const { stderr } = await cli([]);
  expect(stderr).not.toContain(FORMATS);
});
