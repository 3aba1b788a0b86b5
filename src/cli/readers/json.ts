import { quote } from "../../core/errors.js";
import type { Range } from "../../core/record.js";
import { worded } from "../../core/wording.js";
import { RangeFault } from "../../text/fault.js";
import { parseObject } from "../../text/object.js";
import { hasBytes } from "../../text/range.js";
import { DataError } from "../errors.js";
import { textOf } from "../lines.js";
import { WORDING } from "../wording.js";
import type { Batch, ReaderOptions } from "./reader.js";

/** A bracket, a comma, or an object without others in it. */
const TOKEN = /[[\],]|\{[^{}]*\}/y;
/** What may lie between them. */
const SPACE = /[ \t\n\r]*/y;
/** Characters in an object. */
const MAX_TOKEN = 65536;

/** Which tokens may come next. */
const NEXT = { start: "[", first: "{]", element: "{", separator: ",]", end: "" };

/** One JSON array of objects, read as it comes. */
export async function* readJson(
  source: AsyncIterable<Uint8Array>,
  { name, skipEmpty }: ReaderOptions,
): AsyncGenerator<Batch> {
  let state: keyof typeof NEXT = "start";
  let text = "";
  const place = new Place(name);
  for await (const piece of textOf(source)) {
    text += piece;
    const ranges: Range[] = [];
    let at = 0;
    for (;;) {
      at = afterSpace(text, at);
      TOKEN.lastIndex = at;
      const token = TOKEN.exec(text)?.[0];
      if (token === undefined || token.length > MAX_TOKEN || !NEXT[state].includes(token.charAt(0))) break;
      at = TOKEN.lastIndex;
      if (token === "[") state = "first";
      else if (token === "]") state = "end";
      else if (token === ",") state = "element";
      else {
        try {
          const range = parseObject(token);
          const { addr, length, flags } = range;
          if (worded(WORDING, () => hasBytes(range, skipEmpty))) ranges.push({ addr, length, flags });
        } catch (error) {
          if (!(error instanceof RangeFault)) throw error;
          const from = TOKEN.lastIndex - token.length + error.at;
          throw new DataError(`${place.at(text, from)}: ${error.message}`, { cause: error });
        }
        state = "separator";
      }
    }
    yield ranges;
    place.pass(text, at);
    text = text.slice(at);
    // What stays is the start of an object, or no JSON of ours.
    if (text !== "" && !(text.startsWith("{") && NEXT[state].includes("{") && text.length <= MAX_TOKEN)) break;
  }
  // Nothing at all is an empty input, as it is for the other formats.
  if (text === "" && (state === "end" || state === "start")) return;
  const object =
    text.startsWith("{") && text.length > MAX_TOKEN ? `an object of at most ${MAX_TOKEN} characters` : "an object";
  const wanted = {
    start: '"["',
    first: `${object} or "]"`,
    element: object,
    separator: '"," or "]"',
    end: 'the end after "]"',
  }[state];
  const got = text === "" ? "the end" : quote(text);
  throw new DataError(`${place.at(text, 0)}: expected ${wanted}, got ${got}`);
}

/** Counts lines and characters of a text that is read piece by piece. */
class Place {
  readonly #name: string;
  #line = 1;
  /** Characters of the line so far. */
  #characters = 0;

  constructor(name: string) {
    this.#name = name;
  }

  /** The text up to `end` is read. */
  pass(text: string, end: number): void {
    let start = 0;
    for (let at = text.indexOf("\n"); at >= 0 && at < end; at = text.indexOf("\n", start)) {
      start = at + 1;
      this.#line++;
      this.#characters = 0;
    }
    this.#characters += end - start;
  }

  /** Where `at` in the text that comes next is, in words. Nothing is counted after it. */
  at(text: string, at: number): string {
    this.pass(text, at);
    return `${this.#name}: line ${this.#line}, column ${this.#characters + 1}`;
  }
}

function afterSpace(text: string, at: number): number {
  SPACE.lastIndex = at;
  SPACE.test(text);
  return SPACE.lastIndex;
}
