/** samples/distributed/dask-*.py on a scheduler and two workers, of which one may die, give the bytes of one process. */
import type { ChildProcess } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { result, until } from "../cli/support.js";
import { Random } from "../support/random.js";
import { hardRecords, SHAPES } from "./inputs.js";
import { need, Place, sample } from "./support.js";

const place = new Place();
const random = new Random(81);
/** Debian's packages are for Debian's Python. */
const PYTHON = "/usr/bin/python3";
const REDUCE = "dask-reduce.py";
const PARTITION = "dask-partition.py";
const LIMITS = "--max 123457000 --boundary 1GiB --align 1KiB";

let address = "";
let workers: ChildProcess[] = [];

/** Starts a program of Dask, and waits until it says something. */
async function started(words: readonly string[], host: string, says: RegExp): Promise<[ChildProcess, string]> {
  const child = place.start([...words, "--host", "127.0.0.1", "--no-dashboard"], { SEGRING_HOST: host });
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said += chunk;
  });
  await until(() => says.test(said) || child.exitCode !== null);
  const [, found] = says.exec(said) ?? [];
  if (found === undefined) throw new Error(`${words[0]} ended: ${said}`);
  return [child, found];
}

let scheduler: ChildProcess;
beforeAll(() => {
  need("/usr/bin/dask-scheduler", "/usr/bin/dask-worker");
  for (const [name, shape] of Object.entries(SHAPES)) {
    writeFileSync(place.path(`${name}.records`), hardRecords(random, 3001, shape));
  }
});

beforeEach(async () => {
  [scheduler, address] = await started(["/usr/bin/dask-scheduler", "--port", "0"], "none", /Scheduler at: +(\S+)/);
  const worker = (name: string) => {
    const words = [
      "/usr/bin/dask-worker",
      address,
      "--nthreads",
      "1",
      "--no-nanny",
      "--local-directory",
      place.path(name),
    ];
    return started(words, name, /Registered to: +(\S+)/);
  };
  const [[one], [two]] = await Promise.all([worker("one"), worker("two")]);
  workers = [one, two];
  place.calls();
});

afterEach(async () => {
  const all = [...workers, scheduler];
  for (const child of all) child.kill("SIGKILL");
  await until(() => all.every((child) => child.exitCode !== null || child.signalCode !== null));
});

const dask = (name: string, words: readonly string[], limits: string) => {
  const options = limits.split(" ").filter((word) => word !== "");
  return [PYTHON, sample(name), "--scheduler", address, ...words, ...(options.length > 0 ? ["--", ...options] : [])];
};
const killWorker = (pid: number) => {
  const worker = workers.find((worker) => worker.pid === pid);
  expect(worker).toBeDefined();
  worker?.kill("SIGKILL");
};
const input = (shape: string) => place.path(`${shape}.records`);
const expectedOf = (command: string, shape: string, options: string) =>
  place.one(command, input(shape), ...options.split(" ").filter((word) => word !== ""), "--no-gzip", "--to", "records");
const contentOf = (folder: string) =>
  readdirSync(folder)
    .sort()
    .map((name) => readFileSync(`${folder}/${name}`));

/** What was said, without what Dask says on a busy machine when it leaves a scheduler: that a message of its own came late. */
function told(stderr: string): string {
  return stderr.replace(/^Future exception was never retrieved\nfuture: .*\n(?:.*TimeoutError: .*\n)+/gm, "");
}

describe("a tree of joins", () => {
  it("map and union: the bytes of one process, and Dask's progress bar", async () => {
    for (const [command, shape, limits] of [
      ["map", "apart", ""],
      ["map", "over one another, and wide", LIMITS],
      ["union", "close together", LIMITS],
      ["union", "over one another, and wide", `${LIMITS} --gap 5000`],
    ] as const) {
      const expected = await expectedOf(command, shape, limits);
      place.calls();
      const words = ["--block", "8192", "--fan-in", "3", command, input(shape), "out.records"];
      const run = await place.run(dask(REDUCE, words, limits));
      expect([run.code, told(run.stderr)]).toEqual([0, ""]);
      expect(run.stdout).toContain("100% Completed");
      expect(readFileSync(place.path("out.records")).equals(expected)).toBe(true);
      expect(new Set(place.calls())).toEqual(new Set(["one", "two"]));
    }
  });

  it("a worker that is killed in the midst of a block: nothing is lost, and nothing is there twice", async () => {
    const expected = await expectedOf("map", "apart", "");
    const held = place.hold("any");
    const run = result(place.start(dask(REDUCE, ["--block", "4096", "map", input("apart"), "killed.records"], "")));
    killWorker(await held);
    expect(await run).toMatchObject({ code: 0 });
    expect(readFileSync(place.path("killed.records")).equals(expected)).toBe(true);
  });

  it("nothing, and a record that is not valid", async () => {
    writeFileSync(place.path("none.records"), "");
    expect(await place.run(dask(REDUCE, ["union", "none.records", "none.csv"], ""))).toMatchObject({ code: 0 });
    expect(readFileSync(place.path("none.csv"), "utf8")).toBe("addr,length,flags\n");
    writeFileSync(place.path("bad.records"), Buffer.alloc(32));
    for (const [name, ...words] of [
      [REDUCE, "map", "bad.records", "bad-out"],
      [PARTITION, "bad.records", "bad-out"],
    ] as const) {
      const bad = await place.run(dask(name, words, ""));
      expect(bad.code).toBe(1);
      expect(bad.stderr).toContain("length expected 1 to 4294967296, got 0");
    }
    expect(readdirSync(place.folder).filter((name) => name.startsWith("bad-out"))).toEqual([]);
  });
});

describe("a union by parts of the address space", () => {
  it.each([
    ["apart", 0, "", 5],
    ["apart", 300_000_000, LIMITS, 7],
    ["close together", 0, LIMITS, 4],
    ["over one another, and wide", 0, "", 6],
    ["over one another, and wide", 0, LIMITS, 9],
    ["over one another, and wide", 70_000, LIMITS, 3],
    ["apart", 0, "", 1],
  ] as const)(
    "%s, gap %i, %s, %i parts: all files together are the bytes of one process",
    async (shape, gap, limits, parts) => {
      const expected = await expectedOf("union", shape, `--gap ${gap} ${limits}`);
      const folder = place.path(`result-${random.u32()}`);
      const words = ["--block", "16384", "--parts", `${parts}`, "--gap", `${gap}`, input(shape), folder];
      const run = await place.run(dask(PARTITION, words, limits));
      expect([run.code, told(run.stderr)]).toEqual([0, ""]);
      const files = contentOf(folder);
      expect(Buffer.concat(files).equals(expected)).toBe(true);
      // No file has much more than its share.
      if (shape === "apart" && gap === 0) {
        expect(Math.max(...files.map((file) => file.length))).toBeLessThan((1.5 * expected.length) / parts);
      }
    },
  );

  it("a worker that is killed while it unites a part", async () => {
    const expected = await expectedOf("union", "close together", "--max 4KiB");
    const folder = place.path("killed-parts");
    const words = ["--block", "16384", "--parts", "4", input("close together"), folder];
    // Only parts are merged.
    const held = place.hold("any", "--sorted");
    const run = result(place.start(dask(PARTITION, words, "--max 4KiB")));
    killWorker(await held);
    expect(await run).toMatchObject({ code: 0 });
    expect(Buffer.concat(contentOf(folder)).equals(expected)).toBe(true);
  });

  it("a folder that is there is refused", async () => {
    const run = await place.run(dask(PARTITION, [input("apart"), place.folder], ""));
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining("folder expected not to exist")]);
    expect(existsSync(place.folder)).toBe(true);
  });
});
