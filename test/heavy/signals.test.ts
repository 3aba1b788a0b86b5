/** Long work gives way to signals, and nothing is left where it ends early or memory does. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { cli, command, REPOSITORY, result, shell, shellCommand, start, temporaryFolder } from "../cli/support.js";

const root = temporaryFolder();
let folders = 0;
function newFolder(): string {
  const folder = join(root, String(folders++));
  mkdirSync(folder);
  return folder;
}

/** What a program gives that must end; a minute is only for a machine that has no time for it. */
async function ended(child: ChildProcess): Promise<Awaited<ReturnType<typeof result>>> {
  const guard = setTimeout(() => child.kill("SIGKILL"), 60_000);
  try {
    return await result(child);
  } finally {
    clearTimeout(guard);
  }
}

/** Waits until a temporary file in a folder has some output. */
async function outputIn(folder: string, child: ChildProcess): Promise<void> {
  for (let waits = 0; ; waits++) {
    const found = readdirSync(folder).some(
      (name) => /^\.segring-.*\.tmp$/.test(name) && statSync(join(folder, name)).size > 0,
    );
    if (found) return;
    if (waits === 1500 || child.exitCode !== null) throw new Error(`nothing was written, exit ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe.runIf(process.platform === "linux")("a signal while output is written", () => {
  test.each([
    ["map", "0,1152921504606846976\n", ["map", "--max", "1"]],
    ["union, of more than memory holds", "0,1152921504606846976\n", ["union", "--max", "16"]],
    ["union", "0,6000000\n5,6000000,4\n", ["union", "--max", "1"]],
    ["plan", "0,10000000\n", ["plan", "--cap", "1"]],
    ["requests, of more than memory holds", "0,1099511627776\n", ["requests", "--max-bytes", "1"]],
    ["requests, one with very many segments", "0,12000000\n", ["requests", "--max", "2"]],
    ["descriptors", "0,68719476736\n", ["descriptors", "--format", "rdma"]],
  ])("%s", async (_, input, words) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      const folder = newFolder();
      const child = start(command([...words, "-o", join(folder, "out.csv")]));
      child.stdin?.end(input);
      await outputIn(folder, child);
      child.kill(signal);
      expect(await ended(child)).toMatchObject({ code: null, signal, stdout: "", stderr: "" });
      expect(readdirSync(folder)).toEqual([]);
    }
  });
});

describe.runIf(process.platform === "linux")("while a result is made there is no temporary file", () => {
  test.each([["union"], ["plan", "--cap", "4096"], ["requests"], ["descriptors", "--format", "iovec"]])(
    "%s",
    async (...words) => {
      const folder = newFolder();
      const child = start(command([...words, "--from", "csv", "-o", join(folder, "out")]));
      // More than the pipe holds: when there is room again, the command reads.
      if (child.stdin?.write("0,1\n".repeat(100_000)) === false) await once(child.stdin, "drain");
      expect(readdirSync(folder)).toEqual([]);
      child.kill("SIGTERM");
      expect(await ended(child)).toMatchObject({ code: null, signal: "SIGTERM", stdout: "", stderr: "" });
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  test("what is wrong with the output is said before the input is read", async () => {
    const folder = newFolder();
    const missing = join(folder, "nowhere", "out.csv");
    for (const words of [["union"], ["plan", "--cap", "4096"], ["requests"], ["descriptors", "--format", "iovec"]]) {
      const child = start(command([...words, "--from", "csv", "-o", missing]));
      const { code, stderr } = await ended(child);
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: `segring: ${missing}: folder ${join(folder, "nowhere")}: no such file or directory\n`,
      });
    }
  });

  test("a FIFO is opened once, when there is something to write", async () => {
    const folder = newFolder();
    const line = `mkfifo f; echo 0,5 | ${shellCommand(["union", "--from", "csv", "--to", "csv", "-o", "f"])} & cat f; wait`;
    expect(await ended(start(["/bin/bash", "-c", `cd ${folder}; ${line}`]))).toMatchObject({
      stdout: "addr,length,flags\n0x0,5,0x0\n",
      stderr: "",
    });
  });
});

describe("what is undone when a signal ends the process", () => {
  const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const source = pathToFileURL(join(REPOSITORY, "src/cli/cleanups.ts")).href;
  const script = (lines: string): ChildProcess =>
    start([
      process.execPath,
      "--import",
      loader,
      "--input-type=module",
      "-e",
      `import { writeSync } from "node:fs";
       import { Cleanups } from ${JSON.stringify(source)};
       const cleanups = new Cleanups();
       const undo = (name) => () => void writeSync(1, name + " ");
       ${lines}`,
    ]);
  async function killed(child: ChildProcess, signal: NodeJS.Signals): Promise<unknown> {
    let seen = "";
    child.stdout?.on("data", (chunk) => {
      seen += chunk;
    });
    await once(child.stdout as NodeJS.EventEmitter, "data");
    child.kill(signal);
    const { code, signal: endedBy } = await ended(child);
    return { code, endedBy, seen };
  }

  test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)(
    "%s: all that is there, and the process ends by it",
    async (signal) => {
      const child = script(`
      const [a, b, c] = [undo("a"), undo("b"), undo("c")];
      cleanups.add(a).add(b).add(c);
      cleanups.delete(b);
      setInterval(() => {}, 1000);
      writeSync(1, "ready ");`);
      expect(await killed(child, signal)).toEqual({ code: null, endedBy: signal, seen: "ready a c " });
    },
  );

  test("nothing is left to undo: a signal ends it in the midst of a call", async () => {
    const child = script(`
      const a = undo("a");
      cleanups.add(a);
      cleanups.delete(a);
      cleanups.add(a);
      cleanups.clear();
      writeSync(1, "ready ");
      for (;;);`);
    expect(await killed(child, "SIGTERM")).toEqual({ code: null, endedBy: "SIGTERM", seen: "ready " });
  });
});

describe("what no memory holds", () => {
  const tooLarge = /^segring: the (result has|ranges make) \d+ segments or more, [^\n]*\n$/;

  test("is refused at once", async () => {
    for (const words of [["requests"], ["descriptors", "--format", "iovec"]]) {
      const { code, stdout, stderr } = await cli([...words, "--max", "16"], { stdin: "0,1152921504606846976\n" });
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(tooLarge);
    }
  });

  test.runIf(process.platform === "linux")("with little address space too, and nothing is left", async () => {
    const folder = newFolder();
    const input = join(folder, "in.csv");
    // 2 GiB of segments, twice: their number is no reason to refuse them, but the platform has not so much.
    for (const ranges of ["0,1152921504606846976\n5,100,4\n", "0,134217728\n5,100,4\n"]) {
      writeFileSync(input, ranges);
      for (const engine of ["auto", "js"]) {
        const words = shellCommand(["requests", input, "--max", "1", "--engine", engine, "-o", "out.csv"]);
        const { code, signal, stderr } = await shell(`ulimit -v 3500000; exec ${words}`, folder);
        expect({ code, signal }).toEqual({ code: 1, signal: null });
        expect(stderr).toMatch(/^segring: [^\n]*(segments or more|could not be allocated|do not fit)[^\n]*\n$/);
        expect(readdirSync(folder)).toEqual(["in.csv"]);
      }
    }
    expect(existsSync(join(folder, "out.csv"))).toBe(false);
  });
});
