/** What the parsers and readers of segring/node say, as people read it. */
import {
  iomemWindows,
  parseFilefrag,
  parseIomem,
  parseMaps,
  pinBuffer,
  readMaps,
  readPagemap,
} from "../../src/node/index.js";
import { any } from "../support/arguments.js";
import { describeMessages } from "../support/messages.js";

const extent = (words: string) =>
  `File size of f is 1 (1 block of 4096 bytes)\n   0: 0..0: 1..1: 1: ${words}\nf: 1 extent found\n`;

describeMessages("texts", [
  ['TypeError: "text" expected a string, got 5', () => parseMaps(any(5))],
  [
    'BAD_TEXT 1: line 1 expected "start-end permissions offset device inode path", got "root:x:0:0"',
    () => parseMaps("root:x:0:0\n"),
  ],
  [
    'BAD_TEXT 1: line 1 expected an end above the start 0x1000, got "00001000-00001000 rw-p 00000000 00:00 0"',
    () => parseMaps("00001000-00001000 rw-p 00000000 00:00 0\n"),
  ],
  [
    'BAD_TEXT 1: line 1 expected "start-end : name" in hexadecimal, indented by two spaces a level, got "hello"',
    () => parseIomem("hello\n"),
  ],
  [
    'BAD_TEXT 1: line 1 expected an indentation of two spaces a level, got "   1000-1fff : a"',
    () => parseIomem("   1000-1fff : a\n"),
  ],
  ['BAD_TEXT 1: line 1 expected an end of 0x2000 or more, got "2000-1fff : a"', () => parseIomem("2000-1fff : a\n")],
  [
    'BAD_TEXT 2: line 2 expected a range inside 0x1000-0x1fff (line 1), got "  1800-2000 : b"',
    () => parseIomem("1000-1fff : a\n  1800-2000 : b\n"),
  ],
  [
    'BAD_TEXT 2: line 2 expected a start from 0x2000 on, where the entry before it ends, got "0-fff : b"',
    () => parseIomem("1000-1fff : a\n0-fff : b\n"),
  ],
  [
    'NO_PRIVILEGE: "/proc/iomem" expected physical addresses, got only zeros: the kernel hides them; run as root, with CAP_SYS_ADMIN outside any container',
    () => parseIomem("00000000-00000000 : Reserved\n"),
  ],
  [
    'BAD_TEXT 1: line 1 expected "File size of … is … (… blocks of … bytes)", as filefrag -v prints first, got "hello"',
    () => parseFilefrag("hello\n"),
  ],
  [
    'RangeError: "unwritten" expected "refuse" or "keep" or "skip", got "drop"',
    () => parseFilefrag("", { unwritten: any("drop") }),
  ],
  ['RangeError: "radix" expected 10 or 16, got 8', () => parseFilefrag("", { radix: any(8) })],
  [
    'BAD_TEXT 2: line 2 expected an extent with data (unwritten: "keep" or "skip" takes the others), got "   0: 0..0: 1..1: 1: last,unwritten,eof"',
    () => parseFilefrag(extent("last,unwritten,eof")),
  ],
  [
    'BAD_TEXT 2: line 2 expected an extent with a usable address (it has no address yet, run sync first; unaddressed: "skip" leaves such extents out), got "   0: 0..0: 1..1: 1: last,unknown_loc,delalloc,eof"',
    () => parseFilefrag(extent("last,unknown_loc,delalloc,eof")),
  ],
  [
    'BAD_TEXT 2: line 2 expected an extent with a usable address (the file system does not say where, or not yet: run sync first; unaddressed: "skip" leaves such extents out), got "   0: 0..0: 1..1: 1: last,unknown_loc,eof"',
    () => parseFilefrag(extent("last,unknown_loc,eof")),
  ],
  [
    'BAD_TEXT 2: line 2 expected an extent with a usable address (its bytes lie among metadata; unaddressed: "skip" leaves such extents out), got "   0: 0..0: 1..1: 1: not_aligned,inline"',
    () => parseFilefrag(extent("not_aligned,inline")),
  ],
  [
    'BAD_TEXT 2: line 2 expected an extent with a usable address (its bytes share a block with other files; unaddressed: "skip" leaves such extents out), got "   0: 0..0: 1..1: 1: last,not_aligned,tail_packed,eof"',
    () => parseFilefrag(extent("last,not_aligned,tail_packed,eof")),
  ],
  [
    'BAD_TEXT 2: line 2 expected an extent with a usable address (its bytes there are compressed or encoded, sync does not change that; unaddressed: "skip" leaves such extents out), got "   0: 0..0: 1..1: 1: encoded,shared"',
    () => parseFilefrag(extent("encoded,shared")),
  ],
  [
    'BAD_TEXT 2: line 2 expected an extent with a usable address (its bytes there are encrypted; unaddressed: "skip" leaves such extents out), got "   0: 0..0: 1..1: 1: last,encoded,encrypted,shared,eof"',
    () => parseFilefrag(extent("last,encoded,encrypted,shared,eof")),
  ],
  [
    'BAD_TEXT 2: line 2 expected an extent with a usable address (its bytes are not whole blocks; unaddressed: "skip" leaves such extents out), got "   0: 0..0: 1..1: 1: last,not_aligned,eof"',
    () => parseFilefrag(extent("last,not_aligned,eof")),
  ],
  [
    'BAD_TEXT 2: line 2 expected an extent with a usable address (what "0x4000" means is not known here; unaddressed: "skip" leaves such extents out), got "   0: 0..0: 1..1: 1: last,0x4000,eof"',
    () => parseFilefrag(extent("last,0x4000,eof")),
  ],
]);

describeMessages("addresses", [
  ['TypeError: "busOffset" expected a number or a bigint, got "1"', () => iomemWindows([], { busOffset: any("1") })],
  [
    'RangeError: "busOffset" expected an integer, above 2^53 - 1 a bigint, got 0.5',
    () => iomemWindows([], { busOffset: 0.5 }),
  ],
  ['RangeError: "pid" expected 1 to 2147483647, got 0', () => readMaps(0)],
  [
    'RangeError: "addr + byteLength" expected up to 2^64, got 18446744073709551617n',
    () => readPagemap(2n ** 64n - 4096n, 4097),
  ],
  ['TypeError: "byteLength" expected a number, got "1"', () => pinBuffer(any("1"))],
]);
