/** What the build does to declarations: comments of names that no entry exports go, those of public names stay. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { dropInnerComments } from "../../scripts/inner-comments.js";

it("takes the comments of inner names and of their members, and leaves those of names that public ones extend", () => {
  const folder = mkdtempSync(join(tmpdir(), "segring-comments-"));
  try {
    const entry = join(folder, "entry.d.ts");
    const inner = join(folder, "inner.d.ts");
    writeFileSync(entry, 'export { Shown, value as renamed } from "./inner.js";\n');
    writeFileSync(
      inner,
      `/** Shown to users. */
export interface Shown extends Base {
    /** A member. */
    readonly a: Hidden;
}
/** Inner. */
export interface Hidden {
    /** An inner member. */
    readonly b: string;
}
/** Its members are public. */
interface Base {
    /** Inherited. */
    c(): void;
}
/** A value. */
export declare const value = 1;
export {};
`,
    );
    dropInnerComments([entry, inner], [entry]);
    expect(readFileSync(inner, "utf8")).toBe(`/** Shown to users. */
export interface Shown extends Base {
    /** A member. */
    readonly a: Hidden;
}
export interface Hidden {
    readonly b: string;
}
/** Its members are public. */
interface Base {
    /** Inherited. */
    c(): void;
}
/** A value. */
export declare const value = 1;
export {};
`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
