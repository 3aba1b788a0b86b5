/** The kernels of text against their twins in JavaScript: ranges, messages and bytes are equal, whatever is read or written. */

import { SegringError } from "../../../src/core/errors.js";
import { RECORD_BYTES, recordFault } from "../../../src/core/record.js";
import { type ParseOptions, RecordParser } from "../../../src/text/index.js";
import { RecordText } from "../../../src/text/record-text.js";
import { checkSame, Source } from "../source.js";

const COLUMNS = [undefined, "start,end", "name,start,length", "start,end,flags"] as const;
const FORMS = ["exact", "numbers", "hex"] as const;

export function csvTwins(data: Uint8Array): void {
  const source = new Source(data);
  const columns = COLUMNS[source.u8() % COLUMNS.length];
  readTwice("csv twins", { format: "csv", columns }, source);
}

export function ndjsonTwins(data: Uint8Array): void {
  readTwice("ndjson twins", { format: "ndjson" }, new Source(data));
}

/** Any records that are valid, in every form. */
export function formatTwins(data: Uint8Array): void {
  const source = new Source(data);
  const kind = source.u8();
  const bytes = source.take();
  const words = new Uint32Array(bytes.slice(0, bytes.length - (bytes.length % RECORD_BYTES)).buffer);
  const valid: number[] = [];
  for (let at = 0; at < words.length; at += 4)
    if (recordFault(words, at) === undefined) valid.push(...words.slice(at, at + 4));
  const form = FORMS[kind % FORMS.length] as (typeof FORMS)[number];
  for (const [format, comma] of [
    ["csv", false],
    ["ndjson", false],
    ["ndjson", true],
  ] as const) {
    const [wasm, js] = (["wasm", "js"] as const).map((engine) =>
      outcome(() => {
        const text = new RecordText(format, form, engine, comma).bytes(Uint32Array.from(valid));
        return [new TextDecoder().decode(text)];
      }),
    );
    checkSame(`${format} ${form}`, wasm, js);
  }
}

function readTwice(what: string, options: ParseOptions, source: Source): void {
  const cut = source.u8();
  const bytes = source.take();
  const skipEmpty = (cut & 1) === 1;
  const [wasm, js] = (["wasm", "js"] as const).map((engine) =>
    outcome((ranges) => {
      const parser = new RecordParser({ ...options, skipEmpty, engine });
      const take = (parsed: Iterable<{ addr: bigint; length: bigint; flags: number }>) => {
        for (const { addr, length, flags } of parsed) ranges.push(`${addr},${length},${flags}`);
      };
      const middle = (bytes.length * cut) >> 8;
      take(parser.push(bytes.subarray(0, middle)));
      take(parser.push(bytes.subarray(middle)));
      take(parser.end());
      return ranges;
    }),
  );
  checkSame(what, wasm, js);
}

/** What a call gives; or what it gave, and the message of what it then threw. */
function outcome(call: (given: string[]) => string[]): string[] {
  const given: string[] = [];
  try {
    return call(given);
  } catch (error) {
    if (!(error instanceof SegringError)) throw error;
    return [...given, error.message];
  }
}
