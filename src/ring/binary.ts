/** What forbids compiling in this thread; a policy that forbids one binary forbids every binary. */
let forbidden: { readonly error: unknown } | undefined;

/**
 * An embedded binary, compiled at the first use. A refusal is remembered too: each attempt under a Content Security
 * Policy costs the page a violation report.
 */
export class Binary {
  readonly #bytes: () => Uint8Array<ArrayBuffer>;
  #module: WebAssembly.Module | undefined;
  #refused: { readonly error: unknown } | undefined;
  #compiling: Promise<WebAssembly.Module> | undefined;

  constructor(bytes: () => Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
  }

  /** @throws {CompileError} The platform does not know the binary's instructions, or a policy forbids compiling. */
  compileSync(): WebAssembly.Module {
    this.#check();
    try {
      this.#module ??= new WebAssembly.Module(this.#bytes());
      return this.#module;
    } catch (error) {
      throw this.#refuse(error);
    }
  }

  /** As `compileSync`, without blocking. Calls that overlap compile once. */
  async compile(): Promise<WebAssembly.Module> {
    this.#check();
    if (this.#module !== undefined) return this.#module;
    try {
      this.#compiling ??= WebAssembly.compile(this.#bytes());
      this.#module = await this.#compiling;
      return this.#module;
    } catch (error) {
      throw this.#refuse(error);
    }
  }

  #check(): void {
    const refused = forbidden ?? this.#refused;
    if (refused !== undefined) throw refused.error;
  }

  #refuse(error: unknown): unknown {
    this.#refused = { error };
    // No policy forbids validating. So bytes that are valid, and may not be compiled, tell of a policy.
    if (error instanceof WebAssembly.CompileError && WebAssembly.validate(this.#bytes())) forbidden = this.#refused;
    return error;
  }
}
