import { expected } from "../errors.js";
import { checkKeys, type Keys, NO_OPTIONS } from "../options.js";
import { ADDRESS_SPACE } from "../record.js";
import { badLine, hex, type NumberedLine, numberedLines } from "./text.js";

/** An extent of a file: bytes that lie together on the device. A `Range` of device addresses. */
export interface FileExtent {
  /** First byte on the device. */
  addr: bigint;
  /** Bytes, in whole blocks: a file's last extent may reach past its end. */
  length: bigint;
  /** First byte in the file. */
  logical: bigint;
  /** 0: device addresses are a space of their own. */
  flags: number;
  /** filefrag's words, in its order: `last`, `unwritten`, `merged`, `shared`, `eof`. */
  states: string[];
  /** The file's name as filefrag was given it. */
  file: string;
}

/** What to do with extents whose bytes are not simply at an address. */
export interface FilefragOptions {
  /**
   * Blocks that are reserved for the file but hold none of its data: the file reads as zeros there, the device has whatever was there before.
   * "refuse" (default) throws, "keep" gives them with `unwritten` in `states`, "skip" leaves them out.
   */
  unwritten?: "refuse" | "keep" | "skip" | undefined;
  /**
   * Extents without an address that could be used: see {@link parseFilefrag}. "refuse" (default) throws, "skip" leaves them out.
   * There is no "keep": they have nothing to keep.
   */
  unaddressed?: "refuse" | "skip" | undefined;
  /** 16 for the output of `filefrag -X`. Default 10. The text does not say which it is. */
  radix?: 10 | 16 | undefined;
}

const KEYS: Keys<FilefragOptions> = { unwritten: true, unaddressed: true, radix: true };

/** The file whose extents are being read. */
interface OpenFile extends NumberedLine {
  name: string;
  bytes: bigint;
  blockBytes: bigint;
  rows: number;
  /** The first byte of the file that the extents so far leave open. */
  next: bigint;
}

const NUMBER = { 10: "[0-9]+", 16: "[0-9a-f]+" };
const HEADER = /^File size of (.*) is ([0-9]+) \(([0-9]+) blocks? of ([0-9]+) bytes\)(?: -- pre-cached)?$/;
/** Lines that say nothing about where bytes are. */
const REMARK = /^(Filesystem type is: |Filesystem cylinder groups |Discontinuity: Block | ext: +logical_offset: )/;
const FOUND = /^([0-9]+) extents? found(?:, perfection would be .*)?$/;

/** Words under which the address is simply where the bytes are. Any other word, also one that is not known yet, is not trusted. */
const PLAIN: readonly string[] = ["last", "merged", "shared", "eof", "unwritten"];

/** No Linux file system has larger blocks; where filefrag -b asks for more, it rounds addresses down. */
const MAX_BLOCK_BYTES = 65536n;

/**
 * Reads the output of `filefrag -v` (e2fsprogs from 1.42.7 on; misc/filefrag.c), of one file or several. Also with `-b`, `-k`, `-e`, `-s`, `-P`.
 *
 * The words are those of FIEMAP (Linux, Documentation/filesystems/fiemap.rst). What has them is handled by name:
 * - `unwritten`: option `unwritten`, default "refuse".
 * - `unknown_loc`, `delalloc` (no address yet: run `sync`, or `filefrag -s`), `inline`, `tail_packed`, `not_aligned` (not whole blocks),
 *   `encoded`, `encrypted` (the bytes there are not the file's, and may be fewer), or any word not named here: option `unaddressed`, default "refuse".
 * - `hole` (only `filefrag -E` prints them): left out, as FIEMAP itself does.
 *
 * filefrag rounds down to whole blocks. `-b` with less than the file system's block, best `-b1`, is exact; with more it can move an address
 * by up to that block, and where the numbers show it the text is refused, but they need not show it: leave `-b` out.
 * A short output of `-X` can likewise pass for decimal if it has no letter.
 *
 * @returns The extents in the order of the text: each file's by their place in the file. Holes of a file are in none.
 * @throws {TypeError | RangeError} An argument is not one of those named.
 * @throws {SegringError} `BAD_TEXT`, with the line as `index`: a line is none of filefrag's; its numbers contradict each other; extents of a file
 *   overlap or are not in order; a file's extents are missing or cut off; or the options refuse an extent.
 *
 * Cost: O(text).
 */
export function parseFilefrag(text: string, options: FilefragOptions = NO_OPTIONS): FileExtent[] {
  checkKeys("options", options, KEYS);
  const { unwritten = "refuse", unaddressed = "refuse", radix = 10 } = options;
  checkChoice("unwritten", unwritten, ["refuse", "keep", "skip"]);
  checkChoice("unaddressed", unaddressed, ["refuse", "skip"]);
  checkChoice("radix", radix, [10, 16]);
  const row = rowPattern(radix);

  const extents: FileExtent[] = [];
  let file: OpenFile | undefined;
  for (const line of numberedLines(text)) {
    const header = HEADER.exec(line.line);
    if (header) {
      if (file) throw badLine(line, `"${file.name}: … extents found" before the next file`);
      file = openFile(line, header);
    } else if (file && closes(file, line)) {
      file = undefined;
    } else if (!REMARK.test(line.line)) {
      if (!file) throw badLine(line, '"File size of … is … (… blocks of … bytes)", as filefrag -v prints first');
      const extent = parseRow(file, line, row, radix);
      if (extent && wanted(extent, line, unwritten, unaddressed)) extents.push(extent);
    }
  }
  if (file) throw badLine(file, `"${file.name}: … extents found" further down (the text is cut off)`);
  return extents;
}

/** `   0:        0..   30079:    3050112..   3080191:  30080:    3080192: last,eof`; the sixth column, `expected`, may be blank. */
function rowPattern(radix: 10 | 16): RegExp {
  const number = `(${NUMBER[radix]})`;
  const pair = ` *${number}\\.\\. *${number}:`;
  return new RegExp(`^ *[0-9]+:${pair}${pair} *${number}: *(?:${NUMBER[radix]}:)? *([^ ]*)$`);
}

function openFile(line: NumberedLine, [, name = "", bytes = "", , block = ""]: RegExpExecArray): OpenFile {
  const blockBytes = BigInt(block);
  if (blockBytes < 1n || blockBytes > MAX_BLOCK_BYTES) {
    throw badLine(line, `blocks of 1 to ${MAX_BLOCK_BYTES} bytes (filefrag rounds to larger ones: leave -b out)`);
  }
  return { ...line, name, bytes: BigInt(bytes), blockBytes, rows: 0, next: 0n };
}

/** Whether the line is the file's last. The count is of gaps on the device, so there are as many rows or more. */
function closes(file: OpenFile, line: NumberedLine): boolean {
  if (!line.line.startsWith(`${file.name}: `)) return false;
  const found = FOUND.exec(line.line.slice(file.name.length + 2));
  if (found === null) return false;
  if (file.rows < Number(found[1])) {
    throw badLine(
      line,
      `${found[1]} or more lines of extents before it (filefrag -v; add -e with -B), there are ${file.rows}`,
    );
  }
  return true;
}

/** The extent of a row; undefined for a hole. */
function parseRow(file: OpenFile, line: NumberedLine, pattern: RegExp, radix: 10 | 16): FileExtent | undefined {
  const fields = pattern.exec(line.line);
  if (fields === null) {
    const hint = radix === 10 ? "; hexadecimal needs radix: 16" : "";
    throw badLine(line, `"ext: logical..end: physical..end: length: expected: flags"${hint}`);
  }
  file.rows++;
  const states = (fields[6] ?? "").split(",").filter((word) => word !== "");
  if (states.includes("hole")) return undefined;
  const [logical, logicalLast, physical, physicalLast, length] = fields
    .slice(1, 6)
    .map((digits) => BigInt(radix === 16 ? `0x${digits}` : digits)) as [bigint, bigint, bigint, bigint, bigint];
  const { blockBytes, name } = file;
  const extent = {
    addr: physical * blockBytes,
    length: length * blockBytes,
    logical: logical * blockBytes,
    flags: 0,
    states,
    file: name,
  };
  if (!isPlain(extent)) return extent;

  // A length that was rounded, or digits of the other radix, do not add up.
  const last = logical + length - 1n;
  if (length === 0n || last !== logicalLast || physical + length - 1n !== physicalLast) {
    throw badLine(
      line,
      "ends that are the starts + length - 1 (else filefrag -b has rounded, or this is -X and needs radix: 16)",
    );
  }
  const end = extent.logical + extent.length;
  if (states.includes("eof") !== end >= file.bytes) {
    const relation = states.includes("eof") ? "reaches" : "ends before";
    throw badLine(
      line,
      `an extent that ${relation} the file's size ${file.bytes} (else this is -X and needs radix: 16)`,
    );
  }
  if (extent.logical < file.next) {
    throw badLine(line, `a logical offset from ${file.next / blockBytes} on, where the extent before it ends`);
  }
  if (extent.addr + extent.length > ADDRESS_SPACE) {
    throw badLine(line, `an end up to 2^64, not ${hex(extent.addr + extent.length)}`);
  }
  file.next = end;
  return extent;
}

function isPlain({ states }: FileExtent): boolean {
  return states.every((word) => PLAIN.includes(word));
}

/** Applies the options to an extent that is not simply data at an address. */
function wanted(extent: FileExtent, line: NumberedLine, unwritten: string, unaddressed: string): boolean {
  if (!isPlain(extent)) {
    if (unaddressed === "skip") return false;
    throw badLine(
      line,
      'an extent with a usable address (run sync first for delalloc; unaddressed: "skip" leaves them out)',
    );
  }
  if (!extent.states.includes("unwritten") || unwritten === "keep") return true;
  if (unwritten === "skip") return false;
  throw badLine(line, 'an extent with data (unwritten: "keep" or "skip" takes the others)');
}

function checkChoice(name: string, value: unknown, choices: readonly unknown[]): void {
  if (choices.includes(value)) return;
  const text = choices.map((choice) => JSON.stringify(choice)).join(" or ");
  const Fault = typeof value === typeof choices[0] ? RangeError : TypeError;
  throw new Fault(expected(name, text, value));
}
