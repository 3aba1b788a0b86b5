import { newShared } from "./shared.js";

/** Bytes that are kept for later at most. */
const MOST_FREE = 2 ** 26;

/** Shared memory that is used again and again, for ranges that lie in memory of one thread. */
export class Staging {
  readonly #free: SharedArrayBuffer[] = [];
  #freeBytes = 0;

  /** A shared copy of the view, until it is released. @throws {SegringError} OUT_OF_MEMORY */
  copy<T extends Uint32Array | Float64Array | BigUint64Array>(view: T): { readonly shared: T; release(): void } {
    const { buffer, release } = this.#buffer(view.byteLength);
    const itsClass = view.constructor as new (buffer: SharedArrayBuffer, offset: number, length: number) => T;
    const shared = new itsClass(buffer, 0, view.length);
    shared.set(view as never);
    return { shared, release };
  }

  /** Shared words, until they are released. Their contents are not defined. @throws {SegringError} OUT_OF_MEMORY */
  take(words: number): { readonly shared: Uint32Array; release(): void } {
    const { buffer, release } = this.#buffer(words * 4);
    return { shared: new Uint32Array(buffer, 0, words), release };
  }

  #buffer(byteLength: number): { readonly buffer: SharedArrayBuffer; release(): void } {
    const fit = this.#free.findIndex((buffer) => buffer.byteLength >= byteLength);
    const [kept] = fit < 0 ? [] : this.#free.splice(fit, 1);
    this.#freeBytes -= kept?.byteLength ?? 0;
    const buffer = kept ?? newShared(byteLength);
    const release = () => {
      if (this.#freeBytes + buffer.byteLength > MOST_FREE) return;
      this.#free.push(buffer);
      this.#freeBytes += buffer.byteLength;
    };
    return { buffer, release };
  }
}
