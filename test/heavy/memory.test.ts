/**
 * Memory that does not grow with the input. Resident memory depends on when garbage is collected, so it is not looked at:
 * ten times on the way all garbage is collected, and the bytes that are still alive are counted.
 */
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { ReaderGone } from "../../src/cli/errors.js";
import { cli, records, temporaryFolder } from "../cli/support.js";
import { runs } from "../support/check.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const LOOKS = 10;
/** More than is alive at once, and less than a tenth of what each test reads or writes. */
const MOST_ALIVE = 5_000_000;
const folder = temporaryFolder();
/** So many bytes, or a part of them where less is tried. */
const megabytes = (count: number) => runs(count) * 1e6;

/** In the heap and in buffers. */
function aliveBytes(): number {
  // Each waits for what the one before left to other threads.
  for (let times = 0; times < 3; times++) collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Looks ten times while `total` bytes pass. */
class Watch {
  readonly #step: number;
  #passed = 0;
  #looks: number[] = [];

  constructor(total: number) {
    this.#step = total / LOOKS;
  }

  pass(bytes: number): void {
    this.#passed += bytes;
    if (this.#passed >= this.#step * (this.#looks.length + 1)) this.#looks.push(aliveBytes());
  }

  /** All has passed, and at no look was much more alive than at the first. */
  check(): void {
    const [first = 0] = this.#looks;
    expect(this.#looks.length).toBe(LOOKS);
    expect(Math.max(...this.#looks) - first).toBeLessThan(MOST_ALIVE);
  }
}

test("a file of frames, none of which join", async () => {
  // A hole reads as zeros: the same frame again and again.
  const hole = join(folder, "hole.pfn64");
  writeFileSync(hole, "");
  truncateSync(hole, megabytes(240));
  const watch = new Watch(2 * megabytes(240));
  const write = async (bytes: Uint8Array) => watch.pass(bytes.length);
  expect(await cli(["map", hole, "--to", "records"], { write })).toMatchObject({ code: 0, stderr: "" });
  watch.check();
});

test("records in a pipe", async () => {
  const total = megabytes(480);
  const watch = new Watch(total);
  const piece = Buffer.alloc(80_000, records([4096n, 4096]));
  const stdin = (async function* () {
    for (let bytes = 0; bytes < total; bytes += piece.length) {
      yield Buffer.from(piece);
      watch.pass(piece.length);
    }
  })();
  const words = ["map", "--from", "records", "--max", "1KiB", "--to", "records", "-o", "/dev/null"];
  expect(await cli(words, { stdin })).toMatchObject({ code: 0, stderr: "" });
  watch.check();
});

test("CSV in a pipe, as NDJSON to a slow reader, who is given one piece at a time", async () => {
  const total = megabytes(100);
  const watch = new Watch(total);
  const piece = "0x123456789000,4096\n".repeat(4000);
  const stdin = (async function* () {
    for (let bytes = 0; bytes < total; bytes += piece.length) {
      yield Buffer.from(piece);
      watch.pass(piece.length);
    }
  })();
  let writing = 0;
  const write = async () => {
    expect(++writing).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    writing--;
  };
  expect(await cli(["map", "--to", "ndjson"], { stdin, write })).toMatchObject({ code: 0, stderr: "" });
  watch.check();
});

test("one range that makes a thousand million segments", async () => {
  const total = megabytes(300);
  const watch = new Watch(total);
  let left = total;
  const write = async (bytes: Uint8Array) => {
    watch.pass(bytes.length);
    left -= bytes.length;
    if (left < 0) throw new ReaderGone("enough");
  };
  const stdin = "0,1152921504606846976\n";
  expect(await cli(["map", "--max", "64MiB", "--to", "records"], { stdin, write })).toMatchObject({
    code: 0,
    stderr: "",
  });
  watch.check();
});

test("a small file that unpacks to very much", async () => {
  const member = gzipSync(Buffer.alloc(2 ** 24));
  const members = runs(16);
  const packed = Buffer.concat(Array.from({ length: members }, () => member));
  expect(packed.length).toBeLessThan((members * 2 ** 24) / 500);
  const watch = new Watch(packed.length);
  const stdin = (async function* () {
    // Each becomes a megabyte.
    for (let at = 0; at < packed.length; at += 1024) {
      const piece = packed.subarray(at, at + 1024);
      yield piece;
      watch.pass(piece.length);
    }
  })();
  const { code, stdout } = await cli(["info", "--from", "pfn64"], { stdin });
  expect([code, stdout]).toEqual([0, expect.stringContaining(`\nrecords    ${(members * 2 ** 24) / 8}\n`)]);
  watch.check();
});
