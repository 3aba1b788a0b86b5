/** After close or release every method says CLOSED, an empty call too; closing again does nothing. */
import { describe, expect, it } from "vitest";
import { DISPOSE } from "../../src/core/dispose.js";
import { createMapperSync, SegmentTable, type SegringError } from "../../src/index.js";
import { Consumer, createRing, Producer } from "../../src/ring/index.js";
import { builds } from "../support/engines.js";

const table = SegmentTable.from([{ addr: 4096, length: 4096 }]);

interface Closed {
  /** Methods and getters that say CLOSED, each in all ways that differ. */
  readonly refused: Record<string, readonly (() => unknown)[]>;
  /** Those that do nothing, or something that is right after the end too. */
  readonly taken: readonly string[];
}

function methodsOf(object: object): string[] {
  const names = Reflect.ownKeys(Object.getPrototypeOf(object)).filter((name) => name !== "constructor");
  // Node 20 has a symbol of its own for this.
  const nameOf = (name: symbol) => (name === DISPOSE ? "Symbol.dispose" : name.description);
  return names.map((name) => (typeof name === "symbol" ? `[${nameOf(name)}]` : name)).sort();
}

async function expectClosed(object: object, { refused, taken }: Closed, what: RegExp): Promise<void> {
  expect([...Object.keys(refused), ...taken].sort(), "each method is in the table").toEqual(methodsOf(object));
  for (const [name, calls] of Object.entries(refused)) {
    for (const call of calls) {
      let error: unknown;
      try {
        await call();
      } catch (thrown) {
        error = thrown;
      }
      expect([(error as SegringError)?.code, what.test((error as Error)?.message)], name).toEqual(["CLOSED", true]);
    }
  }
}

const producer = (one: Producer): Closed => ({
  refused: {
    lock: [() => one.lock()],
    push: [() => one.push(0, 1), () => one.push(0n, 1n << 40n), () => one.push(0, 0)],
    pushRows: [() => one.pushRows(new Uint32Array(0)), () => one.pushRows(Uint32Array.of(0, 0, 1, 0))],
    publish: [() => one.publish()],
    flush: [() => one.flush()],
    room: [() => one.room()],
    waitRoom: [() => one.waitRoom(1, 0)],
  },
  taken: ["[Symbol.dispose]", "abort", "close", "release", "token"],
});

describe("a producer", () => {
  it.each(["close", "release"] as const)("after %s", async (end) => {
    for (const role of ["ranges", "segments"] as const) {
      const one = new Producer(createRing({ shared: false, capacity: 4, role }));
      one.push(0, 1);
      one[end]();
      await expectClosed(one, producer(one), /its producer closed or left it$/);
      one.close();
      one.release();
      one[DISPOSE]();
    }
  });
});

describe("a consumer", () => {
  it("after release", async () => {
    const one = new Consumer(createRing({ shared: false, capacity: 4, role: "segments" }));
    const before = one.cursor();
    one.release();
    await expectClosed(
      one,
      {
        refused: {
          lock: [() => one.lock()],
          ended: [() => one.ended],
          take: [
            () => one.take(() => {}),
            () => one.take(() => {}, 0),
            () => one.take(new Uint32Array(0)),
            () => one.take({ addr: new BigUint64Array(0), length: new Float64Array(0) }),
          ],
          drain: [() => one.drain(), () => one.drain(0)],
          cursor: [() => one.cursor().next(), () => before.next()],
          "[Symbol.iterator]": [() => one[Symbol.iterator]().next()],
          "[Symbol.asyncIterator]": [() => one[Symbol.asyncIterator]().next()],
          ready: [() => one.ready()],
          wait: [() => one.wait(0)],
        },
        taken: ["[Symbol.dispose]", "abort", "release", "token"],
      },
      /^this consumer left the ring$/,
    );
    one.release();
    one[DISPOSE]();
  });
});

describe.each(builds)("$name", ({ name }) => {
  it("a stream after close, and after its mapper's", async () => {
    for (const end of ["stream", "mapper"] as const) {
      const mapper = createMapperSync({ engine: name });
      const one = mapper.stream({ capacity: 2 });
      (end === "stream" ? one : mapper).close();
      await expectClosed(
        one,
        {
          refused: {
            push: [() => one.push({ addr: 0, length: 1 }), () => one.push(null as never)],
            pushRecords: [() => one.pushRecords(new Uint8Array(0)), () => one.pushRecords(table.bytes)],
            flush: [() => one.flush()],
            drain: [() => one.drain()],
            take: [() => one.take(new Uint32Array(4)), () => one.take(new Uint32Array(0))],
          },
          taken: ["[Symbol.dispose]", "close"],
        },
        /^the stream is closed$/,
      );
      one.close();
      mapper.close();
    }
  });

  it("a mapper after close", async () => {
    const one = createMapperSync({ engine: name });
    const input = one.input(1);
    const target = new Uint32Array(4);
    one.close();
    await expectClosed(
      one,
      {
        refused: {
          coalesce: [() => one.coalesce([]), () => one.coalesce(table), () => one.coalesce(input)],
          mergeSorted: [() => one.mergeSorted([]), () => one.mergeSorted([table])],
          coalesceInto: [() => one.coalesceInto([], target), () => one.coalesceInto(input, target)],
          union: [() => one.union([]), () => one.union(input)],
          unionInto: [() => one.unionInto([], target)],
          input: [() => one.input(0), () => input.words, () => input.bytes],
          frames: [() => one.frames(table), () => one.frames(SegmentTable.from([]))],
          framesInto: [() => one.framesInto(table, new BigUint64Array(1))],
          stream: [() => one.stream()],
          transform: [() => one.transform()],
          mainEngine: [() => one.mainEngine],
        },
        taken: ["[Symbol.dispose]", "close"],
      },
      /^the mapper is closed$/,
    );
    one.close();
    one[DISPOSE]();
  });
});
