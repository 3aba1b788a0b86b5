import type { Block } from "./engine/engine.js";
import { SegringError } from "./errors.js";
import type { RecordSource } from "./input.js";

/**
 * The records of `SegmentMapper.input`. Memory that grows in a call detaches the views given before: what is written to
 * them then is lost without a sign. So each call of the mapper ends the views, whether memory grows or not and on both
 * engines alike, and the records are taken again only once a view has been read anew.
 */
export class MapperInput implements RecordSource {
  readonly #calls: () => number;
  #block: Block | undefined;
  #isClosed = false;
  /** Calls of the mapper before the last view was read. */
  #readAt: number;

  /** @param calls Calls of the mapper so far that may have let its memory grow. */
  constructor(block: Block, calls: () => number) {
    this.#block = block;
    this.#calls = calls;
    this.#readAt = calls();
  }

  /** A view that is valid until the next call. @throws {SegringError} STALE: there was another `input`; CLOSED. */
  get bytes(): Uint8Array {
    const { bytes } = this.#memory();
    this.#readAt = this.#calls();
    return bytes;
  }

  /** The memory, for a call that takes the records. @throws {SegringError} As `bytes`; STALE: no view was read since the last call. */
  lend(): Block {
    const block = this.#memory();
    if (this.#readAt === this.#calls()) return block;
    throw new SegringError(
      "STALE",
      '"input" expected its words or bytes to be read since the last call of its mapper: that call ended the views given before',
    );
  }

  /** Gives the memory back. */
  release(isClosed: boolean): void {
    this.#block?.free();
    this.#block = undefined;
    this.#isClosed = isClosed;
  }

  #memory(): Block {
    if (this.#block !== undefined) return this.#block;
    if (this.#isClosed) throw new SegringError("CLOSED", "the mapper is closed");
    throw new SegringError(
      "STALE",
      '"input" expected the records of the latest input(): another one took their memory back',
    );
  }
}
