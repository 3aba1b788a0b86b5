import { SegringError } from "../core/errors.js";
import type { RecordSource } from "../core/input.js";
import type { Block } from "../engine/engine.js";

/** The records of `SegmentMapper.input`, until they are released. Their memory does not grow: views of it stay valid. */
export class MapperInput implements RecordSource {
  readonly #byteLength: number;
  #block: Block | undefined;
  #isClosed = false;

  /** @param byteLength Of the block, from its start on: the records. */
  constructor(block: Block, byteLength: number) {
    this.#block = block;
    this.#byteLength = byteLength;
  }

  /** @throws {SegringError} STALE after another `input`; CLOSED. */
  get bytes(): Uint8Array {
    return this.block.bytes.subarray(0, this.#byteLength);
  }

  /** @throws {SegringError} As `bytes`. */
  get block(): Block {
    if (this.#block !== undefined) return this.#block;
    if (this.#isClosed) throw new SegringError("CLOSED", "the mapper is closed");
    throw new SegringError(
      "STALE",
      '"input" expected the records of the latest input(): another one took their memory back',
    );
  }

  /** Ends the records. */
  release(isClosed: boolean): void {
    this.#block = undefined;
    this.#isClosed = isClosed;
  }
}
