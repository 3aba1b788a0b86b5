import { expected } from "../errors.js";
import { Columns, PackedRecords, PageFrames, type RangeInput } from "../input.js";
import { FULL, faultOf, type Range, RECORD_BYTES, RECORD_WORDS } from "../record.js";
import { checkRecordBytes, SegmentTable } from "../table.js";
import { newBuffer } from "./buffer.js";
import type { Block, Coalescer, Engine, Output } from "./engine.js";
import { emptyRange, Fields } from "./fields.js";

/** Records packed from objects at a time: they stay in the first-level cache until the kernel reads them. */
const PACK_RECORDS = 1024;
const FIRST_OUTPUT_RECORDS = 256;
const MAX_OUTPUT_RECORDS = 65536;

/** Records that lie in the memory of the engine already. */
export class PlacedRecords {
  readonly block: Block;
  readonly count: number;

  constructor(block: Block, count: number) {
    this.block = block;
    this.count = count;
  }
}

/**
 * Coalesces a whole input into packed records, in a buffer of its own.
 * Whatever is thrown, the coalescer holds nothing back afterwards and the engine's memory is free again.
 */
export function coalesceBatch(
  engine: Engine,
  coalescer: Coalescer,
  input: RangeInput | PlacedRecords,
  skipEmpty: boolean,
): ArrayBuffer {
  const output = new GrowingOutput(engine);
  coalescer.skipEmpty = skipEmpty;
  try {
    takeAll(engine, coalescer, input, output);
    while (coalescer.held) {
      output.ensureRoom();
      coalescer.flush(output);
    }
    return output.join();
  } finally {
    coalescer.reset();
    output.free();
  }
}

function takeAll(engine: Engine, coalescer: Coalescer, input: RangeInput | PlacedRecords, output: GrowingOutput): void {
  if (input instanceof PackedRecords || input instanceof SegmentTable) {
    const { bytes } = input;
    checkRecordBytes("input.bytes", bytes);
    takeRecords(coalescer, bytes, bytes.byteLength / RECORD_BYTES, output, () => bytes);
  } else if (input instanceof Columns) {
    takeColumns(coalescer, input, output);
  } else if (input instanceof PageFrames) {
    takeFrames(coalescer, input, output);
  } else if (input instanceof PlacedRecords) {
    takeRecords(coalescer, input.block, input.count, output, () => input.block.bytes);
  } else {
    takeRanges(engine, coalescer, input, output);
  }
}

function takeRecords(
  coalescer: Coalescer,
  source: Block | Uint8Array,
  count: number,
  output: GrowingOutput,
  bytesOf: () => Uint8Array,
): void {
  for (let from = 0; from < count; ) {
    output.ensureRoom();
    from += coalescer.records(source, from, count, output);
    if (coalescer.bad) {
      throw new RangeError(`record ${from}: ${faultOf(bytesOf(), from)}`);
    }
  }
}

function takeColumns(coalescer: Coalescer, source: Columns, output: GrowingOutput): void {
  for (let from = 0; from < source.count; ) {
    output.ensureRoom();
    from += coalescer.columns(source, from, source.count, output);
    if (coalescer.bad) {
      // The same rules as for objects, so the same words.
      const range = { addr: source.addr[from], length: source.length[from], flags: source.flags?.[from] } as Range;
      if (!new Fields().read(range, from)) throw emptyRange(from);
    }
  }
}

function takeFrames(coalescer: Coalescer, source: PageFrames, output: GrowingOutput): void {
  const { frames, firstOffset, lastUnused } = source;
  // Only the first and the last page may be used in part: those two are ranges, what lies between are frames.
  let from = 0;
  let end = frames.length;
  if (firstOffset !== 0 || (lastUnused !== 0 && end === 1)) {
    takePart(coalescer, source, 0, firstOffset, end === 1 ? lastUnused : 0, output);
    from = 1;
  }
  if (lastUnused !== 0 && end > from) end--;
  while (from < end) {
    output.ensureRoom();
    from += coalescer.frames(source, from, end, output);
    if (coalescer.bad) throw frameFault(source, from);
  }
  if (end < frames.length) takePart(coalescer, source, end, 0, lastUnused, output);
}

/** A page without `skip` bytes at its start and `unused` at its end. */
function takePart(
  coalescer: Coalescer,
  source: PageFrames,
  index: number,
  skip: number,
  unused: number,
  output: GrowingOutput,
): void {
  const frame = source.frames[index] as number | bigint;
  const pageBytes = 2 ** source.pageShift;
  if (!(typeof frame === "bigint" || Number.isSafeInteger(frame)) || frame < 0) throw frameFault(source, index);
  const addr = BigInt(frame) * BigInt(pageBytes) + BigInt(skip);
  if ((BigInt(frame) + 1n) * BigInt(pageBytes) > 1n << 64n) throw frameFault(source, index);
  const fields = new Fields();
  fields.read({ addr, length: pageBytes - skip - unused, flags: source.flags });
  takeOne(coalescer, fields, output);
}

function frameFault(source: PageFrames, index: number): RangeError {
  return new RangeError(
    expected(
      `pfns[${index}]`,
      `an integer with (pfn + 1) * ${2 ** source.pageShift} up to 2^64`,
      source.frames[index] as number | bigint,
    ),
  );
}

/** Objects: JavaScript coalesces them as it reads them, for the kernels they are packed first. */
function takeRanges(engine: Engine, coalescer: Coalescer, input: Iterable<Range>, output: GrowingOutput): void {
  if (typeof input !== "object" || input === null || !(Symbol.iterator in input)) {
    throw new TypeError(
      expected("input", "an iterable of ranges, a SegmentTable, columns, pageFrames or packedRecords", input),
    );
  }
  const fields = new Fields();
  let index = 0;
  if (engine.name === "js") {
    for (const range of input) {
      if (fields.read(range, index)) takeOne(coalescer, fields, output);
      else if (!coalescer.skipEmpty) throw emptyRange(index);
      index++;
    }
    return;
  }
  const skipEmpty = coalescer.skipEmpty;
  const block = engine.allocate(PACK_RECORDS * RECORD_BYTES);
  try {
    let words = block.words;
    let packed = 0;
    const takePacked = () => {
      takeRecords(coalescer, block, packed, output, () => block.bytes);
      packed = 0;
      words = block.words;
    };
    for (const range of input) {
      if (!fields.read(range, index)) {
        if (!skipEmpty) throw emptyRange(index);
      } else if (fields.lengthHi === 0 || (fields.lengthHi === 1 && fields.lengthLo === 0)) {
        if (packed === PACK_RECORDS) takePacked();
        const at = packed++ * RECORD_WORDS;
        words[at] = fields.addrLo;
        words[at + 1] = fields.addrHi;
        words[at + 2] = fields.lengthLo;
        words[at + 3] = fields.lengthHi === 0 ? fields.flags : fields.flags | FULL;
      } else {
        takePacked();
        takeOne(coalescer, fields, output);
        words = block.words;
      }
      index++;
    }
    takePacked();
  } finally {
    block.free();
  }
}

function takeOne(coalescer: Coalescer, range: Fields, output: GrowingOutput): void {
  output.ensureRoom();
  while (!coalescer.range(range, output)) output.ensureRoom();
}

/** An output that grows block by block, so that each segment is copied once, when all are there. */
class GrowingOutput implements Output {
  block: Block;
  at = 0;
  room = FIRST_OUTPUT_RECORDS;
  readonly #engine: Engine;
  readonly #full: Block[] = [];

  constructor(engine: Engine) {
    this.#engine = engine;
    this.block = engine.allocate(FIRST_OUTPUT_RECORDS * RECORD_BYTES);
  }

  /** @throws {SegringError} OUT_OF_MEMORY */
  ensureRoom(): void {
    if (this.room > 0) return;
    const records = Math.min(this.at * 2, MAX_OUTPUT_RECORDS);
    const next = this.#engine.allocate(records * RECORD_BYTES);
    this.#full.push(this.block);
    this.block = next;
    this.at = 0;
    this.room = records;
  }

  join(): ArrayBuffer {
    const last = this.block.bytes.subarray(0, this.at * RECORD_BYTES);
    if (this.#full.length === 0) return last.slice().buffer;
    const fullBytes = this.#full.reduce((sum, block) => sum + block.byteLength, 0);
    const joined = new Uint8Array(newBuffer(fullBytes + last.byteLength));
    let at = 0;
    for (const block of this.#full) {
      joined.set(block.bytes, at);
      at += block.byteLength;
    }
    joined.set(last, at);
    return joined.buffer;
  }

  free(): void {
    for (const block of this.#full) block.free();
    this.block.free();
  }
}
