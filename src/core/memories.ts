/*
 * What memory a value is, whichever realm made it. A frame of a page, and the context in which a test runner runs a
 * file, have classes of their own, which `instanceof` does not know. The getters of the language work in all of them.
 */

type Getter = ((this: unknown) => unknown) | undefined;

function getterOf(itsClass: unknown, key: string): Getter {
  const { prototype } = (itsClass ?? {}) as { prototype?: object };
  return prototype === undefined ? undefined : Object.getOwnPropertyDescriptor(prototype, key)?.get;
}

/** The classes that a platform need not have. */
interface Platform {
  readonly SharedArrayBuffer?: unknown;
  readonly WebAssembly?: { readonly Memory?: unknown };
}

const platform = globalThis as Platform;
const lengthOfBuffer = /* @__PURE__ */ getterOf(ArrayBuffer, "byteLength");
const lengthOfShared = /* @__PURE__ */ getterOf(platform.SharedArrayBuffer, "byteLength");
const ofMemory = /* @__PURE__ */ getterOf(platform.WebAssembly?.Memory, "buffer");

/** What the getter says of `value`; undefined where `value` is of another class. */
function ask(getter: Getter, value: unknown): unknown {
  try {
    return getter?.call(value);
  } catch {
    return undefined;
  }
}

/** Whether `value` is an ArrayBuffer, detached or not. */
export function isArrayBuffer(value: unknown): value is ArrayBuffer {
  return value instanceof ArrayBuffer || ask(lengthOfBuffer, value) !== undefined;
}

/** Whether `value` is a SharedArrayBuffer. */
export function isSharedBuffer(value: unknown): value is SharedArrayBuffer {
  return ask(lengthOfShared, value) !== undefined;
}

/** The buffer of a WebAssembly.Memory; undefined where `value` is none. */
export function memoryBuffer(value: unknown): ArrayBufferLike | undefined {
  return ask(ofMemory, value) as ArrayBufferLike | undefined;
}
