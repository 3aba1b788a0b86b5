import { expected } from "../core/errors.js";
import type { SegmentTable } from "../core/segment-table.js";
import { pages } from "../table/pages.js";
import { collectTable } from "./collect.js";
import { DataError, UsageError } from "./errors.js";
import { withResult } from "./files.js";
import type { Io } from "./io.js";
import { type InputOptions, inWords, type LimitOptions, mapperOf, PRESETS, type ThreadsOption } from "./options.js";
import { checkOutputName } from "./packings.js";
import { Turns } from "./turns.js";

/** What `segring descriptors` writes. */
export const DESCRIPTOR_OUTPUTS = ["text", "json", "binary"] as const;

/** The options of `segring descriptors`. */
export interface DescriptorsOptions extends LimitOptions, InputOptions {
  threads?: ThreadsOption;
  format: keyof typeof ENCODERS;
  preset?: keyof typeof PRESETS;
  at?: bigint;
  page?: bigint;
  writable?: boolean;
  bigEndian?: boolean;
  to: (typeof DESCRIPTOR_OUTPUTS)[number];
  output?: string;
}

/** Descriptors in memory at an address, and what goes elsewhere: into a command, a register. */
interface Encoded {
  readonly fields: Readonly<Record<string, bigint | number>>;
  readonly bytes: Uint8Array;
  /** Something points at the bytes, so that their address must be known. */
  readonly isPointedAt?: boolean;
}

/** The options, with an address that may be a stand-in. */
type EncoderOptions = DescriptorsOptions & { readonly at: bigint };
/** Loaded when it is needed: no other command waits for it. */
type Library = typeof import("../descriptors/index.js");
type Encoder = (table: SegmentTable, options: EncoderOptions, library: Library) => Encoded;

/** The longest memory that is made for descriptors. */
const MAX_BYTES = 2 ** 30;
const PAGE_BYTES = 4096;

/** An encoder for each format. The memory is as long as it must be at most, and cut to what was written. */
export const ENCODERS = {
  "nvme-prp": (table, { at, page = BigInt(PAGE_BYTES) }, { encodePrp }) => {
    const entries = pages(table, page).count;
    const slots = Number(page) / 8;
    const bytes = memoryOf((Math.ceil(entries / (slots - 1)) + 1) * Number(page));
    const { prp1, prp2, listEntries, listPages } = encodePrp(table, { bytes, addr: at }, { pageBytes: Number(page) });
    const used = listPages === 0 ? 0 : listEntries + listPages - 1;
    return {
      fields: { prp1, prp2, length: table.totalBytes },
      bytes: bytes.subarray(0, used * 8),
      isPointedAt: listPages > 0,
    };
  },
  "nvme-sgl": (table, { at }, { encodeSgl }) => {
    const bytes = memoryOf(table.length * 16);
    const { sgl1, descriptors } = encodeSgl(table, { bytes, addr: at });
    const view = new DataView(sgl1.buffer);
    const fields = { sgl1_addr: view.getBigUint64(0, true), sgl1_word: view.getBigUint64(8, true) };
    return { fields, bytes: bytes.subarray(0, descriptors * 16), isPointedAt: descriptors > 0 };
  },
  "virtio-split": (table, { writable }, { encodeVirtioSplit }) => {
    const bytes = memoryOf(16 * 2 ** Math.ceil(Math.log2(Math.max(table.length, 1))));
    const slots = Array.from({ length: table.length }, (_, slot) => slot);
    const { head, used } = encodeVirtioSplit(chainOf(table, writable), bytes, slots);
    return { fields: { head }, bytes: bytes.subarray(0, used * 16) };
  },
  "virtio-packed": (table, { writable }, { encodeVirtioPacked }) => {
    const bytes = memoryOf(16 * Math.max(table.length, 1));
    const { used } = encodeVirtioPacked(chainOf(table, writable), bytes, { slot: 0, wrap: 1 }, 0);
    return { fields: {}, bytes: bytes.subarray(0, used * 16) };
  },
  ahci: (table, _options, { encodePrdt }) => {
    const bytes = memoryOf(table.length * 16);
    return { fields: { prdtl: encodePrdt(table, bytes) }, bytes };
  },
  iovec: (table, _options, { encodeIovec }) => {
    const bytes = memoryOf(table.length * 16);
    return { fields: { iovcnt: encodeIovec(table, bytes) }, bytes };
  },
  rdma: (table, { page = BigInt(PAGE_BYTES), bigEndian }, { encodePageList }) => {
    const bytes = memoryOf(Number(pages(table, page).count) * 8);
    const byteOrder = bigEndian === true ? "big" : "little";
    const { count, firstOffset, byteLength } = encodePageList(table, bytes, { pageBytes: page, byteOrder });
    return { fields: { first_offset: firstOffset, length: byteLength }, bytes: bytes.subarray(0, count * 8) };
  },
  chain: (table, { at }, { encodeChain }) => {
    const bytes = memoryOf((Math.ceil(table.length / 255) + 1) * PAGE_BYTES);
    const { addr, pages: used } = encodeChain(table, { bytes, addr: at });
    const slots = table.length + Math.max(used - 1, 0);
    const fields = { first_page: addr, records: table.length };
    return { fields, bytes: bytes.subarray(0, slots * 16), isPointedAt: used > 0 };
  },
} satisfies Record<string, Encoder>;

/** Which formats an option is for. */
const OPTION_FORMATS = {
  page: ["--page", ["nvme-prp", "rdma"]],
  writable: ["--writable", ["virtio-split", "virtio-packed"]],
  bigEndian: ["--big-endian", ["rdma"]],
} as const;

/**
 * `segring descriptors`: the ranges in files as the descriptors of one request of a device.
 *
 * @throws {UsageError | DataError | ReaderGone | SegringError}
 */
export async function descriptors(files: readonly string[], options: DescriptorsOptions, io: Io): Promise<void> {
  checkOptions(options, io);
  const library = await import("../descriptors/index.js");
  const mapper = await mapperOf(options, options.preset === undefined ? {} : PRESETS[options.preset]);
  try {
    let fields = "";
    await withResult<Encoded>(files, options, io, {
      make: async (sources, progress) => {
        const table = await collectTable(sources, mapper, progress, options);
        progress.stop();
        return encode(table, options, library);
      },
      write: async (encoded, output) => {
        if (options.to === "binary" && output.isTerminal) throw binaryToTerminal();
        const turns = new Turns();
        for (const piece of piecesOf(encoded, options)) {
          await output.write(piece);
          await turns.give();
        }
        fields = fieldLines(encoded);
      },
    });
    // Beside the bytes, and only where they are all there.
    if (options.to === "binary") io.stderr.write(fields);
  } finally {
    mapper.close();
  }
}

/** @throws {DataError} A device cannot take the table. @throws {UsageError} `--at` is needed, and was left out. */
function encode(table: SegmentTable, options: DescriptorsOptions, library: Library): Encoded {
  const { format, at } = options;
  const encoder: Encoder = ENCODERS[format];
  const encoded = inWords(() => encoder(table, { ...options, at: at ?? 0n }, library), DataError);
  if (encoded.isPointedAt === true && at === undefined) {
    throw new UsageError(
      `expected --at, the bus address of the ${encoded.bytes.byteLength} bytes of descriptors that ${format} makes of these ranges and points at`,
    );
  }
  return encoded;
}

function checkOptions(options: DescriptorsOptions, io: Io): void {
  checkOutputName(options.output);
  if (options.output === undefined && options.to === "binary" && io.stdout.isTerminal) throw binaryToTerminal();
  checkDescriptorOptions(options);
}

/** The options of descriptors that are read or written. @throws {UsageError} One is for another format, or out of its range. */
export function checkDescriptorOptions(
  options: Pick<DescriptorsOptions, "format" | "at" | "page" | "writable" | "bigEndian">,
): void {
  for (const [key, [flag, formats]] of Object.entries(OPTION_FORMATS)) {
    const isGiven = options[key as keyof typeof OPTION_FORMATS] !== undefined;
    if (isGiven && !(formats as readonly string[]).includes(options.format)) {
      throw new UsageError(`${flag} is for ${formats.join(" and ")}`);
    }
  }
  const { at = 0n, page = BigInt(PAGE_BYTES) } = options;
  if (page < 4096n || page > 2n ** 27n || (page & (page - 1n)) !== 0n) {
    throw new UsageError(`--page expected a power of two from 4096 to 134217728, got ${page}`);
  }
  // PRP lists fill whole pages of the controller.
  const multiple = options.format === "nvme-prp" ? page : BigInt(PAGE_BYTES);
  if (at >= 1n << 64n || at % multiple !== 0n) {
    throw new UsageError(`--at expected an address below 2^64 and a multiple of ${multiple}, got ${at}`);
  }
}

function binaryToTerminal(): UsageError {
  return new UsageError("descriptors are binary with --to binary, not for a terminal: use -o or a pipe");
}

function memoryOf(byteLength: number): Uint8Array {
  if (byteLength > MAX_BYTES) {
    throw new RangeError(expected("descriptors", `up to ${MAX_BYTES} bytes in one command`, byteLength));
  }
  return new Uint8Array(byteLength);
}

function chainOf(table: SegmentTable, writable = false) {
  return writable ? { writable: table } : { readable: table };
}

/** Bytes whose text is made at a time: the text of all might be longer than a string can be. */
const PIECE_BYTES = 65536;

/** What is written, piece by piece. */
function* piecesOf(encoded: Encoded, { to, format, at = 0n }: DescriptorsOptions): Generator<Uint8Array> {
  const { bytes, fields } = encoded;
  if (to === "binary") {
    yield bytes;
    return;
  }
  if (to === "text") {
    yield Buffer.from(fieldLines(encoded));
    for (let from = 0; from < bytes.byteLength; from += PIECE_BYTES) {
      yield Buffer.from(textRows(bytes.subarray(from, from + PIECE_BYTES), at + BigInt(from)));
    }
    return;
  }
  const named = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, hex(value)]));
  const head = JSON.stringify({ format, fields: named, at: hex(at) }).slice(0, -1);
  yield Buffer.from(`${head},"words":[`);
  for (let from = 0; from < bytes.byteLength; from += PIECE_BYTES) {
    const words = wordsOf(bytes.subarray(from, from + PIECE_BYTES)).map((word) => `"${hex(word)}"`);
    yield Buffer.from(`${from === 0 ? "" : ","}${words.join(",")}`);
  }
  yield Buffer.from("]}\n");
}

/** Two words a line, with their address. */
function textRows(bytes: Uint8Array, at: bigint): string {
  const words = wordsOf(bytes);
  let text = "";
  for (let index = 0; index < words.length; index += 2) {
    const row = words.slice(index, index + 2).map((word) => `0x${word.toString(16).padStart(16, "0")}`);
    text += `${hex(at + BigInt(index) * 8n)}  ${row.join("  ")}\n`;
  }
  return text;
}

function fieldLines({ fields }: Encoded): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}  ${hex(value)}\n`)
    .join("");
}

function wordsOf(bytes: Uint8Array): bigint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength / 8 }, (_, index) => view.getBigUint64(index * 8, true));
}

function hex(value: bigint | number): string {
  return `0x${value.toString(16)}`;
}
