/** What a message quotes shows every character of it, and no terminal obeys one. */
import { describe, expect, it } from "vitest";
import { expected, quote, show, visible } from "../../src/core/errors.js";
import { createMapperSync } from "../../src/mapper/create.js";
import { parseFilefrag, parseIomem, parseMaps } from "../../src/node/index.js";
import { planReads } from "../../src/plan/index.js";
import { thrownBy } from "../support/bytes.js";
import { check } from "../support/check.js";
import { HIDDEN, hiddenIn, hostileText } from "../support/hidden.js";

describe("visible", () => {
  it("escapes every hidden character, and JSON reads it back", () => {
    for (const character of HIDDEN) {
      expect(hiddenIn(visible(`a${character}b`))).toEqual([]);
      expect(JSON.parse(`"${visible(character)}"`)).toBe(character);
    }
  });

  it.each([
    ["\u001b[31m\u0007", "\\u001b[31m\\u0007"],
    ["a\nb\r\tc", "a\\nb\\r\\tc"],
    ["\u007f\u0085\u009b", "\\u007f\\u0085\\u009b"],
    ["\u202etxt.\u2066\u200b\ufeff", "\\u202etxt.\\u2066\\u200b\\ufeff"],
    ["\ud83d", "\\ud83d"],
    ["\ude00\ud83d", "\\ude00\\ud83d"],
    ["\u{e0041}", "\\udb40\\udc41"],
  ])("%j", (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it.each(["", "plain", 'C:\\dir "x"', "élan 漢字 😀 עברית العربية", "a\u00a0b\u3000c", "\\u001b", "e\u0301"])(
    "%j stays as it is",
    (text) => {
      expect(visible(text)).toBe(text);
    },
  );

  it("twice is once", () => {
    check(500, hostileText, (text) => {
      expect(visible(visible(text))).toBe(visible(text));
      expect(hiddenIn(visible(text))).toEqual([]);
    });
  });
});

describe("show and quote", () => {
  it("a string reads back as JSON, whatever is in it", () => {
    check(1000, hostileText, (text) => {
      expect(hiddenIn(show(text))).toEqual([]);
      expect(JSON.parse(show(text))).toBe(text);
    });
  });

  it("names of classes and symbols are of others too", () => {
    const shown = (value: unknown) => expected("it", "a number", value);
    expect(shown(JSON.parse('{"constructor":{"name":"\\u001b[2J"}}'))).toBe('"it" expected a number, got \\u001b[2J');
    expect(shown(JSON.parse('{"constructor":{"name":["\\u001b"]}}'))).toBe('"it" expected a number, got an object');
    expect(shown(Symbol("\u001b[2J"))).toBe('"it" expected a number, got Symbol(\\u001b[2J)');
  });

  it("what is cut is not cut between the halves of a pair", () => {
    expect(quote("a".repeat(80))).toBe(`"${"a".repeat(80)}"`);
    expect(quote("a".repeat(81))).toBe(`"${"a".repeat(80)}…"`);
    expect(quote(`${"a".repeat(79)}😀b`)).toBe(`"${"a".repeat(79)}…"`);
  });
});

describe("errors of the library hold no hidden character", () => {
  const FILEFRAG = (name: string) => `File size of ${name} is 4096 (1 block of 4096 bytes)\n`;
  it.each<[string, (text: string) => unknown]>([
    ["parseMaps", (text) => parseMaps(`not ${text}`)],
    ["parseIomem", (text) => parseIomem(`0-1 : a\n   ${text}`)],
    ["parseFilefrag", (text) => parseFilefrag(`no ${text.replaceAll("\n", "")}`)],
    [
      "parseFilefrag, a name of a file cut off",
      (text) => parseFilefrag(FILEFRAG(text.replace(/[\n\r\u2028\u2029]/g, ""))),
    ],
    [
      "parseFilefrag, a name before another",
      (text) => parseFilefrag(FILEFRAG(text.replace(/[\n\r\u2028\u2029]/g, "")).repeat(2)),
    ],
    ["createMapperSync", (text) => createMapperSync({ engine: text as never })],
    ["createMapperSync, a limit", (text) => createMapperSync({ maxSegmentBytes: text as never })],
    ["coalesce", (text) => createMapperSync({ engine: "js" }).coalesce([{ addr: text as never, length: 1 }])],
    ["planReads", (text) => planReads([{ offset: text as never, length: 1 }], { maxBytes: 1 })],
    ["planReads, an object", (text) => planReads({ constructor: { name: text } } as never, { maxBytes: 1 })],
  ])("%s", (_name, call) => {
    check(200, hostileText, (text) => {
      const { message } = thrownBy(() => call(text)) as Error;
      expect([message, hiddenIn(message)]).toEqual([message, []]);
    });
  });
});
