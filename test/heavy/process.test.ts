import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DATA, type Result, SAMPLE, shell, shellCommand, spawnCli, temporaryFolder } from "../cli/support.js";
import { runs } from "../support/check.js";

const folder = temporaryFolder();
const onLinux = process.platform === "linux";

describe("as a process", () => {
  test("reads a file and writes to a pipe", async () => {
    const { code, signal, stdout, stderr } = await spawnCli(["map", join(DATA, "maps.txt"), "--to", "csv"]);
    expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: "" });
    expect(stdout.split("\n").at(-2)).toBe("0xffffffffff600000,4096,0x0");
  });

  test("reads standard input, packed too, and writes all of a long output", async () => {
    const file = join(DATA, "isolated-512m.pfn64.gz");
    const { code, stdout, stderr } = await spawnCli(["map", "--from", "pfn64", "--to", "ndjson"], readFileSync(file));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.split("\n")).toHaveLength(131_073);
  });

  test.each([
    [0, [], ["map"], "0,1\n"],
    [1, ['segring: stdin: line 2, column 1: expected addr,length[,flags], got "oops"'], ["map"], "0,1\noops\n"],
    [1, ["segring: nowhere.csv: no such file or directory"], ["map", "nowhere.csv"], ""],
    [2, ["segring: unknown option '--frobnicate'"], ["map", "--frobnicate"], ""],
  ])("exit %d, %j", async (expected, errors, words, stdin) => {
    const { code, signal, stderr } = await spawnCli(words, stdin);
    expect({ code, signal }).toEqual({ code: expected, signal: null });
    expect(stderr).toBe(errors.map((line) => `${line}\n`).join(""));
  });

  test("exit 2 without a command", async () => {
    const { code, stderr } = await spawnCli([], "");
    expect(code).toBe(2);
    expect(stderr).toMatch(/^segring: expected a command: .* \(segring --help\)\n$/);
  });
});

describe.runIf(onLinux)("in a shell", () => {
  const endless = `echo 0,1152921504606846976 | ${shellCommand(["map", "--max", "1"])}`;

  test("| head -1 ends it quietly", async () => {
    for (const line of [endless, `${shellCommand(["map", SAMPLE])}`, `${shellCommand(["--help"])}`]) {
      const { code, stderr, stdout } = await shell(`set -o pipefail; ${line} | head -1`);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout.split("\n")).toHaveLength(2);
    }
  });

  test("a reader that never reads ends it quietly", async () => {
    expect(await shell(`set -o pipefail; ${endless} | true`)).toMatchObject({ code: 0, stderr: "" });
    expect(await shell(`set -o pipefail; ${shellCommand(["pin", "--size", "4KiB"])} | true`)).toMatchObject({
      code: 0,
    });
  });

  test("standard output that is full: exit 1 with a message", async () => {
    for (const words of [["map", SAMPLE], ["map", SAMPLE, "--to", "records"], ["info", SAMPLE], ["--help"]]) {
      expect(await shell(`${shellCommand(words)} > /dev/full`)).toMatchObject({
        code: 1,
        stderr: "segring: stdout: no space left on device\n",
      });
    }
    // A part of a write that finds no room is not lost in silence: a file that may have 64 KiB gets no more, and no success.
    const words = shellCommand(["map", "--max", "1", "--to", "csv"]);
    expect(await shell(`ulimit -f 64; echo 0,8000 | ${words} > limited`, folder)).toMatchObject({
      code: 1,
      stderr: "segring: stdout: file too large\n",
    });
  });

  test("errors that nobody reads change nothing", async () => {
    expect(await shell(`set -o pipefail; ${shellCommand(["map", "nowhere"])} 2>&1 >/dev/null | true`)).toMatchObject({
      code: 1,
    });
    expect(await shell(`${shellCommand(["map", "--frobnicate"])} 2> /dev/full`)).toMatchObject({ code: 2 });
  });

  test("standard input that is a directory, closed, a file", async () => {
    const map = shellCommand(["map", "-", "--to", "csv"]);
    expect(await shell(`${map} < ${folder}`)).toMatchObject({ code: 1, stderr: "segring: stdin: is a directory\n" });
    expect(await shell(`${map} <&-`)).toMatchObject({ code: 0, stdout: "addr,length,flags\n", stderr: "" });
    writeFileSync(join(folder, "in.csv"), "0,1\n");
    expect(await shell(`${map} < in.csv`, folder)).toMatchObject({ code: 0, stdout: "addr,length,flags\n0x0,1,0x0\n" });
  });

  test("files that are no regular ones: FIFO, /proc, a device", async () => {
    const map = (file: string) => `${shellCommand(["map", file, "--to", "csv"])}`;
    // More than a FIFO holds: it is read in several pieces.
    const fifo = await shell(`mkfifo in; (yes 0,1 | head -n 50000) > in & ${map("in")}`, folder);
    expect(fifo).toMatchObject({ code: 0, stdout: `addr,length,flags\n${"0x0,1,0x0\n".repeat(50_000)}`, stderr: "" });
    const maps = await shell(map("/proc/self/maps"));
    expect(maps).toMatchObject({ code: 0, stderr: "" });
    expect(maps.stdout.split("\n").length).toBeGreaterThan(10);
    expect(await shell(map("/dev/null"))).toMatchObject({ code: 0, stdout: "addr,length,flags\n" });
  });
});

test.runIf(onLinux)("an end does not wait for whoever holds a FIFO open", async () => {
  const map = shellCommand(["map", "held", "--from", "csv"]);
  // `kill` finds the holder alive only where the command has ended before it.
  const line = `mkfifo held; (echo oops; exec sleep 1000) > held 2> /dev/null & ${map}; code=$?; kill $! || code=99; exit $code`;
  expect(await shell(line, folder)).toMatchObject({
    code: 1,
    stderr: 'segring: held: line 1, column 1: expected addr,length[,flags], got "oops"\n',
  });
});

// A heap of 64 MB ends a process that keeps what it has read, as objects; test/heavy/memory.test.ts counts the bytes of buffers.
describe("a process of little memory takes any length", () => {
  const words = (...more: string[]) => shellCommand(["map", ...more], ["--max-old-space-size=64"]);
  const megabytes = (count: number) => runs(count) * 1e6;

  test("a file of frames, and twice as many bytes of records that they make", async () => {
    // A hole reads as zeros: the same frame again and again, none of which join.
    writeFileSync(join(folder, "hole.pfn64"), "");
    truncateSync(join(folder, "hole.pfn64"), megabytes(240));
    const line = `set -o pipefail; ${words("hole.pfn64", "--to", "records")} | ${words("--from", "records", "--max", "1KiB", "-o", "/dev/null", "--to", "records")}`;
    expect(await shell(line, folder)).toMatchObject({ code: 0, stdout: "", stderr: "" });
  });

  test("CSV in a pipe, as NDJSON", async () => {
    const lines = `yes 0x123456789000,4096 | head -n ${megabytes(100) / 20}`;
    const line = `${lines} | ${words("--to", "ndjson")} | tail -n 1; exit \${PIPESTATUS[2]}`;
    const last = '{"addr":"20015998341120","length":4096}\n';
    expect(await shell(line, folder)).toMatchObject({ code: 0, stdout: last, stderr: "" });
  });

  test("one range that makes a thousand million segments", async () => {
    const map = words("--max", "64MiB", "--to", "records");
    const line = `echo 0,1152921504606846976 | ${map} | head -c ${megabytes(300)} | wc -c; exit \${PIPESTATUS[1]}`;
    expect(await shell(line, folder)).toMatchObject({ code: 0, stdout: `${megabytes(300)}\n`, stderr: "" });
  });
});

// Most of the time they wait.
describe.runIf(onLinux)("a terminal", { concurrent: true }, () => {
  const BAR = /\[=* +\] \d+% \| [\d.]+ .iB read, \d+ segments \| (\d+s|\?) left/;
  let terminals = 0;

  /**
   * Runs a line of shell with a terminal for all three streams; `$seen` in it waits until a bar was shown there, with
   * counts that a pattern matches.
   */
  function onTerminal(line: string, keys = ":"): Promise<Result> {
    const log = `terminal${terminals++}`;
    // The log begins with the line itself, which the pattern does not match. The folder goes after the tests.
    const waiting = (text: string) =>
      text.replaceAll(/\$seen(?: '(.*?)')?/g, (_, counts = "B rea[d], ") => {
        return `until grep -q '${counts}' ${log} || [ ! -d ${folder} ]; do sleep 0.1; done`;
      });
    const quoted = waiting(line).replaceAll('"', '\\"');
    return shell(`(${waiting(keys)}) | script -qefc "${quoted}" ${log}`, folder);
  }

  test("shows a bar for long work, on standard error, and takes it away", async () => {
    writeFileSync(join(folder, "long.pfn64"), "");
    truncateSync(join(folder, "long.pfn64"), 8e6);
    // What takes long is the reader.
    const map = shellCommand(["map", "long.pfn64", "--to", "records"]);
    const { stdout } = await onTerminal(`${map} | ($seen; cat > /dev/null)`);
    expect(stdout).toMatch(BAR);
    // The last thing: the line is emptied.
    expect(stdout.endsWith("\u001b[2K")).toBe(true);
  });

  test("shows counts where the length is not known", async () => {
    const words = ["map", "--to", "csv", "-o", "out.csv"];
    const map = await onTerminal(`(echo 0,1; $seen; echo 5,1) | ${shellCommand(words)}`);
    expect(map.stdout).toContain("4 B read, 0 segments");
    expect(readFileSync(join(folder, "out.csv"), "utf8")).toBe("addr,length,flags\n0x0,1,0x0\n0x5,1,0x0\n");
    const info = await onTerminal(`(echo 0,1; $seen; echo 5,1) | ${shellCommand(["info"])}`);
    expect(info.stdout).toContain("4 B read, 0 segments");
    expect(info.stdout).toContain("records    2\r\n");
  });

  test("shows nothing where standard error is none", async () => {
    const map = `(echo 0,1; echo 5,1) | ${shellCommand(["map", "--to", "csv", "-o", "silent.csv"])}`;
    expect((await onTerminal(`${map} 2> errors`)).stdout).toBe("");
    expect(readFileSync(join(folder, "errors"), "utf8")).toBe("");
    expect(await shell(map, folder)).toMatchObject({ code: 0, stdout: "", stderr: "" });
  });

  test("shows rows, and no bar among them", async () => {
    const rows = await onTerminal(`(echo 0,1; echo 5,1) | ${shellCommand(["map", "--to", "csv"])}`);
    expect(rows.stdout).toBe("addr,length,flags\r\n0x0,1,0x0\r\n0x5,1,0x0\r\n");
  });

  test("Ctrl-C takes the bar and the temporary file away", async () => {
    mkdirSync(join(folder, "ctrl-c"));
    const map = shellCommand(["map", "-", "--from", "csv", "-o", "ctrl-c/interrupted.csv"]);
    // The terminal makes a signal of the character.
    const { stdout } = await onTerminal(
      `(echo 0,1; exec sleep 1000) | ${map}`,
      "$seen; ls -A ctrl-c > before; printf '\\003'",
    );
    expect(stdout).toContain("4 B read, 0 segments");
    expect(stdout).toMatch(/\[2K(\^C)?[\r\n]*$/);
    expect(readFileSync(join(folder, "before"), "utf8")).toMatch(/^\.segring-.*\.tmp\n$/);
    expect(readdirSync(join(folder, "ctrl-c"))).toEqual([]);
  });

  test("Ctrl-C is heard in the middle of a range that makes segments without end, while nothing is written", async () => {
    const info = shellCommand(["info", "--from", "csv"]);
    // Counts that change: it is at work, and gives way to the bar's timer.
    const { stdout } = await onTerminal(`echo 0,0xffffffffffffffff | ${info}`, "$seen 'read, [1-9]'; printf '\\003'");
    expect(stdout).toMatch(/ B read, [1-9]\d* segments/);
    expect(stdout).toMatch(/\[2K(\^C)?[\r\n]*$/);
  });

  test("gets no records", async () => {
    const seen = await onTerminal(shellCommand(["map", SAMPLE, "--to", "records"]));
    expect(seen.stdout).toBe("segring: records are binary, not for a terminal: use -o or a pipe\r\n");
    expect(seen.code).toBe(2);
    const named = await onTerminal(shellCommand(["map", SAMPLE, "--to", "records", "-o", "/dev/tty"]));
    expect(named).toMatchObject({ code: 2, stdout: seen.stdout });
    const map = await onTerminal(shellCommand(["map"]));
    expect(map).toMatchObject({
      code: 2,
      stdout: "segring: expected a FILE, or input in a pipe (- reads the terminal)\r\n",
    });
  });
});
