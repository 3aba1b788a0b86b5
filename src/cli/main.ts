#!/usr/bin/env node
import { processIo } from "./io.js";
import { run } from "./run.js";

const io = processIo();
// Also where a fault of ours, which nobody caught, ends the process.
process.once("exit", () => {
  for (const cleanup of io.cleanups) cleanup();
});
// Nobody reads what goes wrong: that is no reason to stop.
process.stderr.on("error", () => {});

// An input that is still open must not keep the process.
process.exit(await run(process.argv.slice(2), io));
