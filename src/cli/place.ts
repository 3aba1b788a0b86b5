import { type BigIntStats, lstatSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, sep } from "node:path";
import { DataError, systemFault } from "./errors.js";

/** Where an output goes, behind all links. */
export interface Place {
  /** What is there: a file, a device, the descriptor of a process, or nothing yet. */
  readonly kind: "nothing" | "file" | "device" | "descriptor" | "stdout";
  /** The folder as the system finds it, now and after its links have changed. */
  readonly folder: string;
  /** The file in it. */
  readonly file: string;
  /** Owner and mode, of a file. */
  readonly old: BigIntStats | undefined;
}

/** Standard output, and other descriptors of a process under another name: what lies behind is open already, and not ours to replace. */
const STDOUT_NAME = /^\/dev\/(?:stdout|fd\/1)$|^\/proc\/(?:thread-)?self\/fd\/1$/;
const DESCRIPTOR_NAME = /^\/dev\/(?:stdin|stdout|stderr|fd\/\d+)$|^\/proc\/[^/]+\/(?:task\/\d+\/)?fd\/\d+$/;
const OWN_DESCRIPTORS = ["/proc/self/fd", "/proc/thread-self/fd"];
/** A path with one of these at its end names a folder, there or not. */
const FOLDER_END = sep === "/" ? /(?:^|\/)\.{0,2}$/ : /(?:^|[\\/])\.{0,2}$/;
/** Links that Linux follows in one path. */
const MAX_LINKS = 40;

/**
 * Finds what a path names as open(2) would, by asking the system: `..` behind a link is the parent of where the link
 * leads, which the text of the path does not know. Where the last name is a link, that link is followed, also to what is not
 * there yet.
 *
 * @throws {DataError} The path names a folder, or lies in none. @throws {Error} What the system says.
 */
export function findPlace(path: string): Place {
  let target = path;
  for (let links = 0; links <= MAX_LINKS; links++) {
    // Without asking: these are there where /dev and /proc are not.
    if (STDOUT_NAME.test(target)) return { kind: "stdout", folder: dirname(target), file: target, old: undefined };
    const folder = folderOf(path, target);
    if (FOLDER_END.test(target)) throw new DataError(`${path}: is a directory`);
    const file = inFolder(folder, basename(target));
    if (DESCRIPTOR_NAME.test(file)) {
      const isStdout = STDOUT_NAME.test(file) || isOwnStdout(file, folder);
      return { kind: isStdout ? "stdout" : "descriptor", folder, file, old: undefined };
    }
    const old = lstatSync(file, { bigint: true, throwIfNoEntry: false });
    if (old === undefined) return { kind: "nothing", folder, file, old };
    if (old.isDirectory()) throw new DataError(`${path}: is a directory`);
    if (!old.isSymbolicLink()) return { kind: old.isFile() ? "file" : "device", folder, file, old };
    // The system's verdict first: it follows no loop, and in a folder like /tmp no link of somebody else's.
    statSync(file, { throwIfNoEntry: false });
    const text = linkText(path, file);
    target = isAbsolute(text) ? text : inFolder(folder, text);
  }
  throw new DataError(`${path}: too many symbolic links`);
}

/** The folder of `target`, without links in it where the system can say so. */
function folderOf(path: string, target: string): string {
  const named = dirname(target);
  const seen = folderStat(path, named);
  try {
    const real = realpathSync.native(named);
    const found = statSync(real, { bigint: true });
    if (found.dev === seen.dev && found.ino === seen.ino) return real;
  } catch {
    // A folder above may not be searched.
  }
  // Or what lies behind /proc/PID/root is in another tree, where the same text leads elsewhere.
  return named;
}

function folderStat(path: string, named: string): BigIntStats {
  let stat: BigIntStats;
  try {
    stat = statSync(named, { bigint: true });
  } catch (error) {
    throw systemFault(`${path}: folder ${named}`, error);
  }
  if (!stat.isDirectory()) throw new DataError(`${path}: folder ${named}: not a directory`);
  return stat;
}

/** Not `join`, which takes `..` together with the name before it. */
export function inFolder(folder: string, name: string): string {
  return folder.endsWith(sep) ? folder + name : folder + sep + name;
}

/** Where a link leads. @throws {DataError} A name that is not UTF-8: as text it would be another name. */
function linkText(path: string, link: string): string {
  const bytes = readlinkSync(link, { encoding: "buffer" });
  const text = bytes.toString();
  if (bytes.equals(Buffer.from(text))) return text;
  throw new DataError(`${path}: expected a link to a name in UTF-8, got other bytes`);
}

function isOwnStdout(file: string, folder: string): boolean {
  return basename(file) === "1" && OWN_DESCRIPTORS.some((own) => sameFolder(own, folder));
}

function sameFolder(one: string, other: string): boolean {
  const [a, b] = [one, other].map((folder) => statSync(folder, { bigint: true, throwIfNoEntry: false }));
  return a !== undefined && a.dev === b?.dev && a.ino === b.ino;
}
