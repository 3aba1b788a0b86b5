import type { Io } from "./io.js";
import { roundedSize } from "./sizes.js";

/** Work that takes less shows no bar. */
const DELAY_MILLISECONDS = 500;
/** Between two looks at the counts: the time left is reckoned from the last few. */
const UPDATE_MILLISECONDS = 100;

/** How far a long work is. */
export interface Progress {
  /** @param bytesRead Of the input, in all. @param segments Made, in all. */
  update(bytesRead: number, segments: number): void;
  /** Removes the bar. */
  stop(): void;
}

/**
 * A bar on standard error, from half a second on, where standard error is a terminal.
 *
 * @param fileBytes Bytes of the input; undefined where nobody knows: then only counts are shown.
 * @param shown     False where a bar would be in the way.
 */
export async function startProgress(
  { stderr, cleanups }: Io,
  fileBytes: number | undefined,
  shown: boolean,
): Promise<Progress> {
  if (!shown || stderr.isTTY !== true) return { update: () => {}, stop: () => {} };
  const { SingleBar } = await import("cli-progress");
  const counts = "{read} read, {segments} segments";
  const bar = new SingleBar({
    stream: stderr as NodeJS.WriteStream,
    format: fileBytes === undefined ? counts : `[{bar}] {percentage}% | ${counts} | {eta_formatted} left`,
    barsize: 24,
    barCompleteChar: "=",
    barIncompleteChar: " ",
    clearOnComplete: true,
    etaBuffer: 30,
    formatTime,
    // Its own handler would end the process before temporary files are gone.
    gracefulExit: false,
  });
  let done = 0;
  let values = { read: roundedSize(0), segments: 0 };
  let updates: NodeJS.Timeout | undefined;
  const delay = setTimeout(() => {
    bar.start(fileBytes ?? 0, done, values);
    updates = setInterval(() => bar.update(done, values), UPDATE_MILLISECONDS);
  }, DELAY_MILLISECONDS);
  const stop = () => {
    cleanups.delete(stop);
    clearTimeout(delay);
    clearInterval(updates);
    bar.stop();
  };
  cleanups.add(stop);
  return {
    update: (bytesRead, segments) => {
      done = Math.min(bytesRead, fileBytes ?? 0);
      values = { read: roundedSize(bytesRead), segments };
    },
    stop,
  };
}

/** Seconds as `12s`, `3m05s` or `1h02m`; a question mark where cli-progress has no number yet. */
function formatTime(seconds: number): string {
  if (!Number.isFinite(seconds)) return "?";
  if (seconds < 60) return `${Math.round(seconds)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${twoDigits(Math.floor(seconds % 60))}s`;
  return `${Math.floor(minutes / 60)}h${twoDigits(minutes % 60)}m`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
