/** The race of the site's page without a page: who is wrong, who is too slow, who stops. No time matters. */
import { describe, expect, it } from "vitest";
import { loadBenchmark } from "../../site/rooms/race/benchmark.js";
import { cellsOf } from "../../site/rooms/race/cells.js";
import type { Contestant, Prepared, Workload } from "../../site/rooms/race/contest.js";
import { type Measured, measureWorkload, ORACLE_MOST, type Setting } from "../../site/rooms/race/measure.js";
import { runPart, runRace, type StartWorker, tableCount } from "../../site/rooms/race/run.js";
import { CURVE_WORKLOAD, type Job, serve } from "../../site/rooms/race/serve.js";
import { WORKLOADS } from "../../site/rooms/race/workloads.js";

/** Next to no time, and a limit that no call reaches. */
const SETTING: Setting = { count: 100, breaks: 10, rounds: 1, seconds: 1e-4, warmSeconds: 0, limitSeconds: 3600 };
const Benchmark = await loadBenchmark();

const named = (id: string) => WORKLOADS.find((workload) => workload.id === id) as Workload;

function measure(workload: Workload, setting: Setting = SETTING): Map<string, Measured> {
  const found = new Map<string, Measured>();
  const order = workload.contestants.map(({ name }) => name);
  measureWorkload(Benchmark, workload, setting, order, (said) => {
    if (said.kind === "measured") found.set(said.measured.contestant, said.measured);
  });
  return found;
}

/** A workload with one more contestant: the loop over a BigUint64Array, but for what `change` does. */
function withFault(change: (prepared: Prepared) => Prepared): Workload {
  const into = named("into");
  const loop = into.contestants.find(({ kind }) => kind === "loop") as Contestant;
  const faulty = {
    ...loop,
    name: "faulty",
    prepare: (input: Parameters<Contestant["prepare"]>[0]) => change(loop.prepare(input)),
  };
  return { ...into, contestants: [...into.contestants, faulty] };
}

describe("the contestants", () => {
  it.each([1, 2, 100, 3000].flatMap((count) => WORKLOADS.map(({ id }) => [id, count] as const)))(
    "%s, N = %i: every answer is the right one",
    (id, count) => {
      for (const breaks of [1, 50, 100]) {
        const found = measure(named(id), { ...SETTING, count, breaks });
        expect([...found.values()].filter(({ status }) => status !== "ok")).toEqual([]);
        expect([...found.keys()]).toEqual(named(id).contestants.map(({ name }) => name));
      }
    },
  );

  it("above the size of the oracle the JavaScript engine says what is right", () => {
    const found = measure(named("copied"), { ...SETTING, count: ORACLE_MOST + 1 });
    expect([...found.values()].map(({ status }) => status)).toEqual(["ok", "ok", "ok", "ok"]);
  });

  it("floors read and copy every byte", () => {
    const found = measure(CURVE_WORKLOAD);
    for (const name of ["reading", "copying", "fresh pages"]) expect(found.get(name)?.status).toBe("ok");
  });

  it("who is not run above an N has a row that says so", () => {
    const workload = named("objects");
    const contestants = workload.contestants.map((contestant) => ({ ...contestant, most: 99 }));
    const [first] = measure({ ...workload, contestants }).values();
    expect(first).toEqual({ contestant: "wasm", status: "left out", note: "not run above 99" });
  });
});

describe("a fault", () => {
  it("a wrong byte is WRONG, and not timed", () => {
    const workload = withFault((prepared) => ({
      ...prepared,
      answer() {
        const bytes = prepared.answer().slice();
        bytes[8] = (bytes[8] as number) ^ 1;
        return bytes;
      },
    }));
    const found = measure(workload);
    expect(found.get("faulty")).toEqual({
      contestant: "faulty",
      status: "wrong",
      note: "another answer than the right one",
    });
    expect(found.get("wasm")?.status).toBe("ok");
    const row = { workload: "into", count: 100, ...(found.get("faulty") as Measured) };
    expect(cellsOf(row)).toContain("WRONG: another answer than the right one");
  });

  it("an answer that is too short is WRONG", () => {
    const found = measure(withFault((prepared) => ({ ...prepared, answer: () => prepared.answer().subarray(16) })));
    expect(found.get("faulty")?.status).toBe("wrong");
  });

  it("an answer that is wrong in a later call only is WRONG", () => {
    let answers = 0;
    const found = measure(
      withFault((prepared) => ({
        ...prepared,
        answer: () => (answers++ === 0 ? prepared.answer() : new Uint8Array(0)),
      })),
    );
    expect(found.get("faulty")).toMatchObject({ status: "wrong", note: "another answer in a later call" });
  });

  it("a first call that throws is a failure of this contestant alone", () => {
    const found = measure(
      withFault((prepared) => ({
        ...prepared,
        run() {
          throw new Error("no more memory");
        },
      })),
    );
    expect(found.get("faulty")).toEqual({ contestant: "faulty", status: "failed", note: "no more memory" });
    expect(found.get("wasm")?.status).toBe("ok");
  });

  it("a first call that ends after the limit is over it", () => {
    const found = measure(named("into"), { ...SETTING, limitSeconds: 0 });
    for (const measured of found.values()) expect(measured).toMatchObject({ status: "over", note: "over 0 s" });
  });
});

/** Measures in this thread; who is in `hung` is called for ever. */
function inThisThread(hung: readonly string[], jobs: Job[] = []): StartWorker {
  return (hear) => {
    let isStopped = false;
    return {
      post(job) {
        jobs.push(job);
        const at = job.order.find((name) => hung.includes(name));
        const quick = { ...job.setting, ...SETTING, count: job.setting.count };
        if (at === undefined) void serve({ ...job, setting: quick }, (said) => isStopped || hear(said));
        else queueMicrotask(() => hear({ kind: "calling", contestant: at }));
      },
      terminate() {
        isStopped = true;
      },
    };
  };
}

describe("the watch of the time limit", () => {
  const setting = { ...SETTING, limitSeconds: 0.001 };

  it("stops who hangs, says so, and measures the others", async () => {
    const jobs: Job[] = [];
    const union = named("union");
    const { measured } = await runPart(inThisThread(["drange", "range-parser"], jobs), union, setting, () => {});
    expect(measured.map(({ contestant }) => contestant)).toEqual(union.contestants.map(({ name }) => name));
    const over = measured.filter(({ status }) => status === "over").map(({ contestant }) => contestant);
    expect(over).toEqual(["range-parser", "drange"]);
    expect(measured.filter(({ status }) => status === "ok")).toHaveLength(union.contestants.length - 2);
    // Who comes after the one that hung is called first, so that nobody is called twice for another's hang.
    expect(jobs[1]?.order.slice(0, 2)).toEqual(["multi-integer-range", "drange"]);
  });

  it("a worker that ends while a contestant runs costs this contestant", async () => {
    const start: StartWorker = (hear, fail) => ({
      post({ order, setting: given }) {
        queueMicrotask(() => {
          hear({ kind: "calling", contestant: order[0] as string });
          if (order[0] === "wasm") fail("out of memory");
          else void serve({ workload: "into", setting: { ...SETTING, count: given.count }, order }, hear);
        });
      },
      terminate() {},
    });
    const { measured } = await runPart(start, named("into"), SETTING, () => {});
    expect(measured[0]).toEqual({ contestant: "wasm", status: "failed", note: "out of memory" });
    expect(measured.slice(1).map(({ status }) => status)).toEqual(["ok", "ok", "ok"]);
  });

  it("a worker that cannot start ends the race with a message", async () => {
    const start: StartWorker = (_, fail) => ({ post: () => queueMicrotask(() => fail("404")), terminate() {} });
    await expect(runPart(start, named("into"), setting, () => {})).rejects.toThrow(
      "the worker of the race failed: 404",
    );
  });

  it("a race that is stopped gives what was measured, and says that it was stopped", async () => {
    const stop = new AbortController();
    const seen: string[] = [];
    const results = await runRace(
      inThisThread([]),
      { count: 10, breaks: 10, quick: true },
      {
        signal: stop.signal,
        progress(done, _, doing) {
          seen.push(doing);
          if (done === 1) stop.abort();
        },
      },
    );
    expect(results.stopped).toBe(true);
    expect(new Set(results.rows.map(({ workload }) => workload))).toContain("in place");
    expect(new Set(results.rows.map(({ workload }) => workload))).not.toContain("union");
    expect(seen[0]).toBe("Records in place, N = 10: wasm");
    expect(seen).not.toContain("done");
  });

  it("a whole race has a row for every contestant of every workload", async () => {
    const choice = { count: 10, breaks: 10, quick: true };
    const results = await runRace(inThisThread([]), choice, { progress() {} });
    const pairs = results.rows.map(({ workload, contestant }) => `${workload}: ${contestant}`);
    const wanted = WORKLOADS.flatMap(({ id, contestants }) => contestants.map(({ name }) => `${id}: ${name}`));
    expect(pairs).toEqual(wanted);
    expect(new Set(results.curve.map(({ count }) => count))).toEqual(new Set([1, 10, 100, 1e3, 1e4, 1e5]));
    expect(tableCount({ ...choice, count: 1e7 })).toBe(10_000);
  });
});
