/** Makes ranges of what was given: a text, a file, a sample, the generator. */
import { type Range, SegmentTable } from "segring";
import { type ParsedRange, parseFilefrag, parseIomem, parseMaps, RecordParser, type TextFormat } from "segring/text";
import { type FileFormat, formatOfText, type Source, type TextKind } from "../sources.js";
import { allBytes, type Progress, piecesOf } from "./bytes.js";
import { generate } from "./generate.js";

/** What was loaded: a table of records where every range fits a record, or else a list. A mapper and a drawing take both. */
export type Ranges = SegmentTable | readonly Range[];

const PAGE_SHIFT = 12;
const RECORD_BYTES = 16;
/** Ranges in a page: 2 GiB of records. */
const MOST_RANGES = 2 ** 27;
/** Bytes of a text that is read whole. */
const MOST_TEXT = 2 ** 28;

/**
 * Loads a source.
 *
 * @throws {Error} The source has no ranges of its format; the message says where and what was found.
 */
export async function load(source: Source, progress: Progress, isOvertaken: () => boolean): Promise<Ranges> {
  switch (source.kind) {
    case "text": {
      const format = formatOfText(source.text);
      return loadText(new Blob([source.text]), format, progress, isOvertaken);
    }
    case "generator":
      return SegmentTable.view(generate(source.generator));
    case "sample": {
      if (source.url === undefined) throw new Error(`the sample ${source.name} has no address`);
      const answer = await fetch(source.url);
      if (!answer.ok) throw new Error(`the sample ${source.name}: the server answered ${answer.status}`);
      return loadBlob(await answer.blob(), source.format ?? "csv", progress, isOvertaken);
    }
    case "file":
      if (source.blob === undefined) {
        throw new Error(`the link names the file ${source.name}, but holds none of its bytes: choose the file again`);
      }
      return loadBlob(source.blob, source.format, progress, isOvertaken);
  }
}

async function loadBlob(
  blob: Blob,
  format: FileFormat,
  progress: Progress,
  isOvertaken: () => boolean,
): Promise<Ranges> {
  if (format !== "records" && format !== "pfn64") return loadText(blob, format, progress, isOvertaken);
  const bytes = await allBytes(piecesOf(blob, progress, isOvertaken), blob.size);
  const unit = format === "records" ? RECORD_BYTES : 8;
  if (bytes.byteLength % unit !== 0) {
    const what = format === "records" ? "records of 16 bytes" : "page frame numbers of 8 bytes";
    throw new RangeError(`expected ${what}, got ${bytes.byteLength} bytes, ${bytes.byteLength % unit} too many`);
  }
  const words = new Uint32Array(bytes.buffer, 0, bytes.byteLength / 4);
  return SegmentTable.view(format === "records" ? words : pagesOf(words));
}

/** The page of each frame as a record. By 32-bit halves: bigints cost ten times as much. */
function pagesOf(frames: Uint32Array): Uint32Array {
  const records = new Uint32Array(2 * frames.length);
  for (let at = 0; at < frames.length; at += 2) {
    const low = frames[at] as number;
    const high = frames[at + 1] as number;
    if (high >>> (32 - PAGE_SHIFT) !== 0) {
      const frame = ((BigInt(high) << 32n) | BigInt(low)).toString(16);
      throw new RangeError(`frame ${at / 2 + 1} expected a page frame number below 2^52, got 0x${frame}`);
    }
    records[2 * at] = low << PAGE_SHIFT;
    records[2 * at + 1] = (high << PAGE_SHIFT) | (low >>> (32 - PAGE_SHIFT));
    records[2 * at + 2] = 1 << PAGE_SHIFT;
  }
  return records;
}

async function loadText(blob: Blob, format: TextKind, progress: Progress, isOvertaken: () => boolean): Promise<Ranges> {
  const pieces = piecesOf(blob, progress, isOvertaken);
  if (format === "csv" || format === "ndjson") return loadLines(pieces, format);
  const bytes = await allBytes(pieces, blob.size);
  if (bytes.byteLength > MOST_TEXT) {
    throw new Error(`expected at most 256 MiB of ${format} in a page, got ${bytes.byteLength} bytes`);
  }
  const text = new TextDecoder().decode(bytes);
  return rangesOf(format === "iomem" ? parseIomem(text) : format === "maps" ? parseMaps(text) : parseFilefrag(text));
}

function rangesOf(ranges: readonly Range[]): Ranges {
  return ranges.every(({ length }) => length <= 2 ** 32) ? SegmentTable.from(ranges) : ranges;
}

async function loadLines(pieces: AsyncIterable<Uint8Array>, format: TextFormat): Promise<Ranges> {
  const parser = new RecordParser({ format });
  const parts: (Uint8Array<ArrayBuffer> | ParsedRange)[] = [];
  let count = 0;
  for await (const piece of pieces) {
    const records = parser.push(piece);
    count += records.count;
    if (count > MOST_RANGES) throw new Error(`expected at most ${MOST_RANGES} ranges in a page, got more`);
    for (const part of records.parts) parts.push(part);
  }
  for (const part of parser.end().parts) parts.push(part);
  const packed = parts.filter((part) => part instanceof Uint8Array);
  if (packed.length === parts.length) return SegmentTable.view(joined(packed));
  return parts.flatMap((part): readonly Range[] =>
    part instanceof Uint8Array ? [...SegmentTable.fromBytes(part)] : [part],
  );
}

function joined(parts: readonly Uint8Array<ArrayBuffer>[]): Uint32Array {
  const bytes = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return new Uint32Array(bytes.buffer);
}
