/** samples/distributed/gnu-parallel-*.sh over ssh, on two hosts of which one may die. */
import { readFileSync, writeFileSync } from "node:fs";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { result } from "../cli/support.js";
import { Random } from "../support/random.js";
import { type Host, startHosts } from "./hosts.js";
import { hardRecords, SHAPES } from "./inputs.js";
import { need, Place, sample } from "./support.js";

const place = new Place();
const input = place.path("in.records");
const text = place.path("in.csv");
let hosts: Host[] = [];
const BLOCK_BYTES = 12_800;
const BLOCKS = 4;

beforeAll(async () => {
  need("parallel", "ssh", "ssh-keygen", "/usr/sbin/sshd");
  writeFileSync(input, hardRecords(new Random(7), 3001, SHAPES["close together"] as (typeof SHAPES)[string]));
  writeFileSync(text, await place.one("map", input, "--no-gzip", "--to", "csv"));
});

beforeEach(async () => {
  hosts = await startHosts(place, ["alpha", "beta"]);
  place.calls();
});

afterEach(async () => {
  for (const host of hosts) await host.die();
});

/** Each sample, on both hosts, with one job at a time on each. */
const SAMPLES = {
  records: (command: string) => [sample("gnu-parallel-records.sh"), ...where(BLOCK_BYTES), command, input],
  lines: (command: string) => [sample("gnu-parallel-lines.sh"), ...where(20_000), command, text],
  resume: (command: string) => [sample("gnu-parallel-resume.sh"), ...where(BLOCK_BYTES), command, input, newParts()],
};
type Name = keyof typeof SAMPLES;
const where = (block: number) => ["-S", "alpha,beta", "-j", "1", "-b", `${block}`];
let parts = 0;
const newParts = () => place.path(`parts-${parts++}`);
const expectedOf = (name: Name, command: string) =>
  place.one(command, name === "lines" ? text : input, "--no-gzip", "--to", "records");
const output = place.path("out.records");

describe("both hosts", () => {
  it.each([
    ["records", "map"],
    ["records", "union"],
    ["lines", "union"],
    ["resume", "map"],
  ] as const)("%s, %s: the bytes of one process", async (name, command) => {
    const expected = await expectedOf(name, command);
    place.calls();
    expect(await place.run([...SAMPLES[name](command), output])).toMatchObject({ code: 0, stdout: "" });
    expect(readFileSync(output).equals(expected)).toBe(true);
    const calls = place.calls();
    expect(new Set(calls)).toEqual(new Set(["alpha", "beta"]));
    if (name !== "lines") expect(calls).toHaveLength(BLOCKS);
  });
});

describe("a host that dies in the midst of a block", () => {
  it.each([
    ["records", "map"],
    ["records", "union"],
    ["lines", "map"],
    ["resume", "map"],
    ["resume", "union"],
  ] as const)("%s, %s: the other host does its blocks, and nothing is lost or twice", async (name, command) => {
    const expected = await expectedOf(name, command);
    place.calls();
    const held = place.hold("alpha");
    const run = result(place.start([...SAMPLES[name](command), output]));
    await held;
    await (hosts[0] as Host).die();
    expect(await run).toMatchObject({ code: 0, stdout: "" });
    expect(readFileSync(output).equals(expected)).toBe(true);
    const calls = place.calls();
    const lost = calls.filter((host) => host === "alpha");
    expect(lost.length).toBeGreaterThan(0);
    // The block that alpha held, once more.
    if (name !== "lines") expect(calls).toHaveLength(BLOCKS + 1);
  });

  it("one that says nothing any more is given up, by ssh's own clock", async () => {
    const expected = await expectedOf("resume", "map");
    const held = place.hold("alpha");
    const ssh = "ssh -o BatchMode=yes -o ConnectTimeout=3 -o ServerAliveInterval=2 -o ServerAliveCountMax=2";
    const run = result(place.start([...SAMPLES.resume("map"), output], { PARALLEL_SSH: ssh }));
    await held;
    (hosts[0] as Host).freeze();
    expect(await run).toMatchObject({ code: 0, stdout: "" });
    expect(readFileSync(output).equals(expected)).toBe(true);
  });

  it("both: the run ends with a fault, and makes no output; started again, it goes on", async () => {
    const expected = await expectedOf("resume", "union");
    const words = [...SAMPLES.resume("union"), place.path("both.records")];
    const held = Promise.all([place.hold("alpha"), place.hold("beta")]);
    const run = result(place.start(words));
    await held;
    for (const host of hosts) await host.die();
    expect((await run).code).not.toBe(0);
    expect(() => readFileSync(place.path("both.records"))).toThrow("ENOENT");
    hosts.push(...(await startHosts(place, ["alpha", "beta"])));
    expect(await place.run(words)).toMatchObject({ code: 0 });
    expect(readFileSync(place.path("both.records")).equals(expected)).toBe(true);
  });
});

it("a host that is not known to ssh is no host", async () => {
  const words = [sample("gnu-parallel-records.sh"), "-S", "gamma", "map", input, place.path("no.records")];
  const { code, stderr } = await place.run(words);
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/gamma|resolve|refused|key/i);
});
