/**
 * Whatever lies in the header, the indices and the slots: bounded work, no trap, no hang, no byte outside the ring (I10).
 * How many faults were tried is printed.
 */

import { describe, expect, it } from "vitest";
import { SegringError } from "../../src/core/errors.js";
import { Consumer } from "../../src/ring/consumer.js";
import { bufferOf, type RingMemory } from "../../src/ring/core.js";
import { attachRing, createRing, ringBytes } from "../../src/ring/create.js";
import { runKernel } from "../../src/ring/kernel.js";
import { Producer } from "../../src/ring/producer.js";
import type { Ring } from "../../src/ring/ring.js";
import { coalesce, type OracleRange, pack, unpack } from "../oracle.js";
import { expectBytes, join } from "../support/bytes.js";
import { runs, seed } from "../support/check.js";
import { bareKernel } from "../support/open-kernel.js";
import { codeOf, memories, memoryIn, type Place, ringIn, ringPair, takeAll } from "../support/pairs.js";
import { Random } from "../support/random.js";

const CANARY = 0xc5;
const CAPACITY = 64;
const OFFSET = 2048;

/** A ring of ranges and one of segments, with bytes round them that nobody may write. */
function guarded(place: Place, capacity = CAPACITY) {
  const outputOffset = OFFSET + Math.ceil(ringBytes(capacity) / 128) * 128 + 256;
  const end = outputOffset + ringBytes(capacity, "segments");
  const memory = memoryIn(place, end + 1024);
  const bytes = new Uint8Array(bufferOf(memory)).fill(CANARY);
  const make = (firstIndex: number) => {
    const input = createRing({ memory, capacity, offset: OFFSET, firstIndex });
    const output = createRing({ memory, capacity, offset: outputOffset, role: "segments", firstIndex });
    return { input, output };
  };
  const check = () => {
    const gaps = [
      [0, OFFSET],
      [OFFSET + ringBytes(capacity), outputOffset],
      [end, bytes.length],
    ] as const;
    for (const [from, to] of gaps) {
      for (let at = from; at < to; at++) if (bytes[at] !== CANARY) expect.fail(`byte ${at} was written`);
    }
  };
  return { make, check };
}

function words(ring: Ring): Int32Array {
  return new Int32Array(bufferOf(ring.memory), ring.offset, ring.byteLength / 4);
}
const TAIL = 0x100 / 4;
const HEAD = 0x180 / 4;
const STATE = 0x80 / 4;
const CHECKPOINTS = 0x1a0 / 4;
const SLOTS = 0x280 / 4;

function abort(...rings: Ring[]): void {
  for (const ring of rings) if (ring.state !== "aborted" && ring.state !== "poisoned") ring.abort();
}

describe.each(memories)("in $kind memory", (place) => {
  const { kind } = place;
  it("I10: every single-bit flip of the configuration is refused", () => {
    const ring = ringIn(place, { capacity: CAPACITY });
    const bytes = new Uint8Array(bufferOf(ring.memory), ring.offset, 0x34);
    let refused = 0;
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      (bytes[bit >> 3] as number) ^= 1 << (bit & 7);
      expect([bit, codeOf(() => attachRing(ring.memory, ring.offset))]).toEqual([bit, "BAD_RING"]);
      (bytes[bit >> 3] as number) ^= 1 << (bit & 7);
      refused++;
    }
    expect(attachRing(ring.memory, ring.offset).capacity).toBe(CAPACITY);
    expect(refused).toBe(416);
    console.log(`ring faults, ${kind}: ${refused} bit flips refused`);
  });

  it("I1, I10: hostile indices are believed only when they are possible", () => {
    const rounds = runs(30_000);
    const random = new Random(seed);
    const { make, check } = guarded(place);
    const kernel = bareKernel(place.engine);
    const counts = { believed: 0, poisoned: 0 };
    const rows = new Uint32Array(CAPACITY * 4);
    for (let at = 0; at < rows.length; at += 4) rows.set([at * 8192, 1, 4096, 0], at);
    const hostile = (near: number) => (random.once(3) ? random.u32() : near + random.integer(-70, 140)) | 0;
    for (let round = 0; round < rounds; round++) {
      const first = random.pick([0, 0x7fff_fff0, 0xffff_fff0, random.u32()]);
      let rings = make(first);
      // All slots hold records, so that what is believed can be taken.
      words(rings.input).set(rows, SLOTS);
      words(rings.output).set(rows, SLOTS);

      const tail = hostile(first);
      const ahead = (tail - first) >>> 0;
      words(rings.output)[TAIL] = tail;
      let result = outcome(() => new Consumer(rings.output).take(new Uint32Array(4 * 200)));
      expect(result).toBe(ahead <= CAPACITY ? ahead : "POISONED");
      counts[result === "POISONED" ? "poisoned" : "believed"]++;

      const used = random.integer(0, CAPACITY);
      const producer = new Producer(rings.input);
      if (used > 0) producer.pushRows(rows.subarray(0, used * 4));
      const head = hostile(first + used);
      words(rings.input)[HEAD] = head;
      const behind = (first + used - head) >>> 0;
      result = outcome(() => {
        let pushed = 0;
        // More than it knew to be free, so that it must look.
        while (pushed < 200 && producer.push(0, 1)) pushed++;
        return pushed;
      });
      // What it knew to be free before it may fill; then it looks.
      if (behind > CAPACITY) expect(result).toBe("POISONED");
      else expect(result === "POISONED" || (result as number) <= 2 * CAPACITY).toBe(true);
      counts[result === "POISONED" ? "poisoned" : "believed"]++;

      abort(rings.input, rings.output);
      rings = make(first);
      words(rings.input).set(rows, SLOTS);
      expect(kernel.open(rings.input, rings.output)).toBe(0);
      const inTail = hostile(first);
      const outHead = random.once(2) ? first | 0 : hostile(first);
      words(rings.input)[TAIL] = inTail;
      words(rings.output)[HEAD] = outHead;
      const possible = (inTail - first) >>> 0 <= CAPACITY && (first - outHead) >>> 0 <= CAPACITY;
      const status = kernel.run(1000, 0) & 0xff;
      expect([possible, status <= 2]).toEqual([possible, possible]);
      counts[possible ? "believed" : "poisoned"] += 2;
      if (!possible) expect([rings.input.state, rings.output.state].sort()).toEqual(["aborted", "poisoned"]);
      abort(rings.input, rings.output);
      if (round % 1000 === 0) check();
    }
    check();
    expect(counts.believed + counts.poisoned).toBe(4 * rounds);
    expect(Math.min(counts.believed, counts.poisoned)).toBeGreaterThan(rounds / 3);
    console.log(`ring faults, ${kind}: ${counts.believed} hostile indices possible, ${counts.poisoned} poisoned`);
  });

  it("I10: random configurations with a right checksum are refused, or work inside the memory", () => {
    const drawn = runs(20_000);
    const random = new Random(seed + 1);
    const memory = memoryIn(place, 262_144);
    const bytes = new Uint8Array(bufferOf(memory));
    const counts = { refused: 0, worked: 0 };
    for (let tries = 0; tries < drawn; tries++) {
      const offset = 128 * random.integer(8, 1000);
      const header = new Uint32Array(bufferOf(memory), offset, 0x34 / 4);
      new Uint8Array(bufferOf(memory), offset, 640).fill(0);
      const odd = (valid: number, ...others: number[]) =>
        random.once(12) ? random.pick([...others, random.u32()]) : valid;
      header.set([
        odd(0x474e5253, 0),
        odd(0x10000, 0x10007, 0x20000),
        odd(640, 0, 512, 768),
        odd(16, 8, 32),
        odd(2 ** random.integer(1, 12), 0, 1, 3, 2 ** 26, 2 ** 31),
        odd(128 * random.integer(5, 9), 0, 128, 600, 0xffff_ff80),
        odd(random.pick([0, 0x10000, 0x70000]), 1, 0x8000),
        odd(random.integer(0, 1), 2),
        random.u32(),
        random.pick([0xffff_ffff, 4095, random.u32()]),
        random.u32(),
        random.u32(),
      ]);
      new Uint32Array(bufferOf(memory), offset + 0x80, 1)[0] = odd(1, 0, 5);
      header[12] = checksum(new Uint8Array(bufferOf(memory).slice(offset, offset + 0x30)));
      let ring: Ring;
      try {
        ring = attachRing(memory, offset);
      } catch (error) {
        if (!(error instanceof SegringError) || error.code !== "BAD_RING") throw error;
        counts.refused++;
        continue;
      }
      counts.worked++;
      expect(ring.offset + ring.byteLength).toBeLessThanOrEqual(bytes.length);
      if (ring.state !== "open") continue;
      const end = offset + ring.byteLength;
      const around = [
        [offset - 512, offset],
        [end, Math.min(end + 512, bytes.length)],
      ] as const;
      const before = around.map(([from, to]) => bytes.slice(from, to));
      const producer = new Producer(ring);
      const consumer = new Consumer(ring);
      const length = Math.min(ring.maxSegmentBytes, Number(ring.addressLimit) + 1, 4096);
      let put = 0;
      let taken = 0;
      for (let i = 0; i < 3 * ring.capacity && i < 300; i++) {
        if (producer.push(0, length)) put++;
        else taken += consumer.take(() => {});
      }
      producer.publish();
      taken += consumer.take(new Uint32Array(4 * 5000));
      expect(taken).toBe(put);
      around.forEach(([from, to], side) => {
        expectBytes(bytes.subarray(from, to), before[side] as Uint8Array, side === 0 ? "before the ring" : "after it");
      });
    }
    expect(Math.min(counts.refused, counts.worked)).toBeGreaterThan(drawn / 20);
    console.log(`ring faults, ${kind}: ${counts.refused} configurations refused, ${counts.worked} worked`);
  });

  it("I8, I10: hostile checkpoints, states and claims: a kernel goes on or poisons, in bounded work", () => {
    const rounds = runs(20_000);
    const random = new Random(seed + 2);
    const { make, check } = guarded(place, 8);
    const kernel = bareKernel(place.engine);
    const statuses = new Map<number, number>();
    for (let round = 0; round < rounds; round++) {
      const first = random.pick([0, 0xffff_fffc]);
      const { input, output } = make(first);
      const header = words(input);
      for (const copy of [0, 1]) {
        if (random.once(4)) continue;
        const at = CHECKPOINTS + copy * 8;
        const near = [first, first + random.integer(-9, 9)];
        const content = [random.pick(near), random.pick(near), ...Array.from({ length: 5 }, () => random.u32())];
        content[6] = random.pick([0, 8, 2, 0x1234_5600, random.u32()]);
        if (random.once(2)) [content[3], content[5]] = [0, 0];
        const copied = Uint32Array.from(content);
        header.set(copied, at);
        header[at + 7] = random.once(5) ? random.u32() : wordHash(copied);
      }
      if (random.once(10)) header[STATE] = random.pick([0, 2, 3, 4, 5, 77, -1]);
      if (random.once(10)) words(output)[STATE] = random.pick([0, 2, 3, 4, 5, 77, -1]);
      header[TAIL] = first + random.integer(0, 8);
      words(output)[TAIL] = first + random.integer(0, 8);
      // Slots of zeros are no records.
      for (let slot = 0; slot < 8; slot++) header.set([slot * 64, 0, 32, 0], SLOTS + slot * 4);
      let status = kernel.open(input, output, random.pick([2 ** 32, 1, 4096])) & 0xff;
      if (status === 0) {
        // Its round with nothing to do returns at once, so this bounds the work too.
        status = kernel.run(50, 0) & 0xff;
      }
      expect(status).toBeLessThanOrEqual(6);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      header[STATE] = 4;
      words(output)[STATE] = 4;
      if (round % 1000 === 0) check();
    }
    check();
    const [again = 0, empty = 0, full = 0, , , poisoned = 0] = [0, 1, 2, 3, 4, 5].map((status) => statuses.get(status));
    expect(Math.min(empty, full, poisoned)).toBeGreaterThan(rounds / 200);
    console.log(
      `ring faults, ${kind}: ${rounds} hostile checkpoints: ${poisoned} poisoned, ${empty} went on to the end, ${full + again} until the output was full`,
    );
  });

  it("I10: every single-bit flip of a held-back run is found out", () => {
    const { make } = guarded(place, 8);
    const kernel = bareKernel(place.engine);
    // Of 4 KiB, taken at index 3 with two segments put, flags 0x300. The copy beside it is of another head.
    const run = Uint32Array.of(3, 2, 0x1000, 7, 0x1fff, 7, 0x300);
    const other = Uint32Array.of(9, 2, 1, 0, 0, 0, 0);
    const statusOf = (flip: (copy: Int32Array) => void) => {
      const { input, output } = make(0);
      const header = words(input);
      header[TAIL] = 3;
      header[HEAD] = 3;
      words(output)[TAIL] = 2;
      header.set([...run, wordHash(run), ...other, wordHash(other)], CHECKPOINTS);
      flip(header.subarray(CHECKPOINTS, CHECKPOINTS + 8));
      const status = kernel.open(input, output) & 0xff;
      abort(input, output);
      return status;
    };
    expect(statusOf(() => {})).toBe(0);
    for (let bit = 0; bit < 8 * 32; bit++) {
      const status = statusOf((copy) => {
        (copy[bit >> 5] as number) ^= 1 << (bit & 31);
      });
      expect(status, `word ${bit >> 5}, bit ${bit & 31}`).toBe(5);
    }
  });

  it("a held-back run counts while the output is a ring further at most", () => {
    const { make } = guarded(place, 8);
    const kernel = bareKernel(place.engine);
    for (const [behind, status] of [
      [0, 0],
      [8, 0],
      [9, 5],
    ] as const) {
      const { input, output } = make(0xffff_fffc);
      const run = Uint32Array.of(0xffff_fffc, 0xffff_fffc - behind, 1, 0, 0, 0, 0);
      const other = Uint32Array.of(5, 5, 1, 0, 0, 0, 0);
      words(input).set([...run, wordHash(run), ...other, wordHash(other)], CHECKPOINTS);
      expect(kernel.open(input, output) & 0xff, `${behind} behind`).toBe(status);
      abort(input, output);
    }
  });

  it.each([
    ["of one byte", 0x300, 0x300],
    ["with all flags there are", 0xffff_ffff, 0xffff_ff06],
  ])("a run %s that another kernel held back goes out", async (_, flags, wanted) => {
    const { make } = guarded(place, 8);
    const { input, output } = make(0);
    const run = Uint32Array.of(0, 0, 0x1000, 7, 0x1000, 7, flags);
    words(input).set([...run, wordHash(run)], CHECKPOINTS);
    new Producer(input).close();
    const ended = runKernel(input, output, {}, { block: false });
    expect(unpack(await takeAll(new Consumer(output)))).toEqual([{ addr: 0x7_0000_1000n, length: 1n, flags: wanted }]);
    await ended;
  });

  it("a kernel whose limits make fewer segments than the one before it poisons, and does not drop others", async () => {
    const { make } = guarded(place, 8);
    const { input, output } = make(0);
    // The one before it put two segments of what it had not yet noted as taken.
    const none = Uint32Array.of(0, 0, 1, 0, 0, 0, 0);
    words(input).set([...none, wordHash(none)], CHECKPOINTS);
    words(output)[TAIL] = 2;
    new Producer(input).close();
    await expect(runKernel(input, output, {}, { block: false })).rejects.toThrow(/the kernel before had other limits/);
    expect([input.state, output.state]).toEqual(["poisoned", "aborted"]);
  });

  it("I8: a kernel that finds both rings stopped lowers the state of neither", () => {
    const { make } = guarded(place, 8);
    const kernel = bareKernel(place.engine);
    for (const states of [
      [4, 5],
      [5, 4],
      [5, 5],
      [4, 4],
    ] as const) {
      const rings = make(0);
      expect(kernel.open(rings.input, rings.output)).toBe(0);
      [words(rings.input)[STATE], words(rings.output)[STATE]] = states;
      expect(kernel.run(1, 0) & 0xff).toBe(Math.max(...states));
      rings.input.abort();
      rings.output.abort();
      expect([words(rings.input)[STATE], words(rings.output)[STATE]]).toEqual(states);
    }
  });

  it("I10: records of random bits: the invalid ones are passed over and counted, or the first of them poisons", async () => {
    const random = new Random(seed + 3);
    let invalid = 0;
    let poisoned = 0;
    let memory: RingMemory | undefined;
    for (let rounds = runs(300); rounds > 0; rounds--) {
      const count = random.integer(1, 60);
      const records = Array.from({ length: count }, () => randomRecord(random));
      const skip = ringPair({ ...place, capacity: 64, invalid: "skip", memory });
      memory = skip.input.memory;
      fill(skip.input, records);
      skip.producer.close();
      const parts: OracleRange[][] = [[]];
      for (const record of records) {
        if (!isValid(record)) continue;
        const length = record.word & 0x1_ffff_ffffn;
        const flags = Number(record.word >> 32n) & ~9;
        if (length > 0n) (parts.at(-1) as OracleRange[]).push({ addr: record.addr, length, flags: flags >>> 0 });
        if ((record.word >> 35n) & 1n) parts.push([]);
      }
      expectBytes(await takeAll(skip.consumer), join(parts.map((part) => pack(coalesce(part)))));
      const bad = records.filter((record) => !isValid(record)).length;
      expect(skip.input.counters().skipped).toBe(bad);
      invalid += bad;

      const firstBad = records.findIndex((record) => !isValid(record));
      const strict = ringPair({ ...place, capacity: 64, firstIndex: 0xffff_ffe0, memory });
      fill(strict.input, records);
      strict.producer.close();
      if (firstBad < 0) {
        await takeAll(strict.consumer);
        continue;
      }
      await expect(strict.ended).rejects.toMatchObject({ code: "POISONED", index: (0xffff_ffe0 + firstBad) >>> 0 });
      poisoned++;
      expect(strict.input.counters().taken).toBe(0xffff_ffe0 + firstBad);
    }
    console.log(`ring faults, ${kind}: ${invalid} invalid records passed over, ${poisoned} rings poisoned by one`);
  });

  it("I10: a run goes on behind any record that is passed over", async () => {
    const at = (addr: bigint, length: bigint): Bits => ({ addr, word: length });
    const skip = ringPair({ ...place, invalid: "skip" });
    const pastTop = at((1n << 64n) - 4096n, 8192n);
    fill(skip.input, [at(65536n, 1n), at(0n, 4096n), pastTop, at(4096n, 4096n), at(131072n, 1n), at(262144n, 1n)]);
    skip.producer.close();
    const [, joined] = unpack(await takeAll(skip.consumer));
    expect(joined).toEqual({ addr: 0n, length: 8192n, flags: 0 });
  });

  it("I4, I12: a kernel that dies at any step of a commit is followed by one that neither loses nor repeats", () => {
    const random = new Random(seed + 4);
    const deaths = { saved: 0, put: 0, torn: 0, done: 0, first: 0 };
    const rounds = runs(400);
    for (let round = 0; round < rounds; round++) {
      const capacity = random.pick([2, 4, 16]);
      const first = random.pick([0, 0x7fff_fffc, 0xffff_fffc]);
      const { make, check } = guarded(place, capacity);
      const { input, output } = make(first);
      const kernel = bareKernel(place.engine);
      const max = random.pick([0xffff_ffff, 4095, 1023]);
      const job = randomRanges(random, random.integer(1, 60));
      const producer = new Producer(input);
      const consumer = new Consumer(output);
      const parts: OracleRange[][] = [[]];
      const got: Uint8Array[] = [];
      let next = 0;
      let commits = 0;
      expect(kernel.open(input, output, max + 1)).toBe(0);
      for (;;) {
        while (next < job.length && !random.once(4)) {
          const { addr, length, flags } = job[next] as OracleRange;
          if (!producer.push(addr, length, flags)) break;
          (parts.at(-1) as OracleRange[]).push(job[next++] as OracleRange);
          if (random.once(6) && producer.flush()) parts.push([]);
        }
        if (next < job.length) producer.publish();
        else producer.close();
        if (!random.once(3)) got.push(consumer.drain(random.integer(1, 4)).bytes);
        const before = [words(input).slice(0, SLOTS), words(output).slice(0, SLOTS)] as const;
        const status = kernel.run(1, 0) & 0xff;
        if (status === 3) break;
        expect(status).toBeLessThanOrEqual(2);
        const copies = words(input).subarray(CHECKPOINTS, CHECKPOINTS + 16);
        const saved = before[0].subarray(CHECKPOINTS, CHECKPOINTS + 16);
        if (copies.every((word, at) => word === saved[at])) continue;
        commits++;
        if (!random.once(2)) continue;
        // A death leaves the words as they were after that step.
        const step = random.pick(["saved", "put", "torn", "done"] as const);
        deaths[step]++;
        if (commits === 1 && step !== "done") deaths.first++;
        if (step !== "done") {
          words(input)[HEAD] = before[0][HEAD] as number;
          words(input)[HEAD + 1] = before[0][HEAD + 1] as number;
        }
        if (step === "saved" || step === "torn") {
          words(output)[TAIL] = before[1][TAIL] as number;
          words(output)[TAIL + 1] = before[1][TAIL + 1] as number;
        }
        if (step === "torn") {
          // The check is written last: all that was not yet written, from some word on, is as it was.
          const copy = copies.subarray(0, 8).every((word, at) => word === saved[at]) ? 8 : 0;
          for (let at = copy + random.integer(0, 7); at < copy + 8; at++) copies[at] = saved[at] as number;
        }
        expect(kernel.open(input, output, max + 1)).toBe(0);
      }
      while (!consumer.ended) got.push(consumer.drain().bytes);
      const limits = { max: BigInt(max) + 1n, boundary: 0n, alignment: 1n };
      expectBytes(join(got), join(parts.map((part) => pack(coalesce(part, limits)))), `round ${round}`);
      check();
    }
    expect(Math.min(...Object.values(deaths))).toBeGreaterThan(rounds / 20);
    console.log(`ring faults, ${kind}: deaths in a commit: ${JSON.stringify(deaths)}`);
  });
});

/** A number, or the code of the error. */
function outcome(call: () => number): number | string {
  try {
    return call();
  } catch (error) {
    if (error instanceof SegringError) return error.code;
    throw error;
  }
}

function checksum(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}

function wordHash(content: Uint32Array): number {
  let hash = 0x811c9dc5;
  for (const word of content) hash = Math.imul(hash ^ word, 0x01000193);
  return hash;
}

interface Bits {
  addr: bigint;
  word: bigint;
}

function randomRecord(random: Random): Bits {
  const addr = random.pick([0n, 4096n, (1n << 64n) - 4096n, random.u64()]);
  const len = BigInt(random.pick([0, 1, 4096, 4097, random.u32()]));
  const flags = BigInt(random.pick([0, 0, 0, 1, 2, 8, 8, 9, 0x10, 0x100, random.u32()]));
  return { addr, word: (flags << 32n) | len };
}

/** Length 1 to 2^32 without a reserved flag, up to 2^64; FLUSH is allowed, and alone. */
function isValid({ addr, word }: Bits): boolean {
  if (addr === 0n && word === 8n << 32n) return true;
  if ((word >> 36n) & 0xfn) return false;
  const length = word & 0x1_ffff_ffffn;
  return length >= 1n && length <= 1n << 32n && addr + length <= 1n << 64n;
}

/** Puts records behind the producer's back, as if it had published them. */
function fill(ring: Ring, records: readonly Bits[]): void {
  const slots = new BigUint64Array(bufferOf(ring.memory), ring.offset + 640, ring.capacity * 2);
  const header = words(ring);
  const tail = header[TAIL] as number;
  records.forEach(({ addr, word }, index) => {
    const at = ((tail + index) & (ring.capacity - 1)) * 2;
    slots[at] = addr;
    slots[at + 1] = word;
  });
  header[TAIL] = tail + records.length;
}

function randomRanges(random: Random, count: number): OracleRange[] {
  let addr = 4096n;
  return Array.from({ length: count }, () => {
    if (random.once(3)) addr += 64n;
    const length = BigInt(random.pick([64, 64, 4096, 20_000]));
    const range = { addr, length, flags: random.once(10) ? 0x300 : 0 };
    addr += length;
    return range;
  });
}
