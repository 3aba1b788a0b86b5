/** The command line, loaded when there is something to do: `segring --version` does not wait for it. */
import { processIo } from "./io.js";
import { run } from "./run.js";
import type { FilePiece } from "./threads/piece.js";
import type { LineFormat } from "./writers.js";

/** In a thread: reads pieces of files and maps them, for the thread that runs the command. */
export async function serveThread(): Promise<void> {
  const [{ servePool }, { readPiece }, { writeLines }] = await Promise.all([
    import("../pool/serve.js"),
    import("./threads/read-piece.js"),
    import("./threads/write-lines.js"),
  ]);
  servePool(undefined, {
    read: (piece) => readPiece(piece as FilePiece),
    write: (segments, target, how) => writeLines(segments, target, how as LineFormat),
  });
}

/** Runs the command line of this process, and ends the process. */
export async function runCommand(): Promise<never> {
  const io = processIo();
  // Also where a fault of ours, which nobody caught, ends the process.
  process.once("exit", () => {
    for (const cleanup of io.cleanups) cleanup();
  });
  // Nobody reads what goes wrong: that is no reason to stop.
  process.stderr.on("error", () => {});

  // An input that is still open must not keep the process.
  process.exit(await run(process.argv.slice(2), io));
}
