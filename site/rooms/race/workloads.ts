/** The workloads, and who runs in each. Loops get what a careful person gives them; segring gets its public calls. */
import { createMapperSync, packedRecords, pageFrames, type RangeInput, type SegmentMapper } from "segring";
import { createMapperSync as createJsMapperSync } from "segring/js";
import { planColumns } from "segring/plan/columns";
import type { Contestant, Kind, Prepared, Workload } from "./contest.js";
import { objectsOf, packed, packObjects, type RaceInput } from "./input.js";
import {
  coalesceBigUint64,
  coalesceFrames,
  coalesceObjects,
  type PlainRange,
  uniteBigUint64,
  uniteObjects,
} from "./loops.js";
import { coalesceOracle, unionOracle } from "./oracle.js";
import { peers, planReadsPeer } from "./peers.js";

/** Objects cost 50 bytes each and more. */
export const MOST_OBJECTS = 1e6;
/** One request may be as long as one segment, so that a plan and a union are equal. */
const LONGEST_REQUEST = 2 ** 32;

const MAPPERS = {
  wasm: () => createMapperSync({ engine: "wasm" }),
  js: () => createJsMapperSync(),
};

/** The two engines of segring, each with one call. */
function engines(how: string, prepare: (mapper: SegmentMapper, input: RaceInput) => Omit<Prepared, "close">) {
  const engine = (kind: "wasm" | "js", name: string): Contestant => ({
    name,
    kind,
    how,
    prepare(input) {
      const mapper = MAPPERS[kind]();
      return { ...prepare(mapper, input), close: () => mapper.close() };
    },
  });
  return [engine("wasm", "wasm"), engine("js", "JS engine")];
}

/** Calls that give a table. */
function tables(how: string, call: (mapper: SegmentMapper, input: RaceInput) => () => { readonly bytes: Uint8Array }) {
  return engines(how, (mapper, input) => keeping(call(mapper, input), ({ bytes }) => bytes));
}

/** Keeps what the last call gave. */
function keeping<Result>(call: () => Result, bytesOf: (result: Result) => Uint8Array): Prepared {
  let last: Result | undefined;
  return {
    run() {
      last = call();
      return last;
    },
    answer: () => (last === undefined ? new Uint8Array(0) : bytesOf(last)),
  };
}

/** A loop that writes to an array of its own, which is kept from call to call; the result is a new array. */
function bigintLoop(how: string, loop: (input: RaceInput, output: BigUint64Array) => () => number): Contestant {
  return {
    name: "BigUint64Array loop",
    kind: "loop",
    how,
    prepare(input) {
      const output = new BigUint64Array(2 * input.count);
      const call = loop(input, output);
      return keeping(
        () => output.slice(0, 2 * call()),
        ({ buffer }) => new Uint8Array(buffer),
      );
    },
  };
}

function objectLoop(how: string, prepare: (input: RaceInput) => Prepared, kind: Kind = "objects"): Contestant {
  return { name: "array of objects", kind, how, most: MOST_OBJECTS, prepare };
}

const joinOracle = ({ bigints }: RaceInput) => coalesceOracle(bigints);
const unionOf = ({ bigints }: RaceInput) => unionOracle(bigints);

const inPlace: Workload = {
  id: "in place",
  title: "Records in place",
  how: "Packed records that lie in the mapper's memory already (mapper.input), to a new table.",
  each: "record",
  form: "sorted",
  oracle: joinOracle,
  contestants: [
    ...tables("coalesce(records of mapper.input)", (mapper, input) => {
      const records = mapper.input(input.count);
      records.bytes.set(input.bytes);
      return () => mapper.coalesce(records);
    }),
    bigintLoop("one loop over the records, the result sliced to a new array", ({ bigints }, output) => {
      return () => coalesceBigUint64(bigints, output);
    }),
    objectLoop("objects that are there already, one loop to new objects", ({ objects }) =>
      keeping(() => coalesceObjects(objects), packed),
    ),
  ],
};

export const copied: Workload = {
  id: "copied",
  title: "Packed, copied",
  how: "Packed records in memory of the caller, to a new table.",
  each: "record",
  form: "sorted",
  oracle: joinOracle,
  contestants: [
    ...tables("coalesce(packedRecords(bytes))", (mapper, { bytes }) => {
      const records = packedRecords(bytes);
      return () => mapper.coalesce(records);
    }),
    bigintLoop("one loop over the records, the result sliced to a new array", ({ bigints }, output) => {
      return () => coalesceBigUint64(bigints, output);
    }),
    objectLoop("each record read to an object, then one loop to new objects", ({ words }) =>
      keeping(() => coalesceObjects(objectsOf(words)), packed),
    ),
  ],
};

const into: Workload = {
  id: "into",
  title: "Into",
  how: "Packed records in memory of the caller, into memory of the caller, which every call writes again.",
  each: "record",
  form: "sorted",
  oracle: joinOracle,
  contestants: [
    ...engines("coalesceInto(packedRecords(bytes), target)", (mapper, { bytes, words }) => {
      const records = packedRecords(bytes);
      return writing(new Uint32Array(words.length), (target) => 4 * mapper.coalesceInto(records, target));
    }),
    {
      name: "BigUint64Array loop",
      kind: "loop",
      how: "one loop from array to array",
      prepare({ bigints }) {
        return writing(new BigUint64Array(bigints.length), (target) => 2 * coalesceBigUint64(bigints, target));
      },
    },
    objectLoop("each record read to an object, one loop, the objects written to the array", ({ words }) =>
      writing(new Uint32Array(words.length), (target) => packObjects(coalesceObjects(objectsOf(words)), target)),
    ),
  ],
};

/** @param call Gives the elements written. */
function writing<Target extends Uint32Array | BigUint64Array>(
  target: Target,
  call: (target: Target) => number,
): Prepared {
  let written = 0;
  return {
    run() {
      written = call(target);
      return written;
    },
    answer: () => new Uint8Array(target.buffer, 0, written * target.BYTES_PER_ELEMENT),
  };
}

const objects: Workload = {
  id: "objects",
  title: "Objects",
  how: "Objects { addr, length } of numbers, at most 10^6, to a new table or to new objects.",
  each: "object",
  form: "sorted",
  oracle: joinOracle,
  contestants: [
    ...tables("coalesce(objects)", (mapper, input) => {
      const ranges: RangeInput = input.objects;
      return () => mapper.coalesce(ranges);
    }).map((contestant) => ({ ...contestant, most: MOST_OBJECTS })),
    {
      ...bigintLoop("each object packed to the array, then one loop", ({ objects: ranges, count }, output) => {
        const input = new BigUint64Array(2 * count);
        return () => {
          packObjects(ranges, new Uint32Array(input.buffer));
          return coalesceBigUint64(input, output);
        };
      }),
      most: MOST_OBJECTS,
    },
    objectLoop("one loop to new objects", ({ objects: ranges }) => keeping(() => coalesceObjects(ranges), packed)),
  ],
};

const pages: Workload = {
  id: "page frames",
  title: "Page frames",
  how: "Page frame numbers of 8 bytes in memory of the caller, to a new table.",
  each: "frame",
  form: "frames",
  oracle: joinOracle,
  contestants: [
    ...tables("coalesce(pageFrames(numbers))", (mapper, { frames }) => {
      const numbers = pageFrames(frames);
      return () => mapper.coalesce(numbers);
    }),
    bigintLoop("one loop over the numbers, the result sliced to a new array", ({ frames }, output) => {
      return () => coalesceFrames(frames, output);
    }),
    objectLoop("each number made an object, then one loop to new objects", ({ frames }) =>
      keeping(() => {
        const ranges: PlainRange[] = [];
        for (const frame of frames) ranges.push({ addr: Number(frame) * 4096, length: 4096 });
        return coalesceObjects(ranges);
      }, packed),
    ),
  ],
};

const union: Workload = {
  id: "union",
  title: "Union",
  how: "Packed records in random order; the peers and the array of objects have the ranges in their own form already.",
  each: "record",
  form: "shuffled",
  oracle: unionOf,
  contestants: [
    ...tables("union(packedRecords(bytes))", (mapper, { bytes }) => {
      const records = packedRecords(bytes);
      return () => mapper.union(records);
    }),
    bigintLoop("starts and ends sorted apart, then one loop", ({ bigints }, output) => {
      return () => uniteBigUint64(bigints, output);
    }),
    objectLoop("sort by address, then one loop", ({ objects: ranges }) => keeping(() => uniteObjects(ranges), packed)),
    ...peers,
  ],
};

const plan: Workload = {
  id: "plan",
  title: "Plan",
  how: "Reads { offset, length } in random order, to the fewest requests. wasm sorts the columns of planColumns.",
  each: "range",
  form: "shuffled",
  oracle: unionOf,
  contestants: [
    ...engines("planColumns(mapper, columns)", (mapper, { columns }) =>
      keeping(
        () => planColumns(mapper, columns, { maxBytes: LONGEST_REQUEST }),
        (requests) => packed(Array.from(requests, ({ offset, length }) => ({ addr: offset, length }))),
      ),
    ),
    planReadsPeer(LONGEST_REQUEST, MOST_OBJECTS),
    bigintLoop("starts and ends sorted apart, then one loop", ({ bigints }, output) => {
      return () => uniteBigUint64(bigints, output);
    }),
    objectLoop("sort by offset, then one loop", ({ objects: ranges }) => keeping(() => uniteObjects(ranges), packed)),
    ...peers,
  ],
};

/** In the order of the table. */
export const WORKLOADS: readonly Workload[] = [inPlace, copied, into, objects, pages, union, plan];
