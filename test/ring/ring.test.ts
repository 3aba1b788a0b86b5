/** Making a ring, looking at it, making it anew: the header byte for byte, and what is refused. */

import { describe, expect, it } from "vitest";
import { SegringError } from "../../src/core/errors.js";
import { Consumer } from "../../src/ring/consumer.js";
import { bufferOf } from "../../src/ring/core.js";
import { attachRing, createRing, ringBytes } from "../../src/ring/create.js";
import { Producer } from "../../src/ring/producer.js";
import { blames, type ErrorClass } from "../support/blame.js";
import { codeOf, memories, ringIn } from "../support/pairs.js";

describe.each(memories)("a ring in $kind memory", (place) => {
  const { shared } = place;
  it("has the header of the contract, byte for byte", () => {
    const ring = ringIn(place, { capacity: 8, maxSegmentBytes: 0xffff_f000, addressLimit: 0xffff_ffff_ffffn });
    const buffer = bufferOf(ring.memory);
    const words = [...new Uint32Array(buffer, ring.offset, 13)];
    expect(ring.offset % 128).toBe(0);
    let checksum = 0x811c9dc5n;
    for (const byte of new Uint8Array(buffer, ring.offset, 0x30)) {
      checksum = ((checksum ^ BigInt(byte)) * 0x01000193n) & 0xffff_ffffn;
    }
    // magic, version 1.0, headerBytes, slotBytes; capacity, slotsOffset, a compatible feature, role; generation,
    // maxSegmentBytes - 1, address limit; FNV-1a.
    const first = [0x474e5253, 0x10000, 640, 16, 8, 640, 0x10000, 0];
    expect(words).toEqual([...first, 1, 0xffff_efff, 0xffff_ffff, 0xffff, Number(checksum)]);
    expect(String.fromCharCode(...new Uint8Array(buffer, ring.offset, 4))).toBe("SRNG");
    expect(new Uint32Array(buffer, ring.offset + 0x80, 1)[0]).toBe(1);
    const producer = new Producer(ring);
    producer.push(0x1_2345_6789, 4096, 0xabc00);
    producer.publish();
    expect([...new Uint32Array(buffer, ring.offset + 0x280, 4)]).toEqual([0x2345_6789, 1, 4096, 0xabc00]);
    expect(new Uint32Array(buffer, ring.offset + 0x100, 1)[0]).toBe(1);
    new Consumer(ring).take(() => {});
    expect(new Uint32Array(buffer, ring.offset + 0x180, 1)[0]).toBe(1);
    // Each side says that it sees the creator's number.
    const [nonce, echoProducer, echoConsumer] = new Uint32Array(buffer, ring.offset + 0x34, 3);
    expect([ring.nonce, echoProducer, echoConsumer]).toEqual([nonce, nonce, nonce]);
    new Uint32Array(buffer, ring.offset + 0x34, 1)[0] = 0x89ab_cdef;
    expect(ring.nonce).toBe(0x89ab_cdef);
  });

  it("is found by another handle, with what it was made with", () => {
    const ring = ringIn(place, { capacity: 16, role: "segments", maxSegmentBytes: 4096, addressLimit: 2 ** 40 });
    const other = attachRing(ring.memory, ring.offset);
    expect(other).toMatchObject({ capacity: 16, role: "segments", maxSegmentBytes: 4096, addressLimit: 1n << 40n });
    expect(other).toMatchObject({ generation: 1, state: "open", shared, nonce: ring.nonce, offset: ring.offset });
    expect(other.byteLength).toBe(ringBytes(16, "segments"));
  });

  it("is refused at another place, by a name of what is wrong", () => {
    const ring = ringIn(place, { capacity: 16 });
    const { memory } = ring;
    expect(() => attachRing(memory, 2048)).toThrow(blames(SegringError, "magic"));
    expect(codeOf(() => attachRing(memory, 2048))).toBe("BAD_RING");
    expect(() => attachRing(memory, 1000)).toThrow(blames(RangeError, "offset"));
    expect(() => attachRing(memory, 1040)).toThrow(blames(RangeError, "offset"));
    expect(() => attachRing(memory, 65536)).toThrow(RangeError);
    // The last place that has room for a header, and the one behind it.
    expect(codeOf(() => attachRing(memory, bufferOf(memory).byteLength - 640))).toBe("BAD_RING");
    expect(() => attachRing(memory, bufferOf(memory).byteLength - 512)).toThrow(RangeError);
    expect(() => attachRing({} as WebAssembly.Memory)).toThrow(blames(TypeError, "memory"));
  });

  it("is refused while its creator is at work", () => {
    const ring = ringIn(place, { capacity: 16 });
    Atomics.store(new Int32Array(bufferOf(ring.memory)), (ring.offset + 0x80) / 4, 0);
    expect(() => attachRing(ring.memory)).toThrow(/UNINIT/);
  });

  it("I8: is made anew only when nobody uses it, with the next generation; older handles then throw STALE", () => {
    const ring = ringIn(place, { capacity: 4 });
    const { memory } = ring;
    const producer = new Producer(ring);
    const consumer = new Consumer(ring);
    expect(codeOf(() => createRing({ memory, capacity: 4 }))).toBe("BUSY");
    // Closed by its producer, with a record to be taken yet.
    const closing = ringIn(place, { capacity: 4 });
    const last = new Producer(closing);
    last.push(0, 1);
    last.close();
    expect(codeOf(() => createRing({ memory: closing.memory, capacity: 4 }))).toBe("BUSY");
    expect(new Consumer(closing).take(() => {})).toBe(1);
    ring.abort();
    const anew = createRing({ memory, capacity: 8 });
    expect(anew.generation).toBe(2);
    expect(codeOf(() => producer.pushRows(new Uint32Array([0, 0, 1, 0])))).toBe("STALE");
    expect(codeOf(() => consumer.take(() => {}))).toBe("STALE");
    expect(codeOf(() => new Producer(ring))).toBe("STALE");
    expect(anew.counters().put).toBe(0);
    expect(new Producer(anew).push(0, 1)).toBe(true);
  });

  it("I11: generations go on past 2^31 and 2^32", () => {
    let ring = ringIn(place, { capacity: 4 });
    const { memory, offset } = ring;
    const words = new Uint32Array(bufferOf(memory), offset, 160);
    for (const [before, after] of [
      [0x7fff_ffff, 0x8000_0000],
      [0xffff_ffff, 0],
    ] as const) {
      ring.abort();
      words[0x20 / 4] = before;
      ring = createRing({ memory, capacity: 4 });
      expect([ring.generation, attachRing(memory).generation, words[0x20 / 4]]).toEqual([after, after, after]);
      const producer = new Producer(ring);
      expect(producer.pushRows(new Uint32Array([0, 0, 1, 0]))).toBe(1);
      producer.publish();
      expect(new Consumer(ring).take(() => {})).toBe(1);
    }
  });

  it("I9: has one producer and one consumer; the next one goes on when the role is free", () => {
    const ring = ringIn(place, { capacity: 4 });
    const producer = new Producer(ring);
    const consumer = new Consumer(ring);
    expect(codeOf(() => new Producer(attachRing(ring.memory)))).toBe("BUSY");
    expect(codeOf(() => new Consumer(ring))).toBe("BUSY");
    expect(ring.owners).toEqual({ producer: producer.token, consumer: consumer.token });
    producer.push(0, 1);
    expect(ring.recover("producer", producer.token + 2)).toBe(false);
    expect(codeOf(() => new Producer(ring))).toBe("BUSY");
    producer.release();
    expect(ring.owners.producer).toBe(0);
    expect(codeOf(() => producer.push(0, 1))).toBe("CLOSED");
    const next = new Producer(ring);
    next.push(16, 1);
    next.publish();
    consumer.release();
    expect([...new Consumer(ring)].map(({ addr }) => addr)).toEqual([0n, 16n]);
  });

  it("recovers a role from its owner's token only", () => {
    const ring = ringIn(place, { capacity: 4 });
    const producer = new Producer(ring);
    producer.push(0, 1);
    expect(ring.recover("producer", 0)).toBe(false);
    expect(ring.recover("producer", producer.token)).toBe(true);
    const next = new Producer(ring);
    next.push(4096, 1);
    next.publish();
    // What was staged and not published is gone, nothing else.
    expect([...new Consumer(ring)].map(({ addr }) => addr)).toEqual([4096n]);
  });

  it.each(["producer", "consumer"] as const)(
    "I6: recover of a %s wakes both sides: it may have died before it did",
    (role) => {
      const ring = ringIn(place, { capacity: 4 });
      const { token } = role === "producer" ? new Producer(ring) : new Consumer(ring);
      const words = new Int32Array(bufferOf(ring.memory), ring.offset, 160);
      const sleeps = [0x200, 0x240].map((sequence) => sequence / 4);
      for (const at of sleeps) words[at + 1] = 1;
      expect(ring.recover(role, token)).toBe(true);
      expect(sleeps.map((at) => [words[at], words[at + 1]])).toEqual([
        [1, 0],
        [1, 0],
      ]);
    },
  );

  it("counts while it runs, past 2^32 too", () => {
    const ring = ringIn(place, { capacity: 4, firstIndex: 0xffff_fffe });
    const producer = new Producer(ring);
    const consumer = new Consumer(ring);
    expect(ring.counters()).toMatchObject({ put: 0xffff_fffe, taken: 0xffff_fffe, waiting: 0 });
    for (let i = 0; i < 4; i++) expect(producer.push(i, 1)).toBe(true);
    expect(producer.push(9, 1)).toBe(false);
    expect(() => producer.push(-1, 1)).toThrow(RangeError);
    expect(ring.counters()).toMatchObject({ put: 0x1_0000_0002, waiting: 4, stalls: 1, rejected: 1, highWater: 0 });
    expect(consumer.take(() => {}, 3)).toBe(3);
    expect(ring.counters()).toMatchObject({ taken: 0x1_0000_0001, waiting: 1, highWater: 4, producerBeats: 1 });
  });

  it("is aborted by anyone, and says by whom", () => {
    const ring = ringIn(place, { capacity: 4 });
    const producer = new Producer(ring);
    const consumer = new Consumer(ring);
    producer.push(0, 1);
    producer.publish();
    attachRing(ring.memory).abort();
    expect(ring.state).toBe("aborted");
    expect(codeOf(() => producer.pushRows(new Uint32Array([0, 0, 1, 0])))).toBe("ABORTED");
    // What was published can be taken.
    expect(consumer.take(() => {})).toBe(1);
    expect(codeOf(() => consumer.take(() => {}))).toBe("ABORTED");
    expect(codeOf(() => new Producer(ring))).toBe("ABORTED");
  });
});

describe("createRing", () => {
  it("refuses options that cannot be", () => {
    const bad = (options: object, argument: string, type: ErrorClass = RangeError) => {
      expect(() => createRing(options)).toThrow(blames(type, argument));
    };
    bad({ capacity: 3 }, "capacity");
    bad({ capacity: 1 }, "capacity");
    bad({ capacity: 2 ** 27 }, "capacity");
    bad({ capacity: "8" }, "capacity", TypeError);
    bad({ role: "both" }, "role");
    bad({ role: 1 }, "role", TypeError);
    bad({ maxSegmentBytes: 0 }, "maxSegmentBytes");
    bad({ addressLimit: -1 }, "addressLimit");
    bad({ firstIndex: 2 ** 32 }, "firstIndex");
    bad({ offset: 512 }, "offset");
    bad({ offset: 1100 }, "offset");
    bad({ memory: new ArrayBuffer(2048) }, "memory");
    bad({ memory: new Uint8Array(4096) }, "memory", TypeError);
  });

  it("lies in any memory, also in one that is no wasm memory", () => {
    const buffer = new SharedArrayBuffer(1024 + ringBytes(16, "segments"));
    const ring = createRing({ memory: buffer, capacity: 16, role: "segments" });
    expect(ring.shared).toBe(true);
    expect(attachRing(buffer).capacity).toBe(16);
    expect(createRing({ memory: new ArrayBuffer(65536), capacity: 16 }).shared).toBe(false);
  });

  it("NOT_SHARED where a page is not isolated", () => {
    const isolated = Object.getOwnPropertyDescriptor(globalThis, "crossOriginIsolated");
    Object.defineProperty(globalThis, "crossOriginIsolated", { value: false, configurable: true });
    try {
      expect(createRing({ capacity: 2 }).shared).toBe(false);
      expect(codeOf(() => createRing({ capacity: 2, shared: true }))).toBe("NOT_SHARED");
    } finally {
      if (isolated === undefined) Reflect.deleteProperty(globalThis, "crossOriginIsolated");
      else Object.defineProperty(globalThis, "crossOriginIsolated", isolated);
    }
  });

  it("OUT_OF_MEMORY for memory that is not to be had", () => {
    // 2^26 records are 1 GiB each: with a maximum of 4 GiB no memory holds five.
    const offset = 2 ** 32 - 1024;
    for (const shared of [false, true]) {
      expect(() => createRing({ capacity: 2 ** 26, offset, shared })).toThrow(SegringError);
      expect(codeOf(() => createRing({ capacity: 2 ** 26, offset, shared }))).toBe("OUT_OF_MEMORY");
    }
  });
});

describe.each(["publish", "close", "release", "abort"] as const)(
  "a producer that publishes in wasm, in memory that grows: %s",
  (call) => {
    it.each([false, true])("with a record staged: %s", async (isStaged) => {
      const memory = new WebAssembly.Memory({ initial: 1, maximum: 4 });
      const ring = createRing({ memory, capacity: 256 });
      const producer = new Producer(ring);
      const consumer = new Consumer(ring);
      expect(producer.pushRows(new Uint32Array(400).map((_, i) => (i % 4 === 2 ? 1 : 0)))).toBe(100);
      for (let i = 0; i < 2000; i++) {
        producer.push(i, 1);
        producer.publish();
        for (const _ of consumer);
      }
      if (isStaged) producer.push(7, 1);
      const waiting = isStaged && call === "publish" ? consumer.ready() : undefined;
      memory.grow(1);
      if (call === "abort") ring.abort();
      else producer[call]();
      await waiting;
      if (call === "close") expect([...consumer].length).toBe(isStaged ? 1 : 0);
      expect(ring.state).toMatch(call === "close" ? /clos(ing|ed)/ : call === "abort" ? "aborted" : "open");
      expect(ring.owners.producer).toBe(call === "close" || call === "release" ? 0 : producer.token);
    });
  },
);

it("memory that grows takes nothing away from a ring in it", () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 4 });
  const ring = createRing({ memory, capacity: 64 });
  const producer = new Producer(ring);
  const consumer = new Consumer(ring);
  producer.push(0, 1);
  memory.grow(1);
  expect(producer.push(16, 1)).toBe(true);
  memory.grow(1);
  expect(producer.pushRows(new Uint32Array([32, 0, 1, 0]))).toBe(1);
  memory.grow(1);
  expect([...consumer].map(({ addr }) => addr)).toEqual([0n, 16n, 32n]);
  expect(ring.counters()).toMatchObject({ put: 3, taken: 3 });
});
