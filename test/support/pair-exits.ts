/** A program that maps one range in a worker, and then has nothing more to do. Its exit is what is tested. */
import { createPair } from "../../src/ring/pair.js";
import { sourceWorker } from "./workers.js";

const shared = process.argv[2] === "shared" ? undefined : false;
const pair = await createPair({ worker: sourceWorker("src/ring/worker.ts"), capacity: 16, shared });
pair.producer.push(0, 4096);
pair.producer.close();
let bytes = 0;
for await (const segment of pair.consumer) bytes += segment.length;
await pair.ended;
console.log(`${bytes} bytes, shared: ${pair.shared}`);
