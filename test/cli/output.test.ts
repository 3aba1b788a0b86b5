import type { ChildProcess } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { says } from "../support/blame.js";
import { startAsNobody } from "../support/nobody.js";
import { cli, command, result, shell, shellCommand, start, temporaryFolder, until } from "./support.js";

const CSV = "0x1000,4096\n0x2000,4096\n";
const MAPPED = "addr,length,flags\n0x1000,8192,0x0\n";
const BAD = `${CSV}oops\n`;
const FAULT = "stdin: line 3";
const onLinux = process.platform === "linux";

/** A folder of its own, so that what is left in it shows. */
let folders = 0;
const parent = temporaryFolder();
function newFolder(): string {
  const folder = join(parent, String(folders++));
  mkdirSync(folder);
  return folder;
}

describe("-o", () => {
  test("is there when it is complete, and nothing else is", async () => {
    const folder = newFolder();
    const out = join(folder, "out.csv");
    expect(await cli(["map", "-o", out], { stdin: CSV })).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(readFileSync(out, "utf8")).toBe(MAPPED);
    expect(readdirSync(folder)).toEqual(["out.csv"]);
    expect(statSync(out).mode & 0o777).toBe(0o666 & ~process.umask());
  });

  test.each([
    ["a.csv", MAPPED],
    ["a.ndjson", '{"addr":"4096","length":8192}\n'],
    ["a.jsonl", '{"addr":"4096","length":8192}\n'],
    ["a.json", '[\n{"addr":"4096","length":8192}\n]\n'],
    ["a.records", "\0\x10\0\0\0\0\0\0\0\x20\0\0\0\0\0\0"],
    ["a.txt", "address                 size KiB  flags\n0x0000000000001000             8  -\n1 segment, 8 KiB\n"],
  ])("%s: the extension says what is written, --to goes before it", async (name, text) => {
    const out = join(newFolder(), name);
    await cli(["map", "-o", out], { stdin: CSV });
    expect(readFileSync(out, "latin1")).toBe(text);
    await cli(["map", "-o", out, "--to", "csv"], { stdin: CSV });
    expect(readFileSync(out, "utf8")).toBe(MAPPED);
  });

  test("- is standard output", async () => {
    expect(await cli(["map", "-o", "-", "--to", "csv"], { stdin: CSV })).toMatchObject({ code: 0, stdout: MAPPED });
  });

  test("a failure leaves nothing, and an old file as it was", async () => {
    const folder = newFolder();
    const out = join(folder, "out.csv");
    // The fault comes long after much was written.
    const long = `${"0,4294967296\n".repeat(50_000)}oops\n`;
    expect(await cli(["map", "-o", out], { stdin: long })).toMatchObject({ code: 1 });
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(out, "precious");
    const { ino, mtimeMs } = statSync(out);
    expect(await cli(["map", "-o", out], { stdin: long })).toMatchObject({ code: 1 });
    expect(await cli(["map", "-o", out], { stdin: BAD })).toMatchObject({ code: 1, stderr: says(FAULT) });
    expect(readdirSync(folder)).toEqual(["out.csv"]);
    expect(readFileSync(out, "utf8")).toBe("precious");
    expect(statSync(out)).toMatchObject({ ino, mtimeMs });
  });

  test("what is replaced keeps its mode and owner", async () => {
    const out = join(newFolder(), "out.csv");
    writeFileSync(out, "old");
    for (const mode of [0o600, 0o640, 0o755, 0o666]) {
      chmodSync(out, mode);
      expect(await cli(["map", "-o", out], { stdin: CSV })).toMatchObject({ code: 0 });
      expect((statSync(out).mode & 0o7777).toString(8)).toBe(mode.toString(8));
    }
    if (process.getuid?.() === 0) chownSync(out, 12345, 54321);
    const { uid, gid } = statSync(out);
    expect(await cli(["map", "-o", out], { stdin: CSV })).toMatchObject({ code: 0 });
    expect(statSync(out)).toMatchObject({ uid, gid });
    expect(readFileSync(out, "utf8")).toBe(MAPPED);
  });

  test("may be the input, also by another name", async () => {
    const folder = newFolder();
    const file = join(folder, "file.csv");
    const big = Array.from({ length: 100_000 }, (_, index) => `${index * 8192},4096\n`).join("");
    const link = join(folder, "link.csv");
    symlinkSync("file.csv", link);
    for (const [input, output] of [
      [file, file],
      [link, file],
      [file, link],
    ] as const) {
      writeFileSync(file, big);
      expect(await cli(["map", input, "-o", output])).toMatchObject({ code: 0, stderr: "" });
      expect(readFileSync(file, "utf8").split("\n")).toHaveLength(100_002);
      expect(readlinkSync(link)).toBe("file.csv");
      // And a failure does not destroy it.
      writeFileSync(file, `${big}oops\n`);
      expect(await cli(["map", input, "-o", output])).toMatchObject({ code: 1 });
      expect(readFileSync(file, "utf8")).toBe(`${big}oops\n`);
    }
    expect(readdirSync(folder).sort()).toEqual(["file.csv", "link.csv"]);
  });

  test("a link stays one, and what it points to is written, also if it is not there yet", async () => {
    const folder = newFolder();
    const other = newFolder();
    symlinkSync(join(other, "target"), join(folder, "link"));
    for (let round = 0; round < 2; round++) {
      expect(await cli(["map", "-o", join(folder, "link"), "--to", "csv"], { stdin: CSV })).toMatchObject({ code: 0 });
      expect(readFileSync(join(other, "target"), "utf8")).toBe(MAPPED);
      expect(readlinkSync(join(folder, "link"))).toBe(join(other, "target"));
    }
    expect([...readdirSync(folder), ...readdirSync(other)]).toEqual(["link", "target"]);
    symlinkSync("loop", join(folder, "loop"));
    expect(await cli(["map", "-o", join(folder, "loop")], { stdin: CSV })).toMatchObject({
      code: 1,
      stderr: says(join(folder, "loop")),
    });
  });

  test("another name of the old file keeps the old content", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "a.csv"), "old");
    linkSync(join(folder, "a.csv"), join(folder, "b.csv"));
    await cli(["map", "-o", join(folder, "a.csv")], { stdin: CSV });
    expect(readFileSync(join(folder, "a.csv"), "utf8")).toBe(MAPPED);
    expect(readFileSync(join(folder, "b.csv"), "utf8")).toBe("old");
  });

  test("where it cannot be: exit 1", async () => {
    const folder = newFolder();
    expect(await cli(["map", "-o", folder], { stdin: CSV })).toMatchObject({
      code: 1,
      stderr: says(folder),
    });
    const out = join(folder, "no", "out.csv");
    expect(await cli(["map", "-o", out], { stdin: CSV })).toMatchObject({
      code: 1,
      stderr: says(`${out}: folder ${join(folder, "no")}`),
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a mistake in the input is noticed before the output is touched", async () => {
    const folder = newFolder();
    const out = join(folder, "out.csv");
    writeFileSync(out, "old");
    expect(await cli(["map", "-o", out], { stdin: "what is this\n" })).toMatchObject({ code: 2 });
    expect(await cli(["map", join(folder, "missing"), "-o", out])).toMatchObject({ code: 1 });
    expect(readFileSync(out, "utf8")).toBe("old");
  });
});

describe.runIf(onLinux)("-o to what is no regular file", () => {
  test("a FIFO is written in place", async () => {
    const folder = newFolder();
    const fifo = join(folder, "fifo");
    await shell(`mkfifo ${fifo}`);
    const reader = result(start(["/bin/cat", fifo]));
    expect(await cli(["map", "-o", fifo, "--to", "csv"], { stdin: CSV })).toMatchObject({ code: 0, stderr: "" });
    expect((await reader).stdout).toBe(MAPPED);
    expect(statSync(fifo).isFIFO()).toBe(true);
    expect(readdirSync(folder)).toEqual(["fifo"]);
  });

  test("a FIFO whose reader goes ends the work quietly", async () => {
    const fifo = join(newFolder(), "fifo");
    const line = `mkfifo ${fifo}; head -c 1 ${fifo} >/dev/null & echo 0,1152921504606846976 | ${shellCommand(["map", "-o", fifo, "--max", "1"])}`;
    expect(await shell(line)).toMatchObject({ code: 0, stderr: "" });
  });

  test("/dev/full: exit 1 with a message, and it stays a device", async () => {
    for (const to of ["table", "records"]) {
      expect(await cli(["map", "-o", "/dev/full", "--to", to], { stdin: CSV })).toMatchObject({
        code: 1,
        stderr: says("/dev/full"),
      });
    }
    expect(statSync("/dev/full").isCharacterDevice()).toBe(true);
    expect(await cli(["map", "-o", "/dev/null"], { stdin: CSV })).toMatchObject({ code: 0, stderr: "" });
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  test("/dev/stdout is standard output, also when that is a file", async () => {
    const words = ["map", "-o", "/dev/stdout", "--to", "csv"];
    expect(await cli(words, { stdin: CSV })).toMatchObject({ code: 0, stdout: MAPPED });
    const folder = newFolder();
    const line = `(echo before; printf '${CSV}' | ${shellCommand(words)}; echo after) > file`;
    expect(await shell(line, folder)).toMatchObject({ code: 0, stderr: "" });
    expect(readFileSync(join(folder, "file"), "utf8")).toBe(`before\n${MAPPED}after\n`);
    expect(readdirSync(folder)).toEqual(["file"]);
    expect(readlinkSync("/dev/stdout")).toBe("/proc/self/fd/1");
  });

  test("another descriptor is written in place", async () => {
    const folder = newFolder();
    const line = `printf '${CSV}' | ${shellCommand(["map", "-o", "/dev/fd/3", "--to", "csv"])} 3> file`;
    expect(await shell(line, folder)).toMatchObject({ code: 0, stderr: "" });
    expect(readFileSync(join(folder, "file"), "utf8")).toBe(MAPPED);
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  test("the input is not written in place", async () => {
    const folder = newFolder();
    const file = join(folder, "file.csv");
    writeFileSync(file, CSV);
    const appended = await shell(`${shellCommand(["map", file])} >> ${file}`);
    expect(appended).toMatchObject({
      code: 2,
      stderr: says("stdout"),
    });
    const descriptor = await shell(`${shellCommand(["map", file, "-o", "/dev/fd/3"])} 3>> ${file}`);
    expect(descriptor).toMatchObject({
      code: 2,
      stderr: says("/dev/fd/3"),
    });
    expect(readFileSync(file, "utf8")).toBe(CSV);
  });

  test("a file system that is full: exit 1, and nothing is left", async () => {
    const folder = newFolder();
    const out = join(folder, "out.csv");
    writeFileSync(out, "old");
    // A limit on the size of files stands for it: the signal that goes with it is not for us to fear.
    const words = shellCommand(["map", "-o", out, "--max", "1"]);
    const { code, stderr } = await shell(`ulimit -f 64; echo 0,1000000 | ${words}`);
    expect(stderr).toEqual(says(out));
    expect(code).toBe(1);
    expect(readdirSync(folder)).toEqual(["out.csv"]);
    expect(readFileSync(out, "utf8")).toBe("old");
  });

  test("who may not write to a file may not replace it", async () => {
    const folder = newFolder();
    const out = join(folder, "out.csv");
    writeFileSync(out, "old");
    chmodSync(out, 0o444);
    chmodSync(folder, 0o777);
    chmodSync(parent, 0o755);
    const child = startAsNobody(["map", "-o", out]);
    child.stdin?.on("error", () => {}).end(CSV);
    const { code, stderr } = await result(child);
    expect(stderr).toEqual(says(out));
    expect(code).toBe(1);
    expect(readFileSync(out, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["out.csv"]);
  });
});

/** A module that leaves a file beside each that is about to be opened for reading: an open FIFO waits for its writer. */
const TELLS_OF_OPEN = `data:text/javascript,${encodeURIComponent(`
  import fs from "node:fs";
  import { syncBuiltinESMExports } from "node:module";
  const { open } = fs;
  fs.open = (path, flags, ...more) => {
    if (flags === "r") fs.writeFileSync(path + ".opening", "");
    return open(path, flags, ...more);
  };
  syncBuiltinESMExports();
`)}`;

describe.runIf(onLinux)("a signal", () => {
  /** A command that has written some of its output and waits for input. */
  async function startWriting(folder: string): Promise<ChildProcess> {
    const child = start(command(["map", "--from", "csv", "-o", join(folder, "out.csv")]));
    child.stdin?.write("0,4294967296\n".repeat(50_000));
    await until(() =>
      readdirSync(folder).some(
        (name) => /^\.segring-.*\.tmp$/.test(name) && statSync(join(folder, name)).size > 100_000,
      ),
    );
    return child;
  }

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "%s ends it by that signal, quietly, and nothing is left",
    async (signal) => {
      const folder = newFolder();
      writeFileSync(join(folder, "out.csv"), "old");
      const child = await startWriting(folder);
      child.kill(signal);
      expect(await result(child)).toMatchObject({ code: null, signal, stdout: "", stderr: "" });
      expect(readdirSync(folder)).toEqual(["out.csv"]);
      expect(readFileSync(join(folder, "out.csv"), "utf8")).toBe("old");
    },
  );

  test("SIGINT is heard in the middle of a range that makes segments without end", async () => {
    const folder = newFolder();
    const child = start(command(["map", "-o", join(folder, "out.records"), "--max", "1"]));
    child.stdin?.end("0,1152921504606846976\n");
    await until(() => readdirSync(folder).some((name) => statSync(join(folder, name)).size > 1_000_000));
    child.kill("SIGINT");
    expect(await result(child)).toMatchObject({ code: null, signal: "SIGINT", stdout: "", stderr: "" });
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a shell sees 130", async () => {
    const folder = newFolder();
    const words = shellCommand(["map", "-", "-o", "out.csv"]);
    // Job control, or the shell starts what is in the background with SIGINT ignored; it reports on it itself, hence the file.
    const line = `set -m; mkfifo in; ${words} < in 2> errors & exec 3> in; echo 0,1 >&3
      until ls -A | grep -q '[.]tmp$' || ! kill -0 $!; do sleep 0.1; done
      kill -INT $!; wait $!; echo $?; rm in`;
    expect((await shell(line, folder)).stdout).toBe("130\n");
    expect(readdirSync(folder)).toEqual(["errors"]);
    expect(readFileSync(join(folder, "errors"), "utf8")).toBe("");
  });

  test("SIGINT is heard while it waits for a FIFO", async () => {
    const folder = newFolder();
    await shell("mkfifo in", folder);
    const child = start(command(["map", join(folder, "in"), "-o", join(folder, "out")], ["--import", TELLS_OF_OPEN]));
    await until(() => existsSync(join(folder, "in.opening")));
    child.kill("SIGINT");
    expect(await result(child)).toMatchObject({ code: null, signal: "SIGINT", stderr: "" });
    expect(existsSync(join(folder, "out"))).toBe(false);
  });
});
