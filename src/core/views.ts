import { expected } from "./errors.js";

/*
 * Typed arrays as they are, whatever a subclass or a property of their own says about them. The getters of the language
 * read what the engine knows of an array; they are taken here once, so that nobody replaces them later.
 */

/** The typed arrays that this package takes, by name. */
interface Views {
  Uint8Array: Uint8Array;
  Uint32Array: Uint32Array;
  Float64Array: Float64Array;
  BigUint64Array: BigUint64Array;
}

type Kind = keyof Views;

/** What an argument is called in messages; one that is costly to make is made where there is a fault. */
export type Name = string | (() => string);

const CLASSES = { Uint8Array, Uint32Array, Float64Array, BigUint64Array };

/** What a getter of the language says of `view`. */
type Getter<T> = { call(view: unknown): T };

function getterOf<T>(of: { prototype: object }, key: PropertyKey): Getter<T> {
  return Object.getOwnPropertyDescriptor(of.prototype, key)?.get as unknown as Getter<T>;
}

/** The class above all typed arrays, which has no name of its own. */
const TypedArray = Object.getPrototypeOf(Uint8Array) as { prototype: object };
/** The class of a typed array by name, of another realm too; undefined for all else, a proxy among them. */
const kindOf = /* @__PURE__ */ getterOf<string | undefined>(TypedArray, Symbol.toStringTag);
const lengthOf = /* @__PURE__ */ getterOf<number>(TypedArray, "length");
const ofArray = /* @__PURE__ */ placeGetters(TypedArray);
const ofDataView = /* @__PURE__ */ placeGetters(DataView);

function placeGetters(of: { prototype: object }) {
  return {
    buffer: getterOf<ArrayBufferLike>(of, "buffer"),
    byteOffset: getterOf<number>(of, "byteOffset"),
    byteLength: getterOf<number>(of, "byteLength"),
  };
}

/**
 * Gives the elements of a typed array by an array whose length and buffer can be trusted: `value` where it is a plain
 * array, and a view of its memory where it is of a subclass (a Node Buffer too).
 *
 * Cost: some 10 ns; a view of its own takes 50 more.
 *
 * @throws {TypeError} `value` is no array of these kinds, or its buffer is detached.
 */
export function plainView<K extends Kind>(name: Name, value: unknown, ...kinds: readonly K[]): Views[K] {
  const kind = kindOf.call(value) as K;
  if (!kinds.includes(kind)) {
    throw new TypeError(expected(nameOf(name), `a ${kinds.join(", ").replace(/, (?=\w+$)/, " or ")}`, value));
  }
  const view = value as Views[K];
  const length = lengthOf.call(view);
  const isPlain =
    Object.getPrototypeOf(view) === CLASSES[kind].prototype &&
    view.length === length &&
    view.byteLength === ofArray.byteLength.call(view) &&
    view.byteOffset === ofArray.byteOffset.call(view);
  if (length === 0) checkAttached(name, ofArray.buffer.call(view));
  if (isPlain) return view;
  return new CLASSES[kind](ofArray.buffer.call(view) as ArrayBuffer, ofArray.byteOffset.call(view), length) as Views[K];
}

/*
 * The two kinds that small calls take, each in a function of its own: then the engine knows the class, and a check takes
 * a third of the time, which a ring of single records would feel.
 */

/** As {@link plainView} of a Uint32Array. */
export function plainWords(name: string, value: unknown): Uint32Array {
  const isPlain =
    value instanceof Uint32Array &&
    value.constructor === Uint32Array &&
    kindOf.call(value) === "Uint32Array" &&
    lengthOf.call(value) === value.length &&
    ofArray.byteOffset.call(value) === value.byteOffset &&
    value.length !== 0;
  return isPlain ? value : plainView(name, value, "Uint32Array");
}

/** As {@link plainView} of a Uint8Array. */
export function plainBytes(name: Name, value: unknown): Uint8Array {
  const isPlain =
    value instanceof Uint8Array &&
    value.constructor === Uint8Array &&
    kindOf.call(value) === "Uint8Array" &&
    lengthOf.call(value) === value.byteLength &&
    ofArray.byteOffset.call(value) === value.byteOffset &&
    value.byteLength !== 0;
  return isPlain ? value : plainView(name, value, "Uint8Array");
}

/** Whether `value` is a Uint8Array, of a subclass or of another realm too. */
export function isBytes(value: unknown): value is Uint8Array {
  return kindOf.call(value) === "Uint8Array";
}

/** The bytes of any view; undefined where `value` is no view. @throws {TypeError} Its buffer is detached. */
export function bytesOfView(name: string, value: unknown): Uint8Array | undefined {
  if (!ArrayBuffer.isView(value)) return undefined;
  const of = kindOf.call(value) === undefined ? ofDataView : ofArray;
  const buffer = of.buffer.call(value);
  checkAttached(name, buffer);
  return new Uint8Array(buffer, of.byteOffset.call(value), of.byteLength.call(value));
}

/** The bytes of a buffer. @throws {TypeError} The buffer is detached. */
export function bytesOfBuffer(name: string, buffer: ArrayBufferLike): Uint8Array {
  checkAttached(name, buffer);
  return new Uint8Array(buffer);
}

/** An array of a detached buffer is empty too, and would pass for no elements. */
function checkAttached(name: Name, buffer: ArrayBufferLike): void {
  try {
    new Uint8Array(buffer);
  } catch {
    throw new TypeError(`"${nameOf(name)}" expected bytes of a buffer that is not detached`);
  }
}

export function nameOf(name: Name): string {
  return typeof name === "string" ? name : name();
}
