/** `segring --version` is answered before the command line is loaded; where it cannot be, the command line says why. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { REPOSITORY, shell, shellCommand, spawnCli } from "./support.js";

const { version } = JSON.parse(readFileSync(join(REPOSITORY, "package.json"), "utf8"));
const BUILT = join(REPOSITORY, "dist/cli");

/** The files of the built command line that one of them imports before it does anything, and their imports. */
function loadedBy(file: string, files = new Set<string>()): Set<string> {
  if (files.has(file)) return files;
  files.add(file);
  for (const [, name] of readFileSync(join(BUILT, file), "utf8").matchAll(/(?:\bfrom|\bimport) ?"(\.[^"]+)"/g)) {
    loadedBy(name as string, files);
  }
  return files;
}

describe("segring --version", () => {
  test.each([["--version"], ["-V"]])("%s", async (word) => {
    expect(await spawnCli([word])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  test("with something beside it goes the whole way", async () => {
    expect(await spawnCli(["--version", "map"])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  test.skipIf(process.platform !== "linux")("says that the output is full, and not that nobody reads", async () => {
    const full = await shell(`${shellCommand(["--version"])} > /dev/full`);
    expect(full).toMatchObject({ code: 1, stderr: "segring: stdout: no space left on device\n" });
    const gone = await shell(`exec 3> >(true); wait $!; ${shellCommand(["--version"])} >&3; echo $? >&2`);
    expect(gone.stderr).toBe("0\n");
  });

  test("loads a few hundred bytes: one file, without a parser", () => {
    const files = [...loadedBy("main.js")];
    expect(files).toEqual(["main.js"]);
    const bytes = files.map((file) => readFileSync(join(BUILT, file)).byteLength).reduce((sum, one) => sum + one);
    expect(bytes).toBeLessThan(2000);
  });
});
