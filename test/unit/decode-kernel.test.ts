/** The embedded binaries are read alike, whatever the platform reads base64 with. */
import { afterEach, expect, it, vi } from "vitest";
import { decodeKernel } from "../../src/engine/instantiate.js";
import { kernelBase64 } from "../../src/engine/kernel.generated.js";

const fromText = (text: string) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
const expected = fromText(kernelBase64);
const hasBuffer = "Buffer" in globalThis;
const fromBase64 = Object.getOwnPropertyDescriptor(Uint8Array, "fromBase64");

afterEach(() => {
  vi.unstubAllGlobals();
  if (fromBase64 === undefined) Reflect.deleteProperty(Uint8Array, "fromBase64");
  else Object.defineProperty(Uint8Array, "fromBase64", fromBase64);
});

function without(...ways: ("fromBase64" | "Buffer")[]): void {
  if (ways.includes("fromBase64")) Reflect.deleteProperty(Uint8Array, "fromBase64");
  if (ways.includes("Buffer")) vi.stubGlobal("Buffer", undefined);
}

it("by the language's own reader, where there is one", () => {
  const read = vi.fn(fromText);
  Object.defineProperty(Uint8Array, "fromBase64", { configurable: true, value: read });
  expect(decodeKernel(kernelBase64)).toEqual(expected);
  expect(read).toHaveBeenCalledOnce();
});

// Where there is none, the loop below is what is tried.
if (hasBuffer) {
  it("by Node's Buffer, as bytes with a buffer of their own", () => {
    without("fromBase64");
    const bytes = decodeKernel(kernelBase64);
    expect(bytes).toEqual(expected);
    expect(Object.getPrototypeOf(bytes) === Uint8Array.prototype).toBe(true);
    expect(bytes.buffer.byteLength).toBe(bytes.byteLength);
  });
}

it("by a loop, where there is neither", () => {
  without("fromBase64", "Buffer");
  expect(decodeKernel(kernelBase64)).toEqual(expected);
});
