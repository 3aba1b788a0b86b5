/** Page frames of every type and page size give the bytes of the oracle. */
import { describe, expect, it } from "vitest";
import { checkLimits } from "../../src/core/limits.js";
import { pageFrames } from "../../src/engine/page-frames.js";
import { coalesce, cut, framesToRanges, NO_LIMITS, pack, runsOf } from "../oracle.js";
import { expectBytes, unaligned } from "../support/bytes.js";
import { check } from "../support/check.js";
import { builds, engines, mapperFactory, newEngine } from "../support/engines.js";
import { anyFrames, FRAME_TYPES, type FrameJob, largestFrame, toFrames } from "../support/frames.js";

function source({ type, pfns, pageShift, firstOffset, byteLength, flags }: FrameJob, frames = toFrames(type, pfns)) {
  return pageFrames(frames, {
    pageBytes: 2 ** pageShift,
    firstOffset,
    flags,
    ...(byteLength === undefined ? {} : { byteLength }),
  });
}

function expected(job: FrameJob): Uint8Array {
  const pageBytes = 1n << BigInt(job.pageShift);
  const ranges = framesToRanges(job.pfns, { ...job, pageBytes, firstOffset: BigInt(job.firstOffset) });
  return pack(coalesce(ranges, job.limits));
}

describe.each(builds)("$name gives what the oracle gives for page frames", ({ name }) => {
  const makeMapper = mapperFactory(name);

  it.each(FRAME_TYPES)("of type %s", (type) => {
    check(150, anyFrames(type), (job) => {
      using mapper = makeMapper(job.limits);
      expectBytes(mapper.coalesce(source(job)).bytes, expected(job));
    });
  });

  it("that lie in the middle of another array, at an address that is no multiple of 16", () => {
    check(40, anyFrames("BigUint64Array"), (job) => {
      using mapper = makeMapper(job.limits);
      const bytes = unaligned(new Uint8Array(BigUint64Array.from(job.pfns).buffer), 8);
      const frames = new BigUint64Array(bytes.buffer, bytes.byteOffset, job.pfns.length);
      expectBytes(mapper.coalesce(source(job, frames)).bytes, expected(job));
    });
  });

  it("of every page size, where the first and the last page are used in part and the last one ends at 2^64", () => {
    using mapper = makeMapper();
    for (const type of FRAME_TYPES) {
      for (let pageShift = 0; pageShift <= 52; pageShift++) {
        const pageBytes = 1n << BigInt(pageShift);
        const top = largestFrame(type, pageShift);
        // One page whose middle is used, at both ends of what frames can say.
        const inner = pageBytes < 8192n ? pageBytes : 8192n;
        for (const pfns of [[0n], [top]]) {
          const firstOffset = Number(pageBytes - inner);
          const job: FrameJob = {
            limits: NO_LIMITS,
            type,
            pageShift,
            pfns,
            firstOffset,
            byteLength: inner > 1n ? inner - 1n : inner,
            flags: 4,
          };
          expectBytes(mapper.coalesce(source(job)).bytes, expected(job), `${type} ${pageShift}`);
        }
        // The end of one page and the start of the next.
        const pfns = [top - 1n, top, top - 1n];
        const job: FrameJob = {
          limits: NO_LIMITS,
          type,
          pageShift,
          pfns: pageShift < 42 ? pfns : [top, top - 1n],
          firstOffset: Number(pageBytes - inner),
          byteLength: pageShift < 42 ? pageBytes + inner + 1n : inner + 1n,
          flags: 0,
        };
        expectBytes(mapper.coalesce(source(job)).bytes, expected(job), `${type} ${pageShift}`);
      }
    }
  });
});

describe.each(engines)("$name holds whole pages of every size back", ({ name }) => {
  it("and starts to emit them", () => {
    const engine = newEngine(name);
    const coalescer = engine.coalescer(checkLimits({}));
    for (let pageShift = 0; pageShift <= 52; pageShift++) {
      const pageBytes = 1n << BigInt(pageShift);
      const top = largestFrame("BigUint64Array", pageShift);
      for (const count of [1, 2, 5, 9, 70, 513, 1100]) {
        // What cannot be emitted as a whole (2^20 segments a page of 2^52 bytes) is looked at where it starts.
        const pfns = Array.from({ length: count }, (_, index) => top - BigInt(count - 1 - index));
        if (pfns.some((pfn) => pfn < 0n)) continue;
        const frames = pageFrames(BigUint64Array.from(pfns), { pageBytes: Number(pageBytes) });
        const run = runsOf(framesToRanges(pfns, { pageBytes, firstOffset: 0n, byteLength: undefined, flags: 0 }));
        expect(run.length).toBe(1);
        const block = engine.allocate(16 * 16);
        const output = { block, at: 0, room: 16 };
        let taken = 0;
        while (taken < count) {
          const more = coalescer.frames(frames, taken, count, output);
          expect(more).toBeGreaterThan(0);
          taken += more;
        }
        expect(output.at).toBe(0);
        expect(coalescer.held).toBe(true);
        coalescer.flush(output);
        const first = { ...(run[0] as { addr: bigint; length: bigint; flags: number }) };
        if (first.length > 16n << 32n) first.length = 16n << 32n;
        const pieces = cut(first, NO_LIMITS);
        expect(output.at).toBe(pieces.length);
        expect(coalescer.held).toBe((run[0]?.length ?? 0n) > first.length);
        expectBytes(block.bytes.slice(0, output.at * 16), pack(pieces), `2^${pageShift}`);
        coalescer.reset();
        block.free();
      }
    }
  });
});
