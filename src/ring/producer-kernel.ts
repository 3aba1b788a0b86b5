import { EmbeddedModule } from "../engine/embedded.js";
import type { RingCore } from "./core.js";
import { producerKernelHex } from "./kernel-producer.generated.js";
import { sharedProducerKernelHex } from "./kernel-producer-shared.generated.js";
import { isWasmMemory } from "./platform.js";

/** What assembly/producer-index.ts exports. Addresses are bytes in linear memory. */
export interface ProducerExports {
  countValid(records: number, count: number): number;
  publish(ring: number, published: number, tail: number, generation: number): number;
}

const plainModule = /* @__PURE__ */ new EmbeddedModule(producerKernelHex);
const sharedModule = /* @__PURE__ */ new EmbeddedModule(sharedProducerKernelHex);

/** Publishes after which a producer takes wasm for the next: to compile and to instantiate costs as much as 1000 of them save. */
const MANY_PUBLISHES = 1024;

/**
 * What a producer does in wasm: checks rows where they lie in the ring's memory, in a third of the time of JavaScript, and
 * publishes, in 5 to 7 ns where `Atomics` take 20 to 27. Instantiated when it is worth its time.
 */
export class ProducerKernel {
  readonly #core: RingCore;
  #publishes = 0;
  #exports: ProducerExports | undefined;
  /** Whether wasm was asked for: a platform that refuses is not asked again. */
  #asked = false;

  constructor(core: RingCore) {
    this.#core = core;
  }

  /** For a publish: undefined until there were many, and where there is no wasm for it. */
  get forPublish(): ProducerExports | undefined {
    if (this.#asked) return this.#exports;
    return ++this.#publishes < MANY_PUBLISHES ? undefined : this.forRows;
  }

  /** For many rows: undefined where there is no wasm for it. */
  get forRows(): ProducerExports | undefined {
    if (!this.#asked) this.#exports = instantiate(this.#core);
    this.#asked = true;
    return this.#exports;
  }
}

function instantiate({ memory, shared }: RingCore): ProducerExports | undefined {
  if (!isWasmMemory(memory)) return undefined;
  try {
    const module = (shared ? sharedModule : plainModule).compileSync();
    return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as ProducerExports;
  } catch {
    // A Content Security Policy, or no SIMD.
    return undefined;
  }
}
