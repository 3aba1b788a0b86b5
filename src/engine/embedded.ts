import { decodeKernel } from "./instantiate.js";

/**
 * A binary of this package, which is compiled at the first use. A refusal is remembered: a page under a strict policy
 * reports one violation, and not one for each call.
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
    if (this.#module === undefined && this.#refusal === undefined) {
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
    if (this.#refusal !== undefined) throw this.#refusal;
    try {
      this.#module ??= new WebAssembly.Module(decodeKernel(this.#hex));
      return this.#module;
    } catch (error) {
      throw this.#remember(error);
    }
  }

  /** Keeps an error that would come again: of a policy (Safari throws an EvalError), or of missing SIMD; not of full memory. */
  #remember(error: unknown): unknown {
    if (error instanceof Error && /^(Compile|Eval)Error$/.test(error.name)) this.#refusal = error;
    return error;
  }
}
