import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { visible } from "../../core/errors.js";
import { codeOf, DataError, systemFault } from "../errors.js";
import type { Io } from "../io.js";

const NAME = /^segring-union-(\d+)-[0-9a-f]+$/;

/** A folder of this process for runs. It is made when the first file is, and removed with all that is in it. */
export class SpillFolder {
  readonly #directory: string;
  readonly #io: Pick<Io, "stderr" | "cleanups">;
  #path: string | undefined;
  #files = 0;

  /** @param directory Where the folder is made. */
  constructor(directory: string, io: Pick<Io, "stderr" | "cleanups">) {
    this.#directory = directory;
    this.#io = io;
  }

  /** A path for one more file. @throws {DataError} The folder cannot be made. */
  newPath(): string {
    this.#path ??= this.#make();
    return join(this.#path, `${this.#files++}`);
  }

  /** Removes the folder, if there is one. Where that fails, nothing is said: what went wrong before is told. */
  readonly remove = (): void => {
    const path = this.#path;
    if (path === undefined) return;
    this.#path = undefined;
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {}
    // Not before: a signal that nobody listens for ends the process at once.
    this.#io.cleanups.delete(this.remove);
  };

  #make(): string {
    const path = join(this.#directory, `segring-union-${process.pid}-${randomBytes(6).toString("hex")}`);
    // Before it is there: a signal may come as soon as it is.
    this.#path = path;
    this.#io.cleanups.add(this.remove);
    try {
      mkdirSync(path, { mode: 0o700 });
    } catch (error) {
      this.#path = undefined;
      this.#io.cleanups.delete(this.remove);
      throw inFolder(this.#directory, error);
    }
    this.#nameLeftovers();
    return path;
  }

  /** Says once which folders are left of processes that were killed. Nobody else knows whether they may go. */
  #nameLeftovers(): void {
    const left = leftovers(this.#directory);
    if (left.length === 0) return;
    const paths = left.map((name) => join(this.#directory, name)).join(", ");
    this.#io.stderr.write(`segring: left by a union that was killed, and not removed: ${visible(paths)}\n`);
  }
}

/** Folders of processes that live no more. */
function leftovers(directory: string): string[] {
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch {
    return [];
  }
  return names.filter((name) => {
    const pid = NAME.exec(name)?.[1];
    return pid !== undefined && Number(pid) !== process.pid && !isAlive(Number(pid));
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Of another user's process the system says so.
    return codeOf(error) !== "ESRCH";
  }
}

/** What the system says of a file or folder for runs. */
export function inFolder(directory: string, error: unknown): unknown {
  const fault = systemFault(directory, error);
  if (fault === error || !(fault instanceof DataError)) return fault;
  return new DataError(`${fault.message} (--temporary-directory says where runs go, --memory when)`, { cause: error });
}
