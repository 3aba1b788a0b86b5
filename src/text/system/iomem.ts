import { SegringError } from "../../core/errors.js";
import { ADDRESS_SPACE, BUS } from "../../core/record.js";
import { about } from "../../core/wording.js";
import { badLine, hex, type LineParser, type NumberedLine, parseLines } from "./lines.js";

/** What a range of physical addresses is: {@link parseIomem} has the rule. */
export type IomemKind = "ram" | "bus" | "other";

/** Physical addresses that belong to one entry of `/proc/iomem` and to no entry inside it. A `Range`. */
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
  /** What the range is; {@link parseIomem} has the rule. */
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
  kind: IomemKind;
  /** The first byte that no range was given for yet. */
  next: bigint;
}

const PATH = "/proc/iomem";
const LINE = /^( *)([0-9a-f]{1,16})-([0-9a-f]{1,16}) : ([^\n]*)$/;

/** kernel/resource.c indents no deeper (MAX_IORES_LEVEL: 5, 8 in newer kernels); what lies deeper stands at this level too. */
const DEEPEST_LEVELS = [5, 8];
/** Entries inside each other. A PCI domain has 256 buses; each range names all entries around it, and hostile text nests without end. */
const MAX_LEVELS = 300;

/** `System RAM`, also `System RAM (kmem)`, `System RAM (virtio_mem)`. */
const RAM_NAME = /^System RAM\b/;
/**
 * `PCI Bus 0000:00`, `PCI ECAM …`, `PCI MMCONFIG …`; a host bridge by its node in the device tree, `pcie@…`, `pciex@…`, `ht@…`, or by the path to it,
 * `/pciex@…`, as older kernels name it (of_pci_range_to_resource, pci_process_bridge_OF_ranges); or a device, `0000:00:01.0`.
 */
const PCI_NAME =
  /^(?:(?:\/(?:[^/]*\/)*)?(?:pci(?:ex?)?\b|(?:ht|bandit|chaos)@)|[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]\b)/i;

/**
 * Reads the text of `/proc/iomem`: a tree of physical address ranges, indented by two spaces a level, with inclusive
 * ends. The format is r_show in kernel/resource.c.
 *
 * Each byte belongs to its innermost entry, so a parent gives the bytes that its children leave. The results never
 * overlap, and together they are the bytes of the outermost entries. Bytes that no entry names are not in the result.
 *
 * The kind is the innermost answer on the way from an entry to its outermost ancestor:
 * - "ram": `System RAM` and what lies in it (`Kernel code`, `Crash kernel`, `Reserved`). No flag.
 * - "bus": a PCI window (`PCI Bus …`, `PCI ECAM …`, `PCI MMCONFIG …`, and host bridges of a device tree: `pcie@…`,
 *   `pciex@…` and `/pciex@…` of POWER, `/pci@…`), a PCI device (`0000:00:01.0`), and what lies in them (driver names,
 *   `Reserved`). Flag BUS. RAM that a device in such a window gives to the system is "ram" again.
 * - "other": all else: `Reserved`, ACPI tables, ROMs, IOAPIC, HPET, Local APIC, persistent memory, CXL windows, and the
 *   registers of platform devices, `fd500000.pcie` too. The CPU reaches these without a PCI bus address. No flag.
 *
 * Cost: O(text).
 *
 * @param text Blank lines are skipped. Where all lines end in CR LF, the CR belongs to the ends, else to the names.
 * @returns The ranges by address; none for an empty text. An entry that alone is the whole address space, 0 to 2^64 -
 *   1, becomes two halves of 2^63 bytes, because a length of 2^64 is no u64.
 * @throws {TypeError} `text` is no string.
 * @throws {SegringError} `BAD_TEXT`: a line is no entry, ends below its start, leaves its parent, skips a level, starts
 *   before its sibling ends, or lies in more than 299 others; `index` is the line. `NO_PRIVILEGE`: all addresses are 0,
 *   as the kernel shows them without CAP_SYS_ADMIN.
 * @example
 * ```ts
 * const text = "00001000-0009ffff : System RAM\nc0000000-dfffffff : PCI Bus 0000:00\n";
 * for (const { addr, length, kind } of parseIomem(text)) console.log(addr, length, kind);
 * // 4096n 651264n ram
 * // 3221225472n 536870912n bus
 * ```
 */
export function parseIomem(text: string): IomemRange[] {
  const ranges: IomemRange[] = [];
  parseLines(
    text,
    iomemParser((range) => ranges.push(range)),
  );
  return ranges;
}

/** @internal {@link parseIomem} line by line, for texts that memory should not hold. @param take Gets each range. */
export function iomemParser(take: (range: IomemRange) => void): LineParser {
  return new IomemParser(take);
}

/** Holds the entries that are open: the last one, and those around it. */
class IomemParser implements LineParser {
  readonly #take: (range: IomemRange) => void;
  readonly #open: OpenEntry[] = [];
  /** Where the last entry that is in no other ends. */
  #topNext = 0n;
  /** The deepest indentation so far. */
  #deepest = 0;
  /** What the first entry that was taken for a deeper one is, should the text indent deeper further down. */
  #misplaced: SegringError | undefined;
  /** There are entries, all of them 0-0 up to now. */
  #isHidden = false;
  #isEmpty = true;
  /** What is wrong with the entries, unless they turn out to be hidden. */
  #fault: unknown;

  constructor(take: (range: IomemRange) => void) {
    this.#take = take;
  }

  line(line: string, number: number): void {
    if (line === "") return;
    const entry = parseEntry({ number, line });
    this.#isHidden = (this.#isEmpty || this.#isHidden) && entry.last === 0n;
    this.#isEmpty = false;
    if (this.#fault !== undefined) {
      if (!this.#isHidden) throw this.#fault;
      return;
    }
    try {
      this.#add(entry);
    } catch (error) {
      if (!this.#isHidden) throw error;
      this.#fault = error;
    }
  }

  end(): void {
    if (this.#isHidden) {
      throw new SegringError(
        "NO_PRIVILEGE",
        `${about(PATH)}expected physical addresses, got only zeros: the kernel hides them; run as root, with CAP_SYS_ADMIN outside any container`,
      );
    }
    for (const entry of this.#open.reverse()) this.#give(entry, entry.last);
  }

  #add(entry: Entry): void {
    const open = this.#open;
    if (entry.depth > this.#deepest) {
      if (this.#misplaced) throw this.#misplaced;
      this.#deepest = entry.depth;
    }
    let top = open.at(-1);
    while (top && open.length > entry.depth && !this.#isDeeper(top, entry)) {
      this.#give(top, top.last);
      open.pop();
      top = open.at(-1);
    }
    if (open.length < entry.depth) throw badLine(entry, `at most ${open.length} levels of indentation`);
    if (open.length >= MAX_LEVELS) throw badLine(entry, `an entry in at most ${MAX_LEVELS - 1} others`);
    if (top && !contains(top, entry)) {
      throw badLine(entry, `a range inside ${hex(top.start)}-${hex(top.last)} (line ${top.number})`);
    }
    const free = top ? top.next : this.#topNext;
    if (entry.start < free) throw startsTooEarly(entry, free);
    if (top) {
      if (entry.start > 0n) this.#give(top, entry.start - 1n);
      top.next = entry.last + 1n;
    } else this.#topNext = entry.last + 1n;
    const kind = kindOf(entry.name) ?? top?.kind ?? "other";
    open.push({ ...entry, path: [...(top?.path ?? []), entry.name], kind, next: entry.start });
  }

  /** Whether `entry` is a child of `top`, though indented no deeper: the kernel could not. That holds if the text indents nothing deeper. */
  #isDeeper(top: OpenEntry, entry: Entry): boolean {
    if (entry.depth !== this.#deepest || !DEEPEST_LEVELS.includes(entry.depth) || !contains(top, entry)) return false;
    this.#misplaced ??= startsTooEarly(entry, top.last + 1n);
    return true;
  }

  /** Gives `entry`'s bytes up to and including `last` that were not given yet. Hidden entries overlap: their text will be refused. */
  #give(entry: OpenEntry, last: bigint): void {
    if (this.#isHidden) return;
    const { next: addr, name, path, kind } = entry;
    const length = last - addr + 1n;
    if (length <= 0n) return;
    const flags = kind === "bus" ? BUS : 0;
    const half = length / 2n;
    const parts =
      length < ADDRESS_SPACE ? [{ addr, length }] : [0n, half].map((first) => ({ addr: first, length: half }));
    for (const part of parts) this.#take({ ...part, flags, name, path, kind });
  }
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

function startsTooEarly(entry: Entry, free: bigint): SegringError {
  return badLine(entry, `a start from ${hex(free)} on, where the entry before it ends`);
}

/** What an entry is by its own name; undefined: what the entry around it is. */
function kindOf(name: string): IomemKind | undefined {
  if (RAM_NAME.test(name)) return "ram";
  return PCI_NAME.test(name) ? "bus" : undefined;
}
