import type { SegmentLimits } from "../../src/core/limits.js";
import { checkLimits } from "../../src/core/limits.js";
import { PACKAGE } from "../../src/core/package-key.js";
import { unionsByBuckets } from "../../src/engine/bucket-union.js";
import { bucketsKernelHex } from "../../src/engine/buckets-kernel.generated.js";
import type { Block, Coalescer, Engine, Output } from "../../src/engine/engine.js";
import { jsEngine } from "../../src/engine/js.js";
import { kernelHex } from "../../src/engine/kernel.generated.js";
import { listsKernelHex } from "../../src/engine/lists-kernel.generated.js";
import { mergeKernelHex } from "../../src/engine/merge-kernel.generated.js";
import { wasmEngine } from "../../src/engine/wasm.js";
import { SegmentMapper } from "../../src/mapper/mapper.js";
import { NO_LIMITS, type OracleLimits } from "../oracle.js";

export type { Block, Coalescer, Engine, Output };

const decode = (hex: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
export const kernelBytes: Uint8Array<ArrayBuffer> = decode(kernelHex);
export const kernelModule: WebAssembly.Module = new WebAssembly.Module(kernelBytes);
export const listsKernelBytes: Uint8Array<ArrayBuffer> = decode(listsKernelHex);
export const listsKernelModule: WebAssembly.Module = new WebAssembly.Module(listsKernelBytes);

export const mergeKernelBytes: Uint8Array<ArrayBuffer> = decode(mergeKernelHex);
export const mergeKernelModule: WebAssembly.Module = new WebAssembly.Module(mergeKernelBytes);

export const bucketsKernelBytes: Uint8Array<ArrayBuffer> = decode(bucketsKernelHex);
export const bucketsKernelModule: WebAssembly.Module = new WebAssembly.Module(bucketsKernelBytes);

/** Unions of two records go by buckets, those of 40 by a sample. */
const SMALL_BUCKETS = { from: 2, sampleFrom: 40 };

/** An engine with memory of its own. */
export function newEngine(name: "wasm" | "buckets" | "js" | "js-buckets", maxMemoryBytes: number = 2 ** 32): Engine {
  if (name === "js") return jsEngine(maxMemoryBytes);
  if (name === "js-buckets")
    return jsEngine(maxMemoryBytes, unionsByBuckets({ from: 2, sampleFrom: Number.POSITIVE_INFINITY }));
  return wasmEngine(kernelModule, maxMemoryBytes, name === "buckets" ? unionsByBuckets(SMALL_BUCKETS) : undefined);
}

/** What `describe.each` runs over. `auto` gives small inputs to JavaScript. */
export const builds = [{ name: "wasm" }, { name: "js" }, { name: "auto" }] as const;
export const engines = [{ name: "wasm" }, { name: "js" }] as const;
/** With the paths of large unions taken by small ones. */
export const unionBuilds = [...builds, { name: "buckets" }, { name: "js-buckets" }] as const;
export type BuildName = (typeof unionBuilds)[number]["name"];

/**
 * Makes mappers over one engine, so that thousands of them need one memory: each mapper meets the traces of those
 * before it, in memory that is not zero.
 */
export function mapperFactory(name: BuildName): (limits?: OracleLimits) => SegmentMapper {
  const main = newEngine(name === "auto" ? "wasm" : name);
  const engines = name === "auto" ? { main, small: newEngine("js") } : { main };
  return (limits = NO_LIMITS) => new SegmentMapper(PACKAGE, engines, checkLimits(toLimits(limits)));
}

export function toLimits({ max, boundary, alignment }: OracleLimits): SegmentLimits {
  return { maxSegmentBytes: Number(max), boundaryBytes: boundary, alignmentBytes: Number(alignment) };
}

export function newCoalescer(engine: Engine, limits: OracleLimits = NO_LIMITS): Coalescer {
  return engine.coalescer(checkLimits(toLimits(limits)));
}
