/** A process that runs one suite, and sends its bars to the process that started it: `suite.ts NAME quick|full`. */
import { shownRows, startSuite } from "./harness.js";
import { SUITES } from "./suites.js";

const [name, size] = process.argv.slice(2) as [string, "quick" | "full"];
const quick = size === "quick";
startSuite(name, quick);
await SUITES[name]?.(quick);
process.send?.(shownRows());
