/** All the ways of taking records, and what happens when one of them fails. */

import { describe, expect, it } from "vitest";
import { Consumer } from "../../src/ring/consumer.js";
import { bufferOf } from "../../src/ring/core.js";
import type { createRing } from "../../src/ring/create.js";
import { CONS_SEQ } from "../../src/ring/layout.js";
import { Producer } from "../../src/ring/producer.js";
import { blames, segringError } from "../support/blame.js";
import { codeOf, memories, ringIn } from "../support/pairs.js";
import { asleep } from "../support/sleepless.js";

describe.each(memories)("a consumer in $kind memory", (place) => {
  const make = (options: Parameters<typeof createRing>[0] = {}) => {
    const ring = ringIn(place, { capacity: 8, role: "segments", firstIndex: 0x7fff_fffe, ...options });
    return { ring, producer: new Producer(ring), consumer: new Consumer(ring) };
  };
  /** 1: plain; 2: 4 GiB, high address, tag; 3: the last byte. */
  const put = (producer: Producer) => {
    producer.push(0x1_0000_0010, 4096, 4);
    producer.push(0xffff_ffff_0000_0000n, 2 ** 32, 0xabcd_ef00);
    producer.push(0xffff_ffff_ffff_ffffn, 1, 2);
    producer.publish();
  };
  const WANTED = [
    { addr: 0x1_0000_0010n, length: 4096, flags: 4 },
    { addr: 0xffff_ffff_0000_0000n, length: 2 ** 32, flags: 0xabcd_ef00 },
    { addr: 0xffff_ffff_ffff_ffffn, length: 1, flags: 2 },
  ];

  it("takes into a callback", () => {
    const { ring, producer, consumer } = make();
    put(producer);
    const got: unknown[] = [];
    const taken = consumer.take((lo, hi, length, flags) => {
      got.push({ addr: (BigInt(hi) << 32n) | BigInt(lo), length, flags });
    });
    expect(taken).toBe(3);
    expect(got).toEqual(WANTED);
    expect(ring.counters().waiting).toBe(0);
    expect(consumer.take(() => {})).toBe(0);
  });

  it("takes with a cursor", () => {
    const { ring, producer, consumer } = make();
    put(producer);
    const cursor = consumer.cursor();
    const got: unknown[] = [];
    while (cursor.next()) got.push({ addr: cursor.addr, length: cursor.length, flags: cursor.flags });
    expect(got).toEqual(WANTED);
    expect(ring.counters().waiting).toBe(0);
    // It goes on with what comes later.
    put(producer);
    expect(cursor.next()).toBe(true);
    expect(cursor).toMatchObject({ addrLo: 0x10, addrHi: 1, length: 4096, flags: 4 });
    expect(ring.counters().waiting).toBe(3);
    cursor.stop();
    expect(ring.counters().waiting).toBe(2);
    expect(cursor.next()).toBe(true);
    expect(cursor.length).toBe(2 ** 32);
    // Any other call takes what the cursor has shown, and then its own.
    expect([...consumer]).toEqual(WANTED.slice(2));
    expect(cursor.next()).toBe(false);
  });

  it("takes into rows, and leaves what lies behind them", () => {
    const { producer, consumer } = make();
    put(producer);
    const rows = new Uint32Array(20).fill(7);
    expect(consumer.take(rows.subarray(0, 11))).toBe(2);
    expect(consumer.take(rows.subarray(8))).toBe(1);
    const top = 0xffff_ffff;
    expect([...rows.subarray(0, 12)]).toEqual([16, 1, 4096, 4, 0, top, 0, 0xabcd_ef01, top, top, 1, 2]);
    expect([...rows.subarray(12)].every((word) => word === 7)).toBe(true);
  });

  it("takes into columns, with and without flags", () => {
    const { producer, consumer } = make();
    put(producer);
    const addr = new BigUint64Array(5).fill(9n);
    const length = new Float64Array(4).fill(9);
    expect(consumer.take({ addr, length, flags: new Uint32Array(2) })).toBe(2);
    expect(consumer.take({ addr: addr.subarray(2), length: length.subarray(2) })).toBe(1);
    expect([...addr]).toEqual([...WANTED.map((segment) => segment.addr), 9n, 9n]);
    expect([...length]).toEqual([4096, 2 ** 32, 1, 9]);
    put(producer);
    const flags = new Uint32Array(3);
    expect(consumer.take({ addr, length, flags }, 2)).toBe(2);
    expect([...flags]).toEqual([4, 0xabcd_ef00, 0]);
  });

  it("takes a table, and objects", () => {
    const { producer, consumer } = make();
    put(producer);
    expect([...consumer.drain(1)]).toEqual(WANTED.slice(0, 1));
    const table = consumer.drain();
    expect([...table]).toEqual(WANTED.slice(1));
    expect(table.bytes.buffer.byteLength).toBe(32);
    expect(consumer.drain().length).toBe(0);
    put(producer);
    for (const segment of consumer) {
      expect(segment).toEqual(WANTED[0]);
      break;
    }
    expect([...consumer]).toEqual(WANTED.slice(1));
    const ranges = make({ role: "ranges" });
    expect(() => ranges.consumer.drain()).toThrow(TypeError);
  });

  it("takes at most as many as asked for", () => {
    const { producer, consumer } = make();
    put(producer);
    expect(consumer.take(() => {}, 0)).toBe(0);
    expect(consumer.take(() => {}, 1)).toBe(1);
    expect(consumer.take(new Uint32Array(40), 1)).toBe(1);
    expect(consumer.take(() => {}, 10)).toBe(1);
    expect(() => consumer.take(() => {}, -1)).toThrow(blames(RangeError, "max"));
    expect(() => consumer.take(() => {}, 0.5)).toThrow(blames(RangeError, "max"));
    expect(() => consumer.take({ addr: [], length: [] } as never)).toThrow(blames(TypeError, "addr"));
  });

  it("I4: a callback that throws keeps the record it got in the ring, and no other", () => {
    const { ring, producer, consumer } = make();
    put(producer);
    let calls = 0;
    const failing = () => {
      if (++calls === 2) throw new Error("not now");
    };
    expect(() => consumer.take(failing)).toThrow("not now");
    expect(ring.counters().waiting).toBe(2);
    expect([...consumer]).toEqual(WANTED.slice(1));
  });

  it("BUSY: a callback may not take from the ring it gets records from", () => {
    const { producer, consumer } = make();
    put(producer);
    expect(codeOf(() => consumer.take(() => consumer.take(() => {})))).toBe("BUSY");
    // It may put into another, or the same.
    expect(consumer.take(() => void producer.push(0, 1))).toBe(3);
    producer.publish();
    expect(consumer.take(() => {})).toBe(3);
  });

  it("gives slots back while it hands out a long batch", () => {
    const { ring, producer, consumer } = make({ capacity: 4096 });
    for (let i = 0; i < 4096; i++) producer.push(i, 1);
    producer.publish();
    let least = 4096;
    consumer.take(() => {
      least = Math.min(least, ring.counters().waiting);
    });
    expect(least).toBe(1024);
  });

  it("waits for records, and for the end", async () => {
    const { ring, producer, consumer } = make();
    const got: unknown[] = [];
    const all = (async () => {
      for await (const segment of consumer) got.push(segment);
    })();
    await asleep(ring, CONS_SEQ);
    put(producer);
    await expect.poll(() => got).toEqual(WANTED);
    put(producer);
    producer.close();
    await all;
    expect(got).toEqual([...WANTED, ...WANTED]);
    expect(await consumer.ready()).toBe(false);
    expect(consumer.wait()).toBe(false);
  });

  it("I6: those who wait are freed by abort, at once", async () => {
    const { ring, consumer } = make();
    const waiting = expect(consumer.ready()).rejects.toMatchObject({ code: "ABORTED" });
    await Promise.resolve();
    ring.abort();
    await waiting;
  });

  it("an invalid record poisons the ring, after those before it are taken", () => {
    const forms: [string, (consumer: Consumer) => number][] = [
      ["callback", (consumer) => consumer.take(() => {})],
      ["rows", (consumer) => consumer.take(new Uint32Array(40))],
      ["columns", (consumer) => consumer.take({ addr: new BigUint64Array(9), length: new Float64Array(9) })],
      ["objects", (consumer) => [...consumer].length],
      ["table", (consumer) => consumer.drain().length],
    ];
    for (const [, take] of forms) {
      const { ring, producer, consumer } = make();
      put(producer);
      const buffer = bufferOf(ring.memory);
      // The second of three: at index 0x7fffffff, slot 7.
      new Uint32Array(buffer, ring.offset + 640 + 7 * 16)[3] = 0x20;
      expect(take(consumer)).toBe(1);
      expect(ring.state).toBe("open");
      expect(codeOf(() => take(consumer))).toBe("POISONED");
      expect(() => take(consumer)).toThrow(segringError("POISONED", 2147483647));
      expect(ring.state).toBe("poisoned");
      expect(codeOf(() => producer.pushRows(new Uint32Array([0, 0, 1, 0])))).toBe("POISONED");
      expect(ring.counters()).toMatchObject({ skipped: 1, lastBadIndex: 0x7fff_ffff, waiting: 2 });
    }
  });

  it("or is passed over and counted", () => {
    const forms: ((consumer: Consumer) => number)[] = [
      (consumer) => consumer.take(() => {}),
      (consumer) => consumer.take(new Uint32Array(40)) + consumer.take(new Uint32Array(40)),
      (consumer) => [...consumer].length,
    ];
    for (const take of forms) {
      const ring = ringIn(place, { capacity: 8, role: "segments" });
      const producer = new Producer(ring);
      const consumer = new Consumer(ring, { invalid: "skip" });
      put(producer);
      put(producer);
      const slots = new Uint32Array(bufferOf(ring.memory), ring.offset + 640);
      for (const bad of [0, 1, 4]) slots[bad * 4 + 3] = 0x20;
      expect(take(consumer)).toBe(3);
      expect(ring.counters()).toMatchObject({ skipped: 3, lastBadIndex: 4, waiting: 0 });
    }
    expect(() => new Consumer(make().ring, { invalid: "no" as never })).toThrow(blames(RangeError, "invalid"));
  });

  it("a ring full of invalid records is passed over at once", () => {
    const ring = ringIn(place, { capacity: 2 ** 16, role: "segments" });
    const producer = new Producer(ring);
    const consumer = new Consumer(ring, { invalid: "skip" });
    for (let i = 0; i < 2 ** 16; i++) producer.push(i, 1);
    producer.publish();
    const slots = new Uint32Array(bufferOf(ring.memory), ring.offset + 640);
    for (let at = 2; at < 4 * (2 ** 16 - 1); at += 4) slots[at] = 0;
    const rows = new Uint32Array(4 * 2 ** 16);
    expect(consumer.take(rows)).toBe(1);
    expect([...rows.subarray(0, 4)]).toEqual([2 ** 16 - 1, 0, 1, 0]);
    expect(ring.counters()).toMatchObject({ skipped: 2 ** 16 - 1, waiting: 0 });
  });

  it("of segments, holds no FLUSH: a flush only publishes", () => {
    const { ring, producer, consumer } = make();
    producer.push(0, 1);
    expect(producer.flush()).toBe(true);
    expect(ring.counters().waiting).toBe(1);
    expect(consumer.drain().length).toBe(1);
    expect(codeOf(() => producer.pushRows(new Uint32Array([0, 0, 0, 8])))).toBe("BAD_RECORD");
    expect(codeOf(() => producer.pushRows(new Uint32Array([0, 0, 1, 8])))).toBe("BAD_RECORD");
  });

  it("of ranges, passes over FLUSH markers", () => {
    const { ring, producer, consumer } = make({ role: "ranges" });
    producer.flush();
    producer.push(0, 1);
    producer.flush();
    producer.pushRows(new Uint32Array([16, 0, 1, 8]));
    expect([...consumer].map(({ addr, flags }) => [addr, flags])).toEqual([
      [0n, 0],
      [16n, 0],
    ]);
    expect(ring.counters()).toMatchObject({ taken: 0x8000_0002, waiting: 0 });
    producer.flush();
    expect(consumer.take(() => {})).toBe(0);
    producer.flush();
    const rows = new Uint32Array(8);
    expect(consumer.take(rows)).toBe(1);
    expect([...rows]).toEqual([0, 0, 0, 8, 0, 0, 0, 0]);
  });

  it("leaves the role to another, and takes no more", () => {
    const { ring, producer, consumer } = make();
    put(producer);
    const cursor = consumer.cursor();
    cursor.next();
    consumer.release();
    expect(codeOf(() => consumer.take(() => {}))).toBe("CLOSED");
    expect(codeOf(() => cursor.next())).toBe("CLOSED");
    using next = new Consumer(ring);
    expect([...next]).toEqual(WANTED.slice(1));
    next.abort();
    expect(codeOf(() => producer.pushRows(new Uint32Array([0, 0, 1, 0])))).toBe("ABORTED");
  });
});
