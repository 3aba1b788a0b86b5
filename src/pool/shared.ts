import { SegringError } from "../core/errors.js";

/** Shared memory of zeros. The platform gives pages where they are written. @throws {SegringError} OUT_OF_MEMORY */
export function newShared(byteLength: number): SharedArrayBuffer {
  try {
    return new SharedArrayBuffer(byteLength);
  } catch (cause) {
    throw new SegringError("OUT_OF_MEMORY", `${byteLength} bytes of shared memory could not be allocated`, { cause });
  }
}
