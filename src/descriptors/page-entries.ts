import type { PagePlace } from "../core/page-counts.js";
import { RECORD_WORDS, recordLength } from "../core/record.js";
import type { Block } from "../engine/engine.js";
import { JsMemory } from "../engine/js-block.js";
import { jsExpander } from "../engine/js-pages.js";
import { OVERRUN } from "../engine/layout.generated.js";
import { type Borders, ListKernel } from "./list-kernel.js";

/*
 * Entries are the addresses of pages, in lists of `slots` slots one behind the other. The last slot of each list but the
 * last list is for a link to the next:
 *
 *   in a line   ├ a ┼ b ┼ c ┼ d ┼ e ┤           as the kernel writes them
 *                           ╲   ╲
 *   in slots    ├ a ┼ b ┼ c ┼   ┼ d ┼ e ┤       slots = 4: what follows moves up, and the link fits between
 *
 * A table is looked at before anything is written to the caller's memory. Where segments are short, most of the time is
 * for reading the records, so the look makes the entries too: nothing is left but to copy them.
 */

/** Entries that the look makes of any table: more than those of a command of 8 MiB. */
const EARLY_ENTRIES = 4096;
/** Entries that the look makes of short segments: those of a command of 1 GiB, in 2 MiB of memory that is kept. */
const KEPT_ENTRIES = 2 ** 18 + 2048;
/** Pages a segment, up to which segments are short: of longer ones, to read their records twice takes less than the copy. */
const SHORT = 8;
/** Slots made at a time of what the look did not make. */
const CHUNK_SLOTS = 8192;
/** Lists have two slots at least, of which one is for a link. */
const BLOCK_ENTRIES = 2 * KEPT_ENTRIES;

/** What makes entries: the kernel, or JavaScript where wasm may not run. */
interface Maker {
  readonly kernel: ListKernel | undefined;
  readonly block: Block;
  /** The block, which stays. */
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  readonly slots: BigUint64Array;
}

/** Made at the first list. */
let maker: Maker | undefined;

function makerOf(): Maker {
  if (maker === undefined) {
    const kernel = listKernel();
    const bytes = CHUNK_SLOTS * 8 + OVERRUN;
    const block = kernel?.block ?? new JsMemory(bytes).allocate(bytes);
    const slots = new BigUint64Array(block.bytes.buffer, block.bytes.byteOffset, block.byteLength / 8);
    maker = { kernel, block, bytes: block.bytes, words: block.words, slots };
  }
  return maker;
}

function listKernel(): ListKernel | undefined {
  try {
    return new ListKernel(BLOCK_ENTRIES);
  } catch (error) {
    // No wasm, no SIMD, a policy against it, or no address space. Another kernel is our mistake.
    if (error instanceof TypeError) throw error;
    return undefined;
  }
}

/** Which entries a table has, and how they lie. */
export interface EntryForm {
  /** Pages have 2^shift bytes. */
  readonly shift: number;
  /** Pages of the first record that have no entry: 0 or 1. */
  readonly skip: number;
  /** Slots of a list; Infinity where there is one list, without links. */
  readonly slots: number;
}

/** Entries of records: the first of them lie in the block already. */
export interface Entries {
  readonly records: Uint32Array;
  readonly form: EntryForm;
  /** Slots made. */
  readonly made: number;
  /** Where the next entry comes from. */
  readonly place: PagePlace;
}

/** What a look at a table finds. */
export interface Look extends Entries {
  /** The low bits that any address or length of an inner record has; only those below the page's size count. */
  readonly bits: number;
  /** Pages of the inner records from `place` on, where these lie at pages. */
  readonly innerPages: number;
  /** Entries made. */
  readonly listed: number;
}

const NONE: Borders = { bits: 0, pages: 0 };

/** Entries of records of which none is made yet. */
export function unmade(records: Uint32Array, form: EntryForm): Entries {
  return { records, form, made: 0, place: { record: 0, done: form.skip } };
}

/**
 * Looks at the borders of the records between the first and the last, and makes entries while that pays.
 *
 * @param makes Entries are wanted.
 */
export function lookAt(records: Uint32Array, form: EntryForm, makes = true): Look {
  const { kernel } = makerOf();
  const last = records.length / RECORD_WORDS - 1;
  if (kernel === undefined || !makes) {
    const { bits, pages } = (kernel ?? bordersInJs).borders(records, 1, last, form.shift);
    return { ...unmade(records, form), bits, innerPages: pages, listed: 0 };
  }
  const early = new EarlyEntries(kernel, records, form);
  // The kernel leaves out a first record of which a page is skipped.
  if (form.skip === 0) early.makeTo(Math.min(last, 1));
  kernel.startLook();
  const endsInside = ((records[last * RECORD_WORDS + 2] as number) & (2 ** form.shift - 1)) !== 0;
  early.makeTo(endsInside ? last : last + 1);
  let bits = kernel.endLook();
  early.makeTo(last + 1);
  const { slots: made, place, entries: listed } = early;
  const rest = place.record < last ? kernel.borders(records, Math.max(place.record, 1), last, form.shift) : NONE;
  bits |= rest.bits;
  return { records, form, made, place, bits, innerPages: rest.pages, listed };
}

/** The entries that a look makes. */
class EarlyEntries {
  readonly place: PagePlace;
  entries = 0;
  slots = 0;
  readonly #kernel: ListKernel;
  readonly #records: Uint32Array;
  readonly #form: EntryForm;
  #room = EARLY_ENTRIES;

  constructor(kernel: ListKernel, records: Uint32Array, form: EntryForm) {
    this.#kernel = kernel;
    this.#records = records;
    this.#form = form;
    this.place = { record: 0, done: form.skip };
  }

  /** Makes the entries of records up to `end`, while there is room. */
  makeTo(end: number): void {
    const { place } = this;
    const { shift, slots } = this.#form;
    while (place.record < end) {
      if (this.entries === this.#room) {
        if (this.#room === KEPT_ENTRIES || this.entries > SHORT * place.record) return;
        this.#room = KEPT_ENTRIES;
      }
      const to = { at: this.slots, room: this.#room - this.entries };
      const count = this.#kernel.expand(this.#records, place, end, shift, to);
      this.slots = openGaps(this.slots, count, this.slots, slots);
      this.entries += count;
    }
  }
}

/**
 * Moves entries that lie in a line, so that the last slot of each list is free.
 *
 * @param at Where they lie in the block. @param first Which slot of all lists the first of them is.
 * @returns Where they end.
 */
function openGaps(at: number, count: number, first: number, slots: number): number {
  const { slots: block } = makerOf();
  const phase = first % slots;
  const gapsBefore = (entry: number) => Math.floor((phase + entry) / (slots - 1));
  let end = count;
  // From the last list on: each moves to where the one before it ends.
  for (let gaps = count === 0 ? 0 : gapsBefore(count - 1); gaps > 0; gaps--) {
    const start = Math.max(gaps * (slots - 1) - phase, 0);
    block.copyWithin(at + start + gaps, at + start, at + end);
    end = start;
  }
  return at + count + (count === 0 ? 0 : gapsBefore(count - 1));
}

/** Gives the slots of all lists one after the other, in pieces. */
export class SlotReader {
  /** The block that the pieces lie in. */
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  /** The next slot. */
  slot = 0;
  readonly #entries: Entries;
  readonly #place: PagePlace;
  /** The first slot of the last list: a list before it ends with a slot for a link. */
  readonly last: number;

  /** @param lists How many the entries make. @param count All entries. */
  constructor(entries: Entries, lists: number, count: number) {
    const { bytes, words, slots } = makerOf();
    this.bytes = bytes;
    this.words = words;
    this.#entries = entries;
    this.#place = { ...entries.place };
    this.last = lists === 1 ? 0 : (lists - 1) * entries.form.slots;
    const end = count + lists - 1;
    // The look could not know that the last list ends where a link would be.
    if (entries.made > end) slots.copyWithin(end - 1, end, end + 1);
  }

  /**
   * The next slots, `most` at most, until the next call: from `at` of the block on. What stands in slots of links is not
   * defined.
   */
  next(most: number): { readonly at: number; readonly count: number } {
    const { made } = this.#entries;
    const at = this.slot < made ? this.slot : 0;
    const count = this.slot < made ? Math.min(most, made - this.slot) : this.#make(Math.min(most, CHUNK_SLOTS));
    this.slot += count;
    return { at, count };
  }

  /** Makes slots at the start of the block. @returns How many. */
  #make(most: number): number {
    const { form, records } = this.#entries;
    const isLast = this.slot >= this.last;
    const count = isLast ? most : Math.min(most, this.last - this.slot);
    const slots = isLast ? Number.POSITIVE_INFINITY : form.slots;
    const entries = count - Math.floor(((this.slot % slots) + count) / slots);
    // Records in shared memory that others change may have fewer pages now.
    for (let made = 0; made < entries && this.#place.record < records.length / RECORD_WORDS; ) {
      made += expand(records, this.#place, form.shift, { at: made, room: entries - made });
    }
    openGaps(0, entries, this.slot, slots);
    return count;
  }
}

/** Writes addresses of pages into the block, as `ListKernel.expand`. */
function expand(
  records: Uint32Array,
  place: PagePlace,
  shift: number,
  { at, room }: { at: number; room: number },
): number {
  const { kernel, block } = makerOf();
  if (kernel !== undefined) return kernel.expand(records, place, records.length / RECORD_WORDS, shift, { at, room });
  return jsExpander.expand(records, place, { shift, scale: shift }, { target: block, at, room });
}

/** Lets go of the records that were looked at and listed. */
export function forgetRecords(): void {
  maker?.kernel?.forget();
}

/** As `ListKernel.borders`, in JavaScript. */
const bordersInJs = {
  borders(records: Uint32Array, from: number, end: number, shift: number): Borders {
    let bits = 0;
    let pages = 0;
    for (let at = from * RECORD_WORDS; at < end * RECORD_WORDS; at += RECORD_WORDS) {
      bits |= (records[at] as number) | (records[at + 2] as number);
      pages += Math.floor(recordLength(records, at) / 2 ** shift);
    }
    return { bits, pages };
  },
};
