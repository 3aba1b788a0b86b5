/** What samples/recipes/http.mjs takes for an answer (RFC 9110, section 14), what it asks, and how it ends. */

import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { fetchRanges } from "../../samples/recipes/http.mjs";
import { about, blamedBy, blames } from "../support/blame.js";
import { Random } from "../support/random.js";
import { type Answer, RangeServer } from "./recipes-server.js";

const server = new RangeServer();
const random = new Random(12);
const FILE = Uint8Array.from({ length: 10_000 }, () => random.u32());
/** Two requests, of 1000 bytes and of 500. */
const RANGES = [
  { offset: 0, length: 1000 },
  { offset: 5000, length: 500 },
];
/** Sixteen requests. */
const MANY = Array.from({ length: 16 }, (_, i) => ({ offset: i * 500, length: 100 }));
const PLAN = { maxBytes: 4096 };
let url = "";
let count = 0;

beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => {
  server.reset();
  // A new name each time: what a failed call has sent off may come after its end.
  server.resources.clear();
  server.resources.set(`/file${++count}`, FILE);
  url = `${server.base}/file${count}`;
});

/** Each answer of the server gets these headers; `undefined` takes one away. */
function withHeaders(...headers: Record<string, string | undefined>[]): void {
  server.change = (answer, n) => {
    const changed = { ...answer.headers, ...(headers[n] ?? headers.at(-1)) };
    answer.headers = Object.fromEntries(Object.entries(changed).filter((entry) => entry[1] !== undefined)) as Record<
      string,
      string
    >;
  };
}

const bytesOf = (ranges: readonly { offset: number; length: number }[]) =>
  ranges.map(({ offset, length }) => FILE.slice(offset, offset + length));

describe("the answer", () => {
  it.each([
    ["none", undefined],
    ["of another form", "bytes=0-999/10000"],
    ["without a size", "bytes 0-999"],
    ["of another unit", "items 0-999/10000"],
    ["that starts later", "bytes 1-1000/10000"],
    ["that ends earlier, though the resource goes on", "bytes 0-998/10000"],
    ["that ends later", "bytes 0-1000/10000"],
    ["that ends past its own size", "bytes 0-999/999"],
    ["that ends before it starts", "bytes 0-0/0"],
    ["of no bytes", "bytes */10000"],
    ["clipped, and no size says so", "bytes 0-998/*"],
    ["twice", "bytes 0-999/10000, bytes 0-999/10000"],
  ])("206 with a Content-Range %s is refused", async (_, contentRange) => {
    withHeaders({ "Content-Range": contentRange });
    await expect(fetchRanges(url, RANGES, PLAN)).rejects.toThrow(blames(Error, `${url}: bytes=0-999`));
    expect(server.asked.length).toBe(1);
  });

  it("200, which is the whole resource, is refused", async () => {
    server.change = (answer) => Object.assign(answer, { status: 200, headers: {}, body: FILE });
    await expect(fetchRanges(url, RANGES, PLAN)).rejects.toThrow(blames(Error, `${url}: bytes=0-999`));
  });

  it("a size that is not told is none that differs", async () => {
    withHeaders({}, { "Content-Range": "bytes 5000-5499/*" });
    expect(await fetchRanges(url, RANGES, PLAN)).toEqual(bytesOf(RANGES));
    server.reset();
    withHeaders({ "Content-Range": "bytes 0-999/*" }, {});
    expect(await fetchRanges(url, RANGES, PLAN)).toEqual(bytesOf(RANGES));
  });

  it("several ranges in one answer are refused by name", async () => {
    withHeaders({ "Content-Type": "multipart/byteranges; boundary=x", "Content-Range": undefined });
    await expect(fetchRanges(url, RANGES, PLAN)).rejects.toThrow(blames(Error, `${url}: bytes=0-999`));
  });

  it("an encoded 206 is refused: its offsets are of the encoded bytes", async () => {
    server.change = (answer) => {
      answer.headers["Content-Encoding"] = "gzip";
      answer.body = gzipSync(answer.body);
    };
    await expect(fetchRanges(url, RANGES, PLAN)).rejects.toThrow(/\bgzip\b/);
    expect(server.asked[0]?.headers["accept-encoding"]).toMatch(/^identity(, identity)?$/);
    server.reset();
    withHeaders({ "Content-Encoding": "identity" });
    expect(await fetchRanges(url, RANGES, PLAN)).toEqual(bytesOf(RANGES));
  });

  it.each([
    ["short", (answer: Answer) => answer.body.subarray(1), "got 999"],
    ["long", (answer: Answer) => Uint8Array.from([...answer.body, 1]), "got 1001"],
    ["empty", () => new Uint8Array(), "got 0"],
  ] as const)("a %s body is refused, also where no Content-Length says so", async (_, body, got) => {
    server.change = (answer) => {
      answer.body = body(answer);
    };
    await expect(fetchRanges(url, RANGES, PLAN)).rejects.toThrow(
      new RegExp(`: bytes=0-999: expected 1000\\b.*\\b${got}\\b`),
    );
  });

  it("a request that was rounded up past the end may be clipped, a range may not", async () => {
    const aligned = { maxBytes: 8192, alignmentBytes: 4096 };
    const last = [{ offset: 9990, length: 10 }];
    expect(await fetchRanges(url, last, aligned)).toEqual(bytesOf(last));
    expect(server.asked[0]?.headers.range).toBe("bytes=8192-12287");
    await expect(fetchRanges(url, [...last, { offset: 9990, length: 11 }], aligned)).rejects.toThrow(
      blames(Error, `${url}: range 1`),
    );
  });

  it("says what the server said to a range past the end, or to a missing file", async () => {
    await expect(fetchRanges(url, [{ offset: 20_000, length: 9 }], PLAN)).rejects.toThrow(
      blames(Error, `${url}: bytes=20000-20008`),
    );
    await expect(fetchRanges(`${url}s`, RANGES, PLAN)).rejects.toThrow(blames(Error, `${url}s: bytes=0-999`));
  });

  it("a connection that ends early names the range too, and keeps the cause", async () => {
    server.change = (answer, n) => {
      if (n === 1) answer.ending = "drop";
      if (n === 1) answer.body = answer.body.subarray(1);
    };
    const error: Error = await fetchRanges(url, RANGES, PLAN).then(
      () => expect.fail(),
      (reason) => reason,
    );
    expect(error.message).toContain(`${url}: bytes=5000-5499: `);
    expect(error.cause).toBeInstanceOf(Error);
  });
});

describe("two versions of a resource", () => {
  const DATES = ["Mon, 01 Jan 2024 00:00:00 GMT", "Tue, 02 Jan 2024 00:00:00 GMT"];

  it.each([
    ["ETag", { ETag: '"v1"' }, { ETag: '"v2"' }],
    ["a weak ETag", { ETag: 'W/"v1"' }, { ETag: 'W/"v2"' }],
    ["an ETag that turns weak", { ETag: '"v1"' }, { ETag: 'W/"v1"' }],
    ["an ETag that goes", { ETag: '"v1"' }, {}],
    ["an ETag that comes", {}, { ETag: '"v1"' }],
    ["Last-Modified", { "Last-Modified": DATES[0] }, { "Last-Modified": DATES[1] }],
    [
      "Last-Modified beside a weak ETag",
      { ETag: 'W/"v"', "Last-Modified": DATES[0] },
      { ETag: 'W/"v"', "Last-Modified": DATES[1] },
    ],
    ["size", {}, { "Content-Range": "bytes 5000-5499/10001" }],
  ] as const)("are never mixed: %s", async (_, first, second) => {
    withHeaders(first, second);
    await expect(fetchRanges(url, RANGES, PLAN)).rejects.toMatchObject({
      code: "CHANGED",
      message: expect.stringContaining(`${url}: bytes=5000-5499: the resource has changed`),
    });
  });

  it.each([
    [
      "the same ETag, and dates of two mirrors",
      { ETag: '"v"', "Last-Modified": DATES[0] },
      { ETag: '"v"', "Last-Modified": DATES[1] },
    ],
    ["a date that an answer to If-Range leaves out", { "Last-Modified": DATES[0] }, {}],
    ["no validator at all", {}, {}],
  ] as const)("are not seen in %s", async (_, first, second) => {
    withHeaders(first, second);
    expect(await fetchRanges(url, RANGES, PLAN)).toEqual(bytesOf(RANGES));
  });

  it.each([
    ["a strong ETag", { ETag: '"v1"' }, '"v1"'],
    ["no weak ETag, nor the date beside it", { ETag: 'W/"v1"', "Last-Modified": DATES[0] }, undefined],
    ["no ETag of another form", { ETag: "v1" }, undefined],
    ["a date that is a minute old", { "Last-Modified": DATES[0], Date: "Mon, 01 Jan 2024 00:01:00 GMT" }, DATES[0]],
    ["no date that is younger", { "Last-Modified": DATES[0], Date: "Mon, 01 Jan 2024 00:00:59 GMT" }, undefined],
  ] as const)("If-Range carries %s, from the second request on", async (_, headers, ifRange) => {
    withHeaders(headers);
    expect(await fetchRanges(url, MANY, PLAN)).toEqual(bytesOf(MANY));
    expect(server.asked.map((asked) => asked.headers["if-range"])).toEqual(
      MANY.map((_, n) => (n === 0 ? undefined : ifRange)),
    );
  });

  it("If-Range is not sent to another origin, which would have to be asked for leave", async () => {
    withHeaders({ ETag: '"v1"' });
    const cors: typeof fetch = async (...asked) =>
      Object.defineProperty(await fetch(...asked), "type", { value: "cors" });
    expect(await fetchRanges(url, RANGES, PLAN, { fetch: cors })).toEqual(bytesOf(RANGES));
    expect(server.asked.map((asked) => asked.headers["if-range"])).toEqual([undefined, undefined]);
  });

  it("a 200 in answer to If-Range says that the resource has changed", async () => {
    server.change = (answer, n) => {
      answer.headers.ETag = n === 0 ? '"v1"' : '"v2"';
      if (n > 0) Object.assign(answer, { status: 200, headers: { ETag: '"v2"' }, body: FILE });
    };
    await expect(fetchRanges(url, RANGES, PLAN)).rejects.toMatchObject({
      code: "CHANGED",
      message: about(`${url}: bytes=5000-5499: the resource has changed`),
    });
  });

  it("are never mixed by two calls that share a version, and the second knows the size", async () => {
    const version = {};
    withHeaders({ ETag: '"v1"' });
    await fetchRanges(url, RANGES, PLAN, { version });
    await fetchRanges(url, MANY, PLAN, { version });
    expect(server.asked.map((asked) => asked.headers["if-range"]).filter((value) => value === undefined).length).toBe(
      1,
    );
    await expect(fetchRanges(url, [{ offset: 9999, length: 2 }], PLAN, { version })).rejects.toThrow(/up to 10000/);
    withHeaders({ ETag: '"v2"' });
    await expect(fetchRanges(url, RANGES, PLAN, { version })).rejects.toMatchObject({ code: "CHANGED" });
  });

  it("a version of which the caller knows the ETag or the size alone is kept to", async () => {
    withHeaders({ ETag: '"v1"', "Last-Modified": DATES[0] as string });
    expect(await fetchRanges(url, RANGES, PLAN, { version: { etag: '"v1"' } })).toEqual(bytesOf(RANGES));
    await expect(fetchRanges(url, RANGES, PLAN, { version: { etag: '"v0"' } })).rejects.toMatchObject({
      code: "CHANGED",
    });
    await expect(fetchRanges(url, RANGES, PLAN, { version: { size: 9999 } })).rejects.toMatchObject({
      code: "CHANGED",
    });
  });
});

describe("requests", () => {
  it("carry the caller's headers, and the first goes alone", async () => {
    const headers = { Authorization: "Bearer t" };
    let most = 0;
    let now = 0;
    const counted = async (target: string | URL, init: RequestInit) => {
      now++;
      most = Math.max(most, now);
      if (server.asked.length === 0) expect(now).toBe(1);
      try {
        return await fetch(target, init);
      } finally {
        now--;
      }
    };
    expect(await fetchRanges(url, MANY, PLAN, { headers, fetch: counted, concurrency: 3 })).toEqual(bytesOf(MANY));
    expect(new Set(server.asked.map((asked) => asked.headers.authorization))).toEqual(new Set(["Bearer t"]));
    expect(server.asked.length).toBe(16);
    expect(most).toBeLessThanOrEqual(3);
  });

  /** All answers but the first hang after their headers, and the fifth is what is given. */
  function hang(fifth: Partial<Answer>): void {
    server.change = (answer, n) => {
      if (n > 0) Object.assign(answer, n === 4 ? fifth : { ending: "hang", body: answer.body.subarray(1) });
    };
  }

  it("under way are stopped by a failure, and no more are begun", async () => {
    hang({ status: 500 });
    await expect(fetchRanges(url, MANY, PLAN, { concurrency: 4 })).rejects.toThrow(
      /file\d+: bytes=\d+-\d+: expected 206, got 500/,
    );
    await server.until(() => server.cut === 3);
    expect(server.asked.length).toBe(5);
  });

  it("under way are stopped by the caller's signal, whose reason is the error", async () => {
    hang({ ending: "hang", body: new Uint8Array() });
    const controller = new AbortController();
    const fetching = fetchRanges(url, MANY, PLAN, { concurrency: 4, signal: controller.signal });
    await server.until(() => server.asked.length === 5);
    const reason = new Error("no longer wanted");
    controller.abort(reason);
    await expect(fetching).rejects.toBe(reason);
    await server.until(() => server.cut === 4);
    expect(server.asked.length).toBe(5);
  });

  it("are none after an abort, and a fetch that does not listen does not delay it", async () => {
    const reason = new Error("no longer wanted");
    const signal = AbortSignal.abort(reason);
    await expect(fetchRanges(url, MANY, PLAN, { signal })).rejects.toBe(reason);
    await expect(fetchRanges(url, [], PLAN, { signal })).rejects.toBe(reason);
    expect(server.asked.length).toBe(0);
    const controller = new AbortController();
    const deaf = () => new Promise<Response>(() => controller.abort(reason));
    await expect(fetchRanges(url, MANY, PLAN, { signal: controller.signal, fetch: deaf })).rejects.toBe(reason);
  });

  it("that all fail at once leave no rejection behind, whoever fails first", async () => {
    const fetching = fetchRanges(url, MANY, PLAN, {
      concurrency: 16,
      version: { etag: null },
      fetch: async (_, { headers }) => Promise.reject(new Error(`none for ${headers.get("Range")}`)),
    });
    await expect(fetching).rejects.toThrow(`${url}: bytes=0-99: none for bytes=0-99`);
    const thrown = fetchRanges(url, MANY, PLAN, {
      fetch: () => {
        throw new Error("none at all");
      },
    });
    await expect(thrown).rejects.toThrow(`${url}: bytes=0-99: none at all`);
  });

  it.each([
    [{ concurrency: 0 }, RangeError, "concurrency"],
    [{ concurrency: 1.5 }, RangeError, "concurrency"],
    [{ concurrency: Number.NaN }, RangeError, "concurrency"],
    [{ concurrency: "6" }, TypeError, "concurrency"],
    [{ signal: {} }, TypeError, "signal"],
    [{ version: null }, TypeError, "version"],
    [{ fetch: 5 }, TypeError, "fetch"],
    [{ concurency: 5 }, TypeError, "options"],
    [null, TypeError, "options"],
  ])("with options %o are refused before anything is asked", async (options, type, argument) => {
    const error = await fetchRanges(url, RANGES, PLAN, options as object).then(
      () => expect.fail(),
      (reason) => reason,
    );
    expect([error.constructor, blamedBy(error.message), server.asked.length]).toEqual([type, argument, 0]);
  });
});
