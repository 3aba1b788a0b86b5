import type { Io } from "./io.js";
import type { Output } from "./output.js";

/** How parts of a text for people are shown. Whoever pads a text does so before. */
export interface Style {
  /** The head of a table. */
  head(text: string): string;
  /** Names of flags. */
  flags(text: string): string;
  /** Bars of a diagram, and what stands for rows that are not shown. */
  mark(text: string): string;
}

const PLAIN: Style = { head: String, flags: String, mark: String };
/** Bold; yellow; cyan. Each ends with the code that undoes it alone. */
const COLOURED: Style = { head: sgr(1, 22), flags: sgr(33, 39), mark: sgr(36, 39) };

/** Colours on a terminal that knows them, where the variable NO_COLOR does not forbid them (https://no-color.org). */
export function styleOf({ isTerminal }: Pick<Output, "isTerminal">, { env }: Pick<Io, "env">): Style {
  const isPlain = !isTerminal || (env.NO_COLOR ?? "") !== "" || env.TERM === "dumb";
  return isPlain ? PLAIN : COLOURED;
}

function sgr(on: number, off: number): (text: string) => string {
  return (text) => `\u001b[${on}m${text}\u001b[${off}m`;
}
