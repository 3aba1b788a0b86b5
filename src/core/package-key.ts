/** What constructors ask for that only the package may call. No entry exports it, and nothing that a user holds has it. */
export const PACKAGE: unique symbol = Symbol("segring");

/** The key's type: TypeScript refuses a call without it. */
export type PackageKey = typeof PACKAGE;

/**
 * Ends a constructor that somebody else called: what it makes is not checked there.
 *
 * @param made Who makes such objects.
 * @throws {TypeError} `key` is not the package's.
 */
export function checkKey(key: unknown, name: string, made: string): asserts key is PackageKey {
  if (key !== PACKAGE) throw new TypeError(`"${name}" has no public constructor: ${made} makes it`);
}
