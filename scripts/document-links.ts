/** The links of documents in Markdown: each must lead to a file that is there, and to a heading of that file. */
import { posix } from "node:path";

/** Texts by path, relative to the root, with `/`. */
export type Documents = ReadonlyMap<string, string>;

/** Targets of the links and pictures of a document, in their order, with those of other sites. */
export function linksOf(markdown: string): string[] {
  const text = withoutCode(markdown);
  const found = [
    ...text.matchAll(/\]\(\s*<?([^\s()<>]+(?:\([^\s()]*\)[^\s()<>]*)*)>?(?:\s+"[^"]*")?\s*\)/g),
    ...text.matchAll(/^ {0,3}\[[^\]^]+\]:\s*<?([^\s>]+)>?/gm),
    ...text.matchAll(/<(?:a|img|source)\s[^>]*?\b(?:href|src|srcset)="([^"]+)"/g),
  ];
  return found.sort((a, b) => a.index - b.index).map((match) => match[1] as string);
}

/** What a `#` can name in a document: its headings as GitHub names them, and the anchors written in HTML. */
export function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  const text = withoutFences(markdown);
  for (const [, heading] of text.matchAll(/^ {0,3}#{1,6}\s+(.+?)\s*#*\s*$/gm)) {
    const slug = slugOf(heading as string);
    let name = slug;
    for (let again = 1; anchors.has(name); again++) name = `${slug}-${again}`;
    anchors.add(name);
  }
  for (const [, id] of text.matchAll(/<[a-z]+\s[^>]*?\b(?:id|name)="([^"]+)"/g)) anchors.add(id as string);
  return anchors;
}

/** The name that GitHub gives to a heading. */
export function slugOf(heading: string): string {
  return heading
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
    .replaceAll(" ", "-");
}

/**
 * The links of documents that lead nowhere, a line each. Links to other sites are not followed.
 *
 * @param isThere Is there such a file or folder? Paths are relative to the root, with `/`.
 */
export function linkFaults(documents: Documents, isThere: (path: string) => boolean): string[] {
  const faults: string[] = [];
  for (const [path, text] of documents) {
    for (const link of linksOf(text)) {
      if (/^[a-z][a-z0-9+.-]*:/i.test(link)) continue;
      const [file = "", anchor] = decodeURIComponent(link).split("#", 2);
      const target = file === "" ? path : posix.normalize(posix.join(posix.dirname(path), file)).replace(/\/$/, "");
      const there = documents.get(target);
      if (there === undefined && !isThere(target)) faults.push(`${path}: ${link}: there is no ${target}`);
      else if (anchor !== undefined && there !== undefined && !anchorsOf(there).has(anchor)) {
        faults.push(`${path}: ${link}: ${target} has no heading #${anchor}`);
      }
    }
  }
  return faults;
}

function withoutFences(markdown: string): string {
  return markdown.replace(/^( {0,3})(`{3,}|~{3,})[^\n]*\n[\s\S]*?^ {0,3}\2[`~]*\s*$/gm, "");
}

function withoutCode(markdown: string): string {
  return withoutFences(markdown).replace(/(`+)[^`](?:[\s\S]*?[^`])??\1(?!`)/g, "");
}
