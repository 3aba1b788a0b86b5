/** The figures of the last minute, for the plot: how much happened a second, and how much waited. */

/** What is counted, since the start. */
export interface Counts {
  readonly records: number;
  readonly bytes: number;
  readonly stalls: number;
  readonly sleeps: number;
}

/** Records that wait, now. */
export interface Depths {
  readonly ranges: number;
  readonly segments: number;
}

/** One point of the plot: what was counted, a second, since the point before; and what waited. */
export interface Point extends Counts, Depths {
  /** Milliseconds. */
  readonly time: number;
}

/** A kernel was killed or started. */
export interface Mark {
  readonly time: number;
  readonly kind: "kill" | "start";
}

/** So far back the plot shows, in milliseconds. */
export const SPAN_MS = 60_000;

const NOTHING: Counts = { records: 0, bytes: 0, stalls: 0, sleeps: 0 };

export class History {
  readonly points: Point[] = [];
  readonly marks: Mark[] = [];
  #time: number;
  #counts = NOTHING;

  /** @param time When the counts were 0, in milliseconds. */
  constructor(time: number) {
    this.#time = time;
  }

  /** Adds a point, and forgets what is older than the span. */
  add(time: number, counts: Counts, { ranges, segments }: Depths): void {
    const seconds = (time - this.#time) / 1000;
    if (seconds <= 0) return;
    const before = this.#counts;
    const rate = (name: keyof Counts) => (counts[name] - before[name]) / seconds;
    this.points.push({
      time,
      records: rate("records"),
      bytes: rate("bytes"),
      stalls: rate("stalls"),
      sleeps: rate("sleeps"),
      ranges,
      segments,
    });
    this.#time = time;
    this.#counts = counts;
    for (const list of [this.points, this.marks]) {
      while ((list[0]?.time ?? time) < time - SPAN_MS) list.shift();
    }
  }

  mark(time: number, kind: Mark["kind"]): void {
    this.marks.push({ time, kind });
  }

  /** The newest point's value, and the highest of the span; 0 where there is no point. */
  figures(name: Exclude<keyof Point, "time">): { readonly now: number; readonly most: number } {
    const most = this.points.reduce((highest, point) => Math.max(highest, point[name]), 0);
    return { now: this.points.at(-1)?.[name] ?? 0, most };
  }
}

/** The end of an axis that begins at 0: 1, 2 or 5 times a power of ten, not below the value. */
export function niceEnd(value: number): number {
  if (value <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((step) => step * power >= value) ?? 10) * power;
}
