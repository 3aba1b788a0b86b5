/**
 * Makes the declarations in dist/ ones that older compilers read, and programs without `dom` and without `@types/node`.
 * TypeScript has generic views from 5.7 on; before, `Uint32Array<ArrayBuffer>` is an error.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const VIEW = /\b((?:Big)?(?:Ui|I)nt(?:8|16|32|64)|Float(?:32|64))Array<(ArrayBufferLike|ArrayBuffer)>/g;
/** Names that src/platform.d.ts declares. */
const PLATFORM = /\bWebAssembly\.(?:Module|Memory)\b|\b(?:Readable|Writable)Stream<|\bAbortSignal\b/;

/** @param folder Where the declarations are, with platform.d.ts at the top. */
export function makePortable(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".d.ts") || name === "platform.d.ts") continue;
    const file = join(folder, name);
    const text = readFileSync(file, "utf8");
    const portable = portableText(text, relative(dirname(file), join(folder, "platform.d.ts")));
    if (portable !== text) writeFileSync(file, portable);
  }
}

/** @param platform The path from the declarations to platform.d.ts. */
export function portableText(text: string, platform: string): string {
  const views = text.replace(VIEW, (_, view: string, buffer: string) =>
    // What `of` gives has the type argument where there is one, and has none where there is none.
    buffer === "ArrayBuffer" ? `ReturnType<${view}ArrayConstructor["of"]>` : `${view}Array`,
  );
  const types = views.replace(/\bBufferSource\b/g, "ArrayBuffer | ArrayBufferView");
  const path = platform.replaceAll("\\", "/");
  return PLATFORM.test(types)
    ? `/// <reference path="${path.startsWith(".") ? path : `./${path}`}" />\n${types}`
    : types;
}
