import { badLine, hex, type LineParser, type NumberedLine, parseLines } from "./lines.js";

/** A mapping of a process: one line of `/proc/PID/maps`. A `Range` of virtual addresses. */
export interface Mapping {
  /** First byte, virtual. */
  addr: bigint;
  /** Bytes, 1 to 2^64 - 1. */
  length: bigint;
  /** Four characters: `r`, `w`, `x` or `-`, then `s` (shared) or `p` (private). */
  permissions: string;
  /** Where the mapping starts in the file, in bytes. */
  offset: bigint;
  /** `major:minor` of the file's device, hexadecimal. */
  device: string;
  /** The file's inode; 0 where there is no file. */
  inode: bigint;
  /**
   * The file, a pseudo-path such as `[heap]`, or "", as the kernel prints it. The path of a removed file ends in `
   * (deleted)`, and a newline is `\012`. A backslash stays a backslash, so that escape cannot be undone safely. Any
   * other character may be in the path, control characters too.
   */
  path: string;
}

// The kernel prints unsigned longs: 16 hexadecimal digits at most, 20 decimal ones. The path, if any, follows padding to a fixed column.
const LINE =
  /^([0-9a-f]{1,16})-([0-9a-f]{1,16}) ([r-][w-][x-][sp]) ([0-9a-f]{1,16}) ([0-9a-f]{1,8}:[0-9a-f]{1,8}) ([0-9]{1,20})(?: +([^\n]*))?$/;

/**
 * Reads the text of `/proc/PID/maps`.
 *
 * Cost: O(text).
 *
 * @param text Lines as Documentation/filesystems/proc.rst describes them: `start-end permissions offset device inode
 *   path`, the end exclusive. Blank lines are skipped. Where all lines end in CR LF, the CR belongs to the ends, else
 *   to the paths.
 * @returns The mappings in the order of the text; none for an empty text.
 * @throws {TypeError} `text` is no string.
 * @throws {SegringError} `BAD_TEXT`: a line is no such line, or its end is not above its start (an end of 2^64
 *   included, which the kernel cannot print); `index` is the line.
 * @example
 * ```ts
 * const [heap] = parseMaps("55d0c8a00000-55d0c8a21000 rw-p 00000000 00:00 0    [heap]\n");
 * console.log(heap?.addr, heap?.length, heap?.path); // 94355207487488n 135168n [heap]
 * ```
 */
export function parseMaps(text: string): Mapping[] {
  const mappings: Mapping[] = [];
  parseLines(
    text,
    mapsParser((mapping) => mappings.push(mapping)),
  );
  return mappings;
}

/** @internal {@link parseMaps} line by line, for texts that memory should not hold. @param take Gets each mapping. */
export function mapsParser(take: (mapping: Mapping) => void): LineParser {
  return {
    line(line, number) {
      if (line !== "") take(parseMapping({ number, line }));
    },
    end() {},
  };
}

function parseMapping(line: NumberedLine): Mapping {
  const fields = LINE.exec(line.line);
  if (fields === null) throw badLine(line, '"start-end permissions offset device inode path"');
  const [, start, end, permissions = "", offset, device = "", inode = "", path = ""] = fields;
  const addr = BigInt(`0x${start}`);
  const length = BigInt(`0x${end}`) - addr;
  if (length <= 0n) throw badLine(line, `an end above the start ${hex(addr)}`);
  return { addr, length, permissions, offset: BigInt(`0x${offset}`), device, inode: BigInt(inode), path };
}
