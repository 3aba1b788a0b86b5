import { expected, quote, type SegringError } from "../../core/errors.js";
import { checkKeys, type Keys, NO_OPTIONS } from "../../core/options.js";
import { type FileExtent, type FileRows, RowReader } from "./filefrag-rows.js";
import { badLine, type LineParser, type NumberedLine, parseLines } from "./lines.js";

/** What to do with extents whose bytes are not simply at an address. */
export interface FilefragOptions {
  /**
   * Blocks that are reserved for the file but hold none of its data: the file reads as zeros there, and the device has
   * old bytes. "refuse" (default) throws, "keep" gives these extents with `unwritten` in `states`, "skip" leaves them
   * out.
   */
  unwritten?: "refuse" | "keep" | "skip" | undefined;
  /**
   * Extents without a usable address: see {@link parseFilefrag}. "refuse" (default) throws, "skip" leaves them out.
   * There is no "keep", because these extents have no address to keep.
   */
  unaddressed?: "refuse" | "skip" | undefined;
  /** 16 for the output of `filefrag -X`. Default 10. The text does not say which radix it has. */
  radix?: 10 | 16 | undefined;
}

const KEYS: Keys<FilefragOptions> = { unwritten: true, unaddressed: true, radix: true };

/** The file whose extents are being read. */
interface OpenFile extends FileRows {
  /** Where its header begins. */
  header: NumberedLine;
  /** The header from the name on. */
  text: string;
  /** The name's lines, and how many of them the line at its end has repeated so far. */
  nameLines: string[];
  repeated: number;
  /** Nothing but the header was there yet. */
  isNew: boolean;
}

/** A header whose end is not there yet: the name holds newlines. */
interface OpenHeader {
  first: NumberedLine;
  /** From the name on. */
  text: string;
  /** What to say if the end never comes. */
  fault: () => SegringError;
}

const NO_HEADER = '"File size of … is … (… blocks of … bytes)", as filefrag -v prints first';
const HEADER_START = "File size of ";
/** The end of a header. It cannot lie across two lines. */
const HEADER_END = / is ([0-9]{1,20}) \(([0-9]{1,20}) blocks? of ([0-9]{1,10}) bytes\)(?: -- pre-cached)?$/;
/** Lines that say nothing about where bytes are. */
const REMARK = /^(Filesystem type is: |Filesystem cylinder groups |Discontinuity: Block | ext: +logical_offset: )/;
const FOUND = /^([0-9]{1,20}) extents? found(?:, perfection would be [0-9]{1,20} extents?)?$/;

/** PATH_MAX of Linux, which filefrag opens no longer name than. */
const MAX_NAME = 4096;
/** No Linux file system has larger blocks; where filefrag -b asks for more, it rounds addresses down. */
const MAX_BLOCK_BYTES = 65536n;

/**
 * Reads the output of `filefrag -v` (e2fsprogs from 1.42.7 on; misc/filefrag.c), of one file or several. Also with
 * `-b`, `-k`, `-e`, `-s`, `-P`.
 *
 * The words are those of FIEMAP (Linux, Documentation/filesystems/fiemap.rst). Each word decides how its extent is
 * handled:
 * - `unwritten`: option `unwritten`, default "refuse".
 * - `unknown_loc`, `delalloc` (no address yet: run `sync`, or `filefrag -s`), `inline`, `tail_packed`, `not_aligned`
 *   (not whole blocks), `encoded`, `encrypted` (the bytes there are not the file's, and may be fewer), or any word not
 *   named here: option `unaddressed`, default "refuse".
 * - `hole` (only `filefrag -E` prints holes): left out, as FIEMAP itself does.
 *
 * filefrag rounds down to whole blocks. `-b` with less than the file system's block, best `-b1`, is exact. `-b` with
 * more can move an address by up to that block. The parser refuses such a text where the numbers show the fault, but
 * the numbers need not show it: leave `-b` out. A short output of `-X` can likewise pass for decimal if the output has
 * no letter.
 *
 * filefrag prints names as they are, and a name may hold newlines. A name ends at the first ` is … (… blocks of …
 * bytes)` that ends a line, or at a later one where the next line is no line of filefrag. The line `NAME: … extents
 * found` must repeat the name, so a name made of lines like filefrag's own is refused in the end. Blank lines elsewhere
 * are skipped. Where all lines end in CR LF, the CR belongs to the ends.
 *
 * Cost: O(text).
 *
 * @returns The extents in the order of the text: those of each file by their place in the file. Holes of a file are in
 *   none.
 * @throws {TypeError | RangeError} An argument is not one of those named.
 * @throws {SegringError} `BAD_TEXT`, with the line as `index`: a line is no line of filefrag; its numbers contradict
 *   each other; extents of a file overlap or are not in order; a file's extents are missing or cut off; or the options
 *   refuse an extent.
 * @example
 * ```ts
 * const row = "   0:        0..       1:      34816..     34817:      2:             last,eof";
 * const head = " ext:     logical_offset:        physical_offset: length:   expected: flags:";
 * const file = `File size of disk.img is 8192 (2 blocks of 4096 bytes)\n${head}\n${row}\ndisk.img: 1 extent found\n`;
 * const [extent] = parseFilefrag(file);
 * console.log(extent?.addr, extent?.length, extent?.file); // 142606336n 8192n disk.img
 * ```
 */
export function parseFilefrag(text: string, options: FilefragOptions = NO_OPTIONS): FileExtent[] {
  const extents: FileExtent[] = [];
  const parser = filefragParser(options, (extent) => extents.push(extent));
  parseLines(text, parser);
  return extents;
}

/** @internal {@link parseFilefrag} line by line, for texts that memory should not hold. @param take Gets each extent. */
export function filefragParser(options: FilefragOptions, take: (extent: FileExtent) => void): LineParser {
  checkKeys("options", options, KEYS);
  const { unwritten = "refuse", unaddressed = "refuse", radix = 10 } = options;
  checkChoice("unwritten", unwritten, ["refuse", "keep", "skip"]);
  checkChoice("unaddressed", unaddressed, ["refuse", "skip"]);
  checkChoice("radix", radix, [10, 16]);
  return new FilefragParser(new RowReader({ unwritten, unaddressed, radix }), take);
}

/** Holds one file's name and where its extents have come to. */
class FilefragParser implements LineParser {
  readonly #rows: RowReader;
  readonly #take: (extent: FileExtent) => void;
  #header: OpenHeader | undefined;
  #file: OpenFile | undefined;

  constructor(rows: RowReader, take: (extent: FileExtent) => void) {
    this.#rows = rows;
    this.#take = take;
  }

  line(text: string, number: number): void {
    const header = this.#header;
    if (header) {
      this.#continueHeader(header, text);
      return;
    }
    const line = { number, line: text };
    const file = this.#file;
    if (file && this.#repeatsName(file, line)) return;
    if (text === "") return;
    if (text.startsWith(HEADER_START)) {
      if (file) throw badLine(line, `${foundLine(file)} before the next file`);
      const start = { first: line, text: "", fault: () => badLine(line, NO_HEADER) };
      this.#continueHeader(start, text.slice(HEADER_START.length));
      return;
    }
    if (REMARK.test(text)) {
      if (file) file.isNew = false;
      return;
    }
    if (!file) throw badLine(line, NO_HEADER);
    this.#readRow(file, line);
  }

  end(): void {
    if (this.#header) throw this.#header.fault();
    if (this.#file) throw badLine(this.#file.header, `${foundLine(this.#file)} further down (the text is cut off)`);
  }

  /** Takes a line, or the rest of one, that belongs to a header. */
  #continueHeader(header: OpenHeader, line: string): void {
    this.#header = undefined;
    header.text += line;
    const end = HEADER_END.exec(line);
    const nameEnd = header.text.length - (end?.[0].length ?? 0);
    if (nameEnd > MAX_NAME) throw header.fault();
    if (end) {
      this.#file = openFile(header, header.text.slice(0, nameEnd), end);
    } else {
      header.text += "\n";
      this.#header = header;
    }
  }

  /** Whether the line repeats the name of the file, or a part of it. After all of it comes the end, and the file is closed. */
  #repeatsName(file: OpenFile, line: NumberedLine): boolean {
    const wanted = file.nameLines[file.repeated] as string;
    if (file.repeated < file.nameLines.length - 1) {
      if (line.line === wanted) {
        file.repeated++;
        return true;
      }
    } else if (line.line.startsWith(`${wanted}: `)) {
      const found = FOUND.exec(line.line.slice(wanted.length + 2));
      if (found) {
        close(file, line, BigInt(found[1] as string));
        this.#file = undefined;
        return true;
      }
    }
    if (file.repeated > 0) throw badLine(line, foundLine(file));
    return false;
  }

  #readRow(file: OpenFile, line: NumberedLine): void {
    // What is none of filefrag's lines, right after a header, is more of a name that looked as if it had ended.
    if (file.isNew && !this.#rows.matches(line.line)) {
      this.#file = undefined;
      const header = { first: file.header, text: `${file.text}\n`, fault: () => this.#rows.fault(line) };
      this.#continueHeader(header, line.line);
      return;
    }
    file.isNew = false;
    const extent = this.#rows.read(file, line);
    if (extent) this.#take(extent);
  }
}

function openFile(header: OpenHeader, name: string, [, bytes = "", , block = ""]: RegExpExecArray): OpenFile {
  const blockBytes = BigInt(block);
  if (blockBytes < 1n || blockBytes > MAX_BLOCK_BYTES) {
    throw badLine(
      header.first,
      `blocks of 1 to ${MAX_BLOCK_BYTES} bytes (filefrag rounds to larger ones: leave -b out)`,
    );
  }
  const nameLines = name.split("\n");
  const rows = { name, bytes: BigInt(bytes), blockBytes, rows: 0, next: 0n };
  return { ...rows, header: header.first, text: header.text, nameLines, repeated: 0, isNew: true };
}

/** Checks the last line of a file. Its count is of gaps on the device, so there are as many rows or more. */
function close(file: OpenFile, line: NumberedLine, found: bigint): void {
  if (BigInt(file.rows) >= found) return;
  throw badLine(
    line,
    `${found} or more lines of extents before it (filefrag -v; add -e with -B), there are ${file.rows}`,
  );
}

/** The line that closes a file, as a message shows it. */
function foundLine({ name }: OpenFile): string {
  return quote(`${name}: … extents found`);
}

function checkChoice(name: string, value: unknown, choices: readonly unknown[]): void {
  if (choices.includes(value)) return;
  const text = choices.map((choice) => JSON.stringify(choice)).join(" or ");
  const Fault = typeof value === typeof choices[0] ? RangeError : TypeError;
  throw new Fault(expected(name, text, value));
}
