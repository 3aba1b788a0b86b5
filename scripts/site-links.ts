/** Links of a document, led to other places. */

/** Blocks of code, code in a line, and links; the first that begins at a place counts. */
const PARTS =
  /^(?: {0,3})(?<fence>`{3,}|~{3,})[^\n]*\n[\s\S]*?^ {0,3}\k<fence>[`~]*\s*$|(?<picture>!?)\[(?<text>(?:`[^`]*`|[^\]`])*)\]\((?<target>[^\s()]+)\)|(?<ticks>`+)[^`](?:[\s\S]*?[^`])??\k<ticks>(?!`)/gm;

/**
 * Gives the document with other targets in its links and pictures. Code stays as it is.
 *
 * @param targetOf The new target of a link; undefined leaves only the text of the link.
 */
export function withLinks(markdown: string, targetOf: (target: string) => string | undefined): string {
  return markdown.replaceAll(PARTS, (...match) => {
    const { picture, text, target } = match.at(-1) as Record<string, string | undefined>;
    if (target === undefined) return match[0] as string;
    const led = targetOf(target);
    return led === undefined ? (text as string) : `${picture}[${text}](${led})`;
  });
}
