/** A union that is ended by a signal, at any moment, leaves nothing behind: neither runs nor output. */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { command, result, start, temporaryFolder } from "../cli/support.js";
import { runs, share } from "../support/check.js";
import { Random } from "../support/random.js";

const root = temporaryFolder();
const random = new Random(17);

/** Shuffled records of two kinds that lie over one another: they go to disk, are merged, and go there again by kind. */
function writeInput(path: string): void {
  const count = 60_000;
  const words = new Uint32Array(4 * count);
  for (let i = 0; i < count; i++) words.set([random.u32() & ~4095, i % 64, 6000, (i % 2) * 4], 4 * i);
  writeFileSync(path, Buffer.from(words.buffer));
}

describe.runIf(process.platform === "linux")("signals while a union writes runs", () => {
  it("at 200 random moments: nothing is left, and the process ends by the signal", async () => {
    const input = join(root, "in.records");
    writeInput(input);
    const temporary = join(root, "runs");
    mkdirSync(temporary);
    const out = join(root, "out");
    mkdirSync(out);
    const words = [
      "union",
      input,
      "--memory",
      "256KiB",
      "--temporary-directory",
      temporary,
      "-o",
      join(out, "x.records"),
    ];
    const began = performance.now();
    const whole = await result(start(command(words)));
    expect(whole).toMatchObject({ code: 0, signal: null, stderr: "" });
    // Other suites may slow the machine down now, and not later.
    const longest = Math.min(performance.now() - began, 700);
    let ended = 0;
    let inTheMidst = 0;
    for (let round = 0; round < runs(200); round++) {
      const signal = random.pick(["SIGTERM", "SIGINT", "SIGHUP"] as const);
      const child = start(command(words));
      // It may have ended before the signal.
      const ending = result(child);
      // Half of them when there is a run; the moment is drawn, and nothing that is expected depends on it.
      if (round % 2 === 0) await aRunIn(temporary, () => child.exitCode !== null);
      await new Promise((resolve) => setTimeout(resolve, random.integer(0, longest / (round % 2 === 0 ? 4 : 1))));
      if (readdirSync(temporary).length > 0) inTheMidst++;
      child.kill(signal);
      const { code, signal: endedBy, stderr } = await ending;
      expect(stderr).toBe("");
      if (endedBy === null) expect(code).toBe(0);
      else {
        ended++;
        expect(endedBy).toBe(signal);
      }
      expect(readdirSync(temporary)).toEqual([]);
      expect(readdirSync(out).filter((name) => name !== "x.records")).toEqual([]);
    }
    expect(ended).toBeGreaterThan(share(20));
    expect(inTheMidst).toBeGreaterThan(share(20));
  });
});

/** Waits until there is a folder of runs, or the process has ended. */
async function aRunIn(folder: string, hasEnded: () => boolean): Promise<void> {
  while (readdirSync(folder).length === 0 && !hasEnded()) await new Promise((resolve) => setTimeout(resolve, 2));
}
