/** samples/distributed/gnu-parallel-*.sh on this machine give the bytes of one process, and so what they say of GNU parallel. */
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { result, until } from "../cli/support.js";
import { Random } from "../support/random.js";
import { hardRecords, LIKE_GZIP, SHAPES } from "./inputs.js";
import { endAll, need, Place, sample } from "./support.js";

const RECORDS = "gnu-parallel-records.sh";
const LINES = "gnu-parallel-lines.sh";
const RESUME = "gnu-parallel-resume.sh";
const place = new Place();
const random = new Random(18);
const input = (name: string) => {
  const path = place.path(`${name}.records`);
  if (!existsSync(path)) writeFileSync(path, hardRecords(random, 3001, SHAPES[name] as (typeof SHAPES)[string]));
  return path;
};
const done = { code: 0, stdout: "" };
/** What a run leaves beside its output. */
const left = () => readdirSync(place.folder).filter((name) => name.startsWith(".segring-"));

beforeAll(() => need("parallel"));

const LIMITS = "--max 123457000 --boundary 1GiB --align 1KiB";
const RUNS = [
  ["apart", "map", ""],
  ["apart", "union", "--gap 3000"],
  ["close together", "union", LIMITS],
  ["over one another, and wide", "map", LIMITS],
  ["over one another, and wide", "union", `--gap 3000 ${LIMITS}`],
] as const;

describe("records", () => {
  it.each(RUNS)("%s: %s %s", async (shape, command, limits) => {
    const options = limits.split(" ").filter((word) => word !== "");
    const path = input(shape);
    const expected = await place.one(command, path, ...options, "--no-gzip", "--to", "records");
    const run = await place.sample(RECORDS, "-b", "8192", command, path, "out.records", ...options);
    expect(run).toMatchObject({ ...done, stderr: "" });
    expect(readFileSync(place.path("out.records")).equals(expected)).toBe(true);
    const parts = `parts-${random.u32()}`;
    expect(await place.sample(RESUME, "-b", "16000", command, path, parts, "out.records", ...options)).toMatchObject(
      done,
    );
    expect(readFileSync(place.path("out.records")).equals(expected)).toBe(true);
    expect(left()).toEqual([]);
  });

  it("a block begins like a compressed file: the input has such blocks", () => {
    const bytes = readFileSync(input("apart"));
    const starts = Array.from({ length: 5 }, (_, block) => bytes.readBigUInt64LE(8192 * block));
    expect(starts.filter((addr) => addr % 2n ** 24n === LIKE_GZIP)).not.toEqual([]);
  });

  it.each([RECORDS, RESUME])("none: %s", async (name) => {
    writeFileSync(place.path("none.records"), "");
    for (const command of ["map", "union"]) {
      const parts = name === RESUME ? [`no-parts-${command}`] : [];
      const run = await place.sample(name, command, "none.records", ...parts, "none.csv");
      expect(run).toMatchObject(done);
      expect(readFileSync(place.path("none.csv"), "utf8")).toBe("addr,length,flags\n");
    }
  });

  it("one that is not valid: exit code, message, and the output is as it was", async () => {
    const bytes = Buffer.from(readFileSync(input("apart")));
    bytes.fill(0, 40_000, 40_016);
    writeFileSync(place.path("bad.records"), bytes);
    writeFileSync(place.path("kept.csv"), "as it was");
    for (const [name, ...parts] of [[RECORDS], [RESUME, "bad-parts"]] as const) {
      const run = await place.sample(name, "-b", "16000", "map", "bad.records", ...parts, "kept.csv");
      expect(run.code).not.toBe(0);
      expect(run.stderr).toContain("length expected 1 to 4294967296, got 0");
      expect(readFileSync(place.path("kept.csv"), "utf8")).toBe("as it was");
    }
    expect(left()).toEqual([]);
  });
});

describe("lines", () => {
  const csv = (header: string, row: (addr: bigint, length: number, flags: number) => string) => {
    const bytes = readFileSync(input("close together"));
    const rows = Array.from({ length: bytes.length / 16 }, (_, i) =>
      row(bytes.readBigUInt64LE(16 * i), bytes.readUInt32LE(16 * i + 8), bytes.readUInt32LE(16 * i + 12)),
    );
    return `${header}${rows.join("\n")}\n`;
  };
  const texts: Record<string, [text: string, from: string]> = {
    CSV: [csv("", (addr, length, flags) => `${addr},${length},${flags}`), "--from csv"],
    "CSV with a header in another order": [
      csv(
        "\ufeff# made here\n\nSize;Offset;Flags\n",
        (addr, length, flags) => `${length};0x${addr.toString(16)};${flags}`,
      ),
      "--from csv",
    ],
    "CSV with columns": [
      csv("what,from,bytes\n", (addr, length) => `start,${addr},${length}`),
      "--from csv --columns name,start,length",
    ],
    NDJSON: [csv("", (addr, length, flags) => JSON.stringify({ addr: `${addr}`, length, flags })), "--from ndjson"],
  };

  it.each(Object.keys(texts))("%s", async (name) => {
    const [text, from] = texts[name] as [string, string];
    writeFileSync(place.path("lines.txt"), text);
    for (const [command, ...limits] of [["map"], ["union", "--gap", "100", "--max", "12KiB"]] as const) {
      const expected = await place.one(command, "lines.txt", ...from.split(" "), ...limits, "--to", "records");
      const words = ["-b", "20000", "-i", from, command];
      expect(await place.sample(LINES, ...words, "lines.txt", "out.records", ...limits)).toMatchObject(done);
      expect(readFileSync(place.path("out.records")).equals(expected)).toBe(true);
      const piped = await place.run([sample(LINES), ...words, "-", "piped.records", ...limits], { stdin: text });
      expect(piped).toMatchObject({ ...done, stderr: "" });
      expect(readFileSync(place.path("piped.records")).equals(expected)).toBe(true);
    }
  });

  it("NOMERGE ranges above 4 GiB, cut where 4 GiB is no multiple of the limit", async () => {
    const rows = Array.from(
      { length: 40 },
      (_, i) => `${i * 3_000_000_000},${6_000_000_000 + i},${i % 3 === 0 ? 2 : 0}`,
    );
    writeFileSync(place.path("wide.csv"), `${rows.join("\n")}\n`);
    for (const command of ["map", "union"]) {
      const expected = await place.one(command, "wide.csv", "--max", "7000000", "--to", "csv");
      const run = await place.sample(LINES, "-b", "300", command, "wide.csv", "wide.out.csv", "--max", "7000000");
      expect(run).toMatchObject(done);
      expect(readFileSync(place.path("wide.out.csv")).equals(expected)).toBe(true);
    }
  });

  it("none, and one without an end", async () => {
    for (const [text, rows] of [
      ["", ""],
      ["addr,length\n", ""],
      ["1,2", "0x1,2,0x0\n"],
    ]) {
      const run = await place.run([sample(LINES), "union", "-", "few.csv"], { stdin: text as string });
      expect(run).toMatchObject(done);
      expect(readFileSync(place.path("few.csv"), "utf8")).toBe(`addr,length,flags\n${rows}`);
    }
  });

  it("one that is wrong: exit code, message, and no output", async () => {
    const run = await place.run([sample(LINES), "-b", "8", "map", "-", "no.csv"], { stdin: "1,2\n3,4\n5,six\n7,8\n" });
    expect(run.code).not.toBe(0);
    expect(run.stderr).toContain("length expected an integer");
    expect(existsSync(place.path("no.csv"))).toBe(false);
    expect(left()).toEqual([]);
  });
});

describe("a run that is resumed", () => {
  it.each(["map", "union"])("%s: goes on where it was killed, and does no block twice", async (command) => {
    const path = input("apart");
    const expected = await place.one(command, path, "--no-gzip", "--to", "records");
    const parts = `resumed-${command}`;
    const words = [sample(RESUME), "-b", "8000", "-j", "2", command, path, parts, `${parts}.records`];
    const whole = () => readdirSync(place.path(parts)).filter((name) => name.endsWith(".records"));
    const held = place.hold("any");
    const run = result(place.start(words, { SEGRING_RUN: "killed" }));
    await held;
    await until(() => whole().length >= 2);
    await endAll("SEGRING_RUN=killed");
    expect(await run).toMatchObject({ signal: "SIGKILL" });
    const before = whole().length;
    expect(before).toBeLessThan(7);
    expect(existsSync(place.path(`${parts}.records`))).toBe(false);
    place.calls();
    const { code, stderr } = await place.run(words);
    expect([code, stderr]).toEqual([0, `${before} of 7 blocks were done before\n`]);
    expect(place.calls()).toHaveLength(7 - before);
    expect(readFileSync(place.path(`${parts}.records`)).equals(expected)).toBe(true);
  });

  it("parts of an input that has changed, or of other blocks, are refused", async () => {
    writeFileSync(place.path("changed.records"), readFileSync(input("apart")));
    const run = (block: string) =>
      place.sample(RESUME, "-b", block, "map", "changed.records", "old-parts", "changed.csv");
    expect(await run("32000")).toMatchObject(done);
    const other = await run("16000");
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining("PARTS has parts of another run")]);
    utimesSync(place.path("changed.records"), 1, 1);
    expect((await run("32000")).code).toBe(2);
  });
});

describe("GNU parallel: what docs/scale.md warns of. If a newer version passes no such test, change the document and the samples", () => {
  const LINE = 16;
  const blocks = Array.from({ length: 4 }, (_, block) => String.fromCharCode(97 + block).repeat(LINE));
  const parallel = (words: readonly string[], script: string) => {
    writeFileSync(place.path("letters"), blocks.join(""));
    return place.run(["parallel", "-k", "-j1", "--recend", "", "--block", `${LINE}`, ...words, script]);
  };

  it("--pipepart --resume-failed: a job gets the block of another", async () => {
    const words = ["--pipepart", "-a", "letters", "--joblog", "joblog"];
    const first = await parallel(words, "[ {#} != 3 ] && cat");
    expect(first.stdout).toBe(`${blocks[0]}${blocks[1]}${blocks[3]}`);
    const again = await parallel([...words, "--resume-failed"], "cat");
    expect(again.code).toBe(0);
    // The third block is lost, and the first is there twice.
    expect(again.stdout).not.toContain(blocks[2]);
    expect(again.stdout).toContain(blocks[0]);
  });

  const failsOnce = (name: string) => `if [ {#} = 3 ] && mkdir ${name} 2>&-; then exit 1; fi; cat`;

  it("--pipepart --retries: the second try gets nothing, and the run ends with 0; --pipe --retries: it gets the block", async () => {
    const part = await parallel(["--pipepart", "-a", "letters", "--retries", "3"], failsOnce("part-failed"));
    expect(part).toMatchObject({ code: 0, stdout: `${blocks[0]}${blocks[1]}${blocks[3]}` });
    const piped = await place.run(
      ["parallel", "-k", "--recend", "", "--block", `${LINE}`, "--pipe", "--retries", "3", failsOnce("pipe-failed")],
      { stdin: blocks.join("") },
    );
    expect(piped).toMatchObject({ code: 0, stdout: blocks.join("") });
  });

  it("--pipe --header --retries: each block gets the header twice", async () => {
    const words = ["parallel", "-k", "--pipe", "--header", ":", "--block", "4", "--retries", "3", "grep -c addr"];
    expect(await place.run(words, { stdin: "addr,length\n1,2\n3,4\n" })).toMatchObject({ code: 0, stdout: "2\n2\n" });
  });

  it("PARALLEL may not bring such retries back", async () => {
    const path = input("apart");
    const expected = await place.one("map", path, "--no-gzip", "--to", "records");
    const env = { PARALLEL: "--retries 5" };
    const failing = `${place.bin}/failing`;
    mkdirSync(failing);
    // A segring that fails once, in a block.
    writeFileSync(
      `${failing}/segring`,
      `#!/bin/bash\nif [[ " $* " != *" -o "* ]] && mkdir ${place.path("failed-once")} 2>&-; then exit 7; fi\nexec ${place.bin}/segring "$@"\n`,
      { mode: 0o755 },
    );
    const words = [sample(RECORDS), "-b", "16000", "map", path, "retried.records"];
    const failed = await place.run(words, { env: { ...env, PATH: `${failing}:${place.env.PATH}` } });
    expect(failed.code).not.toBe(0);
    expect(existsSync(place.path("retried.records"))).toBe(false);
    expect(await place.run(words, { env })).toMatchObject(done);
    expect(readFileSync(place.path("retried.records")).equals(expected)).toBe(true);
  });
});
