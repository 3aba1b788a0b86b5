import { readFileSync } from "node:fs";

/** There is a /proc to read; elsewhere the tests look at the error instead. */
export const linux = process.platform === "linux";

/** The kernel shows us physical addresses; found without the code under test. */
export const privileged = linux && /[1-9a-f]/.test(readFileSync("/proc/iomem", "utf8").replace(/ : .*/g, ""));

/** A recorded text. */
export function recorded(name: string): string {
  return readFileSync(new URL(`../data/${name}`, import.meta.url), "utf8");
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
