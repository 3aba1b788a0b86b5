import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { SegringError } from "../../core/errors.js";
import { areLimited, type CheckedLimits } from "../../core/limits.js";
import { PACKAGE } from "../../core/package-key.js";
import { RECORD_BYTES, RECORD_WORDS } from "../../core/record.js";
import type { SegmentTable } from "../../core/segment-table.js";
import { Table } from "../../core/table.js";
import type { SegmentMapper } from "../../mapper/mapper.js";
import type { Crew } from "../../pool/crew.js";
import type { Held, Waiting } from "../../pool/held.js";
import type { How } from "../../pool/messages.js";
import type { Staging } from "../../pool/staging.js";
import type { Joint } from "../../pool/stitcher.js";
import { DataError, UsageError } from "../errors.js";
import { feedAll } from "../feed.js";
import type { Io } from "../io.js";
import type { ThreadsOption } from "../options.js";
import { openRanges, type RangeInput, type ReadingOptions } from "../ranges.js";
import type { LineFormat } from "../writers.js";
import { type CutInput, cutInput } from "./cut.js";
import { MAX_LINE_BYTES } from "./write-lines.js";

/** Smaller inputs are mapped before threads have started. */
const AUTO_BYTES = 2 ** 26;
const MOST_BY_DEFAULT = 16;
/** The script of a thread, as it lies to the bundled command line. */
const MAIN = new URL("./main.js", import.meta.url);
const COALESCE: How = { union: false, gapBytes: 0n, skipEmpty: false };
const NOTHING = new Uint32Array(0);

/** The segments of a piece that are final: those of `before`, and `from` to `to` of those that are held. */
interface Final extends Joint {
  readonly held: Held;
  /** Bytes of the files that are read so far. */
  readonly bytesRead: number;
  /** Shared memory that is used again and again. */
  readonly room: Staging;
}

/** Lines of so many segments. */
export interface Lines {
  readonly length: number;
  readonly text: Uint8Array;
}

/** A piece could not be read or mapped. Its places count from the start of the piece, so nobody is shown them. */
class PieceFault extends Error {}

/** Maps files by several threads, each of which reads pieces of them. */
export class Threads {
  readonly #sources: readonly RangeInput[];
  readonly #cuts: readonly CutInput[];
  readonly #options: ReadingOptions;
  readonly #count: number;

  private constructor(
    sources: readonly RangeInput[],
    cuts: readonly CutInput[],
    options: ReadingOptions,
    count: number,
  ) {
    this.#sources = sources;
    this.#cuts = cuts;
    this.#options = options;
    this.#count = count;
  }

  /**
   * What the options ask for; undefined: one thread maps. To be asked before the sources are read.
   *
   * @param limits Those of the mapper. Threads map without limits, so that segments are few; who asks for `mayCut` cuts the
   *   segments afterwards.
   * @throws {UsageError} A number of threads is asked for, and an input can be read by one thread alone.
   */
  static async of(
    sources: readonly RangeInput[],
    options: ReadingOptions & { threads?: ThreadsOption },
    limits: CheckedLimits,
    mayCut = false,
  ): Promise<Threads | undefined> {
    const { threads = 1 } = options;
    if (threads === 1) return undefined;
    const cuts: CutInput[] = [];
    let isAlone = areLimited(limits) && !mayCut;
    for (const source of sources) {
      const cut = await cutInput(source, options);
      if (cut === undefined && threads !== "auto") throw refused(threads, source.input.name);
      // Text may have ranges above 4 GiB. Cut there first, those with NOMERGE would be cut elsewhere afterwards.
      if (cut === undefined || cut === "alone" || (cut.isText && areLimited(limits))) isAlone = true;
      else cuts.push(cut);
    }
    if (isAlone) return undefined;
    const count = threads === "auto" ? Math.min(availableParallelism(), MOST_BY_DEFAULT) : threads;
    const found = new Threads(sources, cuts, options, count);
    return threads === "auto" && (count === 1 || found.bytes < AUTO_BYTES) ? undefined : found;
  }

  /** Bytes of all files. */
  get bytes(): number {
    return this.#cuts.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Ranges in all files at most. */
  get most(): number {
    return this.#cuts.reduce((sum, { most }) => sum + most, 0);
  }

  /** Memory that a union takes at most: all ranges, the ranges in order, and the segments, twice while their memory grows. */
  get unionBytes(): number {
    return 4 * RECORD_BYTES * this.most;
  }

  /** Gives the segments in order, with the bytes of the files that are read so far. The call waits for `take`. */
  async segments(take: (table: SegmentTable, bytesRead: number) => Promise<void>): Promise<void> {
    await this.#inOrder(async ({ held, before, from, to, bytesRead, room }) => {
      const { shared, release } = room.take(before.length + (to - from) * RECORD_WORDS);
      shared.set(before);
      await held.place({ from, to, target: shared.subarray(before.length), before: undefined });
      await take(new Table(PACKAGE, shared), bytesRead);
      release();
    }, take);
  }

  /** As `segments`, but gives their lines, which the threads make. */
  async lines(how: LineFormat, take: (lines: Lines, bytesRead: number) => Promise<void>): Promise<void> {
    const { linesOf } = await import("../writers.js");
    await this.#inOrder(
      async ({ held, before, from, to, bytesRead, room }) => {
        const length = before.length / RECORD_WORDS + to - from;
        const { shared, release } = room.take((length * MAX_LINE_BYTES) / 4);
        const target = new Uint8Array(shared.buffer, 0, shared.byteLength);
        const bytes = await held.write({ from, to, before, target, how });
        await take({ length, text: target.subarray(0, bytes) }, bytesRead);
        release();
      },
      (last, bytesRead) => take({ length: last.length, text: linesOf(how).bytes(last.words) }, bytesRead),
    );
  }

  /** Calls back with the segments of each piece that are final, and then with the last segments of all. */
  async #inOrder(
    each: (piece: Final) => Promise<void>,
    last: (table: SegmentTable, bytesRead: number) => Promise<void>,
  ): Promise<void> {
    const { inOrder } = await import("../../pool/in-order.js");
    const { Stitcher } = await import("../../pool/stitcher.js");
    const { Staging } = await import("../../pool/staging.js");
    const room = new Staging();
    await this.#withCrew(async (crew, mapper) => {
      const stitcher = new Stitcher(mapper, COALESCE);
      let bytesRead = 0;
      for await (const { held, count } of inOrder(crew, this.#pieces(), undefined)) {
        const joint = await stitcher.next(held.mapped, undefined, () => held.fetch());
        bytesRead += count;
        await each({ ...joint, held, bytesRead, room });
      }
      await last(new Table(PACKAGE, stitcher.end()), bytesRead);
    });
  }

  /** All segments. @param onRead Called with the bytes of the files that are read so far. */
  async table(onRead: (bytes: number) => void): Promise<SegmentTable> {
    return this.#withCrew(async (crew, mapper) => new Table(PACKAGE, await this.#collect(crew, mapper, onRead)));
  }

  /** The union of all ranges. @param onRead As for `table`. */
  async union(gapBytes: bigint, onRead: (bytes: number) => void): Promise<SegmentTable> {
    const { SegmentPool } = await import("../../pool/pool.js");
    return this.#withCrew(async (crew, mapper) => {
      const table = new Table(PACKAGE, await this.#collect(crew, mapper, onRead));
      return new SegmentPool(PACKAGE, mapper, crew, undefined).union(table, { gapBytes });
    });
  }

  async #collect(crew: Crew, mapper: SegmentMapper, onRead: (bytes: number) => void): Promise<Uint32Array> {
    const { mapPieces } = await import("../../pool/in-pieces.js");
    const { sharedWords } = await import("../../pool/scratch.js");
    const { SharedResult } = await import("../../pool/shared-result.js");
    if (this.bytes === 0) return NOTHING;
    const job = { crew, mapper, how: COALESCE, signal: undefined, onDone: onRead };
    return mapPieces(job, this.#pieces(), {
      total: this.bytes,
      sink: new SharedResult(sharedWords),
    });
  }

  *#pieces(): Generator<Waiting, void, undefined> {
    for (const cut of this.#cuts) {
      for (const piece of cut.pieces(this.#count)) {
        yield {
          task: { do: "map", piece: { read: piece }, how: COALESCE, border: undefined },
          count: piece.end - piece.from,
          release: () => {},
          faultOf: (error) => (isOurs(error) ? error : new PieceFault("a piece", { cause: error })),
        };
      }
    }
  }

  async #withCrew<T>(work: (crew: Crew, mapper: SegmentMapper) => Promise<T>): Promise<T> {
    const { Crew } = await import("../../pool/crew.js");
    const { openMapper } = await import("../../mapper/create.js");
    const { engine = "auto" } = this.#options;
    const { mapper, module, maxMemoryBytes } = await openMapper({ engine });
    const setup = { module: mapper.engine === "js" ? undefined : module, limits: mapper.limits, maxMemoryBytes };
    let crew: Crew | undefined;
    try {
      crew = await Crew.start(this.#count, () => new Worker(MAIN), setup);
      return await work(crew, mapper);
    } catch (error) {
      throw error instanceof PieceFault ? await this.#told(mapper, error) : error;
    } finally {
      await crew?.close(new SegringError("CLOSED", "the command has ended"));
      mapper.close();
    }
  }

  /** What is wrong, with its place in its file: one thread reads all until it finds that. */
  async #told(mapper: SegmentMapper, fault: PieceFault): Promise<unknown> {
    const names = this.#sources.map(({ input }) => input.name);
    const again: RangeInput[] = [];
    try {
      // Of the world it needs only the files.
      for (const name of names) again.push(await openRanges(name, this.#options, { stdinIsTerminal: false } as Io));
      await feedAll(again, mapper.stream(), async () => {});
      return new DataError(`${names.join(", ")}: changed while they were read`, { cause: fault });
    } catch (error) {
      return error;
    } finally {
      for (const { input } of again) input.close();
    }
  }
}

function refused(threads: number, name: string): UsageError {
  return new UsageError(
    `--threads=${threads} expected a regular file, not packed, of records, pfn64, csv or ndjson, got ${name}`,
  );
}

/** Whether an error is none of the text or the records. */
function isOurs(error: unknown): boolean {
  return error instanceof SegringError && error.code !== "BAD_TEXT" && error.code !== "BAD_RECORD";
}
