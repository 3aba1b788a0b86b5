/** The contestants that are not ours: a C loop and a C++ sort in processes of their own, and the physical limits of memory. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SelfTimed } from "./harness.js";

const HERE = new URL("native/", import.meta.url).pathname;
const BUILD = join(HERE, "build");

/** Compiles the C loop at -O3. Undefined where there is no compiler. */
export function buildC(): string | undefined {
  return build("coalesce", "coalesce.c", [process.env.CC, "cc", "gcc", "clang"]);
}

/** The same of the loop that writes PRP lists. */
export function buildPrp(): string | undefined {
  return build("prp", "prp.c", [process.env.CC, "cc", "gcc", "clang"]);
}

/** The same of the loser tree that merges. */
export function buildMerge(): string | undefined {
  return build("merge", "merge.c", [process.env.CC, "cc", "gcc", "clang"]);
}

/** The same of the digit loops that read and write text. */
export function buildText(): string | undefined {
  return build("text", "text.c", [process.env.CC, "cc", "gcc", "clang"]);
}

const CXX = [process.env.CXX, "c++", "g++", "clang++"];

/** The same of the C++ sort and merge. */
export function buildCxx(): string | undefined {
  return build("union", "union.cc", CXX);
}

/** The same of the radix sort and merge in C++. */
export function buildRadix(): string | undefined {
  return build("union-radix", "union-radix.cc", CXX);
}

/** The same of Highway's vqsort and merge. Undefined also without Highway, which is Debian's libhwy-dev. */
export function buildVqsort(): string | undefined {
  return build("union-vqsort", "union-vqsort.cc", CXX, ["-lhwy_contrib", "-lhwy"]);
}

function build(
  name: string,
  source: string,
  compilers: readonly (string | undefined)[],
  libraries: readonly string[] = [],
): string | undefined {
  mkdirSync(BUILD, { recursive: true });
  const program = join(BUILD, name);
  for (const compiler of compilers) {
    if (compiler === undefined) continue;
    const { status } = spawnSync(compiler, ["-O3", "-march=native", "-o", program, join(HERE, source), ...libraries]);
    if (status === 0) return program;
  }
  return undefined;
}

/** Nanoseconds of each round over these records, and the answer. */
export function runC(
  program: string,
  file: string,
  rounds: number,
): { rounds: number[]; segments: number; hash: number } {
  return answerOf(program, [file, String(rounds)]);
}

/** The same of page frame numbers. */
export function runFrames(program: string, file: string, rounds: number): ReturnType<typeof runC> {
  return answerOf(program, [file, String(rounds), "frames"]);
}

/** The same of a merge of so many parts of the file. */
export function runMerge(program: string, file: string, rounds: number, inputs: number): ReturnType<typeof runC> {
  return answerOf(program, [file, String(rounds), String(inputs)]);
}

/** The same of reading or writing a piece of text; the words are those of bench/native/text.c. */
export function runText(program: string, words: readonly string[]): ReturnType<typeof runC> {
  return answerOf(program, words);
}

function answerOf(program: string, words: readonly string[]): ReturnType<typeof runC> {
  const lines = execFileSync(program, words, { encoding: "utf8" }).trim().split("\n");
  const [, segments, hash] = (lines.pop() as string).split(" ");
  return { rounds: lines.map(Number), segments: Number(segments), hash: Number(hash) };
}

/** A program as a contestant. @param run Runs it. @param check Throws where the answer is another one. */
export function program(
  name: string,
  run: () => ReturnType<typeof runC>,
  check: (answer: ReturnType<typeof runC>) => void,
): SelfTimed {
  const sample = () => {
    const answer = run();
    check(answer);
    return answer.rounds.map((nanoseconds) => nanoseconds / 1e9);
  };
  return { name, sample };
}

/** Uses a file, and removes the file whatever happens. */
export function removing<T>(file: { remove(): void }, use: () => T): T {
  try {
    return use();
  } finally {
    file.remove();
  }
}

/** A file that lives until `remove`. */
export function scratchFile(bytes: Uint8Array): { path: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "segring-bench-"));
  const path = join(folder, "records");
  writeFileSync(path, bytes);
  return { path, remove: () => rmSync(folder, { recursive: true }) };
}

/** The limits of memory, over a wasm memory of its own. */
export interface MemoryLimits {
  read(bytes: number): void;
  /** With the kernels' read-ahead: the faster of the two is the limit. */
  readAhead(bytes: number): void;
  copy(bytes: number): void;
}

/** @param bytes The most that is read or copied: the memory has room for twice as much. */
export function buildLimits(bytes: number): MemoryLimits {
  const file = join(BUILD, "limits.wasm");
  mkdirSync(BUILD, { recursive: true });
  const asc = new URL("../node_modules/assemblyscript/bin/asc.js", import.meta.url).pathname;
  const flags = ["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd", "--importMemory", "--noExportMemory"];
  execFileSync(process.execPath, [asc, join(HERE, "limits.ts"), "-o", file, ...flags, "--maximumMemory", "65536"], {
    // Away from the asconfig.json of the kernels.
    cwd: HERE,
  });
  const pages = Math.ceil((2 * bytes) / 65536) + 2;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: 65536 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)), { env: { memory } });
  const { read, readAhead, copy } = exports as unknown as {
    read(at: number, bytes: number): bigint;
    readAhead(at: number, bytes: number): bigint;
    copy(to: number, from: number, bytes: number): void;
  };
  // Every page is touched: the first read of a fresh page maps it.
  new Uint8Array(memory.buffer).fill(1);
  // Small calls first: V8 replaces the first code of a function only when it is called again.
  for (let i = 0; i < 2000; i++) {
    read(65536, 65536);
    readAhead(65536, 65536);
  }
  return {
    read: (count) => void read(65536, count),
    readAhead: (count) => void readAhead(65536, count),
    copy: (count) => copy(65536 + bytes, 65536, count),
  };
}
