import { RangeFault } from "./fault.js";

const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const BYTE_ORDER_MARK = "\ufeff";

/**
 * A line as text.
 *
 * @throws {RangeFault} The bytes are no UTF-8, or there is a NUL among them, as in UTF-16 and in binary data.
 */
export function decodeLine(bytes: Uint8Array): string {
  let line: string;
  try {
    // Browsers decode no shared memory, and none of ours is.
    line = decoder.decode(bytes);
  } catch {
    const [at, byte] = firstFault(bytes);
    throw new RangeFault(at, `expected UTF-8, got the byte 0x${byte.toString(16).padStart(2, "0")}`);
  }
  const nul = line.indexOf("\0");
  if (nul >= 0) throw new RangeFault(nul, "expected text, got a NUL byte");
  return line;
}

/** As {@link decodeLine}, of the first line of a text, without its byte order mark. */
export function decodeStart(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw new RangeFault(0, "expected UTF-8, got the byte order mark of UTF-16");
  }
  const line = decodeLine(bytes);
  return line.startsWith(BYTE_ORDER_MARK) ? line.slice(1) : line;
}

/** The first character that is no UTF-8, and its first byte. */
function firstFault(bytes: Uint8Array): [at: number, byte: number] {
  // Where a prefix is not valid, no longer one is. The start of a character at its end is valid.
  let [valid, invalid] = [0, bytes.byteLength];
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    if (isStart(bytes.subarray(0, middle))) valid = middle;
    else invalid = middle;
  }
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(0, valid), { stream: true });
  return [text.length, bytes[new TextEncoder().encode(text).byteLength] as number];
}

function isStart(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
