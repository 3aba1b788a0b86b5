import { readFileSync } from "node:fs";
import { endianness } from "node:os";
import { procAccess } from "./proc.js";

const AUXV = "/proc/self/auxv";
/** Entry types of the auxiliary vector (getauxval(3), include/uapi/linux/auxvec.h). */
const AT_NULL = 0;
const AT_PAGESZ = 6;

/** Node's names for the platforms whose machine word is 4 bytes. */
const NARROW: readonly string[] = ["arm", "ia32", "mips", "mipsel", "ppc"];

/**
 * Gives the machine's page size in bytes, a power of two: 4096 nearly everywhere, 16384 or 65536 on some arm64 and
 * ppc64.
 *
 * Node has no call for the page size. The kernel hands it to every process in the auxiliary vector, as AT_PAGESZ;
 * getpagesize(3) and `getconf PAGESIZE` read it there too. (`KernelPageSize` in smaps is the page size of one mapping,
 * which huge pages change.)
 *
 * Cost: one file of some 400 bytes.
 *
 * @throws {Error} There is no `/proc/self/auxv` (this is not Linux; the error has a cause), or the vector has no valid
 *   entry.
 * @example
 * ```ts
 * console.log(Math.log2(systemPageBytes()) % 1); // 0
 * ```
 */
export function systemPageBytes(): number {
  const auxv = procAccess(AUXV, () => readFileSync(AUXV));
  return auxvPageBytes(auxv, NARROW.includes(process.arch) ? 4 : 8, endianness() === "LE");
}

/** @internal AT_PAGESZ of an auxiliary vector: pairs of machine words, type and value, up to AT_NULL. */
export function auxvPageBytes(auxv: Uint8Array, wordBytes: 4 | 8, littleEndian: boolean): number {
  const view = new DataView(auxv.buffer, auxv.byteOffset, auxv.byteLength);
  const word = (at: number) =>
    wordBytes === 4 ? view.getUint32(at, littleEndian) : Number(view.getBigUint64(at, littleEndian));
  for (let at = 0; at + 2 * wordBytes <= view.byteLength; at += 2 * wordBytes) {
    const type = word(at);
    if (type === AT_NULL) break;
    if (type !== AT_PAGESZ) continue;
    const pageBytes = word(at + wordBytes);
    if (pageBytes > 0 && Math.log2(pageBytes) % 1 === 0) return pageBytes;
    throw new Error(`"${AUXV}" expected a power of two as AT_PAGESZ, got ${pageBytes}`);
  }
  throw new Error(`"${AUXV}" expected an entry AT_PAGESZ, got none in ${auxv.byteLength} bytes`);
}
