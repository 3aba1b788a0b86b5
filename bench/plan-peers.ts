/** The packages that merge ranges too, each with its own form of an input and of an answer. */
import { existsSync } from "node:fs";
import type { ReadRange } from "../dist/plan/index.js";

/** First and last byte. */
export type Span = readonly [number, number];

/** A peer with its own form of an input. */
export interface Prepared {
  readonly run: () => unknown;
  /** What the last answer of `run` joined. */
  readonly spans: () => Iterable<Span>;
}

export interface Peer {
  readonly name: string;
  /** `run` returns a promise. */
  readonly async?: true;
  readonly prepare: (ranges: readonly ReadRange[]) => Prepared;
}

const FOLDER = new URL("peers/node_modules/", import.meta.url);

/** bench/peers has them, by itself: nothing else needs them. None where they are not installed. */
export async function loadPeers(): Promise<Peer[]> {
  if (!existsSync(FOLDER)) {
    console.log("\nplanReads without its peers; to install them: npm ci --prefix bench/peers");
    return [];
  }
  return Promise.all([drange(), multiIntegerRange(), rangeParser(), rangesMerge(), bbi(), zarrita()]);
}

/** A file of a package, also one that the package does not export. */
function load(path: string) {
  return import(new URL(path, FOLDER).href);
}

function spansOf(ranges: readonly ReadRange[]): [number, number][] {
  return ranges.map(({ offset, length }) => [offset, offset + length - 1]);
}

async function drange(): Promise<Peer> {
  const { default: DRange } = await load("drange/lib/index.js");
  return {
    name: "drange",
    prepare(ranges) {
      const spans = spansOf(ranges);
      let answer = new DRange();
      return {
        run() {
          answer = new DRange();
          for (const [low, high] of spans) answer.add(low, high);
          return answer;
        },
        spans: () => answer.subranges().map(({ low, high }: { low: number; high: number }) => [low, high]),
      };
    },
  };
}

async function multiIntegerRange(): Promise<Peer> {
  const { normalize } = await load("multi-integer-range/lib/index.js");
  return {
    name: "multi-integer-range",
    prepare(ranges) {
      const spans = spansOf(ranges);
      let answer: Span[] = [];
      return {
        run() {
          answer = normalize(spans);
          return answer;
        },
        spans: () => answer,
      };
    },
  };
}

async function rangeParser(): Promise<Peer> {
  const { default: parseRange } = await load("range-parser/index.js");
  return {
    name: "range-parser",
    prepare(ranges) {
      const header = `bytes=${spansOf(ranges).map(([low, high]) => `${low}-${high}`)}`;
      let answer: { start: number; end: number }[] = [];
      return {
        run() {
          answer = parseRange(Number.MAX_SAFE_INTEGER, header, { combine: true });
          return answer;
        },
        spans: () => answer.map(({ start, end }) => [start, end] as const),
      };
    },
  };
}

async function rangesMerge(): Promise<Peer> {
  const { rMerge } = await load("ranges-merge/dist/ranges-merge.esm.js");
  return {
    name: "ranges-merge",
    prepare(ranges) {
      const pairs = ranges.map(({ offset, length }) => [offset, offset + length]);
      let answer: [number, number][] = [];
      return {
        run() {
          answer = rMerge(pairs);
          return answer;
        },
        spans: () => answer.map(([start, end]) => [start, end - 1] as const),
      };
    },
  };
}

async function bbi(): Promise<Peer> {
  const { default: BbiRange } = await load("@gmod/bbi/esm/range.js");
  return {
    name: "@gmod/bbi",
    prepare(ranges) {
      const spans = spansOf(ranges).map(([min, max]) => ({ min, max }));
      const first = new BbiRange(spans.slice(0, 1));
      const rest = new BbiRange(spans.slice(1));
      let answer = first;
      return {
        run() {
          answer = first.union(rest);
          return answer;
        },
        spans: () => answer.ranges.map(({ min, max }: { min: number; max: number }) => [min, max]),
      };
    },
  };
}

async function zarrita(): Promise<Peer> {
  const { withRangeCoalescing } = await load("zarrita/dist/src/index.js");
  return {
    name: "zarrita",
    async: true,
    prepare(ranges) {
      let asked: ReadRange[] = [];
      // Bytes of the right length that cost nothing to make or to slice.
      const fetched = (length: number) => ({ length, slice: () => undefined });
      const store = {
        get: async () => undefined,
        async getRange(_: string, range: ReadRange) {
          asked.push(range);
          return fetched(range.length);
        },
      };
      const coalescing = withRangeCoalescing(store, { coalesceSize: 0 });
      return {
        run() {
          asked = [];
          return Promise.all(ranges.map((range) => coalescing.getRange("/data", range)));
        },
        spans: () => spansOf(asked),
      };
    },
  };
}
