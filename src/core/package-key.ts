/**
 * What constructors ask for that only the package may call. No entry exports the key, and no object that a user holds
 * has it.
 */
export const PACKAGE: unique symbol = Symbol("segring");

/** The key's type: TypeScript refuses a call without it. */
export type PackageKey = typeof PACKAGE;

/**
 * Refuses a constructor call from outside the package, because constructors do not check what they get.
 *
 * @param made What makes such objects.
 * @throws {TypeError} `key` is not the package's.
 */
export function checkKey(key: unknown, name: string, made: string): asserts key is PackageKey {
  if (key !== PACKAGE) throw new TypeError(`"${name}" has no public constructor: ${made} makes it`);
}
