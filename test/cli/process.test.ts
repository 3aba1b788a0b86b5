import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { DATA, frames, type Result, SAMPLE, shell, shellCommand, spawnCli, temporaryFolder } from "./support.js";

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
    [1, ['segring: stdin: line 2: expected addr,length[,flags], got "oops"'], ["map"], "0,1\noops\n"],
    [1, ["segring: nowhere.csv: no such file or directory"], ["map", "nowhere.csv"], ""],
    [2, ["segring: unknown option '--frobnicate'"], ["map", "--frobnicate"], ""],
    [2, ["segring: expected a command: pin, map, union, plan, requests, descriptors or info (segring --help)"], [], ""],
  ])("exit %d, %j", async (expected, errors, words, stdin) => {
    const { code, signal, stderr } = await spawnCli(words, stdin);
    expect({ code, signal }).toEqual({ code: expected, signal: null });
    expect(stderr).toBe(errors.map((line) => `${line}\n`).join(""));
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
    expect(await shell(`set -o pipefail; ${shellCommand(["pin", "--bytes", "4KiB"])} | true`)).toMatchObject({
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
    const fifo = await shell(`mkfifo in; (echo 0,1; sleep 0.2; echo 1,1) > in & ${map("in")}`, folder);
    expect(fifo).toMatchObject({ code: 0, stdout: "addr,length,flags\n0x0,2,0x0\n", stderr: "" });
    const maps = await shell(map("/proc/self/maps"));
    expect(maps).toMatchObject({ code: 0, stderr: "" });
    expect(maps.stdout.split("\n").length).toBeGreaterThan(10);
    expect(await shell(map("/dev/null"))).toMatchObject({ code: 0, stdout: "addr,length,flags\n" });
  });
});

test.runIf(onLinux)("an end does not wait for whoever holds a FIFO open", async () => {
  const map = shellCommand(["map", "held", "--from", "csv"]);
  const start = performance.now();
  const line = `mkfifo held; (echo oops; exec sleep 25) > held 2> /dev/null & ${map}; code=$?; kill $!; exit $code`;
  expect(await shell(line, folder)).toMatchObject({
    code: 1,
    stderr: 'segring: held: line 1: expected addr,length[,flags], got "oops"\n',
  });
  expect(performance.now() - start).toBeLessThan(20_000);
});

describe("memory does not grow with the input", () => {
  const report = join(folder, "report.mjs");
  writeFileSync(
    report,
    `import { writeSync } from "node:fs";
    process.on("exit", () => writeSync(2, "RSS " + process.resourceUsage().maxRSS));`,
  );
  const limits = ["--max-old-space-size=64", "--import", pathToFileURL(report).href];

  /** Peak memory of a shell command, in MiB. */
  async function peak(line: string): Promise<number> {
    const { code, stderr } = await shell(line, folder);
    expect({ code, stderr: stderr.replace(/\d+$/, "") }).toEqual({ code: 0, stderr: "RSS " });
    return Number(/\d+$/.exec(stderr)?.[0]) / 1024;
  }

  const words = (...more: string[]) => shellCommand(["map", ...more], limits);
  let least = 0;
  /** MiB that buffers take until they are collected; each input or output below is twice that or more, or becomes more as objects. */
  const MARGIN = 120;

  test("a small input, to compare with", async () => {
    writeFileSync(join(folder, "small.pfn64"), frames(1n, 2n, 4n));
    least = await peak(words("small.pfn64", "--to", "records", "-o", "small.records"));
    expect(least).toBeGreaterThan(20);
  });

  test("a file of 240 MB of frames, and the 480 MB of records that they make", async () => {
    // A hole reads as zeros: the same frame again and again, none of which join.
    writeFileSync(join(folder, "hole.pfn64"), "");
    truncateSync(join(folder, "hole.pfn64"), 240e6);
    const line = `set -o pipefail; ${words("hole.pfn64", "--to", "records")} | ${words("--from", "records", "--max", "1KiB", "-o", "/dev/null", "--to", "records")} 2>/dev/null`;
    expect(await peak(line)).toBeLessThan(least + MARGIN);
  });

  test("100 MB of CSV in a pipe, as NDJSON to a slow reader", async () => {
    const lines = `yes 0x123456789000,4096 | head -n 5000000`;
    expect(await peak(`${lines} | ${words("--to", "ndjson")} | (sleep 1; cat > /dev/null)`)).toBeLessThan(
      least + MARGIN,
    );
  });

  test("one range that makes a thousand million segments", async () => {
    const line = `echo 0,1152921504606846976 | ${words("--max", "64MiB", "--to", "records")} | head -c 300000000 > /dev/null`;
    expect(await peak(line)).toBeLessThan(least + MARGIN);
  });
});

// Most of the time they wait.
describe.runIf(onLinux)("a terminal", { concurrent: true }, () => {
  const BAR = /\[=* +\] \d+% \| [\d.]+ .iB read, \d+ segments \| (\d+s|\?) left/;
  let terminals = 0;

  /** Runs a line of shell with a terminal for all three streams; `$seen` in it waits until a bar was shown there. */
  function onTerminal(line: string, keys = ":"): Promise<Result> {
    const log = `terminal${terminals++}`;
    const seen = `until grep -q 'B rea[d], ' ${log}; do sleep 0.1; done`;
    const quoted = line.replaceAll("$seen", seen).replaceAll('"', '\\"');
    return shell(`(${keys.replaceAll("$seen", seen)}) | script -qefc "${quoted}" ${log}`, folder);
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

  const slow = "(echo 0,1; sleep 2; echo 5,1)";

  test("shows nothing where standard error is none", async () => {
    const map = `${slow} | ${shellCommand(["map", "--to", "csv", "-o", "silent.csv"])}`;
    expect((await onTerminal(`${map} 2> errors`)).stdout).toBe("");
    expect(readFileSync(join(folder, "errors"), "utf8")).toBe("");
    expect(await shell(map, folder)).toMatchObject({ code: 0, stdout: "", stderr: "" });
  });

  test("shows no bar among the rows that it is showing, nor for short work", async () => {
    const rows = await onTerminal(`${slow} | ${shellCommand(["map", "--to", "csv"])}`);
    expect(rows.stdout).toBe("addr,length,flags\r\n0x0,1,0x0\r\n0x5,1,0x0\r\n");
    const short = await onTerminal(shellCommand(["map", SAMPLE, "-o", "short.csv"]));
    expect(short.stdout).toBe("");
  });

  test("Ctrl-C takes the bar and the temporary file away", async () => {
    mkdirSync(join(folder, "ctrl-c"));
    const map = shellCommand(["map", "-", "--from", "csv", "-o", "ctrl-c/interrupted.csv"]);
    // The terminal makes a signal of the character.
    const { stdout } = await onTerminal(
      `(echo 0,1; sleep 20) | ${map}`,
      "$seen; ls -A ctrl-c > before; printf '\\003'",
    );
    expect(stdout).toContain("4 B read, 0 segments");
    expect(stdout).toMatch(/\[2K(\^C)?[\r\n]*$/);
    expect(readFileSync(join(folder, "before"), "utf8")).toMatch(/^\.segring-.*\.tmp\n$/);
    expect(readdirSync(join(folder, "ctrl-c"))).toEqual([]);
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
