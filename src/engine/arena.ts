import { SegringError } from "../core/errors.js";

/** Linear memory grows by whole pages of this size. */
export const PAGE_BYTES = 65536;
/** The last page of 4 GiB stays unused, so that no block ends at 2^32, which 32 bits would take for 0. */
const MAX_PAGES = 65535;
/** Compiled code may fold offsets below this into addresses; asc places nothing there either. */
const FIRST_ADDRESS = 1024;
const ALIGNMENT = 16;
/** Memory grows by this much at least: growing detaches every view. */
const GROWTH_PAGES = 16;

/** The one owner of a linear memory. The arena hands out blocks, first fit, and grows the memory. */
export class Arena {
  readonly memory: WebAssembly.Memory;
  readonly #maximumPages: number;
  /** Free pieces by address; no two touch. */
  readonly #free: { at: number; end: number }[];
  /** Kept, because the platform takes long to tell. */
  #buffer: ArrayBuffer;
  #bytes: Uint8Array<ArrayBuffer>;
  #words: Uint32Array<ArrayBuffer>;
  #signed: Int32Array<ArrayBuffer>;

  /**
   * @param maxBytes What the memory may grow to, rounded down to pages of 64 KiB.
   * @param isFixed  The memory has all of them from the start, and never grows. The platform gives pages where they are written.
   * @throws {SegringError} OUT_OF_MEMORY
   */
  constructor(maxBytes: number, isFixed = false) {
    this.#maximumPages = Math.min(Math.floor(maxBytes / PAGE_BYTES), MAX_PAGES);
    const initial = isFixed ? this.#maximumPages : 1;
    try {
      this.memory = new WebAssembly.Memory({ initial, maximum: this.#maximumPages });
    } catch (cause) {
      throw new SegringError("OUT_OF_MEMORY", "no address space for another linear memory", { cause });
    }
    this.#free = [{ at: FIRST_ADDRESS, end: initial * PAGE_BYTES }];
    this.#buffer = this.memory.buffer as ArrayBuffer;
    this.#bytes = new Uint8Array(this.#buffer);
    this.#words = new Uint32Array(this.#buffer);
    this.#signed = new Int32Array(this.#buffer);
  }

  /** The whole memory. Valid until the next `allocate`. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }

  /** The memory as 32-bit words. */
  get words(): Uint32Array<ArrayBuffer> {
    return this.#words;
  }

  /** The memory as signed words: the platform copies arrays of one class as fast as bytes. */
  get signed(): Int32Array<ArrayBuffer> {
    return this.#signed;
  }

  /** Whether this buffer is the memory. */
  isOver(buffer: ArrayBufferLike): boolean {
    return buffer === this.#buffer;
  }

  /** Bytes that are free, or that the memory may still grow by. */
  get room(): number {
    const free = this.#free.reduce((sum, { at, end }) => sum + end - at, 0);
    return free + this.#maximumPages * PAGE_BYTES - this.memory.buffer.byteLength;
  }

  /**
   * The address of `byteLength` free bytes. The contents of the bytes are not defined.
   *
   * @param alignment The address is a multiple of this number, a multiple of 16.
   * @throws {SegringError} OUT_OF_MEMORY; nothing has changed.
   */
  allocate(byteLength: number, alignment = ALIGNMENT): number {
    if (byteLength === 0) return FIRST_ADDRESS;
    const size = roundUp(byteLength);
    let fit = this.#free.findIndex(({ at, end }) => end - roundUp(at, alignment) >= size);
    if (fit < 0) {
      this.#grow(size + alignment - ALIGNMENT);
      fit = this.#free.length - 1;
    }
    const { at, end } = this.#free[fit] as { at: number; end: number };
    const address = roundUp(at, alignment);
    const rest = [
      { at, end: address },
      { at: address + size, end },
    ];
    this.#free.splice(fit, 1, ...rest.filter((piece) => piece.at < piece.end));
    return address;
  }

  /** Gives back what `allocate(byteLength)` returned. */
  free(address: number, byteLength: number): void {
    if (byteLength === 0) return;
    const end = address + roundUp(byteLength);
    let next = this.#free.findIndex((piece) => piece.at >= end);
    if (next < 0) next = this.#free.length;
    const before = this.#free[next - 1];
    const after = this.#free[next];
    if (before?.end === address && after?.at === end) {
      before.end = after.end;
      this.#free.splice(next, 1);
    } else if (before?.end === address) {
      before.end = end;
    } else if (after?.at === end) {
      after.at = address;
    } else {
      this.#free.splice(next, 0, { at: address, end });
    }
  }

  /** Grows until the last free piece holds `size` bytes. */
  #grow(size: number): void {
    const top = this.memory.buffer.byteLength;
    const last = this.#free.at(-1);
    const reusable = last?.end === top ? top - last.at : 0;
    const needed = Math.ceil((size - reusable) / PAGE_BYTES);
    const possible = this.#maximumPages - top / PAGE_BYTES;
    try {
      if (needed > possible) throw new RangeError(`the limit is ${this.#maximumPages} pages of 64 KiB`);
      this.memory.grow(Math.min(Math.max(needed, GROWTH_PAGES), possible));
    } catch (cause) {
      throw new SegringError(
        "OUT_OF_MEMORY",
        `${size} more bytes do not fit: ${top} are in use or free in pieces, maxMemoryBytes allows ${this.#maximumPages * PAGE_BYTES}`,
        { cause },
      );
    }
    this.#buffer = this.memory.buffer as ArrayBuffer;
    this.#bytes = new Uint8Array(this.#buffer);
    this.#words = new Uint32Array(this.#buffer);
    this.#signed = new Int32Array(this.#buffer);
    if (reusable) (last as { end: number }).end = this.memory.buffer.byteLength;
    else this.#free.push({ at: top, end: this.memory.buffer.byteLength });
  }
}

function roundUp(bytes: number, unit = ALIGNMENT): number {
  return Math.ceil(bytes / unit) * unit;
}
