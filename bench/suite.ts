/** A process that runs one suite, and sends its bars to the process that started it: `suite.ts NAME QUICK`. */
import { shownRows, startSuite } from "./harness.js";
import { SUITES } from "./suites.js";

const [name, quick] = process.argv.slice(2) as [string, string];
startSuite(name, quick === "quick");
await SUITES[name]?.(quick === "quick");
process.send?.(shownRows());
