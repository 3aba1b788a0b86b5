import { readFileSync } from "node:fs";

/** From package.json, two levels up from dist/cli as from src/cli. */
export function packageVersion(): string {
  return JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version;
}
