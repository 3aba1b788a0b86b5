/** The kernel between two rings gives what a batch gives, whatever the capacities, the batches and the memory. */

import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Consumer } from "../../src/ring/consumer.js";
import { bufferOf } from "../../src/ring/core.js";
import { attachRing, createRing, ringBytes } from "../../src/ring/create.js";
import { runKernel } from "../../src/ring/kernel.js";
import { createPair } from "../../src/ring/pair.js";
import { Producer } from "../../src/ring/producer.js";
import { coalesce, type OracleLimits, type OracleRange, pack, totalBytes, unpack } from "../oracle.js";
import { blames } from "../support/blame.js";
import { expectBytes, join } from "../support/bytes.js";
import { checkAsync } from "../support/check.js";
import { codeOf, memories, memoryIn, ringPair, type TestPair, takeAll, twoRings } from "../support/pairs.js";
import { Random } from "../support/random.js";
import { anyJob } from "../support/ranges.js";
import { stopSleepTimers } from "../support/sleepless.js";

interface Job {
  limits: OracleLimits;
  ranges: OracleRange[];
  capacity: number;
  outputCapacity: number;
  firstIndex: number;
  flushIn: number;
  seed: number;
}

const anyRingJob: fc.Arbitrary<Job> = anyJob({ segments: 1500 }).chain((job) =>
  fc.record({
    limits: fc.constant(job.limits),
    ranges: fc.constant(job.ranges),
    capacity: fc.constantFrom(2, 4, 8, 64, 512, 1024),
    outputCapacity: fc.constantFrom(2, 4, 16, 64, 1024),
    firstIndex: fc.constantFrom(0, 1, 0x7fff_fff0, 0xffff_ff00, 0xffff_ffff),
    flushIn: fc.constantFrom(0, 0, 200, 30, 3, 1),
    seed: fc.integer(),
  }),
);

/** Puts the ranges with flushes between them, by rows of any size or one by one; returns the parts between the flushes. */
async function putAll({ producer }: TestPair, { ranges, flushIn, seed }: Job): Promise<OracleRange[][]> {
  const random = new Random(seed);
  const parts: OracleRange[][] = [[]];
  for (let at = 0; at < ranges.length; ) {
    const rest = ranges.slice(at, at + random.pick([1, 1, 2, 7, 40, 600]));
    if (random.once(3)) {
      const { addr, length, flags } = rest[0] as OracleRange;
      while (!producer.push(addr, length, flags)) await producer.room();
      rest.length = 1;
    } else {
      // FLUSH in the flags of the last record is as good as a marker.
      const flushes = random.once(flushIn * 2);
      const rows = new Uint32Array(pack(rest).buffer);
      if (flushes) (rows[rows.length - 1] as number) |= 8;
      for (let taken = 0; taken < rest.length; ) {
        await producer.room();
        taken += producer.pushRows(rows.subarray(taken * 4));
      }
      if (flushes) {
        (parts.at(-1) as OracleRange[]).push(...rest);
        rest.length = 0;
        parts.push([]);
      }
      at += rows.length / 4;
      (parts.at(-1) as OracleRange[]).push(...rest);
      continue;
    }
    (parts.at(-1) as OracleRange[]).push(...rest);
    at += 1;
    if (random.once(flushIn)) {
      while (!producer.flush()) await producer.room();
      parts.push([]);
    }
  }
  producer.close();
  return parts;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(memories)("the kernel in $kind memory", (place) => {
  const { shared } = place;
  it("I4, I11, I12, I13: gives the oracle's segments for any job, batch and capacity", async () => {
    await checkAsync(shared ? 60 : 150, anyRingJob, async (job) => {
      const pair = ringPair({ ...place, ...job });
      const [parts, got] = await Promise.all([putAll(pair, job), takeAll(pair.consumer)]);
      expectBytes(got, join(parts.map((part) => pack(coalesce(part, job.limits)))));
      await pair.ended;
      expect(totalBytes(unpack(got))).toBe(totalBytes(job.ranges));
      expect([pair.input.state, pair.output.state]).toEqual(["closed", "closed"]);
      expect([pair.input.counters().waiting, pair.output.counters().waiting]).toEqual([0, 0]);
    });
  });

  it("I12: at rest, bytes in are bytes out and bytes held back", async () => {
    const pair = ringPair({ ...place });
    for (const [addr, length] of [
      [0, 4096],
      [4096, 4096],
      [65536, 1],
      [65537, 2],
    ] as const) {
      pair.producer.push(addr, length);
    }
    pair.producer.publish();
    await pair.consumer.ready();
    expect([...pair.consumer].map(({ addr, length }) => [addr, length])).toEqual([[0n, 8192]]);
    // The run that is held back lies in the header, for the next kernel: one of two copies.
    const copies = new DataView(bufferOf(pair.input.memory) as ArrayBuffer, pair.input.offset + 0x1a0);
    const held = [0, 32].map((at) => ({
      head: copies.getUint32(at, true),
      outTail: copies.getUint32(at + 4, true),
      first: copies.getBigUint64(at + 8, true),
      last: copies.getBigUint64(at + 16, true),
      flags: copies.getUint32(at + 24, true),
    }));
    expect(held).toContainEqual({ head: 4, outTail: 1, first: 65536n, last: 65538n, flags: 0 });
    pair.producer.flush();
    await pair.consumer.ready();
    expect([...pair.consumer].map(({ addr, length }) => [addr, length])).toEqual([[65536n, 3]]);
    // The most that waited when the kernel came: the four, not the marker.
    expect(pair.input.counters().highWater).toBe(4);
  });

  it("a flush with nothing held back, and many of them, emit nothing", async () => {
    const pair = ringPair({ ...place, capacity: 4 });
    for (let i = 0; i < 10; i++) {
      await pair.producer.room();
      expect(pair.producer.flush()).toBe(true);
    }
    await pair.producer.room();
    pair.producer.push(0, 16);
    await pair.producer.room();
    pair.producer.flush();
    await pair.consumer.ready();
    expect(pair.consumer.drain().length).toBe(1);
    pair.producer.close();
    expect(await pair.consumer.ready()).toBe(false);
  });

  it("I11: counts what it takes and puts past 2^32", async () => {
    const pair = ringPair({ ...place, capacity: 4, firstIndex: 0xffff_fffe });
    for (const addr of [0, 32, 64, 96]) pair.producer.push(addr, 16);
    pair.producer.close();
    expect((await takeAll(pair.consumer)).byteLength).toBe(4 * 16);
    const counted = { put: 0x1_0000_0002, taken: 0x1_0000_0002, waiting: 0 };
    expect(pair.input.counters()).toMatchObject(counted);
    expect(pair.output.counters()).toMatchObject(counted);
  });

  it("maps 1 TiB with a page of records out of one range", async () => {
    const pair = ringPair({ ...place, capacity: 256 });
    expect(pair.producer.push(0, 2 ** 40)).toBe(true);
    pair.producer.close();
    const bytes = await takeAll(pair.consumer);
    expect(bytes.byteLength).toBe(4096);
  });

  it("a run longer than the ring goes out piece by piece", async () => {
    const limits = { max: 4096n, boundary: 0n, alignment: 1n };
    const pair = ringPair({ ...place, capacity: 2, outputCapacity: 2, limits });
    pair.producer.push(4095, 4096 * 1000);
    pair.producer.close();
    const bytes = await takeAll(pair.consumer);
    expectBytes(bytes, pack(coalesce([{ addr: 4095n, length: 4_096_000n, flags: 0 }], limits)));
    expect(pair.output.counters()).toMatchObject({ put: 1000, taken: 1000 });
  });

  it("an invalid record poisons both rings' stream, with its index; what came before is put", async () => {
    const pair = ringPair({ ...place, firstIndex: 0xffff_fffe });
    for (const addr of [0, 8192, 16384, 32768]) pair.producer.push(addr, 4096);
    // The third staged record, behind the producer's back, of index 0 and slot 0.
    const buffer = bufferOf(pair.input.memory);
    new Uint32Array(buffer, pair.input.offset + 640)[2] = 0;
    pair.producer.publish();
    await expect(pair.ended).rejects.toMatchObject({ code: "POISONED", index: 0 });
    await expect(pair.ended).rejects.toThrow(/the record at 0 is not valid \(the kernel\)/);
    expect(pair.input.state).toBe("poisoned");
    expect(codeOf(() => pair.producer.pushRows(new Uint32Array([0, 0, 1, 0])))).toBe("POISONED");
    // The first run is out; the second is held back, and in the header.
    expect(pair.consumer.take(() => {})).toBe(1);
    expect(codeOf(() => pair.consumer.take(() => {}))).toBe("ABORTED");
    expect(pair.input.counters().taken).toBe(0x1_0000_0000);
  });

  it("or is passed over and counted", async () => {
    const pair = ringPair({ ...place, invalid: "skip" });
    for (let addr = 0; addr < 10; addr++) pair.producer.push(addr * 4096, 4096);
    const slots = new Uint32Array(bufferOf(pair.input.memory), pair.input.offset + 640);
    for (const bad of [0, 4, 5]) slots[bad * 4 + 2] = 0;
    slots[9 * 4 + 3] = 0x40;
    pair.producer.close();
    const bytes = await takeAll(pair.consumer);
    expect(unpack(bytes).map(({ addr, length }) => [addr, length])).toEqual([
      [4096n, 3n * 4096n],
      [6n * 4096n, 3n * 4096n],
    ]);
    expect(pair.input.counters()).toMatchObject({ skipped: 4, lastBadIndex: 9 });
  });

  it("keeps a record to the input ring's limits, when somebody wrote another", async () => {
    const memory = memoryIn(place, 200_000);
    const input = createRing({ memory, capacity: 64, maxSegmentBytes: 4096, addressLimit: 0xf_ffff });
    const output = createRing({ memory, capacity: 64, role: "segments", offset: 65536 });
    const ended = runKernel(input, output, {}, { block: false, invalid: "skip" });
    const producer = new Producer(input);
    for (let index = 0; index < 8; index++) producer.push(index * 8192, 4096);
    const slots = new Uint32Array(bufferOf(memory), input.offset + 640);
    slots[2] = 4097;
    slots[4 * 4] = 0xf_f001;
    slots[6 * 4] = 0xf_f000;
    producer.close();
    const got = unpack(await takeAll(new Consumer(output))).map(({ addr }) => Number(addr));
    await ended;
    expect(got).toEqual([8192, 16384, 24576, 40960, 0xf_f000, 57344]);
    expect(input.counters().skipped).toBe(2);
  });

  it("abort of one ring stops the other, from either side", async () => {
    for (const side of ["input", "output"] as const) {
      const pair = ringPair({ ...place });
      pair.producer.push(0, 1);
      pair.producer.push(16, 1);
      pair.producer.publish();
      await pair.consumer.ready();
      pair[side].abort();
      await expect(pair.ended).rejects.toMatchObject({ code: "ABORTED" });
      expect([pair.input.state, pair.output.state]).toEqual(["aborted", "aborted"]);
      expect(pair.consumer.take(() => {})).toBe(1);
      expect(codeOf(() => pair.consumer.take(() => {}))).toBe("ABORTED");
      expect(codeOf(() => pair.producer.pushRows(new Uint32Array([0, 0, 1, 0])))).toBe("ABORTED");
      expect([pair.input.owners.consumer, pair.output.owners.producer]).toEqual([0, 0]);
    }
  });

  it("waits by message where there is nothing else", async () => {
    const pair = ringPair({ ...place, capacity: 2, outputCapacity: 2 });
    // This thread can neither block nor waitAsync, and no timer ends its sleeps: what wakes it must come by doorbell.
    stopSleepTimers();
    pair.input.core.byMessage = true;
    pair.output.core.byMessage = true;
    pair.input.doorbell = () => queueMicrotask(() => pair.input.answer());
    pair.output.doorbell = () => queueMicrotask(() => pair.output.answer());
    const job = { ranges: [...Array(50).keys()].map((i) => ({ addr: BigInt(i) * 32n, length: 16n, flags: 0 })) };
    const all = putAll(pair, { ...job, flushIn: 0, seed: 1 } as Job);
    expectBytes(await takeAll(pair.consumer), pack(job.ranges));
    await all;
  });

  it("two kernels on one memory do not disturb each other", async () => {
    const bytes = 1024 + 2 * (ringBytes(64) + ringBytes(16, "segments") + 256);
    const memory = memoryIn(place, bytes);
    const pairs = [0, 1].map((index) => {
      const offset = 1024 + index * (ringBytes(64) + ringBytes(16, "segments") + 128);
      const aligned = Math.ceil(offset / 128) * 128;
      const input = createRing({ memory, capacity: 64, offset: aligned });
      const output = createRing({ memory, capacity: 16, role: "segments", offset: aligned + ringBytes(64) });
      const ended = runKernel(input, output, {}, { block: false });
      return { input, output, ended, producer: new Producer(input), consumer: new Consumer(output) };
    });
    const jobs = [0, 1].map((index) => ({
      ranges: [...Array(3000).keys()].map((i) => ({
        addr: BigInt(i * (4096 + (i % (index + 2) === 0 ? 16 : 0)) + index),
        length: 4096n,
        flags: 0,
      })),
      flushIn: 50 * index,
      seed: index,
    }));
    const done = await Promise.all(
      pairs.map(async (pair, index) => {
        const [parts, got] = await Promise.all([putAll(pair, jobs[index] as Job), takeAll(pair.consumer)]);
        expectBytes(got, join(parts.map((part) => pack(coalesce(part)))));
        return got.byteLength;
      }),
    );
    expect(Math.min(...done)).toBeGreaterThan(10_000);
  });

  it("refuses rings that do not fit", async () => {
    const { input, output } = twoRings({ ...place, capacity: 8, outputCapacity: 8 });
    await expect(runKernel(output, output)).rejects.toThrow(blames(TypeError, "input"));
    await expect(runKernel(input, input)).rejects.toThrow(blames(TypeError, "output"));
    const other = twoRings({ ...place, capacity: 8, outputCapacity: 8 });
    await expect(runKernel(input, other.output)).rejects.toThrow(/in the memory of "input"/);
    await expect(runKernel(input, output, { maxSegmentBytes: 0 })).rejects.toThrow(RangeError);
    const memory = memoryIn(place, 200_000);
    const short = createRing({ memory, capacity: 8, role: "segments", maxSegmentBytes: 4096, addressLimit: 2 ** 40 });
    const into = createRing({ memory, capacity: 8, offset: 65536, addressLimit: 2 ** 40 });
    await expect(runKernel(into, short)).rejects.toThrow(blames(RangeError, "maxSegmentBytes"));
    const wide = createRing({ memory, capacity: 8, offset: 131072 });
    await expect(runKernel(wide, short, { maxSegmentBytes: 4096 })).rejects.toThrow(
      blames(RangeError, "input.addressLimit"),
    );
    await expect(runKernel(input, output, {}, { invalid: "maybe" as never })).rejects.toThrow(RangeError);
    // Nothing was claimed by those that failed.
    expect([input.owners.consumer, output.owners.producer]).toEqual([0, 0]);
    const running = runKernel(input, output, {}, { block: false });
    await new Promise((resolve) => setTimeout(resolve));
    await expect(runKernel(input, output, {}, { block: false })).rejects.toMatchObject({ code: "BUSY" });
    input.abort();
    if (!shared) output.abort();
    void running.catch(() => {});
  });

  it("refuses rings that overlap, in memory of another kind, or without room for a kernel", async () => {
    const capacity = 8;
    const memory = memoryIn(place, 65536);
    const input = createRing({ memory, capacity });
    const end = input.offset + input.byteLength;
    // Its last line is the input's work area's.
    const inside = createRing({ memory, capacity, role: "segments", offset: end - 128 });
    await expect(runKernel(input, inside)).rejects.toThrow(blames(RangeError, "output"));
    inside.abort();

    const plain = createRing({ memory: new ArrayBuffer(65536), capacity });
    const none = createRing({ memory: plain.memory, capacity, role: "segments", offset: 32768 });
    await expect(runKernel(plain, none, {}, { engine: "wasm" })).rejects.toThrow(blames(TypeError, "input.memory"));

    // As somebody else may have made it: without the feature, and so with another checksum.
    const bytes = new Uint8Array(bufferOf(memory), input.offset, 0x34);
    bytes.fill(0, 0x18, 0x1c);
    let checksum = 0x811c9dc5;
    for (const byte of bytes.subarray(0, 0x30)) checksum = Math.imul(checksum ^ byte, 0x01000193);
    new DataView(bytes.buffer, bytes.byteOffset).setInt32(0x30, checksum, true);
    const narrow = attachRing(memory, input.offset);
    const output = createRing({ memory, capacity, role: "segments", offset: 32768 });
    await expect(runKernel(narrow, output)).rejects.toThrow(blames(TypeError, "input"));
    expect([input.owners.consumer, inside.owners.producer, output.owners.producer]).toEqual([0, 0, 0]);
  });

  it("I9: frees the input where the output has an owner, and nothing of that owner's", async () => {
    const { input, output } = twoRings({ ...place, capacity: 8, outputCapacity: 8 });
    const owner = new Producer(output);
    await expect(runKernel(input, output, {}, { block: false })).rejects.toMatchObject({ code: "BUSY" });
    expect([input.owners.consumer, output.owners.producer]).toEqual([0, owner.token]);
  });

  it("leaves a ring that it has worked on to kernels", async () => {
    const { input, output } = twoRings({ ...place, capacity: 8, outputCapacity: 8 });
    const running = runKernel(input, output, {}, { block: false });
    const producer = new Producer(input);
    producer.push(0, 4096);
    producer.publish();
    await producer.room(8);
    expect(input.counters().taken).toBe(1);
    expect(input.recover("consumer", input.owners.consumer)).toBe(true);
    expect(() => new Consumer(input)).toThrow(/only runKernel can go on/);
    input.abort();
    output.abort();
    void running.catch(() => {});
  });
});

describe("createPair without a worker", () => {
  it("runs the kernel in line", async () => {
    const pair = await createPair({ capacity: 16, maxSegmentBytes: 4096 });
    expect(pair.shared).toBe(false);
    expect(pair.producer.push(0, 8192)).toBe(true);
    pair.producer.close();
    expect([...pair.consumer].map(({ addr, length }) => [addr, length])).toEqual([
      [0n, 4096],
      [4096n, 4096],
    ]);
    expect(pair.consumer.ended).toBe(true);
    await pair.ended;
  });

  it("is stopped by abort", async () => {
    const pair = await createPair();
    pair.abort();
    expect(codeOf(() => pair.producer.pushRows(new Uint32Array([0, 0, 1, 0])))).toBe("ABORTED");
    expect(codeOf(() => pair.consumer.take(() => {}))).toBe("ABORTED");
    await expect(pair.ended).rejects.toMatchObject({ code: "ABORTED" });
  });

  it("refuses what cannot be", async () => {
    await expect(createPair({ capacity: 100 })).rejects.toThrow(blames(RangeError, "capacity"));
    await expect(createPair({ maxSegmentBytes: -1 })).rejects.toThrow(RangeError);
    await expect(createPair({ invalid: "?" as never })).rejects.toThrow(RangeError);
  });
});
