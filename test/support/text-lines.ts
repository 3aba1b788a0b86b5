/** Texts of ranges as people and programs write them, and broken in every way, for what compares two readers. */
import type { Random } from "./random.js";

export interface MadeText {
  readonly format: "csv" | "ndjson";
  readonly columns: string | undefined;
  readonly bytes: Uint8Array;
  readonly lines: number;
}

const EDGES = [
  0n,
  1n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 32n + 1n,
  2n ** 53n - 1n,
  2n ** 53n,
  2n ** 64n - 1n,
  2n ** 64n,
  10n ** 15n,
];
const FLAGS = ["0", "2", "4", "6", "1", "8", "256", "0x200", "0x2", "", "4294967296", "512", "0x100000002"];
const CSV_HEADS = [
  "addr,length",
  "addr,length,flags",
  "start,end",
  "start,end,flags",
  "offset,length,name",
  "length,start",
  "Start,Length,Flags",
  "# a comment",
];
const COLUMNS = ["start,end", "name,start,length", "length,addr", "addr,length,flags"];
const STRAY = ["", "", ",", ";", " ", "\t", "0", "x", "1", "\r", "#", '"', "\0", "é", "-", "{", "}", ":", "\ufeff"];

/** A number, valid or nearly so. */
function number(random: Random): string {
  const value = random.once(3) ? random.pick(EDGES) : random.u64() >> BigInt(random.integer(0, 63));
  const zeros = random.once(12) ? "0".repeat(random.integer(0, 30)) : "";
  if (random.once(40)) return random.pick(["", "0x", "-1", "1e3", "1.5"]);
  if (random.once(3)) return `0x${zeros}${value.toString(16)}`;
  return random.once(20) ? `0X${value.toString(16).toUpperCase()}` : zeros + value;
}

/** A number for a length or an end: mostly small ones are valid. */
function bytes(random: Random): string {
  return random.once(2) ? String(random.integer(1, 65536)) : number(random);
}

function csvLine(random: Random, separator: string): string {
  const fields = [number(random), bytes(random)];
  if (random.once(3)) fields.push(random.pick(FLAGS));
  if (random.once(50)) fields.push("1");
  const blank = () => random.pick(["", "", "", "", " ", "\t", "  "]);
  return fields.map((field) => (random.once(12) ? `"${field}"` : blank() + field + blank())).join(separator);
}

function jsonLine(random: Random): string {
  const value = (text: string) => (random.once(2) ? `"${text}"` : text);
  const blank = () => random.pick(["", "", " "]);
  const members = [
    `"${random.pick(["addr", "addr", "addr", "offset"])}":${blank()}${value(number(random))}`,
    `"${random.pick(["length", "length", "length", "end"])}":${blank()}${value(bytes(random))}`,
  ];
  if (random.once(3)) members.push(`"flags":${blank()}${value(random.pick(FLAGS))}`);
  return `{${members.join(`,${blank()}`)}}`;
}

function broken(random: Random, line: string): string {
  let text = line;
  for (let times = random.integer(1, 3); times > 0; times--) {
    const at = random.integer(0, text.length);
    text = text.slice(0, at) + random.pick(STRAY) + text.slice(at + random.integer(0, 1));
  }
  return text;
}

/**
 * A text of up to 60 lines. Each line that a reader refuses ends the text for it, so most lines must be valid: `isValid`
 * says of a line, behind the first one, whether it is; a line that is not is kept once in `faults`.
 */
export function makeText(
  random: Random,
  isValid: (head: string, line: string, text: Omit<MadeText, "bytes" | "lines">) => boolean,
  faults: number,
): MadeText {
  const format = random.once(3) ? "ndjson" : "csv";
  const separator = random.pick([",", ",", ";", "\t"]);
  const columns = format === "csv" && random.once(8) ? random.pick(COLUMNS) : undefined;
  const made = { format, columns } as const;
  const lines: string[] = [];
  if (format === "csv" && random.once(2)) lines.push(random.pick(CSV_HEADS).replaceAll(",", separator));
  if (random.once(10)) lines[0] = `\ufeff${lines[0] ?? ""}`;
  const head = lines[0] ?? "";
  for (let count = random.integer(1, 60); count > 0; count--) {
    let line = format === "csv" ? csvLine(random, separator) : jsonLine(random);
    if (random.once(20)) line = broken(random, line);
    if (random.once(30)) line = random.pick(["", " ", "\t", format === "csv" ? "# more" : ""]);
    if (isValid(head, line, made) || random.once(faults)) lines.push(line);
  }
  const text = lines.join(random.pick(["\n", "\n", "\r\n"])) + random.pick(["", "\n"]);
  const encoded = new TextEncoder().encode(text);
  if (random.once(30) && encoded.length > 0) encoded[random.integer(0, encoded.length - 1)] = random.integer(0, 255);
  return { ...made, bytes: encoded, lines: lines.length };
}
