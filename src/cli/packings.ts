import { UsageError } from "./errors.js";
import { formatOfName } from "./formats.js";

/** A way to pack files that this command does not undo. */
interface Packing {
  readonly name: string;
  /** Of its files' names. */
  readonly extension: RegExp;
  /** Its first bytes in hexadecimal, one form or several; a dot stands for any digit. */
  readonly magics: readonly string[];
  /** What unpacks a file, or standard input, to standard output. */
  readonly command: string;
}

const PACKINGS: readonly Packing[] = [
  // A frame, or one to be skipped.
  { name: "zstd", extension: /\.zstd?$/i, magics: ["28b52ffd", "5.2a4d18"], command: "zstd -dc" },
  { name: "xz", extension: /\.xz$/i, magics: ["fd377a585a00"], command: "xz -dc" },
  // "BZh1" to "BZh9", and the signature of a block or of the end.
  {
    name: "bzip2",
    extension: /\.bz2$/i,
    magics: ["425a683.314159265359", "425a683.177245385090"],
    command: "bzip2 -dc",
  },
  // A frame of version 1, or the legacy one.
  {
    name: "lz4",
    extension: /\.lz4$/i,
    magics: ["04224d184", "04224d185", "04224d186", "04224d187", "02214c18"],
    command: "lz4 -dc",
  },
  // "LZIP" and a version.
  { name: "lzip", extension: /\.lz$/i, magics: ["4c5a495000", "4c5a495001"], command: "lzip -dc" },
];

/** Whether so many first bytes tell that an input is packed, or that none of these has packed it: more are not waited for. */
export function isToldPacking(head: Uint8Array): boolean {
  const start = Buffer.from(head.subarray(0, 10)).toString("hex");
  return !PACKINGS.some(({ magics }) => magics.some((magic) => start.length < magic.length && begins(magic, start)));
}

/** Whether a magic begins with these digits. */
function begins(magic: string, digits: string): boolean {
  return [...digits].every((digit, at) => magic[at] === "." || magic[at] === digit);
}

/**
 * Refuses an input that is packed, by its first bytes or its name, with the command that unpacks it.
 *
 * @param path As it was given; `-`: standard input.
 * @throws {UsageError}
 */
export function refusePacked(path: string, head: Uint8Array): void {
  const start = Buffer.from(head.subarray(0, 10)).toString("hex");
  const isOf = (magic: string) => start.length >= magic.length && begins(magic, start.slice(0, magic.length));
  const packing = PACKINGS.find(({ magics }) => magics.some(isOf)) ?? packingOf(path);
  if (packing === undefined) return;
  const { name, command, extension } = packing;
  const isStdin = path === "-";
  const format = formatOfName(path.replace(extension, ""));
  // The pipe has no name that would say the format.
  const more = isStdin || format === undefined ? "" : ` --from ${format}`;
  const unpack = isStdin ? command : `${command} ${shellWord(path)}`;
  throw new UsageError(
    `${isStdin ? "stdin" : path}: ${name} is not unpacked here: ${unpack} | segring …${more} (--no-gzip reads the bytes as they are)`,
  );
}

/**
 * Refuses an output whose name says a packing, because segring packs nothing. @throws {UsageError} Also where the name
 * is empty.
 */
export function checkOutputName(output: string | undefined): void {
  if (output === "") throw new UsageError('-o expected a file name, got ""');
  if (output === undefined) return;
  const name = /\.gz$/i.test(output) ? "gzip" : packingOf(output)?.name;
  if (name !== undefined) {
    throw new UsageError(`${output}: ${name} is not written; leave -o out and pipe into ${name}`);
  }
}

function packingOf(path: string): Packing | undefined {
  return PACKINGS.find(({ extension }) => extension.test(path));
}

/** A file name as a shell and a command take it. */
function shellWord(path: string): string {
  const apart = path.startsWith("-") ? `./${path}` : path;
  return /^[\w@%+=:,./-]+$/.test(apart) ? apart : `'${apart.replaceAll("'", "'\\''")}'`;
}
