/** The bytes of a file in chunks whose buffers take turns: whoever looks ahead, or reads on, gets the bytes of the file. */
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PeekableBytes } from "../../src/cli/bytes.js";
import { FileChunks } from "../../src/cli/file-chunks.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "segring-chunks-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function open(text: string, chunkBytes = 4) {
  const path = join(folder, "file");
  writeFileSync(path, text);
  let read = 0;
  const onRead = (bytes: number) => {
    read += bytes;
  };
  const chunks = new FileChunks(openSync(path, "r"), { chunkBytes, onRead });
  return { chunks, read: () => read };
}

test("gives all bytes, used before the next chunk is asked for, with buffers of their own and without", async () => {
  for (const reuses of [true, false]) {
    for (let length = 0; length <= 20; length++) {
      const wanted = "abcdefghijklmnopqrst".slice(0, length);
      const { chunks, read } = open(wanted);
      chunks.reuses = reuses;
      let text = "";
      for await (const chunk of chunks) {
        // The read that is on its way may not change what is used.
        await new Promise((resolve) => setTimeout(resolve, 1));
        text += Buffer.from(chunk).toString();
      }
      expect([text, read()]).toEqual([wanted, length]);
      chunks.close();
    }
  }
});

test("keeps what somebody looks ahead at, over several chunks", async () => {
  const { chunks } = open("AAAABBBBCCCCDDDDEE");
  const bytes = new PeekableBytes(chunks, () => {
    chunks.reuses = true;
  });
  expect((await bytes.peek((head) => head.length >= 3)).toString()).toBe("AAAA");
  expect((await bytes.peek((head) => head.length >= 9)).toString()).toBe("AAAABBBBCCCC");
  let text = "";
  for await (const chunk of bytes) text += Buffer.from(chunk).toString();
  expect(text).toBe("AAAABBBBCCCCDDDDEE");
  chunks.close();
});

test("closes while a read is on its way, and gives an error of the system to who waits", async () => {
  const { chunks } = open("AAAABBBB");
  const iterator = chunks[Symbol.asyncIterator]();
  await iterator.next();
  const second = iterator.next();
  chunks.close();
  chunks.close();
  expect(Buffer.from((await second).value as Uint8Array).toString()).toBe("BBBB");
  const descriptor = openSync(join(folder, "file"), "r");
  closeSync(descriptor);
  const closed = new FileChunks(descriptor, { chunkBytes: 4, onRead: () => {} });
  await expect(closed[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: "EBADF" });
});
