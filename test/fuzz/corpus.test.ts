/** Every target over the inputs that are kept for it: what reaches most of its code, and what once had a fault. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { targets } from "./targets/index.js";

const inputsOf = (folder: string) => (existsSync(folder) ? readdirSync(folder).map((file) => join(folder, file)) : []);

it.each(targets)("$name: no fault in any kept input", async ({ name, run }) => {
  const kept = inputsOf(`test/fuzz/corpus/${name}`);
  expect(kept.length).toBeGreaterThan(3);
  for (const file of [...kept, ...inputsOf(`test/fuzz/crashes/${name}`)]) {
    try {
      await run(readFileSync(file));
    } catch (cause) {
      throw new Error(`npm run test:fuzz -- --input ${file} ${name}: ${(cause as Error).message}`, { cause });
    }
  }
});
