/** A request's segments as a device reads them. */
import type { SegmentTable } from "segring";
import { encodePrp, encodeSgl, encodeVirtioSplit } from "segring/descriptors";
import type { ListBytes } from "../protocol.js";
import type { List } from "../settings.js";

const PAGE_BYTES = 4096;
/** Where the lists are said to lie: any address that is a multiple of a page would do. */
const LIST_ADDR = 0x10_0000n;

/**
 * Writes the list.
 *
 * @throws {SegringError} NOT_EXPRESSIBLE: the device's list cannot say these segments; the message names the segment.
 */
export function encodeList(list: List, table: SegmentTable): ListBytes {
  switch (list) {
    case "prp": {
      const entries = Math.ceil(Number(table.totalBytes) / PAGE_BYTES) + 1;
      const bytes = new Uint8Array((Math.ceil(entries / (PAGE_BYTES / 8 - 1)) + 1) * PAGE_BYTES);
      const { prp1, prp2, listEntries, listPages } = encodePrp(table, { bytes, addr: LIST_ADDR });
      const used = listPages === 0 ? 0 : listEntries + listPages - 1;
      return { bytes: bytes.slice(0, 8 * used), fields: fieldsOf({ prp1, prp2 }) };
    }
    case "sgl": {
      const bytes = new Uint8Array(16 * table.length);
      const { sgl1, descriptors } = encodeSgl(table, { bytes, addr: LIST_ADDR });
      const view = new DataView(sgl1.buffer, sgl1.byteOffset);
      const fields = { "sgl1 address": view.getBigUint64(0, true), "sgl1 length, type": view.getBigUint64(8, true) };
      return { bytes: bytes.slice(0, 16 * descriptors), fields: fieldsOf(fields) };
    }
    case "virtio": {
      const bytes = new Uint8Array(16 * 2 ** Math.ceil(Math.log2(Math.max(table.length, 1))));
      const slots = Array.from({ length: table.length }, (_, slot) => slot);
      const { head, used } = encodeVirtioSplit({ readable: table }, bytes, slots);
      return { bytes: bytes.slice(0, 16 * used), fields: fieldsOf({ head }) };
    }
  }
}

function fieldsOf(fields: Record<string, bigint | number>): [string, string][] {
  return Object.entries(fields).map(([name, value]) => [name, `0x${value.toString(16)}`]);
}
