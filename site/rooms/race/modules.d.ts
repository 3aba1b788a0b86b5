declare module "range-parser" {
  /** -1: no range can be satisfied; -2: the header is malformed. */
  export default function parseRange(
    size: number,
    header: string,
    options?: { combine?: boolean },
  ): -1 | -2 | { start: number; end: number }[];
}

/** What benchmark.js needs of lodash is lodash itself. */
declare module "lodash" {
  const lodash: object;
  export default lodash;
}
