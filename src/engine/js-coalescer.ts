import type { ColumnData, FrameData } from "../core/input.js";
import type { CheckedLimits } from "../core/limits.js";
import { countPieces } from "../core/pieces.js";
import type { Fields } from "../core/range-fields.js";
import { FULL, NOMERGE, RECORD_WORDS, RESERVED_FLAGS } from "../core/record.js";
import type { Block, Coalescer, Output, RecordsSource } from "./engine.js";
import { fits, Halves, shiftHi, shiftLo, wideOf } from "./halves.js";
import { advance, countValid, signedWords } from "./js-block.js";
import { JsRun } from "./js-run.js";

/** The coalescer in plain JavaScript. */
export class JsCoalescer extends JsRun implements Coalescer {
  readonly #saved = new Int32Array(6);
  readonly #limits: CheckedLimits;

  constructor(limits: CheckedLimits) {
    super(limits);
    this.#limits = limits;
  }

  get heldSegments(): number {
    if (!this.held) return 0;
    if (this.uncut && (this.flags & NOMERGE) === 0) return 1;
    const first = wideOf(this.firstLo, this.firstHi);
    return Number(countPieces(this.#limits, first, BigInt.asUintN(64, wideOf(this.endLo, this.endHi) - 1n)));
  }

  records(source: RecordsSource, from: number, end: number, output: Output): number {
    return this.coalesce(signedWords(source), from, end, signedWords(output.block), output);
  }

  columns(source: ColumnData, from: number, end: number, output: Output): number {
    const out = signedWords(output.block);
    const addr = new Halves(source.addr);
    const length = new Halves(source.length);
    let to = output.at * RECORD_WORDS;
    const outStop = (output.at + output.room) * RECORD_WORDS;
    let index = from;
    this.bad = false;
    for (; index < end; index++) {
      const flags = source.flags === undefined ? 0 : (source.flags[index] as number) | 0;
      const known = addr.read(index) && length.read(index);
      const endLo = (addr.lo + length.lo) | 0;
      const carry = endLo >>> 0 < addr.lo >>> 0 ? 1 : 0;
      const endHi = (addr.hi + length.hi + carry) | 0;
      const sumHi = (addr.hi >>> 0) + (length.hi >>> 0) + carry;
      const past = sumHi > 0xffff_ffff && (sumHi > 0x1_0000_0000 || (endLo | endHi) !== 0);
      if (!known || flags & (FULL | RESERVED_FLAGS) || past) {
        this.bad = true;
        break;
      }
      if ((length.lo | length.hi) === 0) {
        if (this.skipEmpty) continue;
        this.bad = true;
        break;
      }
      to = this.take(addr.lo, addr.hi, endLo, endHi, flags, out, to, outStop);
      if (to < 0) {
        to = ~to;
        break;
      }
    }
    advance(output, to);
    return index - from;
  }

  frames(source: FrameData, from: number, end: number, output: Output): number {
    const out = signedWords(output.block);
    const frame = new Halves(source.frames);
    const shift = source.pageShift;
    const apart = (source.flags & NOMERGE) !== 0;
    const outStop = (output.at + output.room) * RECORD_WORDS;
    let to = output.at * RECORD_WORDS;
    let index = from;
    this.bad = false;
    while (index < end) {
      if (!frame.read(index) || !fits(frame.lo, frame.hi, shift)) {
        this.bad = true;
        break;
      }
      const firstLo = frame.lo;
      const firstHi = frame.hi;
      // A run of frames, up to the first that is not one more. Frame numbers past the end of the address space end it too.
      let nextLo = (firstLo + 1) | 0;
      let nextHi = (firstHi + (nextLo === 0 ? 1 : 0)) | 0;
      let stop = index + 1;
      while (
        stop < end &&
        !apart &&
        (nextLo | nextHi) !== 0 &&
        frame.read(stop) &&
        frame.lo === nextLo &&
        frame.hi === nextHi &&
        fits(nextLo, nextHi, shift)
      ) {
        nextLo = (nextLo + 1) | 0;
        if (nextLo === 0) nextHi = (nextHi + 1) | 0;
        stop++;
      }
      to = this.take(
        shiftLo(firstLo, shift),
        shiftHi(firstLo, firstHi, shift),
        shiftLo(nextLo, shift),
        shiftHi(nextLo, nextHi, shift),
        source.flags | 0,
        out,
        to,
        outStop,
      );
      if (to < 0) {
        to = ~to;
        break;
      }
      index = stop;
    }
    advance(output, to);
    return index - from;
  }

  range({ addrLo, addrHi, lengthLo, lengthHi, flags }: Fields, output: Output): boolean {
    const out = signedWords(output.block);
    const from = output.at * RECORD_WORDS;
    const outStop = (output.at + output.room) * RECORD_WORDS;
    const endLo = (addrLo + lengthLo) | 0;
    const carry = endLo >>> 0 < addrLo >>> 0 ? 1 : 0;
    const to = this.take(addrLo, addrHi, endLo, (addrHi + lengthHi + carry) | 0, flags, out, from, outStop);
    advance(output, to < 0 ? ~to : to);
    return to >= 0;
  }

  countValid(source: Block, from: number, count: number): number {
    return countValid(source, from, count);
  }

  flush(output: Output): void {
    this.emitHeld(signedWords(output.block), output);
  }

  checkpoint(): void {
    const saved = this.#saved;
    saved[0] = this.firstLo;
    saved[1] = this.firstHi;
    saved[2] = this.endLo;
    saved[3] = this.endHi;
    saved[4] = this.flags;
    saved[5] = this.held ? 1 : 0;
  }

  rollback(): void {
    const [firstLo, firstHi, endLo, endHi, flags, held] = this.#saved as unknown as number[];
    this.hold(firstLo as number, firstHi as number, endLo as number, endHi as number, flags as number);
    this.held = held === 1;
  }

  reset(): void {
    this.held = false;
  }

  free(): void {}
}
