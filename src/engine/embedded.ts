import { decodeKernel } from "./instantiate.js";

/** What forbids compiling in this thread: a policy that forbids one binary forbids every binary. */
let forbidden: Error | undefined;

/**
 * A binary of this package, which is compiled at the first use. A refusal is remembered: a page under a strict policy
 * reports one violation, and not one for each call and each binary.
 */
export class EmbeddedModule {
  readonly #hex: string;
  #module: WebAssembly.Module | undefined;
  #refusal: Error | undefined;
  #compiling: Promise<WebAssembly.Module> | undefined;

  /** @param hex As scripts/build-wasm.ts embeds it. */
  constructor(hex: string) {
    this.#hex = hex;
  }

  /**
   * The module, compiled without blocking. Calls that come meanwhile wait for the same module.
   *
   * @throws {CompileError|EvalError|ReferenceError} The platform or a policy forbids it.
   */
  compile(): Promise<WebAssembly.Module> {
    this.#compiling ??= this.#compile().finally(() => {
      this.#compiling = undefined;
    });
    return this.#compiling;
  }

  async #compile(): Promise<WebAssembly.Module> {
    if (this.#module === undefined && this.#refused === undefined) {
      try {
        this.#module = await WebAssembly.compile(decodeKernel(this.#hex));
      } catch (error) {
        throw this.#remember(error);
      }
    }
    return this.compileSync();
  }

  /** As `compile`, at once. */
  compileSync(): WebAssembly.Module {
    if (this.#refused !== undefined) throw this.#refused;
    try {
      this.#module ??= new WebAssembly.Module(decodeKernel(this.#hex));
      return this.#module;
    } catch (error) {
      throw this.#remember(error);
    }
  }

  get #refused(): Error | undefined {
    return this.#module === undefined ? (this.#refusal ?? forbidden) : undefined;
  }

  /** Keeps an error that would come again: of a policy (Safari throws an EvalError), or of missing SIMD; not of full memory. */
  #remember(error: unknown): unknown {
    if (!(error instanceof Error) || !/^(Compile|Eval)Error$/.test(error.name)) return error;
    this.#refusal = error;
    // No policy forbids validating. So a policy forbids bytes that are valid, and may not be compiled.
    if (error.name === "EvalError" || WebAssembly.validate(decodeKernel(this.#hex))) forbidden = error;
    return error;
  }
}

/** A kernel that a caller gives instead of the embedded one: compiled, or its bytes. */
export type GivenModule = WebAssembly.Module | BufferSource | undefined;

/** The module that was given, compiled, or the embedded one. @throws {Error} The platform or a policy forbids it. */
export async function compile(given: GivenModule, embedded: EmbeddedModule): Promise<WebAssembly.Module> {
  if (given === undefined) return embedded.compile();
  return isModule(given) ? given : WebAssembly.compile(given);
}

/** As `compile`, at once. */
export function compileSync(given: GivenModule, embedded: EmbeddedModule): WebAssembly.Module {
  if (given === undefined) return embedded.compileSync();
  return isModule(given) ? given : new WebAssembly.Module(given);
}

/** Whether `value` is a compiled module, of this realm or another. What only says so is refused when it is instantiated. */
export function isModule(value: unknown): value is WebAssembly.Module {
  return Object.prototype.toString.call(value) === "[object WebAssembly.Module]";
}
