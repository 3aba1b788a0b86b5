/** Where the site will stand on its host. */

/**
 * The path under which the site is built: `SITE_BASE`, or "/".
 *
 * @throws {RangeError} The path does not start and end with "/".
 */
export function siteBase(base = process.env.SITE_BASE ?? "/"): string {
  if (!/^\/(?:[\w.~-]+\/)*$/.test(base)) {
    throw new RangeError(
      `SITE_BASE: expected a path that starts and ends with "/", of letters, digits and -._~, as "/segring/", got ${JSON.stringify(base)}`,
    );
  }
  return base;
}
