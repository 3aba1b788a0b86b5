/** What memory itself costs: no way to coalesce records is faster than to read them. */
import type { Contestant } from "./contest.js";
import type { RaceInput } from "./input.js";

/**
 * Sums 64 bytes a turn with SIMD. From AssemblyScript (`asc -O3 --noAssert --runtime stub --enable simd --importMemory`):
 *
 *     export function read(address: usize, bytes: usize): i64 {
 *       let a = i64x2.splat(0), b = i64x2.splat(0);
 *       const end = address + bytes;
 *       for (; address < end; address += 64) {
 *         a = i64x2.add(i64x2.add(a, v128.load(address)), v128.load(address, 32));
 *         b = i64x2.add(i64x2.add(b, v128.load(address, 16)), v128.load(address, 48));
 *       }
 *       a = i64x2.add(a, b);
 *       return i64x2.extract_lane(a, 0) + i64x2.extract_lane(a, 1);
 *     }
 */
const READ =
  "AGFzbQEAAAABBwFgAn9/AX4CEgEDZW52Bm1lbW9yeQIBAYCABAMCAQAHCAEEcmVhZAAACl8BXQECeyAAIAFqIQEDQCAAIAFJBEAgAiAA/QAEAP3OASAA" +
  "/QAEIP3OASECIAMgAP0ABBD9zgEgAP0ABDD9zgEhAyAAQUBrIQAMAQsLIAIgA/3OASIC/R0AIAL9HQF8Cw==";

const PAGE = 65536;
const LINE = 64;

const reading: Contestant = {
  name: "reading",
  kind: "floor",
  how: "a SIMD sum of the records in wasm",
  prepare({ bytes }) {
    const length = Math.ceil(bytes.length / LINE) * LINE;
    const memory = new WebAssembly.Memory({ initial: Math.ceil(length / PAGE) + 1, maximum: PAGE });
    const code = Uint8Array.from(atob(READ), (letter) => letter.charCodeAt(0));
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), { env: { memory } });
    const read = exports.read as (address: number, bytes: number) => bigint;
    new Uint8Array(memory.buffer).set(bytes);
    let sum = 0n;
    return {
      run() {
        sum = read(0, length);
        return sum;
      },
      answer: () => bytesOf(sum),
    };
  },
  expected({ bigints }) {
    let sum = 0n;
    for (const word of bigints) sum = BigInt.asUintN(64, sum + word);
    return bytesOf(sum);
  },
};

const copying: Contestant = {
  name: "copying",
  kind: "floor",
  how: "TypedArray.set of the records to memory that is in use",
  prepare({ bytes }) {
    const target = new Uint8Array(bytes.length);
    return { run: () => target.set(bytes), answer: () => target };
  },
  expected: ({ bytes }: RaceInput) => bytes,
};

const freshPages: Contestant = {
  name: "fresh pages",
  kind: "floor",
  how: "TypedArray.slice of the records: a copy to memory that the system has to give",
  prepare({ bytes }) {
    let copy = bytes.subarray(0, 0);
    return {
      run() {
        copy = bytes.slice();
        return copy;
      },
      answer: () => copy,
    };
  },
  expected: ({ bytes }: RaceInput) => bytes,
};

function bytesOf(sum: bigint): Uint8Array {
  return new Uint8Array(BigUint64Array.of(BigInt.asUintN(64, sum)).buffer);
}

export const floors: readonly Contestant[] = [reading, copying, freshPages];
