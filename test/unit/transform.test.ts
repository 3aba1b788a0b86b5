/** transform(): how its two sides fail, end and wait for each other. */

import { describe, expect, it } from "vitest";
import type { SegringError } from "../../src/core/errors.js";
import { recordTransform } from "../../src/mapper/transform.js";
import { coalesce, type OracleRange, pack } from "../oracle.js";
import { blames, segringError } from "../support/blame.js";
import { expectBytes, join } from "../support/bytes.js";
import { builds, mapperFactory } from "../support/engines.js";
import { turn } from "../support/turn.js";

const isolated = (count: number, from = 0): OracleRange[] =>
  Array.from({ length: count }, (_, index) => ({ addr: BigInt(from + index) * 8192n, length: 4096n, flags: 0 }));

/** What a promise rejects with. */
async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return expect.fail("it did not reject");
}

async function readAll(readable: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const reader = readable.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return join(parts);
    parts.push(value);
  }
}

/** Whether a promise is settled after some turns of the event loop. */
async function settles(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  promise.then(
    () => (settled = true),
    () => (settled = true),
  );
  for (let turns = 0; turns < 5; turns++) await turn();
  return settled;
}

describe.each(builds)("transform() of $name", ({ name }) => {
  const makeMapper = mapperFactory(name);

  it("of nothing is nothing", async () => {
    using mapper = makeMapper();
    const { readable, writable } = mapper.transform();
    const [read] = await Promise.all([readAll(readable), writable.close()]);
    expect(read.byteLength).toBe(0);
  });

  it("writes wait for the reader: no more is taken than the rings hold", async () => {
    using mapper = makeMapper();
    const { readable, writable } = recordTransform(mapper.stream({ capacity: 2 }));
    const writer = writable.getWriter();
    const ranges = isolated(40);
    const written = writer.write(pack(ranges));
    expect(await settles(written)).toBe(false);
    const reading = readAll(readable);
    await written;
    await writer.close();
    expectBytes(await reading, pack(ranges));
  });

  it("a chunk of 16 bytes may give any number of segments, a ring at a time", async () => {
    using mapper = makeMapper({ max: 1n, boundary: 0n, alignment: 1n });
    const { readable, writable } = recordTransform(mapper.stream({ capacity: 16 }));
    const writer = writable.getWriter();
    await writer.write(pack([{ addr: 0n, length: 1n << 32n, flags: 0 }]));
    const ended = writer.close();
    const reader = readable.getReader();
    for (let turn = 0; turn < 10; turn++) {
      const { value } = await reader.read();
      expectBytes(
        value as Uint8Array,
        pack(Array.from({ length: 16 }, (_, index) => ({ addr: BigInt(turn * 16 + index), length: 1n, flags: 0 }))),
      );
    }
    await ended;
    await reader.cancel();
  });

  it("a record that is not valid fails both sides, its index counted from the start", async () => {
    using mapper = makeMapper();
    for (const badAt of [0, 1, 5, 33]) {
      for (const chunk of [16, 24, 7, 48, 4096]) {
        const { readable, writable } = mapper.transform();
        const bytes = pack(isolated(40));
        bytes.set(pack([{ addr: 0n, length: 0n, flags: 0 }]), badAt * 16);
        const reading = rejection(readAll(readable));
        const writer = writable.getWriter();
        const writing = rejection(
          (async () => {
            for (let at = 0; at < bytes.byteLength; at += chunk) await writer.write(bytes.slice(at, at + chunk));
          })(),
        );
        for (const error of (await Promise.all([reading, writing])) as SegringError[]) {
          expect(error).toEqual(segringError("BAD_RECORD", badAt, "length"));
        }
        expect(await rejection(writer.closed)).toBe(await writing);
      }
    }
  });

  it("bytes that end inside a record fail both sides", async () => {
    using mapper = makeMapper();
    for (const size of [1, 15, 17, 16 * 9 + 4]) {
      const { readable, writable } = mapper.transform();
      const reading = rejection(readAll(readable));
      const writer = writable.getWriter();
      await writer.write(pack(isolated(20)).slice(0, size));
      const closing = rejection(writer.close());
      const index = Math.floor(size / 16);
      for (const error of (await Promise.all([reading, closing])) as SegringError[]) {
        expect(error).toEqual(segringError("BAD_RECORD", index));
      }
    }
  });

  it("a chunk that is no Uint8Array fails both sides", async () => {
    using mapper = makeMapper();
    const { readable, writable } = mapper.transform();
    const reading = rejection(readAll(readable));
    const writer = writable.getWriter();
    const writing = rejection(writer.write(new ArrayBuffer(16) as never));
    for (const error of (await Promise.all([reading, writing])) as Error[]) {
      expect(error).toEqual(blames(TypeError, "chunk"));
    }
  });

  it("a reader that cancels fails a writer that waits, and those after it", async () => {
    using mapper = makeMapper();
    const { readable, writable } = recordTransform(mapper.stream({ capacity: 2 }));
    const writer = writable.getWriter();
    const writing = rejection(writer.write(pack(isolated(40))));
    await readable.cancel();
    const error = (await writing) as SegringError;
    expect(error.code).toBe("CLOSED");
    expect(await rejection(writer.write(pack(isolated(1))))).toBe(error);
  });

  it("a writer that aborts fails the reader with its reason", async () => {
    using mapper = makeMapper();
    const reason = new Error("no more");
    const { readable, writable } = mapper.transform();
    const reading = rejection(readAll(readable));
    const writer = writable.getWriter();
    await writer.write(pack(isolated(3)));
    await writer.abort(reason);
    expect(await reading).toBe(reason);
    const unnamed = mapper.transform();
    const other = rejection(readAll(unnamed.readable));
    await unnamed.writable.abort();
    const error = (await other) as SegringError;
    expect(error.code).toBe("CLOSED");
  });

  it("a mapper that closes fails what is written and read next", async () => {
    const mapper = makeMapper();
    const { readable, writable } = mapper.transform();
    const writer = writable.getWriter();
    await writer.write(pack(isolated(3)));
    mapper.close();
    const error = (await rejection(writer.write(pack(isolated(3))))) as SegringError;
    expect(error.code).toBe("CLOSED");
    expect(((await rejection(readable.getReader().read())) as SegringError).code).toBe("CLOSED");
  });

  it("gives its memory back when it ends, fails or is cancelled", async () => {
    // Two rings of 8192 records each are 256 KiB: without that, the memory would end.
    const { createMapperSync } = await import("../../src/mapper/create.js");
    using mapper = createMapperSync({ engine: name, maxMemoryBytes: 2 ** 20 });
    for (let turn = 0; turn < 30; turn++) {
      const { readable, writable } = mapper.transform();
      const writer = writable.getWriter();
      if (turn % 4 === 0) {
        const reading = readAll(readable);
        await writer.write(pack(isolated(9)));
        await writer.close();
        expectBytes(await reading, pack(coalesce(isolated(9))));
      } else if (turn % 4 === 1) {
        await readable.cancel();
      } else if (turn % 4 === 2) {
        await rejection(writer.write(new Uint8Array(16)));
      } else {
        await writer.abort();
      }
    }
  });
});
