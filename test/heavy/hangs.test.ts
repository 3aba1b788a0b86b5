/** An output that fails ends the built command, with its threads, and leaves nothing behind. */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { REQUIRE } from "../../scripts/bundle-cli.js";
import { REPOSITORY, result, shell, start, temporaryFolder } from "../cli/support.js";
import { bundle } from "../support/bundle.js";

const parent = temporaryFolder();
const MAIN = join(REPOSITORY, "dist/cli/main.js");
/** What hangs is killed long after all others have ended. */
const GUARD = "timeout -s KILL 50";
/** More segments than both rings hold. */
const ROWS = join(parent, "rows.csv");
writeFileSync(ROWS, Array.from({ length: 40_000 }, (_, row) => `${row * 8192},4096\n`).join(""));
const SCATTERED = join(REPOSITORY, "test/data/scattered-1g.pfn64.gz");
/** The other commands whose output is long. */
const COMMANDS: readonly (readonly [name: string, words: readonly string[]])[] = [
  ["union", ["union", ROWS, "--to", "csv"]],
  ["plan", ["plan", ROWS, "--cap", "4KiB", "--to", "csv"]],
  ["requests", ["requests", ROWS, "--to", "csv"]],
];
const onLinux = process.platform === "linux";

let folders = 0;
function newFolder(): string {
  const folder = join(parent, String(folders++));
  mkdirSync(folder);
  return folder;
}

function commandLine(words: readonly string[], nodeOptions = ""): string {
  return `${GUARD} '${process.execPath}' ${nodeOptions} '${MAIN}' ${words.map((word) => `'${word}'`).join(" ")}`;
}

describe.runIf(onLinux)("map --threads ends as map does when its output fails", () => {
  const words = ["map", ROWS, "--to", "csv", "--threads"];
  const map = commandLine(words);

  it.each([
    ["rows that do not join", map],
    ["page frames", commandLine(["map", SCATTERED, "--to", "csv", "--threads"])],
    ["page frames, binary", commandLine(["map", SCATTERED, "--to", "records", "--threads"])],
  ])("a reader that goes is no fault: %s", async (_name, line) => {
    const { code, stderr, bytes } = await shell(`set -o pipefail; ${line} | head -c 20`);
    expect([code, stderr, bytes.length]).toEqual([0, "", 20]);
  });

  it("a reader that never reads is none either", async () => {
    expect(await shell(`set -o pipefail; ${map} | true`)).toMatchObject({ code: 0, stderr: "" });
  });

  it("a FIFO whose reader goes", async () => {
    const line = `mkfifo fifo; head -c 1 fifo > /dev/null & ${commandLine([...words, "-o", "fifo"])}`;
    expect(await shell(line, newFolder())).toMatchObject({ code: 0, stderr: "" });
  });

  it("a full device", async () => {
    const stdout = await shell(`${map} > /dev/full`);
    expect([stdout.code, stdout.stderr]).toEqual([1, "segring: stdout: no space left on device\n"]);
    const named = await shell(commandLine([...words, "-o", "/dev/full"]));
    expect([named.code, named.stderr]).toEqual([1, "segring: /dev/full: no space left on device\n"]);
  });

  it("a limit on the size of files, whose signal Node ignores", async () => {
    const folder = newFolder();
    const stdout = await shell(`ulimit -f 64; ${map} > limited`, folder);
    expect([stdout.code, stdout.stderr]).toEqual([1, "segring: stdout: file too large\n"]);
    const named = await shell(`ulimit -f 64; ${commandLine([...words, "-o", "out"])}`, folder);
    expect([named.code, named.stderr]).toEqual([1, "segring: out: file too large\n"]);
    expect(readdirSync(folder)).toEqual(["limited"]);
  });
});

describe.runIf(onLinux)("a reader that goes ends the others quietly", () => {
  it.each(COMMANDS)("%s", async (_name, words) => {
    const { code, stderr, bytes } = await shell(`set -o pipefail; ${commandLine(words)} | head -c 20`);
    expect([code, stderr, bytes.length]).toEqual([0, "", 20]);
  });
});

/** Loaded before the command: makes one function of node:fs fail, as a disk would, once so many bytes are written. */
const FAULTS = join(parent, "faults.mjs");
writeFileSync(
  FAULTS,
  `import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { constants } from "node:os";

const { calls, code, after } = JSON.parse(process.env.FAULT);
let written = 0;
const fault = () => Object.assign(new Error(code), { code, errno: -constants.errno[code] });
for (const call of new Set([...calls, "write"])) {
  const original = fs[call];
  const failing = (...args) => {
    if (!calls.includes(call) || written < after) {
      if (call === "write") written += args[3];
      return original(...args);
    }
    if (code === "CRASH") return void setImmediate(() => { throw new Error("a fault of ours"); });
    const done = args.at(-1);
    if (typeof done !== "function") throw fault();
    if (code === "NOTHING") return void process.nextTick(done, null, 0, args[1]);
    process.nextTick(done, fault());
  };
  Object.defineProperties(failing, Object.getOwnPropertyDescriptors(original));
  fs[call] = failing;
}
syncBuiltinESMExports();
`,
);

interface Fault {
  readonly calls: readonly string[];
  readonly code: string;
  readonly after?: number;
}

/** Replaces a file with a fault on the way. */
async function withFault(words: readonly string[], { calls, code, after = 0 }: Fault) {
  const folder = newFolder();
  writeFileSync(join(folder, "out.csv"), "old");
  const fault = JSON.stringify({ calls, code, after });
  const line = commandLine([...words, "-o", "out.csv"], `--import '${pathToFileURL(FAULTS)}'`);
  const ended = await shell(`export FAULT='${fault}'; ${line}`, folder);
  return { ended, names: readdirSync(folder), text: readFileSync(join(folder, "out.csv"), "utf8") };
}

describe("a disk that fails leaves the old file and nothing else", () => {
  const LATE: Fault = { calls: ["write"], code: "ENOSPC", after: 200_000 };
  it.each<[string, readonly string[], Fault, string]>([
    ["the disk is full at once", [], { calls: ["write"], code: "ENOSPC" }, "no space left on device"],
    ["the disk is full later", [], LATE, "no space left on device"],
    ["the disk is full later, threads", ["--threads"], LATE, "no space left on device"],
    [
      "the disk takes nothing, and says nothing",
      [],
      { calls: ["write"], code: "NOTHING", after: 1 },
      "expected room for WRITTEN bytes, got none",
    ],
    ["the flush tells of it", [], { calls: ["fsync"], code: "ENOSPC" }, "no space left on device"],
    ["the flush tells of it, threads", ["--threads"], { calls: ["fsync"], code: "ENOSPC" }, "no space left on device"],
    ["so does closing", [], { calls: ["closeSync"], code: "EIO", after: 1 }, "i/o error"],
    ["the name is not given", [], { calls: ["renameSync"], code: "EIO" }, "i/o error"],
    ["the mode is not set", [], { calls: ["fchmodSync"], code: "EIO" }, "i/o error"],
  ])("%s", async (_name, words, fault, message) => {
    const { ended, names, text } = await withFault(["map", ROWS, ...words], fault);
    const told = ended.stderr.replace(/for \d+ bytes/, "for WRITTEN bytes");
    expect([ended.code, told]).toEqual([1, `segring: out.csv: ${message}\n`]);
    expect([names, text]).toEqual([["out.csv"], "old"]);
  });

  it("where the rest cannot be removed either, the first fault is told", async () => {
    const { ended, names } = await withFault(["map", ROWS], { calls: ["write", "rmSync"], code: "EROFS", after: 100 });
    expect([ended.code, ended.stderr]).toEqual([1, "segring: out.csv: read-only file system\n"]);
    expect(names.length).toBe(2);
  });

  it("a fault of the command itself leaves nothing either", async () => {
    const { ended, names, text } = await withFault(["map", ROWS], { calls: ["write"], code: "CRASH", after: 100_000 });
    expect(ended.stderr).toContain("a fault of ours");
    expect(ended.code).not.toBe(0);
    expect([names, text]).toEqual([["out.csv"], "old"]);
  });
});

describe("the threads end with the command", () => {
  // Does not end by itself while a worker lives: it never calls exit. It lies where the command line lies in a package.
  for (const name of ["dist", "package.json"]) cpSync(join(REPOSITORY, name), join(parent, name), { recursive: true });
  const script = join(parent, "dist/cli/ends.mjs");
  const contents = `import { run } from "./src/cli/run.ts";
import { DataError, ReaderGone } from "./src/cli/errors.ts";
const [left, kind, file] = process.argv.slice(2);
let writes = 0;
const write = async () => {
  if (writes++ < Number(left)) return;
  throw kind === "gone" ? new ReaderGone("gone") : kind === "fault" ? new DataError("stdout: no") : new TypeError("ours");
};
const io = { stdout: { isTerminal: false, write }, stderr: process.stderr, cleanups: new Set(), stdinIsTerminal: false };
console.log(await run(["map", file, "--to", "csv", "--threads"], io), writes);
`;
  writeFileSync(script, bundle({ stdin: { contents, resolveDir: REPOSITORY, loader: "ts" }, banner: { js: REQUIRE } }));
  it.each([
    ["gone", 1, "0 2", ""],
    ["fault", 0, "1 1", "segring: stdout: no\n"],
    ["fault", 1, "1 2", "segring: stdout: no\n"],
    ["ours", 1, "1 2", "segring: unexpected error: ours (please report it)\n"],
  ])("%s after %d writes", async (kind, left, stdout, stderr) => {
    const child = start([
      "/usr/bin/env",
      "timeout",
      "-s",
      "KILL",
      "60",
      process.execPath,
      script,
      `${left}`,
      kind,
      ROWS,
    ]);
    child.stdin?.end();
    expect(await result(child)).toMatchObject({ code: 0, stdout: `${stdout}\n`, stderr });
  });
});
