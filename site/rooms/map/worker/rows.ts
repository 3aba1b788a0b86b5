/** Rows of tables, made when they are seen. */
import type { SegmentTable } from "segring";
import type { ReadPlan } from "segring/plan";
import type { RequestRow, SegmentRow } from "../protocol.js";
import type { Mapped } from "./mapping.js";

/** Inputs that a row names; of more, it has the number. */
const NAMED_INPUTS = 100;

export function segmentRows(table: SegmentTable, from: number, count: number): SegmentRow[] {
  const rows: SegmentRow[] = [];
  for (let index = from; index < Math.min(from + count, table.length); index++) {
    rows.push({
      addr: table.addr(index),
      length: table.size(index),
      flags: table.flags(index),
      bytes: table.bytes.slice(16 * index, 16 * index + 16),
    });
  }
  return rows;
}

/** The segment that has an address, else the one that starts next after it, else -1. O(n): tables need no order. */
export function findSegment(table: SegmentTable, addr: bigint): number {
  const high = Number(addr >> 32n);
  const low = Number(addr & 0xffff_ffffn);
  let holder = -1;
  let next = -1;
  let least = Number.POSITIVE_INFINITY;
  table.forEach((lo, hi, length, _, index) => {
    // Exact up to 2^53, and rounded to no less than 2^53 beyond.
    const ahead = (high - hi) * 2 ** 32 + (low - lo);
    if (holder < 0 && ahead >= 0 && ahead < length) holder = index;
    if (ahead < 0 && -ahead < least) {
      least = -ahead;
      next = index;
    }
  });
  return holder >= 0 ? holder : next;
}

/** Which inputs lie in which request of a plan. */
export class Provenance {
  readonly #plan: ReadPlan;
  /** For each request, where its inputs start in `#inputs`; one more than there are requests. */
  readonly #starts: Uint32Array;
  readonly #inputs: Uint32Array;

  constructor(plan: ReadPlan) {
    this.#plan = plan;
    const { firstRequest, requestSpan, requestCount, inputCount } = plan;
    const starts = new Uint32Array(requestCount + 1);
    const each = (take: (request: number, input: number) => void) => {
      for (let input = 0; input < inputCount; input++) {
        const first = firstRequest[input] as number;
        for (let request = first; request < first + (requestSpan[input] as number); request++) take(request, input);
      }
    };
    each((request) => {
      starts[request + 1] = (starts[request + 1] as number) + 1;
    });
    for (let request = 0; request < requestCount; request++) {
      starts[request + 1] = (starts[request + 1] as number) + (starts[request] as number);
    }
    const filled = starts.slice();
    const inputs = new Uint32Array(starts[requestCount] as number);
    each((request, input) => {
      const at = filled[request] as number;
      inputs[at] = input;
      filled[request] = at + 1;
    });
    this.#starts = starts;
    this.#inputs = inputs;
  }

  /** @param columns The inputs. */
  row(request: number, columns: { offset: Float64Array; length: Float64Array }): RequestRow {
    const { offset, length } = this.#plan.request(request);
    const inputs = this.#inputs.subarray(this.#starts[request], this.#starts[request + 1]);
    return {
      offset: BigInt(offset),
      bytes: BigInt(length),
      segments: 1,
      inputs: [...inputs.subarray(0, NAMED_INPUTS)],
      inputCount: inputs.length,
      overBytes: BigInt(length - wantedIn(inputs, columns, offset, offset + length)),
    };
  }
}

/** Bytes from `from` to `end` that an input wants, each once. */
function wantedIn(
  inputs: Uint32Array,
  { offset, length }: { offset: Float64Array; length: Float64Array },
  from: number,
  end: number,
): number {
  const sorted = [...inputs].sort((a, b) => (offset[a] as number) - (offset[b] as number));
  let wanted = 0;
  let seen = from;
  for (const input of sorted) {
    const start = Math.max(offset[input] as number, seen);
    const stop = Math.min((offset[input] as number) + (length[input] as number), end);
    if (stop <= start) continue;
    wanted += stop - start;
    seen = stop;
  }
  return wanted;
}

export function deviceRows({ requests }: Mapped, from: number, count: number): RequestRow[] {
  return requests.slice(from, from + count).map(({ offset, segments }) => ({
    offset,
    bytes: segments.totalBytes,
    segments: segments.length,
    inputs: [],
    inputCount: 0,
    overBytes: 0n,
  }));
}
