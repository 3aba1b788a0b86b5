#!/usr/bin/env node
import { processIo } from "./io.js";
import { run } from "./run.js";

const io = processIo();
const cleanUp = () => {
  for (const cleanup of io.cleanups) cleanup();
};

// Also where a fault of ours, which nobody caught, ends the process.
process.once("exit", cleanUp);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    cleanUp();
    // The handler is gone now: this time the signal ends the process, and the shell sees which it was.
    process.kill(process.pid, signal);
  });
}
// Nobody reads what goes wrong: that is no reason to stop.
process.stderr.on("error", () => {});

// An input that is still open must not keep the process.
process.exit(await run(process.argv.slice(2), io));
