/** The texts that are made from the tables of options, by the paths of their files. */
import { readFileSync } from "node:fs";
import { type Help, Help as HelpTexts } from "commander";
import { commandsOf, helpOf } from "../src/cli/help.js";
import type { Io } from "../src/cli/io.js";
import { programOf } from "../src/cli/program.js";
import { readTables } from "./command-tables.js";
import { bashCompletions, fishCompletions, zshCompletions } from "./completions.js";
import { manPage } from "./man-page.js";

const GUIDE = "docs/cli.md";

export function documentsOfCli(): Map<string, string> {
  const { version } = JSON.parse(readFileSync("package.json", "utf8"));
  const tables = readTables();
  return new Map([
    ["man/segring.1", manPage(tables, version)],
    ["completions/segring.bash", bashCompletions(tables)],
    ["completions/segring.zsh", zshCompletions(tables)],
    ["completions/segring.fish", fishCompletions(tables)],
    [GUIDE, withHelp(readFileSync(GUIDE, "utf8"))],
  ]);
}

/** The guide, with the help of each command in the first block of `text` of its section. */
function withHelp(guide: string): string {
  const helper: Help = new HelpTexts();
  let text = guide;
  for (const command of commandsOf(programOf({} as Io, () => {}))) {
    const name = command.name();
    const block = new RegExp(`(\\n## ${name}\\n(?:(?!\\n## )[\\s\\S])*?\\n\`\`\`text\\n)Usage: [\\s\\S]*?(\`\`\`\\n)`);
    if (!block.test(text)) throw new Error(`${GUIDE} expected a block of text with the help in its section ${name}`);
    text = text.replace(block, (_, before: string, after: string) => `${before}${helpOf(command, helper)}${after}`);
  }
  return text;
}
