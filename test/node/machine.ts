import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** There is a /proc to read; elsewhere the tests look at the error instead. */
export const linux = process.platform === "linux";

/** The kernel shows us physical addresses; found without the code under test. */
export const privileged = linux && /[1-9a-f]/.test(readFileSync("/proc/iomem", "utf8").replace(/ : .*/g, ""));

/** A recorded text. */
export function recorded(name: string): string {
  return readFileSync(new URL(`../data/${name}`, import.meta.url), "utf8");
}

/**
 * What `expression` throws or gives as JSON in a process that has no privilege: as "nobody" where we are root.
 * `node` in it is the module src/node/index.ts.
 */
export function asNobody(expression: string): { code?: string; message?: string; value?: unknown } {
  const module = new URL("../../src/node/index.ts", import.meta.url).href;
  const script = `
    import * as node from ${JSON.stringify(module)};
    let answer;
    try { answer = { value: ${expression} } } catch ({ code, message }) { answer = { code, message } }
    console.log(JSON.stringify(answer));`;
  const run = (user: { uid?: number; gid?: number }) =>
    spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
      encoding: "utf8",
      ...user,
    });
  let result = run(process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {});
  // A user namespace may have no nobody; the root of one has no privilege either.
  if (result.error !== undefined && !privileged) result = run({});
  const { stdout, stderr, status } = result;
  if (status !== 0) throw new Error(`the process without privilege ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

/** What `run` throws. */
export function thrown(run: () => unknown): Error & { code?: string; index?: number } {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error("expected an error, got none");
}

/** Characters that may stand in a name, and that a pattern or a splitter may take for the end of a line, for space, or for no character at all. */
export const ODD_CHARACTERS = [
  ..."\t\v\f\r\0\u001b\u007f\u0085\u00a0\u2028\u2029\u202e\ufeff\ufffd",
  "\ud800",
  "\udc00",
  "\r\r",
  " ",
] as const;
