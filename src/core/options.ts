import { show } from "./errors.js";

/** The keys that an object of options may have. The type asks for all of them, so that no key is forgotten. */
export type Keys<T> = { readonly [K in keyof T]-?: true };

/** Options that were left out. As a default they cost nothing to check. */
export const NO_OPTIONS: Readonly<Record<string, never>> = Object.freeze({});

/**
 * Checks that a value is an object of options, and has no key but these. A key whose value is undefined counts as
 * given. Inherited keys, keys that are not enumerable, and symbols do not count.
 *
 * Cost: some 10 ns a key; nothing for `NO_OPTIONS`.
 *
 * @param name What the argument is called.
 * @throws {TypeError} `options` is no such object, or has another key; the message lists the keys there are.
 */
export function checkKeys(name: string, options: unknown, keys: Readonly<Record<string, true>>): void {
  if (options === NO_OPTIONS) return;
  if (!isPlain(options)) throw fault(name, keys, show(options));
  for (const key in options) {
    if (Object.hasOwn(keys, key) || !Object.hasOwn(options, key)) continue;
    const near = nearest(key, Object.keys(keys));
    throw fault(name, keys, `the key "${key}"${near === undefined ? "" : ` (did you mean "${near}"?)`}`);
  }
}

/** An object of the caller's: no array, map, promise, buffer or other built-in, whose options would all be left out. */
function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  return (
    Object.getPrototypeOf(value) === Object.prototype || Object.prototype.toString.call(value) === "[object Object]"
  );
}

function fault(name: string, keys: Readonly<Record<string, true>>, got: string): TypeError {
  return new TypeError(`"${name}" expected an object with ${Object.keys(keys).join(", ")}, got ${got}`);
}

/** The key that begins like this one, at least half of it. */
function nearest(key: string, keys: readonly string[]): string | undefined {
  const shared = (other: string) => {
    let count = 0;
    while (count < key.length && key[count]?.toLowerCase() === other[count]?.toLowerCase()) count++;
    return count;
  };
  const best = keys.reduce((a, b) => (shared(b) > shared(a) ? b : a));
  return shared(best) * 2 >= key.length && key !== "" ? best : undefined;
}
