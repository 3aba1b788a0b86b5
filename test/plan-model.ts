/**
 * What a plan of reads must be, with BigInt and plain loops: the sweep of docs/plan.md, sentence by sentence. It shares no
 * code with src/.
 */

export interface ModelRange {
  offset: bigint;
  length: bigint;
}

export interface ModelOptions {
  maxBytes: bigint;
  gapBytes: bigint;
  alignmentBytes: bigint;
  resourceBytes: bigint;
}

/** The requests, by address. */
export function modelPlan(ranges: readonly ModelRange[], options: ModelOptions): ModelRange[] {
  const { maxBytes, gapBytes, alignmentBytes, resourceBytes } = options;
  // Rounded outward; the end no further than the resource.
  const wanted = ranges
    .filter(({ length }) => length > 0n)
    .map(({ offset, length }) => {
      const start = (offset / alignmentBytes) * alignmentBytes;
      const end = ((offset + length + alignmentBytes - 1n) / alignmentBytes) * alignmentBytes;
      return { start, end: end < resourceBytes ? end : resourceBytes };
    })
    // Those that start together: the longest first, which leaves nothing to do for the others.
    .sort((a, b) => Number(a.start - b.start) || Number(b.end - a.end));
  const requests: { start: bigint; end: bigint }[] = [];
  for (const { start, end } of wanted) {
    const open = requests.at(-1);
    if (open !== undefined && end <= open.end) continue;
    if (open !== undefined && start <= open.end + gapBytes && end - open.start <= maxBytes) {
      open.end = end;
      continue;
    }
    let at = open !== undefined && open.end > start ? open.end : start;
    while (end - at > maxBytes) {
      requests.push({ start: at, end: at + maxBytes });
      at += maxBytes;
    }
    requests.push({ start: at, end });
  }
  return requests.map(({ start, end }) => ({ offset: start, length: end - start }));
}

/** Bytes that are in any of these. */
export function modelBytes(ranges: readonly ModelRange[]): bigint {
  const points = [...new Set(ranges.flatMap(({ offset, length }) => [offset, offset + length]))];
  points.sort((a, b) => (a < b ? -1 : 1));
  let bytes = 0n;
  for (const [index, point] of points.entries()) {
    const inAny = ranges.some(({ offset, length }) => offset <= point && point < offset + length);
    if (inAny) bytes += (points[index + 1] as bigint) - point;
  }
  return bytes;
}
