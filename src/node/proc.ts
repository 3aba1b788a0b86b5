import { readFileSync } from "node:fs";
import { SegringError } from "../core/errors.js";
import { checkInteger } from "../core/limits.js";

/** A process: its number, or "self" for this process. */
export type Pid = number | "self";

/** The largest pid_t. */
const MAX_PID = 2 ** 31 - 1;

/**
 * `/proc/PID/NAME`.
 *
 * @throws {TypeError} `pid` is neither a number nor "self".
 * @throws {RangeError} `pid` is not an integer from 1 to 2^31 - 1.
 */
export function procPath(pid: Pid, name: string): string {
  if (pid !== "self") checkInteger("pid", pid, 1, MAX_PID);
  return `/proc/${pid}/${name}`;
}

/**
 * Runs `access` to a file of `/proc`. An error of the system becomes an error that says what to do, with the system's
 * error as its cause.
 */
export function procAccess<T>(path: string, access: () => T): T {
  try {
    return access();
  } catch (cause) {
    throw procFailure(path, cause);
  }
}

/** A text file of `/proc`. Bytes that are not UTF-8 (in a path) read as U+FFFD. */
export function readProcText(path: string): string {
  return procAccess(path, () => readFileSync(path, "utf8"));
}

function procFailure(path: string, cause: unknown): unknown {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  switch (code) {
    case "EACCES":
    case "EPERM":
      return new SegringError(
        "NO_PRIVILEGE",
        `"${path}" may not be read by this process: run it as root (or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH)`,
        { cause },
      );
    case "ENOENT":
    case "ENOTDIR":
      return process.platform === "linux"
        ? new Error(`"${path}" does not exist: no such process, or /proc is not mounted`, { cause })
        : new Error(`"${path}" expected on Linux, this is ${process.platform}`, { cause });
    case "ESRCH":
      return new Error(`"${path}" has nothing to read: the process has ended, or is a kernel thread`, { cause });
    default:
      // Not the system's answer but an error of ours on the way, or one that already says what is wrong.
      return code === undefined ? cause : new Error(`"${path}" cannot be read (${String(code)})`, { cause });
  }
}
