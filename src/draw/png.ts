/*
 * PNG of 256 colours at most, made at once and anywhere: no zlib, no canvas. The codes of DEFLATE are the fixed ones, and
 * matches begin one byte or one row back, which is where runs and repeated rows are. An index below 144 takes 8 bits at
 * most, so 1024 x 1024 such indices take 1.05 MB at most.
 */

/** Makes a PNG of indices, in rows. @param palette Colours, 0xRRGGBB, 256 at most. */
export function encodePng(indices: Uint8Array, width: number, palette: readonly number[]): Uint8Array {
  const height = indices.length / width;
  const header = new Uint8Array(13);
  const fields = new DataView(header.buffer);
  fields.setUint32(0, width);
  fields.setUint32(4, height);
  // 8 bits an index, indices into a palette; the only ways of packing and filtering; not interlaced.
  header.set([8, 3, 0, 0, 0], 8);
  const colours = palette.flatMap((colour) => [colour >>> 16, (colour >>> 8) & 0xff, colour & 0xff]);
  const rows = new Uint8Array((width + 1) * height);
  for (let y = 0; y < height; y++) rows.set(indices.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return concatenated([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", header),
    chunk("PLTE", Uint8Array.from(colours)),
    chunk("IDAT", zlib(rows, width + 1)),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

/** Bytes in base64. `btoa` is not in every place where code runs. */
export function base64(bytes: Uint8Array): string {
  const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const digit = (bits: number) => digits[bits & 63] as string;
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b, c] = [bytes[at], bytes[at + 1], bytes[at + 2]];
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    parts.push(
      digit(bits >>> 18) +
        digit(bits >>> 12) +
        (b === undefined ? "=" : digit(bits >>> 6)) +
        (c === undefined ? "=" : digit(bits)),
    );
  }
  return parts.join("");
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12);
  const fields = new DataView(bytes.buffer);
  fields.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = name.charCodeAt(i);
  bytes.set(data, 8);
  fields.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

function crc32(bytes: Uint8Array): number {
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let sum = byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? 0xedb88320 ^ (sum >>> 1) : sum >>> 1;
    return sum;
  });
  let crc = 0xffff_ffff;
  for (let at = 0; at < bytes.length; at++) {
    crc = (table[(crc ^ (bytes[at] as number)) & 0xff] as number) ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}

function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (let at = 0; at < bytes.length; at++) {
    a = (a + (bytes[at] as number)) % 65521;
    b = (b + a) % 65521;
  }
  return ((b << 16) | a) >>> 0;
}

/** Matches of DEFLATE. */
const MIN_MATCH = 3;
const MAX_MATCH = 258;
const END_OF_BLOCK = 256;

/** A stream of zlib with one block of fixed codes. @param stride Bytes in a row: how far back a second match may begin. */
function zlib(bytes: Uint8Array, stride: number): Uint8Array {
  const out = new BitWriter(Math.ceil((bytes.length * 9) / 8) + 16);
  out.put(0x0178, 16);
  // The last block, of fixed codes.
  out.put(0b011, 3);
  for (let at = 0; at < bytes.length; ) {
    const byRun = matchAt(bytes, at, 1);
    const byRow = matchAt(bytes, at, stride);
    const length = Math.max(byRun, byRow);
    if (length < MIN_MATCH) {
      out.putSymbol(bytes[at] as number);
      at++;
    } else {
      putMatch(out, length, byRun >= byRow ? 1 : stride);
      at += length;
    }
  }
  out.putSymbol(END_OF_BLOCK);
  out.align();
  const sum = adler32(bytes);
  for (const shift of [24, 16, 8, 0]) out.put((sum >>> shift) & 0xff, 8);
  return out.finish();
}

/** How many bytes from `at` on are those that lie `distance` before. */
function matchAt(bytes: Uint8Array, at: number, distance: number): number {
  if (at < distance) return 0;
  const most = Math.min(MAX_MATCH, bytes.length - at);
  let length = 0;
  while (length < most && bytes[at + length] === bytes[at + length - distance]) length++;
  return length;
}

function putMatch(out: BitWriter, length: number, distance: number): void {
  const more = length - MIN_MATCH;
  const extra = more < 8 || length === MAX_MATCH ? 0 : 29 - Math.clz32(more);
  out.putSymbol(length === MAX_MATCH ? 285 : more < 8 ? 257 + more : 257 + 4 * extra + (more >>> extra));
  out.put(more & (2 ** extra - 1), extra);
  const back = distance - 1;
  const bits = back < 4 ? 0 : 30 - Math.clz32(back);
  out.putCode(back < 4 ? back : 2 * bits + (back >>> bits), 5);
  out.put(back & (2 ** bits - 1), bits);
}

/** Bits from the least significant of each byte on. */
class BitWriter {
  readonly #bytes: Uint8Array;
  #used = 0;
  #bits = 0;
  #count = 0;

  constructor(byteLength: number) {
    this.#bytes = new Uint8Array(byteLength);
  }

  /** A number, its least bit first. @param count Bits, 0 to 16. */
  put(value: number, count: number): void {
    this.#bits |= value << this.#count;
    this.#count += count;
    while (this.#count >= 8) {
      this.#bytes[this.#used++] = this.#bits;
      this.#bits >>>= 8;
      this.#count -= 8;
    }
  }

  /** A code, its greatest bit first. */
  putCode(code: number, count: number): void {
    let turned = 0;
    for (let bit = 0; bit < count; bit++) turned |= ((code >>> bit) & 1) << (count - 1 - bit);
    this.put(turned, count);
  }

  /** A literal, a length or the end, in its fixed code. */
  putSymbol(symbol: number): void {
    if (symbol < 144) this.putCode(0x30 + symbol, 8);
    else if (symbol < 256) this.putCode(0x190 + symbol - 144, 9);
    else if (symbol < 280) this.putCode(symbol - 256, 7);
    else this.putCode(0xc0 + symbol - 280, 8);
  }

  /** Up to a whole byte. */
  align(): void {
    if (this.#count > 0) this.put(0, 8 - this.#count);
  }

  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#used);
  }
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
