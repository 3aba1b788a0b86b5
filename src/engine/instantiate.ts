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

/** What platforms have that read hexadecimal text at once: newer ones on the class of the language, Node on its own. */
interface Readers {
  Uint8Array: { fromHex?: (text: string) => Uint8Array<ArrayBuffer> };
  Buffer?: { from?: (text: string, encoding: "hex") => Uint8Array<ArrayBuffer> };
}

/**
 * The bytes of an embedded binary. The text is hexadecimal: gzip finds what a binary repeats in whole bytes, which base64
 * cuts in three ways, and no global is needed that some worklets lack.
 */
export function decodeKernel(hex: string): Uint8Array<ArrayBuffer> {
  const { Uint8Array: bytesClass, Buffer } = globalThis as unknown as Readers;
  if (bytesClass.fromHex !== undefined) return bytesClass.fromHex(hex);
  // A loop takes 2.9 ms the first time, before it is compiled; this takes 0.2.
  if (Buffer?.from !== undefined) return new Uint8Array(Buffer.from(hex, "hex"));
  const bytes = new Uint8Array(hex.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16);
  return bytes;
}
