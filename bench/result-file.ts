/** The file that a run leaves. */
import { randomBytes } from "node:crypto";
import { accessSync, constants, renameSync, rmSync, writeFileSync } from "node:fs";
import { systemFault } from "../src/cli/errors.js";
import { findPlace, inFolder } from "../src/cli/place.js";

/**
 * Finds out whether a file can be written, before a run that takes minutes. Nothing remains of the attempt.
 *
 * @returns Writes a text under another name in the folder, then renames: the file holds the whole text, or what the file
 *   held before. Links are followed.
 * @throws {Error} The file cannot be written, or is a folder or a device.
 */
export function resultFile(path: string): (text: string) => void {
  try {
    const { kind, folder, file } = findPlace(path);
    if (kind !== "nothing" && kind !== "file") throw new Error(`${path}: expected a file, got a device`);
    // A rename asks only the folder; who may not write to the file should not replace the file either.
    if (kind === "file") accessSync(file, constants.W_OK);
    const temporary = inFolder(folder, `.segring-bench-${process.pid}-${randomBytes(6).toString("hex")}.tmp`);
    writeFileSync(temporary, "", { flag: "wx" });
    rmSync(temporary);
    return (text) => {
      try {
        writeFileSync(temporary, text, { flag: "wx", flush: true });
        renameSync(temporary, file);
      } finally {
        rmSync(temporary, { force: true });
      }
    };
  } catch (error) {
    throw systemFault(path, error);
  }
}
