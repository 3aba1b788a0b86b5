/** The embedded binaries are read alike, whatever the platform reads hexadecimal text with. */
import { afterEach, expect, it, vi } from "vitest";
import { decodeKernel } from "../../src/engine/instantiate.js";
import { kernelHex } from "../../src/engine/kernel.generated.js";

const fromText = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const expected = fromText(kernelHex);
const hasBuffer = "Buffer" in globalThis;
const fromHex = Object.getOwnPropertyDescriptor(Uint8Array, "fromHex");

afterEach(() => {
  vi.unstubAllGlobals();
  if (fromHex === undefined) Reflect.deleteProperty(Uint8Array, "fromHex");
  else Object.defineProperty(Uint8Array, "fromHex", fromHex);
});

function without(...ways: ("fromHex" | "Buffer" | "atob")[]): void {
  if (ways.includes("fromHex")) Reflect.deleteProperty(Uint8Array, "fromHex");
  if (ways.includes("Buffer")) vi.stubGlobal("Buffer", undefined);
  if (ways.includes("atob")) vi.stubGlobal("atob", undefined);
}

it("by the language's own reader, where there is one", () => {
  const read = vi.fn(fromText);
  Object.defineProperty(Uint8Array, "fromHex", { configurable: true, value: read });
  expect(decodeKernel(kernelHex)).toEqual(expected);
  expect(read).toHaveBeenCalledOnce();
});

// Where there is none, the loop below is what is tried.
if (hasBuffer) {
  it("by Node's Buffer, as bytes with a buffer of their own", () => {
    without("fromHex");
    const bytes = decodeKernel(kernelHex);
    expect(bytes).toEqual(expected);
    expect(Object.getPrototypeOf(bytes) === Uint8Array.prototype).toBe(true);
    expect(bytes.buffer.byteLength).toBe(bytes.byteLength);
  });
}

it("by a loop, where there is neither, and no atob either, as in an AudioWorklet", () => {
  without("fromHex", "Buffer", "atob");
  expect(decodeKernel(kernelHex)).toEqual(expected);
});
