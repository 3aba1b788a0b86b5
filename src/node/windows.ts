import { expected } from "../core/errors.js";
import { checkKeys, NO_OPTIONS } from "../core/options.js";
import { BUS } from "../core/record.js";
import type { TranslationWindow } from "../devices/translate.js";
import { type IomemRange, readIomem } from "./iomem.js";

const KEYS = { busOffset: true } as const;

/**
 * The windows of a machine for `translate`, from its physical address map: system RAM, and what lies in PCI windows with
 * BUS (and so NOMERGE). All else, reserved ranges and platform devices, is in no window. Neighbours of one kind are joined.
 *
 * Bus addresses are taken to be the CPU's, as on x86: `/proc/iomem` does not say what a host bridge adds.
 *
 * @param ranges What `parseIomem` gave; default: this machine's, `readIomem()`.
 * @param options.busOffset Bus address less CPU address in PCI windows; default 0.
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} `busOffset` is no integer. Where `ranges` is left out, as `readIomem` does.
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
