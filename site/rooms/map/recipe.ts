/** The same as a program and as a command, to be copied. */
import { SAMPLES } from "./samples.js";
import { DEFAULTS, type Settings } from "./settings.js";
import { sizeText } from "./sizes.js";
import { formatOfText, type Source } from "./sources.js";

const LIMITS = { maxSegmentBytes: "--max", boundaryBytes: "--boundary", alignmentBytes: "--align" } as const;
type LimitName = keyof typeof LIMITS;

/** The name of the file that the command reads, and its format. */
function fileOf(source: Source): { readonly name: string; readonly format: string } {
  switch (source.kind) {
    case "file":
      return { name: source.name, format: source.format };
    case "sample": {
      const { format, url } = SAMPLES[source.name] as (typeof SAMPLES)[string];
      return { name: `${source.name}.${format}${url.endsWith(".gz") ? ".gz" : ""}`, format };
    }
    case "generator":
      return { name: "ranges.records", format: "records" };
    case "text": {
      const format = formatOfText(source.text);
      return { name: `ranges.${format}`, format };
    }
  }
}

function limitsSet(settings: Settings): LimitName[] {
  return (Object.keys(LIMITS) as LimitName[]).filter((name) => settings[name] !== DEFAULTS[name]);
}

/** The command line that does what the page did, and writes what "Download records" gives. */
export function commandOf(settings: Settings): string {
  const { name, format } = fileOf(settings.source);
  const command = { coalesce: "map", union: "union", plan: "plan", requests: "requests" }[settings.mode];
  const words = ["segring", command, quoted(name), "--from", format];
  if (settings.mode === "plan") {
    words.push("--cap", sizeText(settings.capBytes), "--gap", sizeText(settings.gapBytes));
    if (settings.alignmentBytes !== 1n) words.push("--align", sizeText(settings.alignmentBytes));
  } else {
    for (const limit of limitsSet(settings)) words.push(LIMITS[limit], sizeText(settings[limit]));
    if (settings.mode === "union" && settings.gapBytes !== 0n) words.push("--gap", sizeText(settings.gapBytes));
    if (settings.mode === "requests") words.push("--preset", settings.device);
  }
  words.push("-o", settings.mode === "requests" ? "requests.csv --to csv" : "segments.records");
  return words.join(" ");
}

/** A word of a shell. */
function quoted(word: string): string {
  return /^[\w./-]+$/.test(word) && !word.startsWith("-") ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Ten lines or so of a program that does what the page did. */
export function programOf(settings: Settings): string {
  const { name, format } = fileOf(settings.source);
  const limits = limitsSet(settings).map((limit) => `${limit}: ${literal(settings[limit])}`);
  const reading = readingOf(name, format);
  const options = limits.length === 0 ? "" : `{ ${limits.join(", ")} }`;
  switch (settings.mode) {
    case "coalesce":
    case "union": {
      const gap = settings.gapBytes === 0n ? "" : `, { gapBytes: ${literal(settings.gapBytes)} }`;
      const call = settings.mode === "coalesce" ? "coalesce(ranges)" : `union(ranges${gap})`;
      return lines(
        'import { createMapper } from "segring";',
        ...reading,
        `const mapper = await createMapper(${options});`,
        `const table = mapper.${call};`,
        "console.log(table.length, table.totalBytes, table.at(0));",
      );
    }
    case "plan": {
      const plan = [`maxBytes: ${literal(settings.capBytes)}`, `gapBytes: ${literal(settings.gapBytes)}`];
      if (settings.alignmentBytes !== 1n) plan.push(`alignmentBytes: ${literal(settings.alignmentBytes)}`);
      return lines(
        'import { planReads } from "segring/plan";',
        ...reading,
        "const reads = [...ranges].map(({ addr, length }) => ({ offset: Number(addr), length: Number(length) }));",
        `const plan = planReads(reads, { ${plan.join(", ")} });`,
        "for (const { offset, length } of plan) console.log(offset, length);",
      );
    }
    case "requests":
      return lines(
        'import { createMapper } from "segring";',
        `import { ${settings.device}, requests } from "segring/devices";`,
        ...reading,
        `const mapper = await createMapper({ ...${settings.device}${limits.map((limit) => `, ${limit}`).join("")} });`,
        "const table = mapper.coalesce(ranges);",
        `for (const { offset, segments } of requests(table, ${settings.device})) {`,
        "  console.log(offset, segments.totalBytes, segments.length);",
        "}",
      );
  }
}

/** Lines that read the ranges from a file. */
function readingOf(name: string, format: string): string[] {
  const unzip = name.endsWith(".gz");
  const bytes = unzip ? `gunzipSync(readFileSync(${JSON.stringify(name)}))` : `readFileSync(${JSON.stringify(name)})`;
  const imports = [
    'import { readFileSync } from "node:fs";',
    ...(unzip ? ['import { gunzipSync } from "node:zlib";'] : []),
  ];
  const parsers: Record<string, string> = { iomem: "parseIomem", maps: "parseMaps", filefrag: "parseFilefrag" };
  const parser = parsers[format];
  if (parser !== undefined) {
    const text = unzip ? `String(${bytes})` : `readFileSync(${JSON.stringify(name)}, "utf8")`;
    return [`import { ${parser} } from "segring/text";`, ...imports, `const ranges = ${parser}(${text});`];
  }
  if (format === "csv" || format === "ndjson") {
    const parse = `const ranges = parseRecords(${bytes}, { format: "${format}" });`;
    return ['import { parseRecords } from "segring/text";', ...imports, parse];
  }
  if (format === "records") {
    return ['import { SegmentTable } from "segring";', ...imports, `const ranges = SegmentTable.fromBytes(${bytes});`];
  }
  return [
    ...imports,
    `const bytes = new Uint8Array(${bytes}).buffer;`,
    "const ranges = [...new BigUint64Array(bytes)].map((frame) => ({ addr: frame * 4096n, length: 4096 }));",
  ];
}

function literal(value: bigint): string {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? `${value}` : `${value}n`;
}

function lines(...all: readonly string[]): string {
  // Imports first, and those of one module once.
  const imports = [...new Set(all.filter((line) => line.startsWith("import ")))];
  return [...imports, "", ...all.filter((line) => !line.startsWith("import ")), ""].join("\n");
}
