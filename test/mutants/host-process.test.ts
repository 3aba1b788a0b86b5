import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { HostProcess } from "./host-process.js";

let folder = "";
let host: HostProcess;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "segring-host-"));
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
});

afterEach(() => {
  host.end();
  rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
});

/** A host that answers as `body` does, and writes down each of its starts. */
function hostThat(body: string): HostProcess {
  const start = `import { appendFileSync, readFileSync, writeFileSync } from "node:fs"; appendFileSync("starts", "1");`;
  writeFileSync(join(folder, "host.mjs"), `${start}\n${body}`);
  return new HostProcess(folder, "host.mjs");
}

const starts = () => readFileSync(join(folder, "starts"), "utf8").length;
const job = { changed: [], tests: [] };

it("a host that ends between two jobs is replaced", async () => {
  host = hostThat(`
    process.on("message", () => process.send({ killedBy: "a test" }, () => process.exit()));
    process.send({});`);
  expect(await host.tell(job)).toEqual({ killedBy: "a test" });
  expect(await host.tell(job)).toEqual({ killedBy: "a test" });
  expect(await host.tell(job)).toEqual({ killedBy: "a test" });
  expect(starts()).toBeGreaterThanOrEqual(3);
});

it("a host that ends in a job is replaced, and the new one has the job done", async () => {
  host = hostThat(`
    const isFirst = readFileSync("starts", "utf8").length === 1;
    process.on("message", () => isFirst ? process.kill(process.pid, "SIGKILL") : process.send({ killedBy: "a test" }));
    process.send({});`);
  expect(await host.tell(job)).toEqual({ killedBy: "a test" });
  expect(starts()).toBe(2);
});

it("a job that ends every host is killed by that, and the next has a new one", async () => {
  host = hostThat(`
    process.on("message", ({ tests }) => tests.length > 0 ? process.exit(7) : process.send({}));
    process.send({});`);
  expect(await host.tell({ changed: [], tests: ["some"] })).toEqual({
    killedBy: "the end of the process",
    why: "exit 7",
  });
  expect(await host.tell(job)).toEqual({});
  expect(starts()).toBe(3);
});

it("a host that ends before it takes a job is an error that says what it wrote", async () => {
  host = hostThat(`console.error("no such tree"); process.exit(3);`);
  await expect(host.tell(job)).rejects.toThrow(/host\.mjs ended before it took a job: exit 3: .*no such tree/s);
  await expect(host.tell(job)).rejects.toThrow("exit 3");
});

it("what a killed host left in the folder for temporary files lies in its tree", async () => {
  host = hostThat(`
    import { tmpdir } from "node:os";
    process.on("message", () => { writeFileSync(tmpdir() + "/left", ""); process.send({}); });
    process.send({});`);
  await host.tell(job);
  host.end();
  expect(readdirSync(join(folder, "tmp"))).toContain("left");
});
