import { expected, SegringError } from "../core/errors.js";
import { checkInteger } from "../core/limits.js";
import { checkKeys, NO_OPTIONS } from "../core/options.js";
import { ADDRESS_SPACE, RECORD_WORDS, recordAddr, recordLength } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { checkTable } from "../core/table.js";
import { useLimits } from "../core/wording.js";
import { TableBuilder } from "../table/builder.js";
import { hexOf } from "../table/check.js";
import { badDescriptor, checkChoice, checkTarget, notExpressible, viewOf } from "./memory.js";

/*
 * An entry of a physical region descriptor table, 16 bytes (Serial ATA AHCI 1.3.1, 4.2.3.3):
 *
 *   byte 0               8           12                    16
 *        ├── u64 addr ───┼─ 0 ───────┼─ DBC 22 bits, 0, I ─┤   DBC: bytes less one; I: interrupt when done
 */
const ENTRY_BYTES = 16;
const MAX_ENTRIES = 65535;
const MAX_LENGTH = 4 * 2 ** 20;
const COUNT_MASK = 0x3f_ffff;
const INTERRUPT = 0x8000_0000;

const KEYS = { interrupt: true, addressBits: true } as const;

/**
 * Writes a table as a PRDT, one entry a segment. A mapper with the limits `ahci` makes tables that fit a PRDT.
 *
 * @param target 16 bytes a segment; bytes behind the entries are untouched.
 * @param options.interrupt   Whether the last entry asks for an interrupt; default false.
 * @param options.addressBits 64 (default), or 32 for a controller without CAP.S64A.
 * @returns Entries written: the command header's PRDTL.
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} `target` is too short.
 * @throws {SegringError} NOT_EXPRESSIBLE: the table has no segment or more than 65535, or a segment has an odd address
 *   or length, more than 4 MiB, or an address above `addressBits`; `index` says which. Nothing was written.
 * @example
 * ```ts
 * const table = createMapperSync(ahci).coalesce([{ addr: 0x1000, length: 5 * 2 ** 20 }]);
 * console.log(encodePrdt(table, new Uint8Array(16 * 168))); // 2
 * ```
 */
export function encodePrdt(
  table: SegmentTable,
  target: Uint8Array,
  options: { interrupt?: boolean | undefined; addressBits?: 32 | 64 | undefined } = NO_OPTIONS,
): number {
  checkTable("table", table);
  checkKeys("options", options, KEYS);
  const { interrupt = false, addressBits = 64 } = options;
  if (typeof interrupt !== "boolean") throw new TypeError(expected("interrupt", "a boolean", interrupt));
  checkChoice("addressBits", addressBits, [32, 64]);
  const { words, length } = table;
  if (length === 0) throw new SegringError("NOT_EXPRESSIBLE", "the table is empty: a PRDT needs an entry at least");
  if (length > MAX_ENTRIES) {
    throw new SegringError(
      "NOT_EXPRESSIBLE",
      `the table has ${length} segments: a PRDT has up to ${MAX_ENTRIES} entries`,
      {
        index: MAX_ENTRIES,
      },
    );
  }
  for (let index = 0, at = 0; index < length; index++, at += RECORD_WORDS) {
    const addr = recordAddr(words, at);
    const bytes = recordLength(words, at);
    if (bytes > MAX_LENGTH) {
      throw notExpressible(index, `has ${bytes} bytes: a PRDT entry has up to ${MAX_LENGTH}, ${useLimits("ahci")}`);
    }
    if (((words[at] as number) | bytes) % 2 !== 0) {
      throw notExpressible(index, `is ${bytes} bytes at ${hexOf(addr)}: AHCI needs even addresses and lengths`);
    }
    if (addressBits === 32 && addr + BigInt(bytes) > 1n << 32n) {
      throw notExpressible(index, `ends at ${hexOf(addr + BigInt(bytes))}: this controller reaches 32 bits of address`);
    }
  }
  const view = viewOf(checkTarget("target", target, length * ENTRY_BYTES));
  for (let index = 0, at = 0; index < length; index++, at += RECORD_WORDS) {
    const entry = index * ENTRY_BYTES;
    const last = interrupt && index === length - 1 ? INTERRUPT : 0;
    view.setBigUint64(entry, recordAddr(words, at), true);
    view.setUint32(entry + 8, 0, true);
    view.setUint32(entry + 12, (recordLength(words, at) - 1 + last) >>> 0, true);
  }
  return length;
}

/**
 * Gives the table that a PRDT stands for. Neighbours are not joined. Interrupt bits are ignored. Reserved bits, which a
 * controller may ignore, are an error.
 *
 * @param count Entries: the command header's PRDTL, 0 to 65535.
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} `count` is out of its range, or `source` has
 *   fewer entries.
 * @throws {SegringError} BAD_DESCRIPTOR: an odd address or length, reserved bits, or bytes that pass 2^64.
 * @example
 * ```ts
 * const prdt = new Uint8Array(16);
 * const entries = encodePrdt(SegmentTable.from([{ addr: 0x1000, length: 512 }]), prdt, { interrupt: true });
 * console.log(decodePrdt(prdt, entries).at(0)); // { addr: 4096n, length: 512, flags: 0 }
 * ```
 */
export function decodePrdt(source: Uint8Array, count: number): SegmentTable {
  checkInteger("count", count, 0, MAX_ENTRIES);
  const view = viewOf(checkTarget("source", source, count * ENTRY_BYTES));
  const builder = new TableBuilder();
  for (let index = 0; index < count; index++) {
    const entry = index * ENTRY_BYTES;
    const addr = view.getBigUint64(entry, true);
    const word = view.getUint32(entry + 12, true);
    const bytes = (word & COUNT_MASK) + 1;
    if (addr % 2n !== 0n || bytes % 2 !== 0) {
      throw badDescriptor(index, `expected an even address and length, got ${bytes} bytes at ${hexOf(addr)}`);
    }
    if (view.getUint32(entry + 8, true) !== 0 || (word & ~(COUNT_MASK | INTERRUPT)) !== 0) {
      throw badDescriptor(index, "expected 0 in reserved bits");
    }
    if (addr + BigInt(bytes) > ADDRESS_SPACE) throw badDescriptor(index, `${bytes} bytes at ${hexOf(addr)} pass 2^64`);
    builder.addApart(addr, BigInt(bytes));
  }
  return builder.finish();
}
