/** Runs the race in a runtime without pages, bundled as in a page: `node report-runtime.mjs '{"count":1000000,…}'`. The report comes as JSON, the progress on stderr. */
import { cpus, loadavg } from "node:os";
import { Worker } from "node:worker_threads";
import { type Place, reportOf } from "../site/rooms/race/report.js";
import { type Choice, type RaceWorker, runRace, type StartWorker } from "../site/rooms/race/run.js";

/** What the script that bundles tells. */
export interface RuntimeRequest {
  readonly choice: Choice;
  readonly version: string;
  readonly commit: string;
}

const startWorker: StartWorker = (hear, fail): RaceWorker => {
  const worker = new Worker(new URL("./report-worker.mjs", import.meta.url));
  worker.on("message", hear);
  worker.on("error", (error) => fail(error instanceof Error ? error.message : String(error)));
  return { post: (job) => worker.postMessage(job), terminate: () => void worker.terminate() };
};

/** Bun and Deno say their own versions; the engine of Bun is not V8. */
function runtime(): Pick<Place, "runtime" | "engine"> {
  const { versions } = process as { versions: Readonly<Record<string, string | undefined>> };
  if (versions.bun !== undefined) return { runtime: `Bun ${versions.bun}`, engine: "JavaScriptCore" };
  const engine = `V8 ${versions.v8}`;
  if (versions.deno !== undefined) return { runtime: `Deno ${versions.deno}`, engine };
  return { runtime: `Node ${versions.node}`, engine };
}

const { choice, version, commit } = JSON.parse(process.argv[2] ?? "") as RuntimeRequest;
const date = new Date();
const before = loadavg()[0] ?? 0;
const results = await runRace(startWorker, choice, {
  progress: (done, all, doing) => process.stderr.write(`${done}/${all} ${doing}\n`),
});
const place: Place = {
  ...runtime(),
  platform: `${process.platform} ${process.arch}`,
  cores: cpus().length,
  cpu: cpus()[0]?.model.trim() ?? "unknown",
  load: { before, after: loadavg()[0] ?? 0 },
  commit,
};
process.stdout.write(JSON.stringify(reportOf(results, place, version, date)));
