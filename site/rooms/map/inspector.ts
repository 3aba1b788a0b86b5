/** One record, byte by byte. */
import { BUS, NOMERGE, TAG_SHIFT } from "segring";
import { el } from "../dom.js";
import type { ListBytes, SegmentRow } from "./protocol.js";
import { hex64, roundSize } from "./sizes.js";

const FIELDS = [
  { name: "addr", from: 0, to: 8 },
  { name: "len", from: 8, to: 12 },
  { name: "flags", from: 12, to: 16 },
] as const;

export class Inspector {
  readonly element = el("section", { class: "inspector", "aria-label": "Record", "aria-live": "polite" });

  constructor() {
    this.clear();
  }

  clear(): void {
    this.element.replaceChildren(
      el("h2", {}, "Record"),
      el("p", {}, "Choose a segment in the drawing or in the table."),
    );
  }

  show(index: number, { addr, length, flags, bytes }: SegmentRow): void {
    const groups = FIELDS.map(({ name, from, to }) => {
      const digits = [...bytes.subarray(from, to)].map((byte) => byte.toString(16).padStart(2, "0"));
      return el("span", { class: `field ${name}`, title: name }, digits.join(" "));
    });
    const term = (name: string, field: string, value: string) => [
      el("dt", { class: field }, name),
      el("dd", {}, value),
    ];
    this.element.replaceChildren(
      el("h2", {}, `Record ${index}`),
      el("p", { class: "hex" }, ...groups),
      el(
        "dl",
        {},
        ...term("addr, u64", "addr", `${hex64(addr)} = ${addr}`),
        ...term("len, u32", "len", lengthText(length)),
        ...term("flags, u32", "flags", flagsText(flags)),
        ...term("last byte", "", hex64(addr + BigInt(length) - 1n)),
      ),
    );
  }

  /** The list of a request, 16 bytes a line. */
  showList(request: number, name: string, { bytes, fields }: ListBytes): void {
    const lines: string[] = [];
    for (let at = 0; at < bytes.length; at += 16) {
      const digits = [...bytes.subarray(at, at + 16)].map((byte) => byte.toString(16).padStart(2, "0"));
      lines.push(`${at.toString(16).padStart(4, "0")}  ${digits.join(" ")}`);
    }
    const text = [...fields.map(([field, value]) => `${field} = ${value}`), "", ...lines].join("\n");
    this.element.replaceChildren(
      el("h2", {}, `${name} of request ${request}, ${bytes.length} bytes`),
      el("pre", { tabindex: 0, "aria-label": `${name}, bytes` }, text),
    );
  }

  /** Why there is no list. */
  showFault(name: string, message: string): void {
    this.element.replaceChildren(el("h2", {}, name), el("p", { class: "fault" }, message));
  }
}

function lengthText(length: number): string {
  const size = `${length} bytes (${roundSize(BigInt(length))})`;
  return length === 2 ** 32 ? `0, which with the flag FULL (1) stands for ${size}` : size;
}

/** `0x5: NOMERGE, BUS`; bits that stand for nothing are never set in a valid record. */
export function flagsText(flags: number): string {
  const names = [
    ...(flags & NOMERGE ? ["NOMERGE: never joined"] : []),
    ...(flags & BUS ? ["BUS: a bus address"] : []),
    ...(flags >>> TAG_SHIFT === 0 ? [] : [`tag ${flags >>> TAG_SHIFT}`]),
  ];
  return `0x${flags.toString(16)}: ${names.length === 0 ? "memory, may be joined" : names.join(", ")}`;
}
