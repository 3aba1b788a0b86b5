/** Fuzzed bytes as numbers and choices. Where the bytes end, all is 0. */
export class Source {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isEmpty(): boolean {
    return this.#at >= this.#bytes.length;
  }

  u8(): number {
    return this.#bytes[this.#at++] ?? 0;
  }

  u16(): number {
    return this.u8() | (this.u8() << 8);
  }

  u32(): number {
    return (this.u16() | (this.u16() << 16)) >>> 0;
  }

  u64(): bigint {
    const low = this.u32();
    return (BigInt(this.u32()) << 32n) | BigInt(low);
  }

  /** From `low` to `high`, at most 65535 apart. */
  integer(low: number, high: number): number {
    const span = high - low + 1;
    return low + ((span <= 256 ? this.u8() : this.u16()) % span);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.u8() % choices.length] as T;
  }

  /** A copy of the next bytes, `count` or as many as there are. */
  take(count = Number.POSITIVE_INFINITY): Uint8Array<ArrayBuffer> {
    const taken = Uint8Array.from(this.#bytes.subarray(this.#at, this.#at + count));
    this.#at += taken.length;
    return taken;
  }
}

/** The input did what no input may do. */
export function fault(what: string, cause?: unknown): never {
  throw new Error(`FAULT: ${what}`, { cause });
}

/** Compares two results, bigints and typed arrays in them too. */
export function checkSame(what: string, found: unknown, wanted: unknown): void {
  const [left, right] = [shown(found), shown(wanted)];
  if (left !== right) fault(`${what}: got ${left.slice(0, 2000)}, expected ${right.slice(0, 2000)}`);
}

function shown(value: unknown): string {
  return (
    JSON.stringify(value, (_, part) => {
      if (typeof part === "bigint") return `${part}n`;
      return part instanceof Uint8Array ? Buffer.from(part).toString("hex") : part;
    }) ?? "undefined"
  );
}

/** What a call gives, or the error if it is of the kind that says that the input is not valid. Any other error goes on. */
export function outcomeOf<T>(
  call: () => T,
  isRefusal: (error: unknown) => boolean,
): { value: T } | { refused: string } {
  try {
    return { value: call() };
  } catch (error) {
    if (isRefusal(error)) return { refused: (error as Error).message };
    throw error;
  }
}
