import { SegringError } from "../errors.js";
import { ADDRESS_SPACE, BUS } from "../record.js";
import { readProcText } from "./proc.js";
import { badLine, hex, type NumberedLine, numberedLines } from "./text.js";

/** What a range of physical addresses is: see {@link parseIomem} for the rule. */
export type IomemKind = "ram" | "bus" | "other";

/** Physical addresses that belong to one entry of `/proc/iomem` and to none inside it. A `Range`. */
export interface IomemRange {
  /** First byte, physical. */
  addr: bigint;
  /** Bytes, 1 to 2^64 - 1. */
  length: bigint;
  /** BUS (4) where `kind` is "bus", else 0. */
  flags: number;
  /** The entry's name, such as `System RAM`. */
  name: string;
  /** The names from the outermost entry to this one, which is last. */
  path: string[];
  kind: IomemKind;
}

/** A line of the text. */
interface Entry extends NumberedLine {
  depth: number;
  start: bigint;
  /** The last byte: ends are inclusive. */
  last: bigint;
  name: string;
}

/** An entry whose end is not reached yet. */
interface OpenEntry extends Entry {
  path: string[];
  /** The first byte that no range was given for yet. */
  next: bigint;
}

const PATH = "/proc/iomem";
const LINE = /^( *)([0-9a-f]{1,16})-([0-9a-f]{1,16}) : (.*)$/;

/** kernel/resource.c indents no deeper (MAX_IORES_LEVEL: 5, 8 in newer kernels); what lies deeper stands at this level too. */
const DEEPEST_LEVELS = [5, 8];

/** `System RAM`, also `System RAM (kmem)`, `System RAM (virtio_mem)`. */
const RAM_NAME = /^System RAM\b/;
/** `PCI Bus 0000:00`, `PCI ECAM …`, `PCI MMCONFIG …`, `pcie@…`; or a device, `0000:00:01.0`. */
const PCI_NAME = /^(pcie?\b|[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]\b)/i;

/**
 * Reads the text of `/proc/iomem`: a tree of physical address ranges, indented by two spaces a level, with inclusive ends.
 *
 * Each byte belongs to its innermost entry, so a parent gives what its children leave of it: the results never overlap, and
 * together they are the bytes of the outermost entries. What no entry names is not in the result.
 *
 * The kind is the innermost answer on the way from an entry to its outermost ancestor:
 * - "ram": `System RAM` and what lies in it (`Kernel code`, `Crash kernel`, `Reserved`). No flag.
 * - "bus": a PCI window (`PCI Bus …`, `PCI ECAM …`, `PCI MMCONFIG …`, `pcie…`), a PCI device (`0000:00:01.0`), and what lies in them
 *   (driver names, `Reserved`). Flag BUS. RAM that a device in such a window gives to the system is "ram" again.
 * - "other": all else: `Reserved`, ACPI tables, ROMs, IOAPIC, HPET, Local APIC, persistent memory, CXL windows, and the
 *   registers of platform devices, `fd500000.pcie` too. The CPU reaches these without a PCI bus address. No flag.
 *
 * @returns The ranges by address. An entry that alone is the whole address space, 0 to 2^64 - 1, is given as two halves of 2^63 bytes,
 *   because a length of 2^64 is no u64. None for an empty text.
 * @throws {TypeError} `text` is no string.
 * @throws {SegringError} `BAD_TEXT`: a line is no entry, ends below its start, leaves its parent, skips a level, or starts before its
 *   sibling ends; `index` is the line. `NO_PRIVILEGE`: all addresses are 0, as the kernel shows them without CAP_SYS_ADMIN.
 *
 * The format is r_show in kernel/resource.c. Cost: O(text).
 */
export function parseIomem(text: string): IomemRange[] {
  const entries = numberedLines(text).map(parseEntry);
  if (entries.length > 0 && entries.every(({ start, last }) => start === 0n && last === 0n)) {
    throw new SegringError(
      "NO_PRIVILEGE",
      `"${PATH}" expected physical addresses, got only zeros: the kernel hides them; run as root, with CAP_SYS_ADMIN outside any container`,
    );
  }
  const deepest = entries.reduce((depth, entry) => Math.max(depth, entry.depth), 0);
  const clampedDepth = DEEPEST_LEVELS.includes(deepest) ? deepest : undefined;

  const ranges: IomemRange[] = [];
  const open: OpenEntry[] = [];
  let topNext = 0n;
  for (const entry of entries) {
    let top = open.at(-1);
    // An entry inside its predecessor at the deepest level is its child: the kernel could not indent it.
    while (top && open.length > entry.depth && !(entry.depth === clampedDepth && contains(top, entry))) {
      give(ranges, top, top.last);
      open.pop();
      top = open.at(-1);
    }
    if (open.length < entry.depth) throw badLine(entry, `at most ${open.length} levels of indentation`);
    if (top && !contains(top, entry)) {
      throw badLine(entry, `a range inside ${hex(top.start)}-${hex(top.last)} (line ${top.number})`);
    }
    const free = top ? top.next : topNext;
    if (entry.start < free) throw badLine(entry, `a start from ${hex(free)} on, where the entry before it ends`);
    if (top) {
      if (entry.start > 0n) give(ranges, top, entry.start - 1n);
      top.next = entry.last + 1n;
    } else topNext = entry.last + 1n;
    open.push({ ...entry, path: [...(top?.path ?? []), entry.name], next: entry.start });
  }
  for (const entry of open.reverse()) give(ranges, entry, entry.last);
  return ranges;
}

/**
 * This machine's physical address map, {@link parseIomem} of `/proc/iomem`.
 *
 * @throws {SegringError} `NO_PRIVILEGE`: the kernel shows zeros, or a container hides the file. `BAD_TEXT`: a line is not as this package knows it.
 * @throws {Error} Not Linux, or no `/proc`; with its cause.
 *
 * Cost: O(entries), well below a millisecond.
 */
export function readIomem(): IomemRange[] {
  const text = readProcText(PATH);
  // A machine without memory runs no Node: a container has put an empty file there.
  if (text.trim() === "") {
    throw new SegringError(
      "NO_PRIVILEGE",
      `"${PATH}" expected entries, got an empty file: run outside the container that hides it`,
    );
  }
  return parseIomem(text);
}

function parseEntry(line: NumberedLine): Entry {
  const fields = LINE.exec(line.line);
  if (fields === null) throw badLine(line, '"start-end : name" in hexadecimal, indented by two spaces a level');
  const [, indent = "", start, last, name = ""] = fields;
  if (indent.length % 2 !== 0) throw badLine(line, "an indentation of two spaces a level");
  const entry = { ...line, depth: indent.length / 2, start: BigInt(`0x${start}`), last: BigInt(`0x${last}`), name };
  if (entry.last < entry.start) throw badLine(line, `an end of ${hex(entry.start)} or more`);
  return entry;
}

function contains(outer: Entry, inner: Entry): boolean {
  return outer.start <= inner.start && inner.last <= outer.last;
}

/** Gives `entry`'s bytes up to and including `last` that were not given yet. */
function give(ranges: IomemRange[], entry: OpenEntry, last: bigint): void {
  const { next: addr, name, path } = entry;
  const length = last - addr + 1n;
  if (length <= 0n) return;
  const kind = kindOf(path);
  const flags = kind === "bus" ? BUS : 0;
  const half = length / 2n;
  const parts =
    length < ADDRESS_SPACE ? [{ addr, length }] : [0n, half].map((first) => ({ addr: first, length: half }));
  for (const part of parts) ranges.push({ ...part, flags, name, path, kind });
}

function kindOf(path: readonly string[]): IomemKind {
  const name = path.findLast((one) => RAM_NAME.test(one) || PCI_NAME.test(one));
  if (name === undefined) return "other";
  return RAM_NAME.test(name) ? "ram" : "bus";
}
