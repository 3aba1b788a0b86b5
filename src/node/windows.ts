import { expected } from "../core/errors.js";
import { checkKeys, NO_OPTIONS } from "../core/options.js";
import { BUS } from "../core/record.js";
import type { TranslationWindow } from "../devices/translate.js";
import type { IomemRange } from "../text/system/iomem.js";
import { readIomem } from "./iomem.js";

const KEYS = { busOffset: true } as const;

/**
 * Makes the windows of a machine for `translate`, from its physical address map. System RAM is in windows without
 * flags. What lies in PCI windows gets BUS, and so NOMERGE. All else, reserved ranges and platform devices, is in no
 * window. Neighbours of one kind are joined.
 *
 * Bus addresses are taken to be CPU addresses, as on x86: `/proc/iomem` does not say what a host bridge adds.
 *
 * @param ranges What `parseIomem` gave; default: those of this machine, `readIomem()`.
 * @param options.busOffset Bus address less CPU address in PCI windows; default 0.
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} `busOffset` is no integer. Without `ranges`
 *   also as `readIomem`.
 * @example
 * ```ts
 * const text = "00001000-0009ffff : System RAM\nc0000000-dfffffff : PCI Bus 0000:00\n";
 * const [ram, bus] = iomemWindows(parseIomem(text));
 * console.log(ram?.addr, bus?.flags === BUS); // 4096n true
 * ```
 */
export function iomemWindows(
  ranges: readonly IomemRange[] = readIomem(),
  options: { busOffset?: number | bigint | undefined } = NO_OPTIONS,
): TranslationWindow[] {
  checkKeys("options", options, KEYS);
  const { busOffset = 0 } = options;
  if (typeof busOffset !== "number" && typeof busOffset !== "bigint") {
    throw new TypeError(expected("busOffset", "a number or a bigint", busOffset));
  }
  if (typeof busOffset === "number" && !Number.isSafeInteger(busOffset)) {
    throw new RangeError(expected("busOffset", "an integer, above 2^53 - 1 a bigint", busOffset));
  }
  const windows: (TranslationWindow & { addr: bigint; length: bigint })[] = [];
  let last: IomemRange | undefined;
  for (const range of ranges) {
    const window = windows.at(-1);
    const { addr, length, kind } = range;
    if (kind === "other") {
      last = undefined;
      continue;
    }
    // A window of 2^64 bytes does not exist: such a map comes in two halves, and stays so.
    if (
      window !== undefined &&
      last?.kind === kind &&
      window.addr + window.length === addr &&
      window.length + length < 1n << 64n
    ) {
      window.length += length;
    } else {
      windows.push(kind === "ram" ? { addr, length } : { addr, length, offset: busOffset, flags: BUS });
    }
    last = range;
  }
  return windows;
}
