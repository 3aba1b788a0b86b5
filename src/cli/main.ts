#!/usr/bin/env node
import { writeSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import { packageVersion } from "./version.js";

// This file is the script of a thread of `--threads` too.
if (parentPort !== null) await (await import("./command.js")).serveThread();
else if (!isVersionWritten(process.argv.slice(2))) await (await import("./command.js")).runCommand();

/** Prints the version where nothing else is asked. A fault of the output is left to the command line, which says what it is. */
function isVersionWritten(words: readonly string[]): boolean {
  if (words.length !== 1 || !["-V", "--version"].includes(words[0] as string)) return false;
  try {
    writeSync(1, `${packageVersion()}\n`);
    return true;
  } catch {
    return false;
  }
}
