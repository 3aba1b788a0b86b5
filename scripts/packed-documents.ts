/** The documents in a package: all of those for users are there, and their links lead to what is in the package. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { linkFaults, linksOf } from "./document-links.js";

/** Folders apart, docs/ is for users, but for what only contributors and readers of the recipes' code read; so are these in the root. */
const IN_ROOT = ["README.md"];
const IN_REPOSITORY = ["design.md", "performance.md", "recipes.md", "ring-protocol.md", "scale.md"];

/**
 * What is wrong with the documents of a package, a line each.
 *
 * @param packed Paths of the files in the package.
 * @param folder Where the package is installed.
 * @param docs The names in docs/ of this tree.
 */
export function packedDocumentFaults(
  packed: readonly string[],
  folder: string,
  docs: readonly string[] = readdirSync("docs"),
): string[] {
  const expected = [
    ...IN_ROOT,
    ...docs.filter((name) => name.endsWith(".md") && !IN_REPOSITORY.includes(name)).map((name) => `docs/${name}`),
  ];
  const missing = expected.filter((path) => !packed.includes(path)).map((path) => `${path} is not in the package`);
  const documents = new Map(
    packed
      .filter((path) => path.endsWith(".md"))
      .map((path) => [path, readFileSync(join(folder, path), "utf8")] as const),
  );
  const links = [...documents.values()].flatMap(linksOf);
  const unread = links.length === 0 ? ["no document has a link: expected some"] : [];
  const inPackage = (path: string) => !path.startsWith("..") && existsSync(join(folder, path));
  return [...missing, ...unread, ...linkFaults(documents, inPackage)];
}
