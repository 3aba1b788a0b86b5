/** The code of README.md and of docs/*.md does what it says: each block is run as it stands. */
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { transformSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { REPOSITORY } from "../support/bundle.js";
import { CLI } from "../support/bundled-cli.js";
import { blocksOf, readGuides, shellCommands, statedOutput } from "../support/documents.js";

const guides = [...readGuides()];

/** Ends what hangs. */
const guard = { timeout: 120_000, killSignal: "SIGKILL" } as const;

describe("blocks of TypeScript and JavaScript, against the built package", () => {
  const blocks = guides.flatMap(([path, text]) => blocksOf(path, text, ["ts", "js"]));
  // A module in this tree finds the package by its name, as one does where the package is installed.
  const modules = join(REPOSITORY, `build/documents-${process.pid}`);
  let cwd: string;

  beforeAll(() => {
    mkdirSync(modules, { recursive: true });
    cwd = mkdtempSync(join(tmpdir(), "segring-blocks-"));
  });
  afterAll(() => {
    for (const folder of [modules, cwd]) rmSync(folder, { recursive: true, force: true });
  });

  it("there are some in README.md and in docs, and they say what they print", () => {
    const files = blocks.map(({ place }) => place.replace(/:.*/, ""));
    expect(files).toContain("README.md");
    expect(files.filter((file) => file.startsWith("docs/"))).not.toEqual([]);
    expect(blocks.flatMap(({ code }) => statedOutput(code))).not.toEqual([]);
  });

  it.each(blocks.map((block, index) => [block.place, block.code, index] as const))("%s", (_, code, index) => {
    // Types are taken away alone: what is left is what the reader's compiler leaves.
    const { code: javascript } = transformSync(code, { loader: "ts", format: "esm", target: "node20" });
    const module = join(modules, `${index}.mjs`);
    writeFileSync(module, javascript);
    const { stdout, stderr, status } = spawnSync(process.execPath, [module], { cwd, encoding: "utf8", ...guard });
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    expectPrinted(stdout, statedOutput(code));
  });
});

describe.skipIf(process.platform === "win32")("blocks of shell, with the command line of this tree", () => {
  const blocks = guides
    .flatMap(([path, text]) => blocksOf(path, text, ["sh"]))
    .filter(({ code }) => /^[^#]*\bsegring [a-z-]/m.test(code));
  let folder: string;
  let bin: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "segring-documents-"));
    bin = join(folder, "bin");
    mkdirSync(bin);
    const command = (name: string, text: string) => {
      writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(bin, name), 0o755);
    };
    command("segring", `exec '${process.execPath}' '${CLI}' "$@"`);
    command("npx", '[ "$1" = segring ] || { echo "npx expected segring, got $1" >&2; exit 1; }; exec "$@"');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("there are some, and some say what they print", () => {
    const commands = blocks.flatMap(({ code }) => shellCommands(code));
    expect(commands.filter(({ stated }) => stated !== undefined)).not.toEqual([]);
  });

  it("docs/cli.md has ten worked examples, and they say what they print", () => {
    const [, examples = ""] = (new Map(guides).get("docs/cli.md") as string).split("\n## Ten worked examples\n");
    const printing = blocksOf("docs/cli.md", examples, ["sh"]).filter(({ code }) =>
      shellCommands(code).some(({ command, stated }) => command.startsWith("segring ") && stated !== undefined),
    );
    expect(printing).toHaveLength(10);
  });

  it.each(blocks.map((block) => [block.place, block] as const))("%s", (_, { code }) => {
    const cwd = mkdtempSync(join(folder, "block-"));
    // A recording that blocks may name as their input.
    copyFileSync(join(REPOSITORY, "test/data/thp-1g.pfn64.gz"), join(cwd, "frames.pfn64.gz"));
    for (const { command, stated } of shellCommands(code)) {
      // What a machine says of its memory differs from machine to machine.
      const script = `exec 2>&1\n${command.replaceAll("/proc/iomem", join(REPOSITORY, "test/data/iomem.txt"))}`;
      const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
      const { stdout, status } = spawnSync("sh", ["-c", script], { cwd, env, encoding: "utf8", ...guard });
      // Where a block shows a message of segring, the command fails.
      const fails = stated?.some((line) => line.startsWith("segring: ")) ?? false;
      if (!fails)
        expect({ command, status, printed: status === 0 ? "" : stdout }).toEqual({ command, status: 0, printed: "" });
      if (stated !== undefined) expect(linesOf(stdout)).toEqual(stated.map((line) => line.trimEnd()));
    }
  });
});

/** Values may be printed over more lines than the comment that states them. */
function expectPrinted(printed: string, stated: readonly string[]): void {
  const words = (text: string) => text.split(/\s+/).filter((word) => word !== "");
  if (words(printed).join(" ") !== words(stated.join("\n")).join(" ")) expect(linesOf(printed)).toEqual(stated);
}

function linesOf(text: string): string[] {
  const lines = text.split("\n").map((line) => line.trimEnd());
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}
