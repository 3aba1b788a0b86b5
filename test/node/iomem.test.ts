import { totalmem } from "node:os";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type IomemRange, iomemWindows, parseIomem, readIomem } from "../../src/node/index.js";
import { about, blamedBy, blames } from "../support/blame.js";
import { asNobody } from "../support/nobody.js";
import { linux, ODD_CHARACTERS, privileged, recorded, thrown } from "./machine.js";

/** `addr-last flags kind path` in hexadecimal: easy to compare with the text. */
function show({ addr, length, flags, kind, path }: IomemRange): string {
  return `${addr.toString(16)}-${(addr + length - 1n).toString(16)} ${flags} ${kind} ${path.join(" > ")}`;
}

/** Bytes of the lines that are not indented, by another way than the parser's. */
function outermostBytes(text: string): bigint {
  return [...text.matchAll(/^([0-9a-f]+)-([0-9a-f]+) : /gm)].reduce(
    (sum, [, start, last]) => sum + BigInt(`0x${last}`) - BigInt(`0x${start}`) + 1n,
    0n,
  );
}

function expectDisjointByAddress(ranges: readonly IomemRange[]): void {
  let end = 0n;
  for (const { addr, length } of ranges) {
    expect(addr >= end && length > 0n).toBe(true);
    end = addr + length;
  }
}

/**
 * Of these pairs of bytes, those that form a tree of at most 5 levels (the deepest that the kernel indents is a test of its own):
 * its lines, each named by its index, and for each byte the innermost line that has it.
 */
function paint(pairs: readonly [number, number][], base: bigint): { lines: string[]; owner: number[] } {
  const kept: [number, number][] = [];
  for (const [a, b] of pairs) {
    const [start, last] = a <= b ? [a, b] : [b, a];
    const crosses = kept.some(
      ([s, l]) => (s < start && start <= l && l < last) || (start < s && s <= last && last < l),
    );
    if (!crosses && kept.filter(([s, l]) => s <= last && start <= l).length < 5) kept.push([start, last]);
  }
  kept.sort(([s, l], [start, last]) => s - start || last - l);
  const owner = new Array<number>(256).fill(-1);
  const lines = kept.map(([start, last], index) => {
    const depth = kept.slice(0, index).filter(([s, l]) => s <= start && last <= l).length;
    owner.fill(index, start, last + 1);
    const text = [start, last].map((byte) => (base + BigInt(byte)).toString(16).padStart(8, "0")).join("-");
    return `${" ".repeat(2 * depth)}${text} : ${index}`;
  });
  return { lines, owner };
}

describe("parseIomem", () => {
  it("gives each byte of the recorded text to its innermost entry", () => {
    const ranges = parseIomem(recorded("iomem.txt"));
    expect(ranges.map(show)).toEqual([
      "0-fff 0 other Reserved",
      "1000-9fbff 0 ram System RAM",
      "9fc00-ddfff 0 other Reserved",
      "de000-defff 0 other Reserved > ACPI0001:00",
      "df000-effff 0 other Reserved",
      "f0000-fffff 0 other Reserved > System ROM",
      "100000-ffffff 0 ram System RAM",
      "1000000-2209987 0 ram System RAM > Kernel code",
      "2209988-23fffff 0 ram System RAM",
      "2400000-2e09fff 0 ram System RAM > Kernel rodata",
      "2e0a000-2ffffff 0 ram System RAM",
      "3000000-327c0ff 0 ram System RAM > Kernel data",
      "327c100-3b33fff 0 ram System RAM",
      "3b34000-3c57fff 0 ram System RAM > Kernel bss",
      "3c58000-bfffffff 0 ram System RAM",
      "c0001000-eebfffff 4 bus PCI Bus 0000:00",
      "eec00000-eecfffff 4 bus Reserved > PCI ECAM 0000 [bus 00-00] > PCI Bus 0000:00",
      "eed00000-febfffff 0 other Reserved",
      "fec00000-fec003ff 0 other IOAPIC 0",
      "100000000-63fffffff 0 ram System RAM",
      "4000000000-400007ffff 4 bus PCI Bus 0000:00 > 0000:00:01.0 > virtio-pci-modern",
      "4000080000-40000fffff 4 bus PCI Bus 0000:00 > 0000:00:02.0 > virtio-pci-modern",
      "4000100000-400017ffff 4 bus PCI Bus 0000:00 > 0000:00:03.0 > virtio-pci-modern",
      "4000180000-40001fffff 4 bus PCI Bus 0000:00 > 0000:00:04.0 > virtio-pci-modern",
      "4000200000-400027ffff 4 bus PCI Bus 0000:00 > 0000:00:05.0 > virtio-pci-modern",
      "4000280000-7fffffffff 4 bus PCI Bus 0000:00",
    ]);
    expect(ranges[16]).toMatchObject({ name: "PCI Bus 0000:00", addr: 0xeec00000n, length: 0x100000n });
  });

  it("covers exactly the outermost entries", () => {
    const text = recorded("iomem.txt");
    const ranges = parseIomem(text);
    expectDisjointByAddress(ranges);
    expect(ranges.reduce((sum, { length }) => sum + length, 0n)).toBe(outermostBytes(text));
  });

  it.each([
    ["PCI Bus 0000:00", "bus"],
    ["PCI CardBus 0000:05", "bus"],
    ["PCI MMCONFIG 0000 [bus 00-ff]", "bus"],
    ["pcie@7d500000", "bus"],
    // Host bridges by their node in a device tree: ARM, RISC-V, MIPS; POWER8, POWER9, pSeries, PowerPC, PowerMac.
    ["pci@18b00000", "bus"],
    ["pcie-controller@2040000000", "bus"],
    ["/pcie@10000000", "bus"],
    ["/soc/pcie@ffe240000", "bus"],
    ["/pciex@3fffe40100000", "bus"],
    ["pciex@600c3c0000000", "bus"],
    ["/pci@800000020000002", "bus"],
    ["/pci@f2000000", "bus"],
    ["/ht@0,f2000000", "bus"],
    ["/bandit@F2000000", "bus"],
    ["/chaos@F0000000", "bus"],
    ["0000:00:1f.2", "bus"],
    ["10000:e1:00.0", "bus"],
    ["System RAM", "ram"],
    ["System RAM (kmem)", "ram"],
    ["System ROM", "other"],
    ["fd500000.pcie pcie@7d500000", "other"],
    ["ee090000.pci pci@ee090000", "other"],
    ["/soc/ethernet@2000", "other"],
    ["/soc/pcidev@2000", "other"],
    ["light@2000", "other"],
    ["htpic", "other"],
    ["ACPI Non-volatile Storage", "other"],
    ["PNP0103:00", "other"],
    ["pciehp", "other"],
    ["Persistent Memory", "other"],
    ["CXL Window 0", "other"],
    ["a name : with colons", "other"],
    ["", "other"],
  ])("takes %j for %s", (name, kind) => {
    expect(parseIomem(`00001000-00001fff : ${name}\n`)).toEqual([
      { addr: 4096n, length: 4096n, flags: kind === "bus" ? 4 : 0, name, path: [name], kind },
    ]);
  });

  it("gives a window for the host bridge of POWER, outside its buses too", () => {
    const text = "210000000000-21fdffffffff : /pciex@3fffe40100000\n  210000000000-21fdfff0ffff : PCI Bus 0001:01\n";
    const ranges = parseIomem(text);
    expect(ranges.map(({ kind }) => kind)).toEqual(["bus", "bus"]);
    expect(iomemWindows(ranges)).toEqual([{ addr: 0x210000000000n, length: 0xfe00000000n, offset: 0, flags: 4 }]);
  });

  it.each(ODD_CHARACTERS)("takes %j for a character of a name", (odd) => {
    const names = [`a${odd}b`, `a${odd}`, `${odd} : ${odd}`, `System RAM${odd}`];
    const text = names.map((name, index) => `${index}000-${index}fff : ${name}\n`).join("");
    const ranges = parseIomem(text);
    expect(ranges.map(({ name }) => name)).toEqual(names);
    expect(ranges.at(-1)?.kind).toBe("ram");
  });

  it("reads lines that end in CR LF, if all do", () => {
    const text = recorded("iomem.txt");
    expect(parseIomem(text.replaceAll("\n", "\r\n"))).toEqual(parseIomem(text));
    expect(parseIomem("0-f : a\r\n10-1f : b\n").map(({ name }) => name)).toEqual(["a\r", "b"]);
  });

  it("takes the innermost answer: RAM on a bus is RAM, what a driver reserves in a window is the bus", () => {
    const text = "1000-3fff : PCI Bus 0000:00\n  1000-1fff : Reserved\n  2000-2fff : System RAM (kmem)\n";
    expect(parseIomem(text).map(({ kind }) => kind)).toEqual(["bus", "ram", "bus"]);
  });

  it("reads entries that lie deeper than the kernel indents", () => {
    const level = (depth: number, text: string) => `${" ".repeat(2 * depth)}${text}\n`;
    // Two real levels at indentation 5, the deepest that kernels print (8 in newer ones).
    const text = [
      ...[0, 1, 2, 3, 4].map((depth) => level(depth, `1000-8fff : ${depth}`)),
      level(5, "1000-4fff : 5"),
      level(5, "2000-2fff : 6"),
      level(5, "3000-3fff : 6b"),
      level(5, "5000-5fff : 5b"),
    ];
    const outer = "0 > 1 > 2 > 3 > 4";
    expect(parseIomem(text.join("")).map(show)).toEqual([
      `1000-1fff 0 other ${outer} > 5`,
      `2000-2fff 0 other ${outer} > 5 > 6`,
      `3000-3fff 0 other ${outer} > 5 > 6b`,
      `4000-4fff 0 other ${outer} > 5`,
      `5000-5fff 0 other ${outer} > 5b`,
      `6000-8fff 0 other ${outer}`,
    ]);
    // With a sixth level in the text, the fifth was not the deepest: then it is an overlap.
    expect(thrown(() => parseIomem([...text, level(6, "5000-5fff : 7")].join("")))).toMatchObject({ index: 7 });
  });

  it("reads 300 entries in each other, and no more", () => {
    const nested = (count: number) =>
      Array.from({ length: count }, (_, depth) => `${" ".repeat(2 * depth)}0-${count - depth} : a\n`).join("");
    expect(parseIomem(nested(300)).map(({ path }) => path.length)).toEqual(
      Array.from({ length: 300 }, (_, index) => 300 - index),
    );
    expect(thrown(() => parseIomem(nested(301)))).toMatchObject({
      code: "BAD_TEXT",
      index: 301,
      message: about("line 301"),
    });
  });

  it("reaches 2^64", () => {
    expect(
      parseIomem("fffffffffffff000-ffffffffffffffff : a\n  ffffffffffffff00-ffffffffffffffff : b").map(show),
    ).toEqual(["fffffffffffff000-fffffffffffffeff 0 other a", "ffffffffffffff00-ffffffffffffffff 0 other a > b"]);
    expect(parseIomem("00000001-ffffffffffffffff : a")).toMatchObject([{ addr: 1n, length: 2n ** 64n - 1n }]);
  });

  it("gives the whole address space as two halves, for 2^64 is no u64", () => {
    expect(parseIomem("0-ffffffffffffffff : PCI mem")).toMatchObject([
      { addr: 0n, length: 2n ** 63n, flags: 4 },
      { addr: 2n ** 63n, length: 2n ** 63n, flags: 4 },
    ]);
    expect(parseIomem("0-ffffffffffffffff : a\n  0-0 : b").map(({ length }) => length)).toEqual([1n, 2n ** 64n - 1n]);
  });

  it.each([
    ["no entry", "proc /proc proc rw 0 0"],
    ["an odd indentation", "   1000-1fff : a"],
    ["a level that is skipped", "    1000-1fff : a"],
    ["an end below the start", "2000-1fff : a"],
    ["a child that ends after its parent", "  1800-2000 : a"],
    ["a child that starts before its parent", "  fff-1000 : a"],
    ["a sibling that overlaps", "1fff-2fff : a"],
    ["a sibling out of order", "0-fff : a"],
    ["an end past 2^64", "2000-10000000000000000 : a"],
  ])("refuses %s, with its line", (_, line) => {
    const error = thrown(() => parseIomem(`00001000-00001fff : top\n${line}\n`));
    expect(error).toMatchObject({ name: "SegringError", code: "BAD_TEXT", index: 2 });
    expect(blamedBy(error.message)).toBe("line 2");
    expect(error.message).toContain(`, got ${JSON.stringify(line)}`);
  });

  it("refuses children that overlap", () => {
    expect(thrown(() => parseIomem("1000-1fff : a\n  1000-17ff : b\n  17ff-1fff : c\n"))).toMatchObject({ index: 3 });
  });

  it("says what to do where the kernel shows zeros", () => {
    const hidden = recorded("iomem.txt").replace(/[0-9a-f]+-[0-9a-f]+ :/g, "00000000-00000000 :");
    const error = thrown(() => parseIomem(hidden));
    expect(error).toMatchObject({ name: "SegringError", code: "NO_PRIVILEGE", index: undefined });
    expect(error.message).toMatch(/root.*CAP_SYS_ADMIN/);
    // The kernel's tree has siblings, children, and what no longer is indented; all of them are 0-0.
    expect(thrown(() => parseIomem("0-0 : a\n  0-0 : b\n\n0-0 : c\n"))).toMatchObject({ code: "NO_PRIVILEGE" });
    expect(parseIomem("")).toEqual([]);
  });

  it("reads an entry of byte 0 alone, and finds what is wrong with several", () => {
    expect(parseIomem("0-0 : a\n  0-0 : b\n1-1 : c\n").map(show)).toEqual(["0-0 0 other a > b", "1-1 0 other c"]);
    const text = "0-0 : a\n0-0 : b\n0-0 : c\n1-1 : d\n";
    expect(thrown(() => parseIomem(text))).toMatchObject({ code: "BAD_TEXT", index: 2 });
    expect(thrown(() => parseIomem("0-0 : a\n0-0 : b\noops\n"))).toMatchObject({ code: "BAD_TEXT", index: 3 });
  });

  it("agrees with painting every byte, on any tree", () => {
    const byte = fc.nat(255);
    const base = fc.constantFrom(1n, 1n << 40n, 2n ** 64n - 256n);
    fc.assert(
      fc.property(fc.array(fc.tuple(byte, byte), { maxLength: 40 }), base, (pairs, base) => {
        const { lines, owner } = paint(pairs, base);
        const ranges = parseIomem(lines.join("\n"));
        expectDisjointByAddress(ranges);
        const got = new Array<number>(256).fill(-1);
        for (const { addr, length, name } of ranges) {
          got.fill(Number(name), Number(addr - base), Number(addr - base + length));
        }
        expect(got).toEqual(owner);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("readIomem", () => {
  it("reads this machine, or says that it may not", () => {
    if (!linux) {
      expect(() => readIomem()).toThrow(blames(Error, "/proc/iomem"));
    } else if (!privileged) {
      expect(thrown(() => readIomem())).toMatchObject({ code: "NO_PRIVILEGE" });
    } else {
      const ranges = readIomem();
      expectDisjointByAddress(ranges);
      // At least what the system uses of it; less than what any machine has.
      const ram = ranges.filter(({ kind }) => kind === "ram").reduce((sum, { length }) => sum + length, 0n);
      expect(ram >= BigInt(totalmem()) && ram < 1n << 50n).toBe(true);
    }
  });

  it("says so to a process without privilege", () => {
    const answer = linux ? asNobody("node.readIomem().length") : { code: "NO_PRIVILEGE" };
    expect(answer).toMatchObject({ code: "NO_PRIVILEGE" });
  });
});
