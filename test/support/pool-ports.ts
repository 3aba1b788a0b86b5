import { servePool } from "../../src/pool/serve.js";
import type { WorkerLike } from "../../src/ring/worker-like.js";

/** A worker of a pool that is no thread: a port of this one, so that thousands of pools take little time. */
export function portWorker(): WorkerLike {
  const { port1, port2 } = new MessageChannel();
  servePool(port2 as unknown as WorkerLike);
  port2.start();
  port1.start();
  const terminate = () => {
    port1.close();
    port2.close();
  };
  return Object.assign(port1, { terminate }) as unknown as WorkerLike;
}

/** Shared memory with these bytes, at some offset. */
export function sharedBytes(bytes: Uint8Array, offset = 0): Uint8Array {
  const shared = new Uint8Array(new SharedArrayBuffer(offset + bytes.length), offset);
  shared.set(bytes);
  return shared;
}
