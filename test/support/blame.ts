/**
 * What an error blames. Messages are not stable, so a test asks for an error's class, its code, its index, and the name that
 * its message begins with (`"offset" expected …`: offset). Full texts stand in the suites named messages.
 */
import { expect } from "vitest";
import { SegringError, type SegringErrorCode } from "../../src/index.js";
import { thrownBy } from "./bytes.js";
import { hiddenIn } from "./hidden.js";

// biome-ignore lint/suspicious/noExplicitAny: of every class, whatever its constructor takes
export type ErrorClass = abstract new (...args: any[]) => Error;

/**
 * What a message begins with, up to "expected": an argument without its quotes (`offset`), a line and a field (`line 3:
 * length`), a segment. Numbers in brackets are left out. Of a message that does not say "expected", all.
 */
export function blamedBy(message: string): string {
  const text = withoutColumn(message);
  const at = text.search(/(: )? ?\bexpected\b/);
  const head = (at === -1 ? text : text.slice(0, at)).replace(/ \([^)]*\)/g, "").trimEnd();
  return /^"[^"]*"$/.test(head) ? head.slice(1, -1) : head;
}

/** `line 3: …` of `line 3, column 5: …`. Columns stand in the suites of what texts may be. */
function withoutColumn(message: string): string {
  return message.replace(/\b(line \d+), column \d+/, "$1");
}

/** What is wrong with how a message is made, whatever the message says; nothing where all is well. */
export function flawOf(message: string): string | undefined {
  if (message.trim() !== message || message === "") return "it is empty, or has space round it";
  if (/\[object |NaN:|\$\{/.test(message)) return "it shows an object or a template as it should not";
  if (/(?<!(got|expected) )\bundefined\b(?!")/.test(message)) return "it says undefined, not as what was found";
  if (/\bexpected\s*(,|$)/.test(message)) return "it does not say what was expected";
  const hidden = hiddenIn(message);
  return hidden.length === 0 ? undefined : `it holds hidden characters: ${hidden.join(" ")}`;
}

/** What a test asks of an error besides its class. */
export interface Asked {
  /** What the message begins with: all of `blamedBy`. */
  argument?: string | undefined;
  /** The last part of what the message begins with, after a record, a descriptor or a line. */
  field?: string | undefined;
  code?: SegringErrorCode;
  index?: number | undefined;
}

/** An error that a test expects: equal, for vitest, to every error of exactly this class of which this is so. */
export class Blame extends Error {
  readonly $$typeof = Symbol.for("jest.asymmetricMatcher");
  readonly #type: ErrorClass;
  readonly #asked: Asked;

  constructor(type: ErrorClass, asked: Asked) {
    super("an error that a test expects");
    this.#type = type;
    this.#asked = asked;
  }

  asymmetricMatch(other: unknown): boolean {
    if (!(other instanceof Error) || flawOf(other.message) !== undefined) return false;
    // What a caller handles may be of a class of its own inside.
    const isOurs = this.#type === SegringError && other instanceof SegringError;
    if (other.constructor !== this.#type && !isOurs) return false;
    const { argument, field, ...own } = this.#asked;
    const blamed = blamedBy(other.message);
    if (argument !== undefined && blamed !== argument) return false;
    if (field !== undefined && blamed !== field && !blamed.endsWith(`: ${field}`)) return false;
    return Object.entries(own).every(([key, value]) => (other as unknown as Record<string, unknown>)[key] === value);
  }

  toAsymmetricMatcher(): string {
    return `${this.#type.name} ${JSON.stringify(this.#asked)}`;
  }

  override toString(): string {
    return this.toAsymmetricMatcher();
  }

  getExpectedType(): string {
    return "Error";
  }
}

/** Any error of exactly this class whose message begins with this name. */
export function blames(type: ErrorClass, argument: string): Blame {
  return new Blame(type, { argument });
}

/** What a call that reads /proc says elsewhere. */
export const NOT_LINUX = /^"\/proc\/.*" expected on Linux, this is \w+$/;

/** Any SegringError of this code and index, undefined where it has none; the field, where a message names one. */
export function segringError(code: SegringErrorCode, index?: number, field?: string): Blame {
  return new Blame(SegringError, { code, index, field });
}

/** Expects an error of exactly this class that blames this argument. */
export function throws(call: () => unknown, type: ErrorClass, argument: string): void {
  expectBlame(thrownBy(call), blames(type, argument));
}

/** Expects an error to be as wanted; a failure shows both. */
export function expectBlame(error: unknown, wanted: Blame): void {
  if (wanted.asymmetricMatch(error)) return;
  const { name, message, code, index } = error as SegringError;
  const flaw = flawOf(message);
  expect.fail(
    `expected ${wanted.toAsymmetricMatcher()}\ngot      ${name}, ${code}, ${index}: ${message}` +
      (flaw === undefined ? "" : `\nbut      ${flaw}`),
  );
}

/** A message, of any error, that begins with this name; as a value that vitest compares. */
export function about(argument: string): string {
  return matching(`a message about ${argument}`, (text) => blamedBy(text) === argument && flawOf(text) === undefined);
}

/** Standard error as one line, `segring: …`: it begins with a place, a file and its line or an option, and names these. */
export function says(place: string, ...named: readonly string[]): string {
  const what = [place, ...named].filter((one) => one !== "").join(", ");
  return matching(`one line that names ${what}`, (text) => {
    const line = /^segring: ([^\n]+)\n$/.exec(text)?.[1];
    if (line === undefined || flawOf(line) !== undefined) return false;
    const said = place.includes(", column ") ? line : withoutColumn(line);
    const begins = place === "" || (said.startsWith(place) && /^(:| (?!\+)|$)/.test(said.slice(place.length)));
    return begins && named.every((one) => line.includes(one));
  });
}

function matching(what: string, isSo: (text: string) => boolean): string {
  return {
    $$typeof: Symbol.for("jest.asymmetricMatcher"),
    asymmetricMatch: (other: unknown) => typeof other === "string" && isSo(other),
    toAsymmetricMatcher: () => what,
    toString: () => what,
    getExpectedType: () => "string",
  } as unknown as string;
}
