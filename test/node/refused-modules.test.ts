/** Embedded modules that may not be compiled: the refusal is remembered, since a policy reports each attempt. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { kernelHex } from "../../src/engine/kernel.generated.js";
import { listsKernelHex } from "../../src/engine/lists-kernel.generated.js";

const { compile, Module } = WebAssembly;

/** Puts an error into both ways to compile, and gives how often they were called. */
function refuse(newError: () => Error): () => number {
  let attempts = 0;
  const fail = () => {
    attempts++;
    throw newError();
  };
  WebAssembly.Module = class extends Module {
    constructor() {
      super(fail());
    }
  } as typeof WebAssembly.Module;
  WebAssembly.compile = async () => fail();
  return () => attempts;
}

function allow(): void {
  WebAssembly.compile = compile;
  WebAssembly.Module = Module;
}

// A policy is remembered for all binaries, until the module is loaded again.
beforeEach(() => vi.resetModules());
afterEach(allow);

async function newEmbedded() {
  const { EmbeddedModule } = await import("../../src/engine/embedded.js");
  return new EmbeddedModule(kernelHex);
}

const policyError = () => new WebAssembly.CompileError("a policy forbids it");
// Safari's.
const evalError = () => new EvalError("a policy forbids it");

it.each([policyError, evalError])(
  "one attempt for ten modules at once, later ones, and ones without waiting",
  async (newError) => {
    const attempts = refuse(newError);
    const embedded = await newEmbedded();
    const all = await Promise.allSettled(Array.from({ length: 10 }, () => embedded.compile()));
    expect(all.map(({ status }) => status)).toEqual(Array(10).fill("rejected"));
    await expect(embedded.compile()).rejects.toThrow(newError());
    expect(() => embedded.compileSync()).toThrow(newError());
    expect(attempts()).toBe(1);
  },
);

it("one attempt where the first call does not wait", async () => {
  const attempts = refuse(policyError);
  const embedded = await newEmbedded();
  expect(() => embedded.compileSync()).toThrow(policyError());
  await expect(embedded.compile()).rejects.toThrow(policyError());
  expect(attempts()).toBe(1);
});

it("another attempt after memory was full", async () => {
  refuse(() => new RangeError("Out of memory"));
  const embedded = await newEmbedded();
  expect(() => embedded.compileSync()).toThrow(RangeError);
  await expect(embedded.compile()).rejects.toThrow(RangeError);
  allow();
  expect(await embedded.compile()).toBe(embedded.compileSync());
});

it("a module is compiled once for calls that come at once", async () => {
  const calls = vi.fn(compile);
  WebAssembly.compile = calls as typeof compile;
  const embedded = await newEmbedded();
  const [one, other] = await Promise.all([embedded.compile(), embedded.compile()]);
  expect(one).toBe(other);
  expect(embedded.compileSync()).toBe(one);
  expect(calls).toHaveBeenCalledOnce();
});

it("one attempt for all binaries: what forbids one forbids every one", async () => {
  const attempts = refuse(policyError);
  await expect((await newEmbedded()).compile()).rejects.toThrow(policyError());
  const { EmbeddedModule } = await import("../../src/engine/embedded.js");
  expect(() => new EmbeddedModule(listsKernelHex).compileSync()).toThrow(policyError());
  expect(attempts()).toBe(1);
});

it("bytes that the platform does not know forbid no other binary", async () => {
  const { EmbeddedModule } = await import("../../src/engine/embedded.js");
  expect(() => new EmbeddedModule("0061736d02000000").compileSync()).toThrow(WebAssembly.CompileError);
  expect(new EmbeddedModule(listsKernelHex).compileSync()).toBeInstanceOf(WebAssembly.Module);
});

it("ten mappers make one attempt; auto takes JavaScript, wasm says why, a module of the caller is still tried", async () => {
  const { createMapper, createMapperSync } = await import("../../src/index.js");
  const { createMapper: createWasm, createMapperSync: createWasmSync } = await import("../../src/wasm.js");
  const attempts = refuse(policyError);
  const mappers = await Promise.all(Array.from({ length: 5 }, () => createMapper()));
  for (let i = 0; i < 5; i++) mappers.push(createMapperSync());
  for (const mapper of mappers) {
    expect(mapper.engine).toBe("js");
    expect(mapper.coalesce([{ addr: 1, length: 2 }]).length).toBe(1);
    mapper.close();
  }
  for (const make of [() => createMapperSync({ engine: "wasm" }), createWasmSync]) expect(make).toThrow(policyError());
  for (const make of [() => createMapper({ engine: "wasm" }), createWasm])
    await expect(make()).rejects.toThrow(policyError());
  expect(attempts()).toBe(1);

  const module = new Uint8Array(8);
  expect(() => createMapperSync({ module })).toThrow(policyError());
  await expect(createMapper({ module })).rejects.toThrow(policyError());
  expect(attempts()).toBe(3);
});
