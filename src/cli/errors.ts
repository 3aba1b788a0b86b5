import { getSystemErrorMap } from "node:util";

/** A fault of the data, or an error of the system about a file: exit 1. */
export class DataError extends Error {
  override readonly name = "DataError";
}

/** The command line asks for something that does not exist: exit 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The reader of the output has gone (`| head -1`). The command ends, and this is no fault. */
export class ReaderGone extends Error {
  override readonly name = "ReaderGone";
}

/** The code of an error of the system or of zlib, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** The place of a record in messages, as people count: `FILE: record 1` is the first. @param index From 0. */
export function recordPlace(name: string, index: number): string {
  return `${name}: record ${index + 1}`;
}

/** In place of libuv's words: these name the operation that most calls with this code are, and here it is always a read or a write. */
const WORDS = new Map([
  ["EISDIR", "is a directory"],
  ["ELOOP", "too many symbolic links"],
]);

/** What the system says went wrong with a file. Any other error is given back as it is. */
export function systemFault(path: string, error: unknown): unknown {
  if (!(error instanceof Error && "errno" in error && typeof error.errno === "number")) return error;
  const [code = "", text] = getSystemErrorMap().get(error.errno) ?? [codeOf(error), error.message];
  return new DataError(`${path}: ${WORDS.get(code) ?? text}`, { cause: error });
}
