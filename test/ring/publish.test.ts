/** Both ways of a publish: by `Atomics`, and in wasm, which a producer takes after many publishes or rows. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { Consumer } from "../../src/ring/consumer.js";
import type { RingOptions } from "../../src/ring/create.js";
import { ABORTED, CLOSING, CONS_SEQ, GENERATION, PRODUCER_BEAT, STATE, TAIL, TAIL_LAP } from "../../src/ring/layout.js";
import { Producer } from "../../src/ring/producer.js";
import { codeOf, memories, ringIn } from "../support/pairs.js";

/** Rows at once after which a producer has wasm, where there is wasm for its memory. */
const MANY_ROWS = 64;
/** Publishes after which it has wasm too. */
const MANY_PUBLISHES = 1024;
const WAITING = CONS_SEQ + 4;

const ways = [
  { way: "by Atomics", rows: 1 },
  { way: "in wasm", rows: MANY_ROWS },
];

describe.each(memories)("in $kind memory", (place) => {
  describe.each(ways)("a publish $way", ({ rows }) => {
    /** A ring whose producer has put `rows` records, all of which are taken. */
    const make = (options: RingOptions = {}) => {
      const ring = ringIn(place, { capacity: 128, ...options });
      const producer = new Producer(ring);
      const consumer = new Consumer(ring);
      const records = new Uint32Array(4 * rows).map((_, word) => (word % 4 === 2 ? 16 : 0));
      expect(producer.pushRows(records)).toBe(rows);
      expect(consumer.take(() => {})).toBe(rows);
      const get = (field: number) => ring.core.get(field);
      return { ring, producer, consumer, get, words: ring.core.words };
    };

    it("stores the tail and counts a heartbeat", () => {
      const { producer, consumer, get } = make();
      const beats = get(PRODUCER_BEAT);
      producer.push(0, 16);
      producer.push(64, 16);
      producer.publish();
      expect([get(TAIL), get(PRODUCER_BEAT) - beats, get(TAIL_LAP)]).toEqual([rows + 2, 1, 0]);
      expect(consumer.take(() => {})).toBe(2);
    });

    it("I11: counts a lap where the tail crosses 2^32, once", () => {
      const { producer, consumer, get } = make({ firstIndex: 2 ** 32 - rows - 2 });
      for (let laps = 0; laps < 3; laps++) {
        producer.push(0, 16);
        producer.publish();
        expect([get(TAIL), get(TAIL_LAP)]).toEqual([laps - 1, laps === 0 ? 0 : 1]);
      }
      expect(consumer.take(() => {})).toBe(3);
    });

    it("counts no lap where the tail crosses 2^31", () => {
      const { producer, get } = make({ firstIndex: 2 ** 31 - rows });
      producer.push(0, 16);
      producer.publish();
      expect([get(TAIL), get(TAIL_LAP)]).toEqual([-(2 ** 31) + 1, 0]);
    });

    it("I6: wakes a consumer that sleeps, once, and no other", () => {
      const { producer, get, words } = make();
      const wakes = get(CONS_SEQ);
      words[WAITING >> 2] = 1;
      for (let publishes = 0; publishes < 2; publishes++) {
        producer.push(0, 16);
        producer.publish();
        expect([get(CONS_SEQ) - wakes, get(WAITING)]).toEqual([1, 0]);
      }
    });

    it("I8: makes nothing visible in a ring that is stopped or made anew", () => {
      for (const [field, value, code] of [
        [STATE, ABORTED, "ABORTED"],
        [GENERATION, 77, "STALE"],
      ] as const) {
        const { producer, get, words } = make();
        producer.push(0, 16);
        words[field >> 2] = value;
        expect(codeOf(() => producer.publish())).toBe(code);
        expect(get(TAIL)).toBe(rows);
      }
    });

    it("makes visible what was staged before somebody else closed the ring", () => {
      const { producer, get, words } = make();
      producer.push(0, 16);
      words[STATE >> 2] = CLOSING;
      producer.publish();
      expect(get(TAIL)).toBe(rows + 1);
    });
  });

  describe("a producer", () => {
    afterEach(() => {
      vi.restoreAllMocks();
    });

    it(`instantiates wasm at publish ${MANY_PUBLISHES}, where there is wasm for it, and once`, () => {
      const ring = ringIn(place, { capacity: 4096 });
      const producer = new Producer(ring);
      const instantiate = vi.spyOn(WebAssembly, "Instance");
      const publish = () => {
        producer.push(0, 16);
        producer.publish();
      };
      for (let count = 1; count < MANY_PUBLISHES; count++) publish();
      expect(instantiate).toHaveBeenCalledTimes(0);
      for (let count = 0; count < 3; count++) publish();
      expect(instantiate).toHaveBeenCalledTimes(place.engine === "wasm" ? 1 : 0);
      expect(ring.counters().put).toBe(MANY_PUBLISHES + 2);
    });

    it("asks a platform that refuses wasm once, and publishes without", () => {
      const ring = ringIn(place, { capacity: 4096 });
      const producer = new Producer(ring);
      const instantiate = vi.spyOn(WebAssembly, "Instance").mockImplementation(function refuse() {
        throw new WebAssembly.CompileError("refused");
      });
      for (let count = 0; count < MANY_PUBLISHES + 9; count++) {
        producer.push(0, 16);
        producer.publish();
      }
      expect(instantiate).toHaveBeenCalledTimes(place.engine === "wasm" ? 1 : 0);
      expect(ring.counters().put).toBe(MANY_PUBLISHES + 9);
    });
  });
});
