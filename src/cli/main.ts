#!/usr/bin/env node
import { parentPort, workerData } from "node:worker_threads";
import { processIo } from "./io.js";
import { readIntoRing } from "./reader.js";
import { run } from "./run.js";

// The command line is one file, which is the reader thread of `map --threads` too.
if (parentPort !== null) await readIntoRing(workerData, parentPort);
else await runCommand();

async function runCommand(): Promise<void> {
  const io = processIo();
  // Also where a fault of ours, which nobody caught, ends the process.
  process.once("exit", () => {
    for (const cleanup of io.cleanups) cleanup();
  });
  // Nobody reads what goes wrong: that is no reason to stop.
  process.stderr.on("error", () => {});

  // An input that is still open must not keep the process.
  process.exit(await run(process.argv.slice(2), io));
}
