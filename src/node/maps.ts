import { type Mapping, parseMaps } from "../text/system/maps.js";
import { type Pid, procPath, readProcText } from "./proc.js";

/**
 * Reads the mappings of a process, in the kernel's order: by address.
 *
 * The kernel prints the mappings a page of text at a time, so what a running process maps meanwhile may or may not be
 * in the result. No two mappings overlap. A kernel thread or a zombie has no mappings.
 *
 * Cost: O(mappings), some 100 microseconds for this process.
 *
 * @param pid The process; default this process.
 * @throws {TypeError | RangeError} `pid` is no process number.
 * @throws {SegringError} `NO_PRIVILEGE`: the process belongs to somebody else.
 * @throws {Error} There is no such process, or this is not Linux; the error has a cause.
 * @example
 * ```ts
 * console.log(readMaps().some(({ permissions }) => permissions.startsWith("r-x"))); // true
 * ```
 */
export function readMaps(pid: Pid = "self"): Mapping[] {
  return parseMaps(readProcText(procPath(pid, "maps")));
}
