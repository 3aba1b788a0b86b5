import { SegringError } from "../errors.js";

/** An ArrayBuffer of zeros. @throws {SegringError} OUT_OF_MEMORY */
export function newBuffer(byteLength: number): ArrayBuffer {
  try {
    return new ArrayBuffer(byteLength);
  } catch (cause) {
    throw new SegringError("OUT_OF_MEMORY", `${byteLength} bytes could not be allocated`, { cause });
  }
}
