/** What a producer takes, what it refuses, and when the consumer sees it. */

import { describe, expect, it } from "vitest";
import { Consumer } from "../../src/ring/consumer.js";
import { attachRing, type createRing } from "../../src/ring/create.js";
import { PROD_SEQ } from "../../src/ring/layout.js";
import { Producer } from "../../src/ring/producer.js";
import { blames, type ErrorClass, segringError } from "../support/blame.js";
import { codeOf, memories, ringIn } from "../support/pairs.js";
import { asleep } from "../support/sleepless.js";

const TOP = (1n << 64n) - 1n;

describe.each(memories)("a producer in $kind memory", (place) => {
  const make = (options: Parameters<typeof createRing>[0] = {}) => {
    const ring = ringIn(place, { capacity: 8, ...options });
    return { ring, producer: new Producer(ring), consumer: new Consumer(ring) };
  };

  it("takes numbers and bigints, to the last byte of 2^64", () => {
    const { producer, consumer } = make();
    expect(producer.push(0x1_0000_0001, 1)).toBe(true);
    expect(producer.push(2 ** 53 - 1, 2 ** 32 - 1, 0xffff_ff06)).toBe(true);
    expect(producer.push(TOP, 1n, 4)).toBe(true);
    expect(producer.push(TOP - 0xffff_ffffn, 2 ** 32)).toBe(true);
    expect(producer.push(5n, 2n ** 32n, 0x100)).toBe(true);
    producer.publish();
    expect([...consumer]).toEqual([
      { addr: 0x1_0000_0001n, length: 1, flags: 0 },
      { addr: 2n ** 53n - 1n, length: 2 ** 32 - 1, flags: 0xffff_ff06 },
      { addr: TOP, length: 1, flags: 4 },
      { addr: TOP - 0xffff_ffffn, length: 2 ** 32, flags: 0 },
      { addr: 5n, length: 2 ** 32, flags: 0x100 },
    ]);
  });

  it("refuses what is no range, counts it, and takes nothing", () => {
    const { ring, producer } = make();
    const refuses = (
      addr: unknown,
      length: unknown,
      flags: unknown,
      argument: string,
      type: ErrorClass = RangeError,
    ) => {
      expect(() => producer.push(addr as number, length as number, flags as number)).toThrow(blames(type, argument));
    };
    refuses(-1, 1, 0, "addr");
    refuses(0.5, 1, 0, "addr");
    refuses(Number.NaN, 1, 0, "addr");
    refuses(2 ** 53, 1, 0, "addr");
    refuses(1n << 64n, 1, 0, "addr");
    refuses("0", 1, 0, "addr", TypeError);
    refuses(0, 0, 0, "length");
    refuses(0, -1, 0, "length");
    refuses(0, undefined, 0, "length", TypeError);
    refuses(0, 1, 1, "flags");
    refuses(0, 1, 8, "flags");
    refuses(0, 1, 16, "flags");
    refuses(0, 1, 0x80, "flags");
    refuses(0, 1, -2, "flags");
    refuses(0, 1, 2 ** 32, "flags");
    refuses(0, 1, "2", "flags", TypeError);
    refuses(TOP, 2, 0, "addr + length");
    expect(ring.counters()).toMatchObject({ put: 0, rejected: 17 });
    expect(producer.push(0, 1)).toBe(true);
  });

  it("cuts a long range into records that join again, all of them or none", () => {
    const { ring, producer, consumer } = make();
    expect(producer.push(4096, 3n * 2n ** 32n + 5n, 0x500)).toBe(true);
    producer.publish();
    expect([...consumer].map(({ addr, length, flags }) => [addr, length, flags])).toEqual([
      [4096n, 2 ** 32, 0x500],
      [4096n + 2n ** 32n, 2 ** 32, 0x500],
      [4096n + 2n ** 33n, 2 ** 32, 0x500],
      [4096n + 3n * 2n ** 32n, 5, 0x500],
    ]);
    for (let i = 0; i < 6; i++) producer.push(0, 1);
    expect(producer.push(0, 3 * 2 ** 32)).toBe(false);
    expect(ring.counters().waiting).toBe(6);
    expect(producer.push(0, 2 * 2 ** 32)).toBe(true);
    expect(() => producer.push(0, 8 * 2 ** 32 + 1)).toThrow(blames(RangeError, "length"));
    expect(() => producer.push(0, 2 ** 32 + 1, 2)).toThrow(blames(RangeError, "length"));
    expect(() => producer.push(TOP - 2n ** 33n, 2n ** 33n + 2n)).toThrow(RangeError);
  });

  it("keeps to the ring's own limits", () => {
    const { ring, producer, consumer } = make({ maxSegmentBytes: 4096, addressLimit: 0xffff });
    expect(producer.push(0, 4096)).toBe(true);
    expect(producer.push(0xf000, 4096)).toBe(true);
    expect(() => producer.push(0xf001, 4096)).toThrow(blames(RangeError, "addr + length - 1"));
    expect(producer.push(0, 4097)).toBe(true);
    expect(() => producer.push(0, 4097, 2)).toThrow(blames(RangeError, "length"));
    expect(codeOf(() => producer.pushRows(new Uint32Array([0, 0, 4097, 0])))).toBe("BAD_RECORD");
    expect(codeOf(() => producer.pushRows(new Uint32Array([0xf001, 0, 4096, 0])))).toBe("BAD_RECORD");
    producer.publish();
    expect([...consumer].map(({ length }) => length)).toEqual([4096, 4096, 4096, 1]);
    expect(ring.counters().rejected).toBe(4);
  });

  it("I5: what is staged is not seen until it is published", () => {
    const { ring, producer, consumer } = make();
    producer.push(0, 1);
    producer.push(16, 1);
    expect(ring.counters().put).toBe(0);
    expect(consumer.take(() => {})).toBe(0);
    producer.publish();
    expect(ring.counters().put).toBe(2);
    expect(consumer.take(() => {})).toBe(2);
  });

  it("publishes by itself every `batch` records, and when the ring is full", () => {
    const ring = ringIn(place, { capacity: 8 });
    const producer = new Producer(ring, { batch: 3 });
    for (let i = 0; i < 5; i++) producer.push(i, 1);
    expect(ring.counters().put).toBe(3);
    for (let i = 0; i < 3; i++) producer.push(i, 1);
    expect(ring.counters().put).toBe(6);
    expect(producer.push(9, 1)).toBe(false);
    expect(ring.counters().put).toBe(8);
    expect(() => new Producer(attachRing(ring.memory), { batch: 0 })).toThrow(blames(RangeError, "batch"));
  });

  it("I1, I2: takes what fits and no more, and never touches a slot that is not free", () => {
    const { ring, producer, consumer } = make();
    const rows = new Uint32Array(4 * 20);
    for (let i = 0; i < 20; i++) rows.set([i * 4096, 0, i + 1, i << 8], i * 4);
    expect(producer.pushRows(rows)).toBe(8);
    expect(producer.pushRows(rows.subarray(32))).toBe(0);
    expect(producer.push(1, 1)).toBe(false);
    expect(producer.flush()).toBe(false);
    expect(ring.counters()).toMatchObject({ waiting: 8, stalls: 4 });
    const taken = new Uint32Array(4 * 20).fill(0xa5a5);
    expect(consumer.take(taken, 3)).toBe(3);
    expect(producer.pushRows(rows.subarray(32))).toBe(3);
    expect(consumer.take(taken.subarray(12))).toBe(8);
    expect([...taken.subarray(0, 44)]).toEqual([...rows.subarray(0, 44)]);
    expect([...taken.subarray(44)].every((word) => word === 0xa5a5)).toBe(true);
  });

  it("pushRows: a bad record is named, and nothing of the call is taken", () => {
    const { ring, producer } = make();
    const good = [0, 0, 16, 0];
    const bad: [number[], string][] = [
      [[0, 0, 0, 0], "length"],
      [[0, 0, 1, 1], "len"],
      [[0, 0, 1, 0x10], "flags"],
      [[0xffff_ffff, 0xffff_ffff, 2, 0], "addr + length"],
      [[0, 1, 0, 8], "length"],
      [[1, 0, 0, 8], "length"],
      [[0, 0, 0, 0x108], "length"],
    ];
    for (const [words, field] of bad) {
      const rows = new Uint32Array([...good, ...good, ...words, ...good]);
      for (let turn = 0; turn < 2; turn++) {
        expect(() => producer.pushRows(rows)).toThrow(segringError("BAD_RECORD", 2, field));
      }
    }
    expect(ring.counters()).toMatchObject({ put: 0, rejected: 14 });
    // Markers, FLUSH on a range, FULL, and the last byte are valid.
    const odd = [0, 0, 0, 8, ...[0, 0, 16, 8], ...[0, 0, 0, 1], ...[0xffff_ffff, 0xffff_ffff, 1, 0]];
    expect(producer.pushRows(new Uint32Array(odd))).toBe(4);
    // One that has no room is not looked at.
    expect(producer.pushRows(new Uint32Array([...good, ...good, ...good, ...good, 0, 0, 0, 0]))).toBe(4);
    expect(() => producer.pushRows(new Uint32Array(6))).toThrow(blames(RangeError, "rows.length"));
    expect(() => producer.pushRows(new Uint8Array(16) as never)).toThrow(TypeError);
    expect(producer.pushRows(new Uint32Array(0))).toBe(0);
  });

  it("rows of every size, across the wrap, by loop and by copy", () => {
    const { producer, consumer } = make({ capacity: 64, firstIndex: 0xffff_fff0 });
    let next = 0;
    let seen = 0;
    for (let size = 1; size <= 64; size++) {
      const rows = new Uint32Array(4 * size);
      for (let i = 0; i < size; i++) rows.set([next++, 7, 1, 0], i * 4);
      expect(producer.pushRows(rows)).toBe(size);
      const taken = consumer.take((addrLo, addrHi) => {
        expect([addrLo, addrHi]).toEqual([seen++, 7]);
      });
      expect(taken).toBe(size);
    }
  });

  it("waits for room", async () => {
    const { ring, producer, consumer } = make();
    for (let i = 0; i < 8; i++) producer.push(i, 1);
    let done = false;
    const waiting = producer.room(2).then(() => {
      done = true;
    });
    await asleep(ring, PROD_SEQ);
    consumer.take(() => {}, 1);
    // Woken, it found too little, and sleeps again.
    await asleep(ring, PROD_SEQ);
    expect(done).toBe(false);
    consumer.take(() => {}, 1);
    await waiting;
    expect(producer.pushRows(new Uint32Array([0, 0, 1, 0, 0, 0, 1, 0]))).toBe(2);
    await expect(producer.room(9)).rejects.toThrow(blames(RangeError, "count"));
    expect(() => producer.waitRoom(0)).toThrow(RangeError);
  });

  it("I6: those who wait for room are freed by abort, at once", async () => {
    const { ring, producer } = make();
    for (let i = 0; i < 8; i++) producer.push(i, 1);
    const waiting = Promise.all([
      expect(producer.room()).rejects.toMatchObject({ code: "ABORTED" }),
      expect(producer.room(3)).rejects.toMatchObject({ code: "ABORTED" }),
    ]);
    await Promise.resolve();
    ring.abort();
    await waiting;
  });

  it("I7: closes after what it published, and takes no more", () => {
    const { ring, producer, consumer } = make();
    producer.push(0, 1);
    producer.close();
    producer.close();
    expect(ring.state).toBe("closing");
    expect(codeOf(() => producer.push(0, 1))).toBe("CLOSED");
    expect(codeOf(() => producer.push(0n, 1n))).toBe("CLOSED");
    expect(codeOf(() => producer.pushRows(new Uint32Array([0, 0, 1, 0])))).toBe("CLOSED");
    expect(codeOf(() => producer.flush())).toBe("CLOSED");
    expect(codeOf(() => new Producer(ring))).toBe("CLOSED");
    expect(consumer.ended).toBe(false);
    expect(consumer.take(() => {})).toBe(1);
    expect(consumer.ended).toBe(true);
    expect(ring.state).toBe("closed");
    expect(ring.counters().waiting).toBe(0);
    expect(consumer.take(() => {})).toBe(0);
  });

  it("aborts: what it staged is gone, what it published is not", () => {
    const { producer, consumer } = make();
    producer.push(0, 1);
    producer.publish();
    producer.push(16, 1);
    producer.abort();
    expect(consumer.take(() => {})).toBe(1);
    expect(codeOf(() => consumer.take(() => {}))).toBe("ABORTED");
  });

  it("a ring of segments holds them one by one: nothing is cut", () => {
    const { producer } = make({ role: "segments" });
    expect(() => producer.push(0, 2 ** 32 + 1)).toThrow(blames(RangeError, "length"));
    expect(producer.push(0, 2 ** 32)).toBe(true);
  });
});
