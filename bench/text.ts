/** Text of ranges: the kernels against digit loops in C, the twins, and whole commands against `bedtools merge`. */
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SegmentTable } from "../dist/index.js";
import { formatRecords, parseRecords } from "../dist/text/index.js";
import { median } from "../site/rooms/race/statistics.js";
import { RECORD_BYTES } from "../src/core/record.js";
import { TEXT_OUT, TEXT_WORK_BYTES } from "../src/text/layout.generated.js";
import { PIECE_BYTES, ROOM, TEXT_START } from "../src/text/line-reader.js";
import { lineReader } from "../src/text/line-readers.js";
import { RecordText } from "../src/text/record-text.js";
import { openTextKernel } from "../src/text/text-kernel.js";
import { compare, type SelfTimed, showBar } from "./harness.js";
import { buildText, program, runText } from "./native.js";
import { random } from "./workloads.js";

const ROUNDS = 7;
/** Rounds of the loops in C, a turn. */
const C_ROUNDS = 2;
/** Records that are written at a time. */
const PIECE_LINES = 8192;
/** Lines that are read: so many that no branch predictor knows them by heart. */
const LINES = 1_000_000;
/** Intervals of the commands for which the bars are. */
const BAR_INTERVALS = 5_000_000;
const CLI = new URL("../dist/cli/main.js", import.meta.url).pathname;
const COMMA = 0x2c;
const LF = 0x0a;
const PLAIN = { separator: 0x2c, isEnd: false, hasFlags: true } as const;

export function benchText(intervals: number): void {
  const folder = mkdtempSync(join(tmpdir(), "segring-bench-text-"));
  try {
    console.log(`\ntext: ${LINES} lines read, pieces of ${PIECE_LINES} written, ns a line`);
    const c = buildText();
    if (c === undefined) console.log("  no C compiler: its rows are left out");
    // As below: of pages, the loop in C knows how many digits come.
    benchParsing("page-like lines", pageLines(LINES), 1, folder, c);
    benchParsing("random lengths", randomLines(LINES), 0.6, folder, c);
    benchFormatting(folder, c);
    benchCommands(intervals, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Pages in order: half of them touch the one before. */
function pageLines(count: number): string {
  const draw = random(5);
  let addr = 0;
  return linesOf(count, () => {
    addr += draw() % 2 === 0 ? 4096 : 8192;
    return `${addr},4096\n`;
  });
}

/** Numbers of 1 to 15 and 1 to 9 digits. */
function randomLines(count: number): string {
  const draw = random(6);
  const number = (digits: number) => 1 + ((draw() * 2 ** 21 + (draw() % 2 ** 21)) % 10 ** (1 + (draw() % digits)));
  return linesOf(count, () => `${number(15) - 1},${Math.min(number(9), 2 ** 30)}\n`);
}

function linesOf(count: number, line: () => string): string {
  return Array.from({ length: count }, line).join("");
}

function benchParsing(name: string, text: string, limit: number, folder: string, c: string | undefined): void {
  const bytes = new TextEncoder().encode(text);
  const [js, wasm] = (["js", "wasm"] as const).map((engine) => {
    const ranges = parseRecords(bytes, { format: "csv", engine });
    if (ranges.count !== LINES) throw new Error(`${engine}: expected ${LINES} ranges, got ${ranges.count}`);
    return SegmentTable.from(ranges).words;
  }) as [Uint32Array<ArrayBuffer>, Uint32Array<ArrayBuffer>];
  if (js.some((word, at) => word !== wasm[at])) throw new Error("the twins differ");
  bareOver(bytes);
  const last = LINES - (LINES % ROOM);
  if (wasm.subarray(last * 4).some((word, at) => word !== bareWords[at]))
    throw new Error("bare js reads something else");
  const hash = hashOf(new Uint8Array(wasm.buffer, wasm.byteOffset, wasm.byteLength));
  const times = compare(
    [
      { name: "wasm", run: kernelOver(bytes) },
      { name: "js", run: twinOver(bytes) },
      { name: "bare js", run: () => bareOver(bytes) },
      { name: "parseRecords", run: () => parseRecords(bytes, { format: "csv" }) },
      ...inC(c, folder, bytes, ["parse"], hash),
    ],
    { rounds: 5, seconds: 0.2 },
  );
  const ns = (key: string) => ((times.get(key) as number) / LINES) * 1e9;
  const shown = [...times.keys()].map((key) => `${key} ${ns(key).toFixed(1)}`);
  // The kernel looks at 32 bytes at once, and JavaScript at one: the twin is held to what digits take there.
  const bars = [showBar({ label: "twin/bare js", value: ns("js") / ns("bare js"), limit: 1.75, kind: "max" }, name)];
  bars.push(`twin/kernel ${(ns("js") / ns("wasm")).toFixed(2)}x`);
  if (times.has("C")) {
    bars.unshift(showBar({ label: "kernel/C", value: ns("wasm") / ns("C"), limit, kind: "max" }, name));
  }
  console.log(`  parse ${name.padEnd(16)} ${shown.join("  ")}  | ${bars.join("  ")}`);
}

/** The kernel over a text that lies in its memory; records go to one place again and again. */
function kernelOver(bytes: Uint8Array): () => void {
  const { kernel, buffer, work } = openTextKernel(TEXT_WORK_BYTES, ROOM * RECORD_BYTES + bytes.length + 128);
  const out = work + TEXT_WORK_BYTES;
  const outEnd = out + ROOM * RECORD_BYTES;
  const to = outEnd + bytes.length;
  new Uint8Array(buffer, outEnd, bytes.length).set(bytes);
  const state = new Uint32Array(buffer, work);
  return () => {
    for (let at = outEnd; at !== to; ) {
      state[TEXT_OUT / 4] = out;
      at = kernel.parseCsv(work, at, to, outEnd, COMMA, COMMA, 0);
    }
  };
}

/** The twin over the same, in pieces that are copied into its memory: it has no other. */
function twinOver(bytes: Uint8Array): () => void {
  const reader = lineReader("js", bytes.length);
  return () => {
    for (let from = 0; from < bytes.length; ) {
      const whole = bytes.subarray(from, from + PIECE_BYTES).lastIndexOf(LF) + 1;
      reader.text.set(bytes.subarray(from, from + whole), TEXT_START);
      const to = TEXT_START + whole;
      for (let at = TEXT_START; at !== to; ) at = reader.read(at, to, PLAIN);
      from += whole;
    }
  };
}

const bareWords = new Uint32Array(ROOM * 4);

/** Digits to records in one function, and nothing is checked: the floor of whoever reads a text byte by byte. */
function bareOver(text: Uint8Array): void {
  let at = 0;
  for (let count = 0; at < text.length; count = count + 4 === bareWords.length ? 0 : count + 4) {
    let number = 0;
    let digit = (text[at] as number) - 0x30;
    const split = at + 9;
    for (; digit >= 0 && at < split; digit = (text[++at] as number) - 0x30)
      number = (Math.imul(number, 10) + digit) | 0;
    let addr = number;
    for (; digit >= 0; digit = (text[++at] as number) - 0x30) addr = addr * 10 + digit;
    number = 0;
    digit = (text[++at] as number) - 0x30;
    for (; digit >= 0; digit = (text[++at] as number) - 0x30) number = (Math.imul(number, 10) + digit) | 0;
    bareWords[count] = addr;
    bareWords[count + 1] = addr / 2 ** 32;
    bareWords[count + 2] = number;
    bareWords[count + 3] = 0;
    at++;
  }
}

function benchFormatting(folder: string, c: string | undefined): void {
  // In C a loop writes digits, and its length is known by heart where all numbers have as many: of pages it is held to less.
  for (const [name, text, limits] of [
    ["page-like", pageLines(PIECE_LINES), { exact: 1.6, numbers: 1 }],
    ["random lengths", randomLines(PIECE_LINES), { exact: 1, numbers: 1 }],
  ] as const) {
    const table = SegmentTable.from(parseRecords(new TextEncoder().encode(text), { format: "csv" }));
    for (const form of ["exact", "numbers"] as const) benchForm(`${form}, ${name}`, table, limits[form], folder, c);
  }
}

function benchForm(name: string, table: SegmentTable, limit: number, folder: string, c: string | undefined): void {
  const form = name.startsWith("exact") ? "exact" : "numbers";
  const words = table.words.slice();
  const text = new RecordText("csv", form, "wasm");
  const json = new RecordText("ndjson", form, "wasm");
  const options = { format: "csv", numbers: form === "numbers" } as const;
  const times = compare(
    [
      { name: "wasm", run: () => text.bytes(words) },
      { name: "js", run: () => new RecordText("csv", form, "js").bytes(words) },
      { name: "ndjson", run: () => json.bytes(words) },
      { name: "formatRecords", run: () => [...formatRecords(table, options)] },
      ...inC(c, folder, new Uint8Array(words.buffer), ["format", form], hashOf(text.bytes(words))),
    ],
    { rounds: 5, seconds: 0.2 },
  );
  const ns = (key: string) => ((times.get(key) as number) / table.length) * 1e9;
  const shown = [...times.keys()].map((key) => `${key} ${ns(key).toFixed(1)}`);
  const bar = { label: "kernel/C", value: ns("wasm") / ns("C"), limit, kind: "max" } as const;
  const bars = times.has("C") ? `  | ${showBar(bar, `format ${name}`)}` : "";
  console.log(`  format ${name.padEnd(24)} ${shown.join("  ")}${bars}`);
}

/** The loops in C over these bytes; none where there is no compiler. @param words Those of bench/native/text.c. */
function inC(
  c: string | undefined,
  folder: string,
  bytes: Uint8Array,
  [what, ...rest]: readonly [string, ...string[]],
  hash: number,
): readonly SelfTimed[] {
  if (c === undefined) return [];
  const path = join(folder, what);
  writeFileSync(path, bytes);
  const run = () => runText(c, [what, path, String(C_ROUNDS), ...rest]);
  const check = (answer: ReturnType<typeof run>) => {
    if (answer.hash !== hash) throw new Error(`C gives something else: ${what}`);
  };
  return [program("C", run, check)];
}

/** FNV-1a, as in bench/native/text.c. */
function hashOf(bytes: Uint8Array): number {
  let sum = 2166136261;
  for (const byte of bytes) sum = Math.imul(sum ^ byte, 16777619);
  return sum >>> 0;
}

/** Whole commands, start included: user seconds and wall time. */
function benchCommands(count: number, folder: string): void {
  console.log(`\nCSV to CSV, ${count} sorted intervals: user / wall seconds, medians of ${ROUNDS}`);
  if (spawnSync("bedtools", ["--version"]).status !== 0) {
    console.log("  no bedtools (Debian: apt-get install bedtools): the rows are left out");
    return;
  }
  for (const [name, apart, limit] of [
    ["half of them touch", 2, 0.5],
    ["few segments come out", 100, 0.6],
  ] as const) {
    const files = writeIntervals(count, apart, folder);
    const commands: Record<string, readonly string[]> = {
      bedtools: ["bedtools", "merge", "-i", files.bed],
      map: [process.execPath, CLI, "map", files.csv, "--to", "csv"],
      union: [process.execPath, CLI, "union", files.csv, "--to", "csv"],
      ndjson: [process.execPath, CLI, "map", files.ndjson, "--to", "ndjson"],
    };
    const out = join(folder, "out");
    const times = new Map(Object.keys(commands).map((key) => [key, { user: [] as number[], wall: [] as number[] }]));
    const lines = new Map<string, number>();
    for (let round = 0; round < ROUNDS; round++) {
      for (const [key, words] of Object.entries(commands)) {
        const { user, wall } = timeOf(words, out);
        times.get(key)?.user.push(user);
        times.get(key)?.wall.push(wall);
        if (round === 0) lines.set(key, linesIn(out) - (key === "map" || key === "union" ? 1 : 0));
      }
    }
    if (new Set(lines.values()).size !== 1) throw new Error(`results differ: ${[...lines].join("; ")}`);
    const of = (key: string, what: "user" | "wall") => median(times.get(key)?.[what] as number[]);
    const row = (label: string, value: number, most: number) =>
      count >= BAR_INTERVALS
        ? showBar({ label, value, limit: most, kind: "max" }, `CSV, ${name}`)
        : `${label} ${value.toFixed(2)}x`;
    const shown = Object.keys(commands).map(
      (key) => `${key} ${of(key, "user").toFixed(2)} / ${of(key, "wall").toFixed(2)}`,
    );
    const bars = ["map", "union"].flatMap((key) => [
      row(`${key}/bedtools user`, of(key, "user") / of("bedtools", "user"), limit),
      row(`${key}/bedtools wall`, of(key, "wall") / of("bedtools", "wall"), 1),
    ]);
    bars.push(row("ndjson/csv user", of("ndjson", "user") / of("map", "user"), 2));
    console.log(`  ${name}: ${shown.join("  ")}  | ${bars.join("  ")}`);
  }
}

/** Sorted intervals of 64 to 4063 bytes, of which one in `apart` does not touch the one before, in three formats. */
function writeIntervals(count: number, apart: number, folder: string): { csv: string; bed: string; ndjson: string } {
  const files = { csv: join(folder, "i.csv"), bed: join(folder, "i.bed"), ndjson: join(folder, "i.ndjson") };
  const [csv, bed, ndjson] = [files.csv, files.bed, files.ndjson].map((path) => openSync(path, "w")) as [
    number,
    number,
    number,
  ];
  const draw = random(7);
  let addr = 4096;
  for (let done = 0; done < count; done += 10_000) {
    const texts = ["", "", ""];
    for (let index = 0; index < Math.min(10_000, count - done); index++) {
      if (draw() % apart === 0) addr += 4096;
      const length = 64 + (draw() % 4000);
      texts[0] += `${addr},${length}\n`;
      texts[1] += `chr1\t${addr}\t${addr + length}\n`;
      texts[2] += `{"addr":"${addr}","length":${length}}\n`;
      addr += length;
    }
    for (const [at, file] of [csv, bed, ndjson].entries()) writeSync(file, texts[at] as string);
  }
  for (const file of [csv, bed, ndjson]) closeSync(file);
  return files;
}

/** By the shell, which knows the times of its children. */
function timeOf(words: readonly string[], out: string): { user: number; wall: number } {
  const line = 'TIMEFORMAT="%U %R"; out=$1; shift; time "$@" > "$out"';
  const { status, stderr } = spawnSync("bash", ["-c", line, "bash", out, ...words], { encoding: "utf8" });
  const [user, wall] = (stderr.trim().split("\n").pop() as string).split(" ").map(Number);
  if (status !== 0 || user === undefined || wall === undefined) throw new Error(`${words.join(" ")}: ${stderr}`);
  return { user, wall };
}

function linesIn(path: string): number {
  let count = 0;
  for (const byte of readFileSync(path)) if (byte === 0x0a) count++;
  return count;
}
