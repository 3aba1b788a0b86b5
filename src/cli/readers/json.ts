import { quote } from "../../core/errors.js";
import type { Range } from "../../core/record.js";
import { worded } from "../../core/wording.js";
import { RangeFault } from "../../text/fault.js";
import { parseObject } from "../../text/object.js";
import { hasBytes } from "../../text/range.js";
import { DataError, recordPlace } from "../errors.js";
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
  let records = 0;
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
          if (worded(WORDING, () => hasBytes(range, skipEmpty))) ranges.push(range);
        } catch (error) {
          if (!(error instanceof RangeFault)) throw error;
          throw new DataError(`${recordPlace(name, records)}: ${error.message}`, { cause: error });
        }
        records++;
        state = "separator";
      }
    }
    yield ranges;
    text = text.slice(at);
    // What stays is the start of an object, or no JSON of ours.
    if (text !== "" && !(text.startsWith("{") && NEXT[state].includes("{") && text.length <= MAX_TOKEN)) break;
  }
  // Nothing at all is an empty input, as it is for the other formats.
  if (text === "" && (state === "end" || (state === "start" && records === 0))) return;
  const object =
    text.startsWith("{") && text.length > MAX_TOKEN ? `an object of at most ${MAX_TOKEN} characters` : "an object";
  const [place, wanted] = {
    start: [name, '"["'],
    first: [recordPlace(name, records), `${object} or "]"`],
    element: [recordPlace(name, records), object],
    separator: [`${name}: after record ${records}`, '"," or "]"'],
    end: [`${name}: after "]"`, "the end"],
  }[state];
  const got = text === "" ? "the end" : quote(text);
  throw new DataError(`${place}: expected ${wanted}, got ${got}`);
}

function afterSpace(text: string, at: number): number {
  SPACE.lastIndex = at;
  SPACE.test(text);
  return SPACE.lastIndex;
}
