import { visible } from "../core/errors.js";

/** A binary, as who gives another one for it must hear of it. */
export interface BinaryOption {
  /** The option by which it was given. */
  readonly option: string;
  /** The global by which it says which version it is, and this version. */
  readonly abi: string;
  readonly version: number;
}

/**
 * The exports of a binary over this memory, which it must import.
 *
 * @throws {LinkError|TypeError} It is no binary of segring, or of another version.
 */
export function instantiate<Kernel>(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  { option, abi, version }: BinaryOption,
): Kernel {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const found = exports[abi];
  if (found instanceof WebAssembly.Global && found.value === version) return exports as unknown as Kernel;
  const names = visible(Object.keys(exports).join(", ")) || "nothing";
  throw new TypeError(`"${option}" expected segring's kernel of this version, got one that exports ${names}`);
}

/** The bytes of an embedded binary. */
export function decodeKernel(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  // A loop: Uint8Array.from with a callback takes 1 to 2 ms the first time.
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
