/**
 * Kernels with a fault: built as scripts/build-wasm.ts does, but fast, and without a look at the result. In a process that
 * stays, because to load the compiler costs ten times as much as to run it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { BINARIES, type Binary } from "../../scripts/binaries.js";

/** Not the ring's for shared memory: its tests would wait for threads. */
const KERNELS = BINARIES.filter(({ target }) => target !== "shared");

const FAST = ["--optimizeLevel", "1", "--shrinkLevel", "0"];

/** The kernels that these files are part of. */
export function kernelsOf(files: readonly string[]): Binary[] {
  const names = files.filter((file) => file.startsWith("assembly/")).map((file) => basename(file, ".ts"));
  return KERNELS.filter(({ entry }) => {
    const modules = modulesOf(basename(entry, ".ts"), new Set());
    return names.some((name) => modules.has(name));
  });
}

/** Builds and embeds them. @returns Why one does not compile; undefined: they do. */
export async function buildKernels(kernels: readonly Binary[]): Promise<string | undefined> {
  const asc = await import("assemblyscript/asc");
  for (const { target, entry, embedded } of kernels) {
    let binary: Uint8Array | undefined;
    const command = [entry, "--config", "asconfig.json", "--target", target, ...FAST];
    const { error, stderr } = await asc.main(command, {
      writeFile: (name: string, content: Uint8Array | string) => {
        if (name.endsWith(".wasm") && typeof content !== "string") binary = content;
      },
    });
    if (error !== null || binary === undefined) return `asc: ${stderr.toString().slice(0, 300)}`;
    const declared = /export const \w+: string =/.exec(readFileSync(embedded, "utf8"))?.[0];
    writeFileSync(embedded, `${declared} "${Buffer.from(binary).toString("hex")}";\n`);
  }
  return undefined;
}

/** The modules of assembly/ that one imports, at any depth. */
function modulesOf(name: string, found: Set<string>): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  const text = readFileSync(`assembly/${name}.ts`, "utf8");
  for (const [, other = ""] of text.matchAll(/from "\.\/([\w-]+)"/g)) modulesOf(other, found);
  return found;
}
