import { FULL } from "../../core/record.js";
import { WIDE } from "../../engine/layout.generated.js";

/*
 * A union joins ranges kind by kind, and the merge of records compares their two u64. So in a run a record has its kind in
 * front, 26 bits, then its address:
 *
 *   1st u64  bit 0    address, upper 38 bits   38   kind (tag, BUS, NOMERGE)   64
 *   2nd u64  bit 0    len   32 FULL 33 WIDE 34   address, lower 26 bits   60
 */

/** Turns records into their keys, where they lie or elsewhere. */
export function toKeys(records: Uint32Array, keys: Uint32Array): void {
  for (let at = 0; at < records.length; at += 4) {
    const low = records[at] as number;
    const high = records[at + 1] as number;
    const length = records[at + 2] as number;
    const flags = records[at + 3] as number;
    keys[at] = (low >>> 26) | (high << 6);
    keys[at + 1] = ((flags >>> 8) << 8) | ((flags & 6) << 5) | (high >>> 26);
    keys[at + 2] = length;
    keys[at + 3] = ((low & 0x3ff_ffff) << 2) | ((flags & WIDE) >>> 3) | (flags & FULL);
  }
}

/** Turns keys into the records that they are of. */
export function fromKeys(keys: Uint32Array, records: Uint32Array): void {
  for (let at = 0; at < keys.length; at += 4) {
    const first = keys[at] as number;
    const second = keys[at + 1] as number;
    const rest = keys[at + 3] as number;
    records[at] = (rest >>> 2) | (first << 26);
    records[at + 1] = (first >>> 6) | (second << 26);
    records[at + 2] = keys[at + 2] as number;
    records[at + 3] = ((second >>> 8) << 8) | ((second >>> 5) & 6) | ((rest & 2) << 3) | (rest & FULL);
  }
}
