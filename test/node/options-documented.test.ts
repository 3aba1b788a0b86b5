/** Every option of every call and of every command is named where a reader looks for it. */
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { commandsOf, ONE_FORMAT } from "../../src/cli/help.js";
import type { Io } from "../../src/cli/io.js";
import { programOf } from "../../src/cli/program.js";
import { codeSpansOf, readGuides } from "../support/documents.js";
import { optionsCases } from "../support/options-cases.js";
import { nodeCases } from "../support/options-cases-node.js";

/** The code in the text of each document; blocks of code do not count, since they explain nothing. */
const documents = [...readGuides()].map(([path, text]) => ({ path, code: codeSpansOf(text).join("\n") }));

/** Which of the options no document has that names their subject too; where none names the subject, all. */
function missing(subject: string, options: readonly string[]): string[] {
  const about = documents.filter(({ code }) => hasWord(code, subject));
  return options.filter((option) => !about.some(({ code }) => hasWord(code, option)));
}

function hasWord(code: string, word: string): boolean {
  return new RegExp(`(?<![\\w-])${word}(?![\\w-])`).test(code);
}

describe("options in README.md and docs/*.md, in backticks", () => {
  it("of every call, in a document that names the call", () => {
    const faults = Object.entries({ ...optionsCases, ...nodeCases }).flatMap(([id, { keys }]) => {
      const call = /: (?:new |\w+\.)?(\w+)\(/.exec(id)?.[1];
      if (call === undefined) throw new Error(`expected "file: call(parameter)", got ${id}`);
      const names = missing(call, keys);
      return names.length > 0 ? [`${id}: ${names.join(", ")}`] : [];
    });
    expect(faults).toEqual([]);
  });

  it("of every command, in a document that names the command", () => {
    const program = programOf({} as Io, () => {});
    expect(commandsOf(program)).not.toEqual([]);
    const faults = commandsOf(program).flatMap((command) => {
      const subject = `segring ${command.name()}`;
      const names = missing(subject, flagsOf(command));
      return names.length > 0 ? [`${subject}: ${names.join(", ")}`] : [];
    });
    expect(faults).toEqual([]);
    expect(missing("segring", flagsOf(program))).toEqual([]);
  });

  it("of every command, in the section of docs/cli.md about the command", () => {
    const guide = readGuides().get("docs/cli.md") as string;
    const sectionOf = (heading: string) => new RegExp(`\\n## ${heading}\\n[\\s\\S]*?(?=\\n## )`).exec(guide)?.[0] ?? "";
    // Options that concern one format stand where the formats stand.
    const formats = sectionOf("Formats in");
    const faults = commandsOf(programOf({} as Io, () => {})).flatMap((command) => {
      const section = sectionOf(command.name());
      const names = command.options.filter(({ long, helpGroupHeading }) => {
        return !hasWord(helpGroupHeading === ONE_FORMAT ? formats : section, long as string);
      });
      return names.map(({ long }) => `segring ${command.name()}: ${long}`);
    });
    expect(faults).toEqual([]);
  });

  it("a name counts only as a word, beside its subject", () => {
    expect(missing("createMapper", ["engine", "engin", "noSuchOption"])).toEqual(["engin", "noSuchOption"]);
    expect(missing("noSuchCall", ["engine"])).toEqual(["engine"]);
  });
});

/** The short and the long form of each option that a command shows. */
function flagsOf(command: Command): string[] {
  const shown = command.options.filter(({ hidden }) => !hidden);
  return shown.flatMap(({ short, long }) => [short, long].filter((flag) => flag != null));
}
