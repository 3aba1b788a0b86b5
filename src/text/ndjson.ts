import type { Grammar } from "./grammar.js";
import { parseObject } from "./object.js";
import type { WholeRange } from "./range.js";

/** A JSON object a line. */
export class NdjsonGrammar implements Grammar {
  readonly plain = "objects";

  parse(line: string): WholeRange | undefined {
    return /^[ \t]*$/.test(line) ? undefined : parseObject(line);
  }
}
