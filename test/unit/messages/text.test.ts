/** What segring/text says, as people read it. The command line says the same behind the name of the input. */
import { formatRecords, parseRecords, RecordParser, type TextFormat } from "../../../src/text/index.js";
import { any } from "../../support/arguments.js";
import { describeMessages } from "../../support/messages.js";

const read = (format: TextFormat, text: string) => parseRecords(new TextEncoder().encode(text), { format });

describeMessages("texts of ranges", [
  ['BAD_TEXT 2: line 2, column 1: expected addr,length[,flags], got "hello"', () => read("csv", "0,1\nhello\n")],
  [
    'BAD_TEXT 1: line 1, column 3: length expected an integer from 0 to 2^64 - 1, decimal or 0x…, got "4KiB"',
    () => read("csv", "0,4KiB"),
  ],
  [
    "BAD_TEXT 1: line 1, column 3: length expected 1 or more, got 0 (skipEmpty passes over it)",
    () => read("csv", "5,0"),
  ],
  [
    "BAD_TEXT 1: line 1, column 5: flags expected only NOMERGE (2), BUS (4) and the tag in bits 8-31, got 0x1",
    () => read("csv", "5,1,1"),
  ],
  [
    "BAD_TEXT 1: line 1, column 20: addr + length expected up to 2^64, got 18446744073709551615 + 2",
    () => read("csv", "0xffffffffffffffff,2"),
  ],
  [
    "BAD_TEXT 1: line 1, column 65537: expected at most 65536 bytes, got more",
    () => read("ndjson", `${"x".repeat(70_000)}\nbad\n`),
  ],
  [
    'BAD_TEXT 1: line 1, column 1: expected {"addr": …, "length": …, "flags": …}, got "hello"',
    () => read("ndjson", "hello\n"),
  ],
  [
    "BAD_TEXT 1: line 1, column 9: addr expected a number up to 2^53 - 1 or a string (JSON readers round larger numbers), got 9007199254740992",
    () => read("ndjson", '{"addr":9007199254740992,"length":1}'),
  ],
  ['RangeError: "format" expected "csv" or "ndjson", got "json"', () => read(any("json"), "")],
  [
    "CLOSED: the parser takes no more: the text has ended",
    () => {
      const parser = new RecordParser({ format: "csv" });
      parser.end();
      parser.end();
    },
  ],
  [
    'RangeError: "[0].length" expected 1 to 2^64 - 1, got 0',
    () => [...formatRecords([{ addr: 0, length: 0 }], { format: "csv" })],
  ],
  [
    "NOT_EXPRESSIBLE 0: segment 0: addr expected up to 2^53 - 1 for a number of JSON, got 9007199254740992n; without numbers such numbers are strings",
    () => [...formatRecords([{ addr: 2n ** 53n, length: 1 }], { format: "ndjson", numbers: true })],
  ],
  [
    'RangeError: "hex" expected false where numbers is true, got true',
    () => formatRecords([], { format: "csv", numbers: true, hex: true }),
  ],
]);
