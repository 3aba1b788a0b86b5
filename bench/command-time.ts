import { spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";

/** Seconds that a program takes, start included, whose output goes to a file. */
export function secondsOf(program: string, words: readonly string[], out: string): number {
  const descriptor = openSync(out, "w");
  const start = performance.now();
  const { status, stderr } = spawnSync(program, words, { stdio: ["ignore", descriptor, "pipe"] });
  const seconds = (performance.now() - start) / 1000;
  closeSync(descriptor);
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
  return seconds;
}
