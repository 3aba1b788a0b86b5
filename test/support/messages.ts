/** Messages as people read them: the only suites with their full texts. Elsewhere a test asks what an error blames. */
import { describe, expect, it } from "vitest";
import { SegringError } from "../../src/core/errors.js";
import { flawOf } from "./blame.js";

export type Said = readonly [text: string, call: () => unknown];

/** The class of an error, or its code and index, and its message. */
async function saidBy(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    const { name, message } = error as Error;
    const who = error instanceof SegringError ? [error.code, error.index].filter((one) => one !== undefined) : [name];
    return `${who.join(" ")}: ${message}`;
  }
  return expect.fail("nothing was thrown");
}

/** One representative of each kind: what it says, and that it is well made. */
export function describeMessages(what: string, rows: readonly Said[]): void {
  describe(`messages of ${what}`, () => {
    it.each(rows)("%s", async (text, call) => {
      expect(await saidBy(call)).toBe(text);
      expect(flawOf(text)).toBe(undefined);
    });
  });
}
