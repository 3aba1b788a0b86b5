import { probe } from "./probe.js";

/** The report, or the error as one. */
export function answer() {
  return probe(undefined).catch((error) => ({ error: `${error.name}: ${error.message}` }));
}
