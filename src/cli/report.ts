import { inexact, type NumberForm } from "../text/rows.js";

/** A report for programs: numbers, words and lists by name. */
export type Report = { readonly [name: string]: Value };
type Value = string | number | boolean | null | Report | readonly Value[];

/** Formats of reports. */
export type ReportFormat = "csv" | "ndjson" | "json";

/**
 * A report as text: one object of JSON, in many lines or in one, or `name,value` lines of CSV, in which a name says the
 * way into the object: `ranges.count`.
 */
export function reportText(report: Report, to: ReportFormat): string {
  if (to === "json") return `${JSON.stringify(report, null, 2)}\n`;
  if (to === "ndjson") return `${JSON.stringify(report)}\n`;
  return ["name,value", ...leaves(report, "")].map((line) => `${line}\n`).join("");
}

function* leaves(value: Value, name: string): Generator<string> {
  if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) yield* leaves(inner, name === "" ? key : `${name}.${key}`);
  } else {
    yield `${csvField(name)},${csvField(String(value ?? ""))}`;
  }
}

/** A field of CSV, in quotes where it must be (RFC 4180). */
function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Gives sizes for a report, by the rules for lengths: a number, and a string of digits above 2^53 - 1.
 *
 * @returns A function that throws SegringError NOT_EXPRESSIBLE where `"numbers"` has no exact number for JSON.
 */
export function sizesOf(form: NumberForm, to: ReportFormat): (name: string, bytes: number | bigint) => number | string {
  return (name, bytes) => {
    if (form === "hex") return `0x${bytes.toString(16)}`;
    if (bytes <= Number.MAX_SAFE_INTEGER) return Number(bytes);
    if (form === "numbers" && to !== "csv") throw inexact(name, 0, BigInt(bytes));
    return String(bytes);
  };
}
