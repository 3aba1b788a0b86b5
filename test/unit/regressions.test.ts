/** Faults that were found once, each by name with its smallest input. */

import { describe, expect, it } from "vitest";
import type { SegringError } from "../../src/core/errors.js";
import { packedRecords } from "../../src/core/input.js";
import { checkLimits } from "../../src/core/limits.js";
import { PACKAGE } from "../../src/core/package-key.js";
import type { Range } from "../../src/core/record.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import { Arena } from "../../src/engine/arena.js";
import { columns } from "../../src/engine/columns.js";
import { pageFrames } from "../../src/engine/page-frames.js";
import * as js from "../../src/js.js";
import { createMapperSync } from "../../src/mapper/create.js";
import { SegmentMapper } from "../../src/mapper/mapper.js";
import type { SegmentStream } from "../../src/mapper/stream.js";
import { coalesce, type OracleRange, pack } from "../oracle.js";
import { blames, segringError, throws } from "../support/blame.js";
import { expectBytes, join, thrownBy } from "../support/bytes.js";
import { builds, engines, mapperFactory, newEngine } from "../support/engines.js";

const SPACE = 1n << 64n;

const isolated = (count: number, from = 0): OracleRange[] =>
  Array.from({ length: count }, (_, index) => ({ addr: BigInt(from + index) * 8192n, length: 4096n, flags: 0 }));

/** A Uint8Array whose slice() is a view of the same bytes, as Node's Buffer has it. */
class BufferLike extends Uint8Array {
  override slice(start?: number, end?: number): Uint8Array<ArrayBuffer> {
    return this.subarray(start, end) as Uint8Array<ArrayBuffer>;
  }
}

function bufferLike(bytes: Uint8Array): BufferLike {
  // What lies at the start of the pool would do for a record.
  const pool = new BufferLike(bytes.byteLength + 64).fill(2);
  pool.set(bytes, 48);
  return pool.subarray(48, 48 + bytes.byteLength) as BufferLike;
}

describe("pageFrames", () => {
  it("refuses page sizes next to a large power of two, whose log2 rounds to an integer", () => {
    for (let shift = 2; shift <= 52; shift++) {
      for (const pageBytes of [2 ** shift - 1, 2 ** shift + 1]) {
        if (pageBytes > 2 ** 52) continue;
        expect(thrownBy(() => pageFrames([1], { pageBytes }))).toEqual(blames(RangeError, "pageBytes"));
      }
    }
  });
});

describe("the arena", () => {
  it("comes together again where a block of no bytes was freed inside another", () => {
    const arena = new Arena(65536);
    const first = arena.allocate(16);
    const second = arena.allocate(16);
    const none = arena.allocate(0);
    arena.free(second, 16);
    const rest = arena.allocate(65536 - 1024 - 16);
    arena.free(none, 0);
    arena.free(first, 16);
    arena.free(rest, 65536 - 1024 - 16);
    expect(arena.allocate(65536 - 1024)).toBe(1024);
  });
});

describe.each(builds)("$name", ({ name }) => {
  const makeMapper = mapperFactory(name);

  it("refuses negative flags of a range, as everywhere else", () => {
    using mapper = makeMapper();
    using stream = mapper.stream();
    for (const flags of [-256, -(2 ** 31)]) {
      const range = { addr: 0, length: 1, flags };
      throws(() => mapper.coalesce([range]), RangeError, "[0].flags");
      throws(() => stream.push(range), RangeError, "flags");
      expect(() => SegmentTable.from([range])).toThrow(RangeError);
    }
  });

  it("refuses skipEmpty: null, as it refuses null everywhere else", () => {
    using mapper = makeMapper();
    expect(thrownBy(() => mapper.coalesce([], { skipEmpty: null as never }))).toEqual(blames(TypeError, "skipEmpty"));
  });

  it("shows addr + length past 2^64 without quotes, as numbers are shown", () => {
    using mapper = makeMapper();
    const range = { addr: SPACE - 1n, length: 2 };
    throws(() => mapper.coalesce([range]), RangeError, "[0].addr + length");
    throws(() => mapper.stream().push(range), RangeError, "addr + length");
    throws(() => SegmentTable.from([range]), RangeError, "segments[0]");
  });

  describe("a source that uses the mapper while it is read", () => {
    /** The oracle's answer for ranges with other work of the same mapper in between. */
    function disturbed(count: number, work: (index: number) => void): Generator<Range> {
      return (function* () {
        for (const [index, range] of ranges(count).entries()) {
          work(index);
          yield range;
        }
      })();
    }
    const ranges = (count: number): OracleRange[] =>
      Array.from({ length: count }, (_, index) => ({
        addr: BigInt(index) * 4096n,
        length: index % 3 === 0 ? 512n : 4096n,
        flags: 0,
      }));

    it("coalesce() in between affects neither", () => {
      using mapper = makeMapper();
      for (const count of [3, 2500]) {
        const inner = [{ addr: 1n << 40n, length: 16n, flags: 0 }];
        const source = disturbed(count, () => {
          expectBytes(mapper.coalesce(inner).bytes, pack(inner), "the inner call");
        });
        expectBytes(mapper.coalesce(source).bytes, pack(coalesce(ranges(count))), "the outer call");
      }
    });

    it("coalesce() in between with skipEmpty does not pass on its option", () => {
      using mapper = makeMapper();
      function* source(): Generator<Range> {
        yield { addr: 0, length: 1 };
        mapper.coalesce([{ addr: 0, length: 0 }], { skipEmpty: true });
        yield { addr: 8, length: 0 };
      }
      expect(() => mapper.coalesce(source())).toThrow(blames(RangeError, "[1].length"));
    });

    it("memory that grows in between takes no ranges away", () => {
      using mapper = makeMapper();
      const source = disturbed(1500, (index) => {
        if (index % 100 === 50) mapper.input(5000 * (1 + index / 100));
      });
      expectBytes(mapper.coalesce(source).bytes, pack(coalesce(ranges(1500))));
    });

    it("streams and transforms made in between do not matter", () => {
      using mapper = makeMapper();
      const source = disturbed(1500, (index) => {
        if (index % 200 === 50) mapper.stream();
      });
      expectBytes(mapper.coalesce(source).bytes, pack(coalesce(ranges(1500))));
    });

    it("coalesce(input()) in between affects neither", () => {
      using mapper = makeMapper();
      for (const count of [3, 2500]) {
        const inner = [{ addr: 1n << 40n, length: 16n, flags: 0 }];
        const input = mapper.input(1);
        input.bytes.set(pack(inner));
        const source = disturbed(count, () => {
          expectBytes(mapper.coalesce(input).bytes, pack(inner), "the inner call");
        });
        expectBytes(mapper.coalesce(source).bytes, pack(coalesce(ranges(count))), "the outer call");
      }
    });

    it("memory that grows while a field is read takes no ranges away", () => {
      using mapper = createMapperSync({ engine: name });
      const wanted = ranges(1500);
      function* source(): Generator<Range> {
        for (const [index, { addr, length }] of wanted.entries()) {
          yield {
            get addr() {
              if (index % 100 === 50) mapper.input(5000 * (1 + index / 100));
              return Number(addr);
            },
            length: index % 7 === 0 ? length : Number(length),
          };
        }
      }
      expectBytes(mapper.coalesce(source()).bytes, pack(coalesce(wanted)));
    });

    it("close() in between: the call fails with CLOSED, or gives the right answer", () => {
      for (const count of [3, 1500, 5000]) {
        const mapper = createMapperSync({ engine: name });
        const wanted = isolated(count);
        function* source(): Generator<Range> {
          for (const [index, range] of wanted.entries()) {
            if (index === count >> 1) mapper.close();
            yield range;
          }
        }
        let bytes: Uint8Array | undefined;
        try {
          bytes = mapper.coalesce(source()).bytes;
        } catch (error) {
          expect((error as SegringError).code).toBe("CLOSED");
        }
        if (bytes !== undefined) expectBytes(bytes, pack(wanted));
      }
    });

    it("an inner call that finds no memory gives back what it took", () => {
      const usable = 2 * 65536 - 1024;
      for (let left = 0; left <= 68_000; left += 1000) {
        using mapper = createMapperSync({ engine: name, maxMemoryBytes: 2 * 65536 });
        // What the mapper itself takes: found by what else there is.
        let most = usable;
        let taken: SegmentStream | undefined;
        const fits = (bytes: number) => {
          try {
            taken?.close();
            taken = mapper.stream({ capacity: Math.floor(bytes / 32) });
            return true;
          } catch {
            return false;
          }
        };
        while (!fits(most)) most -= 1024;
        if (left > most) break;
        expect(fits(Math.max(64, most - left))).toBe(true);
        function* source(): Generator<Range> {
          for (let turn = 0; turn < 3; turn++) {
            try {
              mapper.coalesce(isolated(100));
            } catch (error) {
              expect((error as SegringError).code).toBe("OUT_OF_MEMORY");
            }
            yield { addr: turn, length: 1 };
          }
        }
        expect([...mapper.coalesce(source())]).toEqual([{ addr: 0n, length: 3, flags: 0 }]);
        expect(fits(most)).toBe(true);
      }
    });

    it("an inner call that fails fails alone", () => {
      using mapper = makeMapper();
      const source = disturbed(2500, () => {
        expect(() => mapper.coalesce([{ addr: 0, length: 0 }])).toThrow(RangeError);
      });
      expectBytes(mapper.coalesce(source).bytes, pack(coalesce(ranges(2500))));
    });
  });

  describe("a view of its own input(), though memory grows while it is read", () => {
    const count = 40_000;
    const ranges = isolated(count);

    it("as packed records", () => {
      using mapper = createMapperSync({ engine: name });
      const { bytes } = mapper.input(count);
      bytes.set(pack(ranges));
      expectBytes(mapper.coalesce(packedRecords(bytes)).bytes, pack(ranges));
    });

    it("as packed records of a class whose slice() is no copy", () => {
      using mapper = createMapperSync({ engine: name });
      const { bytes } = mapper.input(count);
      bytes.set(pack(ranges));
      const view = new BufferLike(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
      expectBytes(mapper.coalesce(packedRecords(view)).bytes, pack(ranges));
    });

    it("as columns", () => {
      using mapper = createMapperSync({ engine: name });
      const { bytes } = mapper.input(count);
      const addr = new Float64Array(bytes.buffer, bytes.byteOffset, count);
      for (let index = 0; index < count; index++) addr[index] = index * 8192;
      const source = columns({ addr, length: new Uint32Array(count).fill(4096) });
      expectBytes(mapper.coalesce(source).bytes, pack(ranges));
    });

    it("as page frames", () => {
      using mapper = createMapperSync({ engine: name });
      const { bytes } = mapper.input(count);
      const frames = new Float64Array(bytes.buffer, bytes.byteOffset, count);
      for (let index = 0; index < count; index++) frames[index] = index * 2;
      expectBytes(mapper.coalesce(pageFrames(frames)).bytes, pack(ranges));
    });
  });

  describe("bytes whose slice() is no copy, as those of Node's Buffer", () => {
    const bad = pack(isolated(4));
    bad.set(pack([{ addr: 0n, length: 0n, flags: 0 }]), 32);

    it("an invalid record has its fault named", () => {
      using mapper = makeMapper();
      expect(thrownBy(() => mapper.coalesce(packedRecords(bufferLike(bad))))).toEqual(
        blames(RangeError, "record 2: length"),
      );
      expect(() => SegmentTable.fromBytes(bufferLike(bad))).toThrow(blames(RangeError, "record 2: length"));
      expect(() => mapper.stream().pushRecords(bufferLike(bad))).toThrow(segringError("BAD_RECORD", 2, "length"));
    });

    it("are copied where a chunk of a transform ends inside a record", async () => {
      using mapper = makeMapper();
      const { readable, writable } = mapper.transform();
      const writer = writable.getWriter();
      const ranges = isolated(10);
      const bytes = pack(ranges);
      // One buffer for all chunks, as whoever reads a file has it.
      const chunk = new BufferLike(24);
      const writing = (async () => {
        for (let at = 0; at < bytes.byteLength; at += 24) {
          const part = bytes.subarray(at, at + 24);
          chunk.set(part);
          await writer.write(chunk.subarray(0, part.byteLength));
          chunk.fill(0xee);
        }
        await writer.close();
      })();
      const parts: Uint8Array[] = [];
      const reader = readable.getReader();
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        parts.push(value);
      }
      await writing;
      expectBytes(join(parts), pack(ranges));
    });
  });
});

describe("segring/js", () => {
  it("calls an engine that is no string a TypeError, as segring does", () => {
    for (const make of [createMapperSync, js.createMapperSync]) {
      expect(thrownBy(() => make({ engine: 5 as never }))).toBeInstanceOf(TypeError);
    }
  });
});

describe("a mapper", () => {
  const detach = (view: ArrayBufferView<ArrayBuffer>) => structuredClone(view.buffer, { transfer: [view.buffer] });

  it("refuses input whose buffer is detached, rather than take it for empty", () => {
    for (const { name } of builds) {
      using mapper = mapperFactory(name)();
      const bytes = pack(isolated(3)) as Uint8Array<ArrayBuffer>;
      const records = packedRecords(bytes);
      const addr = new Float64Array(3);
      const ranges = columns({ addr, length: new Uint32Array(3).fill(1) });
      const pfns = new Uint32Array(3);
      const frames = pageFrames(pfns);
      const table = SegmentTable.from(isolated(3));
      for (const view of [bytes, addr, pfns, table.bytes as Uint8Array<ArrayBuffer>]) detach(view);
      for (const input of [records, ranges, frames, table]) expect(() => mapper.coalesce(input)).toThrow(TypeError);
    }
  });

  it("gives unaligned records of many outputs the right count", () => {
    using mapper = js.createMapperSync();
    const count = 1_000_000;
    const ranges = new Uint8Array(16 * count + 1);
    const words = new Uint32Array(4 * count);
    for (let at = 0; at < words.length; at += 4) words.set([at * 4096, 0, 1, 0], at);
    ranges.set(new Uint8Array(words.buffer), 1);
    // Such input is copied once, not for each block of output; the time is not asserted.
    expect(mapper.coalesce(packedRecords(ranges.subarray(1))).length).toBe(count);
  });

  it("reads its options once, before it waits", async () => {
    const options = { maxSegmentBytes: 8192 };
    const making = (await import("../../src/mapper/create.js")).createMapper(options);
    options.maxSegmentBytes = 1;
    using mapper = await making;
    expect(mapper.limits.maxSegmentBytes).toBe(8192);
  });

  it("keeps the records of input() where the next input() finds no memory", () => {
    for (const { name } of builds) {
      using mapper = createMapperSync({ engine: name, maxMemoryBytes: 2 ** 20 });
      const input = mapper.input(1);
      input.words.set([4096, 0, 16, 0]);
      expect((thrownBy(() => mapper.input(2 ** 20)) as SegringError).code).toBe("OUT_OF_MEMORY");
      expectBytes(mapper.coalesce(input).bytes, pack([{ addr: 4096n, length: 16n, flags: 0 }]));
    }
  });
});

describe.each(builds)("$name, where few breaks are expected,", ({ name }) => {
  const makeMapper = mapperFactory(name);
  const contiguous = (count: number): OracleRange[] =>
    Array.from({ length: count }, (_, index) => ({ addr: BigInt(index) * 4096n, length: 4096n, flags: 0 }));

  it("sees a tag whose bits stand for the gap behind it", () => {
    using mapper = makeMapper();
    for (let place = 1; place < 700; place += 7) {
      const ranges = contiguous(1400);
      const odd = ranges[700 + place] as OracleRange;
      odd.flags = 0x100;
      // 0x100 is bit 40 of the record's second word.
      for (const range of ranges.slice(701 + place)) range.addr += 1n << 40n;
      expectBytes(mapper.coalesce(packedRecords(pack(ranges))).bytes, pack(coalesce(ranges)));
    }
  });

  it("sees a length of 0 before a record at the same address", () => {
    using mapper = makeMapper();
    for (let place = 1; place < 700; place += 7) {
      const ranges = contiguous(1400);
      ranges.splice(700 + place, 0, { ...(ranges[700 + place] as OracleRange), length: 0n });
      expect(thrownBy(() => mapper.coalesce(packedRecords(pack(ranges))))).toEqual(
        blames(RangeError, `record ${700 + place}: length`),
      );
    }
  });

  it("sees a run that began long before wrap at 2^64 and end above where it began", () => {
    using mapper = makeMapper();
    const stream = mapper.stream({ capacity: 1024 });
    const records: OracleRange[] = [];
    for (let addr = SPACE - 600n * 4096n; addr < SPACE; addr += 4096n) records.push({ addr, length: 4096n, flags: 0 });
    records.push({ addr: 0n, length: 8192n, flags: 0 });
    for (let addr = 8192n; addr < 40n * 4096n; addr += 4096n) records.push({ addr, length: 4096n, flags: 0 });
    stream.push({ addr: 4096n, length: SPACE - 600n * 4096n - 4096n });
    stream.pushRecords(pack(records));
    // The run that ends at 2^64 is over, so its first segments are ready.
    expect(stream.drain().at(0)).toEqual({ addr: 4096n, length: 2 ** 32, flags: 0 });
  });
});

describe.each(builds)("$name", ({ name }) => {
  it("refuses a frame past the address space though it is one more than the frame before", () => {
    using mapper = mapperFactory(name)();
    for (const [pageBytes, count] of [
      [4096, 3],
      [4096, 1200],
      [2 ** 21, 40],
      [2 ** 32, 40],
      [2 ** 40, 40],
    ] as const) {
      const first = SPACE / BigInt(pageBytes) - BigInt(count);
      const upTo = (frames: number) => BigUint64Array.from({ length: frames }, (_, index) => first + BigInt(index));
      const size = mapper.coalesce(pageFrames(upTo(3), { pageBytes })).totalBytes;
      expect(size).toBe(3n * BigInt(pageBytes));
      expect(() => mapper.coalesce(pageFrames(upTo(count + 1), { pageBytes }))).toThrow(
        blames(RangeError, `pfns[${count}]`),
      );
    }
  });
});

it.each(engines)(
  "$name: a mapper that is closed while it reads gives its memory back when the call ends",
  ({ name }) => {
    // Room for a few mappers.
    const engine = newEngine(name, 2 ** 20);
    for (let turn = 0; turn < 200; turn++) {
      const mapper = new SegmentMapper(PACKAGE, { main: engine }, checkLimits({}));
      const closing = function* (): Generator<Range> {
        yield { addr: 0, length: 4096 };
        mapper.close();
        yield { addr: 4096, length: 4096 };
      };
      expect([...mapper.coalesce(closing())]).toEqual([{ addr: 0n, length: 8192, flags: 0 }]);
    }
  },
);
