import { write } from "node:fs";
import type { Writable } from "node:stream";
import { promisify } from "node:util";
import { codeOf, DataError, ReaderGone, systemFault } from "./errors.js";

/** Where bytes go, in order. */
export interface Output {
  readonly isTerminal: boolean;
  /**
   * Resolves when the bytes are with the system: whoever awaits it holds one piece at a time.
   *
   * @throws {ReaderGone} Nobody reads any more. @throws {DataError} The system refuses.
   */
  write(bytes: Uint8Array): Promise<void>;
}

const writeDescriptor = promisify(write);

/** An open file: a regular one, a device, a FIFO. */
export class DescriptorOutput implements Output {
  readonly isTerminal: boolean;
  readonly #descriptor: number;
  readonly #name: string;

  constructor(descriptor: number, name: string, isTerminal = false) {
    this.#descriptor = descriptor;
    this.#name = name;
    this.isTerminal = isTerminal;
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      for (let done = 0; done < bytes.length; ) {
        const left = bytes.length - done;
        const { bytesWritten } = await writeDescriptor(this.#descriptor, bytes, done, left, null);
        // Asking again might never end.
        if (bytesWritten === 0) throw new DataError(`${this.#name}: expected room for ${left} bytes, got none`);
        done += bytesWritten;
      }
    } catch (error) {
      throw writeFault(this.#name, error);
    }
  }
}

/** A stream of Node's. */
export class StreamOutput implements Output {
  readonly isTerminal: boolean;
  readonly #stream: Writable;
  readonly #name: string;

  constructor(stream: Writable, name: string, isTerminal = false) {
    this.#stream = stream;
    this.#name = name;
    this.isTerminal = isTerminal;
    // The callback of the write has the error; without a listener it would end the process as well.
    stream.on("error", () => {});
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        this.#stream.write(bytes, (error) => (error ? reject(error) : resolve()));
      });
    } catch (error) {
      throw writeFault(this.#name, error);
    }
  }
}

function writeFault(name: string, error: unknown): unknown {
  return codeOf(error) === "EPIPE"
    ? new ReaderGone("nobody reads the output", { cause: error })
    : systemFault(name, error);
}
