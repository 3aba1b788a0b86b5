/** Faults of streams and transforms that were found, each by the test that shows it. */
import { describe, expect, it } from "vitest";
import type { SegringError } from "../../src/core/errors.js";
import { recordTransform } from "../../src/mapper/transform.js";
import { type OracleRange, pack } from "../oracle.js";
import { thrownBy } from "../support/bytes.js";
import { builds, mapperFactory } from "../support/engines.js";
import { turn } from "../support/turn.js";

const isolated = (count: number, from = 0): OracleRange[] =>
  Array.from({ length: count }, (_, index) => ({ addr: BigInt(from + index) * 8192n, length: 4096n, flags: 0 }));

const rejectionOf = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

describe.each(builds)("$name", ({ name }) => {
  const makeMapper = mapperFactory(name);

  it("a stream closed by a getter of the range it is given takes nothing", () => {
    using mapper = makeMapper();
    const stream = mapper.stream({ capacity: 4 });
    let other = stream;
    const range = {
      get addr() {
        stream.close();
        other = mapper.stream({ capacity: 4 });
        other.push({ addr: 1, length: 1 });
        return 0x9000;
      },
      length: 16,
    };
    expect((thrownBy(() => stream.push(range)) as SegringError).code).toBe("CLOSED");
    other.flush();
    expect([...other.drain()]).toEqual([{ addr: 1n, length: 1, flags: 0 }]);
  });

  it("a cancelled transform cancels an idle source at once", async () => {
    using mapper = makeMapper();
    const cancelled = new Promise((resolve) => {
      const source = new ReadableStream<Uint8Array>({ cancel: resolve });
      void source.pipeThrough(mapper.transform()).getReader().cancel("enough");
    });
    expect(((await cancelled) as SegringError).code).toBe("CLOSED");
  });

  it("a writer is told when its mapper is closed, though it does not write", async () => {
    const mapper = makeMapper();
    const writer = mapper.transform().writable.getWriter();
    await writer.write(pack(isolated(5)));
    mapper.close();
    await expect(writer.write(pack(isolated(1)))).rejects.toMatchObject({ code: "CLOSED" });
    await expect(writer.closed).rejects.toMatchObject({ code: "CLOSED" });
  });

  it("a write that is aborted does not count as done", async () => {
    using mapper = makeMapper();
    const writer = mapper.transform().writable.getWriter();
    const writing = writer.write(pack(isolated(100_000)));
    await turn();
    const reason = new Error("no more");
    await Promise.all([expect(writing).rejects.toBe(reason), writer.abort(reason)]);
  });

  describe("transform() does not wait for ever", () => {
    it("abort() of a writer whose write waits for the reader", async () => {
      using mapper = makeMapper();
      const { readable, writable } = recordTransform(mapper.stream({ capacity: 2 }));
      const writer = writable.getWriter();
      const writing = writer.write(pack(isolated(40))).catch((error: unknown) => error);
      await turn();
      const reason = new Error("no more");
      await writer.abort(reason);
      await writing;
      await expect(readable.getReader().read()).rejects.toBe(reason);
    });

    it("abort() with an AbortError of the caller's own gives the reader that one", async () => {
      using mapper = makeMapper();
      for (const waits of [true, false]) {
        const { readable, writable } = recordTransform(mapper.stream({ capacity: 2 }));
        const reading = waits ? readable.getReader() : undefined;
        const read = reading?.read().catch((error: unknown) => error);
        await turn();
        const reason = new DOMException("the user left", "AbortError");
        await writable.abort(reason);
        expect(await (read ?? rejectionOf(readable.getReader().read()))).toBe(reason);
      }
    });

    it("a reader that waits, when the mapper is closed", async () => {
      const mapper = makeMapper();
      const { readable } = mapper.transform();
      const reading = readable
        .getReader()
        .read()
        .catch((error: SegringError) => error.code);
      await turn();
      mapper.close();
      expect(await reading).toBe("CLOSED");
    });

    it("a writer that waits, when the mapper is closed", async () => {
      const mapper = makeMapper();
      const { writable } = recordTransform(mapper.stream({ capacity: 2 }));
      const writer = writable.getWriter();
      const writing = writer.write(pack(isolated(40))).catch((error: SegringError) => error.code);
      await turn();
      mapper.close();
      expect(await writing).toBe("CLOSED");
    });
  });
});
