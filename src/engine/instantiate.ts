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
 * The exports of a binary over this memory, which the binary must import.
 *
 * @throws {LinkError|TypeError} The binary is not segring's, or is of another version.
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

/** What platforms have that read base64 at once: newer ones on the class of the language, Node on its own. */
interface Readers {
  Uint8Array: { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> };
  Buffer?: { from?: (text: string, encoding: "base64") => Uint8Array<ArrayBuffer> };
}

/** The bytes of an embedded binary. */
export function decodeKernel(base64: string): Uint8Array<ArrayBuffer> {
  const { Uint8Array: bytesClass, Buffer } = globalThis as unknown as Readers;
  if (bytesClass.fromBase64 !== undefined) return bytesClass.fromBase64(base64);
  // A loop takes 1.9 ms the first time, before it is compiled; this takes 0.2.
  if (Buffer?.from !== undefined) return new Uint8Array(Buffer.from(base64, "base64"));
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
