import { Arena, PAGE_BYTES } from "./arena.js";
import { unionsByBuckets } from "./bucket-union.js";
import type { ByBuckets, Engine } from "./engine.js";
import { instantiate } from "./instantiate.js";
import { ABI } from "./layout.generated.js";
import { WasmBlock } from "./wasm-block.js";
import { WasmBucketsMaker } from "./wasm-buckets.js";
import { type CoalescingKernels, ROW_BYTES, STAGE_BYTES, WasmCoalescer } from "./wasm-coalescer.js";
import { WasmMergers } from "./wasm-merge.js";
import { PageBlocks } from "./wasm-page-blocks.js";
import { type ExpandPages, WasmExpander } from "./wasm-pages.js";
import { type UnionKernels, WasmRuns } from "./wasm-union.js";

/** The main binary: what assembly/index.ts exports. */
type MainKernels = CoalescingKernels & UnionKernels & { expandPages: ExpandPages };

/** In memory for records of a caller: what a coalescer and small results take, and what buckets take whatever they hold. */
const PINNED_BYTES = 32 * 1024;
const PINNED_BUCKETS_BYTES = 2 ** 20;

/**
 * The engine over the AssemblyScript kernels.
 *
 * @param maxMemoryBytes What its linear memory may grow to, at least 64 KiB.
 * @param byBuckets Another than the default for tests.
 * @throws {LinkError|TypeError} `module` is not segring's main kernel.
 */
export function wasmEngine(
  module: WebAssembly.Module,
  maxMemoryBytes: number,
  byBuckets: ByBuckets | undefined = unionsByBuckets(),
): Engine {
  return engineOver(new Arena(maxMemoryBytes), module, maxMemoryBytes, byBuckets);
}

function engineOver(
  arena: Arena,
  module: WebAssembly.Module,
  maxMemoryBytes: number,
  byBuckets: ByBuckets | undefined,
): Engine {
  const main = { option: "module", abi: "ABI", version: ABI };
  const kernels = instantiate<MainKernels>(module, arena.memory, main);
  const mergers = new WasmMergers(arena);
  const buckets = new WasmBucketsMaker(arena);
  const blocks = new PageBlocks(arena);
  return {
    name: "wasm",
    allocate: (byteLength) => new WasmBlock(arena, byteLength),
    pinned(byteLength) {
      const engine = engineOver(pinnedArena(byteLength, maxMemoryBytes), module, maxMemoryBytes, byBuckets);
      return { engine, block: engine.allocate(byteLength) };
    },
    get room() {
      return arena.room;
    },
    mustCopy: (view, buffer = view.buffer) => arena.isOver(buffer),
    coalescer: (limits, inPlace) => new WasmCoalescer(arena, kernels, limits, inPlace ? ROW_BYTES : STAGE_BYTES),
    runs: (limits) => new WasmRuns(arena, kernels, limits, buckets),
    byBuckets,
    merger: (inputs) => mergers.make(inputs),
    expander: (records) => new WasmExpander(arena, blocks.kernelFor(records) ?? kernels.expandPages),
  };
}

/**
 * Memory for a block, for a coalescer with its first output, for runs and what a sort of them takes, and for a lent result.
 */
function pinnedArena(byteLength: number, maxMemoryBytes: number): Arena {
  const least = Math.ceil((byteLength + PINNED_BYTES) / PAGE_BYTES) * PAGE_BYTES;
  const most = Math.ceil((5 * byteLength + PINNED_BYTES + PINNED_BUCKETS_BYTES) / PAGE_BYTES) * PAGE_BYTES;
  try {
    return new Arena(Math.min(most, maxMemoryBytes), true);
  } catch {
    return new Arena(Math.min(least, maxMemoryBytes), true);
  }
}
