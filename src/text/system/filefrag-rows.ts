import { quote, type SegringError } from "../../core/errors.js";
import { ADDRESS_SPACE } from "../../core/record.js";
import { option } from "../../core/wording.js";
import { badLine, hex, type NumberedLine } from "./lines.js";

/** An extent of a file: bytes that lie together on the device. A `Range` of device addresses. */
export interface FileExtent {
  /** First byte on the device. */
  addr: bigint;
  /** Bytes, in whole blocks: a file's last extent may reach past its end. */
  length: bigint;
  /** First byte in the file. */
  logical: bigint;
  /** Always 0: device addresses are an address space of their own. */
  flags: number;
  /** The words of filefrag, in its order: `last`, `unwritten`, `merged`, `shared`, `eof`. */
  states: string[];
  /** The file's name, as filefrag got it. */
  file: string;
}

/** The file whose extents are being read. */
export interface FileRows {
  name: string;
  bytes: bigint;
  blockBytes: bigint;
  rows: number;
  /** The first byte of the file that the extents so far leave open. */
  next: bigint;
}

/** FilefragOptions, all of them there. */
export interface RowOptions {
  unwritten: "refuse" | "keep" | "skip";
  unaddressed: "refuse" | "skip";
  radix: 10 | 16;
}

/** Numbers are u64 at most. */
const NUMBER = { 10: "[0-9]{1,20}", 16: "[0-9a-f]{1,16}" };

/** Words under which the address is simply where the bytes are. Any other word, also one that is not known yet, is not trusted. */
const PLAIN: readonly string[] = ["last", "merged", "shared", "eof", "unwritten"];

/**
 * Why an address cannot be used, and what helps, by the words of FIEMAP's flags (linux/fiemap.h). The first that an extent
 * has counts: `encrypted` implies `encoded`, `delalloc` implies `unknown_loc`, `inline` and `tail_packed` imply `not_aligned`.
 */
const ADVICE: readonly (readonly [word: string, text: string])[] = [
  ["encrypted", "its bytes there are encrypted"],
  ["encoded", "its bytes there are compressed or encoded, sync does not change that"],
  ["inline", "its bytes lie among metadata"],
  ["tail_packed", "its bytes share a block with other files"],
  ["delalloc", "it has no address yet, run sync first"],
  ["unknown_loc", "the file system does not say where, or not yet: run sync first"],
  ["not_aligned", "its bytes are not whole blocks"],
];

/** Why this extent's address cannot be used. */
function adviceFor({ states }: FileExtent): string {
  const known = ADVICE.find(([word]) => states.includes(word));
  if (known !== undefined) return known[1];
  const word = states.find((state) => !PLAIN.includes(state)) ?? "";
  return `what ${quote(word)} means is not known here`;
}

/** `   0:        0..   30079:    3050112..   3080191:  30080:    3080192: last,eof`; the sixth column, `expected`, may be blank. */
function rowPattern(radix: 10 | 16): RegExp {
  const number = `(${NUMBER[radix]})`;
  const pair = ` *${number}\\.\\. *${number}:`;
  return new RegExp(`^ *[0-9]+:${pair}${pair} *${number}: *(?:${NUMBER[radix]}:)? *([^ \\n]*)$`);
}

const ROW = { 10: rowPattern(10), 16: rowPattern(16) };

/** Reads the lines of extents under the options. */
export class RowReader {
  readonly #options: RowOptions;

  constructor(options: RowOptions) {
    this.#options = options;
  }

  /** Whether a line is one of extents. */
  matches(line: string): boolean {
    return ROW[this.#options.radix].test(line);
  }

  /** The error of a line that is none. */
  fault(line: NumberedLine): SegringError {
    const hint = this.#options.radix === 10 ? `; hexadecimal needs ${option("radix", 16)}` : "";
    return badLine(line, `"ext: logical..end: physical..end: length: expected: flags"${hint}`);
  }

  /** The extent of a row; undefined for a hole, and for what the options leave out. */
  read(file: FileRows, line: NumberedLine): FileExtent | undefined {
    const { radix } = this.#options;
    const fields = ROW[radix].exec(line.line);
    if (fields === null) throw this.fault(line);
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
    if (isPlain(extent)) {
      // A length that was rounded, or digits of the other radix, do not add up.
      const last = logical + length - 1n;
      if (length === 0n || last !== logicalLast || physical + length - 1n !== physicalLast) {
        throw badLine(
          line,
          `ends that are the starts + length - 1 (else filefrag -b has rounded, or this is -X and needs ${option("radix", 16)})`,
        );
      }
      checkPlace(file, extent, line);
      file.next = extent.logical + extent.length;
    }
    return this.#isWanted(extent, line) ? extent : undefined;
  }

  /** Applies the options to an extent that is not simply data at an address. */
  #isWanted(extent: FileExtent, line: NumberedLine): boolean {
    const { unwritten, unaddressed } = this.#options;
    if (!isPlain(extent)) {
      if (unaddressed === "skip") return false;
      throw badLine(
        line,
        `an extent with a usable address (${adviceFor(extent)}; ${option("unaddressed", "skip")} leaves such extents out)`,
      );
    }
    if (!extent.states.includes("unwritten") || unwritten === "keep") return true;
    if (unwritten === "skip") return false;
    throw badLine(line, `an extent with data (${option("unwritten", "keep", "skip")} takes the others)`);
  }
}

/** Checks an extent against its file, and against 2^64. */
function checkPlace(file: FileRows, extent: FileExtent, line: NumberedLine): void {
  const isLast = extent.states.includes("eof");
  if (isLast !== extent.logical + extent.length >= file.bytes) {
    throw badLine(
      line,
      `an extent that ${isLast ? "reaches" : "ends before"} the file's size ${file.bytes} (else this is -X and needs ${option("radix", 16)})`,
    );
  }
  if (extent.logical < file.next) {
    throw badLine(line, `a logical offset from ${file.next / file.blockBytes} on, where the extent before it ends`);
  }
  if (extent.addr + extent.length > ADDRESS_SPACE) {
    throw badLine(line, `an end up to 2^64, not ${hex(extent.addr + extent.length)}`);
  }
}

function isPlain({ states }: FileExtent): boolean {
  return states.every((word) => PLAIN.includes(word));
}
