#!/usr/bin/env node
import { processIo } from "./io.js";
import { run } from "./run.js";

const io = processIo();

// Nobody reads what goes wrong: that is no reason to stop.
process.stderr.on("error", () => {});

// An input that is still open must not keep the process.
process.exit(await run(process.argv.slice(2), io));
