import { spawn, spawnSync } from "node:child_process";
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

/** Seconds until all of some programs that run at once have ended, start included; the output of each goes to a file. */
export async function secondsSideBySide(
  program: string,
  runs: readonly { readonly words: readonly string[]; readonly out: string }[],
): Promise<number> {
  const start = performance.now();
  await Promise.all(runs.map(({ words, out }) => ended(program, words, out)));
  return (performance.now() - start) / 1000;
}

async function ended(program: string, words: readonly string[], out: string): Promise<void> {
  const descriptor = openSync(out, "w");
  const child = spawn(program, words, { stdio: ["ignore", descriptor, "inherit"] });
  closeSync(descriptor);
  const status = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (status !== 0) throw new Error(`${program} ended with ${status}`);
}
