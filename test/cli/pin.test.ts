import { describe, expect, test } from "vitest";
import type { PinnedFrames } from "../../src/cli/io.js";
import { SegringError } from "../../src/core/errors.js";
import { pageFrames } from "../../src/index.js";
import { readMaps, readPageFrames } from "../../src/node/index.js";
import { says } from "../support/blame.js";
import { startAsNobody } from "../support/nobody.js";
import { cli, command, result, spawnCli, start } from "./support.js";

/** Frames as the system would show them: pages 100 to 109, 5, and 7. */
const pin = (byteLength: number): PinnedFrames => ({
  frames: pageFrames(BigUint64Array.of(...Array.from({ length: 10 }, (_, page) => 100n + BigInt(page)), 5n, 7n), {
    byteLength,
  }),
  readMilliseconds: 2,
});
const hidden = () => {
  throw new SegringError("NO_PRIVILEGE", "the kernel hides frames");
};

/** The rows of a report, by name. */
function reportOf(stdout: string): Map<string, string> {
  const [head = ""] = stdout.split("\n\n");
  return new Map(head.split("\n").map((line) => [line.slice(0, 17).trim(), line.slice(17)]));
}

/** Whether the system shows this process its frames. */
function mayReadFrames(): boolean {
  try {
    const stack = readMaps().find(({ path }) => path === "[stack]");
    readPageFrames((stack?.addr ?? 0n) + (stack?.length ?? 0n) - 1n, 1);
    return true;
  } catch {
    return false;
  }
}

describe("pin", () => {
  test("maps the frames and says what came out", async () => {
    const { code, stdout, stderr } = await cli(["pin", "--size", "45057"], { pin });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const report = reportOf(stdout);
    expect(Object.fromEntries(report)).toMatchObject({
      memory: "45057 B of this process's memory",
      "pages in": "12 of 4 KiB",
      "segments out": "3",
      "largest segment": "40 KiB",
      "reading frames": "2 ms, 0.006 million pages/s",
      records: "48 bytes: 1 page of 256 records, 1.2 % full",
    });
    expect(report.get("mapping")).toMatch(/^[\d.e-]+ ms, [\d.e+-]+ million pages\/s; the first time [\d.e-]+ ms$/);
    expect(stdout.split("\n\n")[1]).toBe(`address                   size B  flags
0x0000000000064000         40960  -
0x0000000000005000          4096  -
0x0000000000007000             1  -
`);
  });

  test("figures have three digits", async () => {
    const { stdout } = await cli(["pin", "--size", "48KiB"], {
      pin: (byteLength) => ({ ...pin(byteLength), readMilliseconds: 12345 }),
    });
    expect(reportOf(stdout).get("reading frames")).toBe("12300 ms, 9.72e-7 million pages/s");
  });

  test("takes limits, an engine and how many rows to show", async () => {
    const words = [
      "pin",
      "--size",
      "48KiB",
      "--max",
      "8KiB",
      "--boundary",
      "16KiB",
      "--align",
      "4KiB",
      "--engine",
      "js",
    ];
    const { stdout } = await cli([...words, "--rows", "2"], { pin });
    expect(Object.fromEntries(reportOf(stdout))).toMatchObject({ "segments out": "7", "largest segment": "8 KiB" });
    expect(stdout.split("\n\n")[1]).toBe(`address                 size KiB  flags
0x0000000000064000             8  -
0x0000000000066000             8  -
… and 5 more
`);
    const none = await cli([...words, "--rows", "0"], { pin });
    expect(none.stdout).toMatch(/flags\n… and 7 more\n$/);
    const all = await cli([...words, "--rows", "100"], { pin });
    expect(all.stdout).toMatch(/0x0000000000007000 +4 {2}-\n$/);
  });

  test("more segments than a page of records holds", async () => {
    const { stdout } = await cli(["pin", "--size", "48KiB", "--max", "64", "--rows", "0"], { pin });
    expect(reportOf(stdout).get("records")).toBe("12288 bytes: 3 pages of 256 records, 100.0 % full");
  });

  test("a page of records that is nearly full is not called full", async () => {
    const pages = 9 * 256 - 1;
    const apart = BigUint64Array.from({ length: pages }, (_, index) => 2n * BigInt(index));
    const { stdout } = await cli(["pin", "--size", String(pages * 4096), "--rows", "0"], {
      pin: (byteLength) => ({ frames: pageFrames(apart, { byteLength }), readMilliseconds: 2 }),
    });
    expect(reportOf(stdout).get("records")).toBe("36848 bytes: 9 pages of 256 records, > 99.9 % full");
  });

  test("without the privilege: says so in one line, and maps the sample", async () => {
    const { code, stdout, stderr } = await cli(["pin", "--size", "1GiB"], { pin: hidden });
    expect(stderr).toBe("segring: the kernel hides frames; mapping a recorded sample instead\n");
    expect(code).toBe(0);
    expect(Object.fromEntries(reportOf(stdout))).toMatchObject({
      memory: "1 GiB recorded on another machine (thp-1g.records.gz)",
      "pages in": "262144 of 4 KiB",
      "segments out": "318",
      "reading frames": "recorded before",
      records: "5088 bytes: 2 pages of 256 records, 62.1 % full",
    });
    const less = await cli(["pin", "--size", "64MiB"], { pin: hidden });
    expect(Object.fromEntries(reportOf(less.stdout))).toMatchObject({
      memory: expect.stringMatching(/^64 MiB recorded/),
      "pages in": "16384 of 4 KiB",
    });
    const more = await cli(["pin", "--size", "3GiB"], { pin: hidden });
    expect(Object.fromEntries(reportOf(more.stdout))).toMatchObject({
      memory: expect.stringMatching(/^1 GiB recorded/),
      "pages in": "262144 of 4 KiB",
    });
  });

  test("off Linux: the same", async () => {
    const { code, stdout, stderr } = await cli(["pin"], {
      pin: () => {
        throw new Error('"/proc/self/auxv" expected on Linux, this is darwin');
      },
    });
    expect(stderr).toEqual(says('"/proc/self/auxv"'));
    expect(code).toBe(0);
    expect(stdout).toContain("segments out     318\n");
  });

  test("other faults are not hidden behind the sample: exit 1", async () => {
    const failing = (error: Error) =>
      cli(["pin"], {
        pin: () => {
          throw error;
        },
      });
    expect(await failing(new SegringError("OUT_OF_MEMORY", "--size expected at most 1"))).toMatchObject({
      code: 1,
      stdout: "",
      stderr: says("--size"),
    });
    expect(await failing(new RangeError('"addr" expected pages that are all present'))).toMatchObject({
      code: 1,
      stdout: "",
      stderr: says('"addr"'),
    });
    expect(await failing(new TypeError("a mistake"))).toMatchObject({
      code: 1,
      stdout: "",
      stderr: "segring: unexpected error: a mistake (please report it)\n",
    });
  });

  test("as a process: real frames where the system shows them, the sample where it does not", async () => {
    const { code, stdout, stderr } = await spawnCli(["pin", "--size", "64MiB"]);
    expect(code).toBe(0);
    const report = reportOf(stdout);
    expect(report.get("pages in")).toMatch(/^\d+ of \d+ KiB$/);
    expect(Number(report.get("segments out"))).toBeGreaterThan(0);
    if (mayReadFrames()) {
      expect(stderr).toBe("");
      expect(report.get("memory")).toBe("64 MiB of this process's memory");
      expect(report.get("reading frames")).toMatch(/ million pages\/s$/);
    } else {
      expect(stderr).toMatch(/^segring: .*; mapping a recorded sample instead\n$/);
      expect(report.get("memory")).toMatch(/^64 MiB recorded on another machine/);
    }
  });

  test.runIf(process.platform === "linux")("as a process without privileges", async () => {
    const { code, stdout, stderr } = await result(startAsNobody(["pin", "--size", "64MiB"]));
    expect(stderr).toMatch(/^segring: [^\n]*; mapping a recorded sample instead\n$/);
    expect(code).toBe(0);
    expect(stdout).toContain("segments out     32\n");
  });

  test("more than there can be is refused", async () => {
    const child = result(start(command(["pin", "--size", "1EiB"])));
    expect(await child).toMatchObject({
      code: 2,
      stderr: says("--size"),
    });
  });
});
