import { expected, SegringError, visible } from "../core/errors.js";
import { SegmentTable } from "../core/segment-table.js";
import { type Wording, worded } from "../core/wording.js";
import { checkDescriptorOptions, type ENCODERS } from "./descriptors.js";
import { type Dump, type DumpFormat, readDump } from "./dump.js";
import { DataError, UsageError } from "./errors.js";
import { withOutput } from "./files.js";
import { openInput } from "./input.js";
import type { Io } from "./io.js";
import { type OutputOptions, outputPlan, takeInRows, writeRows } from "./segments-output.js";
import { WORDING } from "./wording.js";
import { OUTPUT_FORMATS, WRITERS } from "./writers.js";

/** The options of `segring decode`. */
export interface DecodeOptions extends OutputOptions {
  format: keyof typeof ENCODERS;
  from: DumpFormat | "auto";
  field?: Readonly<Record<string, bigint>>;
  at?: bigint;
  page?: bigint;
  bigEndian?: boolean;
  gzip: boolean;
}

/** Loaded when it is needed: no other command waits for it. */
type Library = typeof import("../descriptors/index.js");

/** What a decoder reads. */
interface Source {
  readonly bytes: Uint8Array;
  /** The bytes with their address. */
  readonly memory: { readonly bytes: Uint8Array; readonly addr: bigint };
  /** A field; `fallback` where it was left out. @throws {UsageError} The field has no fallback. */
  readonly field: (name: string, fallback?: bigint) => bigint;
  readonly pageBytes: number;
  readonly bigEndian: boolean;
}

/** How descriptors of a format are read. */
interface Decoder {
  /** The fields that there are. */
  readonly fields: readonly string[];
  /** Bytes of a descriptor. */
  readonly unitBytes: 8 | 16;
  /** Whether descriptors point at descriptors. */
  readonly pointed?: true;
  readonly decode: (source: Source, library: Library) => SegmentTable | Decoded;
}

/** Segments, and what is no memory. */
interface Decoded {
  readonly table: SegmentTable;
  readonly droppedBytes: bigint;
}

/** Entries and descriptors that are read at most: as many as the library allows. */
const MOST = 2 ** 24;

/** A decoder for each format of `segring descriptors`. */
const DECODERS: Readonly<Record<keyof typeof ENCODERS, Decoder>> = {
  "nvme-prp": {
    fields: ["prp1", "prp2", "length"],
    unitBytes: 8,
    pointed: true,
    decode: ({ memory, field, pageBytes }, { decodePrp }) => {
      const prp = { prp1: field("prp1"), prp2: field("prp2", 0n), byteLength: numberOf("byteLength", field("length")) };
      return decodePrp(prp, memory, { pageBytes, maxEntries: MOST });
    },
  },
  "nvme-sgl": {
    fields: ["sgl1_addr", "sgl1_word"],
    unitBytes: 16,
    pointed: true,
    decode: ({ memory, field }, { decodeSgl }) => {
      const sgl1 = new Uint8Array(16);
      const view = new DataView(sgl1.buffer);
      view.setBigUint64(0, field("sgl1_addr"), true);
      view.setBigUint64(8, field("sgl1_word"), true);
      return decodeSgl(sgl1, memory, { maxDescriptors: MOST });
    },
  },
  "virtio-split": {
    fields: ["head"],
    unitBytes: 16,
    decode: ({ bytes, field, memory }, { decodeVirtioSplit }) => {
      // A table has a power of two of descriptors, and the dump may end after those in use.
      const ring = new Uint8Array(16 * 2 ** Math.ceil(Math.log2(Math.max(bytes.byteLength / 16, 1))));
      ring.set(bytes);
      return bothOf(decodeVirtioSplit(ring, numberOf("head", field("head", 0n)), memory));
    },
  },
  "virtio-packed": {
    fields: ["slot", "wrap"],
    unitBytes: 16,
    decode: ({ bytes, field, memory }, { decodeVirtioPacked }) => {
      const slot = numberOf("position.slot", field("slot", 0n));
      const wrap = numberOf("position.wrap", field("wrap", 1n)) as 0 | 1;
      const chain = decodeVirtioPacked(bytes, { slot, wrap }, memory);
      if (chain === undefined)
        throw new RangeError(`descriptor 1: slot ${slot} expected a chain for wrap ${wrap}, got none`);
      return bothOf(chain);
    },
  },
  ahci: {
    fields: ["prdtl"],
    unitBytes: 16,
    decode: ({ bytes, field }, { decodePrdt }) => decodePrdt(bytes, numberOf("count", field("prdtl", countIn(bytes)))),
  },
  iovec: {
    fields: ["iovcnt"],
    unitBytes: 16,
    decode: ({ bytes, field }, { decodeIovec }) =>
      decodeIovec(bytes, numberOf("count", field("iovcnt", countIn(bytes)))),
  },
  rdma: {
    fields: ["first_offset", "length"],
    unitBytes: 8,
    decode: ({ bytes, field, pageBytes, bigEndian }, { decodePageList }) => {
      const count = bytes.byteLength / 8;
      const firstOffset = numberOf("firstOffset", field("first_offset", 0n));
      const byteLength = field("length", BigInt(count) * BigInt(pageBytes) - BigInt(firstOffset));
      const byteOrder = bigEndian ? "big" : "little";
      return decodePageList(bytes, { count, firstOffset, byteLength }, { pageBytes, byteOrder });
    },
  },
  chain: {
    fields: ["first_page", "records"],
    unitBytes: 16,
    pointed: true,
    decode: ({ memory, field }, { decodeChain }) => {
      const count = field("records", -1n);
      const first = field("first_page", memory.addr);
      return decodeChain(first, memory, count < 0n ? undefined : numberOf("count", count));
    },
  },
};

/** The words of the command line for what decoders ask for. */
const DECODE_WORDING: Wording = {
  ...WORDING,
  names: {
    ...WORDING.names,
    byteLength: "length",
    firstOffset: "first_offset",
    count: "the count",
    "position.slot": "slot",
    "position.wrap": "wrap",
    "ring.byteLength": "the dump",
    "source.byteLength": "the dump",
    pageBytes: "--page",
  },
};

/**
 * `segring decode`: descriptors, as `segring descriptors` writes them, as the segments that they stand for.
 *
 * @throws {UsageError | DataError | ReaderGone | SegringError}
 */
export async function decode(file: string | undefined, options: DecodeOptions, io: Io): Promise<void> {
  const { to, forOutput } = outputPlan(options, OUTPUT_FORMATS, io);
  checkDescriptorOptions(options);
  checkFields(options);
  if (file === undefined && io.stdinIsTerminal)
    throw new UsageError("expected a FILE, or input in a pipe (- reads the terminal)");
  const library = await import("../descriptors/index.js");
  const input = await openInput(file ?? "-", options.gzip, io);
  try {
    const dump = await readDump(input, options.from, options.format);
    const { table, droppedBytes } = decoded(input.name, dump, options, library);
    await withOutput(options.output, [input], io, async (output) => {
      await writeRows([input], output, WRITERS[to](forOutput(output)), io, (take) =>
        takeInRows(table, input.bytesRead, take),
      );
    });
    if (droppedBytes !== 0n)
      io.stderr.write(`segring: ${visible(input.name)}: left out bit buckets of ${droppedBytes} bytes\n`);
  } finally {
    input.close();
  }
}

/** @throws {DataError} The descriptors are not valid; the message names the descriptor. @throws {UsageError} */
function decoded(name: string, dump: Dump, options: DecodeOptions, library: Library): Decoded {
  const decoder = DECODERS[options.format];
  const source = sourceOf(name, dump, options, decoder);
  try {
    const found = worded(DECODE_WORDING, () => decoder.decode(source, library));
    return found instanceof SegmentTable ? { table: found, droppedBytes: 0n } : found;
  } catch (cause) {
    const isData =
      cause instanceof RangeError ||
      (cause instanceof SegringError && (cause.code === "BAD_DESCRIPTOR" || cause.code === "BAD_RECORD"));
    throw isData ? new DataError(`${name}: ${cause.message}`, { cause }) : cause;
  }
}

function sourceOf(name: string, { bytes, fields, at: said }: Dump, options: DecodeOptions, decoder: Decoder): Source {
  const { format, at = said, field: given = {}, page = 4096n } = options;
  const { unitBytes } = decoder;
  const over = bytes.byteLength % unitBytes;
  if (over !== 0) {
    throw new DataError(
      `${name}: expected descriptors of ${unitBytes} bytes each, got ${bytes.byteLength} bytes, which is ${over} over`,
    );
  }
  if (said !== undefined && at !== said)
    throw new UsageError(`--at expected 0x${said.toString(16)}, as the dump says, got ${at}`);
  if (decoder.pointed && bytes.byteLength !== 0 && at === undefined) {
    throw new UsageError(`expected --at, the bus address of the ${bytes.byteLength} bytes of descriptors`);
  }
  for (const key of fields.keys()) {
    if (!decoder.fields.includes(key))
      throw new DataError(`${name}: expected only ${decoder.fields.join(", ") || "no fields"}, got ${key}`);
  }
  const field = (key: string, fallback?: bigint) => {
    const value = given[key] ?? fields.get(key) ?? fallback;
    if (value === undefined)
      throw new UsageError(`expected --field ${key}=…, which ${format} needs and the dump does not say`);
    return value;
  };
  const memory = { bytes, addr: at ?? 0n };
  return { bytes, memory, field, pageBytes: Number(page), bigEndian: options.bigEndian ?? false };
}

function checkFields({ format, field = {} }: DecodeOptions): void {
  const { fields } = DECODERS[format];
  for (const name of Object.keys(field)) {
    if (!fields.includes(name))
      throw new UsageError(`--field of ${format} expected ${fields.join(" or ")}, got ${name}`);
  }
}

/** Buffers that a device reads, then those that it writes to. */
function bothOf({ readable, writable }: { readable: SegmentTable; writable: SegmentTable }): SegmentTable {
  if (writable.length === 0) return readable;
  return readable.length === 0 ? writable : SegmentTable.from([...readable, ...writable]);
}

function countIn(bytes: Uint8Array): bigint {
  return BigInt(bytes.byteLength / 16);
}

/** A field as a number. None that a number would round is valid. */
function numberOf(name: string, value: bigint): number {
  if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  throw new RangeError(expected(name, "up to 2^53 - 1", value));
}
