/** What a bundle takes that holds one name of this package: nobody carries what he does not call. */
import { expect, it } from "vitest";
import { bundle, REPOSITORY } from "../support/bundle.js";

/** Of one name and all that it needs, minified, bytes. */
function bytesOf(name: string, entry: string): number {
  const contents = `export { ${name} } from "./${entry}";`;
  return Buffer.byteLength(bundle({ stdin: { contents, resolveDir: REPOSITORY, loader: "ts" }, minify: true }));
}

it.each([
  // With the binary that checks records, twice: for shared memory and for plain.
  ["Producer", "src/ring/index.ts", 16_500],
  ["Consumer", "src/ring/index.ts", 19_000],
])("%s alone, of %s, has at most %i bytes", (name, entry, most) => {
  expect(bytesOf(name, entry)).toBeLessThanOrEqual(most);
});
