import { unionsByBuckets } from "./bucket-union.js";
import type { ByBuckets, Engine } from "./engine.js";
import { JsMemory } from "./js-block.js";
import { JsCoalescer } from "./js-coalescer.js";
import { jsMerger } from "./js-merge.js";
import { jsExpander } from "./js-pages.js";
import { JsRuns } from "./js-union.js";

/** Every record is looked at: a plan of this engine takes no sample. */
const SIZES = { from: 300, sampleFrom: Number.POSITIVE_INFINITY };

/**
 * The engine in plain JavaScript, for places where wasm may not run, and for small inputs. The engine gives the bytes
 * that the kernels give.
 *
 * @param byBuckets Another than the default for tests.
 */
export function jsEngine(maxMemoryBytes: number, byBuckets: ByBuckets | undefined = unionsByBuckets(SIZES)): Engine {
  const memory = new JsMemory(maxMemoryBytes);
  const engine: Engine = {
    name: "js",
    byBuckets,
    allocate: (byteLength) => memory.allocate(byteLength),
    pinned: (byteLength) => ({ engine, block: memory.allocate(byteLength) }),
    get room() {
      return memory.room;
    },
    mustCopy: (view) => view.byteOffset % 4 !== 0,
    coalescer: (limits) => new JsCoalescer(limits),
    runs: (limits) => new JsRuns(limits, memory),
    merger: (inputs) => jsMerger(memory, inputs),
    expander: () => jsExpander,
  };
  return engine;
}
