import { quote, SegringError, show } from "../core/errors.js";
import { LineSplitter } from "../text/lines.js";
import { Records } from "./collect.js";
import { DataError } from "./errors.js";
import type { Input } from "./input.js";

/** How descriptors are written down. */
export const DUMP_FORMATS = ["binary", "text", "json"] as const;
export type DumpFormat = (typeof DUMP_FORMATS)[number];

/** Descriptors as they lie in memory, and what lies elsewhere: in a command, a register. */
export interface Dump {
  readonly bytes: Uint8Array;
  readonly fields: ReadonlyMap<string, bigint>;
  /** The address of the bytes, where the dump says it. */
  readonly at: bigint | undefined;
}

/** The longest memory that is read. */
const MAX_BYTES = 2 ** 30;
/** The longest text of JSON, which is read as a whole. */
const MAX_JSON = 2 ** 28;
/** A first line that tells the format is not longer. */
const HEAD_BYTES = 4096;

const FIELD = /^([a-z]\w*)[ \t]+0x([0-9a-f]{1,16})$/;
const ROW = /^0x([0-9a-f]{1,16})[ \t]+0x([0-9a-f]{1,16})(?:[ \t]+0x([0-9a-f]{1,16}))?$/;
const NUMBER = /^0x[0-9a-f]{1,16}$/;

/**
 * Reads what `segring descriptors` wrote.
 *
 * @param from The form; `"auto"` goes by the first line.
 * @param format The format of the descriptors, which JSON says too.
 * @throws {DataError} The input is no such dump.
 */
export async function readDump(input: Input, from: DumpFormat | "auto", format: string): Promise<Dump> {
  const form = from === "auto" ? await detect(input) : from;
  if (form === "binary") return readBinary(input);
  return form === "text" ? readText(input) : readJson(input, format);
}

/** Descriptors have zero bytes long before they look like one of these lines. */
async function detect({ bytes }: Input): Promise<DumpFormat> {
  const head = await bytes.peek((some) => some.length >= HEAD_BYTES || some.includes(0x0a));
  const [line = ""] = head.toString("latin1").trimStart().split(/\r?\n/, 1);
  if (line.startsWith('{"')) return "json";
  return FIELD.test(line) || ROW.test(line) ? "text" : "binary";
}

async function readBinary({ bytes, name }: Input): Promise<Dump> {
  const all = new Records();
  for await (const chunk of bytes) {
    checkRoom(name, all.byteLength + chunk.byteLength);
    all.add(chunk);
  }
  return { bytes: all.finish(), fields: new Map(), at: undefined };
}

async function readText({ bytes, name }: Input): Promise<Dump> {
  const rows = new DumpRows(name);
  const lines = new LineSplitter();
  const take = (line: string, number: number) => rows.add(line.trim(), number);
  try {
    for await (const chunk of bytes) lines.push(chunk, take);
    lines.end(take);
  } catch (error) {
    // A line is too long.
    throw error instanceof SegringError ? new DataError(`${name}: ${error.message}`, { cause: error }) : error;
  }
  return rows.finish();
}

/** The lines of a dump in text: fields, and two words a row with their address. */
class DumpRows {
  readonly #name: string;
  readonly #fields = new Map<string, bigint>();
  readonly #bytes = new Records();
  #at: bigint | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  /** @throws {DataError} */
  add(line: string, number: number): void {
    if (line === "") return;
    const [, name, value] = FIELD.exec(line) ?? [];
    if (name !== undefined) this.#addField(name, BigInt(`0x${value}`), number);
    else this.#addRow(line, number);
  }

  finish(): Dump {
    return { bytes: this.#bytes.finish(), fields: this.#fields, at: this.#at };
  }

  #addField(name: string, value: bigint, number: number): void {
    if (this.#fields.has(name)) throw this.#fault(number, `expected one ${name}, got two`);
    this.#fields.set(name, value);
  }

  #addRow(line: string, number: number): void {
    const [, addr, first, second] = ROW.exec(line) ?? [];
    if (addr === undefined) {
      throw this.#fault(number, `expected "name 0x…" or "0xADDRESS 0xWORD 0xWORD", got ${quote(line)}`);
    }
    const at = BigInt(`0x${addr}`);
    this.#at ??= at;
    const next = this.#at + BigInt(this.#bytes.byteLength);
    if (at !== next) throw this.#fault(number, `expected the row at 0x${next.toString(16)}, got 0x${at.toString(16)}`);
    checkRoom(this.#name, this.#bytes.byteLength + 16);
    this.#bytes.add(bytesOf([first, second].filter((word) => word !== undefined).map((word) => BigInt(`0x${word}`))));
  }

  #fault(number: number, fault: string): DataError {
    return new DataError(`${this.#name}: line ${number}: ${fault}`);
  }
}

async function readJson({ bytes, name }: Input, format: string): Promise<Dump> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.byteLength;
    if (length > MAX_JSON) throw new DataError(`${name}: expected up to ${MAX_JSON} bytes of JSON, got more`);
    chunks.push(chunk);
  }
  const dump = parsed(name, Buffer.concat(chunks).toString());
  const fault = (what: string, got: unknown) =>
    new DataError(`${name}: ${what}, got ${typeof got === "string" ? quote(got) : show(got)}`);
  if (dump.format !== format) throw fault(`expected descriptors of ${format}, as --format says`, dump.format);
  const u64 = (what: string, value: unknown) => {
    if (typeof value === "string" && NUMBER.test(value)) return BigInt(value);
    throw fault(`${what} expected a string "0x…" of up to 64 bits`, value);
  };
  const { words, fields } = dump;
  if (!Array.isArray(words)) throw fault("words expected an array", words);
  if (typeof fields !== "object" || fields === null) throw fault("fields expected an object", fields);
  checkRoom(name, words.length * 8);
  return {
    bytes: bytesOf(words.map((word, index) => u64(`word ${index + 1}`, word))),
    fields: new Map(Object.entries(fields).map(([key, value]) => [key, u64(key, value)])),
    at: u64("at", dump.at),
  };
}

/** @throws {DataError} The text is no object of JSON. */
function parsed(name: string, text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Said below: what the platform says of a text depends on the platform.
  }
  throw new DataError(`${name}: expected one object of JSON with format, fields, at and words, got ${quote(text)}`);
}

function bytesOf(words: readonly bigint[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(words.length * 8));
  for (const [index, word] of words.entries()) view.setBigUint64(index * 8, word, true);
  return new Uint8Array(view.buffer);
}

function checkRoom(name: string, byteLength: number): void {
  if (byteLength > MAX_BYTES)
    throw new DataError(`${name}: expected up to ${MAX_BYTES} bytes of descriptors, got more`);
}
