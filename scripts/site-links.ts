/** Links of a document, led to other places. */

/** Blocks of code, code in a line, and links; the first that begins at a place counts. */
const PARTS =
  /^( {0,3})(`{3,}|~{3,})[^\n]*\n[\s\S]*?^ {0,3}\2[`~]*\s*$|(!?)\[((?:`[^`]*`|[^\]`])*)\]\(([^\s()]+)\)|(`+)[^`](?:[\s\S]*?[^`])??\6(?!`)/gm;

/**
 * Gives the document with other targets in its links and pictures. Code stays as it is.
 *
 * @param targetOf The new target of a link; undefined leaves only the text of the link.
 */
export function withLinks(markdown: string, targetOf: (target: string) => string | undefined): string {
  return markdown.replaceAll(
    PARTS,
    (whole, _indent, _fence, picture: string | undefined, text: string, target?: string) => {
      if (target === undefined) return whole;
      const led = targetOf(target);
      return led === undefined ? text : `${picture}[${text}](${led})`;
    },
  );
}
