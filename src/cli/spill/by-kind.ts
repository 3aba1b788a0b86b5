import { type Range, RECORD_BYTES, RECORD_WORDS } from "../../core/record.js";
import type { Block, Chunk } from "../../engine/engine.js";
import { KIND } from "../../engine/union.js";
import { ByAddress } from "./by-address.js";
import { cutRange, cutRuns, type Stretch } from "./cut.js";
import type { Joined, JoinedBlock } from "./joined.js";
import { merged, type Records } from "./merged.js";
import { BLOCK_RECORDS, type Run, RunFile } from "./run-file.js";
import type { Segments } from "./segments.js";
import { inputsAtOnce, type UnionSetting } from "./setting.js";

/*
 * Runs of several kinds that lie over one another: their segments are in order only when all kinds are merged. The runs of
 * a kind are cut one after the other. So as many kinds as can be merged at a time take no memory, whatever the limits make
 * of them. Of more kinds the segments are made first, and sorted.
 */

/**
 * Gives the segments of runs in memory.
 *
 * @param apart Ranges that are cut each by itself.
 */
export async function giveJoined(
  setting: UnionSetting,
  { chunks, areMixed, areApart, areWide }: Joined,
  apart: readonly Range[],
  segments: Segments,
): Promise<void> {
  const all = chunks.map(({ block, count }) => ({ block, from: 0, end: count }));
  if (apart.length === 0 && (areApart || !areMixed)) {
    for (const { block, from, end } of all) await segments.runs(block, from, end, areWide);
    return;
  }
  const sources: Records[] = apart.map((range) => cutRange(setting, range));
  const most = Math.max(0, inputsAtOnce(setting) - sources.length);
  const stretches = areMixed && !areApart ? stretchesOf(chunks[0] as Chunk, most) : [all];
  if (stretches !== undefined) {
    for (const stretch of stretches) sources.push(cutRuns(setting, stretch, areWide));
    await giveMerged(setting, sources, segments);
    return;
  }
  const sorter = new ByAddress(setting);
  try {
    for (const words of cutRuns(setting, all, areWide)) sorter.add(words);
    await giveMerged(setting, [...sources, sorter.records()], segments);
  } finally {
    sorter.free();
  }
}

/**
 * Gives the segments of runs that come from disk, by kind and address.
 *
 * @throws {DataError} The system refuses, or a run is damaged.
 */
export async function giveStream(
  setting: UnionSetting,
  joined: Iterable<JoinedBlock>,
  areMixed: boolean,
  apart: readonly Range[],
  segments: Segments,
): Promise<void> {
  if (!areMixed && apart.length === 0) {
    for (const { block, count, areWide } of joined) await segments.runs(block, 0, count, areWide);
    return;
  }
  const sources: Records[] = apart.map((range) => cutRange(setting, range));
  const file = new RunFile(setting.folder);
  const sorter = new ByAddress(setting);
  try {
    const stretches = byKind(joined);
    const rest = writeKinds(file, stretches, areMixed ? Math.max(0, inputsAtOnce(setting) - sources.length) : 1);
    const kinds = file.runs.map((run) => cutRuns(setting, readStretches(setting, file, run), true));
    if (rest === undefined) {
      await giveMerged(setting, [...sources, ...kinds], segments);
      return;
    }
    for (const kind of kinds) for (const words of kind) sorter.add(words);
    file.remove();
    for (const words of cutRuns(setting, after(rest, stretches), true)) sorter.add(words);
    await giveMerged(setting, [...sources, sorter.records()], segments);
  } finally {
    sorter.free();
    file.remove();
  }
}

async function giveMerged(setting: UnionSetting, sources: readonly Records[], segments: Segments): Promise<void> {
  for (const words of merged(setting.engine, sources)) await segments.records(words);
}

/** The stretches of one kind each; undefined: more than `most`. */
function stretchesOf({ block, count }: Chunk, most: number): Stretch[][] | undefined {
  const stretches: Stretch[][] = [];
  for (const { from, end } of kindsIn(block, count)) {
    if (stretches.length >= most) return undefined;
    stretches.push([{ block, from, end }]);
  }
  return stretches;
}

/** Where a kind begins and ends, in records that are by kind. */
function* kindsIn(block: Block, count: number): Generator<{ from: number; end: number; kind: number }> {
  for (let from = 0; from < count; ) {
    // Anew each time: the memory may have grown.
    const { words } = block;
    const kind = (words[from * RECORD_WORDS + 3] as number) & KIND;
    let end = from + 1;
    while (end < count && ((words[end * RECORD_WORDS + 3] as number) & KIND) === kind) end++;
    yield { from, end, kind };
    from = end;
  }
}

/** Part of a block, of one kind. */
interface KindStretch extends Stretch {
  readonly kind: number;
}

function* byKind(joined: Iterable<JoinedBlock>): Generator<KindStretch, undefined> {
  for (const { block, count } of joined) {
    for (const { from, end, kind } of kindsIn(block, count)) yield { block, from, end, kind };
  }
}

/** Writes a run for each kind. @returns The first stretch of a kind above `most`; undefined: all are written. */
function writeKinds(file: RunFile, stretches: Iterator<KindStretch, undefined>, most: number): KindStretch | undefined {
  let before: number | undefined;
  let rest: KindStretch | undefined;
  for (let next = stretches.next(); next.value !== undefined; next = stretches.next()) {
    const { block, from, end, kind } = next.value;
    if (kind !== before) {
      if (file.runs.length >= most) {
        rest = next.value;
        break;
      }
      file.start();
      before = kind;
    }
    file.write(block.words.subarray(from * RECORD_WORDS, end * RECORD_WORDS));
  }
  file.finish();
  return rest;
}

/** One stretch, and those after it. */
function* after(first: Stretch, others: Iterable<Stretch>): Generator<Stretch> {
  yield first;
  yield* others;
}

/** The records of a run, in the engine's memory. */
function* readStretches({ engine }: UnionSetting, file: RunFile, run: Run): Generator<Stretch> {
  const block = engine.allocate(Math.min(run.records, BLOCK_RECORDS) * RECORD_BYTES);
  try {
    for (const words of file.read(run)) {
      block.words.set(words);
      yield { block, from: 0, end: words.length / RECORD_WORDS };
    }
  } finally {
    block.free();
  }
}
