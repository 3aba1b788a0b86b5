import { SegringError } from "../core/errors.js";
import { about } from "../core/wording.js";
import { type IomemRange, parseIomem } from "../text/system/iomem.js";
import { readProcText } from "./proc.js";

const PATH = "/proc/iomem";

/**
 * Reads this machine's physical address map: {@link parseIomem} of `/proc/iomem`.
 *
 * Cost: O(entries), well below a millisecond.
 *
 * @throws {SegringError} `NO_PRIVILEGE`: the kernel shows zeros, or a container hides the file. `BAD_TEXT`: a line is
 *   not as this package knows it.
 * @throws {Error} This is not Linux, or has no `/proc`; the error has a cause.
 * @example
 * ```ts
 * const ram = readIomem().filter(({ kind }) => kind === "ram");
 * console.log(ram.length > 0); // true
 * ```
 */
export function readIomem(): IomemRange[] {
  const text = readProcText(PATH);
  // A machine without memory runs no Node: a container has put an empty file there.
  if (text.trim() === "") {
    throw new SegringError(
      "NO_PRIVILEGE",
      `${about(PATH)}expected entries, got an empty file: run outside the container that hides it`,
    );
  }
  return parseIomem(text);
}
