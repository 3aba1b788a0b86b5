/** The documents of this tree, and the blocks of code in them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "./bundle.js";

/** All documents for people by path: those in the root, and those in docs/. */
export function readDocuments(): Map<string, string> {
  const inDocs = (readdirSync(join(REPOSITORY, "docs"), { recursive: true }) as string[])
    .map((name) => `docs/${name.replaceAll("\\", "/")}`)
    // What `npm run docs` makes is not ours.
    .filter((path) => !path.startsWith("docs/api/"));
  const paths = [...readdirSync(REPOSITORY), ...inDocs].filter((path) => path.endsWith(".md")).sort();
  return new Map(paths.map((path) => [path, readFileSync(join(REPOSITORY, path), "utf8")]));
}

/** Those that explain how the package is used: README.md, and docs without its folders. */
export function readGuides(): Map<string, string> {
  return new Map([...readDocuments()].filter(([path]) => /^(README\.md|docs\/[^/]+\.md)$/.test(path)));
}

export interface Block {
  /** `docs/plan.md:12`: where its first line of code is. */
  readonly place: string;
  readonly language: string;
  readonly code: string;
}

/** The blocks of code of a document in such languages; fences may be indented. */
export function blocksOf(path: string, markdown: string, languages: readonly string[]): Block[] {
  const blocks: Block[] = [];
  for (const match of markdown.matchAll(/^( *)```(\w*)[^\n]*\n([\s\S]*?)^ *```\s*$/gm)) {
    const [, indent = "", language = "", code = ""] = match;
    if (!languages.includes(language)) continue;
    const line = markdown.slice(0, match.index).split("\n").length + 1;
    blocks.push({ place: `${path}:${line}`, language, code: code.replaceAll(new RegExp(`^${indent}`, "gm"), "") });
  }
  return blocks;
}

/**
 * The lines that a block of TypeScript says it prints: a comment behind a `console.log(…);`, and comments on lines of
 * their own that come directly after code and end the paragraph. Other comments explain.
 */
export function statedOutput(code: string): string[] {
  const stated: string[] = [];
  const lines = code.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const behind = /\bconsole\.log\(.*\);? \/\/ (.*)$/.exec(lines[i] as string);
    if (behind !== null) stated.push(behind[1] as string);
    if (!isComment(lines[i])) continue;
    const from = i;
    while (isComment(lines[i + 1])) i++;
    const afterCode = from > 0 && lines[from - 1]?.trim() !== "";
    const endsParagraph = (lines[i + 1] ?? "").trim() === "";
    if (afterCode && endsParagraph)
      stated.push(...lines.slice(from, i + 1).map((line) => line.replace(/^\s*\/\/ ?/, "")));
  }
  return stated;
}

function isComment(line: string | undefined): boolean {
  return /^\s*\/\//.test(line ?? "");
}

export interface ShellCommand {
  readonly command: string;
  /** Lines of the comment directly after the command: what it prints. Undefined where nothing is said. */
  readonly stated: readonly string[] | undefined;
}

/** The commands of a block of shell, with what the lines `# …` directly after each of them say that it prints. */
export function shellCommands(code: string): ShellCommand[] {
  const commands: { command: string; stated: string[] | undefined }[] = [];
  let after = false;
  let open = false;
  for (const line of code.split("\n")) {
    const last = commands.at(-1);
    if (open && last !== undefined) last.command += `\n${line}`;
    else if (line.startsWith("#")) {
      if (after && last !== undefined) last.stated = [...(last.stated ?? []), line.replace(/^# ?/, "")];
      continue;
    } else if (line.trim() !== "") commands.push({ command: line, stated: undefined });
    after = line.trim() !== "";
    open = line.endsWith("\\");
  }
  return commands;
}
