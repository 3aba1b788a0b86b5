/** The packages that merge ranges too, each with its own form of an input and of an answer. */
/// <reference path="./modules.d.ts" />
import DRange from "drange";
import { normalize } from "multi-integer-range";
import parseRange from "range-parser";
import { planReads } from "segring/plan";
import type { Contestant } from "./contest.js";
import { packed, packedSpans, type Span } from "./input.js";

/** Each keeps an object or an array for every range. */
const MOST = 1e6;

const drange: Contestant = {
  name: "drange",
  kind: "peer",
  how: "add of each range; quadratic",
  most: MOST,
  prepare({ spans }) {
    let answer = new DRange();
    return {
      run() {
        answer = new DRange();
        for (const [low, high] of spans) answer.add(low, high);
        return answer;
      },
      answer: () => packedSpans(answer.subranges().map(({ low, high }): Span => [low, high])),
    };
  },
};

const multiIntegerRange: Contestant = {
  name: "multi-integer-range",
  kind: "peer",
  how: "normalize(spans)",
  most: MOST,
  prepare({ spans }) {
    const given = spans as Span[];
    let answer: readonly (readonly [number, number])[] = [];
    return {
      run() {
        answer = normalize(given);
        return answer;
      },
      answer: () => packedSpans(answer),
    };
  },
};

const rangeParser: Contestant = {
  name: "range-parser",
  kind: "peer",
  how: "parses the text of a Range header, with combine",
  most: MOST,
  prepare({ spans }) {
    const header = `bytes=${spans.map(([low, high]) => `${low}-${high}`)}`;
    let answer: readonly { readonly start: number; readonly end: number }[] = [];
    return {
      run() {
        const parsed = parseRange(Number.MAX_SAFE_INTEGER, header, { combine: true });
        answer = typeof parsed === "number" ? [] : parsed;
        return answer;
      },
      answer: () => packedSpans(answer.map(({ start, end }): Span => [start, end])),
    };
  },
};

/** The quadratic one comes last: where it is stopped, the others have run. */
export const peers: readonly Contestant[] = [rangeParser, multiIntegerRange, drange];

/** segring's own planner of objects: JavaScript, no mapper. */
export function planReadsPeer(maxBytes: number, most: number): Contestant {
  return {
    name: "planReads of objects",
    kind: "js",
    how: "planReads(objects) of segring/plan, no wasm",
    most,
    prepare({ objects }) {
      const ranges = objects.map(({ addr, length }) => ({ offset: addr, length }));
      let answer = planReads([], { maxBytes });
      return {
        run() {
          answer = planReads(ranges, { maxBytes });
          return answer;
        },
        answer: () => packed(Array.from(answer, ({ offset, length }) => ({ addr: offset, length }))),
      };
    },
  };
}
